"""Reporting an activity on the web (上报): who may, for which side, and what is refused."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from community.kernel.versions import Stamp, close, flush_numbered

NOT_YOUR_SCHOOL: Final = N_("You do not speak for the school in whose name this is reported.")


@dataclass(frozen=True)
class Reporting:
    """One record to be reported.

    `details` builds the feature's own row, `told_apart_by` is the teacher (of a transfer: the
    goods) by whom a double is recognised.
    """

    draft: ActivityDraft
    identity: str
    source: Report
    details: Callable[[Activity], Base]
    told_apart_by: str = ""


class ReportsRefusedError(RuleViolationError):
    """Some of several records are refused, so none is reported; `faults` says why, by place."""

    def __init__(self, faults: Mapping[int, Sequence[RuleViolationError]]) -> None:
        super().__init__(N_("Some of these records are refused; so none of them is reported."))
        self.faults = faults


# What a feature checks beyond, of drafts with their county: faults with the places of the drafts.
Check = Callable[[Sequence[ActivityDraft]], Iterable[tuple[int, RuleViolationError]]]


def _nothing_more(_drafts: Sequence[ActivityDraft]) -> Iterable[tuple[int, RuleViolationError]]:
    """The check of a feature that has none of its own."""
    return ()


def report(one: Reporting, *, actor: Actor, check: Check = _nothing_more) -> Activity:
    """Put a record on file, known from now; its receivers are asked to confirm it.

    The same form sent again by the same account gives the record that is there. A returned record
    that the report replaces is closed.

    Raises NotFoundError, AccessDeniedError, ProbableDoubleError, RuleViolationError.
    """
    try:
        return report_together([one], actor=actor, check=check)[0]
    except ReportsRefusedError as refused:
        raise refused.faults[0][0] from None


def report_together(
    reports: Sequence[Reporting], *, actor: Actor, check: Check = _nothing_more
) -> list[Activity]:
    """Report several records of one community, all or none, as `report` does one; what they are
    held against is read once for all.

    Raises NotFoundError, AccessDeniedError, ReportsRefusedError.
    """
    hold("activity_form", *(one.source.form_key for one in reports))
    if known := _already_reported(reports, actor):
        return known
    drafts, replaced = _permitted(reports, actor)
    sources = [one.source for one in reports]
    _refuse(enumerate(_faults_of(list(zip(drafts, sources, strict=True)), actor)))
    hold("activity_double", *(f"{draft.provider_id} {draft.held_on}" for draft in drafts))
    _refuse((place, [fault]) for place, fault in check(drafts))
    are_doubles = _check_doubles(reports, drafts)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="activity.reported"):
        if replaced is not None:
            close(replaced, stamp.recorded_at, stamp)
        made = [
            _build(one, draft, stamp, actor, is_double=is_double)
            for one, draft, is_double in zip(reports, drafts, are_doubles, strict=True)
        ]
        if len(made) > 1:
            flush_numbered(session())
        for one, activity in zip(reports, made, strict=True):
            if one.source.files or replaced is not None:
                prove(activity, one.source.files, actor=actor, replaced=replaced)
    return made


def _refuse(found: Iterable[tuple[int, Sequence[RuleViolationError]]]) -> None:
    faults = {place: some for place, some in found if some}
    if faults:
        raise ReportsRefusedError(faults)


def _build(
    one: Reporting, draft: ActivityDraft, stamp: Stamp, actor: Actor, *, is_double: bool
) -> Activity:
    activity = build_activity(draft, one.identity, Knowledge(stamp.recorded_at), stamp)
    activity.reported_by_school_id = one.source.school_id
    activity.reported_by_id = actor.actor_id
    activity.form_key = one.source.form_key
    activity.replaces_id = one.source.replaces_id
    activity.double_reason = _reason(one.source) if is_double else None
    session().add(one.details(activity))
    return activity


def _reason(source: Report) -> str:
    return (source.double_reason or "").strip()


def _check_doubles(reports: Sequence[Reporting], drafts: Sequence[ActivityDraft]) -> list[bool]:
    """Which drafts look like a record on file, or like one before them. Raises
    ReportsRefusedError where one does without a reason."""
    told = [(draft, one.told_apart_by) for one, draft in zip(reports, drafts, strict=True)]
    # Only who reports alone corrects a record, which is no other one.
    alike = facts.activities_alike(session(), told, but=reports[0].source.replaces_id)
    before = Counter[Hashable]()
    faults: dict[int, list[RuleViolationError]] = {}
    found: list[bool] = []
    for place, (one, key) in enumerate(zip(reports, alike.keys, strict=True)):
        found.append(bool(alike.ids[place]) or before[key] > 0)
        if found[-1] and not _reason(one.source):
            faults[place] = [ProbableDoubleError(alike.ids[place])]
        before[key] += 1
    _refuse(faults.items())
    return found


def faults_of(draft: ActivityDraft, report: Report, *, actor: Actor) -> list[RuleViolationError]:
    """Everything that speaks against reporting a draft, but for doubles."""
    return _faults_of([(draft, report)], actor)[0]


def _faults_of(
    drafts: Sequence[tuple[ActivityDraft, Report]], actor: Actor
) -> list[list[RuleViolationError]]:
    """The same of several drafts of one community."""
    current = session()
    days = {draft.held_on for draft, _ in drafts}
    school_ids = {id_ for draft, source in drafts for id_ in (*draft.party_ids, source.school_id)}
    parties = facts.parties_on_days(current, school_ids, drafts[0][0].community_id, days)
    if any(found.keys() != school_ids for found in parties.values()):
        raise NotFoundError
    on_file = facts.days_on_file(current, days, clock.today())
    must_provide = POLICY[Permission.ACTIVITY_REPORT].get(actor.role) is Reach.SCHOOLS
    return [
        list(
            find_faults(
                draft,
                source,
                Surroundings(parties[draft.held_on], on_file[draft.held_on], must_provide),
            )
        )
        for draft, source in drafts
    ]


def _already_reported(reports: Sequence[Reporting], actor: Actor) -> list[Activity]:
    """What these forms have reported. A form of somebody else's reports nothing."""
    known = facts.activities_of_forms(session(), [one.source.form_key for one in reports])
    if any(one.reported_by_id != actor.actor_id for one in known):
        raise NotFoundError
    return known


def _permitted(
    reports: Sequence[Reporting], actor: Actor
) -> tuple[list[ActivityDraft], Activity | None]:
    """The drafts, unconfirmed and in the ledger of their county, and the record that a single one
    replaces, if the actor may report them. Raises NotFoundError or AccessDeniedError."""
    first = reports[0].draft
    county_id = facts.county_of_draft(session(), first)
    if county_id is None:
        raise NotFoundError
    place = queries.place_of_activity(session(), county_id, first.community_id)
    if first.community_id is not None:
        require(actor, Permission.ACTIVITY_VIEW, place)
    for school_id in {one.source.school_id for one in reports}:
        if school_id not in actor.school_ids:
            raise AccessDeniedError(NOT_YOUR_SCHOOL)
        require(actor, Permission.ACTIVITY_REPORT, replace(place, school_id=school_id))
    unconfirmed = [
        replace(
            one.draft,
            county_id=county_id,
            confirmer_names=(None,) * len(one.draft.receiver_ids),
            confirmed_on=None,
        )
        for one in reports
    ]
    return unconfirmed, returned_record(reports[0].source.replaces_id, first, actor=actor)


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
