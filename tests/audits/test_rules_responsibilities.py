"""Clause 权责清晰 (R1–R3): READING.md §4."""

from datetime import date
from typing import Any

import pytest

from community.audits.rules.facts import CharterFacts, MeetingFacts, MembershipFacts
from community.kernel.i18n import use_locale
from tests.audits.factories import LEAD, MEMBER, D, day, judge, remedied, result, stay, without

AFTER, BEFORE = day("2026-01-01"), day("2025-12-30")
IN_FORCE = CharterFacts("Charter", day("2024-09-01"), day("2027-08-31"))
UNDATED = CharterFacts("Charter", None, None)
EXPIRED = CharterFacts("Charter", day("2020-09-01"), BEFORE)


def five(**overrides: Any) -> tuple[MembershipFacts, ...]:
    """The memberships, with something else about the fifth school."""
    return without(5, add=[stay(MEMBER, 5, **overrides)])


@pytest.mark.parametrize(
    ("charters", "members", "outcome", "value"),
    [
        pytest.param([IN_FORCE], five(), "pass", (1, 5), id="in force, signed by all"),
        pytest.param([IN_FORCE, IN_FORCE], five(), "pass", (2, 5), id="two in force"),
        pytest.param(
            [CharterFacts("Charter", D, None)], five(), "pass", (1, 5), id="from D on, open end"
        ),
        pytest.param(
            [CharterFacts("Charter", BEFORE, D)], five(), "pass", (1, 5), id="its last day"
        ),
        pytest.param([IN_FORCE, EXPIRED, UNDATED], five(), "pass", (1, 5), id="one is enough"),
        pytest.param(
            [CharterFacts("Charter", AFTER, None)], five(), "fail", (0, 5), id="begins after D"
        ),
        pytest.param([EXPIRED], five(), "fail", (0, 5), id="ended the day before"),
        pytest.param([], five(), "fail", (0, 5), id="no charter"),
        pytest.param([UNDATED], five(), "missing", (0, 5), id="its first day is blank"),
        pytest.param(
            [CharterFacts("Charter", None, BEFORE)],
            five(),
            "missing",
            (0, 5),
            id="first day blank, whatever its last",
        ),
        pytest.param(
            [EXPIRED, UNDATED], five(), "missing", (0, 5), id="one out of force, one undated"
        ),
        pytest.param([IN_FORCE], five(signed_on=D), "pass", (1, 5), id="signed on D"),
        pytest.param(
            [IN_FORCE], five(signed_on=None), "missing", (1, 4), id="a signature is blank"
        ),
        pytest.param([IN_FORCE], five(signed_on=AFTER), "fail", (1, 4), id="signed after D"),
        pytest.param(
            [IN_FORCE],
            (*five(signed_on=AFTER), stay(MEMBER, 6, signed_on=None)),
            "fail",
            (1, 4),
            id="fail goes before missing",
        ),
        pytest.param([UNDATED], five(signed_on=AFTER), "fail", (0, 4), id="late, charter undated"),
        pytest.param([UNDATED], five(signed_on=None), "missing", (0, 4), id="both missing"),
        pytest.param([], five(signed_on=None), "fail", (0, 4), id="no charter, signature blank"),
        pytest.param(
            [IN_FORCE],
            five(signed_on=None, left_on=BEFORE),
            "pass",
            (1, 4),
            id="who has left need not have signed",
        ),
        pytest.param([IN_FORCE], (), "pass", (1, 0), id="no school on D: nothing to ask"),
        pytest.param([], (), "fail", (0, 0), id="no school and no charter"),
    ],
)
def test_r1(
    charters: list[CharterFacts],
    members: tuple[MembershipFacts, ...],
    outcome: str,
    value: tuple[int, int],
) -> None:
    answer = judge("R1", charters=charters, memberships=members)
    on_day = sum(m.covers(D) for m in members)
    shape = dict(zip(("charters", "signed"), value, strict=True))
    assert answer == (outcome, shape, {"charters": 1, "signed": on_day})


def test_r1_says_who_can_supply_what() -> None:
    answer = result("R1", charters=[UNDATED], memberships=five(signed_on=None))
    assert remedied(answer) == [1, 5]  # the lead its charter's first day, the school its signature
    headless = result("R1", charters=[UNDATED], memberships=without(1))
    assert remedied(headless) == [None]
    with use_locale("en"):
        assert "School 5" in str(answer.because)
        assert str(headless.because) == "The first day of the charter is not on file."
        assert str(result("R1", charters=[]).because) == "There is no charter on file."
        assert str(result("R1", charters=[EXPIRED]).because) == (
            "No charter is in force on the day."
        )
        late = result("R1", memberships=five(signed_on=AFTER))
        assert str(late.because) == "Signed only after the day: School 5."
    assert not remedied(late)


