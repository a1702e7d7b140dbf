"""A report as one piece of data: every figure that the paper shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from community.activities.rules import ActivityKind, Exclusion, Figures, Levels, Sheet
from community.audits.rules.count import (
    FOUNDING_CLAUSES,
    CityCount,
    CommunityCount,
    Coverage,
    RegionCount,
)
from community.audits.rules.facts import MembershipFacts, Period
from community.audits.rules.pictures import network_counts, network_schools, stays
from community.audits.rules.results import CriterionKind, Outcome, Verdict
from community.audits.rules.rule_set import RuleSet
from community.communities.rules import MembershipRole
from community.kernel.charts import School, Stay, months_between
from community.reports.rules.duties import Duty, Problem, build_duties, build_problems
from community.reports.rules.kinds import ReportKind
from community.reports.rules.ledgers import (
    LedgerRow,
    RecordTexts,
    build_rows,
    counted_by_sheet,
    left_out,
)

_PASSED = frozenset({Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE})
_ROLES = tuple(MembershipRole)


@dataclass(frozen=True)
class ChainSeal:
    """The head of a county's journal when the report was made."""

    county: str
    sequence: int
    entry_hash: str


@dataclass(frozen=True)
class Basis:
    """What every figure of a report rests on."""

    rule_set: RuleSet
    period: Period
    known_at: datetime
    is_trial: bool
    seals: tuple[ChainSeal, ...]
    is_demonstration: bool


@dataclass(frozen=True)
class MonthRow:
    """A month's records by ledger."""

    month: str
    by_sheet: Mapping[Sheet, Levels]
    total: Levels


@dataclass(frozen=True)
class Activity:
    """The figures of activity, in every cut that the paper shows."""

    figures: Figures
    checked: Mapping[Sheet, int]
    months: tuple[MonthRow, ...]
    kinds: tuple[tuple[ActivityKind, Sheet, Levels], ...]
    exclusions: Mapping[Exclusion, int]  # the most frequent first

    @property
    def total_checked(self) -> int:
        """How many records the county has looked at."""
        return sum(self.checked.values())

    @property
    def total_excluded(self) -> int:
        """How many records are left out."""
        return sum(self.exclusions.values())

    @property
    def series(self) -> list[tuple[Sheet, list[int]]]:
        """Counted records by ledger and month, for the picture."""
        return [
            (sheet, [row.by_sheet[sheet].counted.rows for row in self.months]) for sheet in Sheet
        ]


def build_activity(
    figures: Figures,
    exclusions: Mapping[Exclusion, int],
    checked: Mapping[Sheet, int],
    period: Period,
) -> Activity:
    """Sort the figures of a community or a region by month and kind."""
    by_month = figures.by_month()
    months = tuple(
        MonthRow(
            month,
            {sheet: by_month.get(month, {}).get(sheet, Levels()) for sheet in Sheet},
            sum(by_month.get(month, {}).values(), Levels()),
        )
        for month in months_between(period.first_day, period.effective_last_day)
    )
    kinds: dict[ActivityKind, tuple[Sheet, Levels]] = {}
    for (sheet, kind, _month), levels in figures.cells.items():
        kinds[kind] = (sheet, kinds.get(kind, (sheet, Levels()))[1] + levels)
    return Activity(
        figures=figures,
        checked={sheet: checked.get(sheet, 0) for sheet in Sheet},
        months=months,
        kinds=tuple((kind, *kinds[kind]) for kind in ActivityKind if kind in kinds),
        exclusions=dict(sorted(exclusions.items(), key=lambda entry: -entry[1])),
    )


@dataclass(frozen=True)
class CommunityPart:
    """One community as any report tells it: the count, and what is to be mended."""

    count: CommunityCount
    problems: tuple[Problem, ...]
    duties: tuple[Duty, ...]
    excluded: tuple[LedgerRow, ...]

    @cached_property
    def hard_total(self) -> int:
        """How many criteria decide."""
        return sum(c.kind is CriterionKind.HARD for c in self.count.criteria)

    @cached_property
    def hard_passed(self) -> int:
        """How many of them stand in nobody's way."""
        return sum(
            c.kind is CriterionKind.HARD and c.outcome in _PASSED for c in self.count.criteria
        )

    @cached_property
    def failed_count(self) -> int:
        """How many of them fail."""
        return sum(c.outcome is Outcome.FAIL for c in self.count.hard_open)

    @cached_property
    def missing_count(self) -> int:
        """How many of them lack a datum."""
        return len(self.count.hard_open) - self.failed_count

    @cached_property
    def founding_failed_count(self) -> int:
        """How many fail without which there is no community in the sense of the plan."""
        return sum(
            c.outcome is Outcome.FAIL and c.clause in FOUNDING_CLAUSES for c in self.count.hard_open
        )

    @cached_property
    def members(self) -> tuple[MembershipFacts, ...]:
        """The schools of D: lead, pivots, members."""
        return tuple(sorted(self.count.members, key=lambda m: _ROLES.index(m.role)))

    @cached_property
    def former_members(self) -> tuple[MembershipFacts, ...]:
        """Stays that do not cover D."""
        day = self.count.period.as_of
        return tuple(m for m in self.count.facts.memberships if not m.covers(day))

    @cached_property
    def schools_by_role(self) -> Mapping[MembershipRole, int]:
        """How many schools have each role on D, zeros included."""
        return {role: sum(m.role is role for m in self.members) for role in MembershipRole}

    @cached_property
    def pupils(self) -> int:
        """All pupils of the schools of D that have reported them."""
        return sum(m.school.pupils or 0 for m in self.members)

    @cached_property
    def schools_without_pupils(self) -> int:
        """How many schools of D have not reported their pupils."""
        return sum(m.school.pupils is None for m in self.members)


