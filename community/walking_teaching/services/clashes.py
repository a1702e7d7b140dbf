"""Refuse a teacher in two places at once, before anything is written."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from community.kernel.database import hold, session
from community.kernel.workbook import fold
from community.registry.models import School
from community.walking_teaching.models import PlannedVisit, WalkingTeachingArrangement
from community.walking_teaching.queries import visits as queries
from community.walking_teaching.rules import (
    ArrangementDraft,
    Clash,
    Engagement,
    Lessons,
    PlannedDay,
    WalkingTeachingSessionDraft,
    find_first_clash,
)


def check_teacher(draft: WalkingTeachingSessionDraft, *, but: int | None = None) -> None:
    """Raise RuleViolationError when the teacher of a session is elsewhere at that time, naming
    both entries. The visit that was planned for this very session is no other one, nor is the
    record that it corrects (`but`)."""
    activity = draft.activity
    school_id = activity.receiver_ids[0]
    entry = Engagement(
        county_id=activity.county_id,
        staff_number=draft.staff_number,
        teacher_name=draft.teacher_name,
        held_on=activity.held_on,
        slots_mask=draft.slots_mask,
        slots_text=draft.slots_text,
        school_id=school_id,
        school_name=session().get_one(School, school_id).name,
    )
    hold_teachers([(entry.county_id, entry.staff_number)])
    others = [
        other
        for other in standing([entry])
        if (but is None or other.activity_id != but) and not is_planned_for(other, entry)
    ]
    if clash := find_first_clash([entry], others):
        raise clash.refusal("slots")


def is_planned_for(planned: Engagement, entry: Engagement) -> bool:
    """Whether an open visit is the plan of a session: at this school, in one of its lessons."""
    return (
        planned.visit_id is not None
        and planned.activity_id is None
        and planned.school_id == entry.school_id
        and bool(planned.slots_mask & entry.slots_mask)
    )


def clash_of(entries: Sequence[Engagement], *, but_visits: Collection[int] = ()) -> Clash | None:
    """The first entry that clashes with what is on file, but for these visits; for who is about to
    write the entries."""
    hold_teachers((entry.county_id, entry.staff_number) for entry in entries)
    others = [other for other in standing(entries) if other.visit_id not in but_visits]
    return find_first_clash(entries, others)


def hold_teachers(teachers: Iterable[tuple[int, str]]) -> None:
    """Let nobody else write entries of these teachers (county and staff number) until the
    transaction ends."""
    for county_id, number in sorted({(county, fold(number)) for county, number in teachers}):
        hold("teacher", f"{county_id} {number}")


def standing(entries: Sequence[Engagement]) -> list[Engagement]:
    """Where the teachers of entries of one county are in those days."""
    if not entries:
        return []
    days = [entry.held_on for entry in entries]
    numbers = {entry.staff_number for entry in entries}
    return queries.engagements(session(), entries[0].county_id, numbers, min(days), max(days))


# --- what a plan comes to -----------------------------------------------------------------------


def engagements_of_plan(
    draft: ArrangementDraft, county_id: int, school_name: str, days: Sequence[PlannedDay]
) -> list[Engagement]:
    """Where the teacher of an arrangement will be."""
    return [
        Engagement(
            county_id=county_id,
            staff_number=draft.staff_number,
            teacher_name=draft.teacher_name,
            held_on=day.held_on,
            slots_mask=day.slot.lessons.mask,
            slots_text=day.slot.lessons.text,
            school_id=draft.receiver_id,
            school_name=school_name,
            starts_at=day.slot.starts_at,
            ends_at=day.slot.ends_at,
            travel_minutes=draft.travel_minutes,
        )
        for day in days
    ]


def engagement_of_visit(
    visit: PlannedVisit,
    arrangement: WalkingTeachingArrangement,
    *,
    teacher: tuple[str, str] | None = None,
    held_on: date | None = None,
    lessons: Lessons | None = None,
) -> Engagement:
    """Where a visit takes a teacher; with another teacher (name and number), day or lessons where
    it is to be changed. Its hours go with its lessons."""
    name, number = teacher or (
        visit.substitute_name or visit.teacher_name,
        visit.substitute_number or visit.staff_number,
    )
    return Engagement(
        county_id=visit.county_id,
        staff_number=number,
        teacher_name=name,
        held_on=held_on or visit.held_on,
        slots_mask=lessons.mask if lessons else visit.slots_mask,
        slots_text=lessons.text if lessons else visit.slots_text,
        school_id=arrangement.receiver_id,
        school_name=arrangement.receiver.name,
        starts_at=None if lessons else visit.starts_at,
        ends_at=None if lessons else visit.ends_at,
        travel_minutes=visit.travel_minutes,
    )
