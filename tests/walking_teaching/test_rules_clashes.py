"""The same teacher in two places at once, or with less time than the way takes."""

from dataclasses import replace
from datetime import date, time

import pytest

from community.kernel.i18n import use_locale
from community.walking_teaching.rules import (
    ClashKind,
    Engagement,
    clash_between,
    find_first_clash,
    read_lessons,
    span_text,
)

DAY = date(2024, 10, 8)


def posted(school: int = 2, *, is_full_time: bool = True, number: int | None = 9) -> Engagement:
    """A whole year at a school, or weekly lessons there that are not planned yet."""
    span = span_text(date(2024, 9, 1), date(2025, 8, 31))
    return Engagement(
        1,
        "JD0801",
        "陈静",
        DAY,
        0,
        span,
        school,
        f"第{school}小学",
        is_full_time=is_full_time,
        arrangement_id=number,
    )


def entry(
    lessons: str = "第2-3节",
    hours: str = "",
    *,
    school: int = 1,
    number: str = "JD0801",
    travel: int | None = None,
    county: int = 1,
    day: date = DAY,
    visit_id: int | None = None,
    activity_id: int | None = None,
) -> Engagement:
    found = read_lessons(lessons)
    starts, ends = (
        (time.fromisoformat(hour) for hour in hours.split("-")) if hours else (None, None)
    )
    return Engagement(
        county,
        number,
        "陈静",
        day,
        found.mask,
        found.text,
        school,
        f"第{school}小学",
        starts,
        ends,
        travel,
        visit_id,
        activity_id,
    )


@pytest.mark.parametrize(
    ("one", "other", "kind", "why"),
    [
        (entry(), entry("第3节", school=2), ClashKind.SAME_LESSON, "they share the third lesson"),
        (entry(), posted(), ClashKind.FULL_TIME, "full time leaves no lesson for another school"),
        (entry(), posted(1), None, "lessons where the teacher is full time"),
        (posted(1, number=None), posted(), ClashKind.FULL_TIME, "full time at two schools"),
        (posted(number=None), posted(), ClashKind.FULL_TIME, "full time twice at one school"),
        (posted(), posted(1), None, "an arrangement and its change"),
        (posted(number=None), posted(3, is_full_time=False), ClashKind.FULL_TIME, "not planned"),
        (entry(), posted(is_full_time=False), None, "lessons that are not planned yet"),
        (entry(), entry("第4节", school=2), None, "one after the other, no hours known"),
        (entry(), entry("第2节", number="ＪＤ0801", school=2), ClashKind.SAME_LESSON, "widths"),
        (entry(), entry("第2节", number="JD0802", school=2), None, "another teacher"),
        (entry(), entry("第2节", county=2, school=2), None, "numbers are the county's own"),
        (entry(), entry("第2节", day=date(2024, 10, 9), school=2), None, "another day"),
        (
            entry("第2节", "08:50-09:30"),
            entry("第3节", "09:20-10:00", school=2),
            ClashKind.SAME_TIME,
            "each school has its own bell",
        ),
        (
            entry("第2节", "08:50-09:30"),
            entry("第3节", "09:50-10:30", travel=25, school=2),
            ClashKind.TOO_CLOSE,
            "twenty minutes for a way of twenty-five",
        ),
        (
            entry("第3节", "09:50-10:30", travel=25, school=2),
            entry("第2节", "08:50-09:30"),
            ClashKind.TOO_CLOSE,
            "whichever comes first",
        ),
        (
            entry("第2节", "08:50-09:30"),
            entry("第3节", "09:50-10:30", travel=20, school=2),
            None,
            "just in time",
        ),
        (
            entry("第2节", "08:50-09:30", travel=40),
            entry("第3节", "09:40-10:20", travel=40),
            None,
            "at the same school nobody travels",
        ),
        (
            entry("第2节", "08:50-09:30"),
            entry("第3节", "09:30-10:10", school=2),
            None,
            "no way is known",
        ),
        (
            entry("第2节", "08:50-09:30", travel=90),
            entry("第3节", school=2),
            None,
            "no hours of the other one are known",
        ),
        (entry(visit_id=5), entry(visit_id=5), None, "itself"),
        (entry(activity_id=7), entry("第2节", activity_id=7), None, "the record of the visit"),
        (entry("上午"), entry("第2节", school=2), ClashKind.SAME_LESSON, "a half-day takes it all"),
    ],
)
def test_how_two_entries_exclude_each_other(
    one: Engagement, other: Engagement, kind: ClashKind | None, why: str
) -> None:
    found = clash_between(one, other)
    assert (found.kind if found else None) is kind, why


def test_the_first_clash_is_found_on_file_and_among_the_new() -> None:
    new = [entry("第1节"), entry("第2节", school=2)]
    assert find_first_clash(new, []) is None
    on_file = find_first_clash(new, [entry("第2节", school=3)])
    assert on_file is not None
    assert (on_file.entry, on_file.other.school_id) == (new[1], 3)
    twice = find_first_clash([new[0], replace(new[0], school_id=4)], [])
    assert twice is not None
    assert twice.other == new[0]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_refusal_names_both_entries(locale: str) -> None:
    clash = clash_between(
        entry("第2节", "08:50-09:30"), entry("第3节", "09:50-10:30", travel=25, school=2)
    )
    assert clash is not None
    with use_locale(locale):
        said = str(clash.refusal("slots"))
    for part in ("陈静", "JD0801", "2024-10-08", "第1小学", "第2小学", "08:50–09:30", "25", "20"):
        assert part in said
