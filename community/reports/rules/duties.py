"""存在问题及责任单位, 下一步: what stands open, who can mend it, and what each has to do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from community.activities.rules import ConfirmationStanding, Exclusion, Standing
from community.audits.rules.count import CommunityCount
from community.audits.rules.results import CriterionResult
from community.kernel.i18n import N_, Message

# Clauses that the county answers for; the lead school answers for the others.
_COUNTY_CLAUSES = frozenset({"structure", "clear_goals"})


@dataclass(frozen=True)
class Problem:
    """A criterion that is not met, who answers for it, and what is lacking."""

    criterion: CriterionResult
    responsible: tuple[str, ...]
    needed: tuple[Message, ...]


@dataclass(frozen=True)
class Duty:
    """What one unit has to do."""

    unit: str
    items: tuple[Message, ...]


def build_problems(count: CommunityCount, bureau: str) -> tuple[Problem, ...]:
    """The open criteria of a community, those that decide first."""
    return tuple(
        Problem(
            criterion,
            _responsible(criterion, count, bureau),
            _distinct(_new(criterion)),
        )
        for criterion in (*count.hard_open, *count.warnings)
    )


def _new(criterion: CriterionResult) -> Iterable[Message]:
    """What is needed, unless the reason has said it in the same words."""
    said = criterion.because.msgid
    return (r.message for r in criterion.remedies if r.message.msgid != said)


def _responsible(criterion: CriterionResult, count: CommunityCount, bureau: str) -> tuple[str, ...]:
    named = [remedy.school_name or bureau for remedy in criterion.remedies]
    if named:
        return tuple(dict.fromkeys(named))
    lead = count.facts.lead_on(count.period.as_of)
    if criterion.clause in _COUNTY_CLAUSES or lead is None:
        return (bureau,)
    return (lead.name,)


def build_duties(
    count: CommunityCount, bureau: str, schools: Mapping[int, str]
) -> tuple[Duty, ...]:
    """What each unit has to do, those with most first; warnings are no duty."""
    items: dict[str, list[Message]] = {}
    for criterion in count.hard_open:
        for unit in _responsible(criterion, count, bureau):
            items.setdefault(unit, []).extend(_own_items(criterion, unit, bureau))
    for school_id, number in _unconfirmed(count.standings).items():
        items.setdefault(schools.get(school_id, ""), []).append(
            Message(N_("Confirm, or return with a reason, %(count)d records."), {"count": number})
        )
    for school_id, number in _without_evidence(count.standings).items():
        items.setdefault(schools.get(school_id, ""), []).append(
            Message(N_("Supply evidence for %(count)d records."), {"count": number})
        )
    order = sorted(items.items(), key=lambda entry: -len(entry[1]))
    return tuple(Duty(unit, _distinct(own)) for unit, own in order if own)


def _own_items(criterion: CriterionResult, unit: str, bureau: str) -> list[Message]:
    """What a criterion asks of a unit. Numbers of records are left out: they are added up over
    all criteria, which may look at the same records."""
    if not criterion.remedies:
        return [criterion.because]
    return [
        remedy.message
        for remedy in criterion.remedies
        if (remedy.school_name or bureau) == unit and "count" not in remedy.message.params
    ]


def _distinct(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Each sentence once: a message cannot be hashed, its text can."""
    return tuple({str(message): message for message in messages}.values())


def _unconfirmed(standings: Sequence[Standing]) -> Counter[int]:
    """How many records of the window each receiving school has not confirmed."""
    return Counter(
        school
        for standing in standings
        if standing.exclusion is Exclusion.NOT_CONFIRMED
        for school, confirmation in zip(
            standing.activity.receiver_ids, standing.activity.confirmations, strict=True
        )
        if confirmation is ConfirmationStanding.OPEN
    )


def _without_evidence(standings: Sequence[Standing]) -> Counter[int]:
    """How many confirmed records of each providing school lack evidence."""
    return Counter(
        standing.activity.provider_id
        for standing in standings
        if standing.exclusion is Exclusion.NO_EVIDENCE
    )
