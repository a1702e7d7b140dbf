"""From weekly lessons to the days of a term: without public holidays, with make-up workdays."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from community.kernel.calendar import CalendarDay, DayKind
from community.kernel.i18n import N_, declare_labels
from community.walking_teaching.rules.arrangements import Rhythm, SlotDraft

_DAY: Final = timedelta(days=1)


class LeftOut(StrEnum):
    """Why a weekday of the timetable has no visit."""

    HOLIDAY = "holiday"
    MADE_UP = "made_up"  # a day off, made up for on a weekend
    BETWEEN_TERMS = "between_terms"


declare_labels(
    LeftOut,
    {
        LeftOut.HOLIDAY: N_("public holiday"),
        LeftOut.MADE_UP: N_("day off, made up for on a weekend"),
        LeftOut.BETWEEN_TERMS: N_("between the terms"),
    },
)


@dataclass(frozen=True, slots=True)
class TermSpan:
    """The days of a term, both included."""

    starts_on: date
    ends_on: date

    def week_of(self, day: date) -> int:
        """The number of the week of a day; that of the term's first day is the first."""
        return (_monday(day) - _monday(self.starts_on)).days // 7 + 1

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A visit to be planned: its day and the line of the timetable. On a make-up workday
    `follows` is the weekday it replaces; `is_stated` is whether the notice says so."""

    held_on: date
    slot: SlotDraft
    follows: date | None = None
    is_stated: bool = True


@dataclass(frozen=True, slots=True)
class DayLeftOut:
    """A day that the timetable names and that has no visit."""

    day: date
    reason: LeftOut
    holiday: str | None = None  # msgid of its name


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a timetable comes to between two days."""

    visits: tuple[PlannedDay, ...]
    left_out: tuple[DayLeftOut, ...]
    unpublished_years: tuple[int, ...]  # of which only weekends are known

    @property
    def months(self) -> Mapping[tuple[int, int], int]:
        """How many visits each (year, month) has, in their order."""
        return Counter((visit.held_on.year, visit.held_on.month) for visit in self.visits)

    @property
    def make_up_visits(self) -> tuple[PlannedDay, ...]:
        """The visits on make-up workdays."""
        return tuple(visit for visit in self.visits if visit.follows is not None)


def build_plan(
    slots: Sequence[SlotDraft],
    first: date,
    last: date,
    terms: Sequence[TermSpan],
    day_of: Callable[[date], CalendarDay],
) -> VisitPlan:
    """The visits of a timetable from `first` to `last`, within the terms, in order.

    A make-up workday has the lessons of the weekday that it replaces, in whose week they would
    have been.
    """
    visits: list[PlannedDay] = []
    left_out: list[DayLeftOut] = []
    years: set[int] = set()
    for day in _days(first, last):
        facts = day_of(day)
        if not facts.is_published:
            years.add(day.year)
        model = facts.follows or day
        term = next((term for term in terms if day in term), None)
        lessons = _slots_on(slots, model, term)
        if term is None:
            if lessons and facts.kind is DayKind.WORKDAY:
                left_out.append(DayLeftOut(day, LeftOut.BETWEEN_TERMS))
        elif facts.kind is DayKind.HOLIDAY:
            if lessons:
                reason = LeftOut.MADE_UP if facts.is_in_lieu else LeftOut.HOLIDAY
                left_out.append(DayLeftOut(day, reason, facts.holiday))
        elif facts.kind is not DayKind.WEEKEND:
            visits += (PlannedDay(day, slot, facts.follows, facts.is_stated) for slot in lessons)
    return VisitPlan(tuple(visits), tuple(left_out), tuple(sorted(years)))


def _slots_on(slots: Sequence[SlotDraft], day: date, term: TermSpan | None) -> Sequence[SlotDraft]:
    is_odd = term is None or term.week_of(day) % 2 == 1
    other = Rhythm.EVEN_WEEKS if is_odd else Rhythm.ODD_WEEKS
    found = [s for s in slots if s.weekday == day.weekday() and (term is None or s.rhythm != other)]
    return sorted(
        found, key=lambda slot: (slot.lessons.mask & -slot.lessons.mask, slot.lessons.mask)
    )


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY
