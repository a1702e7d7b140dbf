"""The use cases of counting: publish rule sets and minima, count a region, judge a community."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from community.access import Actor, Permission, Place, require
from community.audits import queries
from community.audits.models import Minimum, RuleSetVersion
from community.audits.rules import rule_set_2025_1
from community.audits.rules.compare import (
    CommunityMove,
    PeriodMove,
    ReachMove,
    build_move,
    build_moves,
    build_period_move,
    build_reach_moves,
)
from community.audits.rules.count import (
    CommunityCount,
    Count,
    RegionCount,
    build_city_count,
    build_community_count,
    build_coverage,
    default_school_year,
)
from community.audits.rules.facts import Period
from community.audits.rules.rule_set import Meaning, RuleSet, build_rule_set
from community.communities import queries as communities
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Listing, Message
from community.registry.models import Division
from community.registry.rules import DivisionKind

DATA: Final = Path(__file__).parent / "data"
CURRENT_VERSION: Final = "2025-1"
MEANINGS: Final[Mapping[str, Mapping[str, Meaning]]] = {"2025-1": rule_set_2025_1.MEANINGS}


def seed_rule_sets() -> None:
    """Publish the rule sets and the plan's minima that ship with the product.

    What is published already stays as it is.
    """
    current = session()
    for file in sorted(DATA.glob("rule_set_*.json")):
        content = json.loads(file.read_text("utf-8"))
        if current.get(RuleSetVersion, content["version"]) is None:
            current.add(
                RuleSetVersion(
                    version=content["version"],
                    published_on=date.fromisoformat(content["published_on"]),
                    content=content,
                )
            )
    with (DATA / "minima.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    on_file = queries.minima(current)
    for row in rows:
        division = queries.region(current, row["region_code"])
        if division is not None and division.id not in on_file:
            current.add(
                Minimum(
                    division_id=division.id,
                    deadline_on=date.fromisoformat(row["deadline_on"]),
                    minimum_count=int(row["minimum"]),
                    source=row["source"],
                )
            )
    current.flush()


@dataclass(frozen=True)
class Question:
    """What a count is asked for; None means the default that belongs to the rest."""

    as_of: date
    known_at: datetime | None = None  # now
    school_year: str | None = None  # the one that belongs to D
    rule_set: str = CURRENT_VERSION


def period_of(question: Question) -> Period:
    """D with its window. Raises RuleViolationError for a school year that is not on file."""
    return _open(question).period


def rule_set(version: str) -> RuleSet:
    """A published rule set, with its meaning. Raises NotFoundError."""
    content = queries.rule_set_content(session(), version)
    if content is None or version not in MEANINGS:
        raise NotFoundError(Message(N_("There is no rule set %(version)s."), {"version": version}))
    return build_rule_set(content, MEANINGS[version])


@dataclass(frozen=True)
class _Bench:
    """What every judgement of one question shares."""

    session: Session
    rule_set: RuleSet
    period: Period
    known_at: datetime
    is_trial: bool


def _open(question: Question) -> _Bench:
    current = session()
    years = queries.school_year_ends(current)
    rules = rule_set(question.rule_set)
    usual = default_school_year(question.as_of, years, rules.first_school_year)
    wanted = question.school_year or usual
    period = queries.period(current, question.as_of, wanted)
    if period is None:
        raise RuleViolationError(
            Message(
                N_("The school year %(year)s is not on file; on file are: %(years)s."),
                {"year": wanted, "years": Listing(tuple(sorted(years)))},
            ),
            field="school_year",
        )
    known_at = question.known_at or clock.now()
    return _Bench(current, rules, period, known_at, wanted != usual)


def count_region(code: str, question: Question, *, actor: Actor) -> Count:
    """Count a county, or a city with each of its counties.

    Raises NotFoundError for a region that does not exist or lies outside the actor's reach.
    """
    region = queries.region(session(), code)
    if region is None:
        raise NotFoundError(
            Message(N_("There is no city or county with the code %(code)s."), {"code": code})
        )
    is_city = region.kind is DivisionKind.CITY
    if is_city:
        require(actor, Permission.CITY_VIEW, Place(city_id=region.id))
    else:
        place = Place(city_id=region.parent_id, county_id=region.id)
        require(actor, Permission.COUNTY_VIEW, place)
    bench = _open(question)
    counties = queries.counties_of(bench.session, region.id) if is_city else [region]
    regions = _count_counties(bench, counties)
    minima = queries.minima(bench.session, [region.id])
    city = None
    if is_city:
        least = minima.get(region.id)
        city = build_city_count(
            region.id,
            code,
            region.name,
            least.minimum_count if least else None,
            regions,
        )
    return Count(bench.rule_set, bench.period, bench.known_at, bench.is_trial, regions, city)


def _count_counties(bench: _Bench, counties: Sequence[Division]) -> tuple[RegionCount, ...]:
    county_ids = [county.id for county in counties]
    ids = queries.community_ids_of(bench.session, county_ids, bench.known_at)
    schools = queries.schools(
        bench.session,
        as_of=bench.period.as_of,
        known=bench.known_at,
        county_ids=county_ids,
        community_ids=ids,
    )
    judged = [
        build_community_count(facts, bench.period, bench.rule_set)
        for facts in queries.communities(
            bench.session, ids, period=bench.period, known=bench.known_at, schools=schools
        )
    ]
    minima = queries.minima(bench.session, county_ids)
    return tuple(
        RegionCount(
            division_id=county.id,
            code=county.code or "",
            name=county.name,
            minimum=minima[county.id].minimum_count if county.id in minima else None,
            communities=tuple(c for c in judged if c.facts.county_id == county.id),
            coverage=build_coverage(county.id, schools.values(), judged, bench.period.as_of),
        )
        for county in counties
    )


@dataclass(frozen=True)
class Judgement:
    """One community's count, with the rules and the instant that belong to it."""

    count: CommunityCount
    rule_set: RuleSet
    known_at: datetime
    is_trial: bool


