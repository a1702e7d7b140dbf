"""What arrived of records of goods. The feature that keeps the lines declares how it is done."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from community.access import Actor
from community.activities.queries.answering import Answerable
from community.activities.rules import (
    COUNT_NEEDED,
    GoodsLine,
    Receipt,
    ReceiptDraft,
    Received,
    Sheet,
)
from community.kernel.errors import RuleViolationError

Lines = Mapping[Receipt, tuple[GoodsLine, ...]]


@dataclass(frozen=True)
class Counting:
    """How what arrived of the records of a ledger is read and stated, however many at once."""

    # The lines of records, as each of these receiving schools would receive them.
    lines: Callable[[Collection[Receipt]], Lines]
    # Raise GoodsFaultError for a statement that cannot be true.
    check: Callable[[Received], None]
    # Put it down, once the records are confirmed.
    state: Callable[[Received, Actor], None]


_countings: dict[Sheet, Counting] = {}


def declare_counting(sheet: Sheet, counting: Counting) -> None:
    """Say that the records of a ledger are goods, and how what arrived of them is stated."""
    _countings[sheet] = counting


def is_counted(sheet: Sheet) -> bool:
    """Whether a record of this ledger is confirmed by stating what arrived of it."""
    return sheet in _countings


def goods_lines(receipts: Collection[tuple[Receipt, Sheet]]) -> Lines:
    """The lines of those of some records that are goods."""
    found: dict[Receipt, tuple[GoodsLine, ...]] = {}
    for sheet, counting in _countings.items():
        wanted = [receipt for receipt, one in receipts if one is sheet]
        if wanted:
            found.update(counting.lines(wanted))
    return found


def lines_at(
    activity_id: int, sheet: Sheet, school_ids: Iterable[int]
) -> Mapping[int, tuple[GoodsLine, ...]]:
    """The lines of one record, as each of these schools would receive them; none of no goods."""
    found = goods_lines([((activity_id, school_id), sheet) for school_id in school_ids])
    return {school_id: lines for (_, school_id), lines in found.items()}


def is_unstated(found: Answerable, school_id: int, received: Received) -> bool:
    """Whether this is goods of which nobody says what arrived at the school."""
    activity = found.activity
    return is_counted(activity.sheet) and (activity.id, school_id) not in received


def check_stated(receipts: Sequence[tuple[Answerable, int]], received: Received) -> None:
    """Raise RuleViolationError where goods would be confirmed of which nothing, or what cannot be
    true, is stated."""
    if any(is_unstated(found, school_id, received) for found, school_id in receipts):
        raise RuleViolationError(COUNT_NEEDED)
    for sheet, stated in _by_sheet(receipts, received).items():
        _countings[sheet].check(stated)


def state_received(
    receipts: Sequence[tuple[Answerable, int]], received: Received, actor: Actor
) -> None:
    """State what arrived of records that have just been confirmed."""
    for sheet, stated in _by_sheet(receipts, received).items():
        _countings[sheet].state(stated, actor)


def _by_sheet(
    receipts: Sequence[tuple[Answerable, int]], received: Received
) -> Mapping[Sheet, Received]:
    found: dict[Sheet, dict[Receipt, ReceiptDraft]] = {}
    for answerable, school_id in receipts:
        receipt = (answerable.activity.id, school_id)
        if receipt in received and is_counted(answerable.activity.sheet):
            found.setdefault(answerable.activity.sheet, {})[receipt] = received[receipt]
    return found
