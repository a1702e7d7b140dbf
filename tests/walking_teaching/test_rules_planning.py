"""From weekly lessons to the days of a term."""

from datetime import date, time, timedelta

import pytest

from community.kernel.calendar import CalendarDay, DayKind, calendar_day
from community.kernel.errors import RuleViolationError
from community.walking_teaching.rules import (
    LeftOut,
    Rhythm,
    SlotDraft,
    TermSpan,
    VisitPlan,
    build_plan,
    build_week,
    monday_of,
    read_lessons,
)
from community.walking_teaching.rules.weeks import OnATimetable

MON, TUE, WED, THU, FRI = range(5)
FIRST, LAST = date(2024, 9, 2), date(2025, 1, 17)
TERM = TermSpan(FIRST, LAST)


def slot(weekday: int, lessons: str = "第2-3节", rhythm: Rhythm = Rhythm.EVERY_WEEK) -> SlotDraft:
    return SlotDraft(weekday, read_lessons(lessons), rhythm=rhythm)


def plan(*slots: SlotDraft, first: date = FIRST, last: date = LAST) -> VisitPlan:
    return build_plan(slots, first, last, [TERM], calendar_day)


def days(found: VisitPlan) -> list[str]:
    return [visit.held_on.isoformat() for visit in found.visits]


@pytest.mark.parametrize(
    ("day", "kind", "follows", "is_stated", "why"),
    [
        (date(2024, 10, 8), DayKind.WORKDAY, None, True, "an ordinary Tuesday"),
        (date(2024, 9, 7), DayKind.WEEKEND, None, True, "an ordinary Saturday"),
        (date(2024, 10, 1), DayKind.HOLIDAY, None, True, "National Day"),
        (date(2024, 9, 14), DayKind.MAKE_UP, date(2024, 9, 16), True, "one day for one day"),
        (date(2024, 9, 29), DayKind.MAKE_UP, date(2024, 10, 4), False, "the first of two"),
        (date(2024, 10, 12), DayKind.MAKE_UP, date(2024, 10, 7), False, "the second of two"),
        (date(2026, 10, 10), DayKind.MAKE_UP, date(2026, 10, 7), False, "the second of two"),
    ],
)
def test_what_the_public_calendar_says(
    day: date, kind: DayKind, follows: date | None, is_stated: bool, why: str
) -> None:
    found = calendar_day(day)
    assert (found.kind, found.follows, found.is_stated) == (kind, follows, is_stated), why


def test_of_a_year_that_is_not_published_only_weekends_are_known() -> None:
    assert calendar_day(date(2090, 10, 2)) == CalendarDay(DayKind.WORKDAY, is_published=False)
    assert calendar_day(date(2090, 10, 1)).kind is DayKind.WEEKEND  # a Sunday
    found = build_plan(
        [slot(MON)],
        date(2090, 10, 2),
        date(2090, 10, 9),
        [TermSpan(FIRST, date(2091, 1, 1))],
        calendar_day,
    )
    assert days(found) == ["2090-10-02", "2090-10-09"]
    assert found.unpublished_years == (2090,)


@pytest.mark.parametrize(
    ("slots", "first", "last", "expected", "why"),
    [
        (
            [slot(TUE)],
            date(2024, 9, 2),
            date(2024, 9, 20),
            ["2024-09-03", "2024-09-10"],
            "17 September is Mid-autumn Festival",
        ),
        (
            [slot(MON)],
            date(2024, 9, 9),
            date(2024, 9, 20),
            ["2024-09-09", "2024-09-14"],
            "Saturday the 14th has the lessons of Monday the 16th",
        ),
        (
            [slot(MON)],
            date(2024, 10, 1),
            date(2024, 10, 14),
            ["2024-10-12", "2024-10-14"],
            "Saturday the 12th has those of Monday the 7th",
        ),
        (
            [slot(FRI)],
            date(2024, 9, 23),
            date(2024, 10, 11),
            ["2024-09-27", "2024-09-29", "2024-10-11"],
            "Sunday the 29th has those of Friday the 4th",
        ),
        (
            [slot(WED, rhythm=Rhythm.ODD_WEEKS)],
            FIRST,
            date(2024, 9, 27),
            ["2024-09-04", "2024-09-18"],
            "the term's first week is odd",
        ),
        (
            [slot(WED, rhythm=Rhythm.EVEN_WEEKS)],
            FIRST,
            date(2024, 9, 27),
            ["2024-09-11", "2024-09-25"],
            "the second one is even",
        ),
        (
            [slot(FRI, rhythm=Rhythm.ODD_WEEKS)],
            date(2024, 9, 28),
            date(2024, 10, 5),
            ["2024-09-29"],
            "a make-up day is in the week of the day it replaces: the fifth",
        ),
        (
            [slot(FRI, rhythm=Rhythm.EVEN_WEEKS)],
            date(2024, 9, 28),
            date(2024, 10, 5),
            [],
            "and not in its own",
        ),
        (
            [slot(TUE, "下午第1节"), slot(TUE)],
            date(2024, 9, 3),
            date(2024, 9, 3),
            ["2024-09-03", "2024-09-03"],
            "two lines on one day",
        ),
        ([], FIRST, LAST, [], "no lines"),
    ],
)
def test_the_days_of_a_timetable(
    slots: list[SlotDraft], first: date, last: date, expected: list[str], why: str
) -> None:
    assert days(plan(*slots, first=first, last=last)) == expected, why


