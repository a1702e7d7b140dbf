"""Which activities count (clause E1), and the same row again: READING.md §3, §6 and §8."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from community.activities.rules import (
    LESSON_KINDS,
    RESEARCH_KINDS,
    ActivityDraft,
    ActivityFacts,
    ActivityKind,
    ActivityOnFile,
    ActivityState,
    Amendment,
    Amount,
    ConfirmationStanding,
    Exclusion,
    Figures,
    Levels,
    Mode,
    ReceiverOnFile,
    Sheet,
    Standing,
    Subject,
    build_amendment,
    build_confirmation,
    build_figures,
    build_identity,
    build_standing,
    is_confirmed_by_all,
)
from community.kernel.clock import start_of_day
from community.kernel.facts import FactOnFile, FactPlan, Knowledge

FIRST_DAY, LAST_DAY = date(2024, 9, 1), date(2025, 8, 31)
CONFIRMED, LATER, OPEN = ConfirmationStanding


def activity(**overrides: Any) -> ActivityFacts:
    """A confirmed lesson with evidence, from school 1 to school 2."""
    given: dict[str, Any] = {
        "activity_id": 1,
        "sheet": Sheet.SHARED_TEACHING,
        "kind": ActivityKind.SYNCHRONOUS_CLASS,
        "held_on": date(2024, 10, 8),
        "mode": Mode.ONLINE,
        "subject": "语文",
        "periods": 2,
        "provider_id": 1,
        "receiver_ids": (2,),
        "confirmations": (CONFIRMED,),
        "has_evidence": True,
    }
    return ActivityFacts(**{**given, **overrides})


def stand(outsiders: tuple[int, ...] = (), **overrides: Any) -> Standing:
    return build_standing(
        activity(**overrides),
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        was_member=lambda school, _day: school not in outsiders,
    )


NOBODY: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("overrides", "outsiders", "is_confirmed", "exclusion"),
    [
        pytest.param({}, NOBODY, True, None, id="confirmed, with evidence"),
        pytest.param(
            {"has_evidence": False}, NOBODY, True, Exclusion.NO_EVIDENCE, id="no evidence"
        ),
        pytest.param(
            {"confirmations": (OPEN,)}, NOBODY, False, Exclusion.NOT_CONFIRMED, id="not confirmed"
        ),
        pytest.param(
            {"confirmations": (LATER,)},
            NOBODY,
            False,
            Exclusion.CONFIRMED_LATER,
            id="confirmed, but K is earlier",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, CONFIRMED)},
            NOBODY,
            True,
            None,
            id="every receiver confirmed",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, OPEN)},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="one has not: unconfirmed for everybody",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (LATER, OPEN)},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="one is open, so it is not merely later",
        ),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, LATER)},
            NOBODY,
            False,
            Exclusion.CONFIRMED_LATER,
            id="one confirmed later",
        ),
        pytest.param({}, (1,), True, Exclusion.OUTSIDE_MEMBERSHIP, id="the provider was outside"),
        pytest.param(
            {"receiver_ids": (2, 3), "confirmations": (CONFIRMED, CONFIRMED)},
            (3,),
            True,
            Exclusion.OUTSIDE_MEMBERSHIP,
            id="a receiver was outside: reported and confirmed, not counted",
        ),
        pytest.param(
            {"confirmations": (OPEN,), "has_evidence": False},
            (1,),
            False,
            Exclusion.OUTSIDE_MEMBERSHIP,
            id="membership is asked before confirmation",
        ),
        pytest.param(
            {"confirmations": (OPEN,), "has_evidence": False},
            NOBODY,
            False,
            Exclusion.NOT_CONFIRMED,
            id="confirmation before evidence",
        ),
    ],
)
def test_clause_e1(
    overrides: dict[str, Any],
    outsiders: tuple[int, ...],
    is_confirmed: bool,
    exclusion: Exclusion | None,
) -> None:
    standing = stand(outsiders, **overrides)
    assert standing.is_reported
    assert standing.is_confirmed is is_confirmed
    assert standing.exclusion is exclusion
    assert standing.is_counted is (exclusion is None)


@pytest.mark.parametrize(
    ("held_on", "is_inside"),
    [
        (date(2024, 8, 31), False),
        (FIRST_DAY, True),
        (LAST_DAY, True),
        (date(2025, 9, 1), False),
    ],
)
def test_the_window_has_both_its_days(held_on: date, is_inside: bool) -> None:
    standing = stand(held_on=held_on)
    assert standing.is_reported is standing.is_confirmed is standing.is_counted is is_inside
    assert standing.exclusion is (None if is_inside else Exclusion.OUTSIDE_WINDOW)


def test_the_window_is_asked_first() -> None:
    standing = stand((1, 2), held_on=date(2025, 9, 1), confirmations=(OPEN,), has_evidence=False)
    assert standing.exclusion is Exclusion.OUTSIDE_WINDOW


def test_membership_is_asked_on_the_rows_own_day() -> None:
    asked: list[tuple[int, date]] = []

    def was_member(school: int, day: date) -> bool:
        asked.append((school, day))
        return True

    held_on = date(2025, 3, 10)
    given = activity(held_on=held_on, receiver_ids=(2, 3), confirmations=(CONFIRMED,) * 2)
    build_standing(given, first_day=FIRST_DAY, last_day=LAST_DAY, was_member=was_member)
    assert asked == [(1, held_on), (2, held_on), (3, held_on)]


def test_kinds_of_lessons_and_of_research() -> None:
    assert {str(kind) for kind in LESSON_KINDS} == {"synchronous_class", "dedicated_remote_class"}
    assert {str(kind) for kind in RESEARCH_KINDS} == {
        "joint_research",
        "collective_lesson_planning",
        "same_lesson_different_designs",
    }


# --- figures (READING.md §6) ------------------------------------------------------------------


def amounts(reported: int, confirmed: int, counted: int, periods: int) -> Levels:
    """So many rows on each level, each of so many periods."""
    return Levels(*(Amount(rows, rows * periods) for rows in (reported, confirmed, counted)))


SHARED, WALKING, TRANSFERS = Sheet
SYNCHRONOUS, BOOKS = ActivityKind.SYNCHRONOUS_CLASS, ActivityKind.BOOKS


def test_figures_by_sheet_kind_and_month() -> None:
    november: dict[str, Any] = {"held_on": date(2024, 11, 30)}
    figures = build_figures(
        [
            stand(),
            stand(has_evidence=False),
            stand(confirmations=(OPEN,)),
            stand((1,), held_on=date(2024, 10, 31)),
            stand(held_on=date(2024, 8, 31)),  # outside the window: in no figure
            stand(**november),
            stand(**november, sheet=TRANSFERS, kind=BOOKS, periods=None),
        ]
    )
    assert figures.cells == {
        (SHARED, SYNCHRONOUS, "2024-10"): amounts(4, 3, 1, 2),
        (SHARED, SYNCHRONOUS, "2024-11"): amounts(1, 1, 1, 2),
        (TRANSFERS, BOOKS, "2024-11"): amounts(1, 1, 1, 0),
    }
    assert figures.by_sheet() == {
        SHARED: amounts(5, 4, 2, 2),
        WALKING: Levels(),
        TRANSFERS: amounts(1, 1, 1, 0),
    }
    assert figures.by_month() == {
        "2024-10": {SHARED: amounts(4, 3, 1, 2)},
        "2024-11": {SHARED: amounts(1, 1, 1, 2), TRANSFERS: amounts(1, 1, 1, 0)},
    }
    assert list(figures.by_month()) == ["2024-10", "2024-11"]
    assert figures.total == amounts(5, 4, 2, 2) + amounts(1, 1, 1, 0)


def test_months_come_in_order_and_kinds_add_up() -> None:
    months = (date(2025, 3, 1), date(2024, 9, 30), date(2025, 3, 31))
    kinds = (SYNCHRONOUS, SYNCHRONOUS, ActivityKind.JOINT_RESEARCH)
    figures = build_figures(
        stand(held_on=held_on, kind=kind) for held_on, kind in zip(months, kinds, strict=True)
    )
    assert list(figures.by_month()) == ["2024-09", "2025-03"]
    assert figures.by_month()["2025-03"] == {SHARED: amounts(2, 2, 2, 2)}


def test_figures_add_up() -> None:
    one = build_figures([stand()])
    other = build_figures([stand(), stand(held_on=date(2024, 9, 1), has_evidence=False)])
    both = one + other
    assert both.cells == {
        (SHARED, SYNCHRONOUS, "2024-10"): amounts(2, 2, 2, 2),
        (SHARED, SYNCHRONOUS, "2024-09"): amounts(1, 1, 0, 2),
    }
    assert one.cells == {(SHARED, SYNCHRONOUS, "2024-10"): amounts(1, 1, 1, 2)}  # left alone
    assert (both + Figures({})).cells == both.cells


# --- the same row again (READING.md §8) -------------------------------------------------------

HELD, SIGNED = date(2024, 10, 8), date(2024, 10, 10)
NOW: Final = start_of_day(date(2026, 3, 1))
LIVE, HISTORY = Knowledge(NOW), Knowledge(NOW, is_history=True)
ROW: Final = ActivityDraft(
    sheet=SHARED,
    community_id=1,
    county_id=1,
    held_on=HELD,
    kind=SYNCHRONOUS,
    mode=Mode.ONLINE,
    subject=Subject.CHINESE,
    periods=2,
    provider_id=1,
    receiver_ids=(2, 3),
    confirmer_names=("Li", "Wang"),
    confirmed_on=SIGNED,
    evidence=("No. 1",),
    note="A note",
)


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"note": None}, True),
        ({"evidence": ()}, True),
        ({"confirmer_names": (None, None)}, True),
        ({"confirmed_on": None}, True),
        ({"sheet": WALKING}, False),
        ({"community_id": 2}, False),
        ({"held_on": SIGNED}, False),
        ({"kind": ActivityKind.MASTER_TEACHER_CLASS}, False),
        ({"mode": None}, False),
        ({"subject": None}, False),
        ({"periods": 3}, False),
        ({"provider_id": 4}, False),
        ({"receiver_ids": (3, 2)}, False),
        ({"receiver_ids": (23,), "confirmer_names": ("Li",)}, False),
    ],
)
def test_identity_of_a_row(change: dict[str, Any], is_same: bool) -> None:
    same = build_identity(replace(ROW, **change).cells) == build_identity(ROW.cells)
    assert same is is_same


def test_identity_tells_cells_apart() -> None:
    assert build_identity(["ab", "c"]) != build_identity(["a", "bc"])
    assert build_identity([None]) == build_identity([""])
    assert build_identity([Mode.ONLINE]) == build_identity(["online"])
    assert ROW.party_ids == (1, 2, 3)


@pytest.mark.parametrize(
    ("change", "is_confirmed"),
    [
        pytest.param({}, True, id="a name per receiver, and a day"),
        pytest.param({"confirmed_on": None}, False, id="names without a day"),
        pytest.param({"confirmer_names": ("Li", None)}, False, id="a name is missing"),
    ],
)
def test_confirmed_by_all(change: dict[str, Any], is_confirmed: bool) -> None:
    assert is_confirmed_by_all(replace(ROW, **change)) is is_confirmed


@pytest.mark.parametrize(
    ("confirmed_on", "knowledge", "ended_at", "known_from"),
    [
        pytest.param(SIGNED, HISTORY, None, start_of_day(SIGNED), id="from the day of confirming"),
        pytest.param(None, HISTORY, None, start_of_day(HELD), id="a name without a day: the row's"),
        pytest.param(SIGNED, LIVE, None, NOW, id="live: from the entry"),
        pytest.param(SIGNED, HISTORY, NOW, NOW, id="not before an earlier one was taken back"),
        pytest.param(SIGNED, HISTORY, start_of_day(HELD), start_of_day(SIGNED), id="or well after"),
    ],
)
def test_a_confirmation_is_known(
    confirmed_on: date | None,
    knowledge: Knowledge,
    ended_at: datetime | None,
    known_from: datetime,
) -> None:
    plan = build_confirmation(replace(ROW, confirmed_on=confirmed_on), 1, knowledge, ended_at)
    assert plan is not None
    (step,) = plan.steps
    assert step.known_from == known_from
    assert step.values == {"confirmer_name": "Wang", "confirmed_on": confirmed_on}


def test_no_name_no_confirmation() -> None:
    assert build_confirmation(replace(ROW, confirmer_names=(None, "Wang")), 0, HISTORY) is None


def receiver(number: int, name: str | None, confirmed_on: date | None = SIGNED) -> ReceiverOnFile:
    """A receiver on file, with a confirmation unless there is no name."""
    values = {"confirmer_name": name, "confirmed_on": confirmed_on}
    known = FactOnFile(10 + number, start_of_day(confirmed_on or HELD), values)
    return ReceiverOnFile(number, known if name else None)


BOTH: Final = (receiver(1, "Li"), receiver(2, "Wang"))
PROOF: Final = FactOnFile(20, start_of_day(HELD), {})


def on_file(**overrides: Any) -> ActivityOnFile:
    """The activity as the row left it."""
    return replace(
        ActivityOnFile(
            id=7,
            identity="",
            state=ActivityState.CONFIRMED,
            note="A note",
            receivers=BOTH,
            evidence={"No. 1": PROOF},
            former_evidence={},
        ),
        **overrides,
    )


def amend(
    change: dict[str, Any], knowledge: Knowledge = HISTORY, **overrides: Any
) -> Amendment | None:
    """What the row changes, when it comes again with some cells changed."""
    return build_amendment(replace(ROW, **change), on_file(**overrides), knowledge)


def amended(change: dict[str, Any], knowledge: Knowledge = HISTORY, **overrides: Any) -> Amendment:
    """The same, where something changes."""
    amendment = amend(change, knowledge, **overrides)
    assert amendment is not None
    assert (amendment.activity_id, amendment.county_id) == (7, 1)
    return amendment


def test_the_same_row_changes_nothing() -> None:
    assert amend({}) is None
    assert amend({}, LIVE) is None


EVERYTHING: dict[str, Any] = {
    "note": None,
    "confirmer_names": (None, None),
    "confirmed_on": None,
    "evidence": (),
}


def test_a_ledger_without_the_columns_changes_nothing() -> None:
    unsaid = frozenset({"note", "confirmers", "confirmed_on", "evidence"})
    assert amend({**EVERYTHING, "unsaid": unsaid}) is None
    assert amend({**EVERYTHING, "unsaid": unsaid - {"note"}}) is not None


@pytest.mark.parametrize(
    ("note", "columns"), [("Another", {"note": "Another"}), (None, {"note": None})]
)
def test_a_note_changes_in_place(note: str | None, columns: dict[str, Any]) -> None:
    amendment = amended({"note": note})
    assert amendment.columns == columns
    assert not amendment.confirmations
    assert not amendment.evidence


@pytest.mark.parametrize(
    ("change", "receivers", "before", "after"),
    [
        pytest.param(
            {}, (receiver(1, "Li"), receiver(2, None)), "submitted", "confirmed", id="the last one"
        ),
        pytest.param(
            {"confirmer_names": ("Li", None)},
            BOTH,
            "confirmed",
            "submitted",
            id="one takes it back",
        ),
        pytest.param(
            {"confirmer_names": ("Li", None)},
            (receiver(1, None), receiver(2, None)),
            "submitted",
            "submitted",
            id="one of two",
        ),
        pytest.param({"confirmed_on": None}, BOTH, "confirmed", "submitted", id="the day is gone"),
        pytest.param(
            {"confirmer_names": ("Li", None)}, BOTH, "checked", "checked", id="a check stays"
        ),
        pytest.param({"evidence": ()}, BOTH, "submitted", "confirmed", id="evidence alone"),
    ],
)
def test_the_state_follows_the_confirmations(
    change: dict[str, Any], receivers: tuple[ReceiverOnFile, ...], before: str, after: str
) -> None:
    amendment = amended(change, receivers=receivers, state=ActivityState(before))
    assert amendment.columns == ({} if before == after else {"state": ActivityState(after)})


DAY: Final = timedelta(days=1)


@pytest.mark.parametrize(
    ("on_file_days", "cell", "names", "after"),
    [
        pytest.param((SIGNED - DAY, SIGNED), SIGNED, "both", (None, None), id="the last one's day"),
        pytest.param(
            (SIGNED - DAY, SIGNED),
            SIGNED + DAY,
            "both",
            (None, SIGNED + DAY),
            id="a later day corrects the last one",
        ),
        pytest.param(
            (SIGNED - 2 * DAY, SIGNED),
            SIGNED - DAY,
            "both",
            (None, SIGNED - DAY),
            id="an earlier day corrects who came after it",
        ),
        pytest.param(
            (SIGNED, SIGNED + DAY),
            SIGNED - DAY,
            "both",
            (SIGNED - DAY, SIGNED - DAY),
            id="before all",
        ),
        pytest.param(
            (SIGNED, None),
            SIGNED + DAY,
            "joins",
            (None, SIGNED + DAY),
            id="a later day is the joiner's",
        ),
    ],
)
def test_whose_day_the_cell_is(
    on_file_days: tuple[date | None, date | None],
    cell: date,
    names: str,
    after: tuple[date | None, date | None],
) -> None:
    second = receiver(2, None if names == "joins" else "Wang", on_file_days[1])
    receivers = (receiver(1, "Li", on_file_days[0]), second)
    amendment = amend({"confirmed_on": cell}, receivers=receivers)
    plans = dict(amendment.confirmations) if amendment else {}
    days = [
        plans[number].steps[-1].values["confirmed_on"] if number in plans else None
        for number in (1, 2)
    ]
    assert tuple(days) == after


def only_plan(amendment: Amendment) -> FactPlan:
    """The one plan for a confirmation."""
    ((_, plan),) = amendment.confirmations
    return plan


def test_a_correction_is_known_from_its_recording() -> None:
    plan = only_plan(amended({"confirmer_names": ("Li", "Zhang")}))
    assert (plan.closes, plan.closed_at) == (12, NOW)
    assert [step.known_from for step in plan.steps] == [NOW]
    taken_back = only_plan(amended({"confirmer_names": ("Li", None)}))
    assert (taken_back.closes, taken_back.closed_at, taken_back.steps) == (12, NOW, ())


def test_a_day_filled_in_is_known_from_that_day() -> None:
    undated = (receiver(1, "Li"), receiver(2, "Wang", None))
    plan = only_plan(amended({}, receivers=undated, state=ActivityState.SUBMITTED))
    assert [step.known_from for step in plan.steps] == [start_of_day(SIGNED)]
    live = only_plan(amended({}, LIVE, receivers=undated, state=ActivityState.SUBMITTED))
    assert [step.known_from for step in live.steps] == [NOW]


def test_a_name_without_a_day_column_keeps_the_day() -> None:
    change = {
        "confirmer_names": ("Li", "Zhang"),
        "confirmed_on": None,
        "unsaid": frozenset({"confirmed_on"}),
    }
    plan = only_plan(amended(change))
    assert plan.steps[-1].values == {"confirmer_name": "Zhang", "confirmed_on": SIGNED}


@pytest.mark.parametrize(
    ("knowledge", "former", "known_from"),
    [
        pytest.param(HISTORY, {}, start_of_day(HELD), id="history: known with the row"),
        pytest.param(LIVE, {}, NOW, id="live: from the entry"),
        pytest.param(HISTORY, {"No. 1": NOW}, NOW, id="taken back before: not before that"),
        pytest.param(HISTORY, {"No. 9": NOW}, start_of_day(HELD), id="another piece was"),
    ],
)
def test_evidence_filled_in(
    knowledge: Knowledge, former: dict[str, datetime], known_from: datetime
) -> None:
    amendment = amended({}, knowledge, evidence={}, former_evidence=former)
    ((reference, plan),) = amendment.evidence
    assert reference == "No. 1"
    assert [step.known_from for step in plan.steps] == [known_from]
    assert not amendment.columns


def test_evidence_corrected() -> None:
    plans = dict(amended({"evidence": ("No. 2",)}).evidence)
    assert [step.known_from for step in plans["No. 2"].steps] == [NOW]
    assert (plans["No. 1"].closes, plans["No. 1"].closed_at) == (20, NOW)
    assert not plans["No. 1"].steps
