"""School years with their terms, and the divisions: rows on which counts rest."""

from collections.abc import Collection, Sequence
from datetime import date

from community.access import Actor, Permission, Place, allows, require
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.facts import check_holds_from
from community.kernel.i18n import N_
from community.kernel.paging import Page
from community.kernel.versions import touch
from community.registry import queries
from community.registry.models import Division, SchoolYear, Term
from community.registry.queries import CountyRow
from community.registry.rules import SchoolYearDraft, Span, check_school_year

# --- school years -------------------------------------------------------------------------------


def school_years(*, actor: Actor) -> Sequence[SchoolYear]:
    """All school years with their terms, the latest first."""
    require(actor, Permission.SCHOOL_YEAR_VIEW)
    return queries.years_with_terms()


def school_year(name: str, *, actor: Actor, is_locked: bool = False) -> SchoolYear:
    """A school year that the actor may edit, with its terms."""
    require(actor, Permission.SCHOOL_YEAR_EDIT)
    found = queries.school_year_named(name, is_locked=is_locked)
    if found is None:
        raise NotFoundError
    return found


def add_school_year(draft: SchoolYearDraft, *, actor: Actor) -> SchoolYear:
    """Put a school year with two terms on file; the same one twice is refused."""
    require(actor, Permission.SCHOOL_YEAR_EDIT)
    hold("school_year", "all")
    check_school_year(draft, _others(None))
    year = SchoolYear(
        name=draft.name, starts_on=draft.year.starts_on, ends_on=draft.year.ends_on, terms=[]
    )
    with writing(actor=actor, action="school_year.added"):
        session().add(year)
        session().flush()  # its terms need its id
        for number, term in enumerate(draft.terms, start=1):
            session().add(
                Term(
                    school_year_id=year.id,
                    number=number,
                    starts_on=term.starts_on,
                    ends_on=term.ends_on,
                )
            )
    return year


def update_school_year(
    name: str, draft: SchoolYearDraft, *, revision: int, actor: Actor
) -> SchoolYear:
    """Change the days of a school year and its terms: every count that uses them moves."""
    hold("school_year", "all")
    year = school_year(name, actor=actor, is_locked=True)
    if year.revision != revision:
        raise StaleWriteError(on_file=days_of(year), revision=year.revision)
    check_school_year(draft, _others(name))
    terms = {term.number: term for term in year.terms}
    with writing(actor=actor, action="school_year.updated"):
        year.starts_on, year.ends_on = draft.year.starts_on, draft.year.ends_on
        for number, span in enumerate(draft.terms, start=1):
            term = terms.get(number)
            if term is None:
                term = Term(school_year_id=year.id, number=number)
                session().add(term)
            term.starts_on, term.ends_on = span.starts_on, span.ends_on
        touch(year)
    return year


def days_of(year: SchoolYear) -> dict[str, object]:
    """The days of a school year by the names of the form's fields."""
    days: dict[str, object] = {"starts_on": year.starts_on, "ends_on": year.ends_on}
    for prefix, term in zip(("first", "second"), year.terms, strict=False):
        days[f"{prefix}_starts_on"], days[f"{prefix}_ends_on"] = term.starts_on, term.ends_on
    return days


def _others(but: str | None) -> list[tuple[str, Span]]:
    return [
        (year.name, Span(year.starts_on, year.ends_on))
        for year in queries.years_with_terms()
        if year.name != but
    ]


# --- divisions ----------------------------------------------------------------------------------


def counties(
    *, actor: Actor, after: str | None = None, before: str | None = None
) -> Page[CountyRow]:
    """A page of the counties within the actor's reach, by code."""
    require(actor, Permission.DIVISION_VIEW)
    return queries.county_page(actor.city_id, actor.county_id, after=after, before=before)


def county(code: str, *, actor: Actor) -> Division:
    """A county that the actor may read. Raises NotFoundError for any other."""
    found = queries.county_of_code(code)
    if found is None:
        raise NotFoundError
    require(actor, Permission.DIVISION_VIEW, _place(found))
    return found


def may_edit_county(found: Division, *, actor: Actor) -> bool:
    """Whether the actor is offered the form of a county."""
    return allows(actor, Permission.DIVISION_EDIT, _place(found))


def editable_county_of_code(code: str, *, actor: Actor, is_locked: bool = False) -> Division:
    """A county that the actor may edit. Raises NotFoundError for one out of reach."""
    found = queries.county_of_code(code, is_locked=is_locked)
    if found is None:
        raise NotFoundError
    require(actor, Permission.DIVISION_EDIT, _place(found), visible_by=Permission.DIVISION_VIEW)
    return found


def update_county(
    code: str,
    live_on: date | None,
    seat_ids: Collection[int],
    *,
    revision: int,
    actor: Actor,
) -> Division:
    """Set a county's start day and the townships in which its government sits (rule S1)."""
    found = editable_county_of_code(code, actor=actor, is_locked=True)
    townships = queries.township_rows(found.id)
    if found.revision != revision:
        seats = [township.id for township in townships if township.is_county_seat]
        on_file = {"live_on": found.live_on, "seat_ids": seats}
        raise StaleWriteError(on_file=on_file, revision=found.revision)
    if live_on is not None:
        check_holds_from(live_on, clock.today(), field="live_on")
    if not set(seat_ids) <= {township.id for township in townships}:
        raise RuleViolationError(N_("This township is not of the county."), field="seat_ids")
    with writing(actor=actor, action="division.updated"):
        found.live_on = live_on
        for township in townships:
            township.is_county_seat = township.id in seat_ids
        touch(found)
    return found


def _place(found: Division) -> Place:
    return Place(city_id=found.parent_id, county_id=found.id)
