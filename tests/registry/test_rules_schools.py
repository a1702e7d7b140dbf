"""What may be entered about a school: tables of cases."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date

import pytest

from community.kernel.errors import RuleViolationError
from community.registry.rules import (
    ClosureDraft,
    DesignationKind,
    DesignationSpan,
    EditKind,
    Ownership,
    SchoolEdit,
    SchoolFactsDraft,
    SchoolNumbers,
    SchoolStanding,
    SchoolType,
    SchoolYearDraft,
    Span,
    UrbanFlagDraft,
    check_school_year,
    districts,
    schools,
)

TODAY = date(2025, 10, 1)
LAST_YEAR = date(2024, 9, 1)
FACTS = SchoolFactsDraft(
    township_id=None,
    type=SchoolType.PRIMARY,
    ownership=Ownership.PUBLIC,
    urban_rural_class=None,
    is_boarding=None,
    is_good=None,
    head_name=None,
    opened_on=None,
    note=None,
)


def refused(field: str | None) -> AbstractContextManager[object]:
    """The expectation that a rule refuses, naming a field; None: it lets pass."""
    if field is None:
        return nullcontext()
    return pytest.raises(RuleViolationError, check=lambda error: error.field == field)


@pytest.mark.parametrize(
    ("code", "kind", "field"),
    [
        (None, SchoolType.PRIMARY, None),  # a teaching point may have none
        ("2144990003", SchoolType.PRIMARY, None),
        ("2144990003", SchoolType.TEACHING_POINT, None),
        ("3144990003", SchoolType.NINE_YEAR, None),
        ("2144990003", SchoolType.EDUCATION_RESOURCE, None),  # as whatever it got its code
        ("2144990003", SchoolType.KINDERGARTEN, "code"),  # a primary's
        ("1144990003", SchoolType.PRIMARY, "code"),
        ("2145990003", SchoolType.PRIMARY, "code"),  # of another province
        ("214499000", SchoolType.PRIMARY, "code"),
        ("21449900033", SchoolType.PRIMARY, "code"),
        ("２144990003", SchoolType.PRIMARY, "code"),
        ("9944990003", SchoolType.EDUCATION_RESOURCE, "code"),
    ],
)
def test_codes(code: str | None, kind: SchoolType, field: str | None) -> None:
    with refused(field):
        schools.check_code(code, kind)


@pytest.mark.parametrize(
    ("old", "new", "aliases", "expected"),
    [
        (("云路小学", None), ("云路中心小学", None), [], ["云路小学"]),
        (("云路小学", "云小"), ("云路中心小学", "云中小"), [], ["云路小学", "云小"]),
        (("云路小学", None), ("云路中心小学", None), ["云路小学"], []),
        (("云路小学", "云小"), ("云路小学", "云小"), [], []),
        (("云路小学", "云小"), ("云小", None), [], ["云路小学"]),
    ],
)
def test_old_names_are_kept(
    old: tuple[str, str | None],
    new: tuple[str, str | None],
    aliases: list[str],
    expected: list[str],
) -> None:
    assert schools.aliases_after(old[0], new[0], old[1], new[1], aliases) == expected


@pytest.mark.parametrize(
    ("kind", "holds_from", "expected"),
    [
        (EditKind.CHANGE, LAST_YEAR, LAST_YEAR),
        (EditKind.CHANGE, date(2026, 9, 1), date(2026, 9, 1)),  # decided ahead
        (EditKind.CORRECTION, None, date(1900, 1, 1)),  # as long as the wrong entry
        (EditKind.CORRECTION, LAST_YEAR, date(1900, 1, 1)),
    ],
)
def test_since_when_an_edit_holds(kind: EditKind, holds_from: date | None, expected: date) -> None:
    edit = SchoolEdit(FACTS, kind, holds_from)
    assert schools.start_of_edit(edit, date(1900, 1, 1), TODAY) == expected


@pytest.mark.parametrize("day", [None, date(2026, 10, 3), date(20, 9, 1), date(1899, 12, 31)])
def test_days_that_can_only_be_slips(day: date | None) -> None:
    with refused("holds_from"):
        schools.start_of_edit(SchoolEdit(FACTS, EditKind.CHANGE, day), LAST_YEAR, TODAY)


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "field"),
    [
        (None, None, None),
        (LAST_YEAR, None, None),
        (LAST_YEAR, LAST_YEAR, None),
        (TODAY, LAST_YEAR, "opened_on"),
        (date(2205, 9, 1), None, "opened_on"),
    ],
)
def test_opening(opened_on: date | None, closed_on: date | None, field: str | None) -> None:
    with refused(field):
        schools.check_facts(replace(FACTS, opened_on=opened_on), closed_on=closed_on, today=TODAY)


@pytest.mark.parametrize(
    ("reason", "field"), [("县城新区", None), ("", "reason"), (None, "reason")]
)
def test_a_flag_has_a_reason(reason: str | None, field: str | None) -> None:
    with refused(field):
        schools.check_urban_flag(UrbanFlagDraft(True, reason, LAST_YEAR), TODAY)


_K = DesignationKind
OPEN = DesignationSpan(_K.CENTRAL_PRIMARY, LAST_YEAR, None)
ENDED = DesignationSpan(_K.CENTRAL_PRIMARY, LAST_YEAR, date(2025, 8, 31))


@pytest.mark.parametrize(
    ("kind", "facts", "on_file", "field"),
    [
        (_K.CENTRAL_PRIMARY, FACTS, [], None),
        (_K.CENTRAL_PRIMARY, replace(FACTS, type=SchoolType.NINE_YEAR), [], None),
        (_K.CENTRAL_PRIMARY, replace(FACTS, type=SchoolType.KINDERGARTEN), [], "kind"),
        (_K.CENTRAL_KINDERGARTEN, replace(FACTS, type=SchoolType.KINDERGARTEN), [], None),
        (_K.CENTRAL_KINDERGARTEN, FACTS, [], "kind"),
        (_K.PUBLIC_BOARDING, replace(FACTS, is_boarding=True), [], None),
        (_K.PUBLIC_BOARDING, FACTS, [], None),  # whether it boards is missing, not denied
        (_K.PUBLIC_BOARDING, replace(FACTS, is_boarding=False), [], "kind"),
        (_K.PUBLIC_BOARDING, replace(FACTS, ownership=Ownership.PRIVATE), [], "kind"),
        (_K.CENTRAL_PRIMARY, FACTS, [OPEN], "kind"),
        (_K.CENTRAL_PRIMARY, FACTS, [ENDED], None),  # again, after a pause
        (_K.PUBLIC_BOARDING, FACTS, [OPEN], None),  # one school may be two of them
    ],
)
def test_designations(
    kind: DesignationKind,
    facts: SchoolFactsDraft,
    on_file: list[DesignationSpan],
    field: str | None,
) -> None:
    with refused(field):
        schools.check_designation(kind, date(2025, 9, 1), on_file, facts, TODAY)


@pytest.mark.parametrize(
    ("ended_on", "field"), [(LAST_YEAR, None), (date(2024, 8, 31), "ended_on")]
)
def test_ends_of_designations(ended_on: date, field: str | None) -> None:
    with refused(field):
        schools.check_end_of_designation(OPEN, ended_on, TODAY)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        (SchoolNumbers(None, None, None, None), None),  # all of it missing
        (SchoolNumbers(0, 0, 0, 0), None),
        (SchoolNumbers(300, None, 40, 50), None),  # nothing to compare with
        (SchoolNumbers(300, 20, 20, 20), None),
        (SchoolNumbers(300, 20, 21, None), "backbone_teachers_count"),
        (SchoolNumbers(300, 20, None, 21), "eligible_teachers_count"),
    ],
)
def test_figures(numbers: SchoolNumbers, field: str | None) -> None:
    with refused(field):
        schools.check_numbers(numbers)


SCHOOL = SchoolStanding(1, "本校", opened_on=LAST_YEAR)
HEIR = SchoolStanding(2, "承接校")


@pytest.mark.parametrize(
    ("draft", "successor", "chain", "field"),
    [
        (ClosureDraft(TODAY, False, None), None, [], None),
        (ClosureDraft(TODAY, True, "承接校"), HEIR, [], None),
        (ClosureDraft(TODAY, False, "承接校"), HEIR, [], None),
        (ClosureDraft(TODAY, True, None), None, [], "successor"),
        (ClosureDraft(date(2024, 8, 31), False, None), None, [], "closed_on"),
        (ClosureDraft(date(2205, 8, 31), False, None), None, [], "closed_on"),
        (ClosureDraft(TODAY, True, "本校"), SCHOOL, [], "successor"),
        (ClosureDraft(TODAY, True, "承接校"), HEIR, [3, 1], "successor"),  # a ring
        (ClosureDraft(TODAY, True, "x"), replace(HEIR, closed_on=LAST_YEAR), [], "successor"),
        # It closes later itself: until then it inherits, and has a successor of its own.
        (ClosureDraft(TODAY, True, "x"), replace(HEIR, closed_on=date(2026, 7, 1)), [], None),
    ],
)
def test_closing(
    draft: ClosureDraft, successor: SchoolStanding | None, chain: list[int], field: str | None
) -> None:
    with refused(field):
        schools.check_closure(draft, SCHOOL, successor, chain, TODAY)


@pytest.mark.parametrize(
    ("legal", "has_campuses", "field"),
    [
        (HEIR, False, None),
        (SCHOOL, False, "legal_school"),
        (replace(HEIR, legal_school_id=3), False, "legal_school"),
        (HEIR, True, "legal_school"),
        (replace(HEIR, closed_on=LAST_YEAR), False, "legal_school"),
    ],
)
def test_legal_schools(legal: SchoolStanding, has_campuses: bool, field: str | None) -> None:
    with refused(field):
        schools.check_legal_school(SCHOOL, legal, has_campuses=has_campuses)


# --- school years -------------------------------------------------------------------------------

YEAR = SchoolYearDraft(
    "2025-2026",
    Span(date(2025, 9, 1), date(2026, 8, 31)),
    (Span(date(2025, 9, 1), date(2026, 1, 23)), Span(date(2026, 2, 25), date(2026, 7, 3))),
)
FIRST, SECOND = YEAR.terms
BEFORE = ("2024-2025", Span(date(2024, 9, 1), date(2025, 8, 31)))


@pytest.mark.parametrize(
    ("draft", "others", "field"),
    [
        (YEAR, [BEFORE], None),
        (replace(YEAR, name="2025-2027"), [], "name"),
        (replace(YEAR, name="2025"), [], "name"),
        (replace(YEAR, name="2024-2025"), [], "starts_on"),
        (replace(YEAR, year=Span(date(2026, 9, 1), date(2026, 8, 31))), [], "starts_on"),
        (replace(YEAR, terms=(Span(FIRST.ends_on, FIRST.starts_on), SECOND)), [], "first_ends_on"),
        (
            replace(YEAR, terms=(FIRST, Span(SECOND.ends_on, SECOND.starts_on))),
            [],
            "second_ends_on",
        ),
        (
            replace(YEAR, terms=(Span(date(2025, 8, 30), FIRST.ends_on), SECOND)),
            [],
            "first_starts_on",
        ),
        (
            replace(YEAR, terms=(FIRST, Span(FIRST.ends_on, SECOND.ends_on))),
            [],
            "second_starts_on",
        ),
        (
            replace(YEAR, terms=(FIRST, Span(SECOND.starts_on, date(2026, 9, 1)))),
            [],
            "second_ends_on",
        ),
        (YEAR, [(YEAR.name, YEAR.year)], "name"),
        (YEAR, [("2024-2025", Span(date(2024, 9, 1), date(2025, 9, 1)))], "starts_on"),
    ],
)
def test_school_years(
    draft: SchoolYearDraft, others: list[tuple[str, Span]], field: str | None
) -> None:
    with refused(field):
        check_school_year(draft, others)


# --- school districts ---------------------------------------------------------------------------


def belonging(left_on: date | None) -> districts.Belonging:
    return districts.Belonging(1, "东部学区", 7, LAST_YEAR, left_on)


@pytest.mark.parametrize(
    ("subject", "joined_on", "on_file", "field"),
    [
        (7, TODAY, [], None),
        (7, TODAY, [belonging(None)], "school"),
        (8, TODAY, [belonging(None)], None),
        (7, TODAY, [belonging(date(2025, 8, 31))], None),
        (7, date(2025, 8, 31), [belonging(date(2025, 8, 31))], "school"),
        (7, date(2024, 8, 31), [], "joined_on"),  # before the district was there
        (7, date(2205, 8, 31), [], "joined_on"),
    ],
)
def test_joining_a_district(
    subject: int, joined_on: date, on_file: list[districts.Belonging], field: str | None
) -> None:
    with refused(field):
        districts.check_joining(subject, joined_on, on_file, LAST_YEAR, TODAY, field="school")


@pytest.mark.parametrize(("day", "is_refused"), [(LAST_YEAR, False), (date(2024, 8, 31), True)])
def test_ends_come_after_beginnings(day: date, is_refused: bool) -> None:
    with refused("left_on" if is_refused else None):
        districts.check_leaving(LAST_YEAR, day, TODAY)
    with refused("dissolved_on" if is_refused else None):
        districts.check_dissolution(LAST_YEAR, day, TODAY)
