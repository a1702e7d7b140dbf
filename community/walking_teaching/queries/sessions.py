"""What is on file of walking-teaching."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.activities.models import Activity
from community.activities.queries import LedgerColumns, declare_ledger
from community.activities.rules import Sheet
from community.kernel.database import known_at
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.rules import Visit

declare_ledger(
    Sheet.WALKING_TEACHING,
    LedgerColumns(
        WalkingTeachingSession.activity_id,
        title=WalkingTeachingSession.slots_text,
        person=WalkingTeachingSession.teacher_name,
    ),
)


def details_of(session: Session, activity_id: int) -> WalkingTeachingSession:
    """The details of a record on file."""
    return session.get_one(WalkingTeachingSession, activity_id)


def visits_on_file(
    session: Session, county_ids: Collection[int], first_day: date, last_day: date
) -> list[tuple[int, Visit]]:
    """Activity and visit of every session of these counties known today, days included."""
    rows = session.execute(
        select(
            Activity.id,
            Activity.county_id,
            WalkingTeachingSession.staff_number,
            Activity.held_on,
            WalkingTeachingSession.slots_mask,
        )
        .join(Activity, Activity.id == WalkingTeachingSession.activity_id)
        .where(
            Activity.county_id.in_(county_ids),
            Activity.held_on.between(first_day, last_day),
            known_at(Activity, None),
        )
    )
    return [
        (activity_id, Visit(county_id, number, day, mask))
        for activity_id, county_id, number, day, mask in rows
    ]
