"""Geometry of the pictures: numbers in, positions out.

Lengths are SVG user units, except in bars that fill their container, where they are per cent of
its width. Colours, words and markup belong to `templates/components/charts.html`, which draws the
same picture on a page and in a PDF.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Final

WIDE: Final = 940.0
"""Width of a picture on a desk screen or a sheet of paper."""
HALF: Final = 560.0
"""Width of a picture that shares its row with text."""
NARROW: Final = 320.0
"""Width of the same picture on a phone, where letters must not shrink with it."""

SEPARATE_SEGMENTS: Final = 24
"""Beyond so many, segments are too thin to be told apart and run together."""


def _round(length: float) -> float:
    """A tenth of a unit is finer than any screen, and keeps the markup short."""
    return round(length, 1)


# ---- Scales ----


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


# ---- Bars that fill their container ----


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


# ---- Months ----


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The calendar months ("2024-09") that two days and the time between them touch."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(start, end + 1))


@dataclass(frozen=True)
class Bar:
    """The part of one month's column that one series fills."""

    month: int
    series: int
    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True)
class Label:
    """A text anchor; `key` says which item it names."""

    key: int
    x: float
    y: float
    text: str = ""


@dataclass(frozen=True)
class MonthChart:
    """Stacked columns, one per month, over a common axis."""

    width: float
    height: float
    left: float
    right: float
    baseline: float
    bars: tuple[Bar, ...]
    ticks: tuple[Label, ...]
    months: tuple[Label, ...]
    years: tuple[Label, ...]
    totals: tuple[Label, ...]


def month_chart(
    months: Sequence[str], series: Sequence[Sequence[int]], width: float = HALF
) -> MonthChart:
    """Columns for `months` ("2024-09", in order) and, per series, one figure for each month.

    A year is written under its first month.
    """
    narrow = width <= NARROW
    height, top = (190.0, 18.0) if narrow else (280.0, 18.0)
    left, right, baseline = (26.0 if narrow else 34.0), width, height - 38
    totals = [sum(figures) for figures in zip(*series, strict=True)]
    scale = nice_scale(max(totals, default=0))
    pitch = (right - left) / max(1, len(months))
    thickness = min(36.0, pitch * 0.62)
    unit = (baseline - top) / scale.top

    bars: list[Bar] = []
    for month in range(len(months)):
        x, y = left + pitch * (month + 0.5) - thickness / 2, baseline
        for index, figures in enumerate(series):
            if value := figures[month]:
                y -= value * unit
                box = (_round(x), _round(y), _round(thickness), _round(value * unit))
                bars.append(Bar(month, index, *box, value))
    centres = [_round(left + pitch * (month + 0.5)) for month in range(len(months))]
    starts = [i for i, name in enumerate(months) if i == 0 or name[:4] != months[i - 1][:4]]
    return MonthChart(
        width=width,
        height=height,
        left=left,
        right=right,
        baseline=baseline,
        bars=tuple(bars),
        ticks=tuple(
            Label(tick, left - 6, _round(baseline - tick * unit), str(tick)) for tick in scale.ticks
        ),
        months=tuple(
            Label(i, x, baseline + 16, str(int(months[i][5:7]))) for i, x in enumerate(centres)
        ),
        years=tuple(Label(i, centres[i], baseline + 32, months[i][:4]) for i in starts),
        totals=tuple(
            Label(i, x, _round(baseline - totals[i] * unit - 5), str(totals[i]))
            for i, x in enumerate(centres)
            if totals[i]
        ),
    )


# ---- The network: lead, pivots, villages ----


@dataclass(frozen=True)
class School:
    """A school to place; `layer` is 0 for the lead, 1 for a pivot, 2 for a village school."""

    key: str
    name: str
    layer: int


@dataclass(frozen=True)
class Node:
    """A placed school: the box around its name, and the activities counted with it."""

    school: School
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    count: int

    @property
    def centre(self) -> float:
        return _round(self.x + self.width / 2)


@dataclass(frozen=True)
class Link:
    """The activities counted between two schools, drawn as one line.

    `direct` links join neighbouring layers; the others pass between the boxes in their way.
    A link of width 0 stands for a tie on paper: nothing was counted.
    """

    path: str
    stroke: float
    count: int
    direct: bool
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Network:
    width: float
    height: float
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


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


