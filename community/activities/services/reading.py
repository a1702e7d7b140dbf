"""What an actor may read of activities: lists within a county and a school year, and one record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from community.access import POLICY, Actor, Permission, Place, Reach, allows, require
from community.activities.models import Activity, ActivityDecision
from community.activities.queries import copies, details, lists, rollups
from community.activities.queries.copies import Copies
from community.activities.queries.details import Version
from community.activities.queries.lists import ActivityFilter, ActivityRow, Confirmed, Scope
from community.activities.rules import SHEET_OF, Figures, Move, Sheet, Side, on_behalf_from
from community.activities.services.offering import Offered
from community.activities.services.proving import Gallery, gallery
from community.activities.services.reach import standpoint
from community.communities.queries import community as community_by_code
from community.communities.queries import place_of_community
from community.exports.queries import bounded_count
from community.exports.rules import COUNTED
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.paging import Page
from community.registry.models import Division, SchoolYear


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: where, over which school year, and which of the records."""

    wanted: ActivityFilter
    county: str = ""  # code
    community: str = ""  # code
    school_year: str = ""


@dataclass(frozen=True)
class Opened:
    """Where a list looks, once the actor may: its scope, and what it is called."""

    scope: Scope
    school_year: SchoolYear
    school_years: Sequence[SchoolYear]
    county: Division | None
    place_name: str

    @property
    def county_id(self) -> int | None:
        """The county under which the access log keeps it."""
        return self.county.id if self.county else None


@dataclass(frozen=True)
class ActivityList:
    """A page of activities, and what can be chosen beside it."""

    opened: Opened
    page: Page[ActivityRow]
    count: int
    days: Mapping[date, int] | None  # None: too many to be drawn
    school_years: Sequence[SchoolYear]
    counties: Sequence[Division]
    communities: Sequence[Any]  # rows of code and name
    # How many records say the same but for the day, by their ids; for who checks.
    copy_counts: Mapping[int, int]


def activity_list(
    asked: Asked, *, actor: Actor, after: str | None = None, before: str | None = None
) -> ActivityList:
    """A page of the activities that the actor may read. Raises NotFoundError for a place out of
    its reach."""
    current = session()
    opened = open_scope(asked, actor=actor)
    days = lists.days_of(current, opened.scope, asked.wanted)
    count = sum(days.values())
    is_wide = opened.county is not None and allows(actor, Permission.CITY_VIEW)
    page = lists.activity_page(current, opened.scope, asked.wanted, after=after, before=before)
    return ActivityList(
        opened=opened,
        page=page,
        count=count,
        days=days if count <= COUNTED else None,
        school_years=opened.school_years,
        counties=(
            lists.counties_beside(current, opened.county.parent_id)
            if is_wide and opened.county
            else ()
        ),
        communities=lists.communities_of(current, opened.county_id, actor.community_ids),
        copy_counts=copy_counts(page.rows, actor=actor),
    )


def copy_counts(rows: Iterable[ActivityRow], *, actor: Actor) -> Mapping[int, int]:
    """How many records say the same but for the day as each of a list, by their ids; those that
    have no like are left out. None for who does not check."""
    if POLICY[Permission.ACTIVITY_CHECK].get(actor.role) is None:
        return {}
    return copies.copy_counts(session(), ((row.id, row.sheet, row.held_on) for row in rows))


def activities_to_export(
    asked: Asked, *, actor: Actor
) -> tuple[Opened, int, Iterator[ActivityRow]]:
    """All rows of the same list, read while they are used, and how many there are."""
    current = session()
    opened = open_scope(asked, actor=actor)
    count = bounded_count(current, lists.activity_days(opened.scope, asked.wanted))
    return opened, count, lists.all_activities(current, opened.scope, asked.wanted)


def open_scope(asked: Asked, *, actor: Actor) -> Opened:
    """Where the list looks: one community, the actor's communities, or a county."""
    require(actor, Permission.ACTIVITY_VIEW)
    if asked.community:
        found = community_by_code(session(), asked.community)
        if found is None:
            raise NotFoundError
        require(actor, Permission.ACTIVITY_VIEW, place_of_community(session(), found))
        county = lists.first_county(session(), found.county_id, None)
        name = f"{found.code} {found.name}"
        return _opened(asked, county, name, community_ids=frozenset({found.id}))
    if POLICY[Permission.ACTIVITY_VIEW][actor.role] is Reach.COMMUNITIES:
        return _opened(
            asked, None, "", community_ids=actor.community_ids, school_ids=actor.school_ids
        )
    county = _county(asked.county, actor)
    place = Place(city_id=county.parent_id, county_id=county.id)
    require(actor, Permission.ACTIVITY_VIEW, place)
    return _opened(asked, county, county.name, county_id=county.id)


