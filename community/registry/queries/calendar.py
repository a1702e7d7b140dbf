"""School years, terms, and divisions as their pages show them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import selectinload

from community.kernel.database import session
from community.kernel.paging import Page, read_page
from community.registry.models import Division, SchoolYear
from community.registry.rules import DivisionKind

# id, code, name, live_on
CountyRow = Row[int, str, str, object]


def years_with_terms() -> Sequence[SchoolYear]:
    """All school years with their terms, the latest first."""
    wanted = select(SchoolYear).options(selectinload(SchoolYear.terms))
    return session().scalars(wanted.order_by(SchoolYear.starts_on.desc())).all()


def school_year_named(name: str, *, is_locked: bool = False) -> SchoolYear | None:
    """A school year with its terms; `is_locked` as usual."""
    wanted = select(SchoolYear).filter_by(name=name).options(selectinload(SchoolYear.terms))
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def county_of_code(code: str, *, is_locked: bool = False) -> Division | None:
    """A county by its code; `is_locked` as usual."""
    wanted = select(Division).where(Division.code == code, Division.kind == DivisionKind.COUNTY)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def county_page(
    city_id: int | None, county_id: int | None, *, after: str | None, before: str | None
) -> Page[CountyRow]:
    """The counties of a city, one county, or all of them, by code."""
    code = func.coalesce(Division.code, "").label("code")
    statement = select(Division.id, code, Division.name, Division.live_on).where(
        Division.kind == DivisionKind.COUNTY
    )
    if county_id is not None:
        statement = statement.where(Division.id == county_id)
    elif city_id is not None:
        statement = statement.where(Division.parent_id == city_id)
    return read_page(statement, [code, Division.id], after=after, before=before)


def seats_of(county_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The names of the townships in which the governments of counties sit."""
    seats: dict[int, list[str]] = defaultdict(list)
    rows = session().execute(
        select(Division.parent_id, Division.name)
        .where(Division.parent_id.in_(county_ids), Division.is_county_seat)
        .order_by(Division.code, Division.id)
    )
    for county_id, name in rows:
        seats[county_id or 0].append(name)
    return seats


def township_rows(county_id: int) -> Sequence[Division]:
    """The townships and subdistricts of a county with their aliases, those of today first."""
    wanted = (
        select(Division)
        .where(Division.parent_id == county_id)
        .options(selectinload(Division.aliases))
        .order_by(Division.is_current.desc(), Division.code, Division.id)
    )
    return session().scalars(wanted).all()


def alias_names(divisions: Collection[Division]) -> Mapping[int, str]:
    """The other names of divisions, joined."""
    return {division.id: "、".join(a.name for a in division.aliases) for division in divisions}
