"""Where teachers are for as long as an arrangement lasts."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, func, not_, or_, select
from sqlalchemy.orm import Session

from community.kernel.workbook import fold
from community.registry.models import School
from community.walking_teaching.models import PlannedVisit, WalkingTeachingArrangement
from community.walking_teaching.rules import FULL_TIME_KINDS, Engagement, span_text


def postings(
    session: Session,
    county_ids: Collection[int],
    days: Collection[date],
    staff_numbers: Collection[str] | None = None,
) -> list[Engagement]:
    """Where teachers of these counties are on some days without a visit that says so: full time,
    or in weekly lessons that are not planned yet. All teachers where none are named; one query."""
    if not days:
        return []
    arranged = WalkingTeachingArrangement
    is_full_time = arranged.kind.in_(FULL_TIME_KINDS)
    has_visits = exists().where(PlannedVisit.arrangement_id == arranged.id)
    wanted = (
        select(arranged, School.name)
        .join(School, School.id == arranged.receiver_id)
        .where(
            arranged.county_id.in_(county_ids),
            arranged.starts_on <= max(days),
            arranged.ends_on >= min(days),
            or_(is_full_time, not_(has_visits)),
        )
    )
    if staff_numbers is not None:
        numbers = {fold(number) for number in staff_numbers}
        wanted = wanted.where(func.lower(arranged.staff_number).in_(numbers))
    return [
        Engagement(
            county_id=found.county_id,
            staff_number=found.staff_number,
            teacher_name=found.teacher_name,
            held_on=day,
            slots_mask=0,
            slots_text=span_text(found.starts_on, found.ends_on),
            school_id=found.receiver_id,
            school_name=name,
            is_full_time=found.kind in FULL_TIME_KINDS,
            arrangement_id=found.id,
        )
        for found, name in session.execute(wanted)
        for day in days
        if found.starts_on <= day <= found.ends_on
    ]