def test_a_day_has_its_lessons_in_their_order() -> None:
    found = plan(slot(TUE, "下午第1节"), slot(TUE), first=FIRST, last=date(2024, 9, 6))
    assert [visit.slot.lessons.text for visit in found.visits] == ["第2-3节", "下午第1节"]


def test_days_left_out_say_why() -> None:
    found = plan(slot(TUE), slot(FRI), first=date(2024, 9, 13), last=date(2025, 1, 31))
    said = {left.day.isoformat(): (left.reason, left.holiday) for left in found.left_out}
    assert said["2024-09-17"] == (LeftOut.HOLIDAY, "Mid-autumn Festival")
    assert said["2024-10-01"] == (LeftOut.HOLIDAY, "National Day")
    assert said["2024-10-04"] == (LeftOut.MADE_UP, "National Day")
    assert said["2025-01-21"] == (LeftOut.BETWEEN_TERMS, None)
    assert "2024-09-16" not in said, "no lessons on a Monday"


def test_figures_of_a_preview() -> None:
    found = plan(slot(MON))
    assert found.months == {(2024, 9): 5, (2024, 10): 4, (2024, 11): 4, (2024, 12): 5, (2025, 1): 2}
    assert sum(found.months.values()) == len(found.visits) == 20
    made_up = [(visit.held_on.day, visit.is_stated) for visit in found.make_up_visits]
    assert made_up == [(14, True), (12, False)]
    assert found.unpublished_years == ()


@pytest.mark.parametrize(
    ("text", "periods", "half_days"),
    [
        ("第2-3节", 2, None),
        (" 下午 第1节 ", 1, None),
        ("第5、6节", 2, None),
        ("上午", None, 1),
        ("全天", None, 2),
    ],
)
def test_lessons_are_read(text: str, periods: int | None, half_days: int | None) -> None:
    found = read_lessons(text)
    assert (found.periods, found.half_days) == (periods, half_days)
    assert found.mask > 0


@pytest.mark.parametrize("text", ["", "音乐", "第0节", "2026-11-23", "周三"])
def test_what_names_no_lesson(text: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        read_lessons(text)
    assert refused.value.field == "lessons"
    assert "第2-3节" in str(refused.value), "it says how to write it"


def test_a_morning_meets_its_lessons() -> None:
    assert read_lessons("上午").mask & read_lessons("第4节").mask
    assert not read_lessons("上午").mask & read_lessons("下午第1节").mask


class Shown(OnATimetable):
    """Something in the grid."""

    def __init__(self, day: int, lessons: str, starts: time | None = None) -> None:
        found = read_lessons(lessons)
        self.day, self.text, self.mask, self.starts = day, found.text, found.mask, starts

    @property
    def held_on(self) -> date:
        return date(2024, 9, 2) + timedelta(days=self.day)

    @property
    def slots_text(self) -> str:
        return self.text

    @property
    def slots_mask(self) -> int:
        return self.mask

    @property
    def starts_at(self) -> time | None:
        return self.starts

    @property
    def ends_at(self) -> time | None:
        return self.starts and self.starts.replace(minute=55)


def test_the_grid_of_a_week() -> None:
    late, early = Shown(1, "下午第1节"), Shown(1, "第2节")
    other = Shown(3, "第2节")
    week = build_week(date(2024, 9, 2), [late, other, early])
    assert len(week.days) == 5
    assert [line.slots_text for line in week.lines] == ["第2节", "下午第1节"]
    assert [len(cell) for cell in week.lines[0].cells] == [0, 1, 0, 1, 0]
    assert week.by_day[1] == (early, late)


def test_a_weekend_is_shown_where_something_is_taught() -> None:
    week = build_week(date(2024, 9, 2), [Shown(5, "第2节")])
    assert len(week.days) == 6
    assert monday_of(date(2024, 9, 8)) == date(2024, 9, 2)


def test_lines_of_other_hours_stand_apart() -> None:
    week = build_week(date(2024, 9, 2), [Shown(1, "第2节", time(9)), Shown(2, "第2节", time(8))])
    assert [line.starts_at for line in week.lines] == [time(8), time(9)]