def judge_community(code: str, question: Question, *, actor: Actor) -> Judgement:
    """Judge one community by its code.

    Raises NotFoundError when it is outside the actor's reach, or not on file at D and K.
    """
    judged = _judge_community(code, question, actor)
    if judged is None:
        raise NotFoundError(
            Message(
                N_("On %(day)s, as known then, the community %(code)s did not exist."),
                {"day": question.as_of, "code": code},
            )
        )
    return judged


def _judge_community(code: str, question: Question, actor: Actor) -> Judgement | None:
    """The judgement, None when the community does not exist on D as known at K."""
    found = communities.community(session(), code)
    if found is None:
        raise NotFoundError
    place = communities.place_of_community(session(), found)
    require(actor, Permission.COMMUNITY_VIEW, place)
    judged = _judge([found.id], question)
    return judged[0] if judged else None


def judge_own_communities(question: Question, *, actor: Actor) -> list[Judgement]:
    """The communities in which the actor's school takes part, by code; those that exist on D as
    known at K."""
    return _judge(sorted(actor.community_ids), question) if actor.community_ids else []


def _judge(community_ids: Sequence[int], question: Question) -> list[Judgement]:
    bench = _open(question)
    schools = queries.schools(
        bench.session,
        as_of=bench.period.as_of,
        known=bench.known_at,
        county_ids=(),
        community_ids=community_ids,
    )
    found = queries.communities(
        bench.session, community_ids, period=bench.period, known=bench.known_at, schools=schools
    )
    counts = [build_community_count(facts, bench.period, bench.rule_set) for facts in found]
    return [Judgement(count, bench.rule_set, bench.known_at, bench.is_trial) for count in counts]


@dataclass(frozen=True)
class RegionComparison:
    """A region counted twice, and what moved in between."""

    before: Count
    after: Count
    moves: tuple[CommunityMove, ...]
    schools: tuple[ReachMove, ...]
    period: PeriodMove


def compare_region(
    code: str, before: Question, after: Question, *, actor: Actor
) -> RegionComparison:
    """Count a region for two questions. Raises like `count_region`."""
    first = count_region(code, before, actor=actor)
    second = count_region(code, after, actor=actor)
    communities_of, schools_of = (
        [[c for r in count.regions for c in r.communities] for count in (first, second)],
        [[s for r in count.regions for s in r.coverage.schools] for count in (first, second)],
    )
    return RegionComparison(
        first,
        second,
        build_moves(*communities_of),
        build_reach_moves(*schools_of),
        build_period_move(first.period, second.period),
    )


@dataclass(frozen=True)
class CommunityComparison:
    """A community judged twice; on one side it may not exist."""

    county_id: int
    before: Judgement | None
    after: Judgement | None
    move: CommunityMove
    period: PeriodMove


def compare_community(
    code: str, before: Question, after: Question, *, actor: Actor
) -> CommunityComparison:
    """Judge a community for two questions.

    Raises NotFoundError when it is outside the actor's reach, or exists on neither side.
    """
    first = _judge_community(code, before, actor)
    second = _judge_community(code, after, actor)
    sides = [judged.count if judged else None for judged in (first, second)]
    found = next((count for count in sides if count), None)
    if found is None:
        raise NotFoundError(
            Message(N_("On neither day the community %(code)s existed."), {"code": code})
        )
    return CommunityComparison(
        found.facts.county_id,
        first,
        second,
        build_move(*sides),
        build_period_move(period_of(before), period_of(after)),
    )
