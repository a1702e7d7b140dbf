"""Decisions about a record: return it, withdraw it, disallow it, check it, and take that back."""

from collections.abc import Collection, Mapping
from typing import Final

from community.access import Actor, Permission, Place, require
from community.activities import queries
from community.activities.models import Activity, ActivityDecision
from community.activities.queries.answering import Answerable, answerable
from community.activities.rules import (
    REASON_LENGTH,
    ActivityState,
    DecisionKind,
    Move,
    Receipt,
    Side,
    build_state,
    check_move,
    check_reason,
    may_undo,
)
from community.activities.services.reach import (
    GONE,
    RefusedTogetherError,
    open_to_move,
    side_to_move,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.i18n import N_, Message
from community.kernel.versions import Stamp, build_versions, close

# Confirming and its taking back are no decisions: `confirming` does them.
DECISIONS: Final[Mapping[Move, str]] = {
    Move.SUBMIT: "activity.resubmitted",
    Move.RETURN: "activity.returned",
    Move.WITHDRAW: "activity.withdrawn",
    Move.RESTORE: "activity.restored",
    Move.CHECK: "activity.checked",
    Move.UNCHECK: "activity.unchecked",
    Move.DISALLOW: "activity.disallowed",
    Move.ALLOW: "activity.allowed",
}


def decide(activity_id: int, move: Move, reason: str = "", *, actor: Actor) -> Activity:
    """Take a decision about a record, or take one back; known from now.

    Raises NotFoundError for a record out of sight, AccessDeniedError for a move that is for
    others, RuleViolationError when the state of the record does not allow it, when the own side
    reported what is checked, or when a reason is missing.
    """
    if move not in DECISIONS:
        raise NotFoundError
    found, side = open_to_move(activity_id, move, actor=actor)
    return _decide(found, move, side, reason, actor=actor)


def check_together(activity_ids: Collection[int], *, actor: Actor) -> list[Activity]:
    """Check several records: all of them or none.

    Raises NotFoundError for a record out of sight, RefusedTogetherError naming each that cannot
    be checked (any more).
    """
    fitting, refused = sort_to_check(activity_ids, actor=actor)
    if refused:
        raise RefusedTogetherError(refused)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action=DECISIONS[Move.CHECK]):
        for found in fitting:
            session().add(_decision(found, DecisionKind.CHECKED, "", stamp, actor))
            found.activity.state = ActivityState.CHECKED
    return [found.activity for found in fitting]


def sort_to_check(
    activity_ids: Collection[int], *, actor: Actor
) -> tuple[list[Answerable], dict[Receipt, Message]]:
    """Those of several records that can be checked now, locked, and why the others cannot."""
    require(actor, Permission.ACTIVITY_CHECK)
    records = answerable(session(), activity_ids)
    places: dict[tuple[int, int | None], Place] = {}
    fitting: list[Answerable] = []
    refused: dict[Receipt, Message] = {}
    for activity_id in sorted(activity_ids):
        if (found := records.get(activity_id)) is None:
            refused[activity_id, 0] = Message(GONE)
            continue
        where = (found.activity.county_id, found.activity.community_id)
        if where not in places:
            places[where] = queries.place_of_activity(session(), *where)
        try:
            side_to_move(found, Move.CHECK, actor, places[where])
            check_move(found.activity.state, Move.CHECK)
        except RuleViolationError as error:
            refused[activity_id, 0] = error.message
        else:
            fitting.append(found)
    return fitting, refused


def _decide(found: Answerable, move: Move, side: Side, reason: str, *, actor: Actor) -> Activity:
    activity = found.activity
    turn = check_move(activity.state, move)
    _check_side(activity, move, side)
    stamp = Stamp(clock.now(), actor.actor_name)
    in_force = {row.kind: row for row in queries.decisions_in_force(session(), activity.id)}
    with writing(actor=actor, action=DECISIONS[move]):
        if turn.takes is not None:
            session().add(_decision(found, turn.takes, reason, stamp, actor))
        elif turn.takes_back is not None:
            taken_back = in_force.pop(turn.takes_back)
            said = _reason_to_take_back(taken_back, side, reason, actor)
            close(taken_back, stamp.recorded_at, stamp)
            taken_back.ended_reason = said
        activity.state = build_state(
            {*in_force, *filter(None, [turn.takes])}, is_confirmed=found.is_confirmed
        )
    return activity


def _check_side(activity: Activity, move: Move, side: Side) -> None:
    """A school does not withdraw what the district has checked."""
    is_checked = activity.state is ActivityState.CHECKED
    if move is Move.WITHDRAW and side is Side.REPORTING and is_checked:
        raise RuleViolationError(
            N_(
                "The district has checked this record: it is no longer yours to withdraw. Tell "
                "the district what is wrong with it."
            )
        )


def _reason_to_take_back(
    decision: ActivityDecision, side: Side, reason: str, actor: Actor
) -> str | None:
    """Why a decision is taken back, where the actor may: schools only what is theirs."""
    said = reason.strip()[:REASON_LENGTH] or None
    is_own = decision.school_id in actor.school_ids
    if side is Side.DISTRICT:
        return said
    if decision.kind is DecisionKind.WITHDRAWN and not is_own:
        raise RuleViolationError(
            N_("The district withdrew this record, so only the district can take that back.")
        )
    if side is Side.RECEIVING:
        _check_own_return(decision, is_own=is_own)
    elif decision.kind is DecisionKind.RETURNED:
        said = check_reason(reason)
    return said


def _check_own_return(decision: ActivityDecision, *, is_own: bool) -> None:
    if not is_own:
        raise RuleViolationError(
            N_("Another school returned this record, so only that school can take it back.")
        )
    if not may_undo(decision.known_from, clock.now()):
        raise RuleViolationError(
            N_(
                "A return can be taken back for 24 hours. The reporting school can report the "
                "record again; then you can confirm it."
            )
        )


def _decision(
    found: Answerable, kind: DecisionKind, reason: str, stamp: Stamp, actor: Actor
) -> ActivityDecision:
    activity = found.activity
    needs_reason = kind is not DecisionKind.CHECKED
    parties = {activity.reported_by_school_id or activity.provider_id, *found.receivings}
    schools = parties & actor.school_ids
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
        school_id=min(schools, default=None),
    )
    return version
