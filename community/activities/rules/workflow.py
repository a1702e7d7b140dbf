"""Where a record stands in its workflow, and what may be done with it there: one table.

The state itself follows from facts: confirmations of the receivers, and decisions in force.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message, declare_labels, label


class ActivityState(StrEnum):
    """Where a record stands in its workflow."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    CHECKED = "checked"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DISALLOWED = "disallowed"


declare_labels(
    ActivityState,
    {
        ActivityState.DRAFT: N_("draft"),
        ActivityState.SUBMITTED: N_("reported"),
        ActivityState.CONFIRMED: N_("confirmed"),
        ActivityState.CHECKED: N_("checked"),
        ActivityState.RETURNED: N_("returned"),
        ActivityState.WITHDRAWN: N_("withdrawn"),
        ActivityState.DISALLOWED: N_("disallowed"),
    },
)


class DecisionKind(StrEnum):
    """What somebody decided about a record; at most one of each kind is in force."""

    RETURNED = "returned"  # 退回: back to who reported it
    WITHDRAWN = "withdrawn"  # 撤回: entered wrongly
    DISALLOWED = "disallowed"  # 不予认定
    CHECKED = "checked"  # 核查


declare_labels(
    DecisionKind,
    {
        DecisionKind.RETURNED: N_("Returned"),
        DecisionKind.WITHDRAWN: N_("Withdrawn"),
        DecisionKind.DISALLOWED: N_("Disallowed"),
        DecisionKind.CHECKED: N_("Checked"),
    },
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a record: what, why, by whom, on which day."""

    kind: DecisionKind
    decided_by: str
    decided_on: date
    reason: str | None = None


class Move(StrEnum):
    """What can be done with a record."""

    SUBMIT = "submit"
    CONFIRM = "confirm"  # by one receiver
    REVOKE = "revoke"  # a receiver takes its confirmation back
    RETURN = "return"
    WITHDRAW = "withdraw"
    RESTORE = "restore"  # take a withdrawal back
    CHECK = "check"
    UNCHECK = "uncheck"
    DISALLOW = "disallow"
    ALLOW = "allow"  # take a disallowing back


@dataclass(frozen=True, slots=True)
class Turn:
    """From which states a move starts and to which it may lead; the decision that it takes, or
    takes back."""

    starts: frozenset[ActivityState]
    leads_to: frozenset[ActivityState]
    takes: DecisionKind | None = None
    takes_back: DecisionKind | None = None


def _states(*states: ActivityState) -> frozenset[ActivityState]:
    return frozenset(states)


_S: Final = ActivityState
_REPORTED: Final = _states(_S.SUBMITTED, _S.CONFIRMED)
_CHECKABLE: Final = _REPORTED | {_S.CHECKED}
WORKFLOW: Final[Mapping[Move, Turn]] = {
    Move.SUBMIT: Turn(_states(_S.DRAFT, _S.RETURNED), _CHECKABLE, None, DecisionKind.RETURNED),
    Move.CONFIRM: Turn(_states(_S.SUBMITTED), _REPORTED),
    Move.REVOKE: Turn(_REPORTED, _states(_S.SUBMITTED)),
    Move.RETURN: Turn(_REPORTED, _states(_S.RETURNED), DecisionKind.RETURNED),
    Move.WITHDRAW: Turn(_CHECKABLE | {_S.RETURNED}, _states(_S.WITHDRAWN), DecisionKind.WITHDRAWN),
    Move.RESTORE: Turn(
        _states(_S.WITHDRAWN), _CHECKABLE | {_S.RETURNED}, None, DecisionKind.WITHDRAWN
    ),
    Move.CHECK: Turn(_states(_S.CONFIRMED), _states(_S.CHECKED), DecisionKind.CHECKED),
    Move.UNCHECK: Turn(_states(_S.CHECKED), _REPORTED, None, DecisionKind.CHECKED),
    Move.DISALLOW: Turn(_CHECKABLE, _states(_S.DISALLOWED), DecisionKind.DISALLOWED),
    Move.ALLOW: Turn(_states(_S.DISALLOWED), _CHECKABLE, None, DecisionKind.DISALLOWED),
}
# The decision that says most about a record comes first.
_PRECEDENCE: Final = (
    (DecisionKind.WITHDRAWN, ActivityState.WITHDRAWN),
    (DecisionKind.RETURNED, ActivityState.RETURNED),
    (DecisionKind.DISALLOWED, ActivityState.DISALLOWED),
    (DecisionKind.CHECKED, ActivityState.CHECKED),
)


def build_state(
    decisions: Collection[DecisionKind], *, is_confirmed: bool, is_draft: bool = False
) -> ActivityState:
    """Where a record stands: its decisions in force, else the confirmations of its receivers."""
    if is_draft:
        return ActivityState.DRAFT
    for kind, state in _PRECEDENCE:
        if kind in decisions:
            return state
    return ActivityState.CONFIRMED if is_confirmed else ActivityState.SUBMITTED


def may_move(state: ActivityState, move: Move) -> bool:
    """Whether a record in this state can be moved so."""
    return state in WORKFLOW[move].starts


def check_move(state: ActivityState, move: Move) -> Turn:
    """The turn that a move takes. Raises RuleViolationError where the table has none."""
    if not may_move(state, move):
        raise RuleViolationError(
            Message(
                N_(
                    "This is not possible: the record is now “%(state)s”. Somebody may have "
                    "changed it in the meantime. Reload the page and look at it again."
                ),
                {"state": label(state)},
            )
        )
    return WORKFLOW[move]


REASON_LENGTH: Final = 500
REASON_NEEDED: Final = N_("Give the reason; it is shown to the schools.")


def check_reason(reason: str) -> str:
    """The reason, trimmed. Raises RuleViolationError when there is none: nobody could answer a
    decision without a reason."""
    said = reason.strip()
    if not said:
        raise RuleViolationError(REASON_NEEDED, field="reason")
    return said[:REASON_LENGTH]
