"""Reference data that ships with the product: divisions, school years, terms."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from community.access import Actor
from community.journal.services import writing
from community.kernel.database import session
from community.registry import queries
from community.registry.models import Division, DivisionAlias, SchoolYear, Term
from community.registry.rules import DivisionKind

DATA: Final = Path(__file__).parents[1] / "data"
_TOWNSHIP_KINDS: Final = {
    "街道": DivisionKind.SUBDISTRICT,
    "镇": DivisionKind.TOWNSHIP,
    "乡": DivisionKind.TOWNSHIP,
    "其他": DivisionKind.OTHER,
}


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
