"""What moved between two counts: each case bends one record, and names what must be found."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from community.audits.rules.compare import (
    build_move,
    build_moves,
    build_period_move,
    build_reach_moves,
)
from community.audits.rules.count import (
    CommunityCount,
    Reached,
    build_community_count,
    build_coverage,
)
from community.audits.rules.facts import CharterFacts, MeetingFacts
from community.audits.rules.record_moves import RecordKind
from community.audits.rules.results import Verdict
from community.kernel.i18n import use_locale
from tests.audits.factories import (
    ACTIVITIES,
    BOARDING,
    BOOKS,
    FIRST,
    LATER,
    LEAD,
    MEMBER,
    MEMBERSHIPS,
    OBJECTIVE,
    OPEN,
    PIVOT,
    RULES,
    SECOND,
    D,
    activity,
    day,
    facts,
    period,
    school,
    stay,
    without,
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What records say is compared in one language."""
    with use_locale("en"):
        yield


# Each record has an id, as it has on file.
ON_FILE = tuple(
    replace(a, activity_id=number, subject="chinese" if number else "english")
    for number, a in enumerate(ACTIVITIES)
)
(TRANSFER,) = (a for a in ON_FILE if a.kind is BOOKS)


def counted(as_of: Any = D, **overrides: Any) -> CommunityCount:
    return build_community_count(
        facts(**{"activities": ON_FILE, **overrides}), period(as_of), RULES
    )


def with_activity(**overrides: Any) -> dict[str, Any]:
    others = tuple(a for a in ON_FILE if a is not TRANSFER)
    return {"activities": (*others, replace(TRANSFER, **overrides))}


def with_stay(number: int, **overrides: Any) -> dict[str, Any]:
    (found,) = (m for m in MEMBERSHIPS if m.school.school_id == number)
    return {"memberships": without(number, add=[replace(found, **overrides)])}


def with_school(number: int, **overrides: Any) -> dict[str, Any]:
    (found,) = (m for m in MEMBERSHIPS if m.school.school_id == number)
    changed = replace(found, school=replace(found.school, **overrides))
    return {"memberships": without(number, add=[changed])}


GONE = {"activities": tuple(a for a in ON_FILE if a is not TRANSFER)}

