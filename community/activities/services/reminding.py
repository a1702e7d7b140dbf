"""Reminding schools of what waits for them: once a day for each record, and as a text to copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from community.access import Actor, Permission, permission_is_held
from community.activities.models import Reminder
from community.activities.queries import waiting as queries
from community.activities.queries.lists import ActivityRow, activity_rows
from community.activities.queries.reminders import reminded_today
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.formats import day
from community.kernel.i18n import N_, gettext, label

# Of one school in one text: whoever has more is called.
MOST_NAMED: Final = 20
_MOST_READ: Final = 2_000


@dataclass(frozen=True)
class Unanswered:
    """A school that has not answered, and what waits for it, oldest first."""

    school_id: int
    school_name: str
    records: Sequence[ActivityRow]
    count: int
    is_reminded: bool  # today, of all of it

    @property
    def text(self) -> str:
        """What can be copied into a chat: no name of any person stands in it."""
        lines = [
            gettext(
                "[Education community] %(school)s: as of %(day)s these records wait for your "
                "confirmation, %(count)s in all.",
                school=self.school_name,
                day=day(clock.today()),
                count=self.count,
            )
        ]
        for number, row in enumerate(self.records, start=1):
            subject = label(row.subject) if row.subject else ""
            said = " · ".join(filter(None, [label(row.kind), subject, row.provider]))
            lines.append(f"{number}. {day(row.held_on)} {said}")
        lines.append(
            gettext(
                "Please sign in and open “To do”: confirm what is right, return what is not, with "
                "the reason."
            )
        )
        return "\n".join(lines)


def unanswered_schools(*, actor: Actor) -> list[Unanswered]:
    """The schools that have not answered what the actor's side reported, or (for an official)
    what was reported in the county; the longest waiting first."""
    _require(actor)
    by_school: dict[int, list[Any]] = {}
    for row in queries.unanswered_rows(session(), actor, _MOST_READ):
        by_school.setdefault(row.school_id, []).append(row)
    named = {row.id for rows in by_school.values() for row in rows[:MOST_NAMED]}
    records = {row.id: row for row in activity_rows(session(), named)}
    reminded = reminded_today(session(), list(by_school), clock.today())
    return [
        Unanswered(
            school_id=school_id,
            school_name=rows[0].school_name,
            records=[records[row.id] for row in rows[:MOST_NAMED]],
            count=len(rows),
            is_reminded={row.id for row in rows} <= reminded.get(school_id, set()),
        )
        for school_id, rows in by_school.items()
    ]


def remind_school(school_id: int, *, actor: Actor) -> int:
    """Remind a school of all that it has not answered to the actor; how many records those are.

    Once a day for each record. Raises NotFoundError where nothing waits for that school,
    RuleViolationError when it has been reminded of all of it today.
    """
    _require(actor)
    hold("reminder", str(school_id))
    rows = [
        row
        for row in queries.unanswered_rows(session(), actor, _MOST_READ)
        if row.school_id == school_id
    ]
    if not rows:
        raise NotFoundError
    today = clock.today()
    done = reminded_today(session(), [school_id], today).get(school_id, set())
    fresh = [row.id for row in rows if row.id not in done]
    if not fresh:
        raise RuleViolationError(
            N_("This school has been reminded of all of it today. Once a day is enough.")
        )
    session().add_all(
        Reminder(
            activity_id=activity_id,
            school_id=school_id,
            reminded_on=today,
            reminded_by=actor.actor_name,
        )
        for activity_id in fresh
    )
    return len(fresh)


def may_remind(actor: Actor) -> bool:
    """Who reports reminds, and the district does."""
    if actor.school_id is not None:
        return permission_is_held(actor, Permission.ACTIVITY_REPORT)
    return actor.county_id is not None and permission_is_held(actor, Permission.ACTIVITY_CHECK)


def _require(actor: Actor) -> None:
    if not may_remind(actor):
        raise AccessDeniedError
