"""What only walking-teaching has: the details of a session, the standing timetable with its
planned visits, and the calendars that people subscribe to.

A timetable is a plan, in no figure: it may change in place, journaled. Only the record of a taught
visit is a fact.
"""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.models import Activity
from community.activities.rules import ActivityKind, Subject
from community.journal.models import Journaled
from community.kernel.database import Base
from community.registry.models import School, Term
from community.walking_teaching.rules import Rhythm, TravelMode, VisitState
from community.walking_teaching.rules.visits import REASON_LENGTH


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


class WalkingTeachingArrangement(Journaled, Base):
    """A teacher who teaches at another school week after week (走教安排), for a term; support
    teaching and rotation for a year at most, without weekly lessons: their school reports them once
    by the form of a session, when they begin."""

    __tablename__ = "walking_teaching_arrangement"
    journal_ignores = Journaled.journal_ignores | {"form_key"}
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="order"),
        CheckConstraint("sender_id <> receiver_id", name="schools"),
        Index(
            "ix_walking_teaching_arrangement_county_id_starts_on_id", "county_id", "starts_on", "id"
        ),
        Index(
            "ix_walking_teaching_arrangement_community_id_starts_on_id",
            "community_id",
            "starts_on",
            "id",
        ),
        UniqueConstraint("continues_id", "term_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    # None: inside a school district, outside any community.
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    kind: Mapped[ActivityKind]
    teacher_name: Mapped[str] = mapped_column(String(60))
    staff_number: Mapped[str] = mapped_column(String(40))
    pinyin: Mapped[str] = mapped_column(String(400), default="")  # of the teacher's name
    sender_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    subject: Mapped[Subject | None]
    grade: Mapped[str | None] = mapped_column(String(40))
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    travel_mode: Mapped[TravelMode | None]
    travel_minutes: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(500))
    # Why it ended before its last day.
    ended_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    # The arrangement of an earlier term that it goes on with.
    continues_id: Mapped[int | None] = mapped_column(
        ForeignKey("walking_teaching_arrangement.id"), index=True
    )
    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    sender: Mapped[School] = relationship(lazy="raise", foreign_keys=[sender_id])
    receiver: Mapped[School] = relationship(lazy="raise", foreign_keys=[receiver_id])
    term: Mapped[Term] = relationship(lazy="raise")
    slots: Mapped[list["ArrangementSlot"]] = relationship(
        lazy="raise",
        back_populates="arrangement",
        order_by="(ArrangementSlot.weekday, ArrangementSlot.slots_mask)",
        cascade="all, delete-orphan",
    )


class ArrangementSlot(Journaled, Base):
    """A line of the weekly timetable: weekday and lessons, with the times of the school."""

    __tablename__ = "arrangement_slot"
    journal_owner = "arrangement_id"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday"),
        CheckConstraint("starts_at < ends_at", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    arrangement_id: Mapped[int] = mapped_column(
        ForeignKey("walking_teaching_arrangement.id"), index=True
    )
    weekday: Mapped[int]  # 0 for Monday
    slots_text: Mapped[str] = mapped_column(String(60))
    slots_mask: Mapped[int]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    rhythm: Mapped[Rhythm]

    arrangement: Mapped[WalkingTeachingArrangement] = relationship(
        lazy="raise", back_populates="slots"
    )


class PlannedVisit(Journaled, Base):
    """A visit that a timetable plans for a day, and what became of it. It is in no figure."""

    __tablename__ = "planned_visit"
    journal_owner = "arrangement_id"
    __table_args__ = (
        CheckConstraint("(state = 'taught') = (activity_id IS NOT NULL)", name="taught"),
        CheckConstraint("(state = 'moved') = (moved_to IS NOT NULL)", name="moved"),
        CheckConstraint("state <> 'cancelled' OR reason IS NOT NULL", name="cancelled"),
        Index("ix_planned_visit_county_id_held_on_id", "county_id", "held_on", "id"),
        Index("ix_planned_visit_community_id_held_on_id", "community_id", "held_on", "id"),
        Index("ix_planned_visit_arrangement_id_held_on", "arrangement_id", "held_on"),
        Index(
            "uq_planned_visit_held",
            "arrangement_id",
            "held_on",
            "slots_mask",
            unique=True,
            sqlite_where=text("state IN ('planned', 'substituted', 'taught')"),
            postgresql_where=text("state IN ('planned', 'substituted', 'taught')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    arrangement_id: Mapped[int] = mapped_column(ForeignKey("walking_teaching_arrangement.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    held_on: Mapped[date]
    # As planned that day: a later change of the arrangement leaves it alone.
    teacher_name: Mapped[str] = mapped_column(String(60))
    staff_number: Mapped[str] = mapped_column(String(40))
    subject: Mapped[Subject | None]
    grade: Mapped[str | None] = mapped_column(String(40))
    travel_minutes: Mapped[int | None]
    slots_text: Mapped[str] = mapped_column(String(60))
    slots_mask: Mapped[int]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    state: Mapped[VisitState] = mapped_column(default=VisitState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    substitute_name: Mapped[str | None] = mapped_column(String(60))
    substitute_number: Mapped[str | None] = mapped_column(String(40))
    moved_to: Mapped[date | None]
    # The visit whose day was moved to this one.
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("planned_visit.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    arrangement: Mapped[WalkingTeachingArrangement] = relationship(lazy="raise")


class CalendarFeed(Journaled, Base):
    """A calendar to which somebody subscribes. The address holds a secret; here is only its
    SHA-256, so that a copy of the database opens no calendar."""

    __tablename__ = "calendar_feed"
    journal_owner = "account_id"
    journal_omits = frozenset({"token_sha256"})
    journal_ignores = Journaled.journal_ignores | {"hour_began_at", "reads_count"}

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # How often it was read in the hour that began then.
    hour_began_at: Mapped[datetime | None]
    reads_count: Mapped[int] = mapped_column(default=0)
