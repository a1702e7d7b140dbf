"""Reporting an activity on the web (上报): who may, for which side, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from community.access import POLICY, Actor, Permission, Reach, require
from community.activities import queries
from community.activities.models import Activity
from community.activities.queries import reporting as facts
from community.activities.rules import (
    ActivityDraft,
    Move,
    ProbableDoubleError,
    Report,
    check_move,
    is_own_side,
)
from community.activities.rules.reporting import Surroundings, find_faults
from community.activities.services.proving import prove
from community.activities.services.recording import build_activity
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import Base, hold, session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.facts import Knowledge
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, close

NOT_YOUR_SCHOOL: Final = N_("You do not speak for the school in whose name this is reported.")


def _nothing_more(_draft: ActivityDraft) -> None:
    """The check of a feature that has none of its own."""


def report(
    draft: ActivityDraft,
    identity: str,
    source: Report,
    *,
    actor: Actor,
    details: Callable[[Activity], Base],
    told_apart_by: str = "",
    check: Callable[[ActivityDraft], None] = _nothing_more,
) -> Activity:
    """Put a record on file, known from now; its receivers are asked to confirm it.

    The same form sent again by the same account gives the record that is there. `details` builds
    the feature's own row, `told_apart_by` is the teacher (of a transfer: the goods) by whom a
    double is recognised, `check` is what the feature checks beyond, of the draft with
    its county. A returned record that the report replaces is closed.

    Raises NotFoundError, AccessDeniedError, ProbableDoubleError, RuleViolationError.
    """
    hold("activity_form", source.form_key)
    if (known := _already_reported(source, actor)) is not None:
        return known
    draft, replaced = _permitted(draft, source, actor)
    if faults := faults_of(draft, source, actor=actor):
        raise faults[0]
    hold("activity_double", f"{draft.provider_id} {draft.held_on}")
    check(draft)
    alike = facts.activities_alike(session(), draft, told_apart_by, but=source.replaces_id)
    reason = (source.double_reason or "").strip()
    if alike and not reason:
        raise ProbableDoubleError(alike)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="activity.reported"):
        if replaced is not None:
            close(replaced, stamp.recorded_at, stamp)
        activity = build_activity(draft, identity, Knowledge(stamp.recorded_at), stamp)
        activity.reported_by_school_id = source.school_id
        activity.reported_by_id = actor.actor_id
        activity.form_key = source.form_key
        activity.replaces_id = source.replaces_id
        activity.double_reason = reason if alike else None
        session().add(details(activity))
        prove(activity, source.files, actor=actor, replaced=replaced)
    return activity


def faults_of(draft: ActivityDraft, report: Report, *, actor: Actor) -> list[RuleViolationError]:
    """Everything that speaks against reporting a draft, but for doubles."""
    current = session()
    school_ids = {*draft.party_ids, report.school_id}
    parties = facts.parties_on(current, school_ids, draft.community_id, draft.held_on)
    if parties.keys() != school_ids:
        raise NotFoundError
    around = Surroundings(
        parties=parties,
        day=facts.day_on_file(current, draft.held_on, clock.today()),
        must_provide=POLICY[Permission.ACTIVITY_REPORT].get(actor.role) is Reach.SCHOOLS,
    )
    return list(find_faults(draft, report, around))


def _already_reported(report: Report, actor: Actor) -> Activity | None:
    """What this form has reported. A form of somebody else's reports nothing."""
    known = facts.activity_of_form(session(), report.form_key)
    if known is not None and known.reported_by_id != actor.actor_id:
        raise NotFoundError
    return known


def _permitted(
    draft: ActivityDraft, report: Report, actor: Actor
) -> tuple[ActivityDraft, Activity | None]:
    """The draft, unconfirmed and in the ledger of its county, and the record that it replaces, if
    the actor may report it. Raises NotFoundError or AccessDeniedError."""
    county_id = facts.county_of_draft(session(), draft)
    if county_id is None:
        raise NotFoundError
    place = queries.place_of_activity(session(), county_id, draft.community_id)
    if draft.community_id is not None:
        require(actor, Permission.ACTIVITY_VIEW, place)
    if report.school_id not in actor.school_ids:
        raise AccessDeniedError(NOT_YOUR_SCHOOL)
    require(actor, Permission.ACTIVITY_REPORT, replace(place, school_id=report.school_id))
    unconfirmed = replace(
        draft,
        county_id=county_id,
        confirmer_names=(None,) * len(draft.receiver_ids),
        confirmed_on=None,
    )
    return unconfirmed, returned_record(report.replaces_id, draft, actor=actor)


def returned_record(
    activity_id: int | None, draft: ActivityDraft, *, actor: Actor
) -> Activity | None:
    """The returned record that a draft corrects, locked; None where it corrects none.

    Raises NotFoundError when it is not of the actor's own side, RuleViolationError when it has
    been corrected already, or is not returned.
    """
    if activity_id is None:
        return None
    found = queries.recorded_activity(session(), activity_id)
    if (
        found is None
        or found.sheet is not draft.sheet
        or not is_own_side(actor.school_ids, found.reported_by_school_id, found.provider_id)
    ):
        raise NotFoundError
    locked = queries.locked_activity(session(), activity_id)
    if locked is None:
        raise RuleViolationError(
            N_("This record has been corrected in the meantime. Open the list of records.")
        )
    check_move(locked.state, Move.SUBMIT)
    return locked
