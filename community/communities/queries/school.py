"""One school with its communities: where it is, its stays, its charters, every version of it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from community.access import Actor, Place
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    Membership,
    MembershipVersion,
)
from community.communities.queries.places import is_visible_to
from community.communities.rules import MembershipRole
from community.communities.rules.history import FactKind, VersionTold
from community.kernel.database import FIRST_DAY, Recorded, known_at
from community.kernel.held import holding_on
from community.kernel.i18n import label
from community.registry.models import Designation, Division, School, SchoolFigures, SchoolVersion
from community.registry.rules import DesignationKind

VERSIONS_TOLD = 200  # of each kind, the latest


def place_of_school(session: Session, school: School) -> Place:
    """Where a school is: its county, its communities, and the counties that take part in them."""
    city_id = session.scalar(select(Division.parent_id).where(Division.id == school.county_id))
    communities = _communities_of(school.id)
    fellow = aliased(Membership)
    rows = session.execute(
        select(Community.id, Community.county_id, Division.parent_id)
        .join(Division, Division.id == Community.county_id)
        .where(Community.id.in_(communities))
        .union(
            select(fellow.community_id, School.county_id, Division.parent_id)
            .join(School, School.id == fellow.school_id)
            .join(Division, Division.id == School.county_id)
            .join(MembershipVersion, MembershipVersion.membership_id == fellow.id)
            .where(fellow.community_id.in_(communities), known_at(MembershipVersion, None))
        )
    ).all()
    return Place(
        city_id=city_id,
        county_id=school.county_id,
        school_id=school.id,
        community_ids=frozenset(community_id for community_id, _, _ in rows),
        participant_county_ids=frozenset(county_id for _, county_id, _ in rows),
        participant_city_ids=frozenset(city for _, _, city in rows if city is not None),
    )


def _communities_of(school_id: int) -> Select[int]:
    return (
        select(Membership.community_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(Membership.school_id == school_id, known_at(MembershipVersion, None))
    )


@dataclass(frozen=True)
class SchoolStay:
    """A stay of a school in a community, with the person who is responsible and the signature."""

    community_code: str
    community_name: str
    role: MembershipRole
    joined_on: date
    left_on: date | None
    responsible_person: str | None
    signed_on: date | None
    is_visible: bool


def stays_of_school(
    session: Session, actor: Actor, school_id: int, today: date
) -> list[SchoolStay]:
    """Every stay of a school as known today, the latest first."""
    rows = session.execute(
        select(
            Membership,
            MembershipVersion,
            Community.code,
            Community.name,
            CharterSignature.signed_on,
            is_visible_to(actor).label("is_visible"),
        )
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(Community, Community.id == Membership.community_id)
        .outerjoin(
            CharterSignature,
            and_(CharterSignature.membership_id == Membership.id, known_at(CharterSignature, None)),
        )
        .where(Membership.school_id == school_id, known_at(MembershipVersion, None))
        .order_by(Membership.joined_on.desc(), Membership.id, MembershipVersion.held_from)
    ).all()
    held = holding_on(today, ((row[0].id, row[1].held_from, row) for row in rows))
    return [
        SchoolStay(
            community_code=code,
            community_name=name,
            role=version.role,
            joined_on=stay.joined_on,
            left_on=version.left_on,
            responsible_person=version.responsible_person,
            signed_on=signed_on,
            is_visible=bool(is_visible),
        )
        for stay, version, code, name, signed_on, is_visible in held
    ]


@dataclass(frozen=True)
class SchoolDocument:
    """A charter that concerns a school, as known today."""

    community_code: str
    community_name: str
    name: str | None
    effective_on: date | None
    expires_on: date | None
    archive_number: str | None


def documents_of_school(session: Session, actor: Actor, school_id: int) -> list[SchoolDocument]:
    """The charters of the communities in which a school takes or took part, those that the actor
    may read, the latest first."""
    rows = session.execute(
        select(
            Community.code,
            Community.name,
            Charter.name,
            Charter.effective_on,
            CharterVersion.expires_on,
            CharterVersion.archive_number,
        )
        .join(Charter, Charter.community_id == Community.id)
        .join(CharterVersion, CharterVersion.charter_id == Charter.id)
        .where(
            Community.id.in_(_communities_of(school_id)),
            known_at(CharterVersion, None),
            is_visible_to(actor),
        )
        .order_by(Charter.effective_on.desc(), Charter.id.desc())
    )
    return [SchoolDocument(*row) for row in rows]


# --- every version ------------------------------------------------------------------------------

_FACTS = (
    "type",
    "ownership",
    "urban_rural_class",
    "is_boarding",
    "is_good",
    "head_name",
    "opened_on",
    "closed_on",
    "is_flagged_urban",
    "urban_flag_reason",
    "note",
)
_FIGURES = (
    "pupils_count",
    "teachers_count",
    "backbone_teachers_count",
    "eligible_teachers_count",
)


def versions_of_school(session: Session, school_id: int) -> list[VersionTold]:
    """The versions of all that is known of a school, known no longer or not; three queries."""
    facts = session.execute(
        select(SchoolVersion, Division.name)
        .outerjoin(Division, Division.id == SchoolVersion.township_id)
        .where(SchoolVersion.school_id == school_id)
        .order_by(SchoolVersion.id.desc())
        .limit(VERSIONS_TOLD)
    )
    found = [
        _told(FactKind.SCHOOL, school_id, "", v, v.held_from, {"township": t, **_values(v, _FACTS)})
        for v, t in facts
    ]
    kinds = list(DesignationKind)
    for row in session.scalars(
        select(Designation)
        .where(Designation.school_id == school_id)
        .order_by(Designation.id.desc())
        .limit(VERSIONS_TOLD)
    ):
        values = _values(row, ("ended_on",))
        kind = kinds.index(row.kind)
        found.append(
            _told(FactKind.DESIGNATION, kind, label(row.kind), row, row.designated_on, values)
        )
    for figures in session.scalars(
        select(SchoolFigures)
        .where(SchoolFigures.school_id == school_id)
        .order_by(SchoolFigures.id.desc())
        .limit(VERSIONS_TOLD)
    ):
        year = figures.school_year
        number = int(year[:4]) if year[:4].isdecimal() else 0
        values = _values(figures, _FIGURES)
        found.append(_told(FactKind.FIGURES, number, year, figures, FIRST_DAY, values))
    return found


def _values(row: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _told(
    kind: FactKind,
    owner_id: int,
    subject: str,
    row: Recorded,
    held_from: date,
    values: dict[str, object],
) -> VersionTold:
    return VersionTold(
        kind=kind,
        owner_id=owner_id,
        subject=subject,
        values=values,
        held_from=None if held_from == FIRST_DAY else held_from,
        known_from=row.known_from,
        known_until=row.known_until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        is_undone=row.is_undone,
        ended_reason=row.ended_reason,
    )
