"""The details that only a resource transfer has, its lines, and what was said of them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.activities.models import Activity
from community.journal.models import Journaled
from community.kernel.database import Base, Recorded, one_open
from community.resource_transfers.rules import CONTENT_LENGTH, REASON_LENGTH, Condition


class ResourceTransfer(Journaled, Base):
    """A transfer as one row of a ledger says it; what arrived and when a loan came back are
    filled in later."""

    __tablename__ = "resource_transfer"
    journal_owner = "activity_id"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    content: Mapped[str | None] = mapped_column(String(CONTENT_LENGTH))
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


class TransferLine(Journaled, Base):
    """One kind of thing of a transfer; it never changes. A transfer from a ledger has none until
    somebody says on the web what arrived of it, and then the one that its row means."""

    __tablename__ = "transfer_line"
    journal_owner = "activity_id"
    __table_args__ = (
        UniqueConstraint("activity_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    position: Mapped[int]
    content: Mapped[str] = mapped_column(String(CONTENT_LENGTH))
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    is_loan: Mapped[bool]
    due_on: Mapped[date | None]

    activity: Mapped[Activity] = relationship(lazy="raise")


class TransferReceipt(Recorded, Journaled, Base):
    """What a receiving school stated of a line; it stands as long as its confirmation does."""

    __tablename__ = "transfer_receipt"
    journal_owner = "line_id"
    __table_args__ = (
        one_open("transfer_receipt", "line_id", "school_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("transfer_line.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    condition: Mapped[Condition]
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    received_on: Mapped[date]


class LoanReturn(Recorded, Journaled, Base):
    """What came back of a loan: first as the borrower stated it; the owner's confirmation is its
    next version. `number` counts the returns of a line."""

    __tablename__ = "loan_return"
    journal_owner = "line_id"
    __table_args__ = (
        one_open("loan_return", "line_id", "number"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_name IS NULL)", name="confirmation"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("transfer_line.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    number: Mapped[int]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    returned_on: Mapped[date]
    condition: Mapped[Condition]
    note: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    stated_by_name: Mapped[str] = mapped_column(String(100))
    # Of the form that stated it: the same form sent twice states one return.
    form_key: Mapped[str | None] = mapped_column(String(36), index=True)
    confirmed_on: Mapped[date | None]
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
