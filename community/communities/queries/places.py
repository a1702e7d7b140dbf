"""Where communities are, and which of them an actor sees."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from community.access import POLICY, Actor, Permission, Place, Reach
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel.database import known_at
from community.registry.models import Division, School
from community.registry.rules import DivisionKind


def community(session: Session, code: str, *, is_locked: bool = False) -> Community | None:
    """A community by its code; `is_locked` keeps others from changing it until the transaction
    ends."""
    wanted = select(Community).where(Community.code == code)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def locked_communities(session: Session, community_ids: Collection[int]) -> Sequence[Community]:
    """Communities by their ids, locked in one order until the transaction ends."""
    wanted = select(Community).where(Community.id.in_(community_ids)).order_by(Community.id)
    return session.scalars(wanted.with_for_update()).all()


def community_of_form(session: Session, form_key: str) -> Community | None:
    """The community that a form has already created."""
    return session.scalar(select(Community).where(Community.form_key == form_key))


def place_of_community(session: Session, found: Community) -> Place:
    """Where a community is: its county, and the counties whose schools ever took part in it."""
    city_id = session.scalar(select(Division.parent_id).where(Division.id == found.county_id))
    rows = session.execute(
        select(School.county_id, Division.parent_id)
        .join(Membership, Membership.school_id == School.id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(Division, Division.id == School.county_id)
        .where(Membership.community_id == found.id, known_at(MembershipVersion, None))
        .distinct()
    ).all()
    return Place(
        city_id=city_id,
        county_id=found.county_id,
        community_id=found.id,
        participant_county_ids=frozenset(county for county, _ in rows),
        participant_city_ids=frozenset(city for _, city in rows if city is not None),
    )


def is_visible_to(actor: Actor) -> ColumnElement[bool]:
    """`access.allows` for COMMUNITY_VIEW, as a condition on communities."""
    reach = POLICY[Permission.COMMUNITY_VIEW].get(actor.role)
    if reach is None:
        return false()
    if reach is Reach.EVERYWHERE:
        return true()
    if reach is Reach.COMMUNITIES:
        return Community.id.in_(actor.community_ids)
    counties = _counties_of(actor)
    taking_part = (
        select(Membership.community_id)
        .join(School, School.id == Membership.school_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(School.county_id.in_(counties), known_at(MembershipVersion, None))
    )
    return or_(Community.county_id.in_(counties), Community.id.in_(taking_part))


def _counties_of(actor: Actor) -> Sequence[int] | Select[int]:
    if actor.county_id is not None:
        return [actor.county_id]
    return select(Division.id).where(
        Division.parent_id == actor.city_id, Division.kind == DivisionKind.COUNTY
    )


def counties_of_city(session: Session, city_id: int) -> list[Division]:
    """The county-level divisions of a city, by code."""
    wanted = (
        select(Division)
        .where(Division.parent_id == city_id, Division.kind == DivisionKind.COUNTY)
        .order_by(Division.code)
    )
    return list(session.scalars(wanted))


def counties_named(session: Session, text: str) -> list[Division]:
    """The counties of this code or name."""
    wanted = select(Division).where(
        Division.kind == DivisionKind.COUNTY, or_(Division.code == text, Division.name == text)
    )
    return list(session.scalars(wanted.limit(2)))


def county(session: Session, county_id: int) -> Division:
    """A county by its id."""
    return session.get_one(Division, county_id)