def network(
    schools: Sequence[School], counts: Mapping[tuple[str, str], int], width: float = WIDE
) -> Network:
    """Lead above pivots above villages; line width grows with the activities counted.

    `counts` maps (providing school, receiving school) to counted activities; both directions of a
    pair are one line. A school with which nothing was counted keeps a thin tie to its layer above.
    """
    narrow = width <= NARROW
    columns, size, gap = (3, 12.0, 10.0) if narrow else (6, 13.0, 16.0)
    height, pitch = (46.0, 96.0) if narrow else (50.0, 112.0)
    pairs = _pairs(schools, counts)
    rows = _rows(schools, columns)
    totals = {
        school.key: sum(n for pair, n in pairs.items() if school.key in pair) for school in schools
    }

    nodes: dict[str, tuple[int, Node]] = {}
    for index, row in enumerate(rows):
        box = min(150.0, (width - gap * (len(row) + 1)) / len(row))
        if row[0].layer == 0:
            box = min(200.0, width - 2 * gap)
        free = (width - box * len(row)) / (len(row) + 1)
        for column, school in enumerate(row):
            x = free + column * (box + free)
            lines = wrap(school.name, box - 12, size)
            placed = (_round(x), _round(2 + index * pitch), _round(box), height)
            nodes[school.key] = (index, Node(school, *placed, lines, totals[school.key]))
    links = _links(pairs, nodes, rows, width)
    bottom = 4 + (len(rows) - 1) * pitch + height if rows else 0.0
    hanging = any(nodes[a][0] == nodes[b][0] == len(rows) - 1 for a, b in pairs)
    placed_nodes = tuple(node for _, node in nodes.values())
    return Network(width, bottom + (30 if hanging else 0), placed_nodes, links)


