"""Which activities count (clause E1): READING.md §3, sentence by sentence."""

from datetime import date
from typing import Any

import pytest

from community.activities.rules import (
    LESSON_KINDS,
    RESEARCH_KINDS,
    ActivityFacts,
    ActivityKind,
    Amount,
    ConfirmationStanding,
    Exclusion,
    Figures,
    Levels,
    Mode,
    Sheet,
    Standing,
    build_figures,
    build_standing,
)

FIRST_DAY, LAST_DAY = date(2024, 9, 1), date(2025, 8, 31)
CONFIRMED, LATER, OPEN = ConfirmationStanding


def activity(**overrides: Any) -> ActivityFacts:
    """A confirmed lesson with evidence, from school 1 to school 2."""
    given: dict[str, Any] = {
        "activity_id": 1,
        "sheet": Sheet.SHARED_TEACHING,
        "kind": ActivityKind.SYNCHRONOUS_CLASS,
        "held_on": date(2024, 10, 8),
        "mode": Mode.ONLINE,
        "subject": "语文",
        "periods": 2,
        "provider_id": 1,
        "receiver_ids": (2,),
        "confirmations": (CONFIRMED,),
        "has_evidence": True,
    }
    return ActivityFacts(**{**given, **overrides})


def stand(outsiders: tuple[int, ...] = (), **overrides: Any) -> Standing:
    return build_standing(
        activity(**overrides),
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        was_member=lambda school, _day: school not in outsiders,
    )


NOBODY: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("overrides", "outsiders", "is_confirmed", "exclusion"),
    [
        pytest.param({}, NOBODY, True, None, id="confirmed, with evidence"),
        pytest.param(
            {"has_evidence": False}, NOBODY, True, Exclusion.NO_EVIDENCE, id="no evidence"
        ),
        pytest.param(
            {"confirmations": (OPEN,)}, NOBODY, False, Exclusion.NOT_CONFIRMED, id="not confirmed"
        ),
        pytest.param(
            {"confirmations": (LATER,)},
            NOBODY,
            False,
            Exclusion.CONFIRMED_LATER,
            id="confirmed, but K is earlier",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, CONFIRMED)},
            NOBODY,
            True,
            None,
            id="every receiver confirmed",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, OPEN)},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="one has not: unconfirmed for everybody",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (LATER, OPEN)},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="one is open, so it is not merely later",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, LATER)},
            NOBODY,
            False,
            Exclusion.CONFIRMED_LATER,
            id="one confirmed later",
        ),
        pytest.param({}, (1,), True, Exclusion.OUTSIDE_MEMBERSHIP, id="the provider was outside"),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, CONFIRMED)},
            (3,),
            True,
            Exclusion.OUTSIDE_MEMBERSHIP,
            id="a receiver was outside: reported and confirmed, not counted",
        ),
        pytest.param(
            {"confirmations": (OPEN,), "has_evidence": False},
            (1,),
            False,
            Exclusion.OUTSIDE_MEMBERSHIP,
            id="membership is asked before confirmation",
        ),
        pytest.param(
            {"confirmations": (OPEN,), "has_evidence": False},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="confirmation before evidence",
        ),
    ],
)
def test_clause_e1(
    overrides: dict[str, Any],
    outsiders: tuple[int, ...],
    is_confirmed: bool,
    exclusion: Exclusion | None,
) -> None:
    standing = stand(outsiders, **overrides)
    assert standing.is_reported
    assert standing.is_confirmed is is_confirmed
    assert standing.exclusion is exclusion
    assert standing.is_counted is (exclusion is None)


@pytest.mark.parametrize(
    ("held_on", "is_inside"),
    [
        (date(2024, 8, 31), False),
        (FIRST_DAY, True),
        (LAST_DAY, True),
        (date(2025, 9, 1), False),
    ],
)
def test_the_window_has_both_its_days(held_on: date, is_inside: bool) -> None:
    standing = stand(held_on=held_on)
    assert standing.is_reported is standing.is_confirmed is standing.is_counted is is_inside
    assert standing.exclusion is (None if is_inside else Exclusion.OUTSIDE_WINDOW)


