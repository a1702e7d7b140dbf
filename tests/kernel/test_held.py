"""Which version of a fact holds on a day, and what a change from a day writes or leaves alone."""

from datetime import UTC, date, datetime

import pytest

from community.kernel.clock import FIRST_DAY
from community.kernel.facts import FactOnFile, FactPlan
from community.kernel.held import held_on, holding_on, plan_all, plan_held

MARCH, MAY, JUNE, JULY = (date(2025, month, 1) for month in (3, 5, 6, 7))
ENTERED, NOW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)


def version(
    number: int, held_from: date, area: str, head: str = "甲", known_from: datetime = ENTERED
) -> FactOnFile:
    return FactOnFile(number, known_from, {"held_from": held_from, "area": area, "head": head})


ALWAYS_RURAL = version(1, FIRST_DAY, "rural")
URBAN_IN_JUNE = version(2, JUNE, "urban")


def written(plans: list[FactPlan]) -> list[tuple[int | None, object, object, object]]:
    """The version that each plan ends, and what holds instead: from which day, area and head."""
    return [
        (plan.closes, step.values["held_from"], step.values["area"], step.values["head"])
        for plan in plans
        for step in plan.steps
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(1899, 1, 1), "A", id="the earliest before everything"),
        pytest.param(date(2025, 4, 30), "A", id="the first one until another begins"),
        pytest.param(MAY, "B", id="on its first day"),
        pytest.param(date(2025, 5, 31), "B", id="until the next"),
        pytest.param(JUNE, "C", id="the latest that has begun"),
    ],
)
def test_the_version_that_holds(day: date, expected: str) -> None:
    days = {"A": FIRST_DAY, "B": MAY, "C": JUNE}
    assert holding_on(day, [(1, first, name) for name, first in days.items()]) == [expected]
    versions = [version(1, first, name) for name, first in days.items()]
    assert held_on(day, versions).values["area"] == expected


def test_of_each_fact_one_version_holds() -> None:
    assert holding_on(FIRST_DAY, [(1, MAY, "A"), (1, JUNE, "B"), (2, JUNE, "C")]) == ["A", "C"]


@pytest.mark.parametrize(
    ("on_file", "values", "held_from", "expected"),
    [
        pytest.param(
            [ALWAYS_RURAL],
            {"area": "urban", "head": "甲"},
            MAY,
            [(None, MAY, "urban", "甲")],
            id="a change begins a version; what was before stays",
        ),
        pytest.param(
            [ALWAYS_RURAL],
            {"area": "urban"},
            FIRST_DAY,
            [(1, FIRST_DAY, "urban", "甲")],
            id="on the same day it replaces what was known of that day",
        ),
        pytest.param([ALWAYS_RURAL], {"area": "rural"}, MAY, [], id="it is so already"),
        pytest.param(
            [version(1, MAY, "rural")],
            {"area": "urban"},
            MARCH,
            [(None, MARCH, "urban", "甲"), (1, MAY, "urban", "甲")],
            id="before everything on file, like any other day",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_IN_JUNE],
            {"head": "乙"},
            MAY,
            [(None, MAY, "rural", "乙"), (2, JUNE, "urban", "乙")],
            id="a later version that is about something else follows",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_IN_JUNE],
            {"area": "town"},
            MAY,
            [(None, MAY, "town", "甲")],
            id="one that says otherwise stays",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_IN_JUNE],
            {"area": "urban"},
            MAY,
            [(None, MAY, "urban", "甲")],
            id="so does one that says the same already",
        ),
        pytest.param(
            [ALWAYS_RURAL, version(2, MAY, "rural", "乙"), version(3, JUNE, "rural", "丙")],
            {"area": "town"},
            FIRST_DAY,
            [
                (1, FIRST_DAY, "town", "甲"),
                (2, MAY, "town", "乙"),
                (3, JUNE, "town", "丙"),
            ],
            id="a correction goes through all that repeat the mistake",
        ),
        pytest.param(
            [ALWAYS_RURAL, version(2, MAY, "urban"), version(3, JUNE, "urban", "乙")],
            {"area": "town"},
            MAY,
            [(2, MAY, "town", "甲"), (3, JUNE, "town", "乙")],
            id="and of a day on file through those that repeat that day",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_IN_JUNE, version(3, JULY, "rural")],
            {"area": "town"},
            MAY,
            [(None, MAY, "town", "甲")],
            id="the first that says otherwise ends it, whatever comes after",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_IN_JUNE, version(3, JULY, "urban", "乙")],
            {"area": "town", "head": "丁"},
            MAY,
            [(None, MAY, "town", "丁"), (2, JUNE, "urban", "丁")],
            id="each field goes its own way",
        ),
    ],
)
def test_a_change_from_a_day(
    on_file: list[FactOnFile],
    values: dict[str, object],
    held_from: date,
    expected: list[tuple[int | None, object, object, object]],
) -> None:
    assert written(plan_held(values, on_file, held_from, NOW)) == expected


