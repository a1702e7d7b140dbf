"""What the page of a record offers its reader: the moves of the table that can be made now."""

from dataclasses import dataclass

from community.access import Actor
from community.activities import queries
from community.activities.models import Activity
from community.activities.queries.lists import ActivityRow, Confirmed
from community.activities.rules import (
    WORKFLOW,
    ActivityState,
    Move,
    Side,
    may_move,
    may_undo,
    on_behalf_from,
)
from community.activities.services.reach import MOVERS, Standpoint
from community.kernel import clock
from community.kernel.database import session


@dataclass(frozen=True)
class Offered:
    """What a record's page offers its reader."""

    activity: Activity
    row: ActivityRow
    at: Standpoint
    actor: Actor

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves of the table that the reader can make now, the likeliest first."""
        if self.activity.known_until is not None:
            return ()
        return tuple(
            move
            for move in MOVERS
            if may_move(self.activity.state, move)
            and (side := self.at.side_for(move, self.actor))
            and self._is_timely(move, side)
        )

    def _is_timely(self, move: Move, side: Side) -> bool:
        """Whether there is somebody to confirm for, something to undo, a day that has come."""
        if move is Move.CONFIRM:
            return bool(self.to_confirm)
        if move is Move.REVOKE:
            return bool(self.to_revoke)
        if side is Side.DISTRICT:
            return move is not Move.CHECK or not (self._is_reporter or self.is_confirmer)
        if move in (Move.SUBMIT, Move.RESTORE):
            return self._may_undo_decision(move, side)
        return move is not Move.WITHDRAW or self.activity.state is not ActivityState.CHECKED

    @property
    def _is_reporter(self) -> bool:
        by = self.activity.reported_by_id
        return by is not None and by == self.actor.actor_id

    @property
    def is_confirmer(self) -> bool:
        """Whether the reader gave a confirmation of it, and so does not check it."""
        by = self.actor.actor_id
        return by is not None and any(one.confirmed_by_id == by for one in self.row.receivers)

    @property
    def to_confirm(self) -> tuple[Confirmed, ...]:
        """The receivers for which the reader can confirm now."""
        side = self.at.side_for(Move.CONFIRM, self.actor)
        if side is None or self._is_reporter or self.activity.held_on > clock.today():
            return ()
        is_too_early = clock.today() < on_behalf_from(clock.day_of(self.activity.recorded_at))
        if side is Side.DISTRICT and is_too_early:
            return ()
        return tuple(
            receiver
            for receiver in self.row.receivers
            if receiver.confirmed_on is None
            and (side is Side.DISTRICT or receiver.school_id in self.actor.school_ids)
        )

    @property
    def to_revoke(self) -> tuple[Confirmed, ...]:
        """The receivers whose confirmation the reader's side gave not long ago."""
        side = self.at.side_for(Move.REVOKE, self.actor)
        return tuple(
            receiver
            for receiver in self.row.receivers
            if side is not None
            and receiver.confirmed_by_id is not None
            and receiver.known_from is not None
            and may_undo(receiver.known_from, clock.now())
            and receiver.is_on_behalf is (side is Side.DISTRICT)
            and (side is Side.DISTRICT or receiver.school_id in self.actor.school_ids)
        )

    def _may_undo_decision(self, move: Move, side: Side) -> bool:
        if move is Move.SUBMIT and side is Side.REPORTING:
            return True
        kind = WORKFLOW[move].takes_back
        return any(
            decision.kind is kind
            and decision.school_id in self.actor.school_ids
            and (move is Move.RESTORE or may_undo(decision.known_from, clock.now()))
            for decision in queries.decisions_in_force(session(), self.activity.id)
        )
