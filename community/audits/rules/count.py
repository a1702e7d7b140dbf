"""The count: a verdict for each community, then regions against their minima.

One dataclass holds every figure; screen, terminal, workbook and paper read it, none computes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from community.activities.rules import (
    Exclusion,
    Figures,
    Level,
    Levels,
    Sheet,
    Standing,
    build_figures,
)
from community.audits.rules.facts import (
    CommunityFacts,
    MembershipFacts,
    Period,
    SchoolFacts,
)
from community.audits.rules.results import (
    CriterionKind,
    CriterionResult,
    Outcome,
    Verdict,
)
from community.audits.rules.rule_set import RuleSet
from community.kernel.clock import SHANGHAI
from community.kernel.i18n import N_, declare_labels
from community.registry.rules import RURAL_CLASSES

# The clauses whose failure means that there is no community in the sense of the plan; a failed
# operation clause means that it is still being built (domain.md §3).
FOUNDING_CLAUSES = frozenset({"structure", "clear_goals", "clear_responsibilities"})


@dataclass(frozen=True)
class CommunityCount:
    """One community's verdict with everything behind it."""

    facts: CommunityFacts
    verdict: Verdict
    criteria: tuple[CriterionResult, ...]
    standings: tuple[Standing, ...]
    figures: Figures
    period: Period

    @cached_property
    def members(self) -> tuple[MembershipFacts, ...]:
        """The schools in the community on D."""
        return self.facts.members_on(self.period.as_of)

    @cached_property
    def hard_open(self) -> tuple[CriterionResult, ...]:
        """The hard criteria that stand between the community and being counted."""
        return tuple(
            c
            for c in self.criteria
            if c.kind is CriterionKind.HARD and c.outcome in (Outcome.FAIL, Outcome.MISSING)
        )

    @cached_property
    def warnings(self) -> tuple[CriterionResult, ...]:
        """The warnings that are raised."""
        return tuple(
            c
            for c in self.criteria
            if c.kind is CriterionKind.WARNING and c.outcome in (Outcome.FAIL, Outcome.MISSING)
        )

    def criterion(self, criterion_id: str) -> CriterionResult | None:
        """One criterion's result by its id."""
        return next((c for c in self.criteria if c.id == criterion_id), None)

    @cached_property
    def exclusions(self) -> Mapping[Exclusion, int]:
        """How many records are left out, by reason."""
        return Counter(s.exclusion for s in self.standings if s.exclusion)

    def as_json(self) -> dict[str, Any]:
        """The object that `flask count --json` prints for a community."""
        return {
            "community": self.facts.code,
            "name": self.facts.name,
            "verdict": str(self.verdict),
            "criteria": [criterion.as_json() for criterion in self.criteria],
            "activities": {
                str(sheet): levels_as_json(sheet, levels)
                for sheet, levels in self.figures.by_sheet().items()
            },
        }


def levels_as_json(sheet: Sheet, levels: Levels) -> dict[str, dict[str, int]]:
    """The three amounts of a cell; a transfer has rows but no periods (READING.md §6)."""
    amounts = {
        Level.REPORTED: levels.reported,
        Level.CONFIRMED: levels.confirmed,
        Level.COUNTED: levels.counted,
    }
    return {
        str(level): (
            {"rows": amount.rows}
            if sheet is Sheet.RESOURCE_TRANSFERS
            else {"rows": amount.rows, "periods": amount.periods}
        )
        for level, amount in amounts.items()
    }


def build_verdict(criteria: Iterable[CriterionResult]) -> Verdict:
    """The first that applies of READING.md §5."""
    hard = [c for c in criteria if c.kind is CriterionKind.HARD]
    failed = {c.clause for c in hard if c.outcome is Outcome.FAIL}
    if failed & FOUNDING_CLAUSES:
        return Verdict.NOT_COUNTED
    if any(c.outcome is Outcome.MISSING for c in hard):
        return Verdict.PENDING_DATA
    return Verdict.IN_PROGRESS if failed else Verdict.COUNTED


