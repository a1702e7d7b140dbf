"""One school as it is on file: what its forms need."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from community.kernel.database import known_at, session
from community.kernel.facts import FactOnFile
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolAlias,
    SchoolFigures,
    SchoolVersion,
    SchoolYear,
)
from community.registry.rules import (
    DivisionKind,
    SchoolFactsDraft,
    SchoolStanding,
)

T = TypeVar("T")
# What a version of a school says, and from which day.
FACTS: Final = (
    *(entry.name for entry in fields(SchoolFactsDraft)),
    "is_flagged_urban",
    "urban_flag_reason",
    "closed_on",
    "held_from",
)
# A list of suggestions longer than this is slower than typing the name.
SUGGESTIONS_LIMIT: Final = 400
LONGEST_CHAIN: Final = 20


def school(school_id: int, *, is_locked: bool = False) -> School | None:
    """A school; `is_locked` keeps others from changing it until the transaction ends."""
    wanted = select(School).where(School.id == school_id)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def school_of_form(form_key: str) -> School | None:
    """The school that a form has already created."""
    return session().scalars(select(School).filter_by(form_key=form_key)).one_or_none()


def school_of_code(code: str) -> School | None:
    """The school of a code."""
    return session().scalars(select(School).filter_by(code=code)).one_or_none()


def namesake(county_id: int, name: str, *, but: int | None = None) -> School | None:
    """Another school of this very name in a county."""
    wanted = select(School).where(School.county_id == county_id, School.name == name)
    return session().scalars(wanted.where(School.id != (but or 0)).limit(1)).one_or_none()


def county(county_id: int) -> Division | None:
    """A county by its id."""
    wanted = select(Division).where(Division.id == county_id, Division.kind == DivisionKind.COUNTY)
    return session().scalars(wanted).one_or_none()


def counties_named(text: str) -> Sequence[Division]:
    """The counties of this code or name."""
    wanted = select(Division).where(
        Division.kind == DivisionKind.COUNTY, or_(Division.code == text, Division.name == text)
    )
    return session().scalars(wanted.order_by(Division.code)).all()


def county_ids_of_city(city_id: int) -> list[int]:
    """The counties of a city."""
    wanted = select(Division.id).where(
        Division.parent_id == city_id, Division.kind == DivisionKind.COUNTY
    )
    return list(session().scalars(wanted))


def county_suggestions(city_id: int | None) -> list[tuple[str, str]]:
    """(code, name) of the counties of a city, or of all; none where they are too many."""
    wanted = select(Division.code, Division.name).where(
        Division.kind == DivisionKind.COUNTY, Division.code.is_not(None)
    )
    if city_id is not None:
        wanted = wanted.where(Division.parent_id == city_id)
    rows = session().execute(wanted.order_by(Division.code).limit(SUGGESTIONS_LIMIT + 1))
    found = [(code or "", name) for code, name in rows]
    return found if len(found) <= SUGGESTIONS_LIMIT else []


def held_facts(school_id: int) -> list[FactOnFile]:
    """The versions of a school that are in force today, by the day from which they hold."""
    rows = session().execute(
        select(
            SchoolVersion.id,
            SchoolVersion.known_from,
            *(getattr(SchoolVersion, name) for name in FACTS),
        )
        .where(SchoolVersion.school_id == school_id, known_at(SchoolVersion, None))
        .order_by(SchoolVersion.held_from)
    )
    return [
        FactOnFile(version_id, known_from, dict(zip(FACTS, values, strict=True)))
        for version_id, known_from, *values in rows
    ]


def designations(school_id: int) -> Sequence[Designation]:
    """The designations of a school as known today, the latest first."""
    wanted = (
        select(Designation)
        .where(Designation.school_id == school_id, known_at(Designation, None))
        .order_by(Designation.designated_on.desc(), Designation.kind)
    )
    return session().scalars(wanted).all()


def figures(school_id: int) -> Sequence[SchoolFigures]:
    """A school's figures as known today, the latest school year first."""
    wanted = (
        select(SchoolFigures)
        .where(SchoolFigures.school_id == school_id, known_at(SchoolFigures, None))
        .order_by(SchoolFigures.school_year.desc())
    )
    return session().scalars(wanted).all()


def aliases(school_id: int) -> Sequence[SchoolAlias]:
    """The other names of a school."""
    wanted = select(SchoolAlias).filter_by(school_id=school_id).order_by(SchoolAlias.id)
    return session().scalars(wanted).all()


def campus_ids(school_id: int) -> list[int]:
    """The campuses and teaching points that belong to a school, by name."""
    wanted = select(School.id).where(School.legal_school_id == school_id)
    return list(session().scalars(wanted.order_by(School.name, School.id)))


