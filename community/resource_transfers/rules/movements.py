"""Where things are on a day: from what was sent, what arrived, and what came back.

All of it is as known now; the day says how far the story has gone. Per line, once everybody has
received: sent = received + difference, and received = held + given back. A statement of a school
stands as long as its confirmation does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from community.activities.rules import ActivityKind, Condition
from community.resource_transfers.rules.words import LineState

NONE = Decimal()


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receiving school stated of a line."""

    school_id: int
    quantity: Decimal
    received_on: date
    condition: Condition
    reason: str | None = None  # why it is less, or in no good condition


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What came back of a line: stated by the borrower, and sure once the owner has confirmed."""

    return_id: int
    school_id: int
    quantity: Decimal
    returned_on: date
    condition: Condition
    note: str | None = None
    stated_by: str = ""
    confirmed_on: date | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line with all that was said of it. Of a transfer that came in a ledger, `line_id` is None
    and the ledger says what arrived (`ledger_received`) and that all came back
    (`ledger_returned_on`)."""

    activity_id: int
    line_id: int | None
    position: int
    kind: ActivityKind
    content: str
    quantity: Decimal
    unit: str
    amount_fen: int | None
    is_loan: bool
    due_on: date | None
    sent_on: date
    owner_id: int
    receiver_ids: tuple[int, ...]
    confirmed_on: Mapping[int, date] = field(default_factory=dict)  # by receiving school
    receipts: tuple[ReceiptFacts, ...] = ()
    returns: tuple[ReturnFacts, ...] = ()
    ledger_received: Decimal | None = None
    ledger_returned_on: date | None = None

    @property
    def standing_receipts(self) -> tuple[ReceiptFacts, ...]:
        """What schools stated whose confirmation is in force."""
        return tuple(one for one in self.receipts if one.school_id in self.confirmed_on)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived at a school; at several, where nobody said how it was shared out."""

    holder_ids: tuple[int, ...]
    quantity: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Balance:
    """A line on a day."""

    line: LineFacts
    as_of: date
    state: LineState
    received: Decimal
    difference: Decimal  # sent and not arrived, as stated; negative where more arrived
    returned: Decimal
    held: tuple[tuple[tuple[int, ...], Decimal], ...]  # what is left, by holders

    @property
    def on_its_way(self) -> Decimal:
        """What has been sent and has not arrived yet."""
        return self.line.quantity - self.received - self.difference

    @property
    def outstanding(self) -> Decimal:
        """What a borrower still has; nothing of what was given for good."""
        return self.received - self.returned if self.line.is_loan else NONE

    @property
    def is_overdue(self) -> bool:
        """Whether some of a loan should have come back before this day."""
        due = self.line.due_on
        return due is not None and due < self.as_of and self.outstanding > 0

    @property
    def days_overdue(self) -> int:
        """For how many days."""
        return (self.as_of - self.line.due_on).days if self.is_overdue and self.line.due_on else 0


def build_arrivals(line: LineFacts) -> tuple[Arrival, ...]:
    """What arrived where and when, as far as it is known.

    A school that confirmed without stating quantities received what is left once the others have
    stated theirs; several of these received it together, when the last one had confirmed.
    """
    stated = {receipt.school_id for receipt in line.standing_receipts}
    found = [Arrival((r.school_id,), r.quantity, r.received_on) for r in line.standing_receipts]
    silent = tuple(school for school in line.receiver_ids if school not in stated)
    if silent and all(school in line.confirmed_on for school in silent):
        rest = line.quantity - sum((arrival.quantity for arrival in found), NONE)
        if not stated and line.ledger_received is not None:
            rest = line.ledger_received
        day = max(line.sent_on, *(line.confirmed_on[school] for school in silent))
        found.append(Arrival(silent, max(rest, NONE), day))
    return tuple(found)


def build_balance(line: LineFacts, as_of: date) -> Balance:
    """How a line stands at the end of a day."""
    arrivals = [arrival for arrival in build_arrivals(line) if arrival.day <= as_of]
    received = sum((arrival.quantity for arrival in arrivals), NONE)
    has_arrived = {s for a in arrivals for s in a.holder_ids} >= set(line.receiver_ids)
    back = _returned(line, arrivals, as_of)
    held = tuple(
        (arrival.holder_ids, left)
        for arrival in arrivals
        if (left := arrival.quantity - back[arrival.holder_ids]) > 0
    )
    returned = sum(back.values(), NONE)
    return Balance(
        line=line,
        as_of=as_of,
        state=_state(has_arrived=has_arrived, received=received, returned=returned),
        received=received,
        difference=line.quantity - received if has_arrived else NONE,
        returned=returned,
        held=held,
    )


def _returned(
    line: LineFacts, arrivals: Iterable[Arrival], as_of: date
) -> Mapping[tuple[int, ...], Decimal]:
    """What came back by a day, by the holders from whom it came."""
    back: dict[tuple[int, ...], Decimal] = defaultdict(Decimal)
    is_all_back = line.ledger_returned_on is not None and line.ledger_returned_on <= as_of
    for arrival in arrivals:
        came = sum(
            (
                one.quantity
                for one in line.returns
                if one.school_id in arrival.holder_ids
                and one.confirmed_on is not None
                and one.returned_on <= as_of
            ),
            NONE,
        )
        whole = is_all_back and not line.returns
        back[arrival.holder_ids] = arrival.quantity if whole else min(came, arrival.quantity)
    return back


def _state(*, has_arrived: bool, received: Decimal, returned: Decimal) -> LineState:
    if not has_arrived:
        return LineState.DISPATCHED
    if not returned:
        return LineState.RECEIVED
    return LineState.RETURNED if returned >= received else LineState.PARTLY_RETURNED


# --- who holds what ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody has on a day, lines of the same thing together."""

    holder_ids: tuple[int, ...]
    owner_id: int  # of a loan: to whom it goes back; else who gave it
    kind: ActivityKind
    content: str
    unit: str
    quantity: Decimal
    is_loan: bool
    due_on: date | None  # the earliest
    is_overdue: bool
    activity_ids: tuple[int, ...]


