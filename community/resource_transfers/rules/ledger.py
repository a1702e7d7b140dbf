"""What a row of the resource-transfer ledger says, and what of it may be filled in later."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from community.activities.rules import ActivityDraft, build_identity
from community.kernel.workbook import fold


@dataclass(frozen=True, slots=True)
class ResourceTransferDraft:
    """A transfer or a loan; quantities to the thousandth, money in fen."""

    activity: ActivityDraft
    content: str | None
    quantity: Decimal
    unit: str | None
    amount_fen: int | None
    is_loan: bool | None
    due_on: date | None
    returned_on: date | None
    received_quantity: Decimal | None

    @property
    def identity(self) -> str:
        """The digest under which the row is recognised; what arrived and when a loan came back
        are not part of it."""
        return build_identity(
            (
                *self.activity.cells,
                fold(self.content or ""),
                self.quantity,
                fold(self.unit or ""),
                self.amount_fen,
                self.is_loan,
                self.due_on,
            )
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is filled in later: the day a loan came back, and how much arrived.

    `is_stated`: the schools themselves said so on the web, so that no ledger changes it.
    """

    returned_on: date | None
    received_quantity: Decimal | None
    is_stated: bool = False


def build_receipt(draft: ResourceTransferDraft, on_file: Receipt) -> Receipt:
    """The receipt that a row leaves, columns that its ledger lacks as they were."""
    if on_file.is_stated:
        return on_file
    unsaid = draft.activity.unsaid
    return Receipt(
        on_file.returned_on if "returned_on" in unsaid else draft.returned_on,
        on_file.received_quantity if "received_quantity" in unsaid else draft.received_quantity,
    )
