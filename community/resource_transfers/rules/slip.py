"""The handover slip (交接单) of a transfer: what stands on the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from community.activities.rules import ActivityKind
from community.resource_transfers.rules.movements import (
    LineFacts,
    ReceiptFacts,
    ReturnFacts,
    build_balance,
)
from community.resource_transfers.rules.words import LineState


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of the paper; `received` None: to be filled in by hand."""

    number: int
    content: str
    quantity: Decimal
    unit: str
    amount_fen: int | None
    is_loan: bool
    due_on: date | None
    received: Decimal | None
    receipts: tuple[ReceiptFacts, ...]
    returns: tuple[ReturnFacts, ...]  # those that the owner has confirmed


@dataclass(frozen=True, slots=True)
class Slip:
    """All that stands on the paper."""

    number: str
    community: str
    provider: str
    receivers: tuple[str, ...]
    kind: ActivityKind
    sent_on: date
    note: str | None
    lines: tuple[SlipLine, ...]
    amount_fen: int | None  # of all lines together, as far as stated
    printed_at: datetime
    is_demonstration: bool

    @property
    def has_loans(self) -> bool:
        """Whether something has to come back."""
        return any(line.is_loan for line in self.lines)

    @property
    def returns(self) -> tuple[tuple[SlipLine, ReturnFacts], ...]:
        """What came back, by line."""
        return tuple((line, one) for line in self.lines for one in line.returns)


def build_slip(
    lines: Sequence[LineFacts],
    names: Mapping[int, str],
    *,
    community: str,
    note: str | None,
    today: date,
    printed_at: datetime,
    is_demonstration: bool,
) -> Slip:
    """The paper of one transfer, from its lines and the names of its schools."""
    first = lines[0]
    amounts = [line.amount_fen for line in lines if line.amount_fen is not None]
    return Slip(
        number=f"{first.sent_on:%Y%m%d}-{first.activity_id:06d}",
        community=community,
        provider=names[first.owner_id],
        receivers=tuple(names[school_id] for school_id in first.receiver_ids),
        kind=first.kind,
        sent_on=first.sent_on,
        note=note,
        lines=tuple(_line(number, line, today) for number, line in enumerate(lines, start=1)),
        amount_fen=sum(amounts) if amounts else None,
        printed_at=printed_at,
        is_demonstration=is_demonstration,
    )


def _line(number: int, line: LineFacts, today: date) -> SlipLine:
    balance = build_balance(line, today)
    is_under_way = balance.state is LineState.DISPATCHED
    return SlipLine(
        number=number,
        content=line.content,
        quantity=line.quantity,
        unit=line.unit,
        amount_fen=line.amount_fen,
        is_loan=line.is_loan,
        due_on=line.due_on,
        received=None if is_under_way else balance.received,
        receipts=line.standing_receipts,
        returns=tuple(one for one in line.returns if one.confirmed_on is not None),
    )