# before, after, criterion that moves, kind of the record that moved it, its text before and after
CASES: Mapping[str, tuple[dict[str, Any], dict[str, Any], str, RecordKind, str, str]] = {
    "activity added": (GONE, {}, "O5", RecordKind.ACTIVITY, "None", "counts"),
    "activity undone": ({}, GONE, "O5", RecordKind.ACTIVITY, "counts", "None"),
    "activity confirmed": (
        with_activity(confirmations=(OPEN,)),
        {},
        "O5",
        RecordKind.ACTIVITY,
        "Not confirmed",
        "counts",
    ),
    "confirmation comes to be known": (
        with_activity(confirmations=(LATER,)),
        {},
        "O5",
        RecordKind.ACTIVITY,
        "Confirmed later",
        "counts",
    ),
    "evidence withdrawn": (
        {},
        with_activity(has_evidence=False),
        "O5",
        RecordKind.ACTIVITY,
        "counts",
        "Without evidence",
    ),
    "signature": (
        with_stay(3, signed_on=None),
        {},
        "R1",
        RecordKind.MEMBERSHIP,
        "None",
        "2024-06-01",
    ),
    "responsible person": (
        with_stay(3, responsible_person=None),
        {},
        "R2",
        RecordKind.MEMBERSHIP,
        "None",
        "Somebody",
    ),
    "member left": (
        {},
        with_stay(5, left_on=day("2025-10-01")),
        "S3",
        RecordKind.MEMBERSHIP,
        "rural member school",
        "None",
    ),
    "designation": (
        with_school(4, designations=frozenset()),
        {},
        "S2",
        RecordKind.SCHOOL,
        "",
        "public boarding school",
    ),
    "urban class": (
        with_school(1, urban_rural_class=None),
        {},
        "S1",
        RecordKind.SCHOOL,
        "None",
        "111",
    ),
    "pupils": (with_school(1, pupils=None), {}, "S5", RecordKind.SCHOOL, "None", "100"),
    "second community": (
        {},
        {"schools_elsewhere": frozenset({5})},
        "S6",
        RecordKind.SCHOOL,
        "No",
        "Yes",
    ),
    "five-year plan": ({"is_listed": None}, {}, "G1", RecordKind.COMMUNITY, "None", "Yes"),
    "objective reviewed": (
        {"objectives": (replace(OBJECTIVE, reviewed_on=None),)},
        {},
        "G2",
        RecordKind.OBJECTIVE,
        "—",
        "2025-08-20",
    ),
    "charter": (
        {"charters": ()},
        {},
        "R1",
        RecordKind.CHARTER,
        "None",
        "2024-09-01",
    ),
    "charter ended": (
        {},
        {"charters": (CharterFacts("Charter", day("2024-09-01"), day("2025-08-31")),)},
        "R1",
        RecordKind.CHARTER,
        "2027-08-31",
        "2025-08-31",
    ),
    "minutes": (
        {"meetings": (MeetingFacts(FIRST, "Start", True), MeetingFacts(SECOND, "Spring", False))},
        {},
        "R3",
        RecordKind.MEETING,
        "",
        "",
    ),
    "waiver": (
        {"memberships": without(4)},
        {"memberships": without(4), "waivers": {("S2", str(BOARDING)): "none here (Li)"}},
        "S2",
        RecordKind.WAIVER,
        "None",
        "none here (Li)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_record_that_moved_is_named_at_its_criterion(case: str) -> None:
    before, after, criterion_id, kind, was, now = CASES[case]
    move = build_move(counted(**before), counted(**after))
    assert move.is_moved
    (criterion,) = (c for c in move.criteria if c.result.id == criterion_id)
    records = [r for r in criterion.records if r.kind is kind]
    assert len(records) == 1, criterion.records
    assert was in str(records[0].before)
    assert now in str(records[0].after)


def test_every_other_criterion_keeps_still() -> None:
    move = build_move(counted(**with_stay(3, signed_on=None)), counted())
    assert [c.result.id for c in move.criteria] == ["R1"]
    assert (move.verdict_before, move.verdict_after) == (Verdict.PENDING_DATA, Verdict.COUNTED)
    assert move.changes_verdict


def test_a_value_that_moves_without_the_outcome_is_told_apart() -> None:
    more = activity(BOOKS, SECOND, provider_id=1, activity_id=99, subject=None)
    move = build_move(counted(), counted(activities=(*ON_FILE, more)))
    outcomes = {c.result.id: c.changes_outcome for c in move.criteria}
    assert outcomes == {"O5": False}
    assert not move.changes_verdict


def test_nothing_moved() -> None:
    move = build_move(counted(), counted())
    assert not move.is_moved
    assert move.other_records == ()


def test_a_record_that_moves_no_criterion_is_kept_apart() -> None:
    outside = activity(BOOKS, day("2025-10-01"), activity_id=98, subject=None)
    move = build_move(counted(), counted(activities=(*ON_FILE, outside)))
    assert not move.is_moved
    (record,) = move.other_records
    assert record.record_id == 98
    assert "Outside the period" in str(record.after)


def test_a_day_moves_criteria_without_any_record() -> None:
    early = counted(as_of=day("2024-12-31"))
    move = build_move(early, counted())
    (criterion,) = (c for c in move.criteria if c.result.id == "G2" or c.result.id == "R3")
    assert criterion.records == ()
    assert build_period_move(early.period, period()).as_of
    assert not build_period_move(period(), period())


def test_a_community_that_begins_has_no_verdict_before() -> None:
    move = build_move(None, counted())
    assert (move.verdict_before, move.verdict_after) == (None, Verdict.COUNTED)
    assert move.is_moved
    assert move.criteria == ()
    (record,) = move.other_records
    assert record.before is None
    assert build_move(counted(), None).verdict_after is None


def test_those_whose_verdict_changed_come_first() -> None:
    still = counted(community_id=1, code="JD-01")
    valued = counted(community_id=2, code="JD-02")
    turned = counted(community_id=3, code="JD-03", **with_stay(3, signed_on=None))
    more = activity(BOOKS, SECOND, provider_id=1, activity_id=99, subject=None)
    after = [
        still,
        counted(community_id=2, code="JD-02", activities=(*ON_FILE, more)),
        counted(community_id=3, code="JD-03"),
    ]
    moves = build_moves([still, valued, turned], after)
    assert [(m.code, m.changes_verdict, m.is_moved) for m in moves] == [
        ("JD-03", True, True),
        ("JD-02", False, True),
        ("JD-01", False, False),
    ]


def test_schools_that_come_to_be_covered() -> None:
    rural = [school(n, urban_rural_class="220") for n in (5, 6)]
    member = replace(stay(MEMBER, 5), school=rural[0])
    others = (stay(LEAD, 1), stay(PIVOT, 2))
    before = build_coverage(1, rural, [counted(memberships=others)], D)
    after = build_coverage(1, rural, [counted(memberships=(*others, member))], D)
    (move,) = build_reach_moves(before.schools, after.schools)
    assert move.school.school_id == 5
    assert (move.before, move.after) == (Reached.OUTSIDE, Reached.INSIDE)
    assert build_reach_moves(after.schools, after.schools) == ()
