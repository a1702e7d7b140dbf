"""The details that only a walking-teaching session has."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.models import Activity
from community.journal.models import Journaled
from community.kernel.database import Base
from community.walking_teaching.rules import TravelMode


class WalkingTeachingSession(Journaled, Base):
    """One visit of one teacher to one school; the teacher is known by the staff number."""

    __tablename__ = "walking_teaching_session"
    journal_owner = "activity_id"
    __table_args__ = (Index("ix_walking_teaching_session_staff_number", "staff_number"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    teacher_name: Mapped[str] = mapped_column(String(60))
    staff_number: Mapped[str] = mapped_column(String(40))
    # The lessons of the day as written (第2-3节), and as a bit per lesson to find clashes.
    slots_text: Mapped[str] = mapped_column(String(60))
    slots_mask: Mapped[int]
    travel_mode: Mapped[TravelMode | None]

    activity: Mapped[Activity] = relationship(lazy="raise")
