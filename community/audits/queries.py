"""Every select of the count. All of it is a WHERE: as of D, as known at K.

The number of queries does not depend on the number of communities, schools or activities.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from community.access import Place
from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import (
    ActivityFacts,
    ActivityState,
    ConfirmationStanding,
)
from community.audits.models import Minimum, RuleSetVersion
from community.audits.rules.facts import (
    CharterFacts,
    CommunityFacts,
    MeetingFacts,
    MembershipFacts,
    ObjectiveFacts,
    Period,
    SchoolFacts,
    TermFacts,
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
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolFigures,
    SchoolVersion,
    SchoolYear,
    Term,
)
from community.registry.rules import DesignationKind, DivisionKind

Fact = TypeVar("Fact")


def rule_set_content(session: Session, version: str) -> dict[str, Any] | None:
    """The published content of a rule set."""
    found = session.get(RuleSetVersion, version)
    return found.content if found else None


def rule_set_versions(session: Session) -> Sequence[str]:
    """The versions published, the latest first."""
    published = select(RuleSetVersion.version).order_by(RuleSetVersion.published_on.desc())
    return session.scalars(published).all()


def region(session: Session, code: str) -> Division | None:
    """A city or a county by its code."""
    kinds = (DivisionKind.CITY, DivisionKind.COUNTY)
    return session.scalar(select(Division).where(Division.code == code, Division.kind.in_(kinds)))


def counties_of(session: Session, city_id: int) -> Sequence[Division]:
    """The county-level divisions of a city, by code."""
    return session.scalars(
        select(Division)
        .where(Division.parent_id == city_id, Division.kind == DivisionKind.COUNTY)
        .order_by(Division.code)
    ).all()


def minima(session: Session) -> Mapping[int, Minimum]:
    """The minimum of each region that has one; of several, the one with the latest deadline."""
    rows = session.scalars(select(Minimum).order_by(Minimum.deadline_on))
    return {minimum.division_id: minimum for minimum in rows}


def school_year_ends(session: Session) -> Mapping[str, date]:
    """The last day of each school year, by name."""
    years = session.execute(select(SchoolYear.name, SchoolYear.ends_on))
    return dict(years.all())


def period(session: Session, as_of: date, school_year: str) -> Period | None:
    """D with the window of a school year and its terms; None for a year that is not on file."""
    year = session.scalar(select(SchoolYear).where(SchoolYear.name == school_year))
    if year is None:
        return None
    terms = session.scalars(
        select(Term).where(Term.school_year_id == year.id).order_by(Term.number)
    )
    return Period(
        as_of=as_of,
        school_year=year.name,
        first_day=year.starts_on,
        last_day=year.ends_on,
        terms=tuple(TermFacts(t.key, t.starts_on, t.ends_on) for t in terms),
    )


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


def schools(
    session: Session,
    *,
    as_of: date,
    known: datetime,
    county_ids: Collection[int],
    community_ids: Collection[int],
) -> Mapping[int, SchoolFacts]:
    """The schools of counties and of communities as known at K; of several versions of one
    school, the one that holds on D (the earliest known one, should all begin later)."""
    in_scope = or_(
        School.county_id.in_(county_ids),
        School.id.in_(
            select(Membership.school_id).where(Membership.community_id.in_(community_ids))
        ),
    )
    township = aliased(Division)
    rows = session.execute(
        select(School.id, School.name, School.county_id, SchoolVersion, township.is_county_seat)
        .join(SchoolVersion, SchoolVersion.school_id == School.id)
        .outerjoin(township, township.id == SchoolVersion.township_id)
        .where(in_scope, known_at(SchoolVersion, known))
        .order_by(School.id, SchoolVersion.held_from)
    )
    held: dict[int, tuple[str, int, SchoolVersion, bool | None]] = {}
    for school_id, name, county_id, version, is_seat in rows:
        if school_id not in held or version.held_from <= as_of:
            held[school_id] = (name, county_id, version, is_seat)
    pupils: dict[int, int | None] = dict(
        session.execute(
            select(SchoolFigures.school_id, SchoolFigures.pupils_count)
            .join(School, School.id == SchoolFigures.school_id)
            .where(in_scope, known_at(SchoolFigures, known))
            .order_by(SchoolFigures.school_year)  # undated figures give way to dated ones
        ).all()
    )
    designations: dict[int, set[DesignationKind]] = defaultdict(set)
    for school_id, kind in session.execute(
        select(Designation.school_id, Designation.kind)
        .join(School, School.id == Designation.school_id)
        .where(
            in_scope,
            known_at(Designation, known),
            Designation.designated_on <= as_of,
            or_(Designation.ended_on.is_(None), Designation.ended_on >= as_of),
        )
    ):
        designations[school_id].add(kind)
    return {
        school_id: SchoolFacts(
            school_id=school_id,
            name=name,
            county_id=county_id,
            type=version.type,
            ownership=version.ownership,
            urban_rural_class=version.urban_rural_class,
            is_in_county_seat=is_seat,
            is_flagged_urban=version.is_flagged_urban,
            opened_on=version.opened_on,
            closed_on=version.closed_on,
            pupils=pupils.get(school_id),
            designations=frozenset(designations.get(school_id, ())),
        )
        for school_id, (name, county_id, version, is_seat) in held.items()
    }


def community(session: Session, code: str) -> Community | None:
    """A community by its code."""
    return session.scalar(select(Community).where(Community.code == code))


def place_of_community(session: Session, found: Community) -> Place:
    """Where a community is: its county, and the counties whose schools ever took part in it."""
    city_id = session.scalar(select(Division.parent_id).where(Division.id == found.county_id))
    rows = session.execute(
        select(School.county_id, Division.parent_id)
        .join(Membership, Membership.school_id == School.id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(Division, Division.id == School.county_id)
        .where(Membership.community_id == found.id, MembershipVersion.is_undone.is_(False))
        .distinct()
    ).all()
    return Place(
        city_id=city_id,
        county_id=found.county_id,
        community_id=found.id,
        participant_county_ids=frozenset(county for county, _ in rows),
        participant_city_ids=frozenset(city for _, city in rows if city is not None),
    )


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
        .order_by(Community.code)
    )
    memberships = _memberships(session, community_ids, known, schools)
    charters = _charters(session, community_ids, known)
    objectives = _objectives(session, community_ids, known)
    meetings = _meetings(session, community_ids, known)
    waivers = _waivers(session, community_ids, known)
    activities = _activities(session, community_ids, period, known)
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
            activities=tuple(activities[c.id]),
            waivers=waivers[c.id],
            schools_elsewhere=frozenset(
                school for school, ids in elsewhere.items() if ids - {c.id}
            ),
        )
        for c, version in rows
    ]
    return [f for f in facts if f.exists_on(period.as_of)]


def _memberships(
    session: Session,
    community_ids: Collection[int],
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
        .order_by(Membership.id)
    )
    found: dict[int, list[MembershipFacts]] = defaultdict(list)
    for community_id, membership_id, school_id, joined, role, left, person, signed in rows:
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


def _grouped(rows: Iterable[tuple[int, Fact]]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for community_id, fact in rows:
        found[community_id].append(fact)
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
    return _grouped((row[0], CharterFacts(*row[1:])) for row in rows)


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
    return _grouped((row[0], ObjectiveFacts(*row[1:])) for row in rows)


def _meetings(
    session: Session, ids: Collection[int], known: datetime
) -> dict[int, list[MeetingFacts]]:
    rows = session.execute(
        select(Meeting.community_id, Meeting.held_on, Meeting.topic, MeetingVersion.minutes_number)
        .join(MeetingVersion, MeetingVersion.meeting_id == Meeting.id)
        .where(Meeting.community_id.in_(ids), known_at(MeetingVersion, known))
        .order_by(Meeting.held_on, Meeting.id)
    )
    return _grouped(
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


def _activities(
    session: Session, ids: Collection[int], period: Period, known: datetime
) -> dict[int, list[ActivityFacts]]:
    """The activities on file at K from the window's first day to its last, or to D if later."""
    on_file = and_(
        Activity.community_id.in_(ids),
        Activity.held_on.between(period.first_day, max(period.last_day, period.as_of)),
        Activity.state != ActivityState.DRAFT,
        known_at(Activity, known),
    )
    evidenced = set(
        session.scalars(
            select(ActivityEvidence.activity_id)
            .join(Activity, Activity.id == ActivityEvidence.activity_id)
            .where(on_file, known_at(ActivityEvidence, known))
        )
    )
    receivers = _receivers(session, on_file, known)
    rows = session.execute(
        select(
            Activity.community_id,
            Activity.id,
            Activity.sheet,
            Activity.kind,
            Activity.held_on,
            Activity.mode,
            Activity.subject,
            Activity.periods_count,
            Activity.provider_id,
        )
        .where(on_file)
        .order_by(Activity.held_on, Activity.id)
    )
    return _grouped(
        (
            community_id or 0,
            ActivityFacts(
                activity_id=activity_id,
                sheet=sheet,
                kind=kind,
                held_on=held_on,
                mode=mode,
                subject=subject,
                periods=periods,
                provider_id=provider_id,
                receiver_ids=tuple(receivers[activity_id]),
                confirmations=tuple(receivers[activity_id].values()),
                has_evidence=activity_id in evidenced,
            ),
        )
        for (
            community_id,
            activity_id,
            sheet,
            kind,
            held_on,
            mode,
            subject,
            periods,
            provider_id,
        ) in rows
    )