def build_community_count(
    facts: CommunityFacts, period: Period, rule_set: RuleSet
) -> CommunityCount:
    """Judge one community."""
    case = rule_set.open_case(facts, period)
    criteria = tuple(criterion.judge(case) for criterion in rule_set.criteria)
    return CommunityCount(
        facts=facts,
        verdict=build_verdict(criteria),
        criteria=criteria,
        standings=case.standings,
        figures=build_figures(case.standings),
        period=period,
    )


class Reached(StrEnum):
    """How a school of a county stands in its coverage; the last three are left out of it."""

    COUNTED = "counted"  # in a community that meets the conditions
    INSIDE = "inside"  # in another one
    OUTSIDE = "outside"  # in none
    NOT_RURAL = "not_rural"
    CLASS_MISSING = "class_missing"
    NOT_OPEN = "not_open"


@dataclass(frozen=True)
class SchoolReach:
    """A school of the county with the communities in which it is on D, by code."""

    school: SchoolFacts
    reached: Reached
    communities: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        """Whether it is one of the rural schools that the coverage is about."""
        return self.reached in (Reached.COUNTED, Reached.INSIDE, Reached.OUTSIDE)


@dataclass(frozen=True)
class Coverage:
    """How many of a county's rural schools (classes 210 and 220) the communities reach."""

    rural_schools: int
    in_community: int
    in_counted: int
    schools: tuple[SchoolReach, ...] = field(default=(), compare=False)

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.rural_schools + other.rural_schools,
            self.in_community + other.in_community,
            self.in_counted + other.in_counted,
            self.schools + other.schools,
        )


@dataclass(frozen=True)
class RegionCount:
    """A county against its own minimum."""

    division_id: int
    code: str
    name: str
    minimum: int | None  # None: the plan names none for this region
    communities: tuple[CommunityCount, ...]  # of this county, by code
    coverage: Coverage

    @cached_property
    def counted(self) -> int:
        """How many of its communities count."""
        return sum(c.verdict is Verdict.COUNTED for c in self.communities)

    @property
    def is_met(self) -> bool:
        """Whether the minimum is reached; no minimum is reached by anything."""
        return self.counted >= (self.minimum or 0)

    @property
    def lacking(self) -> int:
        """How many are still to come."""
        return max((self.minimum or 0) - self.counted, 0)

    @cached_property
    def figures(self) -> Figures:
        """All activity of the county's communities."""
        return sum((c.figures for c in self.communities), Figures({}))

    @cached_property
    def by_verdict(self) -> Mapping[Verdict, int]:
        """How many communities have each verdict, zeros included."""
        found = Counter(c.verdict for c in self.communities)
        return {verdict: found[verdict] for verdict in Verdict}

    @cached_property
    def exclusions(self) -> Mapping[Exclusion, int]:
        """How many records are left out, by reason, zeros left out."""
        total: Counter[Exclusion] = Counter()
        for community in self.communities:
            total.update(community.exclusions)
        return {reason: total[reason] for reason in Exclusion if total[reason]}

    @cached_property
    def nearest(self) -> CommunityCount | None:
        """The community with the fewest open hard criteria among those that do not count yet."""
        order = [Verdict.IN_PROGRESS, Verdict.PENDING_DATA, Verdict.NOT_COUNTED]
        waiting = [c for c in self.communities if c.verdict is not Verdict.COUNTED]
        return min(waiting, key=lambda c: (len(c.hard_open), order.index(c.verdict)), default=None)

    def as_json(self) -> dict[str, Any]:
        """The object that `flask count --json` prints for a region."""
        return {
            "code": self.code,
            "name": self.name,
            "minimum": self.minimum,
            "counted": self.counted,
            "met": self.is_met,
            "coverage": {
                "rural_schools": self.coverage.rural_schools,
                "in_community": self.coverage.in_community,
                "in_counted": self.coverage.in_counted,
            },
            "verdicts": [community.as_json() for community in self.communities],
        }


