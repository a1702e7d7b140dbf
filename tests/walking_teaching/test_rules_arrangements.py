"""What an arrangement may say, what becomes of a visit, and what goes on in the next term."""

from dataclasses import replace
from datetime import date, time
from itertools import product

import pytest

from community.activities.rules import ActivityKind, Subject
from community.kernel.errors import RuleViolationError
from community.walking_teaching.rules import (
    VISITS,
    ArrangementDraft,
    Rhythm,
    SchoolThen,
    SlotDraft,
    StaysBehind,
    TermDays,
    VisitMove,
    VisitState,
    check_arrangement,
    check_moved_to,
    check_taught_on,
    check_turn,
    may_turn,
    next_term,
    read_lessons,
    roll_draft,
    stays_behind,
)

TERM = TermDays(1, 1, "2024-2025", date(2024, 9, 2), date(2025, 1, 17), date(2025, 8, 31))
NEXT = TermDays(2, 2, "2024-2025", date(2025, 2, 17), date(2025, 7, 4), date(2025, 8, 31))
TUESDAY = SlotDraft(1, read_lessons("第2-3节"), time(8, 50), time(10, 20))
DRAFT = ArrangementDraft(
    community_id=1,
    kind=ActivityKind.WALKING_TEACHING,
    teacher_name="陈静",
    staff_number="JD0801",
    sender_id=1,
    receiver_id=2,
    subject=Subject.MUSIC,
    grade=None,
    term=TERM,
    starts_on=TERM.starts_on,
    ends_on=TERM.ends_on,
    travel_mode=None,
    travel_minutes=20,
    note=None,
    slots=(TUESDAY,),
)
FULL_TIME = replace(DRAFT, kind=ActivityKind.ROTATION, slots=(), ends_on=TERM.year_ends_on)


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (DRAFT, "a weekly lesson"),
        (FULL_TIME, "a rotation lasts for the year"),
        (replace(DRAFT, slots=(TUESDAY, replace(TUESDAY, weekday=3))), "two weekdays"),
        (replace(DRAFT, slots=(replace(TUESDAY, starts_at=None, ends_at=None),)), "no hours"),
        (
            replace(
                DRAFT,
                slots=(
                    replace(TUESDAY, rhythm=Rhythm.ODD_WEEKS),
                    replace(TUESDAY, rhythm=Rhythm.EVEN_WEEKS),
                ),
            ),
            "weeks that never meet",
        ),
    ],
)
def test_what_can_be_meant(draft: ArrangementDraft, why: str) -> None:
    check_arrangement(draft)


