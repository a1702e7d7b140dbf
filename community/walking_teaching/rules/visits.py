"""What becomes of a planned visit: one table. Planned is never done: only a taught visit has a
record, and only records are in any figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message, declare_labels, label

REASON_LENGTH: Final = 300


class VisitState(StrEnum):
    """Where a planned visit stands."""

    PLANNED = "planned"
    SUBSTITUTED = "substituted"  # another teacher goes
    TAUGHT = "taught"  # reported: it has a record, which waits for its confirmation
    CANCELLED = "cancelled"
    MOVED = "moved"  # to another day, where a visit of its own stands


declare_labels(
    VisitState,
    {
        VisitState.PLANNED: N_("planned"),
        VisitState.SUBSTITUTED: N_("substituted"),
        VisitState.TAUGHT: N_("taught"),
        VisitState.CANCELLED: N_("cancelled"),
        VisitState.MOVED: N_("moved"),
    },
)
# Those that are still to take place, or took place and are not reported yet.
OPEN_STATES: Final = frozenset({VisitState.PLANNED, VisitState.SUBSTITUTED})
# Those in which a teacher stands in a classroom.
HELD_STATES: Final = OPEN_STATES | {VisitState.TAUGHT}


class VisitMove(StrEnum):
    """What can be done with a visit."""

    TEACH = "teach"
    CANCEL = "cancel"
    SUBSTITUTE = "substitute"
    MOVE = "move"
    RESTORE = "restore"  # it takes place after all, or its record was withdrawn


@dataclass(frozen=True, slots=True)
class VisitTurn:
    """From which states a move starts, to which it leads, and whether it needs a reason."""

    starts: frozenset[VisitState]
    leads_to: VisitState
    needs_reason: bool = False


VISITS: Final[Mapping[VisitMove, VisitTurn]] = {
    VisitMove.TEACH: VisitTurn(OPEN_STATES, VisitState.TAUGHT),
    VisitMove.CANCEL: VisitTurn(OPEN_STATES, VisitState.CANCELLED, needs_reason=True),
    VisitMove.SUBSTITUTE: VisitTurn(OPEN_STATES, VisitState.SUBSTITUTED, needs_reason=True),
    VisitMove.MOVE: VisitTurn(OPEN_STATES, VisitState.MOVED, needs_reason=True),
    VisitMove.RESTORE: VisitTurn(
        frozenset({VisitState.CANCELLED, VisitState.TAUGHT}), VisitState.PLANNED
    ),
}


def may_turn(state: VisitState, move: VisitMove) -> bool:
    """Whether a visit in this state can be moved so."""
    return state in VISITS[move].starts


def check_turn(state: VisitState, move: VisitMove, reason: str | None = None) -> VisitTurn:
    """The turn that a move takes. Raises RuleViolationError where the table has none, and where a
    reason is missing."""
    turn = VISITS[move]
    if state not in turn.starts:
        raise RuleViolationError(
            Message(
                N_(
                    "This is not possible: the visit is now “%(state)s”. Somebody may have changed "
                    "it in the meantime. Reload the page and look at it again."
                ),
                {"state": label(state)},
            )
        )
    if turn.needs_reason and not (reason or "").strip():
        raise RuleViolationError(
            N_("Give the reason; the receiving school sees it."), field="reason"
        )
    return turn


def check_taught_on(day: date, today: date) -> None:
    """Raise RuleViolationError for a visit that has not taken place yet."""
    if day > today:
        raise RuleViolationError(
            Message(
                N_(
                    "The visit of %(day)s has not taken place yet. Report it on that day or "
                    "afterwards."
                ),
                {"day": day.isoformat()},
            )
        )


def check_moved_to(day: date, moved_to: date, first: date, last: date) -> None:
    """Raise RuleViolationError for a day to which a visit cannot be moved: its own lessons would
    stay where they are, or the day lies outside of the term (`first` to `last`)."""
    if not first <= moved_to <= last:
        raise RuleViolationError(
            Message(
                N_("This day is outside the term: choose one from %(first)s to %(last)s."),
                {"first": first, "last": last},
            ),
            field="moved_to",
        )
    if moved_to == day:
        raise RuleViolationError(
            N_("The visit is on this day already. Choose another one."), field="moved_to"
        )
