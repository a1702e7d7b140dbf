"""Memberships over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.kernel.charts.measures import NARROW, WIDE, Label, rounded


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
        return rounded(left + (right - left) * min(max(offset, 0), days) / days)

    roles = list(dict.fromkeys(stay.role for stay in stays))
    bars: list[StayBar] = []
    for index, stay in enumerate(stays):
        y = top + index * pitch + (18 if narrow else 4)
        x = position(stay.joined_on)
        end = right if stay.left_on is None else position(stay.left_on, end=True)
        label = (left, y - 5) if narrow else (left - 10, y + 10)
        length = max(2.0, rounded(end - x))
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
