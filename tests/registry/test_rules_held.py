"""What an edit of something that holds from a day writes, and what it leaves alone."""

from datetime import UTC, date, datetime

import pytest

from community.kernel.database import FIRST_DAY
from community.registry.rules.held import HeldFact, HeldStep, held_on, plan_edit

KNOWN = datetime(2025, 1, 1, tzinfo=UTC)
YEAR_2024, YEAR_2025, SPRING = date(2024, 9, 1), date(2025, 9, 1), date(2025, 3, 1)


def version(number: int, held_from: date, area: str, head: str = "甲") -> HeldFact:
    return HeldFact(number, KNOWN, {"area": area, "head": head}, held_from)


ALWAYS_RURAL = version(1, FIRST_DAY, "220")
URBAN_LATER = version(2, YEAR_2025, "111")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1899, 1, 1), ALWAYS_RURAL),  # before everything: the earliest
        (YEAR_2025.replace(day=1, month=8), ALWAYS_RURAL),
        (YEAR_2025, URBAN_LATER),
        (date(2030, 1, 1), URBAN_LATER),
    ],
)
def test_of_several_the_latest_that_has_begun_holds(day: date, expected: HeldFact) -> None:
    assert held_on([ALWAYS_RURAL, URBAN_LATER], day) is expected


@pytest.mark.parametrize(
    ("on_file", "seen", "typed", "holds_from", "expected"),
    [
        pytest.param(
            [ALWAYS_RURAL],
            ALWAYS_RURAL,
            {"area": "111", "head": "甲"},
            YEAR_2024,
            [HeldStep(YEAR_2024, {"area": "111", "head": "甲"})],
            id="a change begins a version; what was before stays",
        ),
        pytest.param(
            [ALWAYS_RURAL],
            ALWAYS_RURAL,
            {"area": "111"},
            FIRST_DAY,
            [HeldStep(FIRST_DAY, {"area": "111", "head": "甲"}, closes=1)],
            id="on the same day it replaces what was known of that day",
        ),
        pytest.param([ALWAYS_RURAL], ALWAYS_RURAL, {"area": "220"}, YEAR_2024, [], id="the same"),
        pytest.param(
            [ALWAYS_RURAL, URBAN_LATER],
            URBAN_LATER,
            {"head": "乙"},
            SPRING,
            [
                HeldStep(SPRING, {"area": "220", "head": "乙"}),
                HeldStep(YEAR_2025, {"area": "111", "head": "乙"}, closes=2),
            ],
            id="an earlier day takes over what held then, and is carried forward",
        ),
        pytest.param(
            [ALWAYS_RURAL, URBAN_LATER],
            ALWAYS_RURAL,
            {"area": "121"},
            SPRING,
            [HeldStep(SPRING, {"area": "121", "head": "甲"})],
            id="what was entered for a later day stays",
        ),
        pytest.param(
            [ALWAYS_RURAL, version(2, YEAR_2025, "220", "乙")],
            version(2, YEAR_2025, "220", "乙"),
            {"area": "121", "head": "乙"},
            FIRST_DAY,
            [
                HeldStep(FIRST_DAY, {"area": "121", "head": "甲"}, closes=1),
                HeldStep(YEAR_2025, {"area": "121", "head": "乙"}, closes=2),
            ],
            id="a correction goes through all versions that repeat the mistake",
        ),
    ],
)
def test_plan(
    on_file: list[HeldFact],
    seen: HeldFact,
    typed: dict[str, object],
    holds_from: date,
    expected: list[HeldStep],
) -> None:
    assert plan_edit(on_file, seen, typed, holds_from) == expected
