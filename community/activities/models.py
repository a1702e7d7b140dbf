"""Tables shared by the three kinds of activity record.

An activity is one ledger row. Its own columns never change once reported: a correction of them
ends this record's known time and begins another. Confirmations and evidence come and go by
themselves, each with its own known time.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.rules import (
    REASON_LENGTH,
    ActivityKind,
    ActivityState,
    DecisionKind,
    Mode,
    Sheet,
)
from community.journal.models import Journaled
from community.kernel.database import Base, Recorded, one_open
from community.registry.models import School


class Activity(Recorded, Journaled, Base):
    """One shared-teaching session, walking-teaching session or resource transfer."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("periods_count > 0", name="periods"),
        Index("ix_activity_county_id_held_on_id", "county_id", "held_on", "id"),
        Index("ix_activity_community_id_held_on_id", "community_id", "held_on", "id"),
        Index("ix_activity_community_id_identity", "community_id", "identity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[Sheet]
    kind: Mapped[ActivityKind]
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    # None: walking-teaching inside a school district, outside any community.
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    held_on: Mapped[date]
    mode: Mapped[Mode | None]
    subject: Mapped[str | None] = mapped_column(String(40))
    periods_count: Mapped[int | None]
    provider_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    state: Mapped[ActivityState]
    # Digest of the cells by which the same ledger row is recognised when it comes again.
    identity: Mapped[str] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(500))

    provider: Mapped[School] = relationship(lazy="raise")
    receivers: Mapped[list["ActivityReceiver"]] = relationship(
        lazy="raise", back_populates="activity", order_by="ActivityReceiver.position"
    )
    evidence: Mapped[list["ActivityEvidence"]] = relationship(
        lazy="raise", back_populates="activity"
    )
    decisions: Mapped[list["ActivityDecision"]] = relationship(
        lazy="raise", back_populates="activity"
    )


class ActivityReceiver(Journaled, Base):
    """A school that received an activity, in the order in which the record names them."""

    __tablename__ = "activity_receiver"
    journal_owner = "activity_id"
    __table_args__ = (
        UniqueConstraint("activity_id", "school_id"),
        Index("ix_activity_receiver_school_id_activity_id", "school_id", "activity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    position: Mapped[int]

    activity: Mapped[Activity] = relationship(lazy="raise", back_populates="receivers")
    confirmations: Mapped[list["Confirmation"]] = relationship(
        lazy="raise", back_populates="receiver"
    )


class Confirmation(Recorded, Journaled, Base):
    """What a receiving school said of an activity. Without a day it confirms nothing."""

    __tablename__ = "confirmation"
    journal_owner = "receiver_id"
    __table_args__ = (one_open("confirmation", "receiver_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("activity_receiver.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    confirmer_name: Mapped[str | None] = mapped_column(String(60))
    confirmed_on: Mapped[date | None]
    is_on_behalf: Mapped[bool] = mapped_column(default=False)  # 代确认

    receiver: Mapped[ActivityReceiver] = relationship(lazy="raise", back_populates="confirmations")


class ActivityEvidence(Recorded, Journaled, Base):
    """A piece of evidence for an activity: an archive number or a link."""

    __tablename__ = "activity_evidence"
    journal_owner = "activity_id"
    __table_args__ = (one_open("activity_evidence", "activity_id", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    reference: Mapped[str] = mapped_column(String(300))

    activity: Mapped[Activity] = relationship(lazy="raise", back_populates="evidence")


class ActivityDecision(Recorded, Journaled, Base):
    """A decision about an activity: returned, withdrawn, disallowed (不予认定) or checked. Taking
    it back ends its known time."""

    __tablename__ = "activity_decision"
    journal_owner = "activity_id"
    __table_args__ = (
        one_open("activity_decision", "activity_id", "kind"),
        CheckConstraint("reason IS NOT NULL OR kind = 'checked'", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    kind: Mapped[DecisionKind]
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    decided_by_name: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date]

    activity: Mapped[Activity] = relationship(lazy="raise", back_populates="decisions")


class _Cells:
    """The figures of one cell of a rollup, as known today: rows, and their lesson periods."""

    reported_count: Mapped[int]
    reported_periods_count: Mapped[int]
    confirmed_count: Mapped[int]
    confirmed_periods_count: Mapped[int]
    checked_count: Mapped[int]
    checked_periods_count: Mapped[int]
    counted_count: Mapped[int]
    counted_periods_count: Mapped[int]


class CountyMonthRollup(_Cells, Base):
    """What the communities of a county did in a month, by kind. Kept by the database itself from
    the records (`queries.rollups`); nothing is ever added to it by hand."""

    __tablename__ = "county_month_rollup"

    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 202409
    kind: Mapped[ActivityKind] = mapped_column(primary_key=True)


class CommunityYearRollup(_Cells, Base):
    """What a community did in a school year, by kind; kept as `CountyMonthRollup` is."""

    __tablename__ = "community_year_rollup"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    first_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 2024-2025
    kind: Mapped[ActivityKind] = mapped_column(primary_key=True)
