"""What is missing, from whom, since when, and what it would change."""

from dataclasses import replace
from typing import Any

import pytest

from community.audits.rules.count import build_community_count
from community.audits.rules.missing import Effect, Missing, build_missing
from tests.audits.factories import (
    ACTIVITIES,
    BOOKS,
    JOINED,
    MEMBERSHIPS,
    OBJECTIVE,
    OPEN,
    PIVOT,
    PRIMARY,
    RULES,
    SECOND,
    D,
    day,
    facts,
    period,
    stay,
    without,
)

FIRST_DAY = day("2024-09-01")


def missing(as_of: Any = D, **overrides: Any) -> tuple[Missing, ...]:
    return build_missing([build_community_count(facts(**overrides), period(as_of), RULES)])


def with_stay(number: int, **overrides: Any) -> dict[str, Any]:
    (found,) = (m for m in MEMBERSHIPS if m.school.school_id == number)
    return {"memberships": without(number, add=[replace(found, **overrides)])}


def with_transfer(**overrides: Any) -> dict[str, Any]:
    return {
        "activities": tuple(replace(a, **overrides) if a.kind is BOOKS else a for a in ACTIVITIES)
    }


def test_nothing() -> None:
    assert missing() == ()


# facts → criterion, school (None: the county), since, effect
CASES: dict[str, tuple[dict[str, Any], str, int | None, Any, Effect]] = {
    "a signature": (with_stay(3, signed_on=None), "R1", 3, JOINED, Effect.DECIDES),
    "a person": (with_stay(3, responsible_person=None), "R2", 3, JOINED, Effect.DECIDES),
    "the plan, from the county": ({"is_listed": None}, "G1", None, JOINED, Effect.DECIDES),
    "a pivot, from the county": (
        {"memberships": without(4, add=[stay(PIVOT, 4, designations=frozenset({PRIMARY}))])},
        "S2",
        None,
        JOINED,
        Effect.DECIDES,
    ),
    "an objective, from the lead": ({"objectives": ()}, "G2", 1, FIRST_DAY, Effect.DECIDES),
    "minutes are but a warning": ({"meetings": ()}, "R3", 1, FIRST_DAY, Effect.WARNING),
    "a confirmation, from the receiver": (
        with_transfer(confirmations=(OPEN,)),
        "O5",
        5,
        SECOND,
        Effect.DECIDES,
    ),
    "evidence, from the provider": (
        with_transfer(has_evidence=False),
        "O5",
        1,
        SECOND,
        Effect.DECIDES,
    ),
    "what the window can no longer hold": (
        {"activities": tuple(a for a in ACTIVITIES if a.kind is not BOOKS)},
        "O5",
        1,
        FIRST_DAY,
        Effect.WINDOW_CLOSED,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_thing(case: str) -> None:
    overrides, criterion_id, school_id, since, effect = CASES[case]
    (found,) = missing(**overrides)
    assert (found.criterion.id, found.school_id, found.since, found.effect) == (
        criterion_id,
        school_id,
        since,
        effect,
    )
    if school_id and case != "a person":
        assert found.person == "Somebody"


def test_with_others_open_it_is_one_of_several() -> None:
    found = missing(objectives=(replace(OBJECTIVE, reviewed_on=None),), is_listed=None)
    assert [(m.criterion.id, m.effect) for m in found] == [
        ("G1", Effect.ONE_OF_SEVERAL),
        ("G2", Effect.ONE_OF_SEVERAL),
    ]


def test_while_the_window_is_open_activities_can_be_added() -> None:
    found = missing(
        as_of=day("2025-07-31"),
        activities=tuple(a for a in ACTIVITIES if a.kind is not BOOKS),
    )
    assert [m.effect for m in found if m.criterion.id == "O5"] == [Effect.DECIDES]
