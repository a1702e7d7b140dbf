"""Confirmations: by a receiving school, one record or many, on its behalf, and taken back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from community.access import Actor, Permission, Place, require
from community.activities.models import Activity, Confirmation
from community.activities.queries.answering import Answerable, Receiving, answerable
from community.activities.rules import (
    COUNT_NEEDED,
    Move,
    Receipt,
    ReceiptDraft,
    Received,
    Side,
    build_full_receipt,
    build_state,
    check_has_happened,
    check_move,
    check_on_behalf,
    check_reason,
    may_undo,
)
from community.activities.services import goods
from community.activities.services.reach import (
    GONE,
    RefusedTogetherError,
    check_not_own_side,
    open_to_move,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.i18n import N_, Message
from community.kernel.versions import Stamp, build_versions, close

MOST_AT_ONCE: Final = 200
PAPER_LENGTH: Final = 300
_NOTHING_STATED: Final[Received] = {}
_ALREADY: Final = N_("This school has already confirmed it.")


@dataclass(frozen=True)
class Paper:
    """A signed paper that a confirmation rests on. `is_on_behalf`: the district reads it for a
    school that does not answer itself (代确认)."""

    reference: str
    is_on_behalf: bool = False


def confirm(
    activity_id: int, school_id: int, *, actor: Actor, received: ReceiptDraft | None = None
) -> Activity:
    """Confirm that a school received what a record says, of goods what is stated; known from now.

    Raises NotFoundError for a record or receiver that is not the actor's, RuleViolationError for
    what its own side reported, where the state of the record does not allow it, and for goods of
    which nothing, or what cannot be true, is stated.
    """
    found, side = open_to_move(activity_id, Move.CONFIRM, actor=actor)
    if school_id not in found.receivings or side is not Side.RECEIVING:
        raise NotFoundError
    require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
    check_receipt(found, school_id, actor)
    stated = {(activity_id, school_id): received} if received else _NOTHING_STATED
    _write([(found, school_id)], actor, "activity.confirmed", received=stated)
    return found.activity


def confirm_together(
    receipts: Collection[Receipt], in_full: Collection[Receipt] = (), *, actor: Actor
) -> list[Activity]:
    """Confirm several records for the schools of the actor: all of them or none. Of goods only
    those `in_full`, of which it is stated that all arrived; the others stay as they are.

    Raises NotFoundError for a school for which the actor does not speak, RefusedTogetherError
    naming each record that cannot be confirmed (any more), RuleViolationError where nothing is
    left to be confirmed.
    """
    for school_id in {school_id for _, school_id in receipts}:
        require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
    fitting, refused = sort_receipts(receipts, actor)
    received = _all_arrived(fitting, in_full, refused)
    if refused:
        raise RefusedTogetherError(refused)
    stated = [one for one in fitting if not goods.is_unstated(*one, received)]
    if not stated:
        raise RuleViolationError(COUNT_NEEDED)
    return _write(stated, actor, "activity.confirmed", received=received)


def _all_arrived(
    fitting: Iterable[tuple[Answerable, int]],
    in_full: Collection[Receipt],
    refused: dict[Receipt, Message],
) -> Received:
    """The statements that everything arrived; notes of which records that cannot be said."""
    wanted = [
        ((found.activity.id, school_id), found.activity.sheet)
        for found, school_id in fitting
        if (found.activity.id, school_id) in in_full
    ]
    received: dict[Receipt, ReceiptDraft] = {}
    for receipt, lines in goods.goods_lines(wanted).items():
        try:
            received[receipt] = build_full_receipt(lines, clock.today())
        except RuleViolationError as error:
            refused[receipt] = error.message
    return received


def confirm_on_behalf(
    activity_id: int,
    school_ids: Collection[int],
    paper: str,
    reason: str,
    *,
    actor: Actor,
    received: Received = _NOTHING_STATED,
) -> Activity:
    """The district confirms from a signed paper for schools that have not answered in time
    (代确认). Raises as `confirm` does, and while a school may still answer itself."""
    found, side = open_to_move(activity_id, Move.CONFIRM, actor=actor)
    if side is not Side.DISTRICT or not found.receivings.keys() >= set(school_ids):
        raise NotFoundError
    reference = check_paper(paper)
    said = check_reason(reason)
    if not school_ids:
        raise RuleViolationError(N_("Choose for which school you confirm."), field="school_ids")
    for school_id in school_ids:
        check_receipt(found, school_id, actor)
    check_silence(found.activity)
    receipts = [(found, school_id) for school_id in sorted(school_ids)]
    reference = f"{reference}（{said}）"[:PAPER_LENGTH]
    signed = Paper(reference, is_on_behalf=True)
    _write(receipts, actor, "activity.confirmed_on_behalf", signed, received=received)
    return found.activity


def confirm_from_paper(
    receipts: Collection[Receipt],
    paper: Paper,
    *,
    actor: Actor,
    received: Received = _NOTHING_STATED,
) -> tuple[list[Activity], Mapping[Receipt, Message]]:
    """Confirm those of several records that still can be, from one signed paper, of goods what it
    says that arrived; what cannot be, and why. The caller has asked for the permission."""
    fitting, refused = sort_receipts(receipts, actor, is_on_behalf=paper.is_on_behalf)
    uncounted = [one for one in fitting if goods.is_unstated(*one, received)]
    refused |= {(found.activity.id, school): Message(COUNT_NEEDED) for found, school in uncounted}
    stated = [one for one in fitting if one not in uncounted]
    action = "activity.confirmed_on_behalf" if paper.is_on_behalf else "activity.confirmed"
    return _write(stated, actor, action, paper, received=received), refused


def revoke(activity_id: int, school_id: int, *, actor: Actor) -> Activity:
    """Take a confirmation back within a day, while the district has not checked the record.

    Raises as `confirm` does, and when the day is over.
    """
    found, side = open_to_move(activity_id, Move.REVOKE, actor=actor)
    receiving = found.receivings.get(school_id)
    if receiving is None:
        raise NotFoundError
    if side is Side.RECEIVING:
        require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
    check_move(found.activity.state, Move.REVOKE)
    said = _revocable(receiving, side)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="activity.confirmation_revoked"):
        close(said, stamp.recorded_at, stamp)
        found.activity.state = build_state((), is_confirmed=False)
    return found.activity


def _revocable(receiving: Receiving, side: Side) -> Confirmation:
    """The confirmation, if this side gave it, and not long ago."""
    said = receiving.said
    if said is None or not receiving.is_confirmed:
        raise RuleViolationError(N_("This school has not confirmed the record."))
    if said.is_on_behalf is not (side is Side.DISTRICT) or said.confirmed_by_id is None:
        raise RuleViolationError(
            N_("Others gave this confirmation. If it is wrong, return the record with a reason.")
        )
    if not may_undo(said.known_from, clock.now()):
        raise RuleViolationError(
            N_(
                "A confirmation can be taken back for 24 hours. If it is wrong, return the record "
                "with a reason."
            )
        )
    return said


# --- what speaks against it -------------------------------------------------------------------


def check_receipt(found: Answerable, school_id: int, actor: Actor) -> None:
    """Raise RuleViolationError where a receiver cannot confirm now."""
    check_not_own_side(found.activity, actor)
    if found.receivings[school_id].is_confirmed:
        raise RuleViolationError(_ALREADY)
    check_move(found.activity.state, Move.CONFIRM)
    check_has_happened(found.activity.held_on, clock.today())


def check_silence(activity: Activity) -> None:
    """Raise RuleViolationError while the receivers may still answer themselves."""
    check_on_behalf(clock.day_of(activity.recorded_at), clock.today())


def check_paper(paper: str) -> str:
    """The reference of a signed paper, trimmed. Raises RuleViolationError where there is none."""
    said = paper.strip()
    if not said:
        raise RuleViolationError(
            N_("Give the archive number of the signed paper, or where it is kept."), field="paper"
        )
    return said[:PAPER_LENGTH]


def sort_receipts(
    receipts: Collection[Receipt], actor: Actor, *, is_on_behalf: bool = False
) -> tuple[list[tuple[Answerable, int]], dict[Receipt, Message]]:
    """Those that can be confirmed now, locked, and why the others cannot."""
    records = answerable(session(), {activity_id for activity_id, _ in receipts})
    fitting: list[tuple[Answerable, int]] = []
    refused: dict[Receipt, Message] = {}
    for activity_id, school_id in sorted(receipts):
        found = records.get(activity_id)
        if found is None or school_id not in found.receivings:
            refused[activity_id, school_id] = Message(GONE)
            continue
        try:
            check_receipt(found, school_id, actor)
            if is_on_behalf:
                check_silence(found.activity)
        except RuleViolationError as error:
            refused[activity_id, school_id] = error.message
        else:
            fitting.append((found, school_id))
    return fitting, refused


# --- writing ----------------------------------------------------------------------------------


def _write(
    receipts: Sequence[tuple[Answerable, int]],
    actor: Actor,
    action: str,
    paper: Paper | None = None,
    *,
    received: Received,
) -> list[Activity]:
    """Add the confirmations, each known from now, and what arrived; the caller has checked that
    they can be given. Raises RuleViolationError for goods of which that is not, or not rightly,
    stated."""
    goods.check_stated(receipts, received)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action=action):
        _close_names_without_day((found.receivings[school] for found, school in receipts), stamp)
        for found, school_id in receipts:
            receiving = found.receivings[school_id]
            receiving.said = _confirmation(found, receiving, stamp, actor, paper)
            session().add(receiving.said)
        for found, _ in receipts:
            found.activity.state = build_state((), is_confirmed=found.is_confirmed)
    goods.state_received(receipts, received, actor)
    return list({found.activity.id: found.activity for found, _ in receipts}.values())


def _close_names_without_day(receivings: Iterable[Receiving], stamp: Stamp) -> None:
    """A ledger may have named a confirmer without a day; the database has one version open."""
    for receiving in receivings:
        if receiving.said is not None:
            close(receiving.said, stamp.recorded_at, stamp)
    session().flush()


def _confirmation(
    found: Answerable, receiving: Receiving, stamp: Stamp, actor: Actor, paper: Paper | None
) -> Confirmation:
    (version,) = build_versions(
        Confirmation,
        [Step(stamp.recorded_at, {})],
        stamp,
        receiver_id=receiving.receiver.id,
        county_id=found.activity.county_id,
        confirmer_name=actor.actor_name[:60],
        confirmed_on=clock.day_of(stamp.recorded_at),
        is_on_behalf=paper is not None and paper.is_on_behalf,
        confirmed_by_id=actor.actor_id,
        paper_reference=paper.reference if paper else None,
    )
    return version
