"""The use cases of shared teaching."""

from collections.abc import Callable, Iterable

from community.activities.services import BATCH_SIZE, build_activity
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
            activity = draft.activity
            knowledge = knowledge_of(activity.county_id)
            session().add(
                SharedTeachingSession(
                    activity=build_activity(activity, draft.identity, knowledge, stamp),
                    grade=draft.grade,
                    topic=draft.topic,
                    lecturer_name=draft.lecturer_name,
                    pupils_count=draft.pupils_count,
                    teachers_count=draft.teachers_count,
                )
            )
        flush_numbered(session())
