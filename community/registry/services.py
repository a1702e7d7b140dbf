"""The use cases of the registry: load reference data, record schools."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from community.access import Actor
from community.journal.services import writing
from community.kernel.database import FIRST_DAY, session
from community.kernel.facts import FactPlan
from community.kernel.pinyin import search_key
from community.kernel.versions import (
    Closing,
    Stamp,
    build_versions,
    close_all,
    flush_numbered,
    put_columns,
    rows_by_id,
)
from community.registry import queries
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
from community.registry.rules import DivisionKind, SchoolChange

DATA: Final = Path(__file__).parent / "data"
_TOWNSHIP_KINDS: Final = {
    "街道": DivisionKind.SUBDISTRICT,
    "镇": DivisionKind.TOWNSHIP,
    "乡": DivisionKind.TOWNSHIP,
    "其他": DivisionKind.OTHER,
}


# --- reference data ---------------------------------------------------------------------------


def seed_reference(*, actor: Actor) -> None:
    """Load divisions, their aliases, school years and terms that ship with the product.

    What is on file already stays as it is: a district edits the rows, not the files.
    """
    with writing(actor=actor, action="reference.seeded"):
        seats = _seed_divisions()
        _seed_townships(seats)
        _seed_school_years()


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _seed_divisions() -> set[tuple[int, str]]:
    """Load province, city and counties; answer with each county's seat."""
    current = session()
    on_file = queries.divisions_by_code(current)
    seats: set[tuple[int, str]] = set()
    for row in _rows("divisions.csv"):
        division = on_file.get(row["code"])
        if division is None:
            parent = on_file.get(row["parent_code"])
            division = Division(
                code=row["code"],
                name=row["name"],
                kind=DivisionKind(row["kind"]),
                parent_id=parent.id if parent else None,
            )
            current.add(division)
            current.flush()  # the next level needs its id
            on_file[row["code"]] = division
        if row["county_seat"]:
            seats.add((division.id, row["county_seat"]))
    return seats


def _seed_townships(seats: set[tuple[int, str]]) -> None:
    """Load the townships; never by joining the two lists' codes (domain.md §5)."""
    current = session()
    counties = queries.divisions_by_code(current)
    on_file = queries.division_names(current)
    variants: list[tuple[Division, str]] = []
    for row in _rows("townships.csv"):
        county = counties[row["county_code"]]
        key = (county.id, row["name"])
        if key not in on_file:
            sources = (row["source_mca"], row["source_nbs"])
            on_file[key] = Division(
                code=row["code_mca"] or None,
                code_nbs=row["code_nbs"] or None,
                name=row["name"],
                kind=_TOWNSHIP_KINDS[row["type"]],
                parent_id=county.id,
                is_county_seat=key in seats,
                is_current=row["status"] == "current",
                source="; ".join(filter(None, sources))[:300] or None,
            )
            current.add(on_file[key])
        if row["nbs_variant_name"]:
            variants.append((on_file[key], row["nbs_variant_name"]))
    current.flush()  # the aliases need their ids
    aliases = queries.division_alias_names(current)
    current.add_all(
        DivisionAlias(division_id=division.id, name=name)
        for division, name in variants
        if (division.id, name) not in aliases
    )


def _seed_school_years() -> None:
    current = session()
    years = queries.school_years(current)
    for row in _rows("school_years.csv"):
        if row["name"] not in years:
            years[row["name"]] = SchoolYear(
                name=row["name"],
                starts_on=date.fromisoformat(row["starts_on"]),
                ends_on=date.fromisoformat(row["ends_on"]),
            )
            current.add(years[row["name"]])
    current.flush()  # the terms need their ids
    terms = queries.term_numbers(current)
    for row in _rows("terms.csv"):
        key = (years[row["school_year"]].id, int(row["number"]))
        if key not in terms:
            current.add(
                Term(
                    school_year_id=key[0],
                    number=key[1],
                    starts_on=date.fromisoformat(row["starts_on"]),
                    ends_on=date.fromisoformat(row["ends_on"]),
                )
            )


# --- schools ----------------------------------------------------------------------------------


