"""Days and instants. A day is a whole day in Asia/Shanghai; an instant is kept in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
# Known from before anything else: for facts whose source carries no date (READING.md §2).
ALWAYS: Final = datetime(1900, 1, 1, tzinfo=UTC)
# A day before all others: where a fact has no first day, but a key needs one.
FIRST_DAY: Final = date(1900, 1, 1)


_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at an instant: for a demonstration that has been lived for a while,
    never for what people enter."""
    token = _standing.set(instant)
    try:
        yield
    finally:
        _standing.reset(token)


def today() -> date:
    """Today's date in Asia/Shanghai, whatever the machine's own time zone is."""
    return now().astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """00:00 of a day in Asia/Shanghai, as an instant."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def day_of(instant: datetime) -> date:
    """The day in Asia/Shanghai on which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is Shanghai time, a bare day its 00:00.

    Raises ValueError when the text is no instant.
    """
    moment = datetime.fromisoformat(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except OverflowError as error:  # before the year 1 or after 9999, once it is UTC
        raise ValueError(text) from error
