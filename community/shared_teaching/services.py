"""The use cases of shared teaching."""

from collections.abc import Callable, Iterable

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import Report
from community.activities.services import (
    BATCH_SIZE,
    Reporting,
    build_activity,
    report,
    report_together,
)
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import (
    Stamp,
    batched,
    flush_numbered,
)
from community.shared_teaching.models import SharedTeachingSession
from community.shared_teaching.rules import SharedTeachingSessionDraft


def record_sessions(
    drafts: Iterable[SharedTeachingSessionDraft],
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


def report_session(draft: SharedTeachingSessionDraft, source: Report, *, actor: Actor) -> Activity:
    """Report a session on the web (`activities.services.report`)."""
    return report(_reporting(draft, source), actor=actor)


def report_sessions(
    rows: Iterable[tuple[SharedTeachingSessionDraft, Report]], *, actor: Actor
) -> list[Activity]:
    """Report several sessions of one community (`activities.services.report_together`)."""
    return report_together([_reporting(*row) for row in rows], actor=actor)


def _reporting(draft: SharedTeachingSessionDraft, source: Report) -> Reporting:
    return Reporting(
        draft.activity,
        draft.identity,
        source,
        details=lambda activity: _details(draft, activity),
        told_apart_by=draft.lecturer_name or "",
    )


def _details(draft: SharedTeachingSessionDraft, activity: Activity) -> SharedTeachingSession:
    return SharedTeachingSession(
        activity=activity,
        grade=draft.grade,
        topic=draft.topic,
        lecturer_name=draft.lecturer_name,
        pupils_count=draft.pupils_count,
        teachers_count=draft.teachers_count,
    )
