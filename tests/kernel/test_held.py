"""Which version of a fact holds on a day, and what a change from a day writes."""

from datetime import UTC, date, datetime

import pytest

from community.kernel.facts import FactOnFile
from community.kernel.held import holding_on, plan_all, plan_held

FIRST, MAY, JUNE = date(1900, 1, 1), date(2025, 5, 1), date(2025, 6, 1)
ENTERED, NOW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)


def version(number: int, held_from: date, name: str, left: date | None = None) -> FactOnFile:
    return FactOnFile(number, ENTERED, {"held_from": held_from, "name": name, "left": left})


@pytest.mark.parametrize(
    ("day", "expected", "why"),
    [
        (date(2025, 4, 30), "A", "the first one until another begins"),
        (MAY, "B", "on its first day"),
        (date(2025, 5, 31), "B", "until the next"),
        (JUNE, "C", "the latest that has begun"),
    ],
)
def test_the_version_that_holds(day: date, expected: str, why: str) -> None:
    versions = [(1, FIRST, "A"), (1, MAY, "B"), (1, JUNE, "C")]
    assert holding_on(day, versions) == [expected], why


def test_the_earliest_holds_where_all_begin_later() -> None:
    assert holding_on(FIRST, [(1, MAY, "A"), (1, JUNE, "B"), (2, JUNE, "C")]) == ["A", "C"]


@pytest.mark.parametrize(
    ("held_from", "name", "closes", "written", "why"),
    [
        (MAY, "B", None, {"held_from": MAY, "name": "B", "left": None}, "another one from May"),
        (FIRST, "B", 1, {"held_from": FIRST, "name": "B", "left": None}, "a correction"),
        (MAY, "A", None, None, "it is so already"),
    ],
)
def test_a_change_from_a_day(
    held_from: date,
    name: str,
    closes: int | None,
    written: dict[str, object] | None,
    why: str,
) -> None:
    plans = plan_held({"name": name}, [version(1, FIRST, "A")], held_from, NOW)
    if written is None:
        assert plans == [], why
        return
    (plan,) = plans
    assert plan.closes == closes, why
    (step,) = plan.steps
    assert (step.known_from, dict(step.values)) == (NOW, written), why


def test_a_change_keeps_what_holds_later() -> None:
    on_file = [version(1, FIRST, "A"), version(2, JUNE, "C")]
    (plan,) = plan_held({"name": "B"}, on_file, MAY, NOW)
    assert (plan.closes, plan.steps[0].values["held_from"]) == (None, MAY)


def test_what_lasts_is_written_into_every_version() -> None:
    on_file = [version(1, FIRST, "A"), version(2, JUNE, "C", left=JUNE)]
    (plan,) = plan_all({"left": JUNE}, on_file, NOW)
    assert plan.closes == 1, "the other one says so already"
    assert plan.closed_at == NOW
    assert dict(plan.steps[0].values) == {"held_from": FIRST, "name": "A", "left": JUNE}
    assert plan_all({"left": JUNE}, [on_file[1]], NOW) == []


def test_no_version_begins_to_be_known_before_the_one_it_follows() -> None:
    later = datetime(2025, 12, 1, tzinfo=UTC)
    on_file = [FactOnFile(1, later, {"held_from": FIRST, "name": "A"})]
    for plans in (
        plan_held({"name": "B"}, on_file, FIRST, NOW),
        plan_all({"name": "B"}, on_file, NOW),
    ):
        assert (plans[0].closed_at, plans[0].steps[0].known_from) == (later, later)