@pytest.mark.parametrize(
    ("draft", "field", "why"),
    [
        (replace(DRAFT, receiver_id=1), "receiver", "sends to itself"),
        (replace(DRAFT, slots=()), "slots", "nothing a week"),
        (replace(FULL_TIME, slots=(TUESDAY,)), "slots", "full time has no weekly lessons"),
        (replace(DRAFT, ends_on=date(2024, 9, 1)), "ends_on", "ends before it begins"),
        (replace(DRAFT, starts_on=date(2024, 9, 1)), "starts_on", "before the term"),
        (replace(DRAFT, ends_on=date(2025, 1, 18)), "ends_on", "after the term"),
        (replace(FULL_TIME, ends_on=date(2025, 9, 1)), "ends_on", "after the school year"),
        (replace(DRAFT, slots=(replace(TUESDAY, ends_at=None),)), "slots", "one hour alone"),
        (replace(DRAFT, slots=(replace(TUESDAY, ends_at=time(8, 50)),)), "slots", "no time at all"),
        (
            replace(DRAFT, slots=(TUESDAY, replace(TUESDAY, lessons=read_lessons("第3节")))),
            "slots",
            "the same lesson twice",
        ),
    ],
)
def test_what_cannot_be_meant(draft: ArrangementDraft, field: str, why: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        check_arrangement(draft)
    assert refused.value.field == field, why


# --- visits -------------------------------------------------------------------------------------


def test_every_turn_of_a_visit_is_in_the_table() -> None:
    assert set(VISITS) == set(VisitMove)
    possible = {
        (state, move) for state, move in product(VisitState, VisitMove) if may_turn(state, move)
    }
    opening = (VisitState.PLANNED, VisitState.SUBSTITUTED)
    assert possible == {
        *product(opening, set(VisitMove) - {VisitMove.RESTORE}),
        (VisitState.CANCELLED, VisitMove.RESTORE),
        (VisitState.TAUGHT, VisitMove.RESTORE),
    }


@pytest.mark.parametrize("move", VisitMove)
def test_a_moved_visit_moves_no_more(move: VisitMove) -> None:
    with pytest.raises(RuleViolationError):
        check_turn(VisitState.MOVED, move, "理由")


@pytest.mark.parametrize("move", [VisitMove.CANCEL, VisitMove.SUBSTITUTE, VisitMove.MOVE])
def test_a_reason_is_needed(move: VisitMove) -> None:
    with pytest.raises(RuleViolationError) as refused:
        check_turn(VisitState.PLANNED, move, "  ")
    assert refused.value.field == "reason"
    assert check_turn(VisitState.PLANNED, move, "请假").leads_to is VISITS[move].leads_to


def test_a_visit_is_taught_once_its_day_has_come() -> None:
    today = date(2024, 10, 8)
    check_taught_on(today, today)
    with pytest.raises(RuleViolationError):
        check_taught_on(date(2024, 10, 9), today)


@pytest.mark.parametrize("day", [date(2024, 10, 8), date(2024, 9, 1), date(2025, 1, 18)])
def test_days_to_which_no_visit_moves(day: date) -> None:
    with pytest.raises(RuleViolationError) as refused:
        check_moved_to(date(2024, 10, 8), day, TERM.starts_on, TERM.ends_on)
    assert refused.value.field == "moved_to"


# --- the next term ------------------------------------------------------------------------------

OPEN = SchoolThen("甲小学", is_open=True, is_member=True, district_ids=frozenset({1}))


@pytest.mark.parametrize(
    ("draft", "ended_on", "receiver", "is_done", "expected"),
    [
        (DRAFT, None, OPEN, False, None),
        (DRAFT, None, OPEN, True, StaysBehind.DONE),
        (DRAFT, date(2024, 11, 1), OPEN, False, StaysBehind.ENDED),
        (DRAFT, None, replace(OPEN, is_open=False), False, StaysBehind.SCHOOL_CLOSED),
        (DRAFT, None, replace(OPEN, is_member=False), False, StaysBehind.NOT_TOGETHER),
        (replace(DRAFT, community_id=None), None, replace(OPEN, is_member=False), False, None),
        (
            replace(DRAFT, community_id=None),
            None,
            replace(OPEN, district_ids=frozenset({2})),
            False,
            StaysBehind.NOT_TOGETHER,
        ),
    ],
)
def test_what_goes_on(
    draft: ArrangementDraft,
    ended_on: date | None,
    receiver: SchoolThen,
    is_done: bool,
    expected: StaysBehind | None,
) -> None:
    assert stays_behind(draft, ended_on, OPEN, receiver, is_done=is_done) is expected


def test_what_lasts_needs_no_taking_over() -> None:
    found = stays_behind(FULL_TIME, None, OPEN, OPEN, is_done=False, lasts=True)
    assert found is StaysBehind.LASTS


def test_the_next_term() -> None:
    assert next_term(TERM, [NEXT, TERM]) == NEXT
    assert next_term(NEXT, [NEXT, TERM]) is None
    again = roll_draft(replace(DRAFT, starts_on=date(2024, 10, 1)), NEXT)
    assert (again.starts_on, again.ends_on, again.slots) == (
        NEXT.starts_on,
        NEXT.ends_on,
        DRAFT.slots,
    )
    assert roll_draft(FULL_TIME, NEXT).ends_on == NEXT.year_ends_on
