"""How days, instants and numbers are written: on a page, on paper, in a workbook."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date
from markupsafe import Markup

from community.kernel.charts.days import Day
from community.kernel.clock import FIRST_DAY, SHANGHAI
from community.kernel.i18n import N_, current_locale, gettext

_A_MONDAY: Final = date(2024, 1, 1)
_BABEL: Final = {"zh": "zh_Hans_CN", "en": "en_GB"}
_MONTHS: Final = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)
_WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def day(value: date | None, missing: str = "—") -> str:
    """A date as officials write it in tables: 2025-12-31; an instant by its day in Shanghai."""
    if value is None:
        return missing
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return value.isoformat()


def first_day(value: date) -> str:
    """The day from which something holds; for what always did: the beginning."""
    return gettext("the beginning") if value == FIRST_DAY else day(value)


def instant(value: datetime | None, missing: str = "—") -> str:
    """An instant in Shanghai time, to the minute: 2025-12-31 14:03."""
    return missing if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def interval(first: date | None, last: date | None) -> str:
    """Two days, both included; an open end reads 至今."""
    return f"{day(first)} – {day(last, gettext('until now'))}"


def number(value: int | Decimal | None, missing: str = "—") -> str:
    """A number with its thousands grouped: 12,345."""
    return missing if value is None else f"{value:,}"


def quantity(value: Decimal | None, missing: str = "—") -> str:
    """A quantity without noughts at its end: 12.5, 1,200."""
    return missing if value is None else f"{value.normalize():,f}"


def long_day(value: date | None, missing: str = "—") -> str:
    """A date as it stands in a sentence: 2025年12月31日, 31 December 2025."""
    if value is None:
        return missing
    return format_date(value, "long", locale=_BABEL[current_locale()])


def long_instant(value: datetime) -> str:
    """An instant in Shanghai time as it stands in a sentence: 2026年1月31日 00:00."""
    local = value.astimezone(SHANGHAI)
    gap = "" if current_locale() == "zh" else " "
    return f"{long_day(local.date())}{gap}{local:%H:%M}"


def month_name(month: int) -> str:
    """The short name of a month, 1 for January."""
    return gettext(_MONTHS[month - 1])


def weekday_name(weekday: int) -> str:
    """The short name of a weekday, 0 for Monday."""
    return gettext(_WEEKDAYS[weekday])


def weekday(value: date | int) -> str:
    """The weekday of a day, or of a number from 0 for Monday, as it stands in a timetable: 周二."""
    day = value if isinstance(value, date) else _A_MONDAY + timedelta(days=value)
    return format_date(day, "EEE", locale=_BABEL[current_locale()])


def days_of_month(days: Iterable[Day]) -> str:
    """The days of a month with how many on each: 3 (2), 17 (1)."""
    shown = (f"{day.on.day}{gettext(' (%(text)s)', text=day.count)}" for day in days)
    return gettext(", ").join(shown)


def flow(sentences: Iterable[str]) -> Markup:
    """Sentences one after the other, the empty ones left out: Chinese needs no space between."""
    gap = Markup("") if current_locale() == "zh" else Markup(" ")
    return gap.join(sentence for sentence in sentences if sentence)


# What templates of pages and of paper call them.
def person(name: str) -> str:
    """Who entered something: a name as it is, a user of the command line called so."""
    if not name.startswith("cli:"):
        return name
    return gettext("Command line (%(name)s)", name=name.removeprefix("cli:"))


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "day": day,
    "days_of_month": days_of_month,
    "first_day": first_day,
    "flow": flow,
    "instant": instant,
    "interval": interval,
    "long_day": long_day,
    "long_instant": long_instant,
    "message": str,
    "month_name": month_name,
    "number": number,
    "person": person,
    "quantity": quantity,
    "weekday": weekday,
    "weekday_name": weekday_name,
}
