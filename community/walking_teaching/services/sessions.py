"""Sessions that have taken place, written down."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import Report
from community.activities.services import BATCH_SIZE, build_activity, report
from community.journal.services import writing
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import (
    Stamp,
    batched,
    flush_numbered,
)
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.queries.visits import planned_for
from community.walking_teaching.rules import VisitState, WalkingTeachingSessionDraft
from community.walking_teaching.services.clashes import check_teacher


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
        draft.activity,
        draft.identity,
        source,
        actor=actor,
        details=lambda activity: _details(draft, activity),
        told_apart_by=draft.teacher_name,
        check=lambda activity: check_teacher(
            replace(draft, activity=activity), but=source.replaces_id
        ),
    )
    _settle_visit(draft, activity, actor)
    return activity


def _settle_visit(draft: WalkingTeachingSessionDraft, activity: Activity, actor: Actor) -> None:
    """Let the visit that was planned for a session, or had the record that this one corrects,
    have its record."""
    session().flush()  # the visit names the record
    visit = planned_for(session(), activity, draft)
    if visit is None or visit.activity_id == activity.id:
        return
    with writing(actor=actor, action="planned_visit.taught"):
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
