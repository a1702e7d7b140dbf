"""Published rule sets (their thresholds are data; their meaning is code) and the plan's minima."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.journal.models import Journaled
from community.kernel.database import Base


class RuleSetVersion(Journaled, Base):
    """A published rule set, e.g. `2025-1`, as data: thresholds, titles and sources. What its
    criteria mean is code (`audits.rules`)."""

    __tablename__ = "rule_set_version"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    published_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Minimum(Journaled, Base):
    """How many communities a region needs, by when (annex, task 12)."""

    __tablename__ = "minimum"
    journal_owner = "division_id"
    __table_args__ = (CheckConstraint("minimum_count >= 0", name="count"),)

    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)
    deadline_on: Mapped[date] = mapped_column(primary_key=True)
    minimum_count: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
