"""Widths of pictures, axes, and the room that words take."""

from dataclasses import dataclass
from math import ceil
from typing import Final

WIDE: Final = 940.0
"""Width of a picture on a desk screen."""
HALF: Final = 560.0
"""Width of a picture that shares its row with text."""
NARROW: Final = 320.0
"""Width of the same picture on a phone, where letters must not shrink with it."""
PAPER: Final = 600.0
"""Width of the same picture on a sheet of A4, where letters keep their size too."""


def rounded(length: float) -> float:
    """A tenth of a unit is finer than any screen, and keeps the markup short."""
    return round(length, 1)


@dataclass(frozen=True)
class Scale:
    """An axis from 0 to `top`, marked every `step`."""

    top: int
    step: int

    @property
    def ticks(self) -> tuple[int, ...]:
        return tuple(range(0, self.top + 1, self.step))


def nice_scale(maximum: int, intervals: int = 3) -> Scale:
    """The axis with the smallest step of 1, 2 or 5 × 10ⁿ that needs no more than `intervals`."""
    magnitude = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * magnitude
            if step * intervals >= maximum:
                return Scale(top=step * max(1, ceil(maximum / step)), step=step)
        magnitude *= 10


@dataclass(frozen=True)
class Label:
    """A text anchor; `key` says which item it names."""

    key: int
    x: float
    y: float
    text: str = ""


def text_width(text: str, size: float) -> float:
    """The width of a text set in `size`: a Chinese character is square, the rest about half."""
    return sum(size if ord(char) > 0x2E7F else size * 0.56 for char in text)


def wrap(text: str, width: float, size: float, lines: int = 2) -> tuple[str, ...]:
    """A name broken into at most `lines`, as evenly as its length needs; a longer one ends in …"""
    if text_width(text, size) <= width:
        return (text,)
    words = text.split(" ") if " " in text else list(text)
    glue = " " if " " in text else ""
    needed = min(lines, ceil(text_width(text, size) / width))
    even = max(text_width(text, size) / needed + size * 0.5, *(text_width(w, size) for w in words))
    rows: list[str] = [""]
    for word in words:
        longer = f"{rows[-1]}{glue}{word}" if rows[-1] else word
        if text_width(longer, size) <= min(even, width) or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    if len(rows) > needed:
        rows = [*rows[: needed - 1], glue.join(rows[needed - 1 :])]
    return tuple(_cut(row, width, size) for row in rows)


def _cut(row: str, width: float, size: float) -> str:
    """A row that ends in … where it is too long, be it a single word."""
    while text_width(row, size) > width and len(row) > 1:
        row = row.removesuffix("…")[:-1] + "…"
    return row
