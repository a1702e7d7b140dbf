"""Clause 目标明确 (G1, G2): READING.md §4."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from community.audits.rules.facts import ObjectiveFacts
from tests.audits.factories import OBJECTIVE, D, day, judge, remedied, result, without


@pytest.mark.parametrize(
    ("is_listed", "has_document", "outcome"),
    [
        pytest.param(True, True, "pass", id="listed, with its document"),
        pytest.param(True, False, "missing", id="listed, document blank"),
        pytest.param(None, True, "missing", id="blank, even with a document"),
        pytest.param(None, False, "missing", id="both blank"),
        pytest.param(False, True, "fail", id="not listed, whatever document"),
        pytest.param(False, False, "fail", id="not listed, no document"),
    ],
)
def test_g1(is_listed: bool | None, has_document: bool, outcome: str) -> None:
    answer = result("G1", is_listed=is_listed, has_plan_document=has_document)
    assert answer.outcome == outcome
    assert answer.value == {"listed": int(is_listed is True), "document": int(has_document)}
    assert answer.threshold == {"listed": 1, "document": 1}
    assert remedied(answer) == ([None] if outcome == "missing" else [])  # the county supplies it


def objective(**overrides: Any) -> ObjectiveFacts:
    return replace(OBJECTIVE, **overrides)


@pytest.mark.parametrize(
    ("objectives", "as_of", "expected"),
    [
        pytest.param([OBJECTIVE], D, ("pass", 1), id="target, result and review"),
        pytest.param([OBJECTIVE, OBJECTIVE], D, ("pass", 2), id="two"),
        pytest.param(
            [OBJECTIVE, objective(achieved_value=None)], D, ("pass", 1), id="one is enough"
        ),
        pytest.param(
            [objective(reviewed_on=day("2026-01-12"))], D, ("pass", 1), id="a review after D counts"
        ),
        pytest.param([OBJECTIVE], day("2024-09-01"), ("pass", 1), id="D on the first day of W"),
        pytest.param([], D, ("fail", 0), id="no row"),
        pytest.param(
            [objective(school_year="2023-2024")], D, ("fail", 0), id="another year's is no row"
        ),
        pytest.param([objective(school_year=None)], D, ("fail", 0), id="of no known year"),
        pytest.param([objective(target_value=None)], D, ("missing", 0), id="no target"),
        pytest.param([objective(achieved_value=None)], D, ("missing", 0), id="no result"),
        pytest.param([objective(reviewed_on=None)], D, ("missing", 0), id="no review known at K"),
        pytest.param(
            [objective(achieved_value=None), objective(school_year="2023-2024")],
            D,
            ("missing", 0),
            id="another year's complete one does not help",
        ),
    ],
)
def test_g2(objectives: list[ObjectiveFacts], as_of: date, expected: tuple[str, int]) -> None:
    assert judge("G2", as_of, objectives=objectives) == (*expected, 1)


def test_g2_is_supplied_by_the_lead() -> None:
    blank = [objective(reviewed_on=None)]
    assert remedied(result("G2", objectives=blank)) == [1]
    assert remedied(result("G2", objectives=blank, memberships=without(1))) == [None]
