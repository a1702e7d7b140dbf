"""A calendar of activity: one square per day, larger and darker the more there was."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from community.kernel.charts.measures import NARROW, WIDE, Label, rounded

LEVELS = 4
"""Steps of darkness and size of a day with activity."""
CORNER = 1.5
"""How round the corners of a day are."""


@dataclass(frozen=True)
class Day:
    """One day; `level` is 0 for none, else 1 to `LEVELS`; `inset` makes little smaller."""

    on: date
    count: int
    level: int
    x: float
    y: float
    size: float

    @property
    def month(self) -> str:
        return f"{self.on:%Y-%m}"


@dataclass(frozen=True)
class DayChart:
    """A sheet of days: a column per week, or on a phone a row per month.

    `rows` and `columns` are labelled by the key of the weekday (0 = Monday), month or day.
    """

    width: float
    height: float
    cell: float
    by_week: bool
    days: tuple[Day, ...]
    months: tuple[Label, ...]
    ticks: tuple[Label, ...]
    steps: tuple[int, ...]  # the most that each level stands for

    @property
    def active(self) -> list[Day]:
        """The days that had any."""
        return [day for day in self.days if day.count]

    @property
    def squares(self) -> tuple[str, ...]:
        """The days of each level as one path, from none upwards: a year drawn day by day is most
        of a page. A stroke of twice `CORNER` with round joins completes them."""
        paths: list[list[str]] = [[] for _ in range(len(self.steps) + 1)]
        for day in self.days:
            side = f"{day.size - 2 * CORNER:.4g}"
            corner = f"{day.x + CORNER:.5g} {day.y + CORNER:.5g}"
            paths[day.level].append(f"M{corner}h{side}v{side}h-{side}z")
        return tuple("".join(path) for path in paths)


def level_steps(maximum: int) -> tuple[int, ...]:
    """The upper limit of each level, at equal distances, without empty levels."""
    limits = (max(1, -(-maximum * level // LEVELS)) for level in range(1, LEVELS + 1))
    return tuple(sorted(set(limits))) if maximum else ()


def day_chart(counts: Mapping[date, int], first: date, last: date, width: float = WIDE) -> DayChart:
    """The days from `first` to `last`, both included, with how many activities each had."""
    by_week = width > NARROW
    steps = level_steps(max((n for d, n in counts.items() if first <= d <= last), default=0))
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    monday = first - timedelta(days=first.weekday())
    weeks = ((last - monday).days // 7 + 1) if dates else 1
    left, top = (30.0, 20.0) if by_week else (34.0, 16.0)
    cell = min(18.0, (width - left) / (weeks if by_week else 31))
    month_of = {
        key: index for index, key in enumerate(dict.fromkeys(d.replace(day=1) for d in dates))
    }

    def corner(day: date) -> tuple[float, float]:
        if by_week:
            return left + (day - monday).days // 7 * cell, top + day.weekday() * cell
        return left + (day.day - 1) * cell, top + month_of[day.replace(day=1)] * (cell + 3)

    days: list[Day] = []
    for day in dates:
        count = counts.get(day, 0)
        level = bisect_left(steps, count) + 1 if count else 0
        size = (cell - 2) * (0.55 + 0.45 * level / len(steps) if level else 1.0)
        x, y = corner(day)
        inset = (cell - size) / 2
        days.append(Day(day, count, level, rounded(x + inset), rounded(y + inset), rounded(size)))
    if by_week:
        bottom = top + 7 * cell
        starts = [d for d in dates if d.day == 1 or d == first]
        months = tuple(Label(d.month, rounded(corner(d)[0]), top - 7) for d in _apart(starts))
        ticks = tuple(Label(n, left - 6, rounded(top + (n + 0.75) * cell)) for n in (0, 2, 4, 6))
    else:
        bottom = top + len(month_of) * (cell + 3)
        months = tuple(
            Label(key.month, left - 6, rounded(top + index * (cell + 3) + cell * 0.85))
            for key, index in month_of.items()
        )
        ticks = tuple(
            Label(n, rounded(left + (n - 0.5) * cell), top - 5) for n in (1, 5, 10, 15, 20, 25, 30)
        )
    return DayChart(
        width, rounded(bottom + 4), rounded(cell), by_week, tuple(days), months, ticks, steps
    )


def _apart(starts: list[date]) -> list[date]:
    """Names of months that have room: a month of few days at the beginning gives way."""
    return [
        d for d, after in zip(starts, [*starts[1:], date.max], strict=True) if (after - d).days > 14
    ]
