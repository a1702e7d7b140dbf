"""Reads that a page needs in one go."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from community.access import Actor
from community.activities.rules import Levels, Standing, Subject
from community.activities.services import year_so_far
from community.audits.rules.count import CommunityCount, Count
from community.audits.rules.facts import Period
from community.audits.rules.missing import Missing
from community.audits.rules.pictures import kinds_by_month
from community.audits.rules.results import Verdict
from community.audits.rules.rule_set import RuleSet
from community.audits.services import (
    Question,
    count_region,
    judge_community,
    period_of,
)
from community.kernel import clock
from community.kernel.charts import months_between
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import Message, label
from community.kernel.paging import Page
from community.pages import queries
from community.pages.rules import CountedRecord, record_key

# The plan's deadline: what officials ask about unless they say otherwise (domain.md §3).
DEADLINE: Final = date(2025, 12, 31)

# The pickers of the earlier side of a comparison stand in the address under names that begin so.
EARLIER: Final = "from_"
ROWS_PER_PAGE: Final = 100
T = TypeVar("T")


def usual_day() -> date:
    """D where the reader chose none: the plan's deadline, or today while that is to come."""
    return min(DEADLINE, clock.today())


@dataclass(frozen=True)
class Record:
    """A record as a list shows it."""

    standing: Standing
    title: str
    person: str
    subject: str
    provider: str
    receivers: tuple[str, ...]
    evidence: str
    confirmed_on: date | None


def describe(standings: Iterable[Standing], known: datetime) -> list[Record]:
    """Add names, the evidence known at K, and the day of confirmation as known today (it may be
    later than K: then the record is left out for that reason). A constant number of queries."""
    found = list(standings)
    ids = [s.activity.activity_id for s in found]
    texts = queries.record_texts(session(), ids)
    evidence = queries.evidence_of(session(), ids, known)
    days = queries.confirmed_days(session(), ids)
    names = queries.school_names(session(), {p for s in found for p in s.activity.party_ids})
    blank = queries.RecordText("", "")
    return [
        Record(
            standing=s,
            title=texts.get(s.activity.activity_id, blank).title,
            person=texts.get(s.activity.activity_id, blank).person,
            subject=label(Subject(s.activity.subject)) if s.activity.subject else "",
            provider=names.get(s.activity.provider_id, ""),
            receivers=tuple(names.get(r, "") for r in s.activity.receiver_ids),
            evidence=evidence.get(s.activity.activity_id, ""),
            confirmed_on=days.get(s.activity.activity_id),
        )
        for s in found
    ]


@dataclass(frozen=True)
class Scope:
    """What a page about figures is about: a region or one community, counted."""

    code: str
    name: str
    county_id: int | None
    counts: tuple[CommunityCount, ...]
    period: Period
    known_at: datetime
    rule_set: RuleSet
    is_trial: bool

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdict of each community, by code."""
        return {count.facts.code: count.verdict for count in self.counts}


def scope_of_region(code: str, question: Question, *, actor: Actor) -> tuple[Scope, Count]:
    """A county or city, counted. Raises like `count_region`."""
    count = count_region(code, question, actor=actor)
    region = count.city or count.regions[0]
    return Scope(
        code=region.code,
        name=region.name,
        county_id=None if count.city else region.division_id,
        counts=tuple(c for r in count.regions for c in r.communities),
        period=count.period,
        known_at=count.known_at,
        rule_set=count.rule_set,
        is_trial=count.is_trial,
    ), count


def scope_of_community(code: str, question: Question, *, actor: Actor) -> Scope:
    """One community, judged. Raises like `judge_community`."""
    judged = judge_community(code, question, actor=actor)
    return Scope(
        code=judged.count.facts.code,
        name=judged.count.facts.name,
        county_id=judged.count.facts.county_id,
        counts=(judged.count,),
        period=judged.count.period,
        known_at=judged.known_at,
        rule_set=judged.rule_set,
        is_trial=judged.is_trial,
    )


def check_earlier(question: Question) -> None:
    """Say what is wrong with the earlier question of a comparison of its own fields.

    Raises RuleViolationError for a school year that is not on file.
    """
    try:
        period_of(question)
    except RuleViolationError as error:
        raise RuleViolationError(error.message, field=f"{EARLIER}{error.field}") from error


@dataclass(frozen=True)
class ThisYear:
    """The present school year as known today: sums, and the picture of its months by kind."""

    name: str
    total: Levels
    months: Sequence[str]
    kinds: Sequence[tuple[str | Message, Sequence[int]]]


def this_year(count: Count) -> ThisYear:
    """What the counties of a count have done in the present school year, from the rollups."""
    year = year_so_far([region.division_id for region in count.regions])
    months = months_between(year.first_day, min(year.last_day, clock.today()))
    kinds = kinds_by_month(year.figures, months)
    return ThisYear(year.name, year.figures.total, months, kinds)


# ---- Pages of lists that are at hand ----


def page_of_records(
    records: Sequence[CountedRecord], after: str | None, before: str | None
) -> Page[CountedRecord]:
    """One page of records that are at hand."""
    return _page_of(records, lambda record: str(record_key(record)), after, before)


def page_of_missing(
    missing: Sequence[Missing], after: str | None, before: str | None
) -> Page[tuple[int, Missing]]:
    """One page of what is missing, with the place of each in the whole list."""
    return _page_of(list(enumerate(missing, 1)), lambda row: str(row[0]), after, before)


def _page_of(
    rows: Sequence[T], key: Callable[[T], str], after: str | None, before: str | None
) -> Page[T]:
    """The rows after (or before) the one with a key; from the first where no row has it."""
    places = {key(row): index for index, row in enumerate(rows)}
    if before in places:
        start = max(0, places[before] - ROWS_PER_PAGE)
    else:
        start = places[after] + 1 if after in places else 0
    end = start + ROWS_PER_PAGE
    return Page(
        rows[start:end],
        before=key(rows[start]) if 0 < start < len(rows) else None,
        after=key(rows[end - 1]) if end < len(rows) else None,
    )
