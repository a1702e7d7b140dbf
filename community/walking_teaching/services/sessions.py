"""Sessions that have taken place, written down."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import ActivityDraft, Report
from community.activities.services import (
    BATCH_SIZE,
    Reporting,
    build_activity,
    report,
    report_together,
)
from community.journal.services import writing
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.facts import Knowledge
from community.kernel.versions import (
    Stamp,
    batched,
    flush_numbered,
)
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.queries.visits import planned_for
from community.walking_teaching.rules import VisitState, WalkingTeachingSessionDraft
from community.walking_teaching.services.clashes import clashes_of_sessions


def record_sessions(
    drafts: Iterable[WalkingTeachingSessionDraft],
    stamp: Stamp,
    knowledge_of: Callable[[int], Knowledge],
) -> None:
    """Write new sessions; the caller has asked for permission and journals.

    `knowledge_of` answers for a county.
    """
    for some in batched(drafts, BATCH_SIZE):
        for draft in some:
            knowledge = knowledge_of(draft.activity.county_id)
            activity = build_activity(draft.activity, draft.identity, knowledge, stamp)
            session().add(_details(draft, activity))
        flush_numbered(session())


def report_session(draft: WalkingTeachingSessionDraft, source: Report, *, actor: Actor) -> Activity:
    """Report a session on the web (`activities.services.report`); a teacher who is elsewhere at
    that time is refused by naming both entries. The visit that was planned for it is taught."""
    activity = report(
        _reporting(draft, source), actor=actor, check=partial(_clashes, [(draft, source)])
    )
    _settle_visits([(draft, activity)], actor)
    return activity


def report_sessions(
    rows: Sequence[tuple[WalkingTeachingSessionDraft, Report]], *, actor: Actor
) -> list[Activity]:
    """Report several sessions of one community, all or none (`report_session`)."""
    reports = [_reporting(draft, source) for draft, source in rows]
    made = report_together(reports, actor=actor, check=partial(_clashes, rows))
    _settle_visits([(row[0], one) for row, one in zip(rows, made, strict=True)], actor)
    return made


def _reporting(draft: WalkingTeachingSessionDraft, source: Report) -> Reporting:
    return Reporting(
        draft.activity,
        draft.identity,
        source,
        details=lambda activity: _details(draft, activity),
        told_apart_by=draft.teacher_name,
    )


def _clashes(
    rows: Sequence[tuple[WalkingTeachingSessionDraft, Report]], drafts: Sequence[ActivityDraft]
) -> Iterator[tuple[int, RuleViolationError]]:
    """The teachers that are elsewhere at that time."""
    corrected = {source.replaces_id for _, source in rows if source.replaces_id is not None}
    sessions = [
        replace(draft, activity=activity) for (draft, _), activity in zip(rows, drafts, strict=True)
    ]
    for place, clash in clashes_of_sessions(sessions, but=corrected):
        yield place, clash.refusal("slots")


def _settle_visits(
    made: Sequence[tuple[WalkingTeachingSessionDraft, Activity]], actor: Actor
) -> None:
    """Let the visits that were planned for sessions, or had the records that these correct, have
    their records."""
    session().flush()  # the visits name the records
    visits = planned_for(session(), made)
    if all(visit.activity_id == activity.id for visit, activity in visits):
        return
    with writing(actor=actor, action="planned_visit.taught"):
        for visit, activity in visits:
            visit.state, visit.activity_id, visit.reason = VisitState.TAUGHT, activity.id, None


def _details(draft: WalkingTeachingSessionDraft, activity: Activity) -> WalkingTeachingSession:
    return WalkingTeachingSession(
        activity=activity,
        teacher_name=draft.teacher_name,
        staff_number=draft.staff_number,
        slots_text=draft.slots_text,
        slots_mask=draft.slots_mask,
        travel_mode=draft.travel_mode,
    )
