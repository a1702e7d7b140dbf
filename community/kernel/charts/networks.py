"""The network of a community: lead, pivots, villages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from community.kernel.charts.measures import NARROW, WIDE, rounded, wrap


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
        return rounded(self.x + self.width / 2)


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


def network(
    schools: Sequence[School], counts: Mapping[tuple[str, str], int], width: float = WIDE
) -> Network:
    """Lead above pivots above villages; line width grows with the activities counted.

    `counts` maps (providing school, receiving school) to counted activities; both directions of a
    pair are one line. A school with which nothing was counted keeps a thin tie to its layer above.
    """
    narrow = width <= NARROW
    columns, size, gap = (3, 12.0, 10.0) if narrow else (int(width // 150), 13.0, 16.0)
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
            placed = (rounded(x), rounded(2 + index * pitch), rounded(box), height)
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
        stroke = rounded(1.5 + 8.5 * count / most) if count else 0.0
        start, y = exits[pair], upper.y + upper.height
        if top_row == bottom_row:
            end, dip = lower.centre, y + 28
            path = f"M{start} {y}C{start} {dip} {end} {dip} {end} {y}"
            links.append(Link(path, stroke, count, True, rounded((start + end) / 2), y + 21))
            continue
        end = entries[pair]
        stops = [(start, y)]
        for row in range(top_row + 1, bottom_row):
            gap = _nearest_gap((start + end) / 2, [nodes[s.key][1] for s in rows[row]], width)
            lane = lanes[row, gap] = lanes.get((row, gap), -1) + 1
            # The first line runs in the middle, the next ones beside it in turn.
            stop = rounded(gap + (lane + 1) // 2 * (-1) ** lane * min(12.0, width / 60))
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
                rounded(lower.y - 13),
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
            ports[pair] = rounded(node.centre + (index - (len(ends) - 1) / 2) * spread)
    return ports


def _nearest_gap(x: float, boxes: Sequence[Node], width: float) -> float:
    """The middle of the free space, beside or between boxes, that lies nearest to `x`."""
    edges = [0.0, *(edge for box in boxes for edge in (box.x, box.x + box.width)), width]
    gaps = [(a + b) / 2 for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return rounded(min(gaps, key=lambda middle: abs(middle - x)))


def _curve(stops: Sequence[tuple[float, float]]) -> str:
    """A line through all stops that leaves and enters each of them vertically."""
    path = f"M{stops[0][0]} {stops[0][1]}"
    for (x1, y1), (x2, y2) in pairwise(stops):
        middle = rounded((y1 + y2) / 2)
        path += f"L{x2} {y2}" if x1 == x2 else f"C{x1} {middle} {x2} {middle} {x2} {y2}"
    return path
