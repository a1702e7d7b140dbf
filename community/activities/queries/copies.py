"""Records that say the same as others but for the day: copied, perhaps. Who checks is told so;
nothing is decided by it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    extract,
    func,
    not_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.ledgers import LedgerColumns, compared_ledgers
from community.activities.queries.rollups import FIRST_MONTH, first_year_of
from community.activities.rules import ActivityState, Sheet
from community.kernel.database import known_at

MOST_SHOWN: Final = 366


@dataclass(frozen=True, slots=True)
class Copy:
    """Another record that says the same."""

    activity_id: int
    held_on: date


@dataclass(frozen=True, slots=True)
class Copies:
    """The other records of a school year that say the same as one, by day."""

    others: Sequence[Copy]
    nearest: Copy

    @property
    def count(self) -> int:
        """How many records say the same, this one among them."""
        return len(self.others) + 1


def copies_of(session: Session, activity: Activity) -> Copies | None:
    """The records that say the same as one of a school year; None where there are none."""
    ledger = compared_ledgers().get(activity.sheet)
    if ledger is None or activity.community_id is None:
        return None
    other = aliased(Activity)
    rows = session.execute(
        _pairs(ledger, other, [activity.held_on])
        .with_only_columns(other.id, other.held_on)
        .where(Activity.id == activity.id)
        .order_by(other.held_on, other.id)
        .limit(MOST_SHOWN)
    )
    others = [Copy(*row) for row in rows]
    if not others:
        return None
    # What it may have been copied from comes before it.
    before = [one for one in others if one.held_on < activity.held_on]
    return Copies(others, before[-1] if before else others[0])


def copy_counts(session: Session, rows: Iterable[tuple[int, Sheet, date]]) -> dict[int, int]:
    """How many records say the same as each of some (id, ledger, day), themselves among them; the
    others alone are left out. One query."""
    ledgers = compared_ledgers()
    wanted = [row for row in rows if row[1] in ledgers]
    if not wanted:
        return {}
    ids, days = [id_ for id_, _, _ in wanted], [day for _, _, day in wanted]
    other = aliased(Activity)
    counts = union_all(
        *(
            _pairs(ledger, other, days)
            .with_only_columns(Activity.id, func.count())
            .where(Activity.id.in_(ids))
            .group_by(Activity.id)
            for ledger in ledgers.values()
        )
    )
    return {id_: count + 1 for id_, count in session.execute(counts)}


def _pairs(ledger: LedgerColumns, other: Any, days: Collection[date]) -> Select[Any]:
    """Records with others of the same community and school year that say the same of another day;
    the days are those of the records."""
    model = ledger.activity_id.class_
    own, others = aliased(model), aliased(model)
    said = [(getattr(own, c.key), getattr(others, c.key)) for c in ledger.said]
    return (
        select(Activity.id)
        .join(own, own.activity_id == Activity.id)
        .join(
            other,
            and_(
                other.community_id == Activity.community_id,
                other.held_on.between(
                    date(first_year_of(min(days)), FIRST_MONTH, 1),
                    date(first_year_of(max(days)) + 1, FIRST_MONTH - 1, 31),
                ),
                other.held_on != Activity.held_on,
                other.provider_id == Activity.provider_id,
                other.kind == Activity.kind,
            ),
        )
        .join(others, others.activity_id == other.id)
        .where(
            _first_year(other.held_on) == _first_year(Activity.held_on),
            other.state.not_in((ActivityState.WITHDRAWN, ActivityState.DRAFT)),
            known_at(other, None),
            *(
                getattr(other, name).is_not_distinct_from(getattr(Activity, name))
                for name in ("mode", "subject", "periods_count", "half_days_count", "note")
            ),
            *(theirs.is_not_distinct_from(mine) for mine, theirs in said),
            _has_no_receiver_beyond(Activity, other),
            _has_no_receiver_beyond(other, Activity),
        )
    )


def _first_year(day: Any) -> ColumnElement[int]:
    """`first_year_of` as SQL."""
    begins_before = case((extract("month", day) < FIRST_MONTH, 1), else_=0)
    year: ColumnElement[int] = extract("year", day) - begins_before
    return year


def _has_no_receiver_beyond(first: Any, second: Any) -> ColumnElement[bool]:
    """No school received the first record that did not receive the second."""
    mine, theirs = aliased(ActivityReceiver), aliased(ActivityReceiver)
    is_theirs = exists(
        select(theirs.id)
        .where(theirs.activity_id == second.id, theirs.school_id == mine.school_id)
        .correlate(second, mine)
    )
    beyond = select(mine.id).where(mine.activity_id == first.id, not_(is_theirs))
    return not_(exists(beyond.correlate(first, second)))