def record_schools(
    changes: Sequence[SchoolChange], stamp: Stamp
) -> tuple[dict[int, int], list[dict[str, Any]]]:
    """Write what rows of a roster change; the caller has asked for permission and journals.

    Answers with the ids of new schools by their negative references, and with the former values
    of columns that were changed in place, for whoever takes it back.
    """
    kept = _close(changes, stamp)
    existing = {
        school.id: school
        for school in rows_by_id(session(), School, (c.ref for c in changes if c.ref > 0))
    }
    restores: list[dict[str, Any]] = []
    written: list[tuple[int, School]] = []
    for change in changes:
        school = existing.get(change.ref)
        if school is None:
            school = School(county_id=change.draft.county_id, versions=[], aliases=[])
            session().add(school)
        if change.columns:
            restores.append(put_columns(school, change.columns))
            school.pinyin = search_key(school.name, school.short_name)
        written.append((change.ref, school))
        if change.ref < 0:
            school.versions.extend(_versions(change, stamp, None, {}))
    flush_numbered(session())  # what follows needs the ids of new schools
    ids = {ref: school.id for ref, school in written}
    for change in changes:
        session().add_all(_facts(change, ids[change.ref], stamp, kept))
    flush_numbered(session())
    new = {ref: school_id for ref, school_id in ids.items() if ref < 0}
    return new, [restore for restore in restores if restore["id"]]


def _close(
    changes: Iterable[SchoolChange], stamp: Stamp
) -> dict[tuple[type[SchoolVersion] | type[SchoolFigures], int], dict[str, object]]:
    """End the versions that are replaced; answer with what their successors keep of them."""
    closing = Closing()
    for change in changes:
        closing.add(SchoolVersion, change.attributes)
        closing.add(SchoolFigures, change.numbers)
        for plan in change.designations.values():
            closing.add(Designation, plan)
    kept: dict[tuple[type[SchoolVersion | SchoolFigures], int], dict[str, object]] = {}
    for version in rows_by_id(session(), SchoolVersion, closing.ends.get(SchoolVersion, ())):
        kept[SchoolVersion, version.id] = {
            "held_from": version.held_from,
            "is_flagged_urban": version.is_flagged_urban,
        }
    for figures in rows_by_id(session(), SchoolFigures, closing.ends.get(SchoolFigures, ())):
        kept[SchoolFigures, figures.id] = {"school_year": figures.school_year}
    close_all(session(), closing, stamp)
    return kept


def _versions(
    change: SchoolChange, stamp: Stamp, school_id: int | None, kept: dict[str, object]
) -> list[SchoolVersion]:
    if change.attributes is None:
        return []
    facts = {"held_from": FIRST_DAY, "is_flagged_urban": False} | kept
    if school_id is not None:
        facts["school_id"] = school_id
    return build_versions(
        SchoolVersion, change.attributes.steps, stamp, county_id=change.draft.county_id, **facts
    )


def _facts(
    change: SchoolChange,
    school_id: int,
    stamp: Stamp,
    kept: dict[tuple[type[SchoolVersion] | type[SchoolFigures], int], dict[str, object]],
) -> Iterator[object]:
    def keep(
        model: type[SchoolVersion] | type[SchoolFigures], plan: FactPlan | None
    ) -> dict[str, object]:
        return kept.get((model, plan.closes), {}) if plan and plan.closes else {}

    county_id = change.draft.county_id
    if change.ref > 0:
        yield from _versions(change, stamp, school_id, keep(SchoolVersion, change.attributes))
    if change.numbers is not None:
        yield from build_versions(
            SchoolFigures,
            change.numbers.steps,
            stamp,
            school_id=school_id,
            county_id=county_id,
            **({"school_year": ""} | keep(SchoolFigures, change.numbers)),
        )
    for kind, plan in change.designations.items():
        yield from build_versions(
            Designation,
            plan.steps,
            stamp,
            school_id=school_id,
            county_id=county_id,
            kind=kind,
            designated_on=FIRST_DAY,
        )
    if change.former_name:
        # Older ledgers go on naming the school as it was called then.
        yield SchoolAlias(school_id=school_id, name=change.former_name)
