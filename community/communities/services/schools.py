"""What an actor reads of schools, with the communities that they take part in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from community.access import Actor, Permission, Place, allows, require
from community.communities.queries import school as one
from community.communities.queries import schools as lists
from community.communities.queries.school import SchoolDocument, SchoolStay
from community.communities.queries.schools import SchoolFilter, SchoolRow
from community.communities.rules.history import build_history
from community.communities.services.reading import History
from community.exports.queries import bounded_count
from community.exports.rules import Export
from community.exports.services import offers
from community.journal import services as journal
from community.journal.queries import EntryFilter
from community.journal.rules import chain_of
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.facts import FactOnFile, Values
from community.kernel.held import held_on
from community.kernel.i18n import N_, Listing, gettext, label
from community.kernel.paging import Page
from community.kernel.workbook.writing import CellType, Heading
from community.kernel.workbook.writing import Listing as Table
from community.registry import queries as registry
from community.registry.models import Designation, School, SchoolFigures
from community.registry.rules import Belonging

LIST = "schools"


# --- the list -----------------------------------------------------------------------------------


def list_schools(
    wanted: SchoolFilter, *, actor: Actor, after: str | None = None, before: str | None = None
) -> Page[SchoolRow]:
    """A page of the schools that the actor may read."""
    require(actor, Permission.SCHOOL_VIEW)
    today = clock.today()
    return lists.school_page(session(), actor, wanted, today, after=after, before=before)


def count_schools(wanted: SchoolFilter, *, actor: Actor) -> int:
    """How many schools a list has, up to a limit."""
    require(actor, Permission.SCHOOL_VIEW)
    return bounded_count(session(), lists.schools_listed(session(), actor, wanted, clock.today()))


def townships_to_choose(county: str, *, actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the townships of the county that a list is about; none without one."""
    if actor.county_id is not None:
        return registry.townships(actor.county_id)
    found = registry.counties_named(county) if county else []
    return registry.townships(found[0].id) if len(found) == 1 else []


@offers(LIST)
def export_schools(given: Mapping[str, str], actor: Actor) -> Export:
    """The list under a filter, as a file."""
    wanted = SchoolFilter.read(given)
    headings = (
        Heading(gettext(N_("School code")), 14, CellType.CODE),
        Heading(gettext(N_("Name")), 40),
        Heading(gettext(N_("County")), 12),
        Heading(gettext(N_("Township or subdistrict")), 16),
        Heading(gettext(N_("School type")), 18),
        Heading(gettext(N_("Run by")), 10),
        Heading(gettext(N_("Urban–rural class")), 18),
        Heading(gettext(N_("Counted as urban by the county")), 14),
        Heading(gettext(N_("Of the three pivot schools")), 24),
        Heading(gettext(N_("Community")), 36),
        Heading(gettext(N_("Role")), 16),
        Heading(gettext(N_("Opened on")), 12, CellType.DAY),
        Heading(gettext(N_("Last day open")), 12, CellType.DAY),
    )
    found = lists.all_schools(session(), actor, wanted, clock.today())
    count = count_schools(wanted, actor=actor)
    table = Table(gettext(N_("Schools")), headings, map(_cells, found))
    return Export(table, count, actor.county_id)


def _cells(row: SchoolRow) -> Sequence[Any]:
    held = row.version
    return (
        row.code,
        row.name,
        row.county_name,
        row.township_name,
        label(held.type) if held else None,
        label(held.ownership) if held and held.ownership else None,
        label(held.urban_rural_class) if held and held.urban_rural_class else None,
        gettext(N_("yes")) if held and held.is_flagged_urban else None,
        str(Listing(tuple(label(kind) for kind in row.designations))),
        str(Listing(tuple(part.name for part in row.parts))),
        str(Listing(tuple(label(part.role) for part in row.parts))),
        held.opened_on if held else None,
        held.closed_on if held else None,
    )


