"""In which states a side may add to the evidence of a record, and take a piece of it back."""

from collections.abc import Mapping
from typing import Final

from community.activities.rules.sides import Side
from community.activities.rules.workflow import ActivityState
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_

_OPEN: Final = frozenset({ActivityState.SUBMITTED, ActivityState.CONFIRMED})
# Who reported may still add to what was checked or disallowed: it may change the county's mind.
MAY_ADD: Final[Mapping[Side, frozenset[ActivityState]]] = {
    Side.REPORTING: _OPEN | {ActivityState.CHECKED, ActivityState.DISALLOWED},
    Side.RECEIVING: _OPEN,
}
# What was checked stays as it was checked.
MAY_TAKE_BACK: Final = _OPEN


def may_add_evidence(side: Side, state: ActivityState) -> bool:
    """Whether a side may add evidence to a record in this state."""
    return state in MAY_ADD.get(side, ())


def may_take_back(side: Side, state: ActivityState, *, is_own: bool) -> bool:
    """Whether a side may take back a piece of evidence: the reporting side any, a receiver only
    what it has added itself."""
    return state in MAY_TAKE_BACK and (
        side is Side.REPORTING or (side is Side.RECEIVING and is_own)
    )


def check_may_prove(*, is_allowed: bool) -> None:
    """Raise RuleViolationError where a record is no longer open to this."""
    if not is_allowed:
        raise RuleViolationError(
            N_(
                "The evidence of this record can no longer be changed by your school. Reload the "
                "page and look at its present state."
            )
        )
