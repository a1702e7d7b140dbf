"""Where arrangements are, and which of them an actor sees."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from community.access import POLICY, Actor, Permission, Place, Reach
from community.activities.queries import place_of_activity
from community.communities.models import Community
from community.communities.queries.places import is_visible_to
from community.registry.models import Division
from community.registry.rules import DivisionKind
from community.walking_teaching.models import WalkingTeachingArrangement


def places_of(session: Session, arrangement: WalkingTeachingArrangement) -> tuple[Place, Place]:
    """Where an arrangement is, as its sending and as its receiving school has it."""
    place = place_of_activity(session, arrangement.county_id, arrangement.community_id)
    return (
        replace(place, school_id=arrangement.sender_id),
        replace(place, school_id=arrangement.receiver_id),
    )


def is_within_reach(
    actor: Actor, permission: Permission = Permission.TIMETABLE_VIEW
) -> ColumnElement[bool]:
    """`access.allows` for an arrangement's timetable, as a condition on arrangements.

    To see it either school will do; to report for it, the sending one.
    """
    model = WalkingTeachingArrangement
    reach = POLICY[permission].get(actor.role)
    if reach is None:
        return false()
    if reach is Reach.EVERYWHERE:
        return true()
    if reach is Reach.PARTICIPATION:
        communities = select(Community.id).where(is_visible_to(actor))
        return or_(model.county_id.in_(_counties_of(actor)), model.community_id.in_(communities))
    own: ColumnElement[bool] = model.sender_id.in_(actor.school_ids)
    if permission is Permission.TIMETABLE_VIEW:
        own = or_(own, model.receiver_id.in_(actor.school_ids))
    if reach is Reach.COMMUNITIES:
        return or_(own, model.community_id.in_(actor.community_ids))
    return own


def _counties_of(actor: Actor) -> Sequence[int] | Select[int]:
    if actor.county_id is not None:
        return [actor.county_id]
    return select(Division.id).where(
        Division.parent_id == actor.city_id, Division.kind == DivisionKind.COUNTY
    )
