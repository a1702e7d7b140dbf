"""An import is one batch; undoing it hides all it brought."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

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
