"""Finding divisions and schools by what people call them."""

import pytest

from community.registry.rules import (
    DivisionDirectory,
    DivisionEntry,
    SchoolDirectory,
    SchoolEntry,
)

COUNTIES = DivisionDirectory(
    [
        DivisionEntry(1, 9, "445203", ("揭东区",)),
        DivisionEntry(2, 9, "445222", ("揭西县",)),
    ],
    [
        DivisionEntry(11, 1, "445203112", ("玉滘镇", "玉窖镇")),
        DivisionEntry(12, 1, "445203001", ("曲溪街道",)),
        DivisionEntry(21, 2, "445222101", ("棉湖镇",)),
        DivisionEntry(22, 2, None, ("金和镇",)),
        DivisionEntry(23, 2, None, ("金和街道",)),
    ],
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("揭东区", 1), ("揭东", 1), ("揭 东 区", 1), ("445222", 2), ("揭", None), ("普宁市", None)],
)
def test_counties(name: str, expected: int | None) -> None:
    assert COUNTIES.county(name) == expected


@pytest.mark.parametrize(
    ("name", "county", "expected"),
    [
        ("玉滘镇", 1, 11),
        ("玉窖镇", 1, 11),
        ("玉窖", 1, 11),
        ("曲溪", 1, 12),
        ("445203001", 1, 12),
        ("棉湖镇", 1, None),  # of the other county
        ("金和镇", 2, 22),
        ("金和", 2, None),  # two of them
    ],
)
def test_townships(name: str, county: int, expected: int | None) -> None:
    assert COUNTIES.township(name, county) == expected


SCHOOLS = SchoolDirectory(
    [
        SchoolEntry(1, 1, "2144990001", "揭东区溪畔小学", "溪畔小学", ("旧溪小学",)),
        SchoolEntry(2, 2, "2144990002", "溪畔小学"),
        SchoolEntry(3, 1, None, "山前小学", "山小"),
        SchoolEntry(4, 1, None, "山后小学", "山小"),
        SchoolEntry(5, 2, None, "山小"),
        SchoolEntry(6, None, None, "说不清的学校"),
    ]
)


@pytest.mark.parametrize(
    ("name", "county", "expected"),
    [
        ("2144990002", 1, (2,)),  # a code is one school's, wherever it lies
        ("揭东区溪畔小学", 1, (1,)),
        ("溪畔小学", 1, (1,)),  # the short name here goes before the full name elsewhere
        ("溪畔小学", 2, (2,)),
        ("旧溪小学", 1, (1,)),
        ("旧溪小学", 2, (1,)),
        ("山小", 1, (4, 3)),
        ("山小", 2, (5,)),
        ("山 前　小学", 1, (3,)),
        ("说不清的学校", 1, (6,)),
        ("海边小学", 1, ()),
    ],
)
def test_schools(name: str, county: int, expected: tuple[int, ...]) -> None:
    assert SCHOOLS.find(name, county) == expected
