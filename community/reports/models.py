"""Reports as they were issued."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.audits.rules.results import Verdict
from community.kernel.database import Base
from community.reports.rules.kinds import ReportKind


class IssuedReport(Base):
    """A report that was printed: its conditions, its file, and the journal's state. The file never
    changes, whatever is recorded later. Issuing is no fact and moves no chain."""

    __tablename__ = "issued_report"
    __table_args__ = (
        Index("ix_issued_report_county_id_id", "county_id", "id"),
        Index("ix_issued_report_city_id_id", "city_id", "id"),
        Index("ix_issued_report_community_id_id", "community_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ReportKind]
    # What it is about; the county and the community are None where it is about more than one.
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    locale: Mapped[str] = mapped_column(String(8))
    school_year: Mapped[str] = mapped_column(String(9))
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    rule_set: Mapped[str] = mapped_column(String(12))
    is_trial: Mapped[bool]
    answer: Mapped[str] = mapped_column(String(60))  # the verdict, or "4/6"
    # Hashes of the last entries of the journal's chains: "county:445203 1234 ab12…", one a line.
    journal_heads: Mapped[str] = mapped_column(String(8000))
    file_name: Mapped[str] = mapped_column(String(200))
    storage_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    pages_count: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(index=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by_name: Mapped[str] = mapped_column(String(100))

    @property
    def verdict(self) -> Verdict | None:
        """The answer of a community's report."""
        return Verdict(self.answer) if self.kind is ReportKind.COMMUNITY else None
