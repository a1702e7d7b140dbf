"""Tables shared by the three kinds of activity record.

An activity is one ledger row. Its own columns never change once reported: a correction of them
ends this record's known time and begins another. Confirmations and evidence come and go by
themselves, each with its own known time.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
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
        CheckConstraint("half_days_count > 0", name="half_days"),
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
    # Kindergartens have half-days (半日活动) instead of lesson periods and subjects.
    half_days_count: Mapped[int | None]
    # The side that reported it on the web; None: it came in a ledger.
    reported_by_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    # Of the form that reported it: the same form sent ten times makes one record.
    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    # The returned record that it corrects.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    # Why it is no double of a record that looks alike; the auditor sees it.
    double_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))

    provider: Mapped[School] = relationship(lazy="raise", foreign_keys=[provider_id])
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
    # The account that confirmed on the web, and the signed paper where it was confirmed from one.
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    paper_reference: Mapped[str | None] = mapped_column(String(300))

    receiver: Mapped[ActivityReceiver] = relationship(lazy="raise", back_populates="confirmations")


class ActivityEvidence(Recorded, Journaled, Base):
    """A piece of evidence for an activity: an archive number, a link, or a file by its name."""

    __tablename__ = "activity_evidence"
    journal_owner = "activity_id"
    __table_args__ = (one_open("activity_evidence", "activity_id", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    reference: Mapped[str] = mapped_column(String(300))
    # Of a file: where it is kept, and the checksum of its content, which the journal seals.
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)

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
    # The school in whose name it was taken; None: an official took it.
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))

    activity: Mapped[Activity] = relationship(lazy="raise", back_populates="decisions")


class ConfirmationSheet(Base):
    """A printed sheet (月度确认单) on which a receiving school confirms the open records of a month
    with its seal: exactly these, whatever comes later."""

    __tablename__ = "confirmation_sheet"
    __table_args__ = (
        Index("ix_confirmation_sheet_school_id_printed_at_id", "school_id", "printed_at", "id"),
        Index("ix_confirmation_sheet_county_id_printed_at_id", "county_id", "printed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    month: Mapped[int]  # 202411
    activity_ids: Mapped[list[int]] = mapped_column(JSON)
    printed_at: Mapped[datetime]
    printed_by: Mapped[str] = mapped_column(String(100))
    # The signed paper: its archive number, or its photograph; and when it was entered.
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(100))
    paper_reference: Mapped[str | None] = mapped_column(String(300))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))


class Reminder(Base):
    """A receiving school was reminded of a record that waits for it: once a day at most."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("activity_id", "school_id", "reminded_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    reminded_on: Mapped[date]
    reminded_by: Mapped[str] = mapped_column(String(100))


class SavedEntry(Base):
    """A form that somebody is filling in (暂存): what was typed, whatever its faults. It is gone
    once it is reported or discarded, and nobody else sees it."""

    __tablename__ = "saved_entry"
    __table_args__ = (
        Index("ix_saved_entry_account_id_saved_at_id", "account_id", "saved_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(36), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sheet: Mapped[Sheet]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    # The returned record that it corrects.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    # The open page that saved it last: that page may save again although an answer got lost.
    saved_from: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper


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