@dataclass(frozen=True)
class CityCount:
    """The city on its own total: a surplus in one county hides no shortfall in another."""

    division_id: int
    code: str
    name: str
    minimum: int | None
    counted: int
    every_county_met: bool

    @property
    def is_met(self) -> bool:
        """Whether the city's own minimum is reached."""
        return self.counted >= (self.minimum or 0)

    @property
    def lacking(self) -> int:
        """How many are still to come."""
        return max((self.minimum or 0) - self.counted, 0)

    def as_json(self) -> dict[str, Any]:
        """The object that `flask count --json` prints for the city."""
        return {
            "code": self.code,
            "minimum": self.minimum,
            "counted": self.counted,
            "met": self.is_met,
            "every_county_met": self.every_county_met,
        }


@dataclass(frozen=True)
class Count:
    """A count of a county, or of a city with each of its counties."""

    rule_set: RuleSet
    period: Period
    known_at: datetime  # UTC
    is_trial: bool  # over another window than the one that belongs to D
    regions: tuple[RegionCount, ...]
    city: CityCount | None

    def as_json(self) -> dict[str, Any]:
        """What `flask count --json` prints."""
        shown: dict[str, Any] = {
            "rule_set": self.rule_set.version,
            "as_of": self.period.as_of.isoformat(),
            "known_at": self.known_at.astimezone(SHANGHAI).isoformat(),
            "window": [self.period.first_day.isoformat(), self.period.last_day.isoformat()],
            "regions": [region.as_json() for region in self.regions],
        }
        if self.city:
            shown["city"] = self.city.as_json()
        if self.is_trial:
            shown["trial"] = True
        return shown


def build_city_count(
    division_id: int, code: str, name: str, minimum: int | None, regions: Sequence[RegionCount]
) -> CityCount:
    """Add up the counties, and ask each for its own minimum."""
    return CityCount(
        division_id=division_id,
        code=code,
        name=name,
        minimum=minimum,
        counted=sum(region.counted for region in regions),
        every_county_met=all(region.is_met for region in regions),
    )


def build_coverage(
    county_id: int,
    schools: Iterable[SchoolFacts],
    communities: Iterable[CommunityCount],
    as_of: date,
) -> Coverage:
    """How many of the county's rural schools that are open on D are in a community on D."""
    inside: dict[int, list[str]] = defaultdict(list)
    counted: set[int] = set()
    for community in communities:
        for member in community.members:
            inside[member.school.school_id].append(community.facts.code)
            if community.verdict is Verdict.COUNTED:
                counted.add(member.school.school_id)
    reached = tuple(
        SchoolReach(
            school,
            _reached(school, as_of, school.school_id in inside, school.school_id in counted),
            tuple(dict.fromkeys(inside.get(school.school_id, ()))),
        )
        for school in schools
        if school.county_id == county_id
    )
    found = Counter(reach.reached for reach in reached)
    in_community = found[Reached.COUNTED] + found[Reached.INSIDE]
    return Coverage(
        in_community + found[Reached.OUTSIDE], in_community, found[Reached.COUNTED], reached
    )


def _reached(school: SchoolFacts, as_of: date, is_inside: bool, is_counted: bool) -> Reached:
    """The first that applies."""
    if not school.is_open_on(as_of) or (school.opened_on or date.min) > as_of:
        return Reached.NOT_OPEN
    if school.urban_rural_class is None:
        return Reached.CLASS_MISSING
    if school.urban_rural_class not in RURAL_CLASSES:
        return Reached.NOT_RURAL
    if is_counted:
        return Reached.COUNTED
    return Reached.INSIDE if is_inside else Reached.OUTSIDE


def default_school_year(as_of: date, years: Mapping[str, date], first: str) -> str:
    """The school year that belongs to D: the last one that had ended before D, but not one
    before the rule set's first. `years` maps names to last days."""
    ended = [name for name, last_day in years.items() if last_day < as_of]
    return max([*ended, first])


declare_labels(
    Reached,
    {
        Reached.COUNTED: N_("In a community that meets the conditions"),
        Reached.INSIDE: N_("In another community"),
        Reached.OUTSIDE: N_("In none"),
        Reached.NOT_RURAL: N_("Not a rural school"),
        Reached.CLASS_MISSING: N_("Its urban–rural class is not on file"),
        Reached.NOT_OPEN: N_("Not open on the day"),
    },
)
