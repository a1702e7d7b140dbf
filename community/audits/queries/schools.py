"""The schools of a count."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from community.audits.rules.facts import SchoolFacts
from community.communities.models import Membership
from community.kernel.database import known_at
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolFigures,
    SchoolVersion,
)
from community.registry.rules import DesignationKind


def schools(
    session: Session,
    *,
    as_of: date,
    known: datetime,
    county_ids: Collection[int],
    community_ids: Collection[int],
) -> Mapping[int, SchoolFacts]:
    """The schools of counties and of communities as known at K; of several versions of one
    school, the one that holds on D (the earliest known one, should all begin later)."""
    # A union, where an OR would read the schools of the whole country.
    of_counties = select(School.id).where(School.county_id.in_(county_ids))
    of_communities = select(Membership.school_id).where(Membership.community_id.in_(community_ids))
    in_scope = School.id.in_(of_counties.union(of_communities))
    township = aliased(Division)
    rows = session.execute(
        select(School.id, School.name, School.county_id, SchoolVersion, township.is_county_seat)
        .join(SchoolVersion, SchoolVersion.school_id == School.id)
        .outerjoin(township, township.id == SchoolVersion.township_id)
        .where(in_scope, known_at(SchoolVersion, known))
        .order_by(School.id, SchoolVersion.held_from)
    )
    held: dict[int, tuple[str, int, SchoolVersion, bool | None]] = {}
    for school_id, name, county_id, version, is_seat in rows:
        if school_id not in held or version.held_from <= as_of:
            held[school_id] = (name, county_id, version, is_seat)
    pupils: dict[int, int | None] = dict(
        session.execute(
            select(SchoolFigures.school_id, SchoolFigures.pupils_count)
            .join(School, School.id == SchoolFigures.school_id)
            .where(in_scope, known_at(SchoolFigures, known))
            .order_by(SchoolFigures.school_year)  # undated figures give way to dated ones
        ).all()
    )
    designations: dict[int, set[DesignationKind]] = defaultdict(set)
    for school_id, kind in session.execute(
        select(Designation.school_id, Designation.kind)
        .join(School, School.id == Designation.school_id)
        .where(
            in_scope,
            known_at(Designation, known),
            Designation.designated_on <= as_of,
            or_(Designation.ended_on.is_(None), Designation.ended_on >= as_of),
        )
    ):
        designations[school_id].add(kind)
    return {
        school_id: SchoolFacts(
            school_id=school_id,
            name=name,
            county_id=county_id,
            type=version.type,
            ownership=version.ownership,
            urban_rural_class=version.urban_rural_class,
            is_in_county_seat=is_seat,
            is_flagged_urban=version.is_flagged_urban,
            opened_on=version.opened_on,
            closed_on=version.closed_on,
            pupils=pupils.get(school_id),
            designations=frozenset(designations.get(school_id, ())),
        )
        for school_id, (name, county_id, version, is_seat) in held.items()
    }
