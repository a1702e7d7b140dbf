"""What the pages of one community show, as known today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

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
from community.communities.rules import MembershipRole
from community.communities.rules.checks import Lifetime, SchoolStay
from community.communities.rules.stays import Stay
from community.kernel.database import known_at
from community.kernel.held import held_on
from community.kernel.workbook import fold
from community.registry.models import Division, School, SchoolAlias, SchoolVersion, SchoolYear

SCHOOLS_FOUND = 20


def community_versions(session: Session, community_id: int) -> Sequence[CommunityVersion]:
    """What is known of a community, the earliest to hold first."""
    return session.scalars(
        select(CommunityVersion)
        .where(CommunityVersion.community_id == community_id, known_at(CommunityVersion, None))
        .order_by(CommunityVersion.held_from)
    ).all()


@dataclass(frozen=True)
class Person:
    """A responsible person, and from when on."""

    held_from: date
    name: str | None


@dataclass(frozen=True)
class Member:
    """A stay with all that hangs on it; `left_on` as entered, `closed_on` of the school."""

    membership_id: int
    school_id: int
    school_name: str
    school_code: str | None
    county_name: str
    county_id: int
    role: MembershipRole
    joined_on: date
    left_on: date | None
    closed_on: date | None
    note: str | None
    signed_on: date | None
    signature_id: int | None
    persons: tuple[Person, ...]

    @property
    def last_day(self) -> date | None:
        """The last day in: leaving or closing, whichever is first."""
        return min((d for d in (self.left_on, self.closed_on) if d is not None), default=None)

    def covers(self, day: date) -> bool:
        """Whether the school is in on a day."""
        return Stay(self.joined_on, self.last_day).covers(day)

    def person_on(self, day: date) -> str | None:
        """Who is responsible on a day."""
        return held_on(day, self.persons).name

    @property
    def as_stay(self) -> SchoolStay:
        """The stay as the checks see it."""
        return SchoolStay(
            self.school_id,
            self.school_name,
            self.role,
            self.joined_on,
            self.last_day,
            self.membership_id,
        )


_ROLES = list(MembershipRole)


def members(session: Session, community_id: int) -> list[Member]:
    """The stays in a community: lead, pivots, villages, each by first day."""
    closed = (
        select(SchoolVersion.school_id, func.max(SchoolVersion.closed_on).label("closed_on"))
        .join(Membership, Membership.school_id == SchoolVersion.school_id)
        .where(Membership.community_id == community_id, known_at(SchoolVersion, None))
        .group_by(SchoolVersion.school_id)
        .subquery()
    )
    rows = session.execute(
        select(Membership, MembershipVersion, School, Division.name, CharterSignature, closed.c[1])
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(School, School.id == Membership.school_id)
        .join(Division, Division.id == School.county_id)
        .outerjoin(closed, closed.c.school_id == School.id)
        .outerjoin(
            CharterSignature,
            and_(CharterSignature.membership_id == Membership.id, known_at(CharterSignature, None)),
        )
        .where(Membership.community_id == community_id, known_at(MembershipVersion, None))
        .order_by(Membership.joined_on, Membership.id, MembershipVersion.held_from)
    ).all()
    persons: dict[int, list[Person]] = {}
    found: dict[int, Any] = {}
    for row in rows:
        stay, version = row[0], row[1]
        persons.setdefault(stay.id, []).append(
            Person(version.held_from, version.responsible_person)
        )
        found[stay.id] = row
    return sorted(
        (_member(row, persons[stay_id]) for stay_id, row in found.items()),
        key=lambda member: (_ROLES.index(member.role), member.joined_on),
    )


def _member(row: Any, persons: Sequence[Person]) -> Member:
    stay, version, school, county_name, signature, closed_on = row
    return Member(
        membership_id=stay.id,
        school_id=school.id,
        school_name=school.name,
        school_code=school.code,
        county_name=county_name,
        county_id=school.county_id,
        role=version.role,
        joined_on=stay.joined_on,
        left_on=version.left_on,
        closed_on=closed_on,
        note=version.note,
        signed_on=signature.signed_on if signature else None,
        signature_id=signature.id if signature else None,
        persons=tuple(persons),
    )


def membership(session: Session, community_id: int, membership_id: int) -> Membership | None:
    """A stay in a community, whether it is known today or was taken back."""
    return session.scalar(
        select(Membership).where(
            Membership.id == membership_id, Membership.community_id == community_id
        )
    )


def stay_from(
    session: Session, community_id: int, school_id: int, joined_on: date
) -> Membership | None:
    """The stay of a school in a community from a day on, whether known today or taken back."""
    return session.scalar(
        select(Membership).filter_by(
            community_id=community_id, school_id=school_id, joined_on=joined_on
        )
    )


# --- what hangs on a community ----------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """A charter, objective or meeting with what is known of it."""

    id: int
    anchor: Any
    version: Any


# Of each kind: its versions, whose they are, and in which order they are shown.
_ANCHORS: dict[type[Any], tuple[Any, Any, Any]] = {
    Charter: (CharterVersion, CharterVersion.charter_id, Charter.effective_on),
    Objective: (ObjectiveVersion, ObjectiveVersion.objective_id, Objective.school_year),
    Meeting: (MeetingVersion, MeetingVersion.meeting_id, Meeting.held_on),
}


def things(session: Session, model: type[Any], community_id: int) -> list[Thing]:
    """The charters, objectives or meetings of a community, newest first."""
    version, owner, order = _ANCHORS[model]
    rows = session.execute(
        select(model, version)
        .join(version, owner == model.id)
        .where(model.community_id == community_id, known_at(version, None))
        .order_by(order.desc(), model.id.desc())
    )
    return [Thing(anchor.id, anchor, held) for anchor, held in rows]


def thing(
    session: Session,
    model: type[Any],
    community_id: int,
    thing_id: int,
) -> Thing | None:
    """One of them that is known today."""
    version, owner, _order = _ANCHORS[model]
    row = session.execute(
        select(model, version)
        .join(version, owner == model.id)
        .where(model.id == thing_id, model.community_id == community_id, known_at(version, None))
    ).first()
    return Thing(row[0].id, row[0], row[1]) if row else None


def anchor_of_form(session: Session, model: type[Any], form_key: str) -> Any | None:
    """What a form has already created."""
    return session.scalar(select(model).where(model.form_key == form_key))


def waivers(session: Session, community_id: int) -> Sequence[Waiver]:
    """What the county does not ask of a community today."""
    return session.scalars(
        select(Waiver)
        .where(Waiver.community_id == community_id, known_at(Waiver, None))
        .order_by(Waiver.criterion, Waiver.item)
    ).all()


def lifetime(session: Session, community_id: int) -> Lifetime:
    """From when to when a community exists."""
    known = community_versions(session, community_id)
    return Lifetime(known[-1].founded_on, known[-1].dissolved_on) if known else Lifetime()


def school_year_days(session: Session) -> Mapping[str, date]:
    """The first day of each school year on file, by name, the latest first."""
    rows = session.execute(
        select(SchoolYear.name, SchoolYear.starts_on).order_by(SchoolYear.name.desc())
    )
    return {row.name: row.starts_on for row in rows}


# --- schools to be added ----------------------------------------------------------------------


@dataclass(frozen=True)
class FoundSchool:
    """A school that may be added."""

    id: int
    name: str
    code: str | None
    county_id: int
    county_name: str


def schools_found(session: Session, county_id: int, text: str) -> list[FoundSchool]:
    """Schools of a county by a part of name, pinyin or code, then those of others by their exact
    code or name; some at most."""
    school = select(School.id, School.name, School.code, School.county_id, Division.name)
    school = school.join(Division, Division.id == School.county_id).where(
        select(SchoolVersion.id)
        .where(SchoolVersion.school_id == School.id, known_at(SchoolVersion, None))
        .exists()
    )
    alias = select(SchoolAlias.school_id)
    columns = (School.name, School.short_name, School.pinyin, School.code)
    own = or_(
        *(column.icontains(text, autoescape=True) for column in columns),
        School.id.in_(
            alias.join(School, School.id == SchoolAlias.school_id).where(
                School.county_id == county_id, SchoolAlias.name.icontains(text, autoescape=True)
            )
        ),
    )
    exact = or_(
        School.code == fold(text).upper(),
        School.name == text,
        School.id.in_(alias.where(SchoolAlias.name == text)),
    )
    found = [
        *session.execute(
            school.where(School.county_id == county_id, own)
            .order_by(School.name, School.id)
            .limit(SCHOOLS_FOUND)
        ),
        *session.execute(
            school.where(School.county_id != county_id, exact)
            .order_by(School.name, School.id)
            .limit(SCHOOLS_FOUND)
        ),
    ]
    return [FoundSchool(*row) for row in found]


def school_open(session: Session, school_id: int) -> tuple[School, Stay] | None:
    """A school that is known today, and from when to when it is open."""
    found = session.get(School, school_id)
    versions = session.execute(
        select(SchoolVersion.opened_on, SchoolVersion.closed_on)
        .where(SchoolVersion.school_id == school_id, known_at(SchoolVersion, None))
        .order_by(SchoolVersion.held_from)
    ).all()
    if found is None or not versions:
        return None
    closed = [row.closed_on for row in versions if row.closed_on is not None]
    return found, Stay(versions[-1].opened_on or date.min, max(closed, default=None))


def is_code_taken(session: Session, code: str) -> bool:
    """Whether any community, of whatever county and whether known today or not, has this code."""
    wanted = select(Community.id).where(func.lower(Community.code) == code.lower())
    return session.scalar(wanted.limit(1)) is not None
