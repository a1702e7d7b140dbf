"""Bars that fill their container, and the row of communities against a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Final

from community.kernel.charts.measures import HALF, NARROW, rounded

SEPARATE_SEGMENTS: Final = 24
"""Beyond so many, segments are too thin to be told apart and run together."""


@dataclass(frozen=True)
class Segment:
    """One piece of a bar; `start` and `width` in per cent of its container."""

    state: str
    start: float
    width: float
    count: int


def progress_segments(counted: int, in_progress: int, target: int) -> tuple[Segment, ...]:
    """One segment per community asked for: `counted`, then `in_progress`, then `open`.

    A surplus lengthens the bar instead of vanishing in it; many segments run together by state.
    """
    total = max(target, counted)
    building = min(in_progress, total - counted)
    runs = [("counted", counted), ("in_progress", building), ("open", total - counted - building)]
    if total <= SEPARATE_SEGMENTS:
        runs = [(state, 1) for state, count in runs for _ in range(count)]
    return _runs(runs)


def share_segments(shares: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    """One bar split by shares, given as (state, count); empty when there is nothing to split."""
    return _runs(shares)


def _runs(runs: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    kept = [(state, count) for state, count in runs if count > 0]
    total = sum(count for _, count in kept)
    gap = 0.7 if len(kept) > 1 else 0.0
    unit = (100 - gap * (len(kept) - 1)) / total if total else 0.0
    segments: list[Segment] = []
    start = 0.0
    for state, count in kept:
        segments.append(Segment(state, round(start, 2), round(unit * count, 2), count))
        start += unit * count + gap
    return tuple(segments)


def share(part: int, whole: int) -> float:
    """A bar's length in per cent of its container, for drawing only: 0 of 0 draws nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


@dataclass(frozen=True)
class Box:
    """The place of one community, or of one that is still asked for (`open`)."""

    state: str
    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ProgressChart:
    """Communities in rows, and behind which of them the target lies."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    mark: tuple[float, float] | None  # (x, y): the upper end of the target's line
    mark_height: float


def progress_chart(
    communities: Sequence[tuple[str, str]], target: int, width: float = HALF
) -> ProgressChart:
    """A box for each community, given as (code, state) in the order in which they are shown, and
    open boxes up to the target; beyond `SEPARATE_SEGMENTS` one box per state with its number."""
    items = [*communities, *[("", "open")] * max(0, target - len(communities))]
    if len(items) > SEPARATE_SEGMENTS:
        return _progress_runs(items, target, width)
    columns = min(max(1, len(items)), 5 if width <= NARROW else 8)
    gap, height, pitch = 6.0, 30.0, 42.0
    box = min(84.0, (width - gap * columns) / columns)
    boxes = tuple(
        Box(
            state,
            text,
            rounded(gap / 2 + index % columns * (box + gap)),
            6 + index // columns * pitch,
            rounded(box),
            height,
        )
        for index, (text, state) in enumerate(items)
    )
    last = boxes[target - 1] if 0 < target <= len(boxes) else None
    return ProgressChart(
        width=width,
        height=ceil(len(items) / columns) * pitch,
        boxes=boxes,
        mark=(rounded(last.x + last.width + gap / 2), last.y - 5) if last else None,
        mark_height=height + 10,
    )


def _progress_runs(items: Sequence[tuple[str, str]], target: int, width: float) -> ProgressChart:
    """All boxes of one state in one, as long as they are many."""
    counts: dict[str, int] = {}
    for _, state in items:
        counts[state] = counts.get(state, 0) + 1
    unit = width / len(items)
    ends = list(accumulate(counts.values()))
    boxes = tuple(
        Box(
            state,
            str(number),
            rounded((end - number) * unit + 1),
            6,
            rounded(max(2.0, number * unit - 2)),
            30,
        )
        for (state, number), end in zip(counts.items(), ends, strict=True)
    )
    mark = (rounded(min(target * unit, width - 1)), 1.0) if target > 0 else None
    return ProgressChart(width, 42, boxes, mark, 40)