def test_the_window_is_asked_first() -> None:
    standing = stand((1, 2), held_on=date(2025, 9, 1), confirmations=(OPEN,), has_evidence=False)
    assert standing.exclusion is Exclusion.OUTSIDE_WINDOW


def test_membership_is_asked_on_the_rows_own_day() -> None:
    asked: list[tuple[int, date]] = []

    def was_member(school: int, day: date) -> bool:
        asked.append((school, day))
        return True

    held_on = date(2025, 3, 10)
    given = activity(held_on=held_on, receiver_ids=(2, 3), confirmations=(CONFIRMED,) * 2)
    build_standing(given, first_day=FIRST_DAY, last_day=LAST_DAY, was_member=was_member)
    assert asked == [(1, held_on), (2, held_on), (3, held_on)]


def test_kinds_of_lessons_and_of_research() -> None:
    assert {str(kind) for kind in LESSON_KINDS} == {"synchronous_class", "dedicated_remote_class"}
    assert {str(kind) for kind in RESEARCH_KINDS} == {
        "joint_research",
        "collective_lesson_planning",
        "same_lesson_different_designs",
    }


# --- figures (READING.md §6) ------------------------------------------------------------------


def amounts(reported: int, confirmed: int, counted: int, periods: int) -> Levels:
    """So many rows on each level, each of so many periods."""
    return Levels(*(Amount(rows, rows * periods) for rows in (reported, confirmed, counted)))


SHARED, WALKING, TRANSFERS = Sheet
SYNCHRONOUS, BOOKS = ActivityKind.SYNCHRONOUS_CLASS, ActivityKind.BOOKS


def test_figures_by_sheet_kind_and_month() -> None:
    november: dict[str, Any] = {"held_on": date(2024, 11, 30)}
    figures = build_figures(
        [
            stand(),
            stand(has_evidence=False),
            stand(confirmations=(OPEN,)),
            stand((1,), held_on=date(2024, 10, 31)),
            stand(held_on=date(2024, 8, 31)),  # outside the window: in no figure
            stand(**november),
            stand(**november, sheet=TRANSFERS, kind=BOOKS, periods=None),
        ]
    )
    assert figures.cells == {
        (SHARED, SYNCHRONOUS, "2024-10"): amounts(4, 3, 1, 2),
        (SHARED, SYNCHRONOUS, "2024-11"): amounts(1, 1, 1, 2),
        (TRANSFERS, BOOKS, "2024-11"): amounts(1, 1, 1, 0),
    }
    assert figures.by_sheet() == {
        SHARED: amounts(5, 4, 2, 2),
        WALKING: Levels(),
        TRANSFERS: amounts(1, 1, 1, 0),
    }
    assert figures.by_month() == {
        "2024-10": {SHARED: amounts(4, 3, 1, 2)},
        "2024-11": {SHARED: amounts(1, 1, 1, 2), TRANSFERS: amounts(1, 1, 1, 0)},
    }
    assert list(figures.by_month()) == ["2024-10", "2024-11"]
    assert figures.total == amounts(5, 4, 2, 2) + amounts(1, 1, 1, 0)


def test_months_come_in_order_and_kinds_add_up() -> None:
    months = (date(2025, 3, 1), date(2024, 9, 30), date(2025, 3, 31))
    kinds = (SYNCHRONOUS, SYNCHRONOUS, ActivityKind.JOINT_RESEARCH)
    figures = build_figures(
        stand(held_on=held_on, kind=kind) for held_on, kind in zip(months, kinds, strict=True)
    )
    assert list(figures.by_month()) == ["2024-09", "2025-03"]
    assert figures.by_month()["2025-03"] == {SHARED: amounts(2, 2, 2, 2)}


def test_figures_add_up() -> None:
    one = build_figures([stand()])
    other = build_figures([stand(), stand(held_on=date(2024, 9, 1), has_evidence=False)])
    both = one + other
    assert both.cells == {
        (SHARED, SYNCHRONOUS, "2024-10"): amounts(2, 2, 2, 2),
        (SHARED, SYNCHRONOUS, "2024-09"): amounts(1, 1, 0, 2),
    }
    assert one.cells == {(SHARED, SYNCHRONOUS, "2024-10"): amounts(1, 1, 1, 2)}  # left alone
    assert (both + Figures({})).cells == both.cells
