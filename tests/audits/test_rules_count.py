"""Verdicts, minima, figures, coverage and the default window: READING.md §2, §5, §6."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from community.activities.rules import Decision, DecisionKind, Exclusion, Sheet
from community.audits.rules.count import (
    CommunityCount,
    Count,
    Coverage,
    RegionCount,
    build_city_count,
    build_community_count,
    build_coverage,
    build_verdict,
    default_school_year,
)
from community.audits.rules.facts import term_name
from community.audits.rules.results import CriterionKind, Outcome, Verdict
from community.audits.rules.rule_set import build_rule_set
from community.registry.rules import UrbanRuralClass
from tests.audits.factories import (
    ACTIVITIES,
    BOOKS,
    FIRST,
    LATER,
    LEAD,
    MEMBER,
    MEMBERSHIPS,
    OPEN,
    PIVOT,
    RULES,
    WALK,
    D,
    activity,
    day,
    facts,
    period,
    result,
    school,
    stay,
    without,
)

HARD = ("S1", "S2", "S3", "G1", "G2", "R1", "R2", "O1", "O2", "O3", "O4", "O5")
WARNINGS = ("S4", "S5", "S6", "R3", "O6", "O7", "X1")


def count(as_of: date = D, **overrides: Any) -> CommunityCount:
    return build_community_count(facts(**overrides), period(as_of), RULES)


# --- verdicts ---------------------------------------------------------------------------------


def test_a_community_that_passes_everything_counts() -> None:
    judged = count()
    assert {c.id: c.outcome for c in judged.criteria} == dict.fromkeys(
        [c.id for c in RULES.criteria], Outcome.PASS
    )
    assert judged.verdict is Verdict.COUNTED
    assert not judged.hard_open
    assert not judged.warnings


def test_which_criteria_are_hard() -> None:
    kinds = {c.id: c.kind for c in RULES.criteria}
    assert kinds == {
        **dict.fromkeys(HARD, CriterionKind.HARD),
        **dict.fromkeys(WARNINGS, CriterionKind.WARNING),
    }
    assert [c.id for c in RULES.criteria] == (
        [
            "S1",
            "S2",
            "S3",
            "S4",
            "S5",
            "S6",
            "G1",
            "G2",
            "R1",
            "R2",
            "R3",
            "O1",
            "O2",
            "O3",
            "O4",
            "O5",
            "O6",
            "O7",
            "X1",
        ]
    )


def verdict(**outcomes: str) -> Verdict:
    """The verdict when some criteria answer otherwise than pass."""
    criteria = [replace(result(c.id), outcome=Outcome.PASS) for c in RULES.criteria]
    return build_verdict(replace(c, outcome=Outcome(outcomes.get(c.id, "pass"))) for c in criteria)


@pytest.mark.parametrize("criterion", HARD)
def test_each_hard_criterion_decides(criterion: str) -> None:
    is_operation = criterion.startswith("O")
    failed = Verdict.IN_PROGRESS if is_operation else Verdict.NOT_COUNTED
    assert verdict(**{criterion: "fail"}) is failed
    assert verdict(**{criterion: "missing"}) is Verdict.PENDING_DATA
    assert verdict(**{criterion: "not_applicable"}) is Verdict.COUNTED
    assert verdict(**{criterion: "waived"}) is Verdict.COUNTED


@pytest.mark.parametrize("criterion", WARNINGS)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_warnings_never_change_the_verdict(criterion: str, outcome: Outcome) -> None:
    assert verdict(**{criterion: outcome}) is Verdict.COUNTED


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param({"S3": "fail", "R1": "missing"}, Verdict.NOT_COUNTED, id="1 before 2"),
        pytest.param({"G1": "fail", "O1": "fail"}, Verdict.NOT_COUNTED, id="1 before 3"),
        pytest.param({"R2": "missing", "O1": "fail"}, Verdict.PENDING_DATA, id="2 before 3"),
        pytest.param({"O1": "fail", "O3": "not_applicable"}, Verdict.IN_PROGRESS, id="3"),
        pytest.param(dict.fromkeys(WARNINGS, "fail"), Verdict.COUNTED, id="4: all warnings"),
        pytest.param({"S4": "fail", "O5": "fail"}, Verdict.IN_PROGRESS, id="S4 is no hard S rule"),
        pytest.param({"R3": "missing", "O5": "fail"}, Verdict.IN_PROGRESS, id="nor R3 hard data"),
    ],
)
def test_the_first_that_applies(outcomes: dict[str, str], expected: Verdict) -> None:
    assert verdict(**outcomes) is expected


def test_what_stands_between_a_community_and_being_counted() -> None:
    judged = count(memberships=without(5), is_listed=None, meetings=())
    assert judged.verdict is Verdict.NOT_COUNTED
    assert [c.id for c in judged.hard_open] == ["S3", "G1", "O1", "O2", "O3", "O5"]
    assert [c.id for c in judged.warnings] == ["R3", "O6", "O7", "X1"]
    assert judged.criterion("S3") in judged.hard_open
    assert judged.criterion("S9") is None


# --- existing on D ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("founded_on", "dissolved_on", "exists"),
    [
        pytest.param(D, None, True, id="founded on D"),
        pytest.param(day("2026-01-01"), None, False, id="founded after D"),
        pytest.param(None, None, True, id="a blank first day is always"),
        pytest.param(FIRST, D, True, id="its last day"),
        pytest.param(FIRST, day("2025-12-30"), False, id="dissolved the day before"),
        pytest.param(None, day("2025-12-30"), False, id="dissolved, first day blank"),
    ],
)
def test_exists_on_d(founded_on: date | None, dissolved_on: date | None, exists: bool) -> None:
    assert facts(founded_on=founded_on, dissolved_on=dissolved_on).exists_on(D) is exists


# --- the period -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "last_day", "terms", "is_open"),
    [
        ("2024-09-01", "2024-09-01", [], True),
        ("2024-09-02", "2024-09-02", [("T1", "2024-09-02")], True),
        ("2025-01-16", "2025-01-16", [("T1", "2025-01-16")], True),
        ("2025-01-18", "2025-01-18", [("T1", "2025-01-17")], True),
        ("2025-02-16", "2025-02-16", [("T1", "2025-01-17")], True),
        ("2025-02-17", "2025-02-17", [("T1", "2025-01-17"), ("T2", "2025-02-17")], True),
        ("2025-07-05", "2025-07-05", [("T1", "2025-01-17"), ("T2", "2025-07-04")], True),
        ("2025-08-30", "2025-08-30", [("T1", "2025-01-17"), ("T2", "2025-07-04")], True),
        ("2025-08-31", "2025-08-31", [("T1", "2025-01-17"), ("T2", "2025-07-04")], False),
        ("2025-09-01", "2025-08-31", [("T1", "2025-01-17"), ("T2", "2025-07-04")], False),
    ],
)
def test_effective_window_and_judged_terms(
    as_of: str, last_day: str, terms: list[tuple[str, str]], is_open: bool
) -> None:
    asked = period(day(as_of))
    assert asked.effective_last_day == day(last_day)
    assert [(t.key, t.ends_on) for t in asked.judged_terms] == [(k, day(e)) for k, e in terms]
    assert asked.is_open is is_open


YEARS = {f"{y}-{y + 1}": date(y + 1, 8, 31) for y in range(2023, 2027)}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param("2025-12-31", "2024-2025", id="the default D"),
        pytest.param("2025-09-01", "2024-2025", id="the day after its end"),
        pytest.param("2025-08-31", "2024-2025", id="on its last day, as the first of the rule set"),
        pytest.param("2025-06-30", "2024-2025", id="within it, likewise"),
        pytest.param("2024-01-15", "2024-2025", id="no window before the rule set's first"),
        pytest.param("2026-08-31", "2024-2025", id="the next year has not ended before D"),
        pytest.param("2026-09-01", "2025-2026", id="the next year has ended"),
        pytest.param("2030-01-01", "2026-2027", id="the last one on file"),
    ],
)
def test_default_window(as_of: str, expected: str) -> None:
    assert default_school_year(day(as_of), YEARS, "2024-2025") == expected


def test_terms_have_names() -> None:
    assert term_name("T1").msgid == "first term"
    assert term_name("T3").msgid == "T3"
    assert period().terms[1].name.msgid == "second term"


# --- figures ----------------------------------------------------------------------------------


def decided(kind: DecisionKind) -> Decision:
    return Decision(kind, "陈科长", day("2025-01-10"), "无人到场")


MIXED_RECORDS = (
    activity(periods=2),
    activity(periods=3, has_evidence=False),
    activity(periods=4, confirmations=(OPEN,)),
    activity(periods=5, held_on=day("2024-08-31")),
    activity(BOOKS),
    activity(WALK, periods=2, confirmations=(LATER,)),
    activity(WALK, periods=2, provider_id=99),
    activity(periods=6, decisions=(decided(DecisionKind.WITHDRAWN),)),
    activity(periods=6, decisions=(decided(DecisionKind.RETURNED),)),
    activity(BOOKS, decisions=(decided(DecisionKind.DISALLOWED),)),
)


def test_three_figures_per_sheet() -> None:
    shown = count(activities=MIXED_RECORDS).as_json()["activities"]
    assert shown == {
        "shared_teaching": {
            "reported": {"rows": 3, "periods": 9},
            "confirmed": {"rows": 2, "periods": 5},
            "counted": {"rows": 1, "periods": 2},
        },
        "walking_teaching": {
            "reported": {"rows": 2, "periods": 4},
            "confirmed": {"rows": 1, "periods": 2},
            "counted": {"rows": 0, "periods": 0},
        },
        "resource_transfers": {
            "reported": {"rows": 2},
            "confirmed": {"rows": 2},
            "counted": {"rows": 1},
        },
    }


def test_why_records_are_left_out() -> None:
    assert count(activities=MIXED_RECORDS).exclusions == {
        Exclusion.NO_EVIDENCE: 1,
        Exclusion.NOT_CONFIRMED: 1,
        Exclusion.OUTSIDE_WINDOW: 1,
        Exclusion.CONFIRMED_LATER: 1,
        Exclusion.OUTSIDE_MEMBERSHIP: 1,
        Exclusion.WITHDRAWN: 1,
        Exclusion.RETURNED: 1,
        Exclusion.DISALLOWED: 1,
    }


# --- regions ----------------------------------------------------------------------------------

NO_COVERAGE = Coverage(0, 0, 0)
IN_PROGRESS: dict[str, Any] = {"activities": ACTIVITIES[1:]}  # one lesson left: O1 fails
PENDING: dict[str, Any] = {"has_plan_document": False}
NOT_COUNTED: dict[str, Any] = {"memberships": without(5)}


def region(minimum: int | None, *communities: CommunityCount) -> RegionCount:
    return RegionCount(1, "445203", "Jiedong", minimum, communities, NO_COVERAGE)


@pytest.mark.parametrize(
    ("counted", "minimum", "is_met", "lacking"),
    [(1, 2, False, 1), (2, 2, True, 0), (3, 2, True, 0), (0, None, True, 0), (0, 1, False, 1)],
)
def test_a_region_against_its_minimum(
    counted: int, minimum: int | None, is_met: bool, lacking: int
) -> None:
    communities = [count()] * counted + [count(**PENDING)]
    county = region(minimum, *communities)
    assert (county.counted, county.is_met, county.lacking) == (counted, is_met, lacking)
    city = build_city_count(9, "445200", "Jieyang", minimum, [county])
    assert (city.counted, city.is_met, city.lacking) == (counted, is_met, lacking)


def test_a_surplus_in_one_county_hides_no_shortfall_in_another() -> None:
    rich, poor = region(1, count(), count(), count()), region(1, count(**PENDING))
    city = build_city_count(9, "445200", "Jieyang", 3, [rich, poor])
    assert city.is_met
    assert not city.every_county_met
    assert build_city_count(9, "445200", "Jieyang", 4, [rich, rich]).every_county_met
    assert city.as_json() == {
        "code": "445200",
        "minimum": 3,
        "counted": 3,
        "met": True,
        "every_county_met": False,
    }


def test_the_figures_of_a_region() -> None:
    county = region(
        6, count(activities=MIXED_RECORDS), count(activities=MIXED_RECORDS[:1]), count(**PENDING)
    )
    assert county.by_verdict == {
        Verdict.COUNTED: 0,
        Verdict.IN_PROGRESS: 2,
        Verdict.PENDING_DATA: 1,
        Verdict.NOT_COUNTED: 0,
    }
    lessons = county.figures.by_sheet()[Sheet.SHARED_TEACHING]
    own = count(**PENDING).figures.by_sheet()[Sheet.SHARED_TEACHING]
    assert lessons.reported.periods == 9 + 2 + own.reported.periods
    assert dict(county.exclusions) == dict.fromkeys(Exclusion, 1)
    assert list(county.exclusions) == list(Exclusion)


def test_which_community_is_nearest() -> None:
    in_progress, pending, failed = count(**IN_PROGRESS), count(**PENDING), count(**NOT_COUNTED)
    assert [c.id for c in in_progress.hard_open] == ["O1"]
    assert region(6, failed, pending, in_progress, count()).nearest is in_progress
    assert region(6, failed, pending).nearest is pending
    assert region(6, failed).nearest is failed
    assert region(6, count()).nearest is None
    far = count(activities=())
    assert region(6, far, pending).nearest is pending  # the fewest open criteria come first


# --- coverage ---------------------------------------------------------------------------------

TOWNSHIP: dict[str, Any] = {"urban_rural_class": UrbanRuralClass.TOWNSHIP_CENTRE}
VILLAGE: dict[str, Any] = {"urban_rural_class": UrbanRuralClass.VILLAGE}


def test_coverage() -> None:
    schools = [
        school(1),  # urban
        school(2, **TOWNSHIP),
        school(5, **VILLAGE),
        school(6, **VILLAGE),  # in no community
        school(7, **VILLAGE, closed_on=day("2025-12-30")),
        school(8, **VILLAGE, closed_on=D),
        school(9, **VILLAGE, opened_on=day("2026-01-01")),
        school(10, **VILLAGE, opened_on=D),
        school(11, urban_rural_class=UrbanRuralClass.TOWN_FRINGE),
        school(12, urban_rural_class=None),
        school(13, **VILLAGE, county_id=2),
    ]
    counted = count()  # schools 1 to 5
    pending = count(memberships=(stay(LEAD, 1), stay(MEMBER, 8), stay(MEMBER, 13)))
    assert pending.verdict is not Verdict.COUNTED
    assert build_coverage(1, schools, [counted, pending], D) == Coverage(5, 3, 2)
    assert build_coverage(2, schools, [counted, pending], D) == Coverage(1, 1, 0)
    assert build_coverage(1, schools, [], D) == Coverage(5, 0, 0)
    assert Coverage(5, 3, 2) + Coverage(1, 1, 0) == Coverage(6, 4, 2)


def test_coverage_asks_who_is_in_on_d() -> None:
    left = without(5, add=[stay(MEMBER, 5, left_on=day("2025-12-30"), **VILLAGE)])
    schools = [school(5, **VILLAGE)]
    assert build_coverage(1, schools, [count(memberships=left)], D) == Coverage(1, 0, 0)


# --- what is printed --------------------------------------------------------------------------


def test_the_printed_count() -> None:
    judged = Count(
        rule_set=RULES,
        period=period(),
        known_at=datetime(2026, 1, 30, 16, tzinfo=UTC),
        is_trial=False,
        regions=(region(6, count()),),
        city=None,
    )
    shown = judged.as_json()
    assert shown["rule_set"] == "2025-1"
    assert shown["as_of"] == "2025-12-31"
    assert shown["known_at"] == "2026-01-31T00:00:00+08:00"
    assert shown["window"] == ["2024-09-01", "2025-08-31"]
    assert "city" not in shown
    assert "trial" not in shown
    (county,) = shown["regions"]
    assert (county["code"], county["minimum"], county["counted"], county["met"]) == (
        "445203",
        6,
        1,
        False,
    )
    assert county["coverage"] == {"rural_schools": 0, "in_community": 0, "in_counted": 0}
    (community,) = county["verdicts"]
    assert (community["community"], community["verdict"]) == ("JD-01", "counted")
    first, *_ = community["criteria"]
    assert set(first) == {"id", "kind", "outcome", "value", "threshold", "because"}
    assert first["value"] == {"leads": 1, "qualified": 1}
    assert isinstance(community["criteria"][2]["value"], int)

    city = build_city_count(9, "445200", "Jieyang", 10, judged.regions)
    trial = replace(judged, city=city, is_trial=True).as_json()
    assert trial["trial"] is True
    assert trial["city"]["counted"] == 1


def test_the_lead_on_a_day() -> None:
    assert facts().lead_on(D) == MEMBERSHIPS[0].school
    assert facts(memberships=[stay(PIVOT, 2)]).lead_on(D) is None
    assert facts().role_on(2, D) is PIVOT
    assert facts().role_on(99, D) is None


# --- the rule set -----------------------------------------------------------------------------


def test_a_criterion_without_meaning_cannot_be_judged() -> None:
    content = {
        "version": "2099-1",
        "title_zh": "",
        "title_en": "",
        "published_on": "2099-01-01",
        "first_school_year": "2098-2099",
        "clauses": [],
        "criteria": [
            {
                "id": "Z9",
                "clause": "structure",
                "kind": "hard",
                "threshold": 1,
                "title_zh": "",
                "title_en": "",
                "source_zh": "",
                "source_en": "",
            }
        ],
    }
    with pytest.raises(KeyError, match="Z9"):
        build_rule_set(content, {})


def test_the_filter_is_no_criterion_but_has_its_words() -> None:
    assert "佐证" in RULES.evidence_filter["title"]["zh"]
    assert set(RULES.evidence_filter) == {"title", "source"}


def test_which_records_a_criterion_looks_at() -> None:
    looks_at = {c.id: result(c.id).looks_at for c in RULES.criteria}
    asked = {id_: look for id_, look in looks_at.items() if look is not None}
    lesson, walk, books, research = (ACTIVITIES[n] for n in (0, 14, 16, 2))
    assert {
        id_: [look(a) for a in (lesson, walk, books, research)] for id_, look in asked.items()
    } == {
        "O1": [True, False, False, False],
        "O2": [False, False, False, True],
        "O3": [True] * 4,
        "O4": [False, True, False, False],
        "O5": [False, False, True, False],
        "O6": [True] * 4,
        "O7": [False, False, False, True],
        "X1": [True] * 4,
    }
