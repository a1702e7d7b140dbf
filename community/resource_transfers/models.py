"""The details that only a resource transfer has."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.models import Activity
from community.journal.models import Journaled
from community.kernel.database import Base


class ResourceTransfer(Journaled, Base):
    """A transfer; what arrived and when a loan came back are filled in later."""

    __tablename__ = "resource_transfer"
    journal_owner = "activity_id"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    content: Mapped[str | None] = mapped_column(String(300))
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[str | None] = mapped_column(String(20))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    is_loan: Mapped[bool | None]
    due_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    received_quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    activity: Mapped[Activity] = relationship(lazy="raise")