def build_part(count: CommunityCount, bureau: str, texts: RecordTexts) -> CommunityPart:
    """What any report tells of a community."""
    return CommunityPart(
        count=count,
        problems=build_problems(count, bureau),
        duties=build_duties(count, bureau, texts.schools),
        excluded=build_rows(left_out(count.standings), texts),
    )


@dataclass(frozen=True)
class CommunityReport:
    """The annual report of a community."""

    basis: Basis
    part: CommunityPart
    county_name: str
    activity: Activity
    ledgers: Mapping[Sheet, tuple[LedgerRow, ...]]

    kind = ReportKind.COMMUNITY

    @property
    def name(self) -> str:
        """Whom it is about."""
        return self.part.count.facts.name

    @cached_property
    def network_schools(self) -> Sequence[School]:
        """The schools of the network."""
        return network_schools(self.part.count)

    @cached_property
    def network_counts(self) -> Mapping[tuple[str, str], int]:
        """Its lines."""
        return network_counts(self.part.count)

    @cached_property
    def stays(self) -> Sequence[Stay]:
        """The bars of the time line."""
        return stays(self.part.count)

    @property
    def first_stay_on(self) -> date:
        """Where the time line begins."""
        days = [m.joined_on for m in self.part.count.facts.memberships]
        return min([self.basis.period.first_day, *days])


def build_community_report(
    count: CommunityCount,
    basis: Basis,
    *,
    county_name: str,
    bureau: str,
    texts: RecordTexts,
    checked: Mapping[Sheet, int],
) -> CommunityReport:
    """Everything that the annual report of a community shows."""
    return CommunityReport(
        basis=basis,
        part=build_part(count, bureau, texts),
        county_name=county_name,
        activity=build_activity(count.figures, count.exclusions, checked, basis.period),
        ledgers={
            sheet: build_rows(standings, texts)
            for sheet, standings in counted_by_sheet(count.standings).items()
        },
    )


@dataclass(frozen=True)
class RegionPart:
    """One county as a report tells it."""

    region: RegionCount
    communities: tuple[CommunityPart, ...]
    activity: Activity

    @cached_property
    def excluded_count(self) -> int:
        """How many records of the county are left out."""
        return sum(len(part.excluded) for part in self.communities)

    @cached_property
    def by_verdict(self) -> Mapping[Verdict, tuple[CommunityCount, ...]]:
        """The communities of each verdict, in the order of their codes."""
        return {
            verdict: tuple(p.count for p in self.communities if p.count.verdict is verdict)
            for verdict in Verdict
        }


@dataclass(frozen=True)
class RegionReport:
    """The progress report of a county, or of a city with every county."""

    basis: Basis
    name: str
    code: str
    parts: tuple[RegionPart, ...]
    city: CityCount | None
    activity: Activity  # of all parts together
    deadline_year: int | None

    @property
    def kind(self) -> ReportKind:
        """Whose report it is."""
        return ReportKind.COUNTY if self.city is None else ReportKind.CITY

    @cached_property
    def coverage(self) -> Coverage:
        """Rural schools of all parts together."""
        return sum((p.region.coverage for p in self.parts), Coverage(0, 0, 0))

    @cached_property
    def communities(self) -> tuple[CommunityPart, ...]:
        """The communities of all parts."""
        return tuple(community for part in self.parts for community in part.communities)

    @cached_property
    def met_count(self) -> int:
        """How many counties reach their own minimum."""
        return sum(part.region.is_met for part in self.parts)

    @cached_property
    def has_problems(self) -> bool:
        """Whether anything stands open anywhere."""
        return any(community.problems for community in self.communities)

    @cached_property
    def has_duties(self) -> bool:
        """Whether anybody has anything to do."""
        return any(community.duties for community in self.communities)

    @cached_property
    def excluded_count(self) -> int:
        """How many records are left out."""
        return sum(part.excluded_count for part in self.parts)


def build_region_part(
    region: RegionCount,
    period: Period,
    *,
    bureau: str,
    texts: RecordTexts,
    checked: Mapping[Sheet, int],
) -> RegionPart:
    """What a report tells of a county."""
    return RegionPart(
        region=region,
        communities=tuple(build_part(count, bureau, texts) for count in region.communities),
        activity=build_activity(region.figures, region.exclusions, checked, period),
    )


def build_region_report(
    parts: Sequence[RegionPart],
    city: CityCount | None,
    basis: Basis,
    deadline_year: int | None,
) -> RegionReport:
    """Everything that the progress report of a region shows."""
    exclusions: dict[Exclusion, int] = {}
    checked = dict.fromkeys(Sheet, 0)
    for part in parts:
        for reason, number in part.activity.exclusions.items():
            exclusions[reason] = exclusions.get(reason, 0) + number
        for sheet, number in part.activity.checked.items():
            checked[sheet] += number
    figures = sum((part.activity.figures for part in parts), Figures({}))
    only = parts[0].region if city is None else None
    return RegionReport(
        basis=basis,
        name=only.name if only else city.name if city else "",
        code=only.code if only else city.code if city else "",
        parts=tuple(parts),
        city=city,
        activity=build_activity(figures, exclusions, checked, basis.period),
        deadline_year=deadline_year,
    )
