"""Tables of the journal and of the access log, and the mixin of what is journaled."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community.journal.rules import ChainHead
from community.kernel.database import Base
from community.kernel.i18n import N_, declare_labels
from community.kernel.origin import Channel

JOURNALED_TABLES: set[str] = set()


class Journaled:
    """A fact: every change of its rows is journaled in the transaction that makes it.

    A row is told under its owner's name (a confirmation under its activity) and goes to the chain
    of its county: its own `county_id`, else its owner's, else the system's.
    """

    # The attribute with the foreign key of the row's owner; None: the row stands for itself.
    journal_owner: ClassVar[str | None] = None
    # Secrets: that they changed is journaled, their values are written as "…".
    journal_omits: ClassVar[frozenset[str]] = frozenset()
    # What is no fact (search keys, counters of the mapper): a change of it alone is no change.
    journal_ignores: ClassVar[frozenset[str]] = frozenset({"revision", "pinyin"})

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if table := cls.__dict__.get("__tablename__"):
            JOURNALED_TABLES.add(table)


class JournalEntry(Base):
    """What one flush changed about one subject: who, when, from where, old and new.

    Sealed into its chain (`rules.seal`); never changed, never removed.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_recorded_at_chain_sequence", "recorded_at", "chain", "sequence"),
        Index("ix_journal_entry_subject_type_subject_id", "subject_type", "subject_id"),
    )

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    channel: Mapped[Channel]
    request_id: Mapped[str | None] = mapped_column(String(64))
    ip: Mapped[str | None] = mapped_column(String(45))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(40))
    # JSON: a list of changes, as `rules.build_change` makes them.
    changes: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The last entry of each chain. Whoever appends locks this row, so no chain ever forks."""

    __tablename__ = "journal_head"

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int]
    entry_hash: Mapped[str] = mapped_column(String(64))

    @property
    def head(self) -> ChainHead:
        """Number and hash of the last entry."""
        return ChainHead(self.sequence, self.entry_hash)


class AccessKind(StrEnum):
    """What the access log knows of."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    VIEWED_PERSONAL_DATA = "viewed_personal_data"
    EXPORTED = "exported"
    PRINTED = "printed"


declare_labels(
    AccessKind,
    {
        AccessKind.SIGNED_IN: N_("Sign-in"),
        AccessKind.SIGN_IN_FAILED: N_("Failed sign-in"),
        AccessKind.SIGNED_OUT: N_("Sign-out"),
        AccessKind.VIEWED_PERSONAL_DATA: N_("Viewed personal data"),
        AccessKind.EXPORTED: N_("Exported"),
        AccessKind.PRINTED: N_("Printed"),
    },
)
declare_labels(
    Channel,
    {
        Channel.WEB: N_("Web page"),
        Channel.CLI: N_("Terminal"),
        Channel.JOB: N_("Background job"),
    },
)


class AccessLogEntry(Base):
    """Who came, looked or took away. Not chained: reading must move no chain."""

    __tablename__ = "access_log_entry"
    __table_args__ = (
        Index("ix_access_log_entry_recorded_at_id", "recorded_at", "id"),
        Index("ix_access_log_entry_county_id_recorded_at_id", "county_id", "recorded_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[AccessKind]
    # The path or the subject: what was seen, exported or printed.
    what: Mapped[str] = mapped_column(String(300))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(64))


JOURNAL_TABLES = frozenset(
    model.__tablename__ for model in (JournalEntry, JournalHead, AccessLogEntry)
)