def predecessor_ids(school_id: int) -> list[int]:
    """The schools whose successor this one is, by name."""
    wanted = select(School.id).where(School.successor_id == school_id)
    return list(session().scalars(wanted.order_by(School.name, School.id)))


def names_of(ids: Collection[int], today: date) -> list[tuple[int, str, date | None]]:
    """Id, name and last day of schools."""
    rows = session().execute(
        select(School.id, School.name, present(SchoolVersion.closed_on, today)).where(
            School.id.in_(ids)
        )
    )
    return [(school_id, name, closed_on) for school_id, name, closed_on in rows]


def division_name(division_id: object) -> str | None:
    """The name of a division; None for none."""
    if not isinstance(division_id, int):
        return None
    return session().scalar(select(Division.name).where(Division.id == division_id))


def has_campuses(school_id: int) -> bool:
    """Whether other schools belong to this one."""
    wanted = select(School.id).where(School.legal_school_id == school_id).limit(1)
    return session().scalar(wanted) is not None


def successor_ids(school_id: int) -> list[int]:
    """The school itself, who inherited from it, who inherited from that one, and so on."""
    chain = (
        select(School.id, School.successor_id, literal(0).label("depth"))
        .where(School.id == school_id)
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(
        select(School.id, School.successor_id, chain.c.depth + 1)
        .join(chain, School.id == chain.c.successor_id)
        .where(chain.c.depth < LONGEST_CHAIN)
    )
    return list(session().scalars(select(chain.c.id).order_by(chain.c.depth)))


# --- schools by name ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school that a text may mean."""

    standing: SchoolStanding
    code: str | None
    county_id: int


def schools_named(text: str, county_id: int, today: date) -> list[NamedSchool]:
    """The schools of this code, name, short name or alias in the city of a county."""
    home = select(Division.parent_id).where(Division.id == county_id).scalar_subquery()
    rows = session().execute(
        select(
            School.id,
            School.name,
            School.legal_school_id,
            School.successor_id,
            present(SchoolVersion.opened_on, today),
            present(SchoolVersion.closed_on, today),
            School.code,
            School.county_id,
        )
        .join(Division, Division.id == School.county_id)
        .where(
            or_(School.county_id == county_id, Division.parent_id == home),
            or_(
                School.code == text,
                School.name == text,
                School.short_name == text,
                School.id.in_(select(SchoolAlias.school_id).where(SchoolAlias.name == text)),
            ),
        )
    )
    return [
        NamedSchool(
            SchoolStanding(id_, name, legal_id, successor_id, opened_on, closed_on), code, home_id
        )
        for id_, name, legal_id, successor_id, opened_on, closed_on, code, home_id in rows
    ]


def present(column: InstrumentedAttribute[T], today: date) -> ColumnElement[T]:
    """What the version of a school that holds today says: of the versions in force the latest
    that has begun, else the first. Asked of each row of `School`."""
    has_begun = SchoolVersion.held_from <= today
    return (
        select(column)
        .where(SchoolVersion.school_id == School.id, known_at(SchoolVersion, None))
        .order_by(
            has_begun.desc(),
            case((has_begun, SchoolVersion.held_from)).desc(),
            SchoolVersion.held_from,
        )
        .limit(1)
        .correlate(School)
        .scalar_subquery()
    )


def school_suggestions(county_id: int) -> list[tuple[str, str]]:
    """(code or name, name) of a county's schools, for a form; none where they are too many."""
    wanted = (
        select(func.coalesce(School.code, School.name), School.name)
        .where(School.county_id == county_id)
        .order_by(School.name)
        .limit(SUGGESTIONS_LIMIT + 1)
    )
    found = [(str(value), str(text)) for value, text in session().execute(wanted)]
    return found if len(found) <= SUGGESTIONS_LIMIT else []


def reference(school_id: int | None) -> str:
    """What a form calls a school: its code, or its name where it has none; empty for none."""
    if school_id is None:
        return ""
    wanted = select(func.coalesce(School.code, School.name)).where(School.id == school_id)
    return session().scalar(wanted) or ""


def townships(county_id: int) -> list[tuple[int, str]]:
    """(id, name) of a county's townships and subdistricts, those of today first."""
    rows = session().execute(
        select(Division.id, Division.name)
        .where(Division.parent_id == county_id)
        .order_by(Division.is_current.desc(), Division.code, Division.id)
    )
    return [(division_id, name) for division_id, name in rows]


def school_year_names() -> list[str]:
    """The school years on file, the latest first."""
    return list(session().scalars(select(SchoolYear.name).order_by(SchoolYear.name.desc())))
