"""The workbooks of the demonstration, imported as history and counted as was computed by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask

from community import access
from community.activities.rules import ActivityKind, Sheet
from community.audits.rules.count import Count, levels_as_json
from community.audits.services import Question, count_region, judge_community, seed_rule_sets
from community.demonstration.services import DATA as WORKBOOKS
from community.imports.rules import ImportResult
from community.imports.services import import_source
from community.imports.sheets import SourceFile, read_files
from community.journal.services import writing
from community.kernel.database import transaction
from community.registry.services import seed_reference

OPERATOR: Final = access.Operator("test")
EXPECTED: Final = Path(__file__).parent / "data"
WORDS: Final = {
    ActivityKind(kind): word
    for kind, word in (
        ("synchronous_class", "同步课堂"),
        ("dedicated_remote_class", "专递课堂"),
        ("master_teacher_class", "名师课堂"),
        ("joint_research", "联合教研"),
        ("collective_lesson_planning", "集体备课"),
        ("same_lesson_different_designs", "同课异构"),
        ("outreach_lesson", "送教下乡"),
        ("walking_teaching", "走教"),
        ("cross_school_teaching", "跨校兼课"),
        ("support_teaching", "支教"),
        ("rotation", "轮岗"),
        ("books", "图书"),
        ("teaching_equipment", "教学设备"),
        ("curriculum_resources", "课程资源"),
        ("sports_equipment", "体育器材"),
        ("teaching_aids", "教具"),
        ("other", "其他"),
    )
}


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    """The application's context, for calls of services."""
    with app.app_context():
        yield


def bring_in(*patterns: str) -> ImportResult:
    """Import workbooks of the demonstration as history, with the reference data before them."""
    paths = sorted(path for pattern in patterns for path in WORKBOOKS.glob(pattern))
    source = read_files([SourceFile(path.name, path.read_bytes()) for path in paths])
    with transaction():
        seed_reference(actor=OPERATOR)
        with writing(actor=OPERATOR, action="reference.seeded"):
            seed_rule_sets()
        return import_source(source, actor=OPERATOR, is_history=True)


def ask(region: str, case: dict[str, Any]) -> tuple[Count, Question]:
    """Count a region as of a case's day, as known at its instant."""
    question = Question(date.fromisoformat(case["as_of"]), datetime.fromisoformat(case["known_at"]))
    return count_region(region, question, actor=OPERATOR), question


def totals(count: Count, codes: set[str]) -> dict[str, Any]:
    """The figures of some counties by sheet, kind and month; empty cells are left out."""
    cells: dict[str, Any] = {str(sheet): {} for sheet in Sheet}
    regions = [region for region in count.regions if region.code in codes]
    figures = sum((r.figures for r in regions[1:]), regions[0].figures)
    for (sheet, kind, month), levels in figures.cells.items():
        cells[sheet].setdefault(WORDS[kind], {})[month] = levels_as_json(sheet, levels)
    sums = {
        str(sheet): levels_as_json(sheet, levels) for sheet, levels in figures.by_sheet().items()
    }
    return {"sums": sums, "by_kind_and_month": cells}


def region_as_expected(region: dict[str, Any]) -> dict[str, Any]:
    """A region as the count prints it, less what the expectation does not name."""
    wanted = ("id", "outcome", "value", "threshold")
    return {
        **{key: region[key] for key in ("code", "minimum", "counted", "met")},
        "verdicts": [
            {
                **{key: judged[key] for key in ("community", "verdict", "activities")},
                "criteria": [{key: c[key] for key in wanted} for c in judged["criteria"]],
            }
            for judged in region["verdicts"]
        ],
    }


@pytest.mark.parametrize(
    ("name", "patterns", "region", "communities"),
    [
        pytest.param("jiedong", ("jiedong-*",), "445203", 7, id="one county"),
        pytest.param("demonstration", ("*.xlsx", "*.csv"), "445200", 14, id="all counties"),
    ],
)
def test_the_count_is_as_expected(
    app_context: None, name: str, patterns: tuple[str, ...], region: str, communities: int
) -> None:
    expected = json.loads((EXPECTED / f"{name}_expected.json").read_text("utf-8"))
    result = bring_in(*patterns)
    assert result.is_ok, result.errors[:3]
    rows = Counter[str]()
    for sheet in result.sheets:
        if name != "demonstration" or not sheet.file.startswith("jiedong-"):
            rows[sheet.kind] += sheet.rows
    assert dict(rows) == expected["row_counts"]
    assert len(expected["cases"]) == 4
    for case in expected["cases"]:
        count, question = ask(region, case)
        printed = count.as_json()
        assert (printed["rule_set"], printed["window"]) == (
            expected["rule_set"],
            expected["window"],
        )
        assert (printed["as_of"], printed["known_at"]) == (case["as_of"], case["known_at"])
        assert sum(len(county["verdicts"]) for county in printed["regions"]) == communities
        by_code = {county["code"]: region_as_expected(county) for county in printed["regions"]}
        for county in case["regions"]:
            assert by_code[county["code"]] == county
        assert totals(count, {county["code"] for county in case["regions"]}) == case["totals"]
        assert printed.get("city") == case.get("city")
        if case is not expected["cases"][0]:
            continue
        for judged in (judged for county in count.regions for judged in county.communities):
            alone = judge_community(judged.facts.code, question, actor=OPERATOR)
            assert alone.count.as_json() == judged.as_json()
