"""What arrived, line by line: stated by a receiving school, or from a paper that it signed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import GoodsFaultError, GoodsLine, Received, Sheet
from community.activities.services.confirming import confirm
from community.activities.services.goods import Counting, Lines, declare_counting
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.versions import Stamp, build_versions, close, put_columns
from community.resource_transfers.models import ResourceTransfer, TransferLine, TransferReceipt
from community.resource_transfers.queries import lines as queries
from community.resource_transfers.rules import (
    LineFacts,
    LineState,
    ReceiptDraft,
    build_balance,
    check_receipt,
    left_to_receive,
)

_ByTransfer = Mapping[int, Sequence[LineFacts]]


def record_receipt(
    activity_id: int, school_id: int, draft: ReceiptDraft, *, actor: Actor
) -> Activity:
    """State what arrived of each line at a school, and confirm the transfer for it.

    Raises as `activities.services.confirming.confirm` does; nothing is confirmed then.
    """
    recorded = session().get(Activity, activity_id)
    if recorded is None or recorded.sheet is not Sheet.RESOURCE_TRANSFERS:
        raise NotFoundError
    return confirm(activity_id, school_id, actor=actor, received=draft)


def goods_lines(receipts: Collection[tuple[int, int]]) -> Lines:
    """The lines of transfers, as each of these schools would receive them."""
    facts = _facts_of({activity_id for activity_id, _ in receipts})
    return {
        (activity_id, school_id): tuple(
            GoodsLine(line.content, line.unit, line.quantity, left_to_receive(line, school_id))
            for line in facts[activity_id]
        )
        for activity_id, school_id in receipts
    }


def check_received(received: Received) -> None:
    """Raise GoodsFaultError for a statement that cannot be true."""
    facts = _facts_of({activity_id for activity_id, _ in received})
    for (activity_id, school_id), draft in received.items():
        try:
            check_receipt(draft, facts[activity_id], school_id, clock.today())
        except RuleViolationError as error:
            raise GoodsFaultError(
                (activity_id, school_id), error.message, field=error.field
            ) from error


def write_received(received: Received, actor: Actor) -> None:
    """Put down what schools stated of transfers, known from now; it has been checked."""
    ids = {activity_id for activity_id, _ in received}
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="transfer.received"):
        lines = lines_as_rows(_facts_of(ids))
        earlier = queries.receipts_in_force(session(), ids)
        for receipt in received:
            for said in earlier[receipt]:
                close(said, stamp.recorded_at, stamp)
        session().flush()  # a school has but one receipt of a line in force
        for (activity_id, school_id), draft in received.items():
            _state(lines[activity_id], school_id, draft, stamp)
        session().flush()  # the ledger's rows sum up what is stated
        settle(ids)


declare_counting(Sheet.RESOURCE_TRANSFERS, Counting(goods_lines, check_received, write_received))


def _state(
    lines: Sequence[TransferLine], school_id: int, draft: ReceiptDraft, stamp: Stamp
) -> None:
    # Whoever confirms a transfer has locked it, so that it is at hand.
    county_id = session().get_one(Activity, lines[0].activity_id).county_id
    for line, stated in zip(lines, draft.lines, strict=True):
        session().add_all(
            build_versions(
                TransferReceipt,
                [Step(stamp.recorded_at, {})],
                stamp,
                line_id=line.id,
                county_id=county_id,
                school_id=school_id,
                quantity=stated.quantity,
                condition=stated.condition,
                reason=(stated.reason or "").strip() or None,
                received_on=draft.received_on,
            )
        )


def _facts_of(activity_ids: Collection[int]) -> _ByTransfer:
    found: dict[int, list[LineFacts]] = defaultdict(list)
    for line in queries.line_facts(session(), activity_ids):
        found[line.activity_id].append(line)
    return found


def lines_as_rows(facts: _ByTransfer) -> Mapping[int, Sequence[TransferLine]]:
    """The lines of transfers. One that came in a ledger gets the line that its row means."""
    rows = queries.lines_of_transfers(session(), facts)
    added = [
        _line_of_row(only) for activity_id, (only, *_) in facts.items() if not rows[activity_id]
    ]
    if not added:
        return rows
    session().add_all(added)
    session().flush()  # what is said of them needs their numbers
    return queries.lines_of_transfers(session(), facts)


def _line_of_row(only: LineFacts) -> TransferLine:
    return TransferLine(
        activity_id=only.activity_id,
        position=0,
        content=only.content,
        quantity=only.quantity,
        unit=only.unit,
        amount_fen=only.amount_fen,
        is_loan=only.is_loan,
        due_on=only.due_on,
    )


def settle(activity_ids: Collection[int]) -> None:
    """Fill in what a ledger keeps of transfers: how much arrived, where one unit says it, and the
    day on which the last of a loan came back."""
    facts = _facts_of(activity_ids)
    for row in queries.rows_of_transfers(session(), activity_ids):
        _settle(row, facts[row.activity_id])


def _settle(row: ResourceTransfer, lines: Sequence[LineFacts]) -> None:
    today = clock.today()
    balances = [build_balance(line, today) for line in lines]
    has_arrived = all(balance.state is not LineState.DISPATCHED for balance in balances)
    is_one_unit = len({line.unit for line in lines}) == 1
    received = sum((balance.received for balance in balances), Decimal())
    lent = [balance for balance in balances if balance.line.is_loan]
    is_back = all(not balance.outstanding and balance.returned for balance in lent)
    days = [one.returned_on for line in lines for one in line.returns if one.confirmed_on]
    put_columns(
        row,
        {
            "received_quantity": received if has_arrived and is_one_unit else None,
            "returned_on": max(days, default=None) if lent and is_back else row.returned_on,
        },
    )
