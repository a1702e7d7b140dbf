"""What a transfer reported on the web consists of: its lines, and the ledger row that sums them up.

A ledger has one row per transfer and no lines. So `ResourceTransfer` stays what that row says,
for every transfer; a transfer of several lines is summed up in it as a clerk would write it. The
lines stand beside it (`TransferLine`); a transfer from a ledger is itself its only line until
somebody says on the web what arrived or came back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from community.activities.rules import ActivityDraft
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.resource_transfers.rules.ledger import ResourceTransferDraft

MOST_LINES: Final = 50
CONTENT_LENGTH: Final = 300
# What lines of different units are counted in, as ledgers do.
ITEMS: Final = "项"
_LARGEST: Final = Decimal(10) ** 10
_FINEST: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One kind of thing that is handed over: quantity to the thousandth, money in fen."""

    content: str
    quantity: Decimal
    unit: str
    amount_fen: int | None = None
    is_loan: bool = False
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """A transfer to be reported on the web."""

    activity: ActivityDraft
    lines: tuple[LineDraft, ...]


def check_quantity(
    quantity: Decimal, *, may_be_zero: bool = False, field: str = "quantity"
) -> None:
    """Raise RuleViolationError for a quantity that nobody can hand over."""
    if quantity < 0 or (quantity == 0 and not may_be_zero):
        said = N_("The quantity must be more than 0. Type how many there are.")
        if may_be_zero:
            said = N_("The quantity cannot be negative. Type 0 if nothing arrived.")
        raise RuleViolationError(said, field=field)
    if quantity >= _LARGEST or quantity != quantity.quantize(_FINEST):
        raise RuleViolationError(
            N_("The quantity has too many digits. At most three stand after the point."),
            field=field,
        )


def check_one_receiver(receiver_ids: Collection[int]) -> None:
    """Raise RuleViolationError for a transfer to several schools: nobody could sign for it."""
    if len(receiver_ids) > 1:
        raise RuleViolationError(
            N_(
                "A transfer goes to one receiving school, because each school signs for its own "
                "quantity. Report one transfer for each school."
            ),
            field="receivers",
        )


def check_lines(lines: Sequence[LineDraft], held_on: date) -> None:
    """Raise RuleViolationError for lines that do not make a transfer; `field` names the field of
    the line at fault, `lines-0-due_on`."""
    if not lines:
        raise RuleViolationError(
            N_("Nothing is handed over. Fill in at least one line."), field="lines"
        )
    if len(lines) > MOST_LINES:
        raise RuleViolationError(
            Message(
                N_("A slip has at most %(most)s lines. Report the rest as another transfer."),
                {"most": MOST_LINES},
            ),
            field="lines",
        )
    for position, line in enumerate(lines):
        check_quantity(line.quantity, field=f"lines-{position}-quantity")
        _check_loan(line, held_on, f"lines-{position}-due_on")


def _check_loan(line: LineDraft, held_on: date, field: str) -> None:
    if line.is_loan and line.due_on is None:
        raise RuleViolationError(
            N_("A loan comes back. Give the day on which it is due."), field=field
        )
    if not line.is_loan and line.due_on is not None:
        raise RuleViolationError(
            N_("Only a loan has a day on which it is due. Tick “on loan”, or empty the day."),
            field=field,
        )
    if line.due_on is not None and line.due_on < held_on:
        raise RuleViolationError(
            N_("The loan would be due before it is handed out. Check both days."), field=field
        )


def build_ledger_row(activity: ActivityDraft, lines: Sequence[LineDraft]) -> ResourceTransferDraft:
    """The row of the ledger that says the same as the lines: of one line its own cells, of
    several their list, and their sum where they share a unit."""
    units = {line.unit for line in lines}
    is_one_unit = len(units) == 1
    quantity = sum((line.quantity for line in lines), Decimal())
    amounts = [line.amount_fen for line in lines if line.amount_fen is not None]
    return ResourceTransferDraft(
        activity=activity,
        content=_content(lines),
        quantity=quantity if is_one_unit else Decimal(len(lines)),
        unit=lines[0].unit if is_one_unit else ITEMS,
        amount_fen=sum(amounts) if amounts else None,
        is_loan=any(line.is_loan for line in lines),
        due_on=min((line.due_on for line in lines if line.due_on), default=None),
        returned_on=None,
        received_quantity=None,
    )


def _content(lines: Sequence[LineDraft]) -> str:
    if len(lines) == 1:
        return lines[0].content
    said = "、".join(f"{line.content}{line.quantity.normalize():f}{line.unit}" for line in lines)
    return said if len(said) <= CONTENT_LENGTH else f"{said[: CONTENT_LENGTH - 1]}…"
