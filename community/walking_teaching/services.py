"""The use cases of walking-teaching."""

from collections.abc import Callable, Iterable

from community.activities.services import BATCH_SIZE, build_activity
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import (
    Stamp,
    batched,
    flush_numbered,
)
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.rules import WalkingTeachingSessionDraft


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
            activity = draft.activity
            knowledge = knowledge_of(activity.county_id)
            session().add(
                WalkingTeachingSession(
                    activity=build_activity(activity, draft.identity, knowledge, stamp),
                    teacher_name=draft.teacher_name,
                    staff_number=draft.staff_number,
                    slots_text=draft.slots_text,
                    slots_mask=draft.slots_mask,
                    travel_mode=draft.travel_mode,
                )
            )
        flush_numbered(session())
