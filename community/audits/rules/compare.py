"""What moved between two counts of the same communities, and the records that moved it.

Where a criterion moved and no record that it looks at did, the day or the window moved it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from community.audits.rules.count import CommunityCount, Reached, SchoolReach
from community.audits.rules.facts import Period, SchoolFacts
from community.audits.rules.record_moves import RecordMove, build_record_moves
from community.audits.rules.results import CriterionResult, Verdict


@dataclass(frozen=True)
class CriterionMove:
    """A criterion whose outcome, value or threshold differs; None where it was not judged."""

    before: CriterionResult | None
    after: CriterionResult | None
    records: tuple[RecordMove, ...]  # none: the day or the window moved it

    @property
    def result(self) -> CriterionResult:
        """Either side, for what both share: id, title, kind."""
        return next(result for result in (self.after, self.before) if result)

    @property
    def changes_outcome(self) -> bool:
        """Whether it answers differently, not only with another value."""
        return _outcome(self.before) != _outcome(self.after)


@dataclass(frozen=True)
class CommunityMove:
    """A community on both sides; a verdict of None: it did not exist there."""

    code: str
    name: str
    verdict_before: Verdict | None
    verdict_after: Verdict | None
    criteria: tuple[CriterionMove, ...]
    other_records: tuple[RecordMove, ...]  # that moved no criterion

    @property
    def changes_verdict(self) -> bool:
        """Whether the verdict differs."""
        return self.verdict_before is not self.verdict_after

    @property
    def is_moved(self) -> bool:
        """Whether the verdict or any criterion differs."""
        return self.changes_verdict or bool(self.criteria)


def build_moves(
    before: Iterable[CommunityCount], after: Iterable[CommunityCount]
) -> tuple[CommunityMove, ...]:
    """Every community of either side, those whose verdict moved first, then by code."""
    sides = [{count.facts.community_id: count for count in counts} for counts in (before, after)]
    ids = list(dict.fromkeys(chain(*sides)))
    moves = [build_move(sides[0].get(i), sides[1].get(i)) for i in ids]
    return tuple(sorted(moves, key=lambda m: (not m.changes_verdict, not m.criteria, m.code)))


def build_move(before: CommunityCount | None, after: CommunityCount | None) -> CommunityMove:
    """One community on both sides, at least one of which exists."""
    facts = next(count.facts for count in (after, before) if count)
    records = build_record_moves(before, after)
    criteria = [
        CriterionMove(old, new, tuple(r for r in records if criterion_id in r.criteria))
        for criterion_id, old, new in _criteria(before, after)
        if _standing(old) != _standing(new)
    ]
    used = {id(record) for criterion in criteria for record in criterion.records}
    return CommunityMove(
        code=facts.code,
        name=facts.name,
        verdict_before=before.verdict if before else None,
        verdict_after=after.verdict if after else None,
        criteria=tuple(criteria),
        other_records=tuple(r for r in records if id(r) not in used),
    )


def _outcome(result: CriterionResult | None) -> str | None:
    return result.outcome if result else None


def _standing(result: CriterionResult | None) -> object:
    return (result.outcome, result.value, result.threshold) if result else None


def _criteria(
    before: CommunityCount | None, after: CommunityCount | None
) -> list[tuple[str, CriterionResult | None, CriterionResult | None]]:
    """Id and results of both sides, in the order of the rules; none without both sides."""
    if before is None or after is None:
        return []
    olds = {c.id: c for c in before.criteria}
    news = {c.id: c for c in after.criteria}
    return [(i, olds.get(i), news.get(i)) for i in dict.fromkeys([*news, *olds])]


@dataclass(frozen=True)
class ReachMove:
    """A school of the county that stands differently in its coverage; None: not on file."""

    school: SchoolFacts
    before: Reached | None
    after: Reached | None


def build_reach_moves(
    before: Iterable[SchoolReach], after: Iterable[SchoolReach]
) -> tuple[ReachMove, ...]:
    """The schools that are reached on one side, or on both in another way."""
    olds, news = ({r.school.school_id: r for r in side} for side in (before, after))
    moves = []
    for school_id in dict.fromkeys([*olds, *news]):
        old, new = olds.get(school_id), news.get(school_id)
        was, now = (r.reached if r else None for r in (old, new))
        if was is not now and any(r and r.is_covered for r in (old, new)):
            school = next(r.school for r in (new, old) if r)
            moves.append(ReachMove(school, was, now))
    return tuple(moves)


@dataclass(frozen=True)
class PeriodMove:
    """Whether the day or the window differ, which moves criteria without any record."""

    as_of: bool
    window: bool

    def __bool__(self) -> bool:
        return self.as_of or self.window


def build_period_move(before: Period, after: Period) -> PeriodMove:
    """What of the period differs."""
    return PeriodMove(before.as_of != after.as_of, before.school_year != after.school_year)
