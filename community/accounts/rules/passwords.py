"""What a password must withstand: somebody who knows the place, the school and the person.

No composition rules. From the password everything is taken away that such a guesser tries first
(words, names, dates, keys in a row); what remains must still be long enough to be unguessable
at the pace that the throttle allows.
"""

import itertools
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.pinyin import syllables

SHORTEST: Final = 10
LONGEST: Final = 128
# Characters that must remain once everything guessable is taken away.
REMAINDER: Final = 5
DIFFERENT: Final = 5
# A word of the list, or a name, shorter than this says nothing.
_SHORTEST_WORD: Final = 3

_DATA: Final = Path(__file__).parents[1] / "data"
_LEET: Final = (
    str.maketrans("01345789@$!", "oieastbgasi"),
    str.maketrans("01345789@$!|", "olea5tbgasll"),
)
_UNSHIFTED: Final = str.maketrans("!@#$%^&*()_+", "1234567890-=")
_ROWS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_COLUMNS: Final = (
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "9ol",
    "0p",
)
_SUCCESSORS: Final = frozenset(
    pair for row in (*_ROWS, *_COLUMNS) for pair in itertools.pairwise(row)
)
# Keys that touch on the keyboard: rows, columns and the other diagonal (2q, 3w, ...).
_TOUCHING: Final = frozenset(
    frozenset(pair)
    for row in (
        "1234567890",
        *_ROWS[2:],
        *_COLUMNS,
        "2q",
        "3w",
        "4e",
        "5r",
        "6t",
        "7y",
        "8u",
        "9i",
        "0o",
        "wa",
        "es",
        "rd",
        "tf",
        "yg",
        "uh",
        "ij",
        "ok",
        "sz",
        "dx",
        "fc",
        "gv",
        "hb",
        "jn",
        "km",
    )
    for pair in itertools.pairwise(row)
)
_WALK: Final = 4
_DATE: Final = re.compile(
    r"(?:19|20)\d\d(?:[-./年]?(?:1[0-2]|0?[1-9])(?:[-./月]?(?:3[01]|[12]\d|0?[1-9]))?)?"
)
_PHONE: Final = re.compile(r"1[3-9]\d{9}")

# Without 0/o, 1/l/i and other letters that are misread from a slip of paper.
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """A random password to be read out or copied from paper: `kfmt-7xqp-n4hw`, 59 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def normalise_password(text: str) -> str:
    """The form in which a password is hashed: NFKC, so that every input method gives the same."""
    return unicodedata.normalize("NFKC", text)


def check_password(password: str, names: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long, common or guessable.

    `names` are those of the person, the school and the place, in Chinese or Latin letters; they
    are also looked for in pinyin and by initials. Raises RuleViolationError for `password`.
    """
    text = normalise_password(password)
    if len(text) < SHORTEST:
        raise _violation(
            N_("The password needs at least %(shortest)d characters."),
            shortest=SHORTEST,
        )
    if len(text) > LONGEST:
        raise _violation(N_("The password has more than %(longest)d characters."), longest=LONGEST)
    text = text.casefold()
    if text.isdecimal():
        raise _violation(
            N_(
                "The password consists of digits only, like a telephone or identity number. "
                "Add some words that have nothing to do with each other."
            )
        )
    if _is_common(text) or len(set(text)) < DIFFERENT or remainder(text, names) < REMAINDER:
        raise _violation(
            N_(
                "This password is easily guessed: it consists of common words, names of people, "
                "schools or places, dates, or keys in a row. Take three or four words that have "
                "nothing to do with you or each other."
            )
        )


def remainder(password: str, names: Iterable[str] = ()) -> int:
    """How many characters remain once as many as possible are explained by guessable parts."""
    text = _without_repetition(password.casefold())
    words = _listed_words() | {word for name in names for word in spellings(name)}
    starts: dict[int, set[int]] = {}
    for start, end in _parts(text, words):
        starts.setdefault(end, set()).add(start)
    explained = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        explained[end] = max(
            [explained[end - 1], *(explained[s] + end - s for s in starts.get(end, ()))]
        )
    return len(text) - explained[-1]


def spellings(name: str) -> frozenset[str]:
    """The ways in which somebody might type a name: as it is, in pinyin, by initials.

    Of a Chinese name also without the first syllable (a given name) and without the last (a
    division without 县 or 镇); of a Latin name every part.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    found = {folded, *re.findall(r"[a-z]+|\d+|[\u4e00-\u9fff]+", folded)}
    for part in re.findall(r"[\u4e00-\u9fff]+", folded):
        spoken = syllables(part)
        found |= {
            "".join(spoken),
            "".join(spoken[1:]),
            "".join(spoken[:-1]),
            "".join(spoken[1:] + spoken[:1]),
            "".join(syllable[0] for syllable in spoken),
            spoken[0],
        }
        found |= {part, part[:-1]} if len(part) > 2 else {part}
    return frozenset(
        word for word in found if len(word) >= (2 if _is_han(word) else _SHORTEST_WORD)
    )


def _is_han(word: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff]+", word))


def _violation(msgid: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field="password")


def _parts(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Every stretch (start, end) of the text that a guesser tries as one part."""
    # One character for one: a place in any reading is the same place in the text.
    readings = {text, *(text.translate(table) for table in _LEET)}
    for reading in readings:
        for word in words:
            yield from _occurrences(reading, word)
    keys = text.translate(_UNSHIFTED)
    yield from _runs(keys)
    for pattern in (_DATE, _PHONE):
        # A look-ahead finds dates that overlap, too.
        for match in re.finditer(f"(?=({pattern.pattern}))", text):
            yield match.span(1)


def _occurrences(text: str, word: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + 1)


def _runs(keys: str) -> Iterator[tuple[int, int]]:
    """Three or more in a row (abc, 321, 1122, aaa, qwe), and walks over the keyboard (1q2w)."""
    for is_step, shortest in ((_is_next, 3), (_is_previous, 3), (_is_touching, _WALK)):
        start = 0
        for end in range(1, len(keys) + 1):
            if end < len(keys) and (
                keys[end] == keys[end - 1] or is_step(keys[end - 1], keys[end])
            ):
                continue
            if end - start >= shortest:
                yield start, end
            start = end


def _is_next(one: str, other: str) -> bool:
    return (one, other) in _SUCCESSORS


def _is_previous(one: str, other: str) -> bool:
    return (other, one) in _SUCCESSORS


def _is_touching(one: str, other: str) -> bool:
    return frozenset((one, other)) in _TOUCHING


def _without_repetition(text: str) -> str:
    """The block of which the text is a repetition, else the text."""
    period = (text + text).find(text, 1)
    return text[:period]


@cache
def _listed_words() -> frozenset[str]:
    lines = (_DATA / "guessable_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _common_passwords() -> frozenset[str]:
    lines = (_DATA / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _is_common(text: str) -> bool:
    """Whether the password, or what it is without digits and signs at its end, is on the list."""
    stem = re.sub(r"[\W\d_]+$", "", text)
    return not _common_passwords().isdisjoint({text, stem})
