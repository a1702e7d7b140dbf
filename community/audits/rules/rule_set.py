"""A published rule set: thresholds, titles and sources are data; what a criterion means is code.

A later version stands beside this one: another folder of criteria, registered in `MEANINGS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from community.activities.rules import ActivityFacts, Standing, build_standing
from community.audits.rules.facts import CommunityFacts, Period
from community.audits.rules.results import CriterionKind, CriterionResult, Finding


@dataclass(frozen=True)
class Case:
    """One community before its judge: facts, the period, and every activity's standing."""

    facts: CommunityFacts
    period: Period
    standings: tuple[Standing, ...]

    @property
    def counted(self) -> tuple[ActivityFacts, ...]:
        """The activities that count."""
        return tuple(s.activity for s in self.standings if s.is_counted)


@dataclass(frozen=True)
class Terms:
    """The thresholds and further parameters of one criterion, as published."""

    threshold: Any
    parameters: Mapping[str, Any]


Check = Callable[[Case, Terms], Finding]


@dataclass(frozen=True)
class Meaning:
    """What a criterion's id stands for in one version of the rules."""

    check: Check
    looks_at: Callable[[ActivityFacts], bool] | None = None


@dataclass(frozen=True)
class Criterion:
    """A criterion as published, with its meaning."""

    id: str
    clause: str
    kind: CriterionKind
    title: Mapping[str, str]
    source: Mapping[str, str]
    terms: Terms
    meaning: Meaning

    def judge(self, case: Case) -> CriterionResult:
        """Ask the criterion about one community."""
        finding = self.meaning.check(case, self.terms)
        return CriterionResult(
            id=self.id,
            clause=self.clause,
            kind=self.kind,
            title=self.title,
            outcome=finding.outcome,
            value=finding.value,
            threshold=finding.threshold,
            because=finding.because,
            remedies=finding.remedies,
            looks_at=self.meaning.looks_at,
        )


@dataclass(frozen=True)
class RuleSet:
    """One published version of the rules."""

    version: str
    title: Mapping[str, str]
    published_on: str
    first_school_year: str  # the earliest window, also for a D before its end
    clauses: Mapping[str, Mapping[str, str]]  # id → title by locale, in order
    criteria: tuple[Criterion, ...]
    evidence_filter: Mapping[str, Mapping[str, str]]  # clause E1: title and source by locale

    def open_case(self, facts: CommunityFacts, period: Period) -> Case:
        """Sort a community's activities by whether they count (clause E1)."""
        standings = tuple(
            build_standing(
                activity,
                first_day=period.first_day,
                last_day=period.effective_last_day,
                was_member=facts.was_member,
            )
            for activity in facts.activities
        )
        return Case(facts, period, standings)


def build_rule_set(content: Mapping[str, Any], meanings: Mapping[str, Meaning]) -> RuleSet:
    """Join published content with the meanings of its version.

    Raises KeyError when a published criterion has no meaning: it cannot be judged.
    """
    return RuleSet(
        version=content["version"],
        title=_by_locale(content, "title"),
        published_on=content["published_on"],
        first_school_year=content["first_school_year"],
        clauses={c["id"]: _by_locale(c, "title") for c in content["clauses"]},
        criteria=tuple(
            Criterion(
                id=c["id"],
                clause=c["clause"],
                kind=CriterionKind(c["kind"]),
                title=_by_locale(c, "title"),
                source=_by_locale(c, "source"),
                terms=Terms(c["threshold"], c.get("parameters") or {}),
                meaning=meanings[c["id"]],
            )
            for c in content["criteria"]
            if c["kind"] != "filter"
        ),
        evidence_filter=next(
            {"title": _by_locale(c, "title"), "source": _by_locale(c, "source")}
            for c in content["criteria"]
            if c["kind"] == "filter"
        ),
    )


def _by_locale(content: Mapping[str, Any], key: str) -> Mapping[str, str]:
    return {"zh": content[f"{key}_zh"], "en": content[f"{key}_en"]}
