"""Writing what the rows of a roster change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

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
from community.registry.models import (
    Designation,
    School,
    SchoolAlias,
    SchoolFigures,
    SchoolVersion,
)
from community.registry.rules import SchoolChange


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
            "urban_flag_reason": version.urban_flag_reason,
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
