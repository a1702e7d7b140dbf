"""Clauses 有效运行 and 辐射带动 (O1–O7, X1): READING.md §3 and §4.

What makes an activity count at all is tested with the activities' own rules.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from community.activities.rules import ActivityFacts, ActivityKind, Mode, Sheet
from community.audits.rules.facts import MembershipFacts
from community.kernel.i18n import use_locale
from tests.audits.factories import (
    BOOKS,
    FIRST,
    LATER,
    LEAD,
    LESSON,
    MASTER,
    MEMBER,
    ONLINE,
    ONSITE,
    OPEN,
    OUTREACH,
    PIVOT,
    REMOTE,
    RESEARCH,
    RESEARCH_KINDS,
    SECOND,
    SHEETS,
    WALK,
    WALKING_KINDS,
    D,
    activity,
    day,
    days,
    judge,
    remedied,
    result,
    stay,
    without,
)

Activities = list[ActivityFacts]
UNPROVEN: dict[str, Any] = {"has_evidence": False}
UNCONFIRMED: dict[str, Any] = {"confirmations": (OPEN,)}
ENGLISH: dict[str, Any] = {"subject": "英语"}


# --- O1 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activities", "outcome", "value"),
    [
        pytest.param(
            [activity(LESSON, periods=18), activity(REMOTE, periods=2, **ENGLISH)],
            "pass",
            (20, 2),
            id="at both thresholds, both kinds together",
        ),
        pytest.param(
            [activity(periods=18), activity(periods=1, **ENGLISH)],
            "fail",
            (19, 2),
            id="a period short",
        ),
        pytest.param([activity(periods=40)], "fail", (40, 1), id="a subject short"),
        pytest.param(
            [activity(periods=20), activity(periods=1, **ENGLISH), activity(subject="数学")],
            "pass",
            (22, 3),
            id="above both",
        ),
        pytest.param(
            [activity(periods=20, receiver_ids=(4, 5)), activity(**ENGLISH)],
            "pass",
            (21, 2),
            id="not once per receiver",
        ),
        pytest.param(
            [
                activity(kind, periods=40, subject=str(kind))
                for kind in (MASTER, OUTREACH, RESEARCH)
            ],
            "fail",
            (0, 0),
            id="the other kinds are in neither figure",
        ),
        pytest.param(
            [activity(WALK, periods=40), activity(WALK, **ENGLISH)],
            "fail",
            (0, 0),
            id="walking-teaching is none",
        ),
        pytest.param(
            [activity(periods=20), activity(**ENGLISH, **UNPROVEN)],
            "fail",
            (20, 1),
            id="what does not count brings no subject",
        ),
        pytest.param(
            [activity(periods=20, **UNCONFIRMED), activity(**ENGLISH)],
            "fail",
            (1, 1),
            id="and no periods",
        ),
        pytest.param(
            [activity(periods=20), activity(subject=None)],
            "fail",
            (21, 1),
            id="a blank is no subject",
        ),
        pytest.param(
            [activity(periods=20), activity(periods=None, **ENGLISH)],
            "pass",
            (20, 2),
            id="a kindergarten's half-day has no periods",
        ),
        pytest.param([], "fail", (0, 0), id="none: below a threshold is fail, never missing"),
    ],
)
def test_o1(activities: Activities, outcome: str, value: tuple[int, int]) -> None:
    shape = dict(zip(("periods", "subjects"), value, strict=True))
    answer = judge("O1", activities=activities)
    assert answer == (outcome, shape, {"periods": 20, "subjects": 2})


# --- O2 ---------------------------------------------------------------------------------------


def research(**counts: int) -> Activities:
    """So many sessions of each mode, of all three kinds in turn."""
    return [
        activity(RESEARCH_KINDS[n % 3], held_on, mode=Mode(mode))
        for mode, count in counts.items()
        for n, held_on in enumerate(days(FIRST, count))
    ]


@pytest.mark.parametrize(
    ("activities", "outcome", "value"),
    [
        pytest.param(research(online=8, onsite=4), "pass", (8, 4), id="at both thresholds"),
        pytest.param(research(online=9, onsite=5), "pass", (9, 5), id="above both"),
        pytest.param(research(online=7, onsite=9), "fail", (7, 9), id="one short online"),
        pytest.param(research(online=9, onsite=3), "fail", (9, 3), id="one short on site"),
        pytest.param(research(online=8, mixed=4), "pass", (8, 4), id="mixed is on-site"),
        pytest.param(research(online=7, onsite=3, mixed=1), "fail", (7, 4), id="mixed counts once"),
        pytest.param(
            [
                activity(RESEARCH, mode=ONLINE, periods=8),
                activity(RESEARCH, mode=ONSITE, periods=4),
            ],
            "fail",
            (1, 1),
            id="rows, not periods",
        ),
        pytest.param(
            [activity(kind, mode=mode) for kind in (LESSON, MASTER) for mode in (ONLINE, ONSITE)]
            * 8,
            "fail",
            (0, 0),
            id="other kinds are no research",
        ),
        pytest.param([activity(RESEARCH, mode=None)], "fail", (0, 0), id="of unknown mode"),
        pytest.param(
            [*research(online=7, onsite=4), activity(RESEARCH, **UNPROVEN)],
            "fail",
            (7, 4),
            id="without evidence",
        ),
    ],
)
def test_o2(activities: Activities, outcome: str, value: tuple[int, int]) -> None:
    shape = dict(zip(("online", "onsite"), value, strict=True))
    assert judge("O2", activities=activities) == (outcome, shape, {"online": 8, "onsite": 4})


# --- O3 ---------------------------------------------------------------------------------------

# 29 days after its first day, a term has lasted 30 days.
T1_DAY_30, T2_DAY_30 = day("2024-10-01"), day("2025-03-18")


@pytest.mark.parametrize(
    ("stays", "as_of", "required"),
    [
        pytest.param([stay(PIVOT, 2)], D, 2, id="a pivot, in both terms"),
        pytest.param([stay(MEMBER, 2)], D, 2, id="a member"),
        pytest.param([stay(LEAD, 2)], D, 0, id="the lead is never asked"),
        pytest.param(
            [stay(PIVOT, 2, joined_on=day("2024-12-19"))], D, 2, id="the last 30 days of T1"
        ),
        pytest.param([stay(PIVOT, 2, joined_on=day("2024-12-20"))], D, 1, id="the last 29"),
        pytest.param([stay(PIVOT, 2, left_on=T1_DAY_30)], D, 1, id="the first 30 days of T1"),
        pytest.param([stay(PIVOT, 2, left_on=day("2024-09-30"))], D, 0, id="the first 29"),
        pytest.param(
            [stay(PIVOT, 2, closed_on=T1_DAY_30)], D, 1, id="closed: asked though it left before D"
        ),
        pytest.param([stay(PIVOT, 2, closed_on=day("2024-09-30"))], D, 0, id="closed on day 29"),
        pytest.param(
            [stay(PIVOT, 2, left_on=day("2025-01-17"), closed_on=T1_DAY_30)],
            D,
            1,
            id="closing before leaving ends the stay",
        ),
        pytest.param(
            [
                stay(PIVOT, 2, left_on=day("2024-09-16")),
                stay(MEMBER, 2, joined_on=day("2024-12-01"), left_on=day("2024-12-15")),
            ],
            D,
            1,
            id="15 and 15 days in two stays and two roles",
        ),
        pytest.param(
            [
                stay(PIVOT, 2, left_on=day("2024-09-16")),
                stay(PIVOT, 2, joined_on=day("2024-12-01"), left_on=day("2024-12-14")),
            ],
            D,
            0,
            id="15 and 14 days",
        ),
        pytest.param(
            [
                stay(LEAD, 2, left_on=day("2024-12-20")),
                stay(PIVOT, 2, joined_on=day("2024-12-21"), left_on=day("2025-02-01")),
            ],
            D,
            0,
            id="days as the lead are no days as a pivot",
        ),
        pytest.param(
            [stay(PIVOT, 2, joined_on=day("2025-01-18"), left_on=day("2025-02-16"))],
            D,
            0,
            id="30 days between the terms are in none",
        ),
        pytest.param(
            [stay(PIVOT, 2, joined_on=day("2024-12-25"), left_on=day("2025-03-10"))],
            D,
            0,
            id="24 and 22 days are not added up over terms",
        ),
        pytest.param(
            [
                stay(PIVOT, 2, left_on=day("2024-09-30")),
                stay(PIVOT, 2, joined_on=day("2025-07-05")),
            ],
            D,
            0,
            id="a stay outside the term adds no day to 29",
        ),
        pytest.param([stay(PIVOT, 2)], T1_DAY_30, 1, id="D on the 30th day of T1"),
        pytest.param([stay(PIVOT, 2)], day("2024-09-30"), 0, id="D on the 29th"),
        pytest.param([stay(PIVOT, 2)], T2_DAY_30, 2, id="D on the 30th day of T2"),
        pytest.param([stay(PIVOT, 2)], day("2025-03-17"), 1, id="D on the 29th of T2"),
        pytest.param(
            [stay(PIVOT, 2, joined_on=day("2025-01-06"), left_on=day("2025-03-18"))],
            D,
            1,
            id="one term long enough, the other not",
        ),
        pytest.param([stay(PIVOT, 2), stay(MEMBER, 5)], D, 4, id="each school in each term"),
        pytest.param([], D, 0, id="nobody"),
    ],
)
def test_o3_required(stays: list[MembershipFacts], as_of: date, required: int) -> None:
    outcome = "fail" if required else "not_applicable"
    assert judge("O3", as_of, memberships=stays, activities=()) == (outcome, 0, required)


@pytest.mark.parametrize(
    ("activities", "met"),
    [
        pytest.param(
            [activity(held_on=FIRST), activity(held_on=SECOND)], 4, id="both, in both terms"
        ),
        pytest.param(
            [
                activity(held_on=FIRST, provider_id=1, receiver_ids=(2, 5)),
                activity(held_on=SECOND, provider_id=5, receiver_ids=(2,)),
            ],
            4,
            id="as provider or as any receiver",
        ),
        pytest.param([activity(held_on=FIRST)] * 3, 2, id="three in one term meet one term"),
        pytest.param([activity(held_on=FIRST, provider_id=1)], 1, id="the lead meets nothing"),
        pytest.param(
            [activity(held_on=day("2024-09-02")), activity(held_on=day("2025-07-04"))],
            4,
            id="first and last day of a term",
        ),
        pytest.param(
            [activity(held_on=day(text)) for text in ("2024-09-01", "2025-01-18", "2025-02-16")],
            0,
            id="in no term",
        ),
        pytest.param([activity(**UNPROVEN)], 0, id="not counted"),
        pytest.param(
            [
                activity(kind, SECOND if n % 2 else FIRST)
                for n, kind in enumerate((OUTREACH, MASTER))
            ],
            4,
            id="outreach and master classes count here",
        ),
        pytest.param([activity(BOOKS), activity(WALK, SECOND)], 4, id="of any sheet"),
        pytest.param([], 0, id="none"),
    ],
)
def test_o3_met(activities: Activities, met: int) -> None:
    stays = [stay(LEAD, 1), stay(PIVOT, 2), stay(MEMBER, 5)]
    answer = judge("O3", memberships=stays, activities=activities)
    assert answer == ("pass" if met == 4 else "fail", met, 4)


def test_o3_names_the_schools_and_terms() -> None:
    stays = [stay(LEAD, 1), stay(PIVOT, 2), stay(MEMBER, 5)]
    answer = result("O3", memberships=stays, activities=[activity(provider_id=1)])
    assert remedied(answer) == [2, 2, 5]
    with use_locale("en"):
        assert str(answer.because) == (
            "Without a counted activity: School 2 (first term), School 2 (second term), "
            "School 5 (second term)."
        )


# --- O4, O5, O6, O7 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "kinds", "least"),
    [
        pytest.param("O4", WALKING_KINDS, 1, id="O4: all four kinds of walking-teaching"),
        pytest.param("O7", RESEARCH_KINDS, 2, id="O7: three kinds of research, whatever mode"),
        pytest.param("X1", tuple(ActivityKind), 1, id="X1: every kind of every sheet"),
    ],
)
def test_in_each_term(criterion: str, kinds: tuple[ActivityKind, ...], least: int) -> None:
    def outcome(*activities: ActivityFacts, as_of: date = D) -> tuple[str, Any]:
        outcome, value, threshold = judge(criterion, as_of, activities=activities)
        assert threshold == {"each_term": least}
        return outcome, value

    for kind in ActivityKind:
        counts = {"T1": int(kind in kinds), "T2": 0}
        for mode in (*Mode, None):
            assert outcome(activity(kind, FIRST, mode=mode)) == ("fail", counts)

    def some(first: int, second: int) -> Activities:
        return [*[activity(kinds[0], FIRST)] * first, *[activity(kinds[0], SECOND)] * second]

    assert outcome(*some(least, least)) == ("pass", {"T1": least, "T2": least})
    assert outcome(*some(least + 1, least)) == ("pass", {"T1": least + 1, "T2": least})
    assert outcome(*some(least - 1, least)) == ("fail", {"T1": least - 1, "T2": least})
    assert outcome(*some(least, least - 1)) == ("fail", {"T1": least, "T2": least - 1})

    edges = ("2024-09-02", "2025-01-17", "2025-02-17", "2025-07-04")
    assert outcome(*(activity(kinds[0], day(e)) for e in edges))[1] == {"T1": 2, "T2": 2}
    outside = ("2024-09-01", "2025-01-18", "2025-02-16", "2025-07-05", "2025-08-31")
    assert outcome(*(activity(kinds[0], day(o)) for o in outside))[1] == {"T1": 0, "T2": 0}

    both = some(least, least)
    assert outcome(*both, as_of=day("2025-02-16")) == ("pass", {"T1": least})
    assert outcome(*both, as_of=day("2025-02-17")) == ("fail", {"T1": least, "T2": 0})
    assert outcome(*both, as_of=SECOND) == ("pass", {"T1": least, "T2": least})
    assert outcome(*both, as_of=SECOND - timedelta(days=1)) == ("fail", {"T1": least, "T2": 0})
    assert outcome(*both, as_of=day("2024-09-02")) == ("fail", {"T1": 0})
    assert outcome(*both, as_of=day("2024-09-01")) == ("not_applicable", {})


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        pytest.param([activity(BOOKS)], ("pass", 1, 1), id="one"),
        pytest.param([activity(BOOKS)] * 2, ("pass", 2, 1), id="two"),
        pytest.param(
            [
                activity(kind, day("2024-09-01"))
                for kind in ActivityKind
                if SHEETS[kind] is Sheet.RESOURCE_TRANSFERS
            ],
            ("pass", 6, 1),
            id="all six kinds, in W though in no term",
        ),
        pytest.param([activity(LESSON), activity(WALK)], ("fail", 0, 1), id="other sheets"),
        pytest.param([activity(BOOKS, **UNPROVEN)], ("fail", 0, 1), id="not counted"),
        pytest.param([], ("fail", 0, 1), id="none"),
    ],
)
def test_o5(activities: Activities, expected: tuple[str, int, int]) -> None:
    assert judge("O5", activities=activities) == expected


TEACHING = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-03", "2025-04", "2025-05")


def in_months(*months: str, on: str = "15") -> Activities:
    return [activity(held_on=day(f"{month}-{on}")) for month in months]


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        pytest.param(in_months(*TEACHING[:6]), ("pass", 6, 6), id="six"),
        pytest.param(in_months(*TEACHING[:5]), ("fail", 5, 6), id="five"),
        pytest.param(in_months(*TEACHING, "2025-06"), ("pass", 9, 6), id="all nine"),
        pytest.param(
            in_months(*TEACHING[:5], "2025-02", "2025-07", "2025-08"),
            ("fail", 5, 6),
            id="February, July and August are no teaching months",
        ),
        pytest.param(
            [*in_months("2024-09", on="01"), *in_months("2025-01", on="31")],
            ("fail", 2, 6),
            id="whole calendar months, in a term or not",
        ),
        pytest.param(in_months(*["2024-10"] * 6), ("fail", 1, 6), id="six in one month"),
        pytest.param(
            [
                activity(kind, held_on)
                for kind, held_on in zip(
                    (LESSON, WALK, BOOKS, RESEARCH, MASTER, OUTREACH),
                    (day(f"{month}-15") for month in TEACHING[:6]),
                    strict=True,
                )
            ],
            ("pass", 6, 6),
            id="of any sheet",
        ),
        pytest.param([activity(**UNPROVEN)], ("fail", 0, 6), id="not counted"),
    ],
)
def test_o6(activities: Activities, expected: tuple[str, int, int]) -> None:
    assert judge("O6", activities=activities) == expected


# --- X1 ---------------------------------------------------------------------------------------

MOVED = (
    *without(5),
    stay(PIVOT, 5, left_on=FIRST),  # a pivot until the day of the first activity
    stay(MEMBER, 5, joined_on=FIRST + timedelta(days=1)),
)


@pytest.mark.parametrize(
    ("members", "given", "radiates"),
    [
        pytest.param(without(), {}, True, id="pivot to member"),
        pytest.param(without(), {"provider_id": 1}, False, id="lead to member"),
        pytest.param(without(), {"receiver_ids": (3, 4)}, False, id="pivot to pivots"),
        pytest.param(without(), {"receiver_ids": (3, 5)}, True, id="one member among receivers"),
        pytest.param(
            without(), {"provider_id": 5, "receiver_ids": (2,)}, False, id="the other way"
        ),
        pytest.param(MOVED, {}, False, id="a pivot still, on the row's day"),
        pytest.param(
            MOVED, {"held_on": FIRST + timedelta(days=1)}, True, id="a member since the row's day"
        ),
        pytest.param(
            MOVED,
            {"provider_id": 5, "receiver_ids": (2,)},
            False,
            id="a pivot's activity for a pivot, though a member by now",
        ),
        pytest.param(
            (*MOVED, stay(MEMBER, 6)),
            {"provider_id": 5, "receiver_ids": (6,)},
            True,
            id="a pivot on the row's day, a member by now",
        ),
    ],
)
def test_x1_roles_on_the_rows_day(
    members: tuple[MembershipFacts, ...], given: dict[str, Any], radiates: bool
) -> None:
    only = activity(**{"held_on": FIRST, **given})
    expected = ("fail", {"T1": int(radiates), "T2": 0}, {"each_term": 1})
    assert judge("X1", memberships=members, activities=[only]) == expected


# --- remedies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("criterion", ["O1", "O2", "O4", "O5", "O6", "O7", "X1"])
def test_who_can_supply_what_does_not_count_yet(criterion: str) -> None:
    kinds = {"O1": LESSON, "O2": RESEARCH, "O4": WALK, "O5": BOOKS, "O7": RESEARCH}
    kind = kinds.get(criterion, LESSON)
    waiting: dict[str, Any] = {"receiver_ids": (3, 5), "confirmations": (OPEN, OPEN)}
    answer = result(
        criterion,
        activities=[
            activity(kind, **waiting),
            activity(kind, receiver_ids=(3, 5), confirmations=(OPEN, LATER)),
            activity(kind, confirmations=(LATER,)),  # nobody need do anything
            activity(kind, **UNPROVEN),
            activity(kind, provider_id=99, **UNPROVEN),  # outside membership: nothing to mend
            activity(MASTER if criterion in kinds else kind, FIRST, provider_id=4, **UNPROVEN),
        ],
    )
    assert answer.outcome == "fail"
    own = [2] if criterion in kinds else [2, 4]
    assert remedied(answer) == [3, 5, *own]
    with use_locale("en"):
        texts = [str(remedy.message) for remedy in answer.remedies]
    assert texts[:3] == [
        "School 3 has 2 record(s) to confirm.",
        "School 5 has 1 record(s) to confirm.",
        "School 2 has 1 record(s) without evidence.",
    ]


def test_who_has_as_much_to_do_comes_in_the_order_of_the_register() -> None:
    waiting = activity(receiver_ids=(5, 3), confirmations=(OPEN, OPEN))
    assert remedied(result("O5", activities=[activity(BOOKS, **UNPROVEN)])) == [2]
    assert remedied(result("O1", activities=[waiting])) == [3, 5]


def test_nothing_to_supply_once_it_passes() -> None:
    answer = result("O5", activities=[activity(BOOKS), activity(BOOKS, **UNPROVEN)])
    assert answer.outcome == "pass"
    assert not answer.remedies


def test_reasons_give_the_figures() -> None:
    with use_locale("en"):
        assert str(result("O4", activities=[activity(WALK)]).because) == (
            "Counted walking-teaching sessions: first term 1, second term 0; 1 needed in each term."
        )
        assert str(result("O1", activities=[activity()]).because) == (
            "Counted lessons: 1 of 20 lesson periods, 1 of 2 subjects."
        )
        assert str(result("O2", activities=research(mixed=1)).because) == (
            "Counted joint research: 0 of 8 online, 1 of 4 on site."
        )
