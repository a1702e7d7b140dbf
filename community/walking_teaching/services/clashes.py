"""Refuse a teacher in two places at once, before anything is written."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from community.kernel.database import hold, session
from community.kernel.versions import rows_by_id
from community.kernel.workbook import fold
from community.registry.models import School
from community.walking_teaching.models import PlannedVisit, WalkingTeachingArrangement
from community.walking_teaching.queries import postings
from community.walking_teaching.queries import visits as queries
from community.walking_teaching.rules import (
    ArrangementDraft,
    Clash,
    Engagement,
    Lessons,
    PlannedDay,
    WalkingTeachingSessionDraft,
    find_first_clash,
    span_text,
)


def clashes_of_sessions(
    drafts: Sequence[WalkingTeachingSessionDraft], *, but: Collection[int] = ()
) -> Iterator[tuple[int, Clash]]:
    """The sessions of one county whose teachers are elsewhere at that time, by their places: with
    what is on file, or with one before them. The visit that was planned for a very session is no
    other one, nor are the records that they correct (`but`)."""
    ids = {draft.activity.receiver_ids[0] for draft in drafts}
    names = {school.id: school.name for school in rows_by_id(session(), School, ids)}
    entries = [_engagement_of(draft, names) for draft in drafts]
    hold_teachers((entry.county_id, entry.staff_number) for entry in entries)
    days: dict[Hashable, list[Engagement]] = defaultdict(list)
    for other in standing(entries):
        if other.activity_id is None or other.activity_id not in but:
            days[other.day].append(other)
    for place, entry in enumerate(entries):
        others = [other for other in days[entry.day] if not is_planned_for(other, entry)]
        if clash := find_first_clash([entry], others):
            yield place, clash
        days[entry.day].append(entry)


def _engagement_of(draft: WalkingTeachingSessionDraft, names: Mapping[int, str]) -> Engagement:
    activity = draft.activity
    school_id = activity.receiver_ids[0]
    return Engagement(
        county_id=activity.county_id,
        staff_number=draft.staff_number,
        teacher_name=draft.teacher_name,
        held_on=activity.held_on,
        slots_mask=draft.slots_mask,
        slots_text=draft.slots_text,
        school_id=school_id,
        school_name=names[school_id],
    )


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
    hold("teacher", *(f"{county_id} {fold(number)}" for county_id, number in teachers))


def standing(entries: Sequence[Engagement]) -> list[Engagement]:
    """Where the teachers of entries of one county are in those days."""
    if not entries:
        return []
    days = {entry.held_on for entry in entries}
    numbers = {entry.staff_number for entry in entries}
    county_id = entries[0].county_id
    return [
        *queries.engagements(session(), county_id, numbers, min(days), max(days)),
        *postings(session(), {county_id}, days, numbers),
    ]


# --- what a plan comes to -----------------------------------------------------------------------


def engagements_of_plan(
    draft: ArrangementDraft,
    county_id: int,
    school_name: str,
    days: Sequence[PlannedDay],
    *,
    since: date | None = None,
    arrangement_id: int | None = None,
) -> list[Engagement]:
    """Where the teacher of an arrangement will be: full time on every day of it, `since` a day
    where one is given."""
    if draft.is_full_time:
        first = max(draft.starts_on, since or draft.starts_on)
        return [
            Engagement(
                county_id=county_id,
                staff_number=draft.staff_number,
                teacher_name=draft.teacher_name,
                held_on=first + timedelta(days=number),
                slots_mask=0,
                slots_text=span_text(draft.starts_on, draft.ends_on),
                school_id=draft.receiver_id,
                school_name=school_name,
                is_full_time=True,
                arrangement_id=arrangement_id,
            )
            for number in range((draft.ends_on - first).days + 1)
        ]
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
            arrangement_id=arrangement_id,
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
