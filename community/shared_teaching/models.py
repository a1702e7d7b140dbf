"""The details that only a shared-teaching session has."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.models import Activity
from community.journal.models import Journaled
from community.kernel.database import Base


class SharedTeachingSession(Journaled, Base):
    """A synchronous, dedicated remote or master-teacher class, or a joint research session."""

    __tablename__ = "shared_teaching_session"
    journal_owner = "activity_id"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    grade: Mapped[str | None] = mapped_column(String(60))
    topic: Mapped[str | None] = mapped_column(String(300))
    lecturer_name: Mapped[str | None] = mapped_column(String(100))
    pupils_count: Mapped[int | None]
    teachers_count: Mapped[int | None]

    activity: Mapped[Activity] = relationship(lazy="raise")
