"""Schools with the communities that they take part in: what lists and the page of a school show."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from community.access import POLICY, Actor, Permission, Reach
from community.communities.models import (
    Community,
    Membership,
    MembershipVersion,
)
from community.communities.queries.places import counties_of_city, is_visible_to
from community.communities.rules import MembershipRole
from community.kernel.database import known_at
from community.kernel.held import holding_on
from community.kernel.paging import Page, read_page
from community.kernel.versions import batched
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolAlias,
    SchoolVersion,
)
from community.registry.queries import present
from community.registry.rules import DesignationKind, SchoolType, UrbanRuralClass

OUTSIDE: Final = "none"
_AREAS: Final[Mapping[str, Collection[UrbanRuralClass]]] = {
    "urban": (UrbanRuralClass.MAIN_URBAN, UrbanRuralClass.URBAN_FRINGE),
    "town": (
        UrbanRuralClass.TOWN_CENTRE,
        UrbanRuralClass.TOWN_FRINGE,
        UrbanRuralClass.SPECIAL_AREA,
    ),
    "rural": (UrbanRuralClass.TOWNSHIP_CENTRE, UrbanRuralClass.VILLAGE),
}
AREAS: Final = tuple(_AREAS)


@dataclass(frozen=True)
class SchoolFilter:
    """What a list of schools shows; empty means all."""

    text: str = ""
    county: str = ""  # code or name
    township_id: int | None = None
    type: SchoolType | None = None
    area: str = ""  # a key of AREAS, or a class
    designation: DesignationKind | None = None
    role: str = ""  # a MembershipRole, `any` or `none`
    has_closed: bool | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "SchoolFilter":
        """The filter of an address; what it does not know means all."""
        township, kind, pivot = (given.get(key, "") for key in ("township", "type", "designation"))
        area, role = given.get("area", ""), given.get("role", "")
        roles = (*MembershipRole, "any", OUTSIDE)
        return cls(
            text=given.get("q", "").strip()[:100],
            county=given.get("county", "").strip()[:60],
            township_id=int(township) if township.isdecimal() and len(township) < 10 else None,
            type=SchoolType(kind) if kind in tuple(SchoolType) else None,
            area=area if area in (*AREAS, *UrbanRuralClass) else "",
            designation=DesignationKind(pivot) if pivot in tuple(DesignationKind) else None,
            role=role if role in roles else "",
            has_closed={"open": False, "closed": True}.get(given.get("state", "")),
        )


@dataclass(frozen=True)
class Part:
    """A school's part in a community on a day."""

    code: str
    name: str
    role: MembershipRole


@dataclass(frozen=True)
class SchoolRow:
    """A school as a list shows it, as known today."""

    id: int
    name: str
    code: str | None
    county_name: str
    township_name: str | None
    version: SchoolVersion | None
    designations: Sequence[DesignationKind]
    parts: Sequence[Part]


# id, name, code, county_id, county_name
_Listed = Row[int, str, str | None, int, str]


# --- whom a school is shown to ------------------------------------------------------------------


