"""A ledger is held against the timetable: nobody is at another school than the planned one."""

from datetime import date

import pytest
from sqlalchemy import select

from community.communities.models import Community
from community.journal.services import writing
from community.kernel.database import session, transaction
from community.kernel.i18n import use_locale
from community.registry.models import School
from community.walking_teaching.rules import VisitState
from tests.conftest import OPERATOR
from tests.factories import (
    PlannedVisitFactory,
    TermFactory,
    WalkingTeachingArrangementFactory,
)
from tests.imports.conftest import Desk
from tests.imports.workbooks import KINDERGARTEN, PIVOT, VILLAGE, registers, visit, visits


def plan(receiver: str, state: VisitState = VisitState.PLANNED) -> None:
    """A visit of the ledger's teacher to a school, on its day in its lessons."""
    arranged = arrange(receiver)
    with transaction(), writing(actor=OPERATOR, action="test.recorded"):
        PlannedVisitFactory.create(
            **arranged,
            held_on=date(2024, 9, 11),
            staff_number="ｊｄ0801",
            state=state,
            reason="考试" if state is VisitState.CANCELLED else None,
        )


def arrange(receiver: str, **changes: object) -> dict[str, int]:
    """An arrangement of the ledger's teacher at a school."""
    with transaction(), writing(actor=OPERATOR, action="test.recorded"):
        found = session().scalars(select(Community).filter_by(code="JD-91")).one()
        ids = {
            name: school_id for school_id, name in session().execute(select(School.id, School.name))
        }
        place = {"county_id": found.county_id, "community_id": found.id}
        arranged = WalkingTeachingArrangementFactory.create(
            **place,
            sender_id=ids[PIVOT],
            receiver_id=ids[receiver],
            term_id=TermFactory.create(school_year__name="2030-2031").id,
            staff_number="JD0801",
            **changes,
        )
        return {**place, "arrangement_id": arranged.id}


@pytest.mark.parametrize(
    ("receiver", "state", "lessons", "expected"),
    [
        (KINDERGARTEN, VisitState.PLANNED, "第2-3节", [(2, "I", "overlapping_teacher")]),
        (KINDERGARTEN, VisitState.PLANNED, "第5节", []),
        (KINDERGARTEN, VisitState.CANCELLED, "第2-3节", []),
        (VILLAGE, VisitState.PLANNED, "第2-3节", []),  # the row is that very visit
    ],
)
def test_a_row_against_a_planned_visit(
    desk: Desk, receiver: str, state: VisitState, lessons: str, expected: list[tuple[object, ...]]
) -> None:
    desk.run(registers())
    plan(receiver, state)
    result = desk.try_run(visits(visit(节次=lessons, 课时=len(lessons) // 3)), history=True)
    assert [(error.row, error.column, error.code) for error in result.errors] == expected


def test_a_row_of_a_teacher_who_is_full_time_elsewhere(desk: Desk) -> None:
    desk.run(registers())
    arrange(KINDERGARTEN, kind="rotation", starts_on=date(2024, 9, 1))
    (error,) = desk.try_run(visits(visit(节次="第5节", 课时=1)), history=True).errors
    assert (error.row, error.column, error.code) == (2, "I", "overlapping_teacher")
    with use_locale("en"):
        said = str(error.message)
    for part in ("JD0801", KINDERGARTEN, "2024-09-11", "full time"):
        assert part in said


def test_the_refusal_names_both(desk: Desk) -> None:
    desk.run(registers())
    plan(KINDERGARTEN)
    (error,) = desk.try_run(visits(visit())).errors
    with use_locale("en"):
        said = str(error.message)
    for part in ("JD0801", KINDERGARTEN, "2024-09-11", "第2-3节"):
        assert part in said
