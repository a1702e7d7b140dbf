"""Who may do what with a record: one table of moves, sides and permissions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from community.access import Actor, Permission, Place, allows, require
from community.activities import queries
from community.activities.models import Activity
from community.activities.queries.answering import Answerable, answerable
from community.activities.rules import (
    Move,
    Receipt,
    Side,
    check_other_hand,
    check_other_side,
    is_own_side,
)
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message

GONE: Final = N_("It has been corrected or taken back in the meantime.")
_REPORTING, _RECEIVING, _DISTRICT = Side.REPORTING, Side.RECEIVING, Side.DISTRICT
_P: Final = Permission
# Who may make a move: somebody who stands on that side and has that permission there.
MOVERS: Final[Mapping[Move, Mapping[Side, Permission]]] = {
    # Report again what was returned; the receiver that returned it takes its return back.
    Move.SUBMIT: {_REPORTING: _P.ACTIVITY_REPORT, _RECEIVING: _P.ACTIVITY_CONFIRM},
    Move.CONFIRM: {_RECEIVING: _P.ACTIVITY_CONFIRM, _DISTRICT: _P.ACTIVITY_CONFIRM_ON_BEHALF},
    Move.REVOKE: {_RECEIVING: _P.ACTIVITY_CONFIRM, _DISTRICT: _P.ACTIVITY_CONFIRM_ON_BEHALF},
    Move.RETURN: {_RECEIVING: _P.ACTIVITY_CONFIRM},
    Move.WITHDRAW: {_REPORTING: _P.ACTIVITY_REPORT, _DISTRICT: _P.ACTIVITY_WITHDRAW},
    Move.RESTORE: {_REPORTING: _P.ACTIVITY_REPORT, _DISTRICT: _P.ACTIVITY_WITHDRAW},
    Move.CHECK: {_DISTRICT: _P.ACTIVITY_CHECK},
    Move.UNCHECK: {_DISTRICT: _P.ACTIVITY_CHECK},
    Move.DISALLOW: {_DISTRICT: _P.ACTIVITY_DISALLOW},
    Move.ALLOW: {_DISTRICT: _P.ACTIVITY_DISALLOW},
}


@dataclass(frozen=True)
class Standpoint:
    """Where an actor stands towards a record: its place as far as access goes, and the sides."""

    place: Place
    sides: frozenset[Side]

    def side_for(self, move: Move, actor: Actor) -> Side | None:
        """The side on which the actor may make a move; None where it may not."""
        for side, permission in MOVERS[move].items():
            if side in self.sides and allows(actor, permission, self.place):
                return side
        return None


class RefusedTogetherError(RuleViolationError):
    """A move cannot be made with some of several records; so it was made with none. `refused` says
    why, by record and school (0: the record as a whole)."""

    def __init__(self, refused: Mapping[Receipt, Message]) -> None:
        super().__init__(
            N_(
                "Nothing was done: some of these records have changed since the page was made. "
                "They are marked below. Look at them, then send the rest."
            )
        )
        self.refused = refused


def standpoint(
    activity: Activity, receiver_ids: Collection[int], actor: Actor, place: Place | None = None
) -> Standpoint:
    """Where the actor stands. A school that takes part sees its records wherever they are: in a
    community that it has left, or outside of any. `place` where the caller has read it."""
    if place is None:
        place = queries.place_of_activity(session(), activity.county_id, activity.community_id)
    parties = {activity.provider_id, activity.reported_by_school_id, *receiver_ids}
    own = next((school_id for school_id in parties if school_id in actor.school_ids), None)
    return Standpoint(replace(place, school_id=own), _sides(activity, receiver_ids, actor))


def _sides(activity: Activity, receiver_ids: Collection[int], actor: Actor) -> frozenset[Side]:
    if actor.school_id is None:
        return frozenset({Side.DISTRICT})
    if is_own_side(actor.school_ids, activity.reported_by_school_id, activity.provider_id):
        return frozenset({Side.REPORTING})
    return frozenset({Side.RECEIVING} if actor.school_ids & set(receiver_ids) else ())


def check_not_own_side(activity: Activity, actor: Actor) -> None:
    """Raise RuleViolationError where the actor's own side, or the actor, reported the record."""
    check_other_side(
        actor.school_ids,
        actor.actor_id,
        reported_by_school_id=activity.reported_by_school_id,
        reported_by_id=activity.reported_by_id,
        provider_id=activity.provider_id,
    )


def open_to_move(activity_id: int, move: Move, *, actor: Actor) -> tuple[Answerable, Side]:
    """A record, locked, and the side on which the actor makes this move.

    Raises NotFoundError for a record out of sight, RuleViolationError for confirming or checking
    what the own side reported and for checking what one confirmed, AccessDeniedError for what is
    for others to do.
    """
    found = answerable(session(), [activity_id]).get(activity_id)
    if found is None:
        raise NotFoundError
    return found, side_to_move(found, move, actor)


def side_to_move(found: Answerable, move: Move, actor: Actor, place: Place | None = None) -> Side:
    """The side on which the actor makes a move with a record. Raises as `open_to_move`."""
    at = standpoint(found.activity, found.receivings, actor, place)
    require(actor, Permission.ACTIVITY_VIEW, at.place)
    side = at.side_for(move, actor)
    if move in (Move.CONFIRM, Move.CHECK):
        check_not_own_side(found.activity, actor)
    if side is None:
        raise AccessDeniedError
    if move is Move.CHECK:
        check_other_hand(actor.actor_id, found.confirmed_by_ids)
    return side
