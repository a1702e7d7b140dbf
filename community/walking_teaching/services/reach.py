"""Which arrangements an actor may see and change."""

from community.access import Actor, Permission, allows, require
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.queries import arrangements as queries
from community.walking_teaching.queries.reach import places_of

VIEW, EDIT = Permission.TIMETABLE_VIEW, Permission.ACTIVITY_REPORT


def visible_arrangement(arrangement_id: int, *, actor: Actor) -> WalkingTeachingArrangement:
    """An arrangement that the actor may see. Raises NotFoundError."""
    return _seen(queries.arrangement(session(), arrangement_id), actor)


def editable_arrangement(arrangement_id: int, *, actor: Actor) -> WalkingTeachingArrangement:
    """An arrangement that the actor may change, locked until the transaction ends.

    Raises NotFoundError for one out of sight, AccessDeniedError for one that is only to be seen.
    """
    found = _seen(queries.arrangement(session(), arrangement_id, is_locked=True), actor)
    if not may_edit(found, actor):
        raise AccessDeniedError
    return found


def may_edit(found: WalkingTeachingArrangement, actor: Actor) -> bool:
    """Whether the actor plans for the arrangement: its sending school does, or the lead school."""
    return allows(actor, EDIT, places_of(session(), found)[0])


def _seen(found: WalkingTeachingArrangement | None, actor: Actor) -> WalkingTeachingArrangement:
    require(actor, VIEW)
    if found is None or not any(
        allows(actor, VIEW, place) for place in places_of(session(), found)
    ):
        raise NotFoundError
    return found