def _pairs(
    schools: Sequence[School], counts: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Both directions added up, upper school first; ties of 0 for schools that stand alone."""
    order = {school.key: (school.layer, index) for index, school in enumerate(schools)}
    pairs: dict[tuple[str, str], int] = {}
    for (provider, receiver), count in counts.items():
        if provider in order and receiver in order and provider != receiver and count:
            upper, lower = sorted((provider, receiver), key=order.__getitem__)
            pairs[upper, lower] = pairs.get((upper, lower), 0) + count
    leads = [school.key for school in schools if school.layer == 0]
    linked = {key for pair in pairs for key in pair}
    for school in schools:
        if school.layer and school.key not in linked and leads:
            pairs[leads[0], school.key] = 0
    return pairs


def _rows(schools: Sequence[School], columns: int) -> list[list[School]]:
    rows: list[list[School]] = []
    for layer in (0, 1, 2):
        members = [school for school in schools if school.layer == layer]
        if members:
            row_count = ceil(len(members) / columns)
            length = ceil(len(members) / row_count)
            rows += [members[i : i + length] for i in range(0, len(members), length)]
    return rows


def _links(
    pairs: Mapping[tuple[str, str], int],
    nodes: Mapping[str, tuple[int, Node]],
    rows: Sequence[Sequence[School]],
    width: float,
) -> tuple[Link, ...]:
    most = max(pairs.values(), default=0)
    exits = _ports(pairs, nodes, upper=True)
    entries = _ports(pairs, nodes, upper=False)
    lanes: dict[tuple[int, float], int] = {}
    links: list[Link] = []
    for pair, count in sorted(pairs.items(), key=lambda item: item[1]):
        (top_row, upper), (bottom_row, lower) = nodes[pair[0]], nodes[pair[1]]
        stroke = _round(1.5 + 8.5 * count / most) if count else 0.0
        start, y = exits[pair], upper.y + upper.height
        if top_row == bottom_row:
            end, dip = lower.centre, y + 28
            path = f"M{start} {y}C{start} {dip} {end} {dip} {end} {y}"
            links.append(Link(path, stroke, count, True, _round((start + end) / 2), y + 21))
            continue
        end = entries[pair]
        stops = [(start, y)]
        for row in range(top_row + 1, bottom_row):
            gap = _nearest_gap((start + end) / 2, [nodes[s.key][1] for s in rows[row]], width)
            lane = lanes[row, gap] = lanes.get((row, gap), -1) + 1
            # The first line runs in the middle, the next ones beside it in turn.
            stop = _round(gap + (lane + 1) // 2 * (-1) ** lane * min(12.0, width / 60))
            boxes = nodes[rows[row][0].key][1]
            stops += [(stop, boxes.y - 4), (stop, boxes.y + boxes.height + 4)]
        stops.append((end, lower.y))
        links.append(
            Link(
                _curve(stops),
                stroke,
                count,
                lower.school.layer - upper.school.layer <= 1,
                end,
                _round(lower.y - 13),
            )
        )
    return tuple(links)


def _ports(
    pairs: Iterable[tuple[str, str]], nodes: Mapping[str, tuple[int, Node]], *, upper: bool
) -> dict[tuple[str, str], float]:
    """Where each line leaves or enters its box: side by side, ordered by where it comes from."""
    here, there = (0, 1) if upper else (1, 0)
    by_node: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        by_node.setdefault(pair[here], []).append(pair)
    ports: dict[tuple[str, str], float] = {}
    for key, ends in by_node.items():
        node = nodes[key][1]
        ends.sort(key=lambda pair: nodes[pair[there]][1].centre)
        spread = min(34.0, (node.width - 24) / max(1, len(ends) - 1))
        for index, pair in enumerate(ends):
            ports[pair] = _round(node.centre + (index - (len(ends) - 1) / 2) * spread)
    return ports


def _nearest_gap(x: float, boxes: Sequence[Node], width: float) -> float:
    """The middle of the free space, beside or between boxes, that lies nearest to `x`."""
    edges = [0.0, *(edge for box in boxes for edge in (box.x, box.x + box.width)), width]
    gaps = [(a + b) / 2 for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return _round(min(gaps, key=lambda middle: abs(middle - x)))


def _curve(stops: Sequence[tuple[float, float]]) -> str:
    """A line through all stops that leaves and enters each of them vertically."""
    path = f"M{stops[0][0]} {stops[0][1]}"
    for (x1, y1), (x2, y2) in pairwise(stops):
        middle = _round((y1 + y2) / 2)
        path += f"L{x2} {y2}" if x1 == x2 else f"C{x1} {middle} {x2} {middle} {x2} {y2}"
    return path


# ---- A time line of memberships ----


@dataclass(frozen=True)
class Stay:
    """One membership to draw; an open one has no last day."""

    name: str
    role: str
    joined_on: date
    left_on: date | None


@dataclass(frozen=True)
class StayBar:
    """A placed stay; `tone` numbers the roles in the order in which they first appear."""

    stay: Stay
    tone: int
    label_x: float
    label_y: float
    x: float
    y: float
    width: float
    height: float
    ends: bool


@dataclass(frozen=True)
class Timeline:
    width: float
    height: float
    left: float
    axis: float
    roles: tuple[str, ...]
    bars: tuple[StayBar, ...]
    ticks: tuple[Label, ...]
    as_of: float | None


def timeline(
    stays: Sequence[Stay], first: date, last: date, as_of: date, width: float = WIDE
) -> Timeline:
    """Memberships between two days, a tick at each quarter, and the day the count is made for.

    On a phone a school's name stands above its bar, otherwise at its left.
    """
    narrow = width <= NARROW
    left, right = (2.0, width - 2) if narrow else (190.0, width - 8)
    pitch, thickness, top = (38.0, 10.0, 4.0) if narrow else (26.0, 12.0, 6.0)
    days = max(1, (last - first).days + 1)

    def position(day: date, *, end: bool = False) -> float:
        offset = (day - first).days + (1 if end else 0)
        return _round(left + (right - left) * min(max(offset, 0), days) / days)

    roles = list(dict.fromkeys(stay.role for stay in stays))
    bars: list[StayBar] = []
    for index, stay in enumerate(stays):
        y = top + index * pitch + (18 if narrow else 4)
        x = position(stay.joined_on)
        end = right if stay.left_on is None else position(stay.left_on, end=True)
        label = (left, y - 5) if narrow else (left - 10, y + 10)
        length = max(2.0, _round(end - x))
        tone, ends = roles.index(stay.role), stay.left_on is not None
        bars.append(StayBar(stay, tone, *label, x, y, length, thickness, ends))
    axis = top + len(stays) * pitch + 6
    quarters = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in ((1, 7) if narrow or days > 1100 else (1, 4, 7, 10))
        if first <= date(year, month, 1) <= last
    ]
    return Timeline(
        width=width,
        height=axis + 22,
        left=left,
        axis=axis,
        roles=tuple(roles),
        bars=tuple(bars),
        ticks=tuple(
            Label(i, position(day), axis + 15, f"{day:%Y-%m}") for i, day in enumerate(quarters)
        ),
        as_of=position(as_of) if first <= as_of <= last else None,
    )
