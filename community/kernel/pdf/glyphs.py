"""Whether the fonts can print a text. Pango would take any other font's shape, or a box."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Final
from unicodedata import category

from fontTools.ttLib import TTFont

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Listing, Message

# What documents are set in; the 楷体 of headings falls back to the first, character by character.
FAMILIES: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC")
_NAMED: Final = 5
_EXCERPT: Final = 24
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs"})  # line ends, joiners, spaces: need no shape
_SILENT: Final = frozenset({"style", "script"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "caption"})


@cache
def printable(family: str) -> frozenset[int]:
    """The characters of which a font has a shape. Raises LookupError when it is not installed."""
    answer = subprocess.run(  # noqa: S603 - our own arguments
        ["fc-match", "-f", "%{family[0]}\n%{file}\n%{index}", f"{family}:style=Regular"],  # noqa: S607
        capture_output=True,
        check=True,
        text=True,
    )
    found, file, index = answer.stdout.split("\n")
    if found != family:
        raise LookupError(f"the font {family} is not installed")
    with TTFont(file, fontNumber=int(index) & 0xFFFF, lazy=True) as font:
        return frozenset(font.getBestCmap())


@dataclass(frozen=True)
class Unprintable:
    """A character without a shape, with some of the text around it and the heading above."""

    character: str
    excerpt: str
    heading: str

    def __str__(self) -> str:
        return str(
            Message(
                N_("“%(character)s” (U+%(number)s) in “%(excerpt)s” under “%(heading)s”"),
                {
                    "character": self.character,
                    "number": f"{ord(self.character):04X}",
                    "excerpt": self.excerpt,
                    "heading": self.heading,
                },
            )
        )


class _Texts(HTMLParser):
    """The texts of a document, each under its heading."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._heading = ""
        self._open = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        if tag in _HEADINGS:
            self._heading = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS | _SILENT:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in _SILENT:
            return
        if self._open in _HEADINGS:
            self._heading += data.strip()
        self.found.append((data, self._heading))


def unprintable(html: str) -> Iterator[Unprintable]:
    """Every character of a document that one of the fonts lacks, in order, each but once."""
    known = frozenset.intersection(*(printable(family) for family in FAMILIES))
    if all(ord(character) in known or category(character) in _UNSEEN for character in set(html)):
        return
    reader = _Texts()
    reader.feed(html)
    reader.close()
    seen: set[str] = set()
    for text, heading in reader.found:
        for position, character in enumerate(text):
            if character in seen or ord(character) in known or category(character) in _UNSEEN:
                continue
            seen.add(character)
            start = max(0, position - _EXCERPT // 2)
            excerpt = " ".join(text[start : position + _EXCERPT // 2].split())
            yield Unprintable(character, excerpt, heading)


def check_glyphs(html: str) -> None:
    """Refuse a document with a character that cannot be printed.

    Raises RuleViolationError, naming the characters and where they stand.
    """
    found = list(unprintable(html))
    if found:
        raise RuleViolationError(
            Message(
                N_("Cannot be printed, because the fonts have no shape for: %(places)s."),
                {"places": Listing(tuple(found[:_NAMED]))},
            )
        )
