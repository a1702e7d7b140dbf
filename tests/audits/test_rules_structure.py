"""Clause 结构 (S1–S6): READING.md §1 and §4, sentence by sentence."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from community.audits.rules.facts import MembershipFacts
from community.audits.rules.rule_set import Terms
from community.kernel.i18n import use_locale
from community.registry.rules import Ownership, SchoolType, UrbanRuralClass
from tests.audits.factories import (
    BOARDING,
    KINDERGARTEN,
    LEAD,
    MEMBER,
    PIVOT,
    PRIMARY,
    RULES,
    D,
    case,
    day,
    judge,
    remedied,
    result,
    stay,
    without,
)

PRIVATE: dict[str, Any] = {"ownership": Ownership.PRIVATE}
OWNER_BLANK: dict[str, Any] = {"ownership": None}
CLASS_BLANK: dict[str, Any] = {"urban_rural_class": None}
TOWN: dict[str, Any] = {"urban_rural_class": UrbanRuralClass.TOWN_CENTRE}
VILLAGE: dict[str, Any] = {"urban_rural_class": UrbanRuralClass.VILLAGE}
RESOURCE: dict[str, Any] = {"type": SchoolType.EDUCATION_RESOURCE}
FLAGGED: dict[str, Any] = {"is_flagged_urban": True}
DAY_BEFORE, DAY_AFTER = day("2025-12-30"), day("2026-01-01")


# --- who is in on D ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stay_of_five", "as_of", "is_in"),
    [
        pytest.param({"joined_on": D}, D, True, id="the first day is in"),
        pytest.param({"joined_on": DAY_AFTER}, D, False, id="joined after D"),
        pytest.param({"left_on": D}, D, True, id="the last day is in"),
        pytest.param({"left_on": DAY_BEFORE}, D, False, id="left the day before"),
        pytest.param({"joined_on": D, "left_on": D}, D, True, id="a stay of one day"),
        pytest.param({"closed_on": D}, D, True, id="the last day open is in"),
        pytest.param({"closed_on": DAY_BEFORE}, D, False, id="closed, though its end is blank"),
        pytest.param({"left_on": D, "closed_on": DAY_BEFORE}, D, False, id="closed before it left"),
        pytest.param({"left_on": DAY_BEFORE, "closed_on": D}, D, False, id="left before it closed"),
        pytest.param({}, D, True, id="an open end"),
    ],
)
def test_in_a_community_on_day_x(stay_of_five: dict[str, Any], as_of: date, is_in: bool) -> None:
    members = without(5, add=[stay(MEMBER, 5, **stay_of_five)])
    assert judge("S3", as_of, memberships=members) == ("pass" if is_in else "fail", int(is_in), 1)


# --- S1 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "outcome"),
    [
        pytest.param({}, "pass", id="public, 111"),
        pytest.param({"urban_rural_class": UrbanRuralClass.URBAN_FRINGE}, "pass", id="112"),
        pytest.param({**TOWN, "is_in_county_seat": True}, "pass", id="121 in the county seat"),
        pytest.param({**TOWN, "is_in_county_seat": False}, "fail", id="121 elsewhere"),
        pytest.param({**TOWN, "is_in_county_seat": None}, "missing", id="121, township blank"),
        *(
            pytest.param(
                {"urban_rural_class": UrbanRuralClass(code), "is_in_county_seat": True},
                "fail",
                id=f"{code} is not urban, not even in the county seat",
            )
            for code in ("122", "123", "210", "220")
        ),
        pytest.param({**VILLAGE, "is_in_county_seat": None}, "fail", id="220, township blank"),
        pytest.param(CLASS_BLANK, "missing", id="class blank"),
        pytest.param(PRIVATE, "fail", id="private"),
        pytest.param(OWNER_BLANK, "missing", id="ownership blank"),
        pytest.param({**OWNER_BLANK, **CLASS_BLANK}, "missing", id="both blank"),
        pytest.param({**PRIVATE, **CLASS_BLANK}, "fail", id="private fails whatever the class"),
        pytest.param({**OWNER_BLANK, **VILLAGE}, "fail", id="a village fails whoever owns it"),
        pytest.param(
            {**PRIVATE, **TOWN, "is_in_county_seat": None}, "fail", id="private, township blank"
        ),
        pytest.param(
            {**OWNER_BLANK, **TOWN, "is_in_county_seat": True}, "missing", id="seat, owner blank"
        ),
        pytest.param({**RESOURCE, **PRIVATE}, "pass", id="an education resource may be private"),
        pytest.param({**RESOURCE, **OWNER_BLANK}, "pass", id="or without known ownership"),
        pytest.param({**RESOURCE, **VILLAGE}, "fail", id="but not in a village"),
        pytest.param({**RESOURCE, **CLASS_BLANK}, "missing", id="resource, class blank"),
        pytest.param({**FLAGGED, **VILLAGE}, "pass", id="the county flagged it as urban"),
        pytest.param({**FLAGGED, **CLASS_BLANK}, "pass", id="flagged, class blank"),
        pytest.param({**FLAGGED, **PRIVATE}, "fail", id="flagged, but private"),
        pytest.param({**FLAGGED, **OWNER_BLANK, **VILLAGE}, "missing", id="flagged, owner blank"),
    ],
)
def test_s1_one_lead(lead: dict[str, Any], outcome: str) -> None:
    answer = result("S1", memberships=[stay(LEAD, 1, **lead)])
    assert answer.outcome == outcome
    assert answer.value == {"leads": 1, "qualified": int(outcome == "pass")}
    assert answer.threshold == {"leads": 1, "qualified": 1}
    assert remedied(answer) == ([1] if outcome == "missing" else [])


@pytest.mark.parametrize(
    ("leads", "value"),
    [
        pytest.param([], (0, 0), id="none"),
        pytest.param([stay(PIVOT, 1), stay(MEMBER, 2)], (0, 0), id="good schools in other roles"),
        pytest.param([stay(LEAD, 1), stay(LEAD, 2)], (2, 2), id="two that both qualify"),
        pytest.param([stay(LEAD, 1), stay(LEAD, 2, **PRIVATE)], (2, 1), id="two, one qualifies"),
        pytest.param(
            [stay(LEAD, 1, **CLASS_BLANK), stay(LEAD, 2, **CLASS_BLANK)],
            (2, 0),
            id="a blank is missing only of exactly one lead",
        ),
        pytest.param([stay(LEAD, 1, left_on=DAY_BEFORE)], (0, 0), id="left before D"),
    ],
)
def test_s1_not_exactly_one_lead_fails(
    leads: list[MembershipFacts], value: tuple[int, int]
) -> None:
    shape = dict(zip(("leads", "qualified"), value, strict=True))
    expected = ("fail", shape, {"leads": 1, "qualified": 1})
    assert judge("S1", memberships=leads) == expected


def test_s1_looks_at_d_alone() -> None:
    leads = [
        stay(LEAD, 1, left_on=day("2025-02-23"), **PRIVATE),
        stay(LEAD, 2, joined_on=day("2025-02-24")),
    ]
    assert judge("S1", day("2025-02-23"), memberships=leads)[0] == "fail"
    assert judge("S1", day("2025-02-24"), memberships=leads)[0] == "pass"


# --- S2 ---------------------------------------------------------------------------------------

ONE_EACH = {"central_kindergarten": 1, "central_primary": 1, "public_boarding": 1}


def pivot(number: int, *kinds: Any, **overrides: Any) -> MembershipFacts:
    return stay(PIVOT, number, designations=frozenset(kinds), **overrides)


@pytest.mark.parametrize(
    ("pivots", "outcome", "counts"),
    [
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY), pivot(4, BOARDING)],
            "pass",
            (1, 1, 1),
            id="one of each",
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY, BOARDING)],
            "pass",
            (1, 1, 1),
            id="one school of two kinds counts in both",
        ),
        pytest.param(
            [pivot(n, KINDERGARTEN, PRIMARY, BOARDING) for n in (2, 3)],
            "pass",
            (2, 2, 2),
            id="more than one of each",
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY)], "fail", (1, 1, 0), id="a kind is absent"
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY), pivot(4)],
            "missing",
            (1, 1, 0),
            id="absent, and some pivot has a blank kind",
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY), pivot(4, BOARDING), pivot(6)],
            "pass",
            (1, 1, 1),
            id="a blank kind matters to nobody when all are there",
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY), stay(MEMBER, 4)],
            "fail",
            (1, 1, 0),
            id="a blank kind of a school that is no pivot says nothing",
        ),
        pytest.param(
            [
                pivot(2, KINDERGARTEN),
                pivot(3, PRIMARY),
                stay(MEMBER, 4, designations=frozenset({BOARDING})),
            ],
            "fail",
            (1, 1, 0),
            id="the designation of a school that is no pivot does not count",
        ),
        pytest.param(
            [pivot(2, KINDERGARTEN), pivot(3, PRIMARY), pivot(4, BOARDING, left_on=DAY_BEFORE)],
            "fail",
            (1, 1, 0),
            id="it left before D",
        ),
        pytest.param([], "fail", (0, 0, 0), id="no pivot at all"),
    ],
)
def test_s2(pivots: list[MembershipFacts], outcome: str, counts: tuple[int, int, int]) -> None:
    answer = result("S2", memberships=pivots)
    assert answer.outcome == outcome
    assert answer.value == dict(zip(ONE_EACH, counts, strict=True))
    assert answer.threshold == ONE_EACH
    blank = [m.school.school_id for m in pivots if m.role is PIVOT and not m.school.designations]
    assert remedied(answer) == (blank if outcome == "missing" else [])


BOARDING_WAIVED = {("S2", "public_boarding"): "None in the township (Somebody)"}


@pytest.mark.parametrize(
    ("pivots", "waivers", "outcome"),
    [
        pytest.param([2, 3], BOARDING_WAIVED, "waived", id="the absent kind is waived"),
        pytest.param([2, 3, 4], BOARDING_WAIVED, "pass", id="nothing to waive"),
        pytest.param([2], BOARDING_WAIVED, "fail", id="another kind is absent as well"),
        pytest.param([2, 9], BOARDING_WAIVED, "missing", id="another kind is not on file"),
        pytest.param([2, 3, 9], BOARDING_WAIVED, "waived", id="only what is not waived is missing"),
        pytest.param([2, 3], {("S1", "public_boarding"): "x"}, "fail", id="of another criterion"),
    ],
)
def test_s2_waivers(pivots: list[int], waivers: dict[tuple[str, str], str], outcome: str) -> None:
    kinds = {2: (KINDERGARTEN,), 3: (PRIMARY,), 4: (BOARDING,), 9: ()}
    stays = [pivot(number, *kinds[number]) for number in pivots]
    answer = result("S2", memberships=stays, waivers=waivers)
    assert answer.outcome == outcome
    with use_locale("en"):
        assert ("None in the township (Somebody)" in str(answer.because)) is (outcome == "waived")


# --- S3–S6 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(without(5), ("fail", 0, 1), id="lead and pivots are no members"),
        pytest.param(without(), ("pass", 1, 1), id="one"),
        pytest.param(without(add=[stay(MEMBER, 6)]), ("pass", 2, 1), id="two"),
        pytest.param(
            without(5, add=[stay(MEMBER, 5, designations=frozenset({PRIMARY}))]),
            ("pass", 1, 1),
            id="the role decides, not the designation",
        ),
    ],
)
def test_s3(members: tuple[MembershipFacts, ...], expected: tuple[str, int, int]) -> None:
    assert judge("S3", memberships=members) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(without(), ("pass", 1, 1), id="one county"),
        pytest.param(without(add=[stay(MEMBER, 6, county_id=2)]), ("fail", 2, 1), id="two"),
        pytest.param(
            without(add=[stay(MEMBER, 6, county_id=2, left_on=DAY_BEFORE)]),
            ("pass", 1, 1),
            id="the school of the other county has left",
        ),
        pytest.param((), ("pass", 0, 1), id="no school on D"),
    ],
)
def test_s4(members: tuple[MembershipFacts, ...], expected: tuple[str, int, int]) -> None:
    assert judge("S4", memberships=members) == expected


def pupils(*counts: int | None) -> list[MembershipFacts]:
    return [stay(MEMBER, n, pupils=count) for n, count in enumerate(counts, 1)]


@pytest.mark.parametrize(
    ("members", "outcome", "value"),
    [
        pytest.param(pupils(*[100] * 9), "pass", (9, 900), id="nine schools"),
        pytest.param(pupils(*[100] * 10), "fail", (10, 1000), id="ten schools"),
        pytest.param(pupils(7500, 7500), "pass", (2, 15000), id="15,000 pupils"),
        pytest.param(pupils(7500, 7501), "fail", (2, 15001), id="15,001 pupils"),
        pytest.param(pupils(100, None), "missing", (2, 100), id="a blank within the limits"),
        pytest.param(pupils(15000, None), "missing", (2, 15000), id="a blank at the limit"),
        pytest.param(pupils(15001, None), "fail", (2, 15001), id="known figures exceed it already"),
        pytest.param(pupils(*[None] * 10), "fail", (10, 0), id="too many schools, no figure"),
        pytest.param(pupils(0, 0), "pass", (2, 0), id="no pupils are not a blank"),
        pytest.param([], "pass", (0, 0), id="no school on D"),
        pytest.param(
            [stay(MEMBER, 1), stay(MEMBER, 2, pupils=None, left_on=DAY_BEFORE)],
            "pass",
            (1, 100),
            id="who has left is not asked",
        ),
    ],
)
def test_s5(members: list[MembershipFacts], outcome: str, value: tuple[int, int]) -> None:
    answer = result("S5", memberships=members)
    assert answer.outcome == outcome
    assert answer.value == {"schools": value[0], "pupils": value[1]}
    assert answer.threshold == {"schools": 9, "pupils": 15000}
    blank = [m.school.school_id for m in members if m.school.pupils is None]
    assert remedied(answer) == (blank if outcome == "missing" else [])


@pytest.mark.parametrize(
    ("elsewhere", "members", "expected"),
    [
        pytest.param((), without(), ("pass", 0, 0), id="nowhere else"),
        pytest.param((2,), without(), ("fail", 1, 0), id="one school"),
        pytest.param((2, 5), without(), ("fail", 2, 0), id="each school once"),
        pytest.param((9,), without(), ("pass", 0, 0), id="a school that is not in this one"),
        pytest.param(
            (5,),
            without(5, add=[stay(MEMBER, 5, left_on=DAY_BEFORE)]),
            ("pass", 0, 0),
            id="it left this one before D",
        ),
    ],
)
def test_s6(
    elsewhere: tuple[int, ...], members: tuple[MembershipFacts, ...], expected: tuple[str, int, int]
) -> None:
    answer = judge("S6", memberships=members, schools_elsewhere=frozenset(elsewhere))
    assert answer == expected


def test_a_threshold_is_data() -> None:
    (published,) = (c for c in RULES.criteria if c.id == "S6")
    lenient = replace(published, terms=Terms(1, {}))
    for elsewhere, outcome in (({2}, "pass"), ({2, 5}, "fail")):
        answer = lenient.judge(case(schools_elsewhere=frozenset(elsewhere)))
        assert (answer.outcome, answer.value, answer.threshold) == (outcome, len(elsewhere), 1)


def test_reasons_name_the_schools() -> None:
    with use_locale("en"):
        good = result("S1", memberships=[stay(LEAD, 1)])
        assert str(good.because) == "School 1 leads and qualifies."
        poor = result("S1", memberships=[stay(LEAD, 1, **PRIVATE)])
        assert str(poor.because).startswith("School 1 leads, but is not")
        two = result("S1", memberships=[stay(LEAD, 1), stay(LEAD, 2)])
        assert str(two.because) == "There are 2 lead schools: School 1, School 2."
        assert str(result("S1", memberships=[]).because) == "There is no lead school."
        other = result("S6", schools_elsewhere=frozenset({2}))
        assert str(other.because) == "Also in another community: School 2."
        absent = result("S2", memberships=without(4))
        assert str(absent.because) == "Among the pivot schools there is no: public boarding school."
