"""The communities of a count, and everything on file about them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from community.audits.queries.activities import activities
from community.audits.queries.grouping import grouped
from community.audits.rules.facts import (
    CharterFacts,
    CommunityFacts,
    MeetingFacts,
    MembershipFacts,
    ObjectiveFacts,
    Period,
    SchoolFacts,
)
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
    Waiver,
)
from community.kernel.database import known_at
from community.kernel.held import holding_on
from community.registry.models import School


def community_ids_of(
    session: Session, county_ids: Collection[int], known: datetime
) -> frozenset[int]:
    """The communities of counties, and those elsewhere in which their schools take part."""
    own = select(Community.id).where(Community.county_id.in_(county_ids))
    elsewhere = (
        select(Membership.community_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(School, School.id == Membership.school_id)
        .where(School.county_id.in_(county_ids), known_at(MembershipVersion, known))
    )
    return frozenset(session.scalars(own.union(elsewhere)))


def communities(
    session: Session,
    community_ids: Collection[int],
    *,
    period: Period,
    known: datetime,
    schools: Mapping[int, SchoolFacts],
) -> list[CommunityFacts]:
    """Everything on file about communities, by code; those that exist on D and are known at K."""
    rows = session.execute(
        select(Community, CommunityVersion)
        .join(CommunityVersion, CommunityVersion.community_id == Community.id)
        .where(Community.id.in_(community_ids), known_at(CommunityVersion, known))
        .order_by(Community.code, CommunityVersion.held_from)
    )
    held = holding_on(
        period.as_of, ((c.id, version.held_from, (c, version)) for c, version in rows)
    )
    memberships = _memberships(session, community_ids, period.as_of, known, schools)
    charters = _charters(session, community_ids, known)
    objectives = _objectives(session, community_ids, known)
    meetings = _meetings(session, community_ids, known)
    waivers = _waivers(session, community_ids, known)
    on_file = activities(session, community_ids, period, known)
    elsewhere = _communities_by_school(session, community_ids, period.as_of, known, schools)
    facts = [
        CommunityFacts(
            community_id=c.id,
            code=c.code,
            name=c.name,
            county_id=c.county_id,
            model=version.model,
            is_listed=version.is_listed,
            has_plan_document=bool(version.plan_document),
            founded_on=version.founded_on,
            dissolved_on=version.dissolved_on,
            memberships=tuple(memberships[c.id]),
            charters=tuple(charters[c.id]),
            objectives=tuple(objectives[c.id]),
            meetings=tuple(meetings[c.id]),
            activities=tuple(on_file[c.id]),
            waivers=waivers[c.id],
            schools_elsewhere=frozenset(
                school for school, ids in elsewhere.items() if ids - {c.id}
            ),
        )
        for c, version in held
    ]
    return [f for f in facts if f.exists_on(period.as_of)]


def _memberships(
    session: Session,
    community_ids: Collection[int],
    as_of: date,
    known: datetime,
    schools: Mapping[int, SchoolFacts],
) -> dict[int, list[MembershipFacts]]:
    rows = session.execute(
        select(
            Membership.community_id,
            Membership.id,
            Membership.school_id,
            Membership.joined_on,
            MembershipVersion.role,
            MembershipVersion.left_on,
            MembershipVersion.responsible_person,
            CharterSignature.signed_on,
            MembershipVersion.held_from,
        )
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .outerjoin(
            CharterSignature,
            and_(
                CharterSignature.membership_id == Membership.id,
                known_at(CharterSignature, known),
            ),
        )
        .where(Membership.community_id.in_(community_ids), known_at(MembershipVersion, known))
        .order_by(Membership.id, MembershipVersion.held_from)
    )
    held = holding_on(as_of, ((row[1], row[-1], row[:-1]) for row in rows))
    found: dict[int, list[MembershipFacts]] = defaultdict(list)
    for community_id, membership_id, school_id, joined, role, left, person, signed in held:
        if school_id in schools:  # a school that is not known at K cannot be in
            found[community_id].append(
                MembershipFacts(
                    membership_id, schools[school_id], role, joined, left, person, signed
                )
            )
    return found


def _communities_by_school(
    session: Session,
    community_ids: Collection[int],
    as_of: date,
    known: datetime,
    schools: Mapping[int, SchoolFacts],
) -> dict[int, set[int]]:
    """Of every school of these communities, all communities in which it is on D."""
    rows = session.execute(
        select(Membership.school_id, Membership.community_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(CommunityVersion, CommunityVersion.community_id == Membership.community_id)
        .where(
            Membership.school_id.in_(
                select(Membership.school_id).where(Membership.community_id.in_(community_ids))
            ),
            Membership.joined_on <= as_of,
            or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= as_of),
            or_(CommunityVersion.founded_on.is_(None), CommunityVersion.founded_on <= as_of),
            or_(CommunityVersion.dissolved_on.is_(None), CommunityVersion.dissolved_on >= as_of),
            known_at(MembershipVersion, known),
            known_at(CommunityVersion, known),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for school_id, community_id in rows:
        if school_id in schools and schools[school_id].is_open_on(as_of):
            found[school_id].add(community_id)
    return found


def _charters(
    session: Session, ids: Collection[int], known: datetime
) -> dict[int, list[CharterFacts]]:
    rows = session.execute(
        select(Charter.community_id, Charter.name, Charter.effective_on, CharterVersion.expires_on)
        .join(CharterVersion, CharterVersion.charter_id == Charter.id)
        .where(Charter.community_id.in_(ids), known_at(CharterVersion, known))
        .order_by(Charter.id)
    )
    return grouped((row[0], CharterFacts(*row[1:])) for row in rows)


def _objectives(
    session: Session, ids: Collection[int], known: datetime
) -> dict[int, list[ObjectiveFacts]]:
    rows = session.execute(
        select(
            Objective.community_id,
            Objective.school_year,
            Objective.content,
            ObjectiveVersion.target_value,
            ObjectiveVersion.achieved_value,
            ObjectiveVersion.reviewed_on,
        )
        .join(ObjectiveVersion, ObjectiveVersion.objective_id == Objective.id)
        .where(Objective.community_id.in_(ids), known_at(ObjectiveVersion, known))
        .order_by(Objective.id)
    )
    return grouped((row[0], ObjectiveFacts(*row[1:])) for row in rows)


def _meetings(
    session: Session, ids: Collection[int], known: datetime
) -> dict[int, list[MeetingFacts]]:
    rows = session.execute(
        select(Meeting.community_id, Meeting.held_on, Meeting.topic, MeetingVersion.minutes_number)
        .join(MeetingVersion, MeetingVersion.meeting_id == Meeting.id)
        .where(Meeting.community_id.in_(ids), known_at(MeetingVersion, known))
        .order_by(Meeting.held_on, Meeting.id)
    )
    return grouped(
        (c, MeetingFacts(held_on, topic, bool(minutes))) for c, held_on, topic, minutes in rows
    )


def _waivers(
    session: Session, ids: Collection[int], known: datetime
) -> dict[int, dict[tuple[str, str], str]]:
    rows = session.scalars(
        select(Waiver).where(Waiver.community_id.in_(ids), known_at(Waiver, known))
    )
    found: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    for w in rows:
        found[w.community_id][w.criterion, w.item] = f"{w.reason}({w.granted_by_name})"
    return found
