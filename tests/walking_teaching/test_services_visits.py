"""Planned visits: from a timetable, reported, cancelled, substituted, moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from community.activities.rules import ActivityDraft, ActivityState, Report, Sheet, Subject
from community.kernel.database import session
from community.registry.models import School
from community.walking_teaching import services
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.rules import (
    VisitState,
    WalkingTeachingSessionDraft,
    read_lessons,
)
from tests.activities.records import record
from tests.conftest import Recording, recording_in
from tests.walking_teaching.conftest import (
    CLERK,
    LEAD,
    THURSDAY,
    TODAY,
    TUESDAY,
    Timetables,
    slot,
)

TUESDAYS = [date(2024, 10, day) for day in (8, 15, 22, 29)]
THURSDAYS = [date(2024, 10, day) for day in (10, 17, 24, 31)]
LAST_TUESDAY, NEXT_THURSDAY = date(2024, 10, 15), date(2024, 10, 17)
PLANNED, TAUGHT = VisitState.PLANNED, VisitState.TAUGHT


def session_of(
    timetables: Timetables, *, receiver_id: int, lessons: str = "第2-3节", number: str = "JD0801"
) -> WalkingTeachingSessionDraft:
    """A session of last Tuesday, as the form of a session gives it."""
    own, read = timetables.world.own, read_lessons(lessons)
    return WalkingTeachingSessionDraft(
        activity=ActivityDraft(
            sheet=Sheet.WALKING_TEACHING,
            community_id=own.community_id,
            county_id=own.county_id,
            held_on=LAST_TUESDAY,
            kind=timetables.draft().kind,
            mode=None,
            subject=Subject.MUSIC,
            periods=read.periods,
            provider_id=own.lead_id,
            receiver_ids=(receiver_id,),
            confirmer_names=(None,),
            confirmed_on=None,
            evidence=(),
            note=None,
        ),
        teacher_name="陈静",
        staff_number=number,
        slots_text=lessons,
        slots_mask=read.mask,
        travel_mode=None,
    )


def report_by_hand(timetables: Timetables, draft: WalkingTeachingSessionDraft, key: str) -> str:
    source = Report(timetables.world.own.lead_id, key)
    return timetables.refusal(LEAD, services.report_session, draft, source)


# --- planning -----------------------------------------------------------------------------------


def test_a_timetable_becomes_visits_that_are_in_no_figure(timetables: Timetables) -> None:
    arranged = timetables.arrange(is_planned=False)
    assert timetables.visits(arranged) == {}
    preview = timetables.do(LEAD, services.preview_plan, arranged)
    assert preview.plan.months == {(2024, 10): 8}
    assert preview.days_over == 3
    assert preview.may_be_planned
    assert timetables.do(LEAD, services.plan_visits, arranged) == 8
    assert timetables.visits(arranged) == dict.fromkeys(sorted(TUESDAYS + THURSDAYS), PLANNED)
    assert timetables.records() == [], "planned is never done"


def test_visits_are_planned_once(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    assert timetables.do(LEAD, services.plan_visits, arranged) == 0
    assert not timetables.do(LEAD, services.preview_plan, arranged).may_be_planned
    assert len(timetables.visits(arranged)) == 8


def test_the_same_form_enters_one_arrangement(timetables: Timetables) -> None:
    draft = timetables.draft()

    def enter(*, actor: Any) -> int:
        return services.create_arrangement(draft, actor=actor, form_key="form").id

    assert timetables.do(LEAD, enter) == timetables.do(LEAD, enter)


def test_full_time_teaching_has_no_visits(timetables: Timetables) -> None:
    drafted = timetables.draft()
    arranged = timetables.arrange(
        kind="rotation", slots=(), ends_on=drafted.term.year_ends_on, subject=None
    )
    assert timetables.visits(arranged) == {}
    assert "No visit falls" in timetables.refusal(LEAD, services.plan_visits, arranged)


@pytest.mark.once
def test_full_time_teaching_leaves_no_day_for_another_school(timetables: Timetables) -> None:
    """In its form, in the form of weekly lessons and of a session, in planning: both are named."""
    own = timetables.world.own
    timetables.arrange()  # at the rural member, in October
    unplanned = timetables.arrange(is_planned=False, staff_number="JD0802")
    year = timetables.draft().term.year_ends_on
    full: dict[str, Any] = {"kind": "rotation", "slots": (), "subject": None, "ends_on": year}
    elsewhere = {**full, "receiver_id": own.pivot_id}
    with timetables.app.app_context():
        names = [session().get_one(School, n).name for n in (own.member_id, own.pivot_id)]

    def refused(**changes: Any) -> str:
        return timetables.refusal(LEAD, services.create_arrangement, timetables.draft(**changes))

    for number in ("JD0801", "jd0802"):
        said = refused(**elsewhere, staff_number=number)
        assert "2024-10-08" in said, number
        assert all(name in said for name in names)
    assert timetables.visits(unplanned) == {}
    later = {**elsewhere, "starts_on": date(2024, 11, 4)}
    assert not refused(**later), "after the weekly lessons"
    support = {**full, "kind": "support_teaching", "starts_on": date(2024, 12, 2)}
    assert "2024-12-02" in refused(**support), "full time at two schools"
    weekly = {"starts_on": date(2024, 11, 4), "ends_on": date(2024, 11, 29)}
    assert "2024-11-05" in refused(**weekly), "weekly lessons beside it"
    assert not refused(**weekly, receiver_id=own.pivot_id), "lessons where the teacher is"
    # A session elsewhere, and visits that are planned only afterwards.
    timetables.arrange(**elsewhere, staff_number="JD0803")
    draft = session_of(timetables, receiver_id=own.member_id, number="JD0803")
    assert "full time" in report_by_hand(timetables, draft, "elsewhere")
    with recording_in(timetables.app):
        session().get_one(WalkingTeachingArrangement, unplanned).staff_number = "JD0803"
    assert "full time" in timetables.refusal(LEAD, services.plan_visits, unplanned)


@pytest.mark.once
def test_a_full_time_arrangement_is_not_in_its_own_way(timetables: Timetables) -> None:
    draft = timetables.draft(kind="rotation", slots=(), subject=None)
    arranged = timetables.arrange(kind="rotation", slots=(), subject=None)
    longer = replace(draft, ends_on=draft.term.year_ends_on)

    def change(*, actor: Any) -> None:
        services.change_arrangement(arranged, longer, holds_from=TODAY, revision=1, actor=actor)

    assert not timetables.refusal(LEAD, change)


# --- reporting ----------------------------------------------------------------------------------


def test_a_taught_visit_becomes_a_record_that_waits(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, LAST_TUESDAY)
    taught = [services.TaughtVisit(visit_id, "档001")]
    assert timetables.do(LEAD, services.report_taught, taught) == 1
    (found,) = timetables.records()
    assert found.state is ActivityState.SUBMITTED
    assert (found.held_on, found.periods_count, found.subject) == (LAST_TUESDAY, 2, "music")
    assert found.reported_by_school_id == timetables.world.own.lead_id
    assert timetables.visit(visit_id).activity_id == found.id
    assert timetables.visits(arranged)[LAST_TUESDAY] is TAUGHT


def test_several_are_reported_at_once_and_each_once(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    ids = [timetables.visit_id(arranged, day) for day in (TUESDAYS[0], THURSDAYS[0], TUESDAYS[1])]
    assert timetables.report(*ids) == 3
    assert timetables.report(*ids) == 0, "the form sent twice"
    assert len(timetables.records()) == 3


def test_two_visits_of_one_day_are_no_doubles(timetables: Timetables) -> None:
    arranged = timetables.arrange(slots=(TUESDAY, slot(1, "下午第1节", "14:30-15:10")))
    with timetables.app.app_context():
        waiting = timetables.do(LEAD, services.visits_to_report, LAST_TUESDAY, LAST_TUESDAY)
    assert timetables.report(*(visit.id for visit in waiting)) == 2
    reasons = [found.double_reason for found in timetables.records()]
    assert reasons[0] is None
    assert "下午第1节" in (reasons[1] or "")
    assert len(timetables.visits(arranged)) == 4


def test_one_fault_and_nothing_is_reported(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    past = timetables.visit_id(arranged, LAST_TUESDAY)
    ahead = timetables.visit_id(arranged, NEXT_THURSDAY)
    taught = [services.TaughtVisit(past), services.TaughtVisit(ahead)]
    said = timetables.refusal(LEAD, services.report_taught, taught)
    assert "2024-10-17" in said
    assert "has not taken place yet" in said
    assert timetables.records() == []


def test_nothing_chosen(timetables: Timetables) -> None:
    assert "at least one" in timetables.refusal(LEAD, services.report_taught, [])


def test_a_session_entered_by_hand_is_the_planned_visit(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    draft = session_of(timetables, receiver_id=timetables.world.own.member_id)
    assert report_by_hand(timetables, draft, "by-hand") == ""
    (found,) = timetables.records()
    assert timetables.visit(timetables.visit_id(arranged, LAST_TUESDAY)).activity_id == found.id
    assert timetables.report(timetables.visit_id(arranged, LAST_TUESDAY)) == 0


def test_a_session_elsewhere_is_refused_by_naming_the_visit(timetables: Timetables) -> None:
    timetables.arrange()
    draft = session_of(timetables, receiver_id=timetables.world.own.pivot_id, lessons="第3节")
    said = report_by_hand(timetables, draft, "elsewhere")
    assert "two places at once" in said
    assert "第2-3节 08:50–10:20" in said
    assert timetables.records() == []
    other = replace(draft, staff_number="JD0999")
    assert report_by_hand(timetables, other, "another") == ""


def test_a_visit_is_refused_where_a_record_stands(
    timetables: Timetables, recording: Recording
) -> None:
    with recording():
        record(
            timetables.world.own,
            LAST_TUESDAY,
            sheet=Sheet.WALKING_TEACHING,
            receiver_id=timetables.world.own.pivot_id,
            details={"staff_number": "JD0801", "slots_text": "第3节", "slots_mask": 0b1000},
        )
    draft = timetables.draft()
    said = timetables.refusal(LEAD, services.create_arrangement, draft)
    assert "two places at once on 2024-10-15" in said


def test_a_visit_whose_record_was_withdrawn_is_planned_again(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, LAST_TUESDAY)
    timetables.report(visit_id)
    assert "Withdraw that first" in timetables.refusal(LEAD, services.restore_visit, visit_id)


# --- what else becomes of them ------------------------------------------------------------------


def test_a_cancelled_visit_keeps_its_reason_and_may_come_back(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, NEXT_THURSDAY)
    timetables.do(LEAD, services.cancel_visit, visit_id, "期中考试")
    found = timetables.visit(visit_id)
    assert (found.state, found.reason) == (VisitState.CANCELLED, "期中考试")
    assert "not possible" in timetables.refusal(LEAD, services.cancel_visit, visit_id, "又一次")
    timetables.do(LEAD, services.restore_visit, visit_id)
    assert timetables.visit(visit_id).state is PLANNED


def test_a_substitute_teaches(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, LAST_TUESDAY)
    substitute: Callable[..., Any] = services.substitute_visit
    assert "who was planned" in timetables.refusal(
        LEAD, substitute, visit_id, "请假", "陈静", "ｊｄ0801"
    )
    timetables.do(LEAD, substitute, visit_id, "请假", "林红", "JD0802")
    assert timetables.visit(visit_id).state is VisitState.SUBSTITUTED
    timetables.report(visit_id)
    with timetables.app.app_context():
        shown = timetables.do(LEAD, services.visit, visit_id)
    assert (shown.state, shown.teacher_name, shown.planned_name) == (TAUGHT, "林红", "陈静")


def test_a_substitute_who_is_elsewhere_is_refused(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    own = timetables.world.own
    timetables.arrange(staff_number="JD0802", teacher_name="林红", receiver_id=own.pivot_id)
    visit_id = timetables.visit_id(arranged, LAST_TUESDAY)
    said = timetables.refusal(LEAD, services.substitute_visit, visit_id, "请假", "林红", "JD0802")
    assert "林红 (JD0802) cannot be in two places" in said


def test_a_moved_visit_stands_on_its_new_day(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, NEXT_THURSDAY)
    friday = date(2024, 10, 18)
    timetables.do(LEAD, services.move_visit, visit_id, "教师培训", friday, "")
    assert timetables.visit(visit_id).moved_to == friday
    states = timetables.visits(arranged)
    assert (states[NEXT_THURSDAY], states[friday]) == (VisitState.MOVED, PLANNED)
    there = timetables.visit(timetables.visit_id(arranged, friday))
    assert (there.slots_text, there.moved_from_id) == ("下午第1节", visit_id)
    assert there.starts_at == THURSDAY.starts_at


@pytest.mark.parametrize(
    ("day", "lessons", "expected"),
    [
        (date(2025, 3, 1), "", "outside the term"),
        (NEXT_THURSDAY, "", "on this day already"),
        (date(2024, 10, 22), "第3节", "two places at once"),
        (date(2024, 10, 18), "音乐", "names no lesson"),
    ],
)
def test_where_a_visit_does_not_move(
    timetables: Timetables, day: date, lessons: str, expected: str
) -> None:
    arranged = timetables.arrange()
    visit_id = timetables.visit_id(arranged, NEXT_THURSDAY)
    said = timetables.refusal(LEAD, services.move_visit, visit_id, "培训", day, lessons)
    assert expected in said


# --- changes touch what is to come --------------------------------------------------------------


def change(timetables: Timetables, arranged: int, since: date = TODAY, **changes: Any) -> Any:
    draft = timetables.draft(**changes)
    revision = timetables.on_file(arranged).revision

    def act(*, actor: Any) -> Any:
        return services.change_arrangement(
            arranged, draft, holds_from=since, revision=revision, actor=actor
        )

    return act


def test_a_change_touches_planned_visits_to_come_alone(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    timetables.report(timetables.visit_id(arranged, LAST_TUESDAY))
    cancelled = timetables.visit_id(arranged, NEXT_THURSDAY)
    timetables.do(LEAD, services.cancel_visit, cancelled, "考试")
    done = timetables.do(
        LEAD, change(timetables, arranged, slots=(slot(0), THURSDAY), teacher_name="陈静怡")
    )
    assert (done.added, done.changed, done.dropped) == (2, 2, 2)
    assert timetables.visits(arranged) == {
        TUESDAYS[0]: PLANNED,
        THURSDAYS[0]: PLANNED,
        LAST_TUESDAY: TAUGHT,
        NEXT_THURSDAY: VisitState.CANCELLED,
        date(2024, 10, 21): PLANNED,
        date(2024, 10, 24): PLANNED,
        date(2024, 10, 28): PLANNED,
        date(2024, 10, 31): PLANNED,
    }
    names = {
        day: timetables.visit(timetables.visit_id(arranged, day)).teacher_name
        for day in (THURSDAYS[0], THURSDAYS[2])
    }
    assert names == {THURSDAYS[0]: "陈静", THURSDAYS[2]: "陈静怡"}


def test_a_change_does_not_reach_back(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    said = timetables.refusal(LEAD, change(timetables, arranged, LAST_TUESDAY, slots=(TUESDAY,)))
    assert "from today at the earliest" in said


def test_a_stale_change_is_told(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    stale = change(timetables, arranged, grade="五年级")
    timetables.do(LEAD, change(timetables, arranged, grade="六年级"))
    assert "Somebody else has changed" in timetables.refusal(LEAD, stale)


def test_an_ended_arrangement_cancels_the_rest(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    revision = timetables.on_file(arranged).revision

    def end(*, actor: Any) -> int:
        return services.end_arrangement(
            arranged, date(2024, 10, 20), "调离", revision=revision, actor=actor
        )

    assert timetables.do(LEAD, end) == 4
    states = timetables.visits(arranged)
    assert states[NEXT_THURSDAY] is PLANNED
    assert {states[day] for day in (*TUESDAYS[2:], *THURSDAYS[2:])} == {VisitState.CANCELLED}
    assert timetables.on_file(arranged).ended_reason == "调离"


# --- what is refused on entering ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slots": (TUESDAY,)}, "two places at once on 2024-10-08"),
        ({"slots": (slot(1, "第4节", "10:30-11:10"),)}, "10 minutes between"),
        ({"slots": (slot(1, "第5节", "10:45-11:25"),)}, ""),
        ({"slots": (TUESDAY,), "staff_number": "JD0802"}, ""),
    ],
)
def test_a_teacher_in_two_places_is_refused_when_planned(
    timetables: Timetables, changes: dict[str, Any], expected: str
) -> None:
    timetables.arrange()
    draft = timetables.draft(receiver_id=timetables.world.own.pivot_id, **changes)
    said = timetables.refusal(LEAD, services.create_arrangement, draft)
    assert expected in said
    assert bool(said) == bool(expected)


def test_schools_that_are_not_together(timetables: Timetables) -> None:
    world = timetables.world
    draft = timetables.draft(receiver_id=world.sibling.member_id)
    said = timetables.refusal(LEAD, services.create_arrangement, draft)
    assert "is not in the community on 2024-10-08" in said
    outside = timetables.draft(community_id=None)
    said = timetables.refusal(LEAD, services.create_arrangement, outside)
    assert "are in no school district together" in said


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subject": None}, "Choose the school subject"),
        ({"slots": (slot(1, "上午"),)}, "Half-days are for kindergartens"),
    ],
)
def test_what_a_school_needs(
    timetables: Timetables, changes: dict[str, Any], expected: str
) -> None:
    draft = timetables.draft(**changes)
    assert expected in timetables.refusal(LEAD, services.create_arrangement, draft)


# --- who may ------------------------------------------------------------------------------------


def test_the_receiving_school_looks_and_the_sending_one_plans(timetables: Timetables) -> None:
    arranged = timetables.arrange()
    opened = timetables.do(CLERK, services.open_arrangement, arranged)
    assert not opened.may_edit
    visit_id = timetables.visit_id(arranged, NEXT_THURSDAY)
    said = timetables.refusal(CLERK, services.cancel_visit, visit_id, "不来")
    assert "does not have this permission" in said
    assert timetables.do(CLERK, services.visits_to_report, date(2024, 10, 1), TODAY) == []


def test_a_clerk_plans_for_the_own_school(timetables: Timetables) -> None:
    own = timetables.world.own
    arranged = timetables.arrange(
        CLERK, sender_id=own.member_id, receiver_id=own.pivot_id, staff_number="JD0900"
    )
    assert timetables.report(timetables.visit_id(arranged, LAST_TUESDAY), who=CLERK) == 1
    (found,) = timetables.records()
    assert found.reported_by_school_id == own.member_id
    assert timetables.refusal(CLERK, services.create_arrangement, timetables.draft())


def test_nobody_reports_what_the_own_school_received(timetables: Timetables) -> None:
    own = timetables.world.own
    arranged = timetables.arrange(
        CLERK, sender_id=own.member_id, receiver_id=own.lead_id, staff_number="JD0900"
    )
    visit_id = timetables.visit_id(arranged, LAST_TUESDAY)
    assert timetables.do(LEAD, services.visits_to_report, date(2024, 10, 1), TODAY) == []
    said = timetables.refusal(LEAD, services.report_taught, [services.TaughtVisit(visit_id)])
    assert "nobody confirms what their own side reported" in said
