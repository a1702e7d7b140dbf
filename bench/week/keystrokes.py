"""The Keystroke-Level Model: what is typed and clicked, and the time that it takes a person.

Card, Moran and Newell, "The keystroke-level model for user performance time with interactive
systems", Communications of the ACM 23 (1980): K 0.28 s a key or button (average typist), P 1.1 s to
point at something, H 0.4 s for the hand between keyboard and mouse, M 1.35 s to make up one's mind.
The model knows people who make no mistakes, and neither reading nor looking something up.

Chinese goes in by pinyin: the letters of every syllable and one key to take the word; a person's
name takes one more key for each further character.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

from pypinyin import lazy_pinyin

K: Final = 0.28
P: Final = 1.1
H: Final = 0.4
M: Final = 1.35


@dataclass(frozen=True)
class Word:
    """A text as it goes in: `keys` when written out; `start` is enough of it to find it in a list
    (all of it where None)."""

    text: str
    keys: int
    start: "Word | None" = None

    def in_list(self, offered: Sequence[str]) -> tuple[int, int]:
        """The keys until it is in sight where a list of words is offered, and how far down."""
        ways = [(0, offered.index(self.text))]
        if self.start is not None:
            found = [one for one in offered if self.start.text in one]
            ways.append((self.start.keys, found.index(self.text)))
        return min(ways, key=sum)


def chinese(words: str, start: str | None = None) -> Word:
    """Chinese words with blanks between them, by pinyin; Latin letters and digits as they are."""
    parts = words.split()
    keys = sum(_keys(part) for part in parts)
    return Word("".join(parts), keys, None if start is None else chinese(start))


def name(of: str) -> Word:
    """A person's name, whose characters are taken one by one; a list finds it by the surname."""
    return Word(of, _keys(of) + len(of) - 1, chinese(of[0]))


def plain(text: str) -> Word:
    """Digits and Latin letters."""
    return Word(text, len(text))


def _keys(part: str) -> int:
    return len(part) if part.isascii() else len("".join(lazy_pinyin(part))) + 1


@dataclass
class Tally:
    """What something took."""

    keys: float = 0
    clicks: float = 0
    decisions: float = 0
    homings: float = 0
    machine_s: float = 0

    @property
    def person_s(self) -> float:
        """The person's time by the model."""
        return (
            (self.keys + self.clicks) * K + self.clicks * P + self.homings * H + self.decisions * M
        )

    def plus(self, other: "Tally", times: float = 1) -> "Tally":
        """Both together."""
        return Tally(
            *(mine + times * its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )

    def minus(self, before: "Tally") -> "Tally":
        """What came since then."""
        return self.plus(before, -1)

    def shared(self, among: int) -> "Tally":
        """The share of one of several."""
        return Tally().plus(self, 1 / among)
