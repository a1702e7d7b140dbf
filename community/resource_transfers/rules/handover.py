"""What may be stated about a handover: how much arrived, how much came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from community.activities.rules import DIFFERENCE_LENGTH, Condition, ReceiptDraft, StatedReceipt
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.resource_transfers.rules.lines import check_quantity
from community.resource_transfers.rules.movements import NONE, LineFacts, build_balance

REASON_LENGTH: Final = DIFFERENCE_LENGTH


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """What a borrower states to have given back of one line."""

    quantity: Decimal
    returned_on: date
    condition: Condition
    note: str | None = None


def check_receipt(
    draft: ReceiptDraft, lines: Sequence[LineFacts], school_id: int, today: date
) -> None:
    """Raise RuleViolationError for a receipt that cannot be true; `field` names the field of the
    line at fault, `lines-0-quantity`."""
    if len(draft.lines) != len(lines):
        raise RuleViolationError(
            N_("The transfer has other lines than this page. Reload the page and count again.")
        )
    if not lines[0].sent_on <= draft.received_on <= today:
        raise RuleViolationError(
            Message(
                N_(
                    "The things were sent on %(day)s. They arrived on that day or later, and not "
                    "after today."
                ),
                {"day": lines[0].sent_on.isoformat()},
            ),
            field="received_on",
        )
    for position, (stated, line) in enumerate(zip(draft.lines, lines, strict=True)):
        _check_line(stated, line, school_id, f"lines-{position}")


def _check_line(stated: StatedReceipt, line: LineFacts, school_id: int, field: str) -> None:
    check_quantity(stated.quantity, may_be_zero=True, field=f"{field}-quantity")
    if stated.unit is not None and stated.unit != line.unit:
        raise RuleViolationError(
            Message(
                N_(
                    "This line is counted in “%(unit)s”, not in “%(typed)s”. Type the number in "
                    "“%(unit)s”."
                ),
                {"unit": line.unit, "typed": stated.unit},
            ),
            field=f"{field}-quantity",
        )
    others = _stated_by_others(line, school_id)
    arrived = stated.quantity + sum(others.values(), NONE)
    is_last = others.keys() | {school_id} >= set(line.receiver_ids)
    is_other_number = arrived > line.quantity or (is_last and arrived < line.quantity)
    is_flawed = stated.condition is not Condition.GOOD
    if (is_other_number or is_flawed) and not (stated.reason or "").strip():
        raise RuleViolationError(
            Message(
                N_("%(sent)s %(unit)s were sent. Say why it is another number."),
                {"sent": f"{line.quantity.normalize():f}", "unit": line.unit},
            )
            if is_other_number
            else N_("Say what is damaged or missing."),
            field=f"{field}-reason",
        )


def left_to_receive(line: LineFacts, school_id: int) -> Decimal | None:
    """What a school receives in full: what the others have left of it; None while one of them has
    not stated yet what it got."""
    others = _stated_by_others(line, school_id)
    if not others.keys() | {school_id} >= set(line.receiver_ids):
        return None
    return max(line.quantity - sum(others.values(), NONE), NONE)


def _stated_by_others(line: LineFacts, school_id: int) -> dict[int, Decimal]:
    return {r.school_id: r.quantity for r in line.standing_receipts if r.school_id != school_id}


def check_return(draft: ReturnDraft, line: LineFacts, school_id: int, today: date) -> None:
    """Raise RuleViolationError for a return that cannot be true."""
    check_quantity(draft.quantity)
    left = left_with(line, school_id, today)
    if not line.is_loan:
        raise RuleViolationError(
            N_("This was given for good, not lent. There is nothing to give back.")
        )
    if draft.quantity > left:
        raise RuleViolationError(
            Message(
                N_(
                    "At most %(left)s %(unit)s can be given back: the rest came back already, is "
                    "waiting for the owner's word, or never arrived."
                ),
                {"left": f"{left.normalize():f}", "unit": line.unit},
            ),
            field="quantity",
        )
    first = min((a.received_on for a in line.standing_receipts), default=line.sent_on)
    if not first <= draft.returned_on <= today:
        raise RuleViolationError(
            Message(
                N_("Give a day from %(first)s, when the things arrived, to today."),
                {"first": first.isoformat()},
            ),
            field="returned_on",
        )
    if draft.condition is not Condition.GOOD and not (draft.note or "").strip():
        raise RuleViolationError(N_("Say what is damaged or missing."), field="note")


def left_with(line: LineFacts, school_id: int, today: date) -> Decimal:
    """What a borrower can still say to have given back: what it has, without what it already said
    and the owner has not answered yet."""
    held = sum(
        (left for holders, left in build_balance(line, today).held if school_id in holders), NONE
    )
    open_quantity = sum((one.quantity for one in line.returns if one.confirmed_on is None), NONE)
    return max(held - open_quantity, NONE)
