"""The closing list of a term (期末清单): what is still open, and who owes it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from community.access import Actor, Permission, allows
from community.activities.queries.lists import ActivityFilter, counties_beside
from community.activities.services.reading import Asked, Opened, open_scope
from community.audits.rules.count import CommunityCount
from community.audits.rules.missing import build_missing
from community.audits.services import Question, count_region, judge_own_communities
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, Message, declare_labels
from community.pages.queries import closing as queries
from community.registry.models import Division
from community.walking_teaching.queries.arrangements import terms_on_file
from community.walking_teaching.rules.arrangements import TermDays


class ClosingKind(StrEnum):
    """What is open at the end of a term."""

    UNCONFIRMED = "unconfirmed"
    RETURNED = "returned"
    UNRETURNED = "unreturned"
    UNSIGNED = "unsigned"
    UNREVIEWED = "unreviewed"


declare_labels(
    ClosingKind,
    {
        ClosingKind.UNCONFIRMED: N_("Not confirmed"),
        ClosingKind.RETURNED: N_("Returned and not corrected"),
        ClosingKind.UNRETURNED: N_("Loans not given back"),
        ClosingKind.UNSIGNED: N_("Charter not signed"),
        ClosingKind.UNREVIEWED: N_("Objectives not reviewed"),
    },
)
# The criteria of the count that look at the same.
_OF_CRITERION: Final = {"R1": ClosingKind.UNSIGNED, "G2": ClosingKind.UNREVIEWED}


@dataclass(frozen=True)
class Open:
    """One open thing: what, in which community, who owes it, since when."""

    kind: ClosingKind
    community_code: str
    community_name: str
    owner: str | None  # a school; None: the county
    what: Message
    since: date | None


@dataclass(frozen=True)
class Closing:
    """The closing list of a place and a term."""

    opened: Opened
    term: TermDays
    terms: Sequence[TermDays]
    counties: Sequence[Division]  # to choose from; empty for who sees one alone
    items: Sequence[Open]
    known_on: date

    @property
    def by_kind(self) -> dict[ClosingKind, list[Open]]:
        """The open things by kind, in the order of the work."""
        return {kind: [item for item in self.items if item.kind is kind] for kind in ClosingKind}


def closing_list(term_id: int | None, county: str, *, actor: Actor) -> Closing:
    """What is open of a term in a county, or in the communities of the actor's school.

    Raises NotFoundError for a place out of reach, and where no term is on file.
    """
    opened = open_scope(Asked(ActivityFilter(), county=county), actor=actor)
    terms = terms_on_file(session())
    term = _chosen(terms, term_id)
    scope = queries.ClosingScope(
        term.starts_on, term.ends_on, opened.county_id, opened.scope.community_ids
    )
    counts = _counts(opened, term, actor)
    items = [*_records(scope), *_of_communities(counts)]
    return Closing(opened, term, terms, _counties(opened, actor), items, clock.today())


def _counties(opened: Opened, actor: Actor) -> Sequence[Division]:
    if opened.county is None or not allows(actor, Permission.CITY_VIEW):
        return ()
    return counties_beside(session(), opened.county.parent_id)


def _chosen(terms: Sequence[TermDays], term_id: int | None) -> TermDays:
    """The term with that id, else the last one that has begun."""
    today = clock.today()
    begun = [term for term in terms if term.starts_on <= today] or list(terms)
    chosen = [term for term in terms if term.id == term_id] or begun[:1]
    if not chosen:
        raise NotFoundError(N_("No term is on file. Enter the school years first."))
    return chosen[0]


def _counts(opened: Opened, term: TermDays, actor: Actor) -> list[CommunityCount]:
    as_of = min(term.ends_on, clock.today())
    question = Question(as_of, school_year=term.school_year)
    if opened.county is None:
        return [judged.count for judged in judge_own_communities(question, actor=actor)]
    count = count_region(opened.county.code or "", question, actor=actor)
    return [one for region in count.regions for one in region.communities]


def _of_communities(counts: Iterable[CommunityCount]) -> Iterator[Open]:
    for missing in build_missing(counts):
        kind = _OF_CRITERION.get(missing.criterion.id)
        if kind is not None:
            facts = missing.count.facts
            yield Open(
                kind, facts.code, facts.name, missing.school_name, missing.what, missing.since
            )


_SAID: Final = {
    ClosingKind.UNCONFIRMED: N_("Records that wait for this school’s confirmation: %(count)d"),
    ClosingKind.RETURNED: N_("Records that were returned and wait for a correction: %(count)d"),
    ClosingKind.UNRETURNED: N_("Loans that have not come back: %(count)d"),
}


def _records(scope: queries.ClosingScope) -> Iterator[Open]:
    read: tuple[tuple[ClosingKind, Sequence[Any]], ...] = (
        (ClosingKind.UNCONFIRMED, queries.unconfirmed(session(), scope)),
        (ClosingKind.RETURNED, queries.returned(session(), scope)),
        (ClosingKind.UNRETURNED, queries.unreturned(session(), scope, clock.today())),
    )
    for kind, rows in read:
        for code, name, owner, count, since in rows:
            said = Message(_SAID[kind], {"count": count})
            yield Open(kind, code or "", name or "", owner, said, since)
