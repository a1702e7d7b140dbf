"""On which days schools were reminded of what waits for them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.activities.models import Reminder


def reminders_of(
    session: Session, activity_ids: Collection[int]
) -> dict[tuple[int, int], list[date]]:
    """On which days receiving schools were reminded of records, by record and school."""
    rows = session.execute(
        select(Reminder.activity_id, Reminder.school_id, Reminder.reminded_on)
        .where(Reminder.activity_id.in_(activity_ids))
        .order_by(Reminder.reminded_on)
    )
    found: dict[tuple[int, int], list[date]] = {}
    for activity_id, school_id, day in rows:
        found.setdefault((activity_id, school_id), []).append(day)
    return found


def reminded_today(
    session: Session, school_ids: Collection[int], today: date
) -> dict[int, set[int]]:
    """Of which records schools were reminded on a day, by school."""
    rows = session.execute(
        select(Reminder.school_id, Reminder.activity_id).where(
            Reminder.school_id.in_(school_ids), Reminder.reminded_on == today
        )
    )
    found: dict[int, set[int]] = {}
    for school_id, activity_id in rows:
        found.setdefault(school_id, set()).add(activity_id)
    return found
