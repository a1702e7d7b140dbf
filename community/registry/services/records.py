"""What hangs on a school: its designations and its yearly figures."""

from datetime import date

from community.access import Actor
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.facts import Step, values_of
from community.kernel.i18n import N_
from community.kernel.versions import build_versions, close, touch
from community.registry import queries
from community.registry.models import Designation, School, SchoolFigures
from community.registry.rules import DesignationKind, DesignationSpan, SchoolNumbers
from community.registry.rules import schools as rules
from community.registry.services.schools import (
    check_revision,
    editable_school,
    facts_draft,
    present_facts,
    stamp_of,
)

# --- designations -------------------------------------------------------------------------------


def designate_school(
    school_id: int, kind: DesignationKind, designated_on: date, *, actor: Actor
) -> School:
    """Designate a school as one of the three pivot schools, from a day on."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    on_file = [_span(row) for row in queries.designations(school_id)]
    facts = facts_draft(present_facts(school_id).values)
    rules.check_designation(kind, designated_on, on_file, facts, clock.today())
    stamp = stamp_of(actor)
    with writing(actor=actor, action="school.designated"):
        session().add_all(
            build_versions(
                Designation,
                [Step(stamp.recorded_at, {})],
                stamp,
                school_id=school.id,
                county_id=school.county_id,
                kind=kind,
                designated_on=designated_on,
            )
        )
        touch(school)
    return school


def end_designation(school_id: int, designation_id: int, ended_on: date, *, actor: Actor) -> School:
    """Say which day was the last one of a designation; that it was one until then stays."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    row = designation(school_id, designation_id)
    rules.check_end_of_designation(_span(row), ended_on, clock.today())
    if row.ended_on == ended_on:
        return school
    stamp = stamp_of(actor)
    start = max(stamp.recorded_at, row.known_from)
    with writing(actor=actor, action="school.designation_ended"):
        close(row, start, stamp)
        session().flush()  # of one fact there is one open version at any time
        session().add_all(
            build_versions(
                Designation,
                [Step(start, {"ended_on": ended_on})],
                stamp,
                school_id=school.id,
                county_id=school.county_id,
                kind=row.kind,
                designated_on=row.designated_on,
            )
        )
        touch(school)
    return school


def withdraw_designation(
    school_id: int, designation_id: int, reason: str | None, *, actor: Actor
) -> School:
    """Take back a designation that was entered by mistake; it was never one, as known from now."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    row = designation(school_id, designation_id)
    if not reason:
        raise RuleViolationError(N_("Say why it is taken back."), field="reason")
    stamp = stamp_of(actor)
    with writing(actor=actor, action="school.designation_withdrawn"):
        close(row, max(stamp.recorded_at, row.known_from), stamp)
        row.ended_reason = reason
        touch(school)
    return school


def designation(school_id: int, designation_id: int) -> Designation:
    """A designation of a school, as known today. Raises NotFoundError for any other."""
    for row in queries.designations(school_id):
        if row.id == designation_id:
            return row
    raise NotFoundError


def _span(row: Designation) -> DesignationSpan:
    return DesignationSpan(row.kind, row.designated_on, row.ended_on)


# --- figures ------------------------------------------------------------------------------------


def record_figures(
    school_id: int, school_year: str, numbers: SchoolNumbers, *, revision: int, actor: Actor
) -> School:
    """Enter or correct the figures of a school year; a blank is a missing datum, never 0."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    row = next((r for r in queries.figures(school_id) if r.school_year == school_year), None)
    before = numbers_of(row)
    check_revision(school, revision, values_of(before))
    if row is None and school_year not in queries.school_year_names():
        raise RuleViolationError(
            N_("This school year is not on file. Ask the system administrator to add it."),
            field="school_year",
        )
    rules.check_numbers(numbers)
    if numbers == before:
        return school
    stamp = stamp_of(actor)
    start = stamp.recorded_at if row is None else max(stamp.recorded_at, row.known_from)
    with writing(actor=actor, action="school.figures_recorded"):
        if row is not None:
            close(row, start, stamp)
            session().flush()  # of one fact there is one open version at any time
        session().add_all(
            build_versions(
                SchoolFigures,
                [Step(start, values_of(numbers))],
                stamp,
                school_id=school.id,
                county_id=school.county_id,
                school_year=school_year,
            )
        )
        touch(school)
    return school


def numbers_on_file(school_id: int, school_year: str) -> SchoolNumbers:
    """The figures of a school year; all of them missing where there are none."""
    rows = queries.figures(school_id)
    return numbers_of(next((row for row in rows if row.school_year == school_year), None))


def figures_year(school_id: int, wanted: str | None) -> str:
    """The school year whose figures are meant: the one asked for, where there is one or could be;
    else the latest on file."""
    known = queries.school_year_names()
    on_file = {row.school_year for row in queries.figures(school_id)}
    if wanted is not None and wanted in {*known, *on_file}:
        return wanted
    return max({*known, *on_file}, default="")


def numbers_of(row: SchoolFigures | None) -> SchoolNumbers:
    """The figures of a row; all of them missing where there is none."""
    if row is None:
        return SchoolNumbers(None, None, None, None)
    return SchoolNumbers(
        row.pupils_count,
        row.teachers_count,
        row.backbone_teachers_count,
        row.eligible_teachers_count,
    )
