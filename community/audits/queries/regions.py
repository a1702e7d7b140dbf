"""What was published (rule sets, minima), and the regions and windows of a count."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.audits.models import Minimum, RuleSetVersion
from community.audits.rules.facts import Period, TermFacts
from community.registry.models import Division, SchoolYear, Term
from community.registry.rules import DivisionKind


def rule_set_content(session: Session, version: str) -> dict[str, Any] | None:
    """The published content of a rule set."""
    found = session.get(RuleSetVersion, version)
    return found.content if found else None


def rule_set_versions(session: Session) -> Sequence[str]:
    """The versions published, the latest first."""
    published = select(RuleSetVersion.version).order_by(RuleSetVersion.published_on.desc())
    return session.scalars(published).all()


def region(session: Session, code: str) -> Division | None:
    """A city or a county by its code."""
    kinds = (DivisionKind.CITY, DivisionKind.COUNTY)
    return session.scalar(select(Division).where(Division.code == code, Division.kind.in_(kinds)))


def counties_of(session: Session, city_id: int) -> Sequence[Division]:
    """The county-level divisions of a city, by code."""
    return session.scalars(
        select(Division)
        .where(Division.parent_id == city_id, Division.kind == DivisionKind.COUNTY)
        .order_by(Division.code)
    ).all()


def minima(session: Session, division_ids: Collection[int] | None = None) -> Mapping[int, Minimum]:
    """The minimum of each region (of those named) that has one; of several, the one with the
    latest deadline."""
    statement = select(Minimum).order_by(Minimum.deadline_on)
    if division_ids is not None:
        statement = statement.where(Minimum.division_id.in_(division_ids))
    return {minimum.division_id: minimum for minimum in session.scalars(statement)}


def school_year_ends(session: Session) -> Mapping[str, date]:
    """The last day of each school year, by name."""
    years = session.execute(select(SchoolYear.name, SchoolYear.ends_on))
    return dict(years.all())


def period(session: Session, as_of: date, school_year: str) -> Period | None:
    """D with the window of a school year and its terms; None for a year that is not on file."""
    year = session.scalar(select(SchoolYear).where(SchoolYear.name == school_year))
    if year is None:
        return None
    terms = session.scalars(
        select(Term).where(Term.school_year_id == year.id).order_by(Term.number)
    )
    return Period(
        as_of=as_of,
        school_year=year.name,
        first_day=year.starts_on,
        last_day=year.ends_on,
        terms=tuple(TermFacts(t.key, t.starts_on, t.ends_on) for t in terms),
    )