def is_school_visible_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """`access.allows` for SCHOOL_VIEW, as a condition on schools.

    Those of other counties are looked up beforehand: they are few, and the list of the own county
    then reads nothing but its own rows.
    """
    if POLICY[Permission.SCHOOL_VIEW][actor.role] is Reach.EVERYWHERE:
        return true()
    counties: list[int] = []
    if actor.school_id is None:
        counties = _own_counties(session, actor)
    fellows = (
        select(Membership.school_id)
        .join(Community, Community.id == Membership.community_id)
        .join(School, School.id == Membership.school_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(
            is_visible_to(actor),
            known_at(MembershipVersion, None),
            School.county_id.not_in(counties),
        )
    )
    ids = {*session.scalars(fellows), *([actor.school_id] if actor.school_id else ())}
    near = School.county_id.in_(counties)
    return or_(near, School.id.in_(ids)) if ids else near


def visible_among(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Those of some schools that the actor may read."""
    if not ids:
        return set()
    condition = is_school_visible_to(session, actor)
    return set(session.scalars(select(School.id).where(School.id.in_(ids), condition)))


def _own_counties(session: Session, actor: Actor) -> list[int]:
    if actor.county_id is not None:
        return [actor.county_id]
    return [county.id for county in counties_of_city(session, actor.city_id or 0)]


# --- the list -----------------------------------------------------------------------------------


def schools_listed(
    session: Session, actor: Actor, wanted: SchoolFilter, today: date
) -> Select[*tuple[Any, ...]]:
    """The schools that the actor sees and the filter lets pass."""
    return (
        select(
            School.id,
            School.name,
            School.code,
            School.county_id,
            Division.name.label("county_name"),
        )
        .join(Division, Division.id == School.county_id)
        .where(is_school_visible_to(session, actor), *_conditions(wanted, today))
    )


def school_page(
    session: Session,
    actor: Actor,
    wanted: SchoolFilter,
    today: date,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[SchoolRow]:
    """A page of schools, by county and name: their ids first, what else is shown after."""
    statement = schools_listed(session, actor, wanted, today)
    key = [School.county_id, School.name, School.id]
    page = read_page(statement, key, after=after, before=before)
    return Page(list(_complete(session, page.rows, today)), page.before, page.after)


def all_schools(
    session: Session, actor: Actor, wanted: SchoolFilter, today: date
) -> Iterator[SchoolRow]:
    """Every school of a filter, by county and name, read while it is used."""
    statement = schools_listed(session, actor, wanted, today)
    statement = statement.order_by(School.county_id, School.name, School.id)
    for some in batched(session.execute(statement.execution_options(yield_per=500)), 500):
        yield from _complete(session, some, today)


def _conditions(wanted: SchoolFilter, today: date) -> Iterator[ColumnElement[bool]]:
    # Of a school whose import was undone there is nothing to show.
    versions = select(SchoolVersion.id).where(SchoolVersion.school_id == School.id)
    yield versions.where(known_at(SchoolVersion, None)).exists()
    if wanted.text:
        yield _is_called(wanted.text)
    if wanted.county:
        yield or_(Division.code == wanted.county, Division.name == wanted.county)
    yield from _of_present(wanted, today)
    if wanted.designation is not None:
        yield _is_designated(wanted.designation, today)
    if wanted.role:
        yield _takes_part(wanted.role, today)


def _of_present(wanted: SchoolFilter, today: date) -> Iterator[ColumnElement[bool]]:
    """What the version that holds today has to say."""
    if wanted.township_id is not None:
        yield present(SchoolVersion.township_id, today) == wanted.township_id
    if wanted.type is not None:
        yield present(SchoolVersion.type, today) == wanted.type
    if wanted.area:
        classes = _AREAS.get(wanted.area) or (UrbanRuralClass(wanted.area),)
        yield present(SchoolVersion.urban_rural_class, today).in_(classes)
    if wanted.has_closed is not None:
        ended = present(SchoolVersion.closed_on, today) < today
        yield ended if wanted.has_closed else or_(~ended, ended.is_(None))


def _is_called(text: str) -> ColumnElement[bool]:
    named = select(SchoolAlias.school_id).where(SchoolAlias.name.icontains(text, autoescape=True))
    pinyin = "".join(text.lower().split())
    return or_(
        School.name.icontains(text, autoescape=True),
        School.short_name.icontains(text, autoescape=True),
        School.code.startswith(text, autoescape=True),
        School.pinyin.icontains(pinyin, autoescape=True),
        School.id.in_(named),
    )


def _is_designated(kind: DesignationKind, today: date) -> ColumnElement[bool]:
    return (
        select(Designation.id)
        .where(Designation.school_id == School.id, Designation.kind == kind, _in_force(today))
        .exists()
    )


def _in_force(today: date) -> ColumnElement[bool]:
    return and_(
        known_at(Designation, None),
        Designation.designated_on <= today,
        or_(Designation.ended_on.is_(None), Designation.ended_on >= today),
    )


def _takes_part(role: str, today: date) -> ColumnElement[bool]:
    inside = (
        select(Membership.id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(Membership.school_id == School.id, _is_in(today))
    )
    if role in tuple(MembershipRole):
        return inside.where(MembershipVersion.role == role).exists()
    return ~inside.exists() if role == OUTSIDE else inside.exists()


def _is_in(today: date) -> ColumnElement[bool]:
    return and_(
        known_at(MembershipVersion, None),
        Membership.joined_on <= today,
        or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= today),
    )


def _complete(session: Session, rows: Iterable[_Listed], today: date) -> Iterator[SchoolRow]:
    listed = list(rows)
    ids = [row.id for row in listed]
    versions = _versions_on(session, ids, today)
    names = _township_names(session, versions.values())
    pivots = _designations_on(session, ids, today)
    parts = parts_on(session, ids, today)
    for row in listed:
        version = versions.get(row.id)
        yield SchoolRow(
            id=row.id,
            name=row.name,
            code=row.code,
            county_name=row.county_name,
            township_name=names.get(version.township_id or 0) if version else None,
            version=version,
            designations=pivots.get(row.id, ()),
            parts=parts.get(row.id, ()),
        )


def _versions_on(
    session: Session, ids: Collection[int], today: date
) -> Mapping[int, SchoolVersion]:
    rows = session.scalars(
        select(SchoolVersion)
        .where(SchoolVersion.school_id.in_(ids), known_at(SchoolVersion, None))
        .order_by(SchoolVersion.held_from)
    )
    held = holding_on(today, ((row.school_id, row.held_from, row) for row in rows))
    return {version.school_id: version for version in held}


def _township_names(session: Session, versions: Iterable[SchoolVersion]) -> Mapping[int, str]:
    ids = {version.township_id for version in versions if version.township_id}
    rows = session.execute(select(Division.id, Division.name).where(Division.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _designations_on(
    session: Session, ids: Collection[int], today: date
) -> Mapping[int, Sequence[DesignationKind]]:
    found: dict[int, list[DesignationKind]] = defaultdict(list)
    rows = session.execute(
        select(Designation.school_id, Designation.kind)
        .where(Designation.school_id.in_(ids), _in_force(today))
        .order_by(Designation.kind)
    )
    for school_id, kind in rows:
        found[school_id].append(kind)
    return found


def parts_on(session: Session, ids: Collection[int], today: date) -> Mapping[int, Sequence[Part]]:
    """The communities in which schools take part on a day, by school."""
    found: dict[int, list[Part]] = defaultdict(list)
    rows = session.execute(
        select(Membership.school_id, Community.code, Community.name, MembershipVersion.role)
        .distinct()
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(Community, Community.id == Membership.community_id)
        .where(Membership.school_id.in_(ids), _is_in(today))
        .order_by(Community.code)
    )
    for school_id, code, name, role in rows:
        found[school_id].append(Part(code, name, role))
    return found
