"""Which activities are reported, confirmed, checked and counted (clause E1 of the rule set)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.activities.rules.words import ActivityKind, Mode, Sheet
from community.activities.rules.workflow import Decision, DecisionKind
from community.kernel.i18n import N_, declare_labels


class Exclusion(StrEnum):
    """Why an activity on file does not count; the first reason that applies is the one given."""

    OUTSIDE_WINDOW = "outside_window"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    DISALLOWED = "disallowed"
    OUTSIDE_MEMBERSHIP = "outside_membership"
    NOT_CONFIRMED = "not_confirmed"
    CONFIRMED_LATER = "confirmed_later"  # all receivers confirmed, but K is earlier
    NO_EVIDENCE = "no_evidence"


class ConfirmationStanding(StrEnum):
    """What is known at K of one receiver's confirmation."""

    CONFIRMED = "confirmed"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One activity on file at K, with all that decides whether it counts."""

    activity_id: int
    sheet: Sheet
    kind: ActivityKind
    held_on: date
    mode: Mode | None
    subject: str | None
    periods: int | None
    provider_id: int
    receiver_ids: tuple[int, ...]
    confirmations: tuple[ConfirmationStanding, ...]  # one per receiver, in the same order
    has_evidence: bool
    decisions: tuple[Decision, ...] = ()  # in force at K

    @property
    def party_ids(self) -> tuple[int, ...]:
        """Provider and receivers."""
        return (self.provider_id, *self.receiver_ids)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an activity is reported, confirmed, checked and counted (READING.md §3); why not,
    and the decision behind that, if it was one."""

    activity: ActivityFacts
    is_reported: bool
    is_confirmed: bool
    exclusion: Exclusion | None
    is_checked: bool = False
    decision: Decision | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it counts: nothing excludes it."""
        return self.exclusion is None


# Withdrawn or returned is as good as not reported; disallowed is reported and does not count.
TAKEN_OUT: Final[Mapping[DecisionKind, Exclusion]] = {
    DecisionKind.WITHDRAWN: Exclusion.WITHDRAWN,
    DecisionKind.RETURNED: Exclusion.RETURNED,
}
DECIDED: Final[Mapping[DecisionKind, Exclusion]] = {
    **TAKEN_OUT,
    DecisionKind.DISALLOWED: Exclusion.DISALLOWED,
}


def build_standing(
    activity: ActivityFacts,
    *,
    first_day: date,
    last_day: date,
    was_member: Callable[[int, date], bool],
) -> Standing:
    """How an activity stands over a window, both days included (clause E1)."""
    decisions = {decision.kind: decision for decision in activity.decisions}
    is_reported = first_day <= activity.held_on <= last_day and not decisions.keys() & TAKEN_OUT
    all_confirmed = all(c is ConfirmationStanding.CONFIRMED for c in activity.confirmations)
    exclusion = _exclusion(activity, decisions, first_day, last_day, was_member)
    return Standing(
        activity,
        is_reported=is_reported,
        is_confirmed=is_reported and all_confirmed,
        exclusion=exclusion,
        is_checked=(
            is_reported
            and DecisionKind.CHECKED in decisions
            and DecisionKind.DISALLOWED not in decisions
        ),
        decision=next((decisions[k] for k, e in DECIDED.items() if e is exclusion), None),
    )


def _exclusion(
    activity: ActivityFacts,
    decisions: Mapping[DecisionKind, Decision],
    first_day: date,
    last_day: date,
    was_member: Callable[[int, date], bool],
) -> Exclusion | None:
    """The first reason that applies why an activity does not count."""
    if not first_day <= activity.held_on <= last_day:
        return Exclusion.OUTSIDE_WINDOW
    for kind, exclusion in DECIDED.items():
        if kind in decisions:
            return exclusion
    if not all(was_member(party, activity.held_on) for party in activity.party_ids):
        return Exclusion.OUTSIDE_MEMBERSHIP
    if ConfirmationStanding.OPEN in activity.confirmations:
        return Exclusion.NOT_CONFIRMED
    if ConfirmationStanding.LATER in activity.confirmations:
        return Exclusion.CONFIRMED_LATER
    return None if activity.has_evidence else Exclusion.NO_EVIDENCE


declare_labels(
    Exclusion,
    {
        Exclusion.OUTSIDE_WINDOW: N_("Outside the period counted"),
        Exclusion.WITHDRAWN: N_("Withdrawn"),
        Exclusion.RETURNED: N_("Returned for correction"),
        Exclusion.DISALLOWED: N_("Disallowed by the district"),
        Exclusion.OUTSIDE_MEMBERSHIP: N_("A school was not in the community on that day"),
        Exclusion.NOT_CONFIRMED: N_("Not confirmed by every receiving school"),
        Exclusion.CONFIRMED_LATER: N_("Confirmed later than the instant known at"),
        Exclusion.NO_EVIDENCE: N_("Without evidence"),
    },
)
