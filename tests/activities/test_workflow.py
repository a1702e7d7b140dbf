"""Where a record stands, what may be done with it there, and what a decision does to its count."""

from datetime import date

import pytest

from community.activities.rules import (
    WORKFLOW,
    ActivityFacts,
    ActivityState,
    Amount,
    ConfirmationStanding,
    Decision,
    DecisionKind,
    Exclusion,
    Mode,
    Move,
    Standing,
    build_figures,
    build_standing,
    build_state,
    check_move,
    check_reason,
    may_move,
)
from community.activities.rules.words import KINDS_OF, ActivityKind, Sheet
from community.kernel.errors import RuleViolationError

S, D = ActivityState, DecisionKind
DAY = date(2024, 10, 8)

# Every move from every state, written out a second time: "." is refused.
#                  submit confirm revoke return withdraw restore check uncheck disallow allow
MOVES = {
    S.DRAFT: "        +     .      .      .       .       .      .      .       .      .",
    S.SUBMITTED: "    .     +      +      +       +       .      .      .       +      .",
    S.CONFIRMED: "    .     .      +      +       +       .      +      .       +      .",
    S.CHECKED: "      .     .      .      .       +       .      .      +       +      .",
    S.RETURNED: "     +     .      .      .       +       .      .      .       .      .",
    S.WITHDRAWN: "    .     .      .      .       .       +      .      .       .      .",
    S.DISALLOWED: "   .     .      .      .       .       .      .      .       .      +",
}


@pytest.mark.parametrize("state", list(ActivityState))
def test_what_may_be_done_with_a_record(state: ActivityState) -> None:
    expected = dict(zip(Move, MOVES[state].split(), strict=True))
    assert {move: "+" if may_move(state, move) else "." for move in Move} == expected
    for move, sign in expected.items():
        if sign == "+":
            assert check_move(state, move) is WORKFLOW[move]
        else:
            with pytest.raises(RuleViolationError):
                check_move(state, move)


@pytest.mark.parametrize(
    ("decisions", "is_confirmed", "state", "why"),
    [
        ((), False, S.SUBMITTED, "a receiver has not confirmed"),
        ((), True, S.CONFIRMED, "every receiver has"),
        ((D.CHECKED,), True, S.CHECKED, "the district looked at it"),
        ((D.CHECKED,), False, S.CHECKED, "a check stays a check"),
        ((D.CHECKED, D.DISALLOWED), True, S.DISALLOWED, "and then found something"),
        ((D.RETURNED,), True, S.RETURNED, "whatever was confirmed"),
        ((D.WITHDRAWN, D.RETURNED, D.CHECKED), True, S.WITHDRAWN, "it says most"),
        ((D.DISALLOWED, D.RETURNED), True, S.RETURNED, "it is not reported now"),
    ],
)
def test_the_state_follows_from_the_facts(
    decisions: tuple[DecisionKind, ...], is_confirmed: bool, state: ActivityState, why: str
) -> None:
    assert build_state(decisions, is_confirmed=is_confirmed) is state, why
    draft = build_state(decisions, is_confirmed=is_confirmed, is_draft=True)
    assert draft is ActivityState.DRAFT


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_decision_leads_where_the_table_says(move: Move, is_confirmed: bool) -> None:
    """Taking a decision, or taking it back, from any state that can be reached."""
    turn = WORKFLOW[move]
    for before in ((), (D.CHECKED,), (D.RETURNED,), (D.WITHDRAWN,), (D.CHECKED, D.DISALLOWED)):
        start = build_state(before, is_confirmed=is_confirmed)
        if start not in turn.starts or not (turn.takes or turn.takes_back):
            continue
        after = {*before, *filter(None, [turn.takes])} - {turn.takes_back}
        assert build_state(after, is_confirmed=is_confirmed) in turn.leads_to


def test_a_reason_is_asked_for() -> None:
    assert check_reason(" 无人到场 ") == "无人到场"
    assert len(check_reason("长" * 900)) == 500
    for empty in ("", "  \n"):
        with pytest.raises(RuleViolationError) as refused:
            check_reason(empty)
        assert refused.value.field == "reason"


def test_each_kind_belongs_to_one_ledger() -> None:
    kinds = [kind for sheet in Sheet for kind in KINDS_OF[sheet]]
    assert kinds == list(ActivityKind)
    assert KINDS_OF[Sheet.WALKING_TEACHING][0] is ActivityKind.WALKING_TEACHING
    assert KINDS_OF[Sheet.RESOURCE_TRANSFERS][0] is ActivityKind.BOOKS


# --- what counts --------------------------------------------------------------------------------


def stand(*kinds: DecisionKind, held_on: date = DAY, is_confirmed: bool = True) -> Standing:
    confirmation = ConfirmationStanding.CONFIRMED if is_confirmed else ConfirmationStanding.OPEN
    facts = ActivityFacts(
        activity_id=1,
        sheet=Sheet.SHARED_TEACHING,
        kind=ActivityKind.SYNCHRONOUS_CLASS,
        held_on=held_on,
        mode=Mode.ONLINE,
        subject="chinese",
        periods=2,
        provider_id=1,
        receiver_ids=(2,),
        confirmations=(confirmation,),
        has_evidence=True,
        decisions=tuple(Decision(kind, "陈科长", DAY, "无人到场") for kind in kinds),
    )
    return build_standing(
        facts,
        first_day=date(2024, 9, 1),
        last_day=date(2025, 8, 31),
        was_member=lambda _school, _day: True,
    )


@pytest.mark.parametrize(
    ("kinds", "levels", "exclusion"),
    [
        # reported, confirmed, checked, counted
        ((), (1, 1, 0, 1), None),
        ((D.CHECKED,), (1, 1, 1, 1), None),
        ((D.DISALLOWED,), (1, 1, 0, 0), Exclusion.DISALLOWED),
        ((D.CHECKED, D.DISALLOWED), (1, 1, 0, 0), Exclusion.DISALLOWED),
        ((D.WITHDRAWN,), (0, 0, 0, 0), Exclusion.WITHDRAWN),
        ((D.RETURNED,), (0, 0, 0, 0), Exclusion.RETURNED),
        ((D.RETURNED, D.WITHDRAWN, D.CHECKED), (0, 0, 0, 0), Exclusion.WITHDRAWN),
    ],
)
def test_what_a_decision_does_to_the_figures(
    kinds: tuple[DecisionKind, ...], levels: tuple[int, ...], exclusion: Exclusion | None
) -> None:
    standing = stand(*kinds)
    assert standing.exclusion is exclusion
    total = build_figures([standing]).total
    found = (total.reported, total.confirmed, total.checked, total.counted)
    assert found == tuple(Amount(level, 2 * level) for level in levels)
    if exclusion is not None:
        assert standing.decision is not None
        assert (standing.decision.reason, standing.decision.decided_by) == ("无人到场", "陈科长")
    else:
        assert standing.decision is None


def test_a_decision_is_named_before_what_is_lacking() -> None:
    assert stand(D.DISALLOWED, is_confirmed=False).exclusion is Exclusion.DISALLOWED
    outside = stand(D.DISALLOWED, held_on=date(2025, 9, 1))
    assert (outside.exclusion, outside.decision) == (Exclusion.OUTSIDE_WINDOW, None)