def build_holdings(lines: Iterable[LineFacts], as_of: date) -> list[Holding]:
    """Who holds what at the end of a day: loans first, the earliest due on top."""
    found: dict[tuple[object, ...], Holding] = {}
    for line in lines:
        balance = build_balance(line, as_of)
        for holders, quantity in balance.held:
            key = (holders, line.owner_id, line.kind, line.content, line.unit, line.is_loan)
            found[key] = _added(found.get(key), balance, holders, quantity)
    return sorted(
        found.values(), key=lambda one: (not one.is_loan, one.due_on or date.max, one.content)
    )


def _added(
    before: Holding | None, balance: Balance, holders: tuple[int, ...], quantity: Decimal
) -> Holding:
    line = balance.line
    due = [day for day in (before and before.due_on, line.due_on) if day]
    former = before.activity_ids if before else ()
    return Holding(
        holder_ids=holders,
        owner_id=line.owner_id,
        kind=line.kind,
        content=line.content,
        unit=line.unit,
        quantity=quantity + (before.quantity if before else NONE),
        is_loan=line.is_loan,
        due_on=min(due, default=None),
        is_overdue=balance.is_overdue or bool(before and before.is_overdue),
        activity_ids=tuple(dict.fromkeys((*former, line.activity_id))),
    )


# --- flows between schools --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flow:
    """What went from one school to another: how many transfers, of which what was lent, its worth
    as far as stated, and the quantities by unit."""

    giver_id: int
    taker_id: int
    transfers: int
    loans: int
    amount_fen: int
    quantities: Mapping[str, Decimal]


def build_flows(lines: Iterable[LineFacts], first_day: date, last_day: date) -> list[Flow]:
    """What was sent in these days, both included, most transfers first.

    A transfer to several schools goes to each of them once; its quantities and its worth, which
    nobody shared out, are said of the pair only where there is one receiver.
    """
    sent: dict[tuple[int, int], list[LineFacts]] = defaultdict(list)
    for line in lines:
        if first_day <= line.sent_on <= last_day:
            for taker in line.receiver_ids:
                sent[line.owner_id, taker].append(line)
    flows = [_flow(giver, taker, some) for (giver, taker), some in sent.items()]
    return sorted(flows, key=lambda flow: (-flow.transfers, flow.giver_id, flow.taker_id))


def _flow(giver_id: int, taker_id: int, lines: list[LineFacts]) -> Flow:
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    amount = 0
    for line in lines:
        if len(line.receiver_ids) == 1:
            quantities[line.unit] += line.quantity
            amount += line.amount_fen or 0
    return Flow(
        giver_id=giver_id,
        taker_id=taker_id,
        transfers=len({line.activity_id for line in lines}),
        loans=len({line.activity_id for line in lines if line.is_loan}),
        amount_fen=amount,
        quantities=quantities,
    )
