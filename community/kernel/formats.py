"""How days, instants and numbers are written: on a page, on paper, in a workbook."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date
from markupsafe import Markup

from community.kernel.clock import FIRST_DAY, SHANGHAI
from community.kernel.i18n import current_locale, gettext

_BABEL: Final = {"zh": "zh_Hans_CN", "en": "en_GB"}


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


def flow(sentences: Iterable[str]) -> Markup:
    """Sentences one after the other, the empty ones left out: Chinese needs no space between."""
    gap = Markup("") if current_locale() == "zh" else Markup(" ")
    return gap.join(sentence for sentence in sentences if sentence)


# What templates of pages and of paper call them.
FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "day": day,
    "first_day": first_day,
    "flow": flow,
    "instant": instant,
    "interval": interval,
    "long_day": long_day,
    "long_instant": long_instant,
    "message": str,
    "number": number,
    "quantity": quantity,
}
