"""What the rows of a table may name: a community, its schools, and who was in when."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.access import Actor
from community.activities.sheets import Surroundings
from community.communities.models import Community, Membership, MembershipVersion
from community.communities.rules import CommunityDirectory, CommunityEntry, Roll
from community.communities.rules.stays import Stay
from community.kernel.database import known_at
from community.registry.models import School, SchoolAlias, SchoolVersion
from community.registry.rules import SchoolDirectory, SchoolEntry


def communities_of(session: Session, actor: Actor) -> Sequence[Community]:
    """The communities in which the schools of the actor take part, by code."""
    return session.scalars(
        select(Community).where(Community.id.in_(actor.community_ids)).order_by(Community.code)
    ).all()


def surroundings_of(session: Session, community: Community) -> Surroundings:
    """The community alone, with every school that has ever been in it; in four queries."""
    members = session.execute(
        select(Membership.school_id, Membership.joined_on, MembershipVersion.left_on)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(Membership.community_id == community.id, known_at(MembershipVersion, None))
    ).all()
    ids = {row.school_id for row in members}
    closed_on = {
        row.school_id: row.closed_on
        for row in session.execute(
            select(SchoolVersion.school_id, SchoolVersion.closed_on)
            .where(SchoolVersion.school_id.in_(ids), known_at(SchoolVersion, None))
            .order_by(SchoolVersion.school_id, SchoolVersion.held_from)
        )
    }
    aliases: dict[int, list[str]] = defaultdict(list)
    for school_id, name in session.execute(
        select(SchoolAlias.school_id, SchoolAlias.name).where(SchoolAlias.school_id.in_(ids))
    ):
        aliases[school_id].append(name)
    entries = [
        SchoolEntry(
            school.id,
            school.county_id,
            school.code,
            school.name,
            school.short_name,
            tuple(aliases[school.id]),
            closed_on.get(school.id),
        )
        for school in session.scalars(select(School).where(School.id.in_(ids)))
    ]
    roll = Roll(closed_on)
    for row in members:
        roll.put(community.id, row.school_id, Stay(row.joined_on, row.left_on))
    entry = CommunityEntry(community.id, community.code, community.county_id)
    return Surroundings(CommunityDirectory([entry]), SchoolDirectory(entries), roll)
