"""School districts as they are on file."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from community.kernel.database import known_at, session
from community.kernel.facts import FactOnFile
from community.kernel.paging import Page, read_page
from community.registry.models import (
    Division,
    School,
    SchoolDistrict,
    SchoolDistrictMember,
    SchoolDistrictTownship,
    SchoolDistrictVersion,
)
from community.registry.rules import Belonging, DistrictFacts

DISTRICT_FACTS: Final = (*(entry.name for entry in fields(DistrictFacts)), "held_from")
Stay = SchoolDistrictMember | SchoolDistrictTownship
# id, name, county_id, county's name
DistrictRow = Row[int, str, int, str]


def district(district_id: int, *, is_locked: bool = False) -> SchoolDistrict | None:
    """A district; `is_locked` keeps others from changing it until the transaction ends."""
    wanted = select(SchoolDistrict).where(SchoolDistrict.id == district_id)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def district_of_form(form_key: str) -> SchoolDistrict | None:
    """The district that a form has already created."""
    return session().scalars(select(SchoolDistrict).filter_by(form_key=form_key)).one_or_none()


def district_namesake(county_id: int, name: str, *, but: int | None = None) -> bool:
    """Whether a county has another district of this name."""
    wanted = select(SchoolDistrict.id).where(
        SchoolDistrict.county_id == county_id,
        SchoolDistrict.name == name,
        SchoolDistrict.id != (but or 0),
    )
    return session().scalar(wanted.limit(1)) is not None


def held_district(district_id: int) -> list[FactOnFile]:
    """The versions of a district that are in force today, by the day from which they hold."""
    rows = session().execute(
        select(
            SchoolDistrictVersion.id,
            SchoolDistrictVersion.known_from,
            *(getattr(SchoolDistrictVersion, name) for name in DISTRICT_FACTS),
        )
        .where(
            SchoolDistrictVersion.school_district_id == district_id,
            known_at(SchoolDistrictVersion, None),
        )
        .order_by(SchoolDistrictVersion.held_from)
    )
    return [
        FactOnFile(version_id, known_from, dict(zip(DISTRICT_FACTS, values, strict=True)))
        for version_id, known_from, *values in rows
    ]


@dataclass(frozen=True)
class DistrictFilter:
    """What a list of districts shows; empty means all within reach."""

    text: str = ""
    county_ids: Collection[int] | None = None  # None: everywhere


def district_page(
    wanted: DistrictFilter, *, after: str | None = None, before: str | None = None
) -> Page[DistrictRow]:
    """Districts by county and name."""
    statement = (
        select(
            SchoolDistrict.id,
            SchoolDistrict.name,
            SchoolDistrict.county_id,
            Division.name.label("county_name"),
        )
        .join(Division, Division.id == SchoolDistrict.county_id)
        .where(_matches(wanted))
    )
    key = [SchoolDistrict.county_id, SchoolDistrict.name, SchoolDistrict.id]
    return read_page(statement, key, after=after, before=before)


def _matches(wanted: DistrictFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [SchoolDistrict.id.is_not(None)]
    if wanted.county_ids is not None:
        conditions.append(SchoolDistrict.county_id.in_(wanted.county_ids))
    if wanted.text:
        conditions.append(
            or_(
                SchoolDistrict.name.icontains(wanted.text, autoescape=True),
                SchoolDistrict.pinyin.icontains(wanted.text.lower(), autoescape=True),
            )
        )
    return and_(*conditions)


@dataclass(frozen=True)
class DistrictSummary:
    """A district as a list shows it, on a day."""

    centre_school: str | None
    dissolved_on: date | None
    townships: Sequence[str]
    members_count: int


def district_summaries(ids: Collection[int], on: date) -> Mapping[int, DistrictSummary]:
    """Centre school, townships and number of members of districts on a day, in three queries."""
    centre = aliased(School)
    facts: dict[int, tuple[str | None, date | None]] = {}
    versions = (
        select(
            SchoolDistrictVersion.school_district_id,
            SchoolDistrictVersion.held_from,
            SchoolDistrictVersion.dissolved_on,
            centre.name,
        )
        .outerjoin(centre, centre.id == SchoolDistrictVersion.centre_school_id)
        .where(
            SchoolDistrictVersion.school_district_id.in_(ids),
            known_at(SchoolDistrictVersion, None),
        )
        .order_by(SchoolDistrictVersion.held_from)
    )
    for district_id, held_from, dissolved_on, name in session().execute(versions):
        if district_id not in facts or held_from <= on:
            facts[district_id] = (name, dissolved_on)
    townships: dict[int, list[str]] = defaultdict(list)
    for district_id, name in session().execute(
        select(SchoolDistrictTownship.school_district_id, Division.name)
        .join(Division, Division.id == SchoolDistrictTownship.township_id)
        .where(_in_force(SchoolDistrictTownship, ids, on))
        .order_by(Division.code, Division.id)
    ):
        townships[district_id].append(name)
    counted = session().execute(
        select(SchoolDistrictMember.school_district_id.label("id"), func.count().label("number"))
        .where(_in_force(SchoolDistrictMember, ids, on))
        .group_by(SchoolDistrictMember.school_district_id)
    )
    members = {row.id: row.number for row in counted}
    return {
        district_id: DistrictSummary(
            name, dissolved_on, townships[district_id], members.get(district_id, 0)
        )
        for district_id, (name, dissolved_on) in facts.items()
    }


def _in_force(
    model: type[SchoolDistrictMember] | type[SchoolDistrictTownship],
    ids: Collection[int],
    on: date,
) -> ColumnElement[bool]:
    return and_(
        model.school_district_id.in_(ids),
        known_at(model, None),
        model.joined_on <= on,
        or_(model.left_on.is_(None), model.left_on >= on),
    )


def district_members(
    district_id: int,
) -> Sequence[Row[SchoolDistrictMember, str, str | None]]:
    """The stays of schools in a district as known today, with name and code of the school."""
    wanted = (
        select(SchoolDistrictMember, School.name, School.code)
        .join(School, School.id == SchoolDistrictMember.school_id)
        .where(
            SchoolDistrictMember.school_district_id == district_id,
            known_at(SchoolDistrictMember, None),
        )
        .order_by(SchoolDistrictMember.left_on.is_not(None), School.name, School.id)
    )
    return session().execute(wanted).all()


def district_townships(district_id: int) -> Sequence[Row[SchoolDistrictTownship, str]]:
    """The stays of townships in a district as known today, with their names."""
    wanted = (
        select(SchoolDistrictTownship, Division.name)
        .join(Division, Division.id == SchoolDistrictTownship.township_id)
        .where(
            SchoolDistrictTownship.school_district_id == district_id,
            known_at(SchoolDistrictTownship, None),
        )
        .order_by(SchoolDistrictTownship.left_on.is_not(None), Division.code, Division.id)
    )
    return session().execute(wanted).all()


def belongings_of_school(school_id: int) -> list[Belonging]:
    """The districts to which a school belongs or belonged, as known today."""
    rows = session().execute(
        select(
            SchoolDistrict.id,
            SchoolDistrict.name,
            SchoolDistrictMember.school_id,
            SchoolDistrictMember.joined_on,
            SchoolDistrictMember.left_on,
        )
        .join(SchoolDistrict, SchoolDistrict.id == SchoolDistrictMember.school_district_id)
        .where(SchoolDistrictMember.school_id == school_id, known_at(SchoolDistrictMember, None))
        .order_by(SchoolDistrictMember.joined_on)
    )
    return [Belonging(*row) for row in rows]


def belongings_of_township(township_id: int) -> list[Belonging]:
    """The districts to which a township belongs or belonged, as known today."""
    rows = session().execute(
        select(
            SchoolDistrict.id,
            SchoolDistrict.name,
            SchoolDistrictTownship.township_id,
            SchoolDistrictTownship.joined_on,
            SchoolDistrictTownship.left_on,
        )
        .join(SchoolDistrict, SchoolDistrict.id == SchoolDistrictTownship.school_district_id)
        .where(
            SchoolDistrictTownship.township_id == township_id,
            known_at(SchoolDistrictTownship, None),
        )
        .order_by(SchoolDistrictTownship.joined_on)
    )
    return [Belonging(*row) for row in rows]
