"""The list of communities."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from community.access import Actor
from community.communities.models import (
    Community,
    CommunityVersion,
    Membership,
    MembershipVersion,
)
from community.communities.queries.places import is_visible_to
from community.communities.rules import CommunityModel, MembershipRole
from community.kernel.database import known_at
from community.kernel.paging import Page, read_page
from community.kernel.versions import batched
from community.registry.models import Division, School, SchoolVersion


@dataclass(frozen=True)
class CommunityFilter:
    """What a list of communities shows; empty means all."""

    text: str = ""
    county: str = ""  # code or name
    model: CommunityModel | None = None
    is_listed: bool | None = None
    has_ended: bool | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "CommunityFilter":
        """The filter of an address; what it does not know means all."""
        model = given.get("model", "")
        return cls(
            text=given.get("q", "").strip()[:100],
            county=given.get("county", "").strip()[:60],
            model=CommunityModel(model) if model in tuple(CommunityModel) else None,
            is_listed={"listed": True, "unlisted": False}.get(given.get("listed", "")),
            has_ended={"existing": False, "ended": True}.get(given.get("state", "")),
        )


@dataclass(frozen=True)
class CommunityRow:
    """A community as a list shows it, as known today."""

    id: int
    code: str
    name: str
    county_name: str
    model: CommunityModel | None
    is_listed: bool | None
    founded_on: date | None
    dissolved_on: date | None
    leads: tuple[str, ...]
    schools_count: int


# id, code, name, county_name, model, is_listed, founded_on, dissolved_on
_Listed = Row[int, str, str, str, CommunityModel | None, bool | None, date | None, date | None]


def communities_listed(
    actor: Actor, wanted: CommunityFilter, today: date
) -> Select[*tuple[Any, ...]]:
    """The communities that the actor sees and the filter lets pass."""
    return (
        select(
            Community.id,
            Community.code,
            Community.name,
            Division.name.label("county_name"),
            CommunityVersion.model,
            CommunityVersion.is_listed,
            CommunityVersion.founded_on,
            CommunityVersion.dissolved_on,
        )
        .join(Division, Division.id == Community.county_id)
        .join(CommunityVersion, CommunityVersion.community_id == Community.id)
        .where(holds_on(today), is_visible_to(actor), *_conditions(wanted, today))
    )


def community_page(
    session: Session,
    actor: Actor,
    wanted: CommunityFilter,
    today: date,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[CommunityRow]:
    """A page of communities, by code."""
    statement = communities_listed(actor, wanted, today)
    page = read_page(statement, [Community.code], after=after, before=before)
    return Page(list(_with_schools(session, page.rows, today)), page.before, page.after)


def all_communities(
    session: Session, actor: Actor, wanted: CommunityFilter, today: date
) -> Iterator[CommunityRow]:
    """Every community of a filter, by code, read while it is used."""
    statement = communities_listed(actor, wanted, today).order_by(Community.code)
    rows = session.execute(statement.execution_options(yield_per=500))
    for some in batched(rows, 500):
        yield from _with_schools(session, some, today)


def holds_on(day: date) -> ColumnElement[bool]:
    """Of the versions of a community that are known today, the one that holds on a day."""
    other = aliased(CommunityVersion)
    is_later = other.held_from > day
    best = (
        select(other.id)
        .where(other.community_id == Community.id, known_at(other, None))
        .order_by(is_later, case((is_later, None), else_=other.held_from).desc(), other.held_from)
        .limit(1)
        .correlate(Community)
        .scalar_subquery()
    )
    return CommunityVersion.id == best


def _conditions(wanted: CommunityFilter, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        columns = (Community.code, Community.name, Community.pinyin)
        yield or_(*(column.icontains(wanted.text, autoescape=True) for column in columns))
    if wanted.county:
        yield or_(Division.code == wanted.county, Division.name == wanted.county)
    if wanted.model is not None:
        yield CommunityVersion.model == wanted.model
    if wanted.is_listed is not None:
        listed = func.coalesce(CommunityVersion.is_listed, False)
        yield listed.is_(wanted.is_listed)
    if wanted.has_ended is not None:
        ended = and_(
            CommunityVersion.dissolved_on.is_not(None), CommunityVersion.dissolved_on < today
        )
        yield ended if wanted.has_ended else ~func.coalesce(ended, False)


def _with_schools(session: Session, rows: Iterable[_Listed], today: date) -> Iterator[CommunityRow]:
    listed = list(rows)
    schools = _schools_on(session, [row.id for row in listed], today)
    for row in listed:
        inside = schools.get(row.id, {})
        leads = tuple(name for name, role in inside.values() if role is MembershipRole.LEAD)
        yield CommunityRow(**row._asdict(), leads=leads, schools_count=len(inside))


def _schools_on(
    session: Session, community_ids: Collection[int], day: date
) -> Mapping[int, Mapping[int, tuple[str, MembershipRole]]]:
    """Name and role of the schools that are in on a day and open, by community and school."""
    rows = session.execute(
        select(Membership.community_id, Membership.school_id, School.name, MembershipVersion.role)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(School, School.id == Membership.school_id)
        .where(
            Membership.community_id.in_(community_ids),
            known_at(MembershipVersion, None),
            Membership.joined_on <= day,
            or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= day),
            ~_has_closed(day),
        )
        .order_by(Membership.id)
    )
    found: dict[int, dict[int, tuple[str, MembershipRole]]] = {}
    for community_id, school_id, name, role in rows:
        found.setdefault(community_id, {})[school_id] = (name, role)
    return found


def _has_closed(day: date) -> ColumnElement[bool]:
    return (
        select(SchoolVersion.id)
        .where(
            SchoolVersion.school_id == School.id,
            known_at(SchoolVersion, None),
            SchoolVersion.closed_on < day,
        )
        .correlate(School)
        .exists()
    )
