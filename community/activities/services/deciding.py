"""Decisions about a record: withdraw it, disallow it, check it, and take that back."""

from collections.abc import Mapping
from typing import Final

from community.access import Actor, Permission, require
from community.activities import queries
from community.activities.models import Activity, ActivityDecision
from community.activities.rules import (
    REASON_LENGTH,
    DecisionKind,
    Move,
    build_state,
    check_move,
    check_reason,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.facts import Step
from community.kernel.versions import Stamp, build_versions, close

# What officials do; schools submit, confirm and return.
PERMISSIONS: Final[Mapping[Move, Permission]] = {
    Move.WITHDRAW: Permission.ACTIVITY_WITHDRAW,
    Move.RESTORE: Permission.ACTIVITY_WITHDRAW,
    Move.CHECK: Permission.ACTIVITY_CHECK,
    Move.UNCHECK: Permission.ACTIVITY_CHECK,
    Move.DISALLOW: Permission.ACTIVITY_DISALLOW,
    Move.ALLOW: Permission.ACTIVITY_DISALLOW,
}
_ACTIONS: Final[Mapping[Move, str]] = {
    Move.WITHDRAW: "activity.withdrawn",
    Move.RESTORE: "activity.restored",
    Move.CHECK: "activity.checked",
    Move.UNCHECK: "activity.unchecked",
    Move.DISALLOW: "activity.disallowed",
    Move.ALLOW: "activity.allowed",
}


def decide(activity_id: int, move: Move, reason: str = "", *, actor: Actor) -> Activity:
    """Take a decision about a record, or take one back; known from now.

    Raises NotFoundError for a record out of sight, RuleViolationError when its state does not
    allow the move or when a reason is missing.
    """
    current = session()
    activity = activity_to_decide(activity_id, move, actor=actor)
    turn = check_move(activity.state, move)
    stamp = Stamp(clock.now(), actor.actor_name)
    in_force = {row.kind: row for row in queries.decisions_in_force(current, activity_id)}
    with writing(actor=actor, action=_ACTIONS[move]):
        if turn.takes is not None:
            current.add(_decision(activity, turn.takes, reason, stamp))
        elif turn.takes_back is not None:
            taken_back = in_force.pop(turn.takes_back)
            close(taken_back, stamp.recorded_at, stamp)
            taken_back.ended_reason = reason.strip()[:REASON_LENGTH] or None
        activity.state = build_state(
            {*in_force, *filter(None, [turn.takes])},
            is_confirmed=queries.is_confirmed(current, activity_id),
        )
    return activity


def activity_to_decide(activity_id: int, move: Move, *, actor: Actor) -> Activity:
    """The record, locked, if the actor may take this decision about it.

    Raises NotFoundError or AccessDeniedError.
    """
    activity = queries.locked_activity(session(), activity_id)
    if activity is None or move not in PERMISSIONS:
        raise NotFoundError
    place = queries.place_of_activity(session(), activity.county_id, activity.community_id)
    require(actor, PERMISSIONS[move], place, visible_by=Permission.ACTIVITY_VIEW)
    return activity


def _decision(
    activity: Activity, kind: DecisionKind, reason: str, stamp: Stamp
) -> ActivityDecision:
    needs_reason = kind is not DecisionKind.CHECKED
    (version,) = build_versions(
        ActivityDecision,
        [Step(stamp.recorded_at, {})],
        stamp,
        activity_id=activity.id,
        county_id=activity.county_id,
        kind=kind,
        reason=check_reason(reason) if needs_reason else reason.strip()[:REASON_LENGTH] or None,
        decided_by_name=stamp.recorded_by,
        decided_on=clock.day_of(stamp.recorded_at),
    )
    return version
