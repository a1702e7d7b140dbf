"""The visits of a term as an iCalendar file (RFC 5545)."""

from datetime import date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event, Timezone

from community.kernel.clock import SHANGHAI
from community.kernel.i18n import N_, gettext, label
from community.walking_teaching.queries.visits import VisitRow
from community.walking_teaching.rules import VisitState

_GONE = frozenset({VisitState.CANCELLED, VisitState.MOVED})
REFRESH: Final = timedelta(hours=1)
_NO_SUMMER_TIME: Final = date(2000, 1, 1)


def build_calendar(visits: list[VisitRow], made_at: datetime, host: str) -> bytes:
    """A calendar of visits; each keeps its UID for good, whatever becomes of it. One without hours
    is an event of the whole day."""
    calendar = Calendar()
    calendar.add("prodid", "-//community//walking-teaching//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", gettext(N_("Walking-teaching")))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    calendar.add_component(Timezone.from_tzid("Asia/Shanghai", first_date=_NO_SUMMER_TIME))
    for visit in visits:
        calendar.add_component(_event(visit, made_at, host))
    return bytes(calendar.to_ical())


def _event(visit: VisitRow, made_at: datetime, host: str) -> Event:
    event = Event()
    event.add("uid", f"walking-teaching-visit-{visit.id}@{host}")
    event.add("dtstamp", made_at)
    event.add("sequence", visit.revision)
    if visit.starts_at and visit.ends_at:
        event.add("dtstart", _at(visit, visit.starts_at))
        event.add("dtend", _at(visit, visit.ends_at))
    else:
        event.add("dtstart", visit.held_on)
    event.add("summary", _summary(visit))
    event.add("location", visit.receiver)
    event.add("description", _description(visit))
    event.add("status", "CANCELLED" if visit.state in _GONE else "CONFIRMED")
    if visit.state in _GONE:
        event.add("transp", "TRANSPARENT")
    return event


def _at(visit: VisitRow, hour: time) -> datetime:
    return datetime.combine(visit.held_on, hour, SHANGHAI)


def _summary(visit: VisitRow) -> str:
    subject = label(visit.subject) if visit.subject else label(visit.kind)
    return f"{visit.teacher_name} {subject} {visit.slots_text} {visit.receiver}"


def _description(visit: VisitRow) -> str:
    parts = [f"{visit.sender} → {visit.receiver}", visit.grade, label(visit.state), visit.reason]
    return "\n".join(part for part in parts if part)
