"""An import is one batch; undoing it hides all it brought. Before, its files wait for a look."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.imports.rules import PendingState
from community.journal.models import Journaled
from community.kernel.database import Base


class ImportBatch(Journaled, Base):
    """One call of the import: all its files, in one transaction."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(100))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_history: Mapped[bool]
    # Per sheet: file, sheet, kind, rows, added, changed, unchanged, skipped.
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Former values of what was changed in place: table, id, values; undoing puts them back.
    restores: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(100))


class ImportBatchCounty(Journaled, Base):
    """A county whose facts a batch touched; a batch is seen by those counties and their city."""

    __tablename__ = "import_batch_county"
    journal_owner = "batch_id"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True, index=True)


class PendingImport(Base):
    """Files that somebody has handed in, until they are imported or given up.

    No fact: what is in them is on nobody's record. It is its owner's alone, under the role and
    place that the account had.
    """

    __tablename__ = "pending_import"
    __table_args__ = (
        Index("ix_pending_import_account_id_id", "account_id", "id"),
        CheckConstraint("(state = 'imported') = (batch_id IS NOT NULL)", name="batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    scope: Mapped[str] = mapped_column(String(100))
    is_history: Mapped[bool]
    # Per file: name, key in the storage, size.
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[PendingState]
    # What reads or writes it at present, or did so last.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    # How often the files were read: what is confirmed is what one reading has shown.
    reading: Mapped[int] = mapped_column(default=0)
    # "county|name" → the school that its owner has chosen where the name means several.
    choices: Mapped[dict[str, int]] = mapped_column(JSON)
    # What the last reading found, without the rows, which lie in the storage.
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[str | None] = mapped_column(String(64))
    # The registers have changed since the reading before: this preview is another one.
    has_moved: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    form_key: Mapped[str] = mapped_column(String(36), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def prefix(self) -> str:
        """Where its files lie in the storage."""
        return f"imports/{self.id}/"

    @property
    def reading_prefix(self) -> str:
        """Where what the last reading found lies."""
        return f"{self.prefix}readings/{self.reading}/"
