"""`flask count`, as an official's IT colleague uses it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from community.audits.rules.results import Verdict
from community.audits.services import Question, count_region
from community.kernel.i18n import label
from tests.conftest import OPERATOR

AT = ("--as-of", "2025-12-31", "--known-at", "2026-01-31T00:00+08:00")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["count", *arguments])


def printed(app: Flask, *arguments: str) -> dict[str, Any]:
    result = run(app, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_json_of_a_city_has_the_agreed_shape(demonstration: Flask) -> None:
    found = printed(demonstration, "--region", "445200", *AT)
    assert found.keys() == {"rule_set", "as_of", "known_at", "window", "regions", "city"}
    assert (found["rule_set"], found["as_of"]) == ("2025-1", "2025-12-31")
    assert found["known_at"] == "2026-01-31T00:00:00+08:00"
    assert found["window"] == ["2024-09-01", "2025-08-31"]
    assert found["city"].keys() == {"code", "minimum", "counted", "met", "every_county_met"}
    assert len(found["regions"]) == 5
    communities = 0
    for region in found["regions"]:
        assert region.keys() == {
            *("code", "name", "minimum", "counted", "met", "coverage", "verdicts")
        }
        assert region["coverage"].keys() == {"rural_schools", "in_community", "in_counted"}
        for community in region["verdicts"]:
            check_community(community)
            communities += 1
    assert communities == 14
    assert found["city"]["counted"] == sum(region["counted"] for region in found["regions"])


def check_community(community: dict[str, Any]) -> None:
    assert community.keys() == {"community", "name", "verdict", "criteria", "activities"}
    assert community["verdict"] in {"counted", "in_progress", "pending_data", "not_counted"}
    assert len(community["criteria"]) == 19
    for criterion in community["criteria"]:
        assert criterion.keys() == {"id", "kind", "outcome", "value", "threshold", "because"}
        assert criterion["outcome"] in {"pass", "fail", "missing", "not_applicable", "waived"}
        assert criterion["kind"] in {"hard", "warning"}
        assert criterion["because"].endswith("。")
    for sheet, levels in community["activities"].items():
        amounts = {"rows"} if sheet == "resource_transfers" else {"rows", "periods"}
        assert levels.keys() == {"reported", "confirmed", "counted"}
        assert all(amount.keys() == amounts for amount in levels.values())


def test_a_county_has_no_city_and_the_figures_of_the_pages(demonstration: Flask) -> None:
    found = printed(demonstration, "--region", "445203", *AT)
    assert "city" not in found
    assert "trial" not in found
    question = Question(date(2025, 12, 31), datetime(2026, 1, 30, 16, tzinfo=UTC))
    with demonstration.app_context():
        assert found == count_region("445203", question, actor=OPERATOR).as_json()


def test_another_school_year_is_called_a_trial(demonstration: Flask) -> None:
    usual = printed(demonstration, "--region", "445203", *AT, "--school-year", "2024-2025")
    assert "trial" not in usual
    trial = printed(demonstration, "--region", "445203", *AT, "--school-year", "2025-2026")
    assert trial["trial"] is True
    assert trial["window"] == ["2025-09-01", "2026-08-31"]
    spoken = run(demonstration, "--region", "445203", *AT, "--school-year", "2025-2026")
    assert "试算" in spoken.output


def test_the_table_is_chinese_and_says_why(demonstration: Flask) -> None:
    result = run(demonstration, "--region", "445200", *AT)
    assert result.exit_code == 0, result.output
    for verdict in Verdict:
        assert label(verdict) in result.output
    question = Question(date(2025, 12, 31), datetime(2026, 1, 30, 16, tzinfo=UTC))
    with demonstration.app_context():
        count = count_region("445200", question, actor=OPERATOR)
    for region in count.regions:
        assert region.name in result.output
        for community in region.communities:
            assert community.facts.name in result.output
            for criterion in community.hard_open:
                assert str(criterion.because) in result.output
    assert not {"Community", "Verdict", "Reported", "None"} & set(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--region", "999999", *AT), 1, "999999"),
        (("--region", "445203001", *AT), 1, "445203001"),
        (("--region", "445203", *AT, "--school-year", "1999-2000"), 1, "2024-2025"),
        (("--region", "445203", *AT, "--rule-set", "1999-1"), 1, "1999-1"),
        (("--region", "445203", "--as-of", "2025-02-29"), 2, "2025-12-31"),
        (("--region", "445203", "--as-of", "2025-12-31", "--known-at", "soon"), 2, "2026-01-31"),
        (("--region", "445203"), 2, "--as-of"),
        (("--as-of", "2025-12-31"), 2, "--region"),
    ],
)
def test_what_cannot_be_counted_is_said_on_standard_error(
    demonstration: Flask, arguments: tuple[str, ...], status: int, says: str
) -> None:
    result = run(demonstration, *arguments)
    assert result.exit_code == status, result.output
    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output
