"""The public calendar of the country: holidays, days off in lieu, make-up workdays. The one door
to `chinese_calendar`, which knows the years whose notice (国务院办公厅放假通知) it has read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from community.kernel.i18n import N_


class DayKind(StrEnum):
    """What a day is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # public, or off in lieu
    MAKE_UP = "make_up"  # a day of a weekend on which people work


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar. Of a year whose notice is not known only weekends are."""

    kind: DayKind
    is_published: bool = True
    holiday: str | None = None  # msgid of its name
    is_in_lieu: bool = False  # off because a weekend makes up for it
    # Of a make-up workday the weekday that it replaces. The notice names the days of each side
    # alone: where there is one of each it says so, where there are several they go in their order.
    follows: date | None = None
    is_stated: bool = True


_NAMES: Final = {
    "New Year's Day": N_("New Year's Day"),
    "Spring Festival": N_("Spring Festival"),
    "Tomb-sweeping Day": N_("Tomb-sweeping Day"),
    "Labour Day": N_("Labour Day"),
    "Dragon Boat Festival": N_("Dragon Boat Festival"),
    "Mid-autumn Festival": N_("Mid-autumn Festival"),
    "National Day": N_("National Day"),
}


def calendar_day(day: date) -> CalendarDay:
    """What the public calendar says of a day."""
    return _year(day.year).get(day) or CalendarDay(
        DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY, is_published(day.year)
    )


def is_published(year: int) -> bool:
    """Whether the holidays of a year are known."""
    return bool(_year(year))


@cache
def _year(year: int) -> dict[date, CalendarDay]:
    """The days of a year on which the calendar differs from the week."""
    from chinese_calendar import constants  # its tables would slow every start of a command

    off = {day: name for day, name in constants.holidays.items() if day.year == year}
    lieu = {day for day in constants.in_lieu_days if day.year == year}
    found = {
        day: CalendarDay(DayKind.HOLIDAY, holiday=_NAMES.get(name, name), is_in_lieu=day in lieu)
        for day, name in off.items()
    }
    worked = {day: name for day, name in constants.workdays.items() if day.year == year}
    for name in set(worked.values()):
        days = sorted(day for day, of in worked.items() if of == name)
        free = sorted(day for day in lieu if off[day] == name)
        for day, follows in zip(days, free, strict=False):
            found[day] = CalendarDay(
                DayKind.MAKE_UP,
                holiday=_NAMES.get(name, name),
                follows=follows,
                is_stated=len(days) == len(free) == 1,
            )
    return found
