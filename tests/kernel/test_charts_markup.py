"""The pictures as they reach a page and a sheet of paper."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from community.audits.rules.results import Verdict
from community.kernel import charts

pytestmark = pytest.mark.once

HOSTILE = "<script>alert(1)</script>\"'&校"
FIRST, LAST = date(2024, 9, 1), date(2025, 8, 31)
MONTHS = charts.months_between(FIRST, LAST)
SCHOOLS = [charts.School("a", HOSTILE, 0), charts.School("b", "云路中心校", 1)]
COUNTS = {("a", "b"): 3}
NAMES = {school.key: school.name for school in SCHOOLS}
PICTURES = {
    "progress_picture": ([("JD-01", HOSTILE, Verdict.COUNTED)], 6, "x", HOSTILE),
    "coverage_bar": (2, 5, 9, "x"),
    "month_bars": (MONTHS, [(HOSTILE, [1] * 12), *[("b", [2] * 12)] * 5], "x", HOSTILE),
    "network": (SCHOOLS, COUNTS, "x", HOSTILE),
    "timeline": (
        [charts.Stay(HOSTILE, HOSTILE, FIRST, LAST)],
        FIRST,
        LAST,
        LAST,
        "x",
        HOSTILE,
    ),
    "flows": (COUNTS, NAMES, "x", HOSTILE),
    "days": ({FIRST + timedelta(days=n): n for n in range(9)}, FIRST, LAST, "x", HOSTILE),
}
EMPTY = {
    "progress_picture": ([], 0, "x", "t"),
    "coverage_bar": (0, 0, 0, "x"),
    "month_bars": (MONTHS, [], "x", "t"),
    "network": ([], {}, "x", "t"),
    "timeline": ([], FIRST, LAST, LAST, "x", "t"),
    "flows": ({}, {}, "x", "t"),
    "days": ({}, FIRST, LAST, "x", "t"),
}


def draw(app: Flask, name: str, given: tuple[object, ...], medium: str = "screen") -> str:
    module = app.jinja_env.get_template("components/charts.html").module
    with app.test_request_context():
        return str(getattr(module, name)(*given, medium=medium))


@pytest.mark.parametrize("medium", ["screen", "paper", "paper-bare"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture(app: Flask, name: str, medium: str) -> None:
    markup = draw(app, name, PICTURES[name], medium)
    assert markup == draw(app, name, PICTURES[name], medium), "the same figures, the same bytes"
    assert "<script" not in markup
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|https?:", markup)

    root = ET.fromstring(markup.replace("<br>", "<br/>"))  # noqa: S314 - our own markup
    pictures = [svg for svg in root.iter("svg") if svg.get("role") == "img"]
    drawn_twice = medium == "screen" and name != "coverage_bar"
    assert len(pictures) == (2 if drawn_twice else 1)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for picture in pictures:
        assert picture.get("font-family") == "Noto Sans CJK SC", "Chinese shapes on paper"
        named = [ids.index(i) for i in (picture.get("aria-labelledby") or "").split()]
        assert len(named) == 2, "a title and a description"
        assert picture.get("viewBox") or name == "coverage_bar"
    assert len(list(root.iter("table"))) == (0 if medium == "paper-bare" else 1)
    assert len(list(root.iter("details"))) == (1 if medium == "screen" else 0)


@pytest.mark.parametrize("name", EMPTY)
def test_a_picture_of_nothing_still_stands(app: Flask, name: str) -> None:
    assert "<figure" in draw(app, name, EMPTY[name])
