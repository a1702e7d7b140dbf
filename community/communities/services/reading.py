"""What an actor reads of the communities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from community.access import Actor, Permission, Place, allows, require
from community.communities.models import Community, CommunityVersion, Waiver
from community.communities.queries import details, history, lists, places
from community.communities.queries.details import FoundSchool, Member, Thing
from community.communities.queries.lists import CommunityFilter, CommunityRow
from community.communities.rules.history import Told, build_history
from community.communities.services.reach import readable_community
from community.communities.services.things import Kind
from community.exports.queries import bounded_count
from community.exports.rules import Export
from community.exports.services import offers
from community.journal import services as journal
from community.journal.queries import EntryFilter
from community.journal.rules import chain_of
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.held import held_on
from community.kernel.i18n import N_, Listing, gettext, label
from community.kernel.paging import Page
from community.kernel.workbook.writing import CellType, Heading
from community.kernel.workbook.writing import Listing as Table
from community.registry.models import Division

LIST = "communities"


@dataclass(frozen=True)
class OpenCommunity:
    """A community as its pages need it: what holds today, where it is, what the reader may do."""

    community: Community
    version: CommunityVersion
    versions: Sequence[CommunityVersion]
    county: Division
    may_edit: bool
    may_see_county: bool
    today: date

    @property
    def code(self) -> str:
        """Its code, by which addresses name it."""
        return self.community.code

    def exists_on(self, day: date) -> bool:
        """Whether it exists on a day, as known today."""
        founded_on, dissolved_on = self.version.founded_on, self.version.dissolved_on
        return (founded_on or date.min) <= day <= (dissolved_on or date.max)


def open_community(code: str, *, actor: Actor) -> OpenCommunity:
    """A community that the actor may read. Raises NotFoundError."""
    found = readable_community(code, actor=actor)
    county = places.county(session(), found.county_id)
    place = Place(city_id=county.parent_id, county_id=county.id)
    today = clock.today()
    versions = details.community_versions(session(), found.id)
    return OpenCommunity(
        community=found,
        version=held_on(today, versions),
        versions=versions,
        county=county,
        may_edit=allows(actor, Permission.COMMUNITY_EDIT, place),
        may_see_county=allows(actor, Permission.COUNTY_VIEW, place),
        today=today,
    )


def members_of(opened: OpenCommunity) -> list[Member]:
    """All stays in a community that are known today."""
    return details.members(session(), opened.community.id)


def member_of(opened: OpenCommunity, membership_id: int) -> Member:
    """One stay. Raises NotFoundError."""
    for member in members_of(opened):
        if member.membership_id == membership_id:
            return member
    raise NotFoundError


def things_of(opened: OpenCommunity, kind: Kind) -> list[Thing]:
    """The charters, objectives or meetings of a community, newest first."""
    return details.things(session(), kind.model, opened.community.id)


def thing_of(opened: OpenCommunity, kind: Kind, thing_id: int) -> Thing:
    """One of them. Raises NotFoundError."""
    found = details.thing(session(), kind.model, opened.community.id, thing_id)
    if found is None:
        raise NotFoundError
    return found


def waivers_of(opened: OpenCommunity) -> Sequence[Waiver]:
    """What the county does not ask of a community today."""
    return details.waivers(session(), opened.community.id)


def school_years() -> list[str]:
    """The school years on file, the latest first."""
    return list(details.school_year_days(session()))


def schools_to_add(opened: OpenCommunity, text: str, *, actor: Actor) -> list[FoundSchool]:
    """Schools that may join, by what was typed: those of the own county first."""
    place = Place(city_id=opened.county.parent_id, county_id=opened.county.id)
    require(actor, Permission.COMMUNITY_EDIT, place, visible_by=Permission.COMMUNITY_VIEW)
    text = text.strip()
    return details.schools_found(session(), opened.county.id, text) if text else []


@dataclass(frozen=True)
class History:
    """What became known of a community, and who did it; no entries for who may not read them."""

    told: Sequence[Told]
    entries: Page[Row[*tuple[Any, ...]]] | None


def history_of(
    opened: OpenCommunity, *, actor: Actor, after: str | None = None, before: str | None = None
) -> History:
    """The history of a community."""
    found = opened.community
    told = build_history(history.versions_told(session(), found.id))
    place = Place(city_id=opened.county.parent_id, county_id=opened.county.id)
    if not allows(actor, Permission.JOURNAL_VIEW, place):
        return History(told, None)
    wanted = EntryFilter(subject_type="community", subject_id=str(found.id))
    chain = chain_of(found.county_id)
    entries = journal.entries(wanted, actor=actor, chain=chain, after=after, before=before)
    return History(told, entries)


# --- the list ---------------------------------------------------------------------------------


def list_communities(
    wanted: CommunityFilter,
    *,
    actor: Actor,
    after: str | None = None,
    before: str | None = None,
) -> Page[CommunityRow]:
    """A page of the communities that the actor may read."""
    require(actor, Permission.COMMUNITY_VIEW)
    today = clock.today()
    return lists.community_page(session(), actor, wanted, today, after=after, before=before)


def count_communities(wanted: CommunityFilter, *, actor: Actor) -> int:
    """How many communities a list has, up to a limit."""
    require(actor, Permission.COMMUNITY_VIEW)
    return bounded_count(session(), lists.communities_listed(actor, wanted, clock.today()))


def counties_to_choose(actor: Actor) -> list[Division]:
    """The counties among which a list or a form lets choose; none where there may be many."""
    if actor.county_id is not None:
        return [places.county(session(), actor.county_id)]
    return places.counties_of_city(session(), actor.city_id) if actor.city_id else []


@offers(LIST)
def export_communities(given: Mapping[str, str], actor: Actor) -> Export:
    """The list under a filter, as a file."""
    wanted = CommunityFilter.read(given)
    count = count_communities(wanted, actor=actor)
    headings = (
        Heading(gettext(N_("Code")), 14),
        Heading(gettext(N_("Name of the community")), 40),
        Heading(gettext(N_("County")), 12),
        Heading(gettext(N_("Model")), 12),
        Heading(gettext(N_("Lead school")), 36),
        Heading(gettext(N_("Schools")), 10, CellType.NUMBER),
        Heading(gettext(N_("Listed in the five-year plan")), 14),
        Heading(gettext(N_("Founded on")), 14, CellType.DAY),
        Heading(gettext(N_("Last day of the community")), 14, CellType.DAY),
    )
    found = lists.all_communities(session(), actor, wanted, clock.today())
    table = Table(gettext(N_("Communities")), headings, map(_cells, found))
    return Export(table, count, actor.county_id)


def _cells(row: CommunityRow) -> Sequence[Any]:
    return (
        row.code,
        row.name,
        row.county_name,
        label(row.model) if row.model else None,
        str(Listing(row.leads)),
        row.schools_count,
        None if row.is_listed is None else _yes_or_no(row.is_listed),
        row.founded_on,
        row.dissolved_on,
    )


def _yes_or_no(answer: bool) -> str:
    return gettext(N_("yes")) if answer else gettext(N_("no"))


def county_named(text: str) -> int | None:
    """The id of the county of this code or name; None when there is none, or several."""
    found = places.counties_named(session(), text.strip())
    return found[0].id if len(found) == 1 else None
