"""What the addresses of the journal's pages say."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from community.journal.models import AccessKind
from community.journal.queries import AccessFilter, EntryFilter
from community.kernel import clock
from community.kernel.paging import MAX_NUMBER


def entry_filter(given: Mapping[str, str]) -> EntryFilter:
    """The filter of an address; what cannot be read does not matter."""
    batch = given.get("batch", "")
    is_number = batch.isdecimal() and int(batch) <= MAX_NUMBER
    return EntryFilter(
        actor_name=_text(given, "who"),
        subject_type=_text(given, "subject"),
        subject_id=_text(given, "id"),
        batch_id=int(batch) if is_number else None,
        since=_start(given, "from"),
        until=_start(given, "until", days=1),
    )


def access_filter(given: Mapping[str, str]) -> AccessFilter:
    """The same for the access log."""
    kind = given.get("kind")
    return AccessFilter(
        actor_name=_text(given, "who"),
        kind=AccessKind(kind) if kind in tuple(AccessKind) else None,
        since=_start(given, "from"),
        until=_start(given, "until", days=1),
    )


def _text(given: Mapping[str, str], name: str) -> str | None:
    return given.get(name, "").strip()[:100] or None


def _start(given: Mapping[str, str], name: str, *, days: int = 0) -> datetime | None:
    """The first instant of a day, or of one some days later."""
    try:
        return clock.start_of_day(date.fromisoformat(given.get(name, "")) + timedelta(days=days))
    except (ValueError, OverflowError):
        return None