@pytest.mark.parametrize(
    ("later", "values", "held_from", "expected"),
    [
        pytest.param(
            [],
            {"area": "urban", "head": "乙"},
            MAY,
            [(None, MAY, "rural", "乙"), (2, JUNE, "urban", "乙")],
            id="what was left as seen is no change",
        ),
        pytest.param(
            [],
            {"area": "town"},
            MAY,
            [(None, MAY, "town", "甲"), (2, JUNE, "town", "甲")],
            id="the version that was seen follows, though it said otherwise",
        ),
        pytest.param(
            [version(3, JULY, "urban", "乙")],
            {"area": "town"},
            MAY,
            [(None, MAY, "town", "甲"), (2, JUNE, "town", "甲"), (3, JULY, "town", "乙")],
            id="and what repeats it",
        ),
        pytest.param(
            [version(3, JULY, "rural")],
            {"area": "town"},
            MAY,
            [(None, MAY, "town", "甲"), (2, JUNE, "town", "甲")],
            id="not what says otherwise after it",
        ),
        pytest.param(
            [], {"area": "rural"}, MAY, [(2, JUNE, "rural", "甲")], id="it had been so before"
        ),
        pytest.param(
            [version(3, date(2026, 1, 1), "town"), version(4, date(2026, 9, 1), "urban")],
            {"area": "village"},
            date(2026, 5, 1),
            [(None, date(2026, 5, 1), "village", "甲")],
            id="from a day after it, it is like any other",
        ),
    ],
)
def test_a_change_typed_over_what_was_seen(
    later: list[FactOnFile],
    values: dict[str, object],
    held_from: date,
    expected: list[tuple[int | None, object, object, object]],
) -> None:
    on_file = [ALWAYS_RURAL, URBAN_IN_JUNE, *later]
    assert written(plan_held(values, on_file, held_from, NOW, seen=URBAN_IN_JUNE)) == expected


def test_what_lasts_is_written_into_every_version() -> None:
    on_file = [ALWAYS_RURAL, version(2, JUNE, "urban", "乙")]
    assert written(plan_all({"head": "乙"}, on_file, NOW)) == [(1, FIRST_DAY, "rural", "乙")]
    assert plan_all({"head": "乙"}, on_file[1:], NOW) == []


def test_no_version_begins_to_be_known_before_the_one_it_follows() -> None:
    late = datetime(2025, 12, 1, tzinfo=UTC)
    on_file = [ALWAYS_RURAL, version(2, JUNE, "rural", "乙", known_from=late)]
    for plans in (
        plan_held({"area": "town"}, on_file, FIRST_DAY, NOW),
        plan_all({"area": "town"}, on_file, NOW),
    ):
        known = [(plan.closed_at, plan.steps[0].known_from) for plan in plans]
        assert known == [(NOW, NOW), (late, late)]
