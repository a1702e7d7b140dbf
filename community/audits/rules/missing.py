"""What is missing, from whom, since when, and what it would change: one row per thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.activities.rules import Exclusion, Standing
from community.audits.rules.count import CommunityCount
from community.audits.rules.facts import MembershipFacts
from community.audits.rules.results import CriterionKind, CriterionResult, Remedy
from community.kernel.i18n import N_, Message, declare_labels


class Effect(StrEnum):
    """What supplying it does to the verdict."""

    DECIDES = "decides"  # no other hard criterion is open
    ONE_OF_SEVERAL = "one_of_several"
    WARNING = "warning"  # the verdict does not depend on it
    WINDOW_CLOSED = "window_closed"  # new activities would no longer be counted


@dataclass(frozen=True)
class Missing:
    """One thing that stands between a community and a criterion."""

    count: CommunityCount
    criterion: CriterionResult
    what: Message
    school_id: int | None  # None: the county supplies it
    school_name: str | None
    person: str | None  # responsible in that school
    since: date | None
    effect: Effect


# Without a remedy of its own a criterion of these clauses is for the county to mend.
_FOR_THE_COUNTY: Final = frozenset({"S", "G1"})
# Criteria that look at the window, not at the day.
_OF_THE_WINDOW: Final = ("G2", "R3", "O", "X")
_MENDABLE: Final = frozenset({Exclusion.NOT_CONFIRMED, Exclusion.NO_EVIDENCE})


def build_missing(counts: Iterable[CommunityCount]) -> tuple[Missing, ...]:
    """All that is missing: hard criteria before warnings, by community."""
    return tuple(
        _missing(count, criterion, remedy)
        for count in counts
        for criterion in (*count.hard_open, *count.warnings)
        for remedy in criterion.remedies or (_remedy(count, criterion),)
    )


def _remedy(count: CommunityCount, criterion: CriterionResult) -> Remedy:
    """Who answers for a criterion that names nothing in particular."""
    if _FOR_THE_COUNTY & {criterion.id, criterion.id[0]}:
        return Remedy(criterion.because)
    return Remedy.by(count.facts.lead_on(count.period.as_of), criterion.because)


def _missing(count: CommunityCount, criterion: CriterionResult, remedy: Remedy) -> Missing:
    stay = next((m for m in count.members if m.school.school_id == remedy.school_id), None)
    return Missing(
        count=count,
        criterion=criterion,
        what=remedy.message,
        school_id=remedy.school_id,
        school_name=remedy.school_name,
        person=stay.responsible_person if stay else None,
        since=_since(count, criterion, remedy, stay),
        effect=_effect(count, criterion),
    )


def _since(
    count: CommunityCount,
    criterion: CriterionResult,
    remedy: Remedy,
    stay: MembershipFacts | None,
) -> date | None:
    """The day from which it could have been there."""
    waiting = [s.activity.held_on for s in count.standings if _waits(s, criterion, remedy)]
    if waiting:
        return min(waiting)
    if criterion.id.startswith(_OF_THE_WINDOW):
        return count.period.first_day
    return stay.joined_on if stay else count.facts.founded_on


def _waits(standing: Standing, criterion: CriterionResult, remedy: Remedy) -> bool:
    """Whether a record that this criterion looks at waits for this school."""
    activity = standing.activity
    if not (criterion.looks_at and criterion.remedies) or standing.exclusion not in _MENDABLE:
        return False
    asked = (
        activity.receiver_ids
        if standing.exclusion is Exclusion.NOT_CONFIRMED
        else (activity.provider_id,)
    )
    return remedy.school_id in asked and criterion.looks_at(activity)


def _effect(count: CommunityCount, criterion: CriterionResult) -> Effect:
    if criterion.kind is CriterionKind.WARNING:
        return Effect.WARNING
    needs_activity = criterion.looks_at is not None and not criterion.remedies
    if needs_activity and not count.period.is_open:
        return Effect.WINDOW_CLOSED
    return Effect.DECIDES if len(count.hard_open) == 1 else Effect.ONE_OF_SEVERAL


declare_labels(
    Effect,
    {
        Effect.DECIDES: N_("Nothing else that decides is open"),
        Effect.ONE_OF_SEVERAL: N_("One of several things still open"),
        Effect.WARNING: N_("A warning: the verdict stays"),
        Effect.WINDOW_CLOSED: N_("The window has closed: it cannot be made up"),
    },
)