@pytest.mark.parametrize(
    ("members", "outcome", "value", "threshold"),
    [
        pytest.param(five(), "pass", 5, 5, id="everybody"),
        pytest.param(five(responsible_person=None), "missing", 4, 5, id="a blank, never a fail"),
        pytest.param(
            five(responsible_person=None, left_on=BEFORE), "pass", 4, 4, id="who has left"
        ),
        pytest.param(five(responsible_person=None, closed_on=BEFORE), "pass", 4, 4, id="closed"),
        pytest.param((), "not_applicable", 0, 0, id="no school on D: nothing to ask"),
        pytest.param(
            [stay(LEAD, 1, joined_on=AFTER)], "not_applicable", 0, 0, id="all join after D"
        ),
    ],
)
def test_r2(members: tuple[MembershipFacts, ...], outcome: str, value: int, threshold: int) -> None:
    answer = result("R2", memberships=members)
    assert (answer.outcome, answer.value, answer.threshold) == (outcome, value, threshold)
    assert remedied(answer) == ([5] if outcome == "missing" else [])


def meetings(*held: str) -> list[MeetingFacts]:
    """Meetings by their days; one with `?` has no minutes."""
    return [MeetingFacts(day(text.rstrip("?")), None, not text.endswith("?")) for text in held]


BOTH = ("2024-10-08", "2025-03-10")


@pytest.mark.parametrize(
    ("held", "as_of", "outcome", "value"),
    [
        pytest.param(BOTH, D, "pass", {"T1": 1, "T2": 1}, id="one in each term"),
        pytest.param((*BOTH, "2024-12-01"), D, "pass", {"T1": 2, "T2": 1}, id="two in a term"),
        pytest.param(
            ("2024-09-02", "2025-02-17"), D, "pass", {"T1": 1, "T2": 1}, id="first days of terms"
        ),
        pytest.param(
            ("2025-01-17", "2025-07-04"), D, "pass", {"T1": 1, "T2": 1}, id="last days of terms"
        ),
        pytest.param(
            ("2024-09-01", "2025-01-18", "2025-02-16", "2025-07-05"),
            D,
            "fail",
            {"T1": 0, "T2": 0},
            id="the days around the terms are in none",
        ),
        pytest.param(("2024-10-08",), D, "fail", {"T1": 1, "T2": 0}, id="none in a term"),
        pytest.param(
            ("2024-10-08", "2025-03-10?"), D, "missing", {"T1": 1, "T2": 0}, id="without minutes"
        ),
        pytest.param(
            ("2024-10-08?", "2024-10-09", "2025-03-10"),
            D,
            "pass",
            {"T1": 1, "T2": 1},
            id="another one has minutes",
        ),
        pytest.param(
            ("2024-10-08?", "2025-03-10?"), D, "missing", {"T1": 0, "T2": 0}, id="neither has"
        ),
        pytest.param(
            ("2025-03-10?",),
            D,
            "fail",
            {"T1": 0, "T2": 0},
            id="every term that lacks one must have a meeting",
        ),
        pytest.param((), D, "fail", {"T1": 0, "T2": 0}, id="no meeting"),
        pytest.param(BOTH, day("2025-02-16"), "pass", {"T1": 1}, id="T2 begins after D"),
        pytest.param(
            BOTH,
            day("2025-02-17"),
            "fail",
            {"T1": 1, "T2": 0},
            id="T2 is judged from its first day",
        ),
        pytest.param(BOTH, day("2025-03-09"), "fail", {"T1": 1, "T2": 0}, id="held after D"),
        pytest.param(BOTH, day("2025-03-10"), "pass", {"T1": 1, "T2": 1}, id="held on D"),
        pytest.param(
            ("2024-10-08", "2025-03-10?"),
            day("2025-03-09"),
            "fail",
            {"T1": 1, "T2": 0},
            id="a meeting after D without minutes is not missing either",
        ),
        pytest.param((), day("2024-09-01"), "not_applicable", {}, id="no term had begun"),
    ],
)
def test_r3(held: tuple[str, ...], as_of: date, outcome: str, value: dict[str, int]) -> None:
    answer = result("R3", as_of, meetings=meetings(*held))
    assert (answer.outcome, answer.value, answer.threshold) == (outcome, value, {"each_term": 1})
    assert remedied(answer) == ([1] if outcome == "missing" else [])
    headless = result("R3", as_of, meetings=meetings(*held), memberships=without(1))
    assert remedied(headless) == ([None] if outcome == "missing" else [])
