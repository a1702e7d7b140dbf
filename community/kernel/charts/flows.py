"""Flows from schools to schools: bands from a left to a right column, as thick as they are many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community.kernel.charts.measures import NARROW, WIDE, rounded, wrap


@dataclass(frozen=True)
class End:
    """A school at one side of the picture: its bar, and its name beside it."""

    key: str
    lines: tuple[str, ...]
    count: int
    x: float
    y: float
    height: float
    label_x: float

    @property
    def middle(self) -> float:
        return rounded(self.y + self.height / 2)


@dataclass(frozen=True)
class Band:
    """What goes from one school to another: the outline of a band; `tone` numbers the givers."""

    path: str
    tone: int
    giver: str
    taker: str
    count: int


@dataclass(frozen=True)
class FlowChart:
    width: float
    height: float
    bar: float
    givers: tuple[End, ...]
    takers: tuple[End, ...]
    bands: tuple[Band, ...]


def flow_chart(
    counts: Mapping[tuple[str, str], int], names: Mapping[str, str], width: float = WIDE
) -> FlowChart:
    """Givers at the left, most first; takers at the right, beside those that give them most.

    `counts` maps (giver, taker) to a number; pairs of 0 are left out. A school that both gives
    and takes stands on both sides.
    """
    pairs = {pair: count for pair, count in counts.items() if count > 0}
    gives, takes = _totals(pairs, 0), _totals(pairs, 1)
    left = sorted(gives, key=lambda key: (-gives[key], names.get(key, "")))
    rank = {key: index for index, key in enumerate(left)}
    weight = {
        taker: sum(rank[g] * n for (g, t), n in pairs.items() if t == taker) / takes[taker]
        for taker in takes
    }
    right = sorted(takes, key=lambda key: (weight[key], -takes[key], names.get(key, "")))

    label, bar, gap = (92.0 if width <= NARROW else max(150.0, width * 0.27)), 10.0, 12.0
    rows = max(len(left), len(right))
    height = max(60.0, rows * 46.0)
    room = height - gap * max(0, rows - 1)
    unit = _unit(room, [*gives.values()], [*takes.values()])
    givers = _column(left, gives, names, unit, height, (label, label - 8), label - 10)
    takers = _column(
        right, takes, names, unit, height, (width - label - bar, width - label + 8), label - 10
    )
    return FlowChart(
        width=width,
        height=rounded(height),
        bar=bar,
        givers=givers,
        takers=takers,
        bands=_bands(pairs, givers, takers, unit, bar),
    )


def _totals(pairs: Mapping[tuple[str, str], int], side: int) -> dict[str, int]:
    totals: dict[str, int] = {}
    for pair, count in pairs.items():
        totals[pair[side]] = totals.get(pair[side], 0) + count
    return totals


def _unit(room: float, *sides: Sequence[int]) -> float:
    """How thick one is: both columns fit, though every bar leaves room for its name."""
    return min(
        (max(room - 34.0 * len(side), room * 0.2) / sum(side) for side in sides if side),
        default=1.0,
    )


def _column(
    keys: Sequence[str],
    totals: Mapping[str, int],
    names: Mapping[str, str],
    unit: float,
    height: float,
    places: tuple[float, float],
    room: float,
) -> tuple[End, ...]:
    """Bars one below the other, spread over the height; a thin bar still has room for its name."""
    heights = [max(2.0, totals[key] * unit) for key in keys]
    slots = [max(34.0, length) for length in heights]
    free = max(0.0, height - sum(slots)) / len(keys) if keys else 0.0
    ends: list[End] = []
    y = free / 2
    for key, length, slot in zip(keys, heights, slots, strict=True):
        lines = wrap(names.get(key, key), room, 12)
        top = rounded(y + (slot - length) / 2)
        ends.append(End(key, lines, totals[key], places[0], top, rounded(length), places[1]))
        y += slot + free
    return tuple(ends)


def _bands(
    pairs: Mapping[tuple[str, str], int],
    givers: Sequence[End],
    takers: Sequence[End],
    unit: float,
    bar: float,
) -> tuple[Band, ...]:
    leaves = {end.key: end.y for end in givers}
    arrives = {end.key: end.y for end in takers}
    bands: list[Band] = []
    for tone, giver in enumerate(givers):
        for taker in takers:
            count = pairs.get((giver.key, taker.key), 0)
            if not count:
                continue
            thick = rounded(max(1.0, count * unit))
            x1, x2 = giver.x + bar, taker.x
            y1, y2 = rounded(leaves[giver.key]), rounded(arrives[taker.key])
            leaves[giver.key] += thick
            arrives[taker.key] += thick
            half = rounded((x1 + x2) / 2)
            path = (
                f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}V{rounded(y2 + thick)}"
                f"C{half} {rounded(y2 + thick)} {half} {rounded(y1 + thick)}"
                f" {x1} {rounded(y1 + thick)}Z"
            )
            bands.append(Band(path, tone, giver.key, taker.key, count))
    return tuple(bands)
