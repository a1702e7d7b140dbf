"""What pages show: a transfer with its lines, loans, who holds what, and flows between schools."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from community.access import POLICY, Actor, Permission, Reach, allows, permission_is_held, require
from community.activities.queries.lists import (
    ActivityFilter,
    Confirmed,
    communities_of,
    counties_beside,
)
from community.activities.queries.rollups import first_year_of
from community.activities.rules import OWN_SIDE, Sheet, Side
from community.activities.services import ActivityRecord, Asked, activity_record
from community.activities.services.reading import Opened, open_scope
from community.communities.queries import community as community_by_code
from community.communities.queries import place_of_community
from community.exports.queries import bounded_count
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError
from community.kernel.paging import Page
from community.registry.models import Division
from community.resource_transfers.models import ResourceTransfer
from community.resource_transfers.queries import details_of, loans, places
from community.resource_transfers.queries import lines as queries
from community.resource_transfers.queries.loans import LoanScope
from community.resource_transfers.rules import (
    Balance,
    Flow,
    Holding,
    LineFacts,
    LoanFilter,
    ReturnFacts,
    build_balance,
    build_flows,
    build_holdings,
    left_with,
)

# More loans than a file of a list takes at once are not read either.
MOST_EXPORTED: Final = 2_000

Names = Mapping[int, str]  # of schools, by id


# --- one transfer -----------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenTransfer:
    """A transfer with its lines as they stand today, and what its reader can do about them."""

    record: ActivityRecord
    details: ResourceTransfer
    balances: tuple[Balance, ...]
    names: Names
    receiving: Confirmed | None  # the school for which the reader can state what arrived
    returnable: tuple[tuple[LineFacts, Decimal], ...]  # with what the reader's school still has
    is_owner: bool  # whether the reader speaks for the school that sent it
    own_school_ids: frozenset[int]

    @property
    def lines(self) -> list[LineFacts]:
        """The lines with all that was said of them."""
        return [balance.line for balance in self.balances]

    def may_end(self, stated: ReturnFacts) -> bool:
        """Whether the reader can say that a stated return did not take place."""
        is_party = self.is_owner or stated.school_id in self.own_school_ids
        return stated.confirmed_on is None and is_party and self.record.row.is_reported


def open_transfer(activity_id: int, *, actor: Actor) -> OpenTransfer:
    """A transfer that the actor may read. Raises NotFoundError."""
    record = activity_record(activity_id, actor=actor, sheet=Sheet.RESOURCE_TRANSFERS)
    facts = queries.line_facts(session(), [activity_id])
    today = clock.today()
    is_live = not record.is_superseded and record.row.is_reported
    own = (
        actor.school_ids if permission_is_held(actor, Permission.ACTIVITY_CONFIRM) else frozenset()
    )
    to_confirm = record.to_confirm if record.side is Side.RECEIVING else ()
    return OpenTransfer(
        record=record,
        details=details_of(session(), activity_id),
        balances=tuple(build_balance(line, today) for line in facts),
        names=queries.school_names(session(), _schools(facts)),
        receiving=next(iter(to_confirm), None),
        returnable=tuple(_returnable(facts, own, today)) if is_live else (),
        is_owner=is_live and record.activity.provider_id in own,
        own_school_ids=own,
    )


def _schools(facts: Iterable[LineFacts]) -> set[int]:
    return {school for line in facts for school in (line.owner_id, *line.receiver_ids)}


def _returnable(
    facts: Iterable[LineFacts], school_ids: frozenset[int], today: date
) -> Iterable[tuple[LineFacts, Decimal]]:
    for line in facts:
        school_id = next((s for s in line.receiver_ids if s in school_ids), None)
        if line.is_loan and school_id is not None:
            left = left_with(line, school_id, today)
            if left > 0:
                yield line, left


def open_receipt(activity_id: int, school_id: int | None, *, actor: Actor) -> OpenTransfer:
    """A transfer of which the actor can state what arrived at a school of its own.

    Raises NotFoundError, or AccessDeniedError for the side that sent it and for onlookers. When
    the school has stated it already, `receiving` of the answer is None.
    """
    opened = open_transfer(activity_id, actor=actor)
    record = opened.record
    require(actor, Permission.ACTIVITY_CONFIRM)
    if record.side is Side.REPORTING:
        raise AccessDeniedError(OWN_SIDE)
    if record.side is not Side.RECEIVING:
        raise AccessDeniedError
    if school_id is None:
        return opened
    chosen = next((one for one in record.to_confirm if one.school_id == school_id), None)
    return replace(opened, receiving=chosen)


def open_to_return(activity_id: int, *, actor: Actor) -> OpenTransfer:
    """A transfer of which the actor's school borrowed something.

    Raises NotFoundError, or AccessDeniedError for everybody else.
    """
    require(actor, Permission.ACTIVITY_CONFIRM)
    opened = open_transfer(activity_id, actor=actor)
    borrowers = {s for line in opened.lines if line.is_loan for s in line.receiver_ids}
    if not borrowers & opened.own_school_ids:
        raise AccessDeniedError
    return opened


@dataclass(frozen=True)
class OpenReturn:
    """A return of a transfer as it was stated, with the line that it is about."""

    opened: OpenTransfer
    line: LineFacts
    stated: ReturnFacts


def open_return(activity_id: int, return_id: int, *, actor: Actor) -> OpenReturn:
    """A stated return that the actor can confirm or end. Raises NotFoundError for another,
    AccessDeniedError for onlookers."""
    opened = open_transfer(activity_id, actor=actor)
    for line in opened.lines:
        for stated in line.returns:
            if stated.return_id == return_id:
                if not opened.may_end(stated):
                    raise AccessDeniedError
                return OpenReturn(opened, line, stated)
    raise NotFoundError


# --- loans ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoanList:
    """A page of loans: of each transfer the lines that were lent, as they stand today."""

    opened: Opened
    page: Page[Any]
    loans: Sequence[tuple[Balance, ...]]
    names: Names
    count: int
    counties: Sequence[Division]
    communities: Sequence[Any]  # rows of code and name

    @property
    def county_choices(self) -> list[tuple[str, str]]:
        """What the filter offers, as value and text."""
        return [(county.code or "", county.name) for county in self.counties]

    @property
    def community_choices(self) -> list[tuple[str, str]]:
        """The same of communities."""
        return [(code, f"{code} {name}") for code, name in self.communities]


@dataclass(frozen=True)
class LoansAsked:
    """What a list of loans is asked for."""

    wanted: LoanFilter | None = LoanFilter.OPEN
    county: str = ""  # code
    community: str = ""  # code
    side: str = ""  # lent, borrowed


def loan_list(
    asked: LoansAsked, *, actor: Actor, after: str | None = None, before: str | None = None
) -> LoanList:
    """A page of the loans that the actor may read, those due first on top. Raises NotFoundError
    for a place out of its reach."""
    opened, scope = _loan_scope(asked, actor)
    today = clock.today()
    county = opened.county
    page = loans.loan_page(scope, asked.wanted, today, after=after, before=before)
    balances, names = _loans_of([row[0] for row in page.rows], today)
    return LoanList(
        opened=opened,
        page=page,
        loans=balances,
        names=names,
        count=bounded_count(session(), loans.loan_ids(scope, asked.wanted, today)),
        counties=(
            counties_beside(session(), county.parent_id)
            if county is not None and allows(actor, Permission.CITY_VIEW)
            else ()
        ),
        communities=communities_of(session(), opened.county_id, actor.community_ids),
    )


def loans_to_export(
    asked: LoansAsked, *, actor: Actor
) -> tuple[Opened, Sequence[tuple[Balance, ...]], Names]:
    """All of the same list, as far as one file goes, with the names of schools."""
    opened, scope = _loan_scope(asked, actor)
    today = clock.today()
    ids = loans.all_loans(session(), scope, asked.wanted, today, MOST_EXPORTED)
    return opened, *_loans_of(ids, today)


def _loan_scope(asked: LoansAsked, actor: Actor) -> tuple[Opened, LoanScope]:
    opened = open_scope(Asked(ActivityFilter(), asked.county, asked.community), actor=actor)
    scope = LoanScope(
        opened.scope.county_id,
        opened.scope.community_ids,
        actor.school_ids,
        asked.side if actor.school_ids else "",
    )
    return opened, scope


def _loans_of(ids: Collection[int], today: date) -> tuple[list[tuple[Balance, ...]], Names]:
    """Of transfers, in this order, the lines that were lent."""
    facts = queries.line_facts(session(), ids)
    lent: dict[int, list[Balance]] = {activity_id: [] for activity_id in ids}
    for line in facts:
        if line.is_loan:
            lent[line.activity_id].append(build_balance(line, today))
    return [tuple(some) for some in lent.values()], queries.school_names(session(), _schools(facts))


# --- who holds what, and flows ----------------------------------------------------------------


@dataclass(frozen=True)
class Overview:
    """What the schools of a place hold on a day, and what went between them in the school year."""

    place_name: str
    communities: Sequence[Any]  # rows of code and name
    as_of: date
    school_year: str
    first_day: date
    holdings: Sequence[Holding]
    flows: Sequence[Flow]
    names: Names
    has_own: bool  # whether the reader's own communities are a place
    places: Page[Any] | None = None  # communities to choose from, where none is chosen yet

    @property
    def community_choices(self) -> list[tuple[str, str]]:
        """What the pickers offer, as value and text."""
        return [(code, f"{code} {name}") for code, name in self.communities]

    @property
    def school_choices(self) -> list[tuple[str, str]]:
        """The same of schools, by name."""
        return sorted(((str(k), v) for k, v in self.names.items()), key=lambda one: one[1])

    @property
    def flow_counts(self) -> dict[tuple[str, str], int]:
        """How many transfers, by giver and taker."""
        return {(str(f.giver_id), str(f.taker_id)): f.transfers for f in self.flows}

    @property
    def flow_names(self) -> dict[str, str]:
        """What the ends of the flows are called."""
        return {str(school_id): name for school_id, name in self.names.items()}


@dataclass(frozen=True)
class PlaceAsked:
    """Of what somebody wants to see who holds what: a community, up to a day; one school of it;
    else which page of the communities to choose from."""

    community: str  # code
    as_of: date
    school_id: int | None = None
    after: str | None = None
    before: str | None = None


def holdings_and_flows(asked: PlaceAsked, *, actor: Actor) -> Overview:
    """The transfers of a community (of all own communities) up to a day, those of one school if
    it is named; for an official who has chosen none, the communities. Raises NotFoundError for a
    community out of reach."""
    require(actor, Permission.ACTIVITY_VIEW)
    as_of, school_id = asked.as_of, asked.school_id
    ids, place_name = _communities(asked.community, actor)
    facts = queries.line_facts(session(), places.transfers_of(ids, as_of))
    names = queries.school_names(session(), _schools(facts))
    year = places.school_year_of(session(), as_of)
    first_day = year.starts_on if year else clock.FIRST_DAY
    mine = [line for line in facts if school_id in (None, line.owner_id, *line.receiver_ids)]
    held = build_holdings(mine, as_of)
    return Overview(
        place_name=place_name,
        communities=places.communities_of(session(), actor),
        as_of=as_of,
        school_year=year.name if year else "",
        first_day=first_day,
        holdings=[one for one in held if school_id in (None, one.owner_id, *one.holder_ids)],
        flows=build_flows(mine, first_day, as_of),
        names=names,
        has_own=bool(actor.community_ids),
        places=None if ids else _places(asked, actor),
    )


def _places(asked: PlaceAsked, actor: Actor) -> Page[Any]:
    year = first_year_of(asked.as_of)
    return places.community_page(actor, year, after=asked.after, before=asked.before)


def _communities(code: str, actor: Actor) -> tuple[frozenset[int], str]:
    if code:
        found = community_by_code(session(), code)
        if found is None:
            raise NotFoundError
        require(actor, Permission.ACTIVITY_VIEW, place_of_community(session(), found))
        return frozenset({found.id}), f"{found.code} {found.name}"
    if POLICY[Permission.ACTIVITY_VIEW][actor.role] is Reach.COMMUNITIES:
        return actor.community_ids, ""
    return frozenset(), ""