# --- one school ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenSchool:
    """A school as its pages need it: what holds today, where it is, what the reader may do."""

    school: School
    county_name: str
    place: Place
    versions: Sequence[FactOnFile]
    may_edit: bool
    today: date

    @property
    def facts(self) -> Values:
        """What holds today."""
        return held_on(self.today, self.versions).values

    @property
    def later(self) -> Sequence[FactOnFile]:
        """What is entered for days to come."""
        return [version for version in self.versions if version.held_from > self.today]


def open_school(school_id: int, *, actor: Actor) -> OpenSchool:
    """A school that the actor may read. Raises NotFoundError for any other."""
    school = registry.school(school_id)
    county = registry.county(school.county_id) if school else None
    if school is None or county is None:
        raise NotFoundError
    place = one.place_of_school(session(), school)
    require(actor, Permission.SCHOOL_VIEW, place)
    versions = registry.held_facts(school_id)
    if not versions:
        raise NotFoundError
    may_edit = allows(
        actor, Permission.SCHOOL_EDIT, Place(city_id=place.city_id, county_id=place.county_id)
    )
    return OpenSchool(school, county.name, place, versions, may_edit, clock.today())


@dataclass(frozen=True)
class Relative:
    """Another school that this one belongs to, inherits from, or is followed by."""

    id: int
    name: str
    closed_on: date | None
    is_visible: bool


@dataclass(frozen=True)
class SchoolDetails:
    """What hangs on a school, as known today."""

    township_name: str | None
    aliases: Sequence[str]
    designations: Sequence[Designation]
    figures: Sequence[SchoolFigures]
    legal_school: Relative | None
    campuses: Sequence[Relative]
    successors: Sequence[Relative]
    predecessors: Sequence[Relative]
    stays: Sequence[SchoolStay]
    documents: Sequence[SchoolDocument]
    districts: Sequence[Belonging]


def details_of(opened: OpenSchool, *, actor: Actor) -> SchoolDetails:
    """All that the page of a school shows besides its facts; a fixed number of queries."""
    school, today = opened.school, opened.today
    chain = registry.successor_ids(school.id)[1:]
    relatives = _relatives(school, chain, today, actor)
    return SchoolDetails(
        township_name=registry.division_name(opened.facts["township_id"]),
        aliases=[alias.name for alias in registry.aliases(school.id)],
        designations=registry.designations(school.id),
        figures=registry.figures(school.id),
        legal_school=relatives.get(school.legal_school_id or 0),
        campuses=[relatives[key] for key in registry.campus_ids(school.id) if key in relatives],
        successors=[relatives[key] for key in chain if key in relatives],
        predecessors=[
            relatives[key] for key in registry.predecessor_ids(school.id) if key in relatives
        ],
        stays=one.stays_of_school(session(), actor, school.id, today),
        documents=one.documents_of_school(session(), actor, school.id),
        districts=registry.belongings_of_school(school.id),
    )


def _relatives(
    school: School, chain: Sequence[int], today: date, actor: Actor
) -> Mapping[int, Relative]:
    ids = {
        *chain,
        *registry.campus_ids(school.id),
        *registry.predecessor_ids(school.id),
        *([school.legal_school_id] if school.legal_school_id else ()),
    }
    visible = lists.visible_among(session(), actor, ids)
    return {
        key: Relative(key, name, closed_on, key in visible)
        for key, name, closed_on in registry.names_of(ids, today)
    }


def history_of_school(
    opened: OpenSchool, *, actor: Actor, after: str | None = None, before: str | None = None
) -> History:
    """What became known of a school, and who did it; no entries for who may not read them."""
    school = opened.school
    told = build_history(one.versions_of_school(session(), school.id))
    place = Place(city_id=opened.place.city_id, county_id=opened.place.county_id)
    if not allows(actor, Permission.JOURNAL_VIEW, place):
        return History(told, None)
    wanted = EntryFilter(subject_type="school", subject_id=str(school.id))
    chain = chain_of(school.county_id)
    entries = journal.entries(wanted, actor=actor, chain=chain, after=after, before=before)
    return History(told, entries)
