"""The evidence of a record: files added to it, pieces taken back, files given out.

What is added later is known from now; nothing that was counted changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from community.access import Actor, Permission, allows, require
from community.activities import queries
from community.activities.models import Activity, ActivityEvidence
from community.activities.queries import evidence as facts
from community.activities.queries.answering import Answerable, answerable
from community.activities.queries.evidence import EvidencePiece
from community.activities.rules import Side, check_reason
from community.activities.rules.proving import (
    check_may_prove,
    may_add_evidence,
    may_take_back,
)
from community.activities.services.reach import Standpoint, standpoint
from community.evidence.models import Attachment
from community.evidence.rules import Chosen, check_sum, unique_reference
from community.evidence.services import link_uploads
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, build_versions, close

NOTHING_CHOSEN: Final = N_("Choose at least one file.")


def prove(
    activity: Activity,
    chosen: Sequence[Chosen],
    *,
    actor: Actor,
    replaced: Activity | None = None,
) -> None:
    """Link files that wait to a record that has just been reported; `replaced` is the returned
    record that it corrects, whose evidence goes with it. The caller has asked for permission.

    Raises RuleViolationError for `evidence` when a file no longer waits, or when it is too much.
    """
    with writing(actor=actor, action="activity.reported"):
        session().flush()  # the record has an id
        if replaced is not None:
            _carry_over(replaced, activity, actor)
        _link(activity, chosen, actor)


def check_side(activity_id: int, *, actor: Actor) -> None:
    """Let the actor go on who stands on a side of the record, whatever its state; raises
    NotFoundError or AccessDeniedError."""
    _open(activity_id, actor)


def add_evidence(activity_id: int, chosen: Sequence[Chosen], *, actor: Actor) -> Activity:
    """Add files to a record on file.

    Raises NotFoundError for a record out of sight, AccessDeniedError for who stands on no side of
    it, RuleViolationError where its state does not allow it.
    """
    found, side = _open(activity_id, actor)
    check_may_prove(is_allowed=may_add_evidence(side, found.activity.state))
    if not chosen:
        raise RuleViolationError(NOTHING_CHOSEN, field="evidence")
    with writing(actor=actor, action="activity.proven"):
        _link(found.activity, chosen, actor)
    return found.activity


def withdraw_evidence(activity_id: int, evidence_id: int, reason: str, *, actor: Actor) -> Activity:
    """Take a piece of evidence back; the record does without it from now on, and keeps why.

    Raises as `add_evidence` does.
    """
    found, side = _open(activity_id, actor)
    in_force = facts.open_references(session(), activity_id).values()
    piece = next((row for row in in_force if row.id == evidence_id), None)
    if piece is None:
        raise NotFoundError
    is_own = _sender_of(activity_id, piece) == actor.actor_id
    check_may_prove(is_allowed=may_take_back(side, found.activity.state, is_own=is_own))
    said = check_reason(reason)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="activity.unproven"):
        close(piece, stamp.recorded_at, stamp)
        piece.ended_reason = said
    return found.activity


def _sender_of(activity_id: int, piece: ActivityEvidence) -> int | None:
    """Who handed a file in; 0, which is nobody, for an archive number."""
    found = facts.attachment_of(session(), activity_id, piece.id)
    return 0 if found is None else found[1].received_by_id


def _open(activity_id: int, actor: Actor) -> tuple[Answerable, Side]:
    """The record, locked, and the side on which the actor stands."""
    found = answerable(session(), [activity_id]).get(activity_id)
    if found is None:
        raise NotFoundError
    at = standpoint(found.activity, found.receivings, actor)
    require(actor, Permission.ACTIVITY_VIEW, at.place)
    side = _proving_side(at, actor)
    if side is None:
        raise AccessDeniedError
    return found, side


def _proving_side(at: Standpoint, actor: Actor) -> Side | None:
    """The side on which the actor may see to the evidence; None for who may not."""
    sides = at.sides & {Side.REPORTING, Side.RECEIVING}
    if not sides or not allows(actor, Permission.ACTIVITY_PROVE, at.place):
        return None
    return next(iter(sides))


def _link(activity: Activity, chosen: Sequence[Chosen], actor: Actor) -> None:
    in_force = facts.open_references(session(), activity.id)
    kept = [row.attachment_id for row in in_force.values() if row.attachment_id is not None]
    # The same form sent again names files that are the record's already.
    files = link_uploads([one for one in chosen if one.attachment_id not in kept], actor=actor)
    size = facts.sizes_of(session(), kept) + sum(file.size_bytes for file in files)
    check_sum(len(kept) + len(files), size)
    stamp = Stamp(clock.now(), actor.actor_name)
    taken = set(in_force)
    for file in files:
        reference = unique_reference(file.name, frozenset(taken))
        taken.add(reference)
        _add(activity, reference, file.id, file.sha256, stamp)


def _carry_over(replaced: Activity, activity: Activity, actor: Actor) -> None:
    """The files of a returned record go on with its correction, which names its archive numbers
    and links itself."""
    stamp = Stamp(clock.now(), actor.actor_name)
    there = facts.open_references(session(), activity.id)
    for reference, row in facts.open_references(session(), replaced.id).items():
        if row.attachment_id is not None and reference not in there:
            _add(activity, reference, row.attachment_id, row.sha256, stamp)
    session().flush()  # what is linked next looks for a free name


def _add(
    activity: Activity,
    reference: str,
    attachment_id: int | None,
    sha256: str | None,
    stamp: Stamp,
) -> None:
    session().add_all(
        build_versions(
            ActivityEvidence,
            [Step(stamp.recorded_at, {})],
            stamp,
            activity_id=activity.id,
            county_id=activity.county_id,
            reference=reference,
            attachment_id=attachment_id,
            sha256=sha256,
        )
    )


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gallery:
    """The evidence of a record as one reader sees it, and what that reader may do with it."""

    pieces: Sequence[EvidencePiece]
    may_add: bool
    may_take_back: frozenset[int]  # ids of pieces

    @property
    def files(self) -> list[EvidencePiece]:
        """Those of which there is a file."""
        return [piece for piece in self.pieces if piece.attachment is not None]

    @property
    def references(self) -> list[EvidencePiece]:
        """Archive numbers and links."""
        return [piece for piece in self.pieces if piece.attachment is None]


def gallery(activity: Activity, at: Standpoint, *, actor: Actor) -> Gallery:
    """The evidence of a record. The caller has asked whether the actor may read it."""
    pieces = facts.evidence_of(session(), activity.id, actor=actor)
    side = None if activity.known_until is not None else _proving_side(at, actor)
    if side is None:
        return Gallery(pieces, may_add=False, may_take_back=frozenset())
    state = activity.state
    return Gallery(
        pieces,
        may_add=may_add_evidence(side, state),
        may_take_back=frozenset(
            piece.id for piece in pieces if may_take_back(side, state, is_own=piece.is_of(actor))
        ),
    )


def evidence_file(
    activity_id: int, evidence_id: int, *, actor: Actor
) -> tuple[Activity, Attachment]:
    """A file that is or was evidence of a record that the actor may read. Raises NotFoundError."""
    current = session()
    activity = queries.recorded_activity(current, activity_id)
    found = facts.attachment_of(current, activity_id, evidence_id)
    if activity is None or found is None:
        raise NotFoundError
    receivers = facts.receivers_of(current, activity_id)
    require(actor, Permission.ACTIVITY_VIEW, standpoint(activity, receivers, actor).place)
    return activity, found[1]
