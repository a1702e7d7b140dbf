"""The grid of a week: weekdays across, lessons and times down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Generic, Protocol, TypeVar

_SCHOOL_DAYS: Final = 5


class OnATimetable(Protocol):
    """What stands in the grid."""

    @property
    def held_on(self) -> date:
        """Its day."""

    @property
    def slots_text(self) -> str:
        """Its lessons as written."""

    @property
    def slots_mask(self) -> int:
        """Its lessons."""

    @property
    def starts_at(self) -> time | None:
        """When it begins."""

    @property
    def ends_at(self) -> time | None:
        """When it ends."""


V = TypeVar("V", bound=OnATimetable)


@dataclass(frozen=True)
class WeekLine(Generic[V]):
    """A line of the grid: the same lessons at the same time, one list per day."""

    slots_text: str
    starts_at: time | None
    ends_at: time | None
    cells: tuple[tuple[V, ...], ...]


@dataclass(frozen=True)
class Week(Generic[V]):
    """A week: Monday to Friday, and a weekend on which something is taught."""

    days: tuple[date, ...]
    lines: tuple[WeekLine[V], ...]
    by_day: tuple[tuple[V, ...], ...]  # the same day by day, in the order of the day


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def build_week(monday: date, visits: Sequence[V]) -> Week[V]:
    """The grid of the visits of a week."""
    ordered = sorted(visits, key=_place)
    last = max((visit.held_on for visit in visits), default=monday)
    count = max(_SCHOOL_DAYS, (last - monday).days + 1)
    days = tuple(monday + timedelta(days=number) for number in range(count))
    lines: dict[tuple[str, time | None, time | None], list[V]] = {}
    for visit in ordered:
        lines.setdefault((visit.slots_text, visit.starts_at, visit.ends_at), []).append(visit)
    return Week(
        days,
        tuple(WeekLine(*key, cells=_by_day(days, own)) for key, own in lines.items()),
        _by_day(days, ordered),
    )


def _by_day(days: Sequence[date], visits: Sequence[V]) -> tuple[tuple[V, ...], ...]:
    return tuple(tuple(visit for visit in visits if visit.held_on == day) for day in days)


def _place(visit: OnATimetable) -> tuple[int, time, int]:
    """First the lesson, then the hour."""
    return (visit.slots_mask & -visit.slots_mask, visit.starts_at or time(), visit.slots_mask)
