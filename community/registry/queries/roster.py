"""What an import and the reference data are compared with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.kernel.database import known_at
from community.kernel.facts import FactOnFile
from community.kernel.versions import last_endings
from community.registry.models import (
    Designation,
    Division,
    DivisionAlias,
    School,
    SchoolAlias,
    SchoolFigures,
    SchoolVersion,
    SchoolYear,
    Term,
)
from community.registry.rules import (
    DesignationKind,
    DivisionDirectory,
    DivisionEntry,
    DivisionKind,
    SchoolAttributes,
    SchoolNumbers,
    SchoolOnFile,
)


def counties(session: Session) -> list[Division]:
    """Every county-level division, by code."""
    return list(
        session.scalars(
            select(Division).where(Division.kind == DivisionKind.COUNTY).order_by(Division.code)
        )
    )


def division_directory(session: Session, county_ids: Collection[int]) -> DivisionDirectory:
    """These counties and their townships, by every name."""
    found = list(
        session.scalars(
            select(Division).where(Division.id.in_(county_ids) | Division.parent_id.in_(county_ids))
        )
    )
    aliases: dict[int, list[str]] = defaultdict(list)
    for division_id, name in session.execute(select(DivisionAlias.division_id, DivisionAlias.name)):
        aliases[division_id].append(name)
    entries = [
        DivisionEntry(d.id, d.parent_id, d.code, (d.name, *aliases.get(d.id, ()))) for d in found
    ]
    return DivisionDirectory(
        [entry for entry in entries if entry.id in county_ids],
        [entry for entry in entries if entry.id not in county_ids],
    )


def divisions_by_code(session: Session) -> dict[str, Division]:
    """The divisions that have a code of the civil-affairs list."""
    return {
        division.code: division
        for division in session.scalars(select(Division).where(Division.code.is_not(None)))
        if division.code
    }


def division_names(session: Session) -> dict[tuple[int | None, str], Division]:
    """Divisions by parent and name."""
    return {
        (division.parent_id, division.name): division
        for division in session.scalars(select(Division))
    }


def division_alias_names(session: Session) -> set[tuple[int, str]]:
    """The aliases on file, as division and name."""
    rows = session.execute(select(DivisionAlias.division_id, DivisionAlias.name))
    return {(division_id, name) for division_id, name in rows}


def school_years(session: Session) -> dict[str, SchoolYear]:
    """The school years on file, by name."""
    return {year.name: year for year in session.scalars(select(SchoolYear))}


def term_numbers(session: Session) -> set[tuple[int, int]]:
    """The terms on file, as school year and number."""
    rows = session.execute(select(Term.school_year_id, Term.number))
    return {(school_year_id, number) for school_year_id, number in rows}


def schools_on_file(session: Session) -> list[SchoolOnFile]:
    """Every school, in six queries, as known today; those undone without attributes."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for school_id, name in session.execute(select(SchoolAlias.school_id, SchoolAlias.name)):
        aliases[school_id].append(name)
    attributes = _open_facts(session, SchoolVersion, SchoolAttributes)
    numbers = _open_facts(session, SchoolFigures, SchoolNumbers)
    designations: dict[int, dict[DesignationKind, FactOnFile]] = defaultdict(dict)
    for school_id, kind, version_id, known_from in session.execute(
        select(
            Designation.school_id, Designation.kind, Designation.id, Designation.known_from
        ).where(known_at(Designation, None), Designation.ended_on.is_(None))
    ):
        designations[school_id][kind] = FactOnFile(version_id, known_from, {})
    endings: dict[int, dict[DesignationKind, datetime]] = defaultdict(dict)
    for (school_id, kind), at in last_endings(
        session, Designation, Designation.school_id, Designation.kind
    ).items():
        endings[school_id][kind] = at
    return [
        SchoolOnFile(
            id=school_id,
            county_id=county_id,
            code=code,
            name=name,
            short_name=short_name,
            aliases=tuple(aliases.get(school_id, ())),
            attributes=attributes.get(school_id),
            numbers=numbers.get(school_id),
            designations=designations.get(school_id, {}),
            former_designations=endings.get(school_id, {}),
        )
        for school_id, county_id, code, name, short_name in session.execute(
            select(School.id, School.county_id, School.code, School.name, School.short_name)
        )
    ]


def _open_facts(
    session: Session, model: type[SchoolVersion] | type[SchoolFigures], shape: Any
) -> Mapping[int, FactOnFile]:
    """The open version per school, with the fields of a dataclass; of several dated versions of
    one school, the latest."""
    names = tuple(shape.__dataclass_fields__)
    dated = SchoolVersion.held_from if model is SchoolVersion else SchoolFigures.school_year
    rows: Iterable[Any] = session.execute(
        select(
            model.school_id, model.id, model.known_from, *(getattr(model, name) for name in names)
        )
        .where(known_at(model, None))
        .order_by(dated)
    )
    return {
        school_id: FactOnFile(version_id, known_from, dict(zip(names, values, strict=True)))
        for school_id, version_id, known_from, *values in rows
    }
