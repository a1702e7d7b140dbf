"""Keep the rollups beside the records: one hook sees every change, whoever makes it.

What a flush touches is remembered; before the transaction commits, the touched cells are worked
out anew, once, however many records there were.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.base import NO_VALUE

from community.access import Actor, Permission, require
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.queries import rollups as queries
from community.activities.queries.rollups import Cell
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import hold, session
from community.registry.models import SchoolVersion

_KEY: Final = "touched_rollups"


@dataclass
class _Touched:
    """What has been touched since the transaction began."""

    cells: set[Cell] = field(default_factory=set)
    activity_ids: set[int] = field(default_factory=set)
    receiver_ids: set[int] = field(default_factory=set)
    membership_ids: set[int] = field(default_factory=set)
    community_ids: set[int] = field(default_factory=set)
    school_ids: set[int] = field(default_factory=set)
    new_ids: set[int] = field(default_factory=set)  # of activities whose cell is known
    new_receiver_ids: set[int] = field(default_factory=set)


def install(sessions: Any) -> None:
    """Have all sessions of a factory (or class, or scoped session) keep the rollups."""
    if event.contains(sessions, "after_flush", _after_flush):
        return
    event.listen(sessions, "after_flush", _after_flush)
    event.listen(sessions, "before_commit", _before_commit)
    event.listen(sessions, "after_soft_rollback", _after_soft_rollback)


# --- seeing changes ---------------------------------------------------------------------------


def _activity(touched: _Touched, row: Activity) -> None:
    state = inspect(row)
    names = ("county_id", "community_id", "held_on", "kind")
    if not state.dict.keys() >= set(names):
        touched.activity_ids.add(row.id)
        return
    former = {n: v for n, v in state.committed_state.items() if v is not NO_VALUE}
    for values in (state.dict, {**state.dict, **former}):
        if values["community_id"] is not None:
            touched.cells.add(Cell(*(values[name] for name in names)))
    touched.new_ids.add(row.id)


def _receiver(touched: _Touched, row: ActivityReceiver) -> None:
    touched.activity_ids.add(row.activity_id)
    touched.new_receiver_ids.add(row.id)


def _confirmation(touched: _Touched, row: Confirmation) -> None:
    touched.receiver_ids.add(row.receiver_id)


def _hanging(touched: _Touched, row: ActivityEvidence | ActivityDecision) -> None:
    touched.activity_ids.add(row.activity_id)


def _membership(touched: _Touched, row: Membership) -> None:
    touched.community_ids.add(row.community_id)


def _stay(touched: _Touched, row: MembershipVersion) -> None:
    touched.membership_ids.add(row.membership_id)


def _school(touched: _Touched, row: SchoolVersion) -> None:
    touched.school_ids.add(row.school_id)


_SEEN: Final[Mapping[type[Any], Callable[[_Touched, Any], None]]] = {
    Activity: _activity,
    ActivityReceiver: _receiver,
    Confirmation: _confirmation,
    ActivityEvidence: _hanging,
    ActivityDecision: _hanging,
    Membership: _membership,
    MembershipVersion: _stay,
    SchoolVersion: _school,
}


def _after_flush(current: Session, _context: object) -> None:
    touched: _Touched = current.info.setdefault(_KEY, _Touched())
    rows: Iterable[Any]
    for rows in (current.new, current.dirty, current.deleted):
        for row in rows:
            if (see := _SEEN.get(type(row))) is not None:
                see(touched, row)


def _before_commit(current: Session) -> None:
    current.flush()
    touched: _Touched | None = current.info.pop(_KEY, None)
    if touched is None:
        return
    cells = touched.cells | queries.cells_of(
        current,
        activity_ids=touched.activity_ids - touched.new_ids,
        receiver_ids=touched.receiver_ids - touched.new_receiver_ids,
        community_ids=touched.community_ids,
        membership_ids=touched.membership_ids,
        school_ids=touched.school_ids,
    )
    for county_id in sorted({cell.county_id for cell in cells}):
        hold("rollups", str(county_id))
    queries.refresh(current, cells)


def _after_soft_rollback(current: Session, previous: SessionTransaction) -> None:
    if (
        previous.parent is None
    ):  # of a savepoint taken back too much is worked out, never too little
        current.info.pop(_KEY, None)


# --- looking after them -----------------------------------------------------------------------


@dataclass(frozen=True)
class Drift:
    """A cell that is not what the records say; None where it is missing or too many."""

    table: str
    key: tuple[Any, ...]
    on_file: tuple[int, ...] | None
    recounted: tuple[int, ...] | None


@dataclass(frozen=True)
class RollupCheck:
    """How many cells were compared, and which of them have drifted."""

    cells: int
    drifts: tuple[Drift, ...]


def check_rollups(*, actor: Actor) -> RollupCheck:
    """Compare every cell with the records."""
    require(actor, Permission.ROLLUP_KEEP)
    on_file, recounted = queries.all_cells(session()), queries.all_sums(session())
    keys = on_file.keys() | recounted.keys()
    drifts = [
        Drift(str(key[0]), key[1:], on_file.get(key), recounted.get(key))
        for key in keys
        if on_file.get(key) != recounted.get(key)
    ]
    return RollupCheck(len(keys), tuple(sorted(drifts, key=lambda drift: str(drift.key))))


def rebuild_rollups(*, actor: Actor) -> None:
    """Work out every cell anew."""
    require(actor, Permission.ROLLUP_KEEP)
    queries.rebuild(session())
