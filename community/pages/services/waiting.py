"""What home shows: what waits for its reader, and how the reader's place stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from community.access import Actor
from community.activities.queries import sources as queries
from community.activities.queries.sources import COUNTED, Source, Waiting
from community.audits.rules.count import Count
from community.audits.rules.missing import Missing, build_missing
from community.audits.rules.results import CriterionKind, Verdict
from community.audits.services import (
    Judgement,
    Question,
    count_region,
    judge_own_communities,
)
from community.kernel.database import session
from community.kernel.paging import Page

ROWS: Final = 5  # of each kind on the first page
MISSING: Final = 5


def counts(*, actor: Actor) -> dict[str, int]:
    """How much waits for the actor, by kind; one query."""
    return queries.waiting_counts(session(), actor)


def as_text(count: int) -> str:
    """A bounded count as the menu writes it; empty for nothing."""
    if count > COUNTED:
        return f"{COUNTED}+"
    return str(count) if count else ""


@dataclass(frozen=True)
class Section:
    """One kind of things that wait, and some of them."""

    source: Source
    page: Page[Waiting]
    count: str

    @property
    def is_whole(self) -> bool:
        """Whether all of them are here."""
        return self.page.after is None and self.page.before is None


def sections(found: Mapping[str, int], *, actor: Actor) -> list[Section]:
    """The first of each kind that waits at all, oldest first."""
    mine = queries.sources_of(actor)
    return [
        Section(
            source,
            queries.waiting_page(session(), source, actor, size=ROWS),
            as_text(found[key]),
        )
        for key, source in mine.items()
        if found.get(key)
    ]


def whole_list(
    key: str, *, actor: Actor, after: str | None = None, before: str | None = None
) -> Section | None:
    """A page of all things of one kind; None where the actor can have none of it."""
    mine = queries.sources_of(actor)
    if key not in mine:
        return None
    source = mine[key]
    page = queries.waiting_page(session(), source, actor, after=after, before=before)
    return Section(source, page, "")


# --- how it stands ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How the reader's communities, or its city or county, stand today, and what the reader can
    supply of what is missing."""

    judgements: Sequence[Judgement] = ()
    count: Count | None = None
    region_code: str = ""
    missing: Sequence[Missing] = ()
    missing_count: int = 0

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many communities of the city or county have each verdict."""
        regions = self.count.regions if self.count else ()
        return {
            verdict: sum(region.by_verdict[verdict] for region in regions) for verdict in Verdict
        }


def standing(question: Question, region: Mapping[str, str] | None, *, actor: Actor) -> Standing:
    """How it stands for the actor: its communities, else its city or county, else nothing."""
    if actor.school_id is not None:
        judged = judge_own_communities(question, actor=actor)
        missing = [
            missing
            for missing in build_missing(judgement.count for judgement in judged)
            if missing.school_id in actor.school_ids
        ]
        return Standing(judged, missing=_hard_first(missing), missing_count=len(missing))
    if region is None:
        return Standing()
    count = count_region(region["code"], question, actor=actor)
    missing = [
        missing
        for missing in build_missing(c for part in count.regions for c in part.communities)
        if missing.school_id is None
    ]
    return Standing(
        count=count,
        region_code=region["code"],
        missing=_hard_first(missing),
        missing_count=len(missing),
    )


def _hard_first(missing: Sequence[Missing]) -> Sequence[Missing]:
    ordered = sorted(missing, key=lambda m: m.criterion.kind is not CriterionKind.HARD)
    return ordered[:MISSING]
