"""When two visits of one teacher clash."""

from datetime import date

import pytest

from community.kernel.workbook import periods_of_day
from community.walking_teaching.rules import Visit, build_mask, find_clashes

DAY, OTHER_DAY = date(2024, 9, 11), date(2024, 9, 12)


def visit(slots: str, number: str = "JD0801", day: date = DAY, county: int = 1) -> Visit:
    """A visit at the lessons as written."""
    return Visit(county, number, day, build_mask(periods_of_day(slots) or ()))


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([visit("第1-2节"), visit("第3-4节")], []),
        ([visit("第1-2节"), visit("第2-3节")], [1]),
        ([visit("第2节"), visit("第1-3节")], [1]),
        ([visit("第2节"), visit("第2节"), visit("第2节")], [1, 2]),
        ([visit("第2节"), visit("第2节", "JD0802")], []),
        ([visit("第2节"), visit("第2节", "ＪＤ0801")], [1]),
        ([visit("第2节"), visit("第2节", day=OTHER_DAY)], []),
        ([visit("第2节"), visit("第2节", county=2)], []),  # numbers are the county's own
        ([visit("第2节"), visit("下午第2节")], []),
        ([visit("下午第2节"), visit("下午第1-2节")], [1]),
        ([visit("下午第1节"), visit("晚上第1节")], []),
    ],
)
def test_clashes_among_rows(visits: list[Visit], expected: list[int]) -> None:
    assert list(find_clashes(visits)) == expected


@pytest.mark.parametrize(
    ("new", "expected"), [(None, [0, 1]), (frozenset({1}), [1]), (frozenset(), [])]
)
def test_clashes_with_visits_on_file(new: frozenset[int] | None, expected: list[int]) -> None:
    visits = [visit("第2节"), visit("第3节")]
    assert list(find_clashes(visits, [visit("第2-3节")], new)) == expected