def _opened(
    asked: Asked,
    county: Division | None,
    name: str,
    *,
    county_id: int | None = None,
    community_ids: frozenset[int] = frozenset(),
    school_ids: frozenset[int] = frozenset(),
) -> Opened:
    """That place in the school year asked for, else in the latest one it has records of."""
    years = lists.school_years(session())
    day = None if asked.school_year else rollups.latest_day(session(), county_id, community_ids)
    year = _school_year(years, asked.school_year, day or clock.today())
    scope = Scope(year.starts_on, year.ends_on, county_id, community_ids, school_ids)
    return Opened(scope, year, years, county, name)


def _school_year(years: Sequence[SchoolYear], name: str, day: date) -> SchoolYear:
    """The school year of that name, else the one of a day, else the latest."""
    begun = [year for year in years if year.starts_on <= day]
    chosen = [year for year in years if year.name == name] or begun or list(years[-1:])
    if not chosen:
        raise NotFoundError
    return chosen[0]


def _county(code: str, actor: Actor) -> Division:
    if code:
        found = lists.county(session(), code)
    else:
        found = lists.first_county(session(), actor.county_id, actor.city_id)
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class YearSoFar:
    """What the records of the present school year come to, as known today."""

    name: str
    first_day: date
    last_day: date
    figures: Figures


def year_so_far(county_ids: Collection[int]) -> YearSoFar:
    """The present school year of some counties, from the rollups.

    The caller has asked for the permission.
    """
    year = rollups.first_year_of(clock.today())
    first_day, last_day = date(year, 9, 1), date(year + 1, 8, 31)
    cells = rollups.county_months(session(), county_ids, first_day, last_day)
    figures = {
        (SHEET_OF[kind], kind, f"{month // 100}-{month % 100:02}"): levels
        for (month, kind), levels in cells.items()
    }
    return YearSoFar(f"{year}-{year + 1}", first_day, last_day, Figures(figures))


# --- one record -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ActivityRecord:
    """One record with all that is on file of it."""

    activity: Activity
    row: ActivityRow
    county_id: int
    decisions: Sequence[ActivityDecision]
    versions: Sequence[Version]
    moves: tuple[Move, ...]  # that the actor may make now
    # The receivers for which the actor can confirm, and whose confirmation it can take back.
    to_confirm: tuple[Confirmed, ...]
    to_revoke: tuple[Confirmed, ...]
    side: Side | None  # on which the actor stands
    is_confirmer: bool  # whether the actor confirmed it, and so does not check it
    on_behalf_from: date  # from which the district may confirm for who does not answer
    is_journal_open: bool  # to the actor
    gallery: Gallery
    copies: Copies | None  # that say the same but for the day; for who checks

    @property
    def is_superseded(self) -> bool:
        """Whether a correction has taken its place."""
        return self.activity.known_until is not None


def activity_record(
    activity_id: int, *, actor: Actor, sheet: Sheet | None = None
) -> ActivityRecord:
    """A record that the actor may read, of a ledger. Raises NotFoundError."""
    current = session()
    activity = details.recorded_activity(current, activity_id)
    if activity is None or sheet not in (None, activity.sheet):
        raise NotFoundError
    row = lists.activity_row(current, activity_id)
    at = standpoint(activity, [receiver.school_id for receiver in row.receivers], actor)
    require(actor, Permission.ACTIVITY_VIEW, at.place)
    offered = Offered(activity, row, at, actor)
    return ActivityRecord(
        activity=activity,
        row=row,
        county_id=activity.county_id,
        decisions=details.all_decisions(current, activity_id),
        versions=details.versions(current, activity),
        moves=offered.moves,
        to_confirm=offered.to_confirm,
        to_revoke=offered.to_revoke,
        side=next(iter(at.sides), None),
        is_confirmer=offered.is_confirmer,
        on_behalf_from=on_behalf_from(clock.day_of(activity.recorded_at)),
        is_journal_open=allows(actor, Permission.JOURNAL_VIEW, at.place),
        gallery=gallery(activity, at, actor=actor),
        copies=(
            copies.copies_of(current, activity)
            if allows(actor, Permission.ACTIVITY_CHECK, at.place)
            else None
        ),
    )
