"""What becomes known when: a table of cases."""

from datetime import UTC, date, datetime

import pytest

from community.kernel.clock import ALWAYS, start_of_day
from community.kernel.facts import (
    FactOnFile,
    Knowledge,
    Step,
    Values,
    plan_fact,
    plan_presence,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
JOINED, LEFT = date(2024, 8, 26), date(2025, 2, 23)
AT_JOINED, AT_LEFT = start_of_day(JOINED), start_of_day(LEFT)
LIVE, HISTORY = Knowledge(NOW), Knowledge(NOW, is_history=True)


def stay(left: date | None = None, person: str | None = "王芳", role: str = "lead") -> Values:
    """The values of a membership."""
    return {"role": role, "left_on": left, "person": person}


def on_file(values: Values, known_from: datetime = AT_JOINED) -> FactOnFile:
    """An open version."""
    return FactOnFile(7, known_from, values)


@pytest.mark.parametrize(
    ("knowledge", "values", "since", "steps"),
    [
        # Live: everything from the instant of entry.
        (LIVE, stay(LEFT), JOINED, [(NOW, stay(LEFT))]),
        # History: the end is known from its own day.
        (HISTORY, stay(LEFT), JOINED, [(AT_JOINED, stay()), (AT_LEFT, stay(LEFT))]),
        (HISTORY, stay(), JOINED, [(AT_JOINED, stay())]),
        # One that ended on its first day has no time without an end.
        (HISTORY, stay(JOINED), JOINED, [(AT_JOINED, stay(JOINED))]),
        # Without a day: from always.
        (HISTORY, stay(), None, [(ALWAYS, stay())]),
        # From the county's start day on nothing can have been known before now.
        (Knowledge(NOW, True, LEFT), stay(LEFT), JOINED, [(AT_JOINED, stay()), (NOW, stay(LEFT))]),
    ],
)
def test_a_fact_seen_for_the_first_time(
    knowledge: Knowledge,
    values: Values,
    since: date | None,
    steps: list[tuple[datetime, Values]],
) -> None:
    plan = plan_fact(
        values,
        None,
        knowledge,
        since=since,
        arrivals={"left_on": values["left_on"]},  # type: ignore[dict-item] # a day
    )
    assert plan is not None
    assert (plan.closes, plan.closed_at) == (None, None)
    assert list(plan.steps) == [Step(*step) for step in steps]


@pytest.mark.parametrize(
    ("knowledge", "before", "after", "steps"),
    [
        (HISTORY, stay(), stay(), None),
        (HISTORY, stay(), stay(LEFT), [(AT_LEFT, stay(LEFT))]),
        (LIVE, stay(), stay(LEFT), [(NOW, stay(LEFT))]),
        # A name that was missing is known with the stay: the version on file never held.
        (HISTORY, stay(person=None), stay(), [(AT_JOINED, stay())]),
        # A correction is known from now, in both modes; so is what is taken away.
        (HISTORY, stay(), stay(role="pivot"), [(NOW, stay(role="pivot"))]),
        (LIVE, stay(LEFT), stay(), [(NOW, stay())]),
        (HISTORY, stay(), stay(person=None), [(NOW, stay(person=None))]),
        # An addition and a correction in one row, each from its own time.
        (
            HISTORY,
            stay(),
            stay(LEFT, role="pivot"),
            [(AT_LEFT, stay(LEFT)), (NOW, stay(LEFT, role="pivot"))],
        ),
    ],
)
def test_a_fact_seen_again(
    knowledge: Knowledge,
    before: Values,
    after: Values,
    steps: list[tuple[datetime, Values]] | None,
) -> None:
    plan = plan_fact(
        after,
        on_file(before),
        knowledge,
        since=JOINED,
        arrivals={"left_on": after["left_on"]},  # type: ignore[dict-item] # a day
    )
    if steps is None:
        assert plan is None
        return
    assert plan is not None
    assert (plan.closes, plan.closed_at) == (7, steps[0][0])
    assert list(plan.steps) == [Step(*step) for step in steps]


def test_nothing_is_known_before_the_version_that_it_follows() -> None:
    later = datetime(2026, 1, 1, tzinfo=UTC)
    plan = plan_fact(
        stay(LEFT),
        on_file(stay(), later),
        HISTORY,
        since=JOINED,
        arrivals={"left_on": LEFT},
    )
    assert plan is not None
    assert plan.steps[0].known_from == later


def test_a_field_that_is_not_said_stays() -> None:
    said = stay(person=None)
    kept = plan_fact(said, on_file(stay()), LIVE, since=JOINED, unsaid=frozenset({"person"}))
    assert kept is None


DAY = date(2024, 9, 12)
SIGNED: Values = {"signed_on": DAY}


@pytest.mark.parametrize(
    ("values", "before", "gone_at", "closed_at", "known_from"),
    [
        (None, None, None, None, None),
        (SIGNED, None, None, None, start_of_day(DAY)),
        (SIGNED, None, NOW, None, NOW),  # it had vanished in between
        (SIGNED, SIGNED, None, None, None),
        (None, SIGNED, None, NOW, None),
        ({"signed_on": JOINED}, SIGNED, None, NOW, NOW),
    ],
)
def test_a_fact_that_is_there_or_not(
    values: Values | None,
    before: Values | None,
    gone_at: datetime | None,
    closed_at: datetime | None,
    known_from: datetime | None,
) -> None:
    plan = plan_presence(
        values, on_file(before) if before else None, HISTORY, since=DAY, gone_at=gone_at
    )
    if closed_at is None and known_from is None:
        assert plan is None
        return
    assert plan is not None
    assert plan.closed_at == closed_at
    assert [step.known_from for step in plan.steps] == ([known_from] if known_from else [])
