"""What is on file of shared teaching."""

from sqlalchemy.orm import Session

from community.activities.queries import LedgerColumns, declare_ledger
from community.activities.rules import Sheet
from community.shared_teaching.models import SharedTeachingSession

declare_ledger(
    Sheet.SHARED_TEACHING,
    LedgerColumns(
        SharedTeachingSession.activity_id,
        title=SharedTeachingSession.topic,
        person=SharedTeachingSession.lecturer_name,
        said=(
            SharedTeachingSession.topic,
            SharedTeachingSession.lecturer_name,
            SharedTeachingSession.grade,
            SharedTeachingSession.pupils_count,
            SharedTeachingSession.teachers_count,
        ),
    ),
)


def details_of(session: Session, activity_id: int) -> SharedTeachingSession:
    """The details of a record on file."""
    return session.get_one(SharedTeachingSession, activity_id)
