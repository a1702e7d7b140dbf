"""Several records at once: the page on which what would be done is looked at first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from community.access import Actor, Permission, Place, require
from community.activities.queries import lists
from community.activities.queries.lists import ActivityRow
from community.activities.rules import GoodsLine, Move, Receipt
from community.activities.services import goods
from community.activities.services.confirming import (
    MOST_AT_ONCE,
    confirm_together,
    sort_receipts,
)
from community.activities.services.deciding import check_together, sort_to_check
from community.activities.services.reading import copy_counts
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message

# What can be done with several records at once.
TOGETHER: Final = {
    Move.CONFIRM: Permission.ACTIVITY_CONFIRM,
    Move.CHECK: Permission.ACTIVITY_CHECK,
}


@dataclass(frozen=True)
class Line:
    """A record of several, the school for which it is confirmed, and what speaks against it."""

    receipt: Receipt
    row: ActivityRow
    school: str
    refusal: Message | None
    goods: tuple[GoodsLine, ...] = ()  # of which it is to be stated what arrived
    copy_count: int = 0  # records that say the same but for the day; for who checks

    @property
    def is_shared(self) -> bool:
        """Whether nobody can say yet what it would be in full."""
        return any(line.expected is None for line in self.goods)


def lines_of(
    move: Move, receipts: Sequence[Receipt], *, actor: Actor
) -> tuple[list[Line], list[Message]]:
    """What a move would be made with, by day, and what speaks against records that are gone.

    Raises NotFoundError for what is not the actor's, RuleViolationError for too many at once.
    """
    refused = _refused(move, receipts, actor)
    rows = {row.id: row for row in lists.activity_rows(session(), {one for one, _ in receipts})}
    open_ones = [(one, rows[one[0]].sheet) for one in receipts if one[0] in rows]
    counted = goods.goods_lines(open_ones) if move is Move.CONFIRM else {}
    alike = copy_counts(rows.values(), actor=actor) if move is Move.CHECK else {}
    lines = [
        Line(
            (row.id, school_id),
            row,
            _school_name(row, school_id),
            refused.get((row.id, school_id)),
            counted.get((row.id, school_id), ()),
            alike.get(row.id, 0),
        )
        for row in rows.values()
        for number, school_id in sorted(receipts)
        if number == row.id and (row.id, school_id) in {*receipts}
    ]
    return lines, [said for (number, _), said in refused.items() if number not in rows]


def _refused(move: Move, receipts: Sequence[Receipt], actor: Actor) -> Mapping[Receipt, Message]:
    _require(move, actor)
    check_size(receipts)
    if move is Move.CONFIRM:
        for school_id in {school_id for _, school_id in receipts}:
            require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
        return sort_receipts(receipts, actor)[1]
    return sort_to_check([number for number, _ in receipts], actor=actor)[1]


def _require(move: Move, actor: Actor) -> None:
    if move not in TOGETHER:
        raise NotFoundError
    require(actor, TOGETHER[move])


def check_size(receipts: Sequence[Receipt]) -> None:
    """Raise RuleViolationError for none, and for more than a reader could look at."""
    if not receipts:
        raise RuleViolationError(N_("Tick the records first."))
    if len(receipts) > MOST_AT_ONCE:
        raise RuleViolationError(
            Message(N_("At most %(most)d records can be sent at once."), {"most": MOST_AT_ONCE})
        )


def move_together(
    move: Move, receipts: Sequence[Receipt], in_full: Collection[Receipt] = (), *, actor: Actor
) -> int:
    """Make a move with several records, all of them or none; how many those were. Goods that are
    not `in_full` are not confirmed: they have to be counted.

    Raises as `confirm_together` and `check_together` do.
    """
    _require(move, actor)
    check_size(receipts)
    if move is Move.CONFIRM:
        return len(confirm_together(receipts, in_full, actor=actor))
    return len(check_together([number for number, _ in receipts], actor=actor))


def _school_name(row: ActivityRow, school_id: int) -> str:
    return next((r.name for r in row.receivers if r.school_id == school_id), "")