def _receivers(
    session: Session, on_file: ColumnElement[bool], known: datetime
) -> dict[int, dict[int, ConfirmationStanding]]:
    """Per activity its receivers in order, each with what K knows of its confirmation, and
    whether a later instant knows more."""
    rows = session.execute(
        select(
            ActivityReceiver.activity_id,
            ActivityReceiver.school_id,
            Confirmation.known_from,
            Confirmation.confirmed_on,
        )
        .join(Activity, Activity.id == ActivityReceiver.activity_id)
        .outerjoin(
            Confirmation,
            and_(
                Confirmation.receiver_id == ActivityReceiver.id,
                Confirmation.is_undone.is_(False),
                or_(Confirmation.known_until.is_(None), Confirmation.known_until > known),
            ),
        )
        .where(on_file)
        .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
    )
    found: dict[int, dict[int, ConfirmationStanding]] = defaultdict(dict)
    for activity_id, school_id, known_from, confirmed_on in rows:
        standing = ConfirmationStanding.OPEN
        if confirmed_on is not None:
            standing = (
                ConfirmationStanding.CONFIRMED
                if known_from <= known
                else ConfirmationStanding.LATER
            )
        before = found[activity_id].get(school_id, ConfirmationStanding.OPEN)
        order = list(ConfirmationStanding)
        found[activity_id][school_id] = min(before, standing, key=order.index)
    return found
