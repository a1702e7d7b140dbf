"""From a timetable to the visits of its term: looked at first, then planned, and planned anew when
the timetable changes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from community.access import Actor
from community.journal.services import writing
from community.kernel import clock
from community.kernel.calendar import calendar_day
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.registry.models import School
from community.walking_teaching.models import PlannedVisit, WalkingTeachingArrangement
from community.walking_teaching.queries import arrangements as queries
from community.walking_teaching.queries import visits as visit_queries
from community.walking_teaching.rules import (
    ArrangementDraft,
    Clash,
    Engagement,
    PlannedDay,
    SlotDraft,
    TermDays,
    TermSpan,
    VisitPlan,
    VisitState,
    build_plan,
    find_first_clash,
    read_lessons,
)
from community.walking_teaching.services.clashes import clash_of, engagements_of_plan, standing
from community.walking_teaching.services.reach import editable_arrangement

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class PlanPreview:
    """What planning an arrangement would come to."""

    arrangement: WalkingTeachingArrangement
    plan: VisitPlan
    clash: Clash | None  # nothing is looked for once they are planned
    is_planned: bool  # already
    days_over: int  # how many of the visits to be planned lie before today

    @property
    def may_be_planned(self) -> bool:
        """Whether there is something to plan and nothing against it."""
        return bool(self.plan.visits) and self.clash is None and not self.is_planned


def preview_plan(arrangement_id: int, *, actor: Actor) -> PlanPreview:
    """The visits that an arrangement would have, month by month, and the days left out."""
    found = editable_arrangement(arrangement_id, actor=actor)
    draft = draft_of(found)
    plan = plan_of(draft)
    if visit_queries.has_visits(session(), found.id):
        return PlanPreview(found, plan, clash=None, is_planned=True, days_over=0)
    entries = _entries(found, draft, plan)
    return PlanPreview(
        found,
        plan,
        find_first_clash(entries, standing(entries)),
        is_planned=False,
        days_over=sum(visit.held_on < clock.today() for visit in plan.visits),
    )


def plan_visits(arrangement_id: int, *, actor: Actor) -> int:
    """Plan the visits of an arrangement; how many. Once planned they are not planned again: the
    same form sent twice plans them once."""
    found = editable_arrangement(arrangement_id, actor=actor)
    if visit_queries.has_visits(session(), found.id):
        return 0
    draft = draft_of(found)
    plan = plan_of(draft)
    if clash := clash_of(_entries(found, draft, plan)):
        raise clash.refusal()
    if not plan.visits:
        raise RuleViolationError(
            N_("No visit falls into these days. Check the weekdays and the days from – to.")
        )
    with writing(actor=actor, action="walking_teaching_arrangement.planned"):
        add_visits(found, plan)
    return len(plan.visits)


def add_visits(found: WalkingTeachingArrangement, plan: VisitPlan) -> None:
    """Add the visits of a plan; the caller journals."""
    session().add_all(_visit(found, day) for day in plan.visits)
    session().flush()


def _visit(found: WalkingTeachingArrangement, day: PlannedDay) -> PlannedVisit:
    visit = PlannedVisit(
        arrangement_id=found.id,
        county_id=found.county_id,
        community_id=found.community_id,
        held_on=day.held_on,
        slots_mask=day.slot.lessons.mask,
        state=VisitState.PLANNED,
    )
    _follow(visit, found, day)
    return visit


def _follow(visit: PlannedVisit, found: WalkingTeachingArrangement, day: PlannedDay) -> bool:
    """Let a visit say what its arrangement says now; whether that changed it."""
    values = {
        "teacher_name": found.teacher_name,
        "staff_number": found.staff_number,
        "subject": found.subject,
        "grade": found.grade,
        "travel_minutes": found.travel_minutes,
        "slots_text": day.slot.lessons.text,
        "starts_at": day.slot.starts_at,
        "ends_at": day.slot.ends_at,
    }
    changed = {name: value for name, value in values.items() if getattr(visit, name) != value}
    for name, value in changed.items():
        setattr(visit, name, value)
    return bool(changed)


# --- planning anew ------------------------------------------------------------------------------


def replan(
    found: WalkingTeachingArrangement, draft: ArrangementDraft, holds_from: date
) -> tuple[int, int, int]:
    """Let the planned visits from a day on follow a changed timetable; how many were added,
    changed and dropped. What was moved, substituted, cancelled or taught stays as it is; an
    arrangement that was never planned gets no visits."""
    if not visit_queries.has_visits(session(), found.id):
        return 0, 0, 0
    standing = visit_queries.visits_after(session(), found.id, holds_from - _DAY)
    there = {(visit.held_on, visit.slots_mask): visit for visit in standing}
    added = changed = 0
    kept: set[int] = set()
    for day in plan_of(draft, since=holds_from).visits:
        visit = there.get((day.held_on, day.slot.lessons.mask))
        if visit is None:
            session().add(_visit(found, day))
            added += 1
        else:
            kept.add(visit.id)
            is_planned = visit.state is VisitState.PLANNED
            changed += is_planned and _follow(visit, found, day)
    dropped = [
        visit
        for visit in standing
        if visit.state is VisitState.PLANNED
        and visit.moved_from_id is None
        and visit.id not in kept
    ]
    for visit in dropped:
        session().delete(visit)  # a plan, in no figure; the journal keeps it
    session().flush()
    return added, changed, len(dropped)


def check_plan(
    draft: ArrangementDraft, county_id: int, *, but_from: tuple[int, date] | None = None
) -> None:
    """Raise RuleViolationError where the teacher of a draft would be in two places."""
    since = but_from[1] if but_from else None
    own = (
        {visit.id for visit in visit_queries.visits_after(session(), but_from[0], since - _DAY)}
        if but_from and since
        else set()
    )
    plan = plan_of(draft, since=since)
    entries = engagements_of_plan(
        draft,
        county_id,
        _name_of(draft.receiver_id),
        plan.visits,
        since=since,
        arrangement_id=but_from[0] if but_from else None,
    )
    if clash := clash_of(entries, but_visits=own):
        raise clash.refusal("staff_number" if draft.is_full_time else "slots")


def _entries(
    found: WalkingTeachingArrangement, draft: ArrangementDraft, plan: VisitPlan
) -> list[Engagement]:
    name = _name_of(draft.receiver_id)
    return engagements_of_plan(draft, found.county_id, name, plan.visits, arrangement_id=found.id)


def _name_of(school_id: int) -> str:
    return session().get_one(School, school_id).name


# --- what is on file, as the rules know it ------------------------------------------------------


def plan_of(draft: ArrangementDraft, *, since: date | None = None) -> VisitPlan:
    """The visits of a draft, from a day on where one is given."""
    first = max(draft.starts_on, since) if since else draft.starts_on
    terms = [TermSpan(draft.term.starts_on, draft.term.ends_on)]
    return build_plan(draft.slots, first, draft.ends_on, terms, calendar_day)


def draft_of(found: WalkingTeachingArrangement, term: TermDays | None = None) -> ArrangementDraft:
    """An arrangement on file as a draft; `term` where the caller has read it."""
    term = term or next(term for term in terms_to_choose() if term.id == found.term_id)
    return ArrangementDraft(
        community_id=found.community_id,
        kind=found.kind,
        teacher_name=found.teacher_name,
        staff_number=found.staff_number,
        sender_id=found.sender_id,
        receiver_id=found.receiver_id,
        subject=found.subject,
        grade=found.grade,
        term=term,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        travel_mode=found.travel_mode,
        travel_minutes=found.travel_minutes,
        note=found.note,
        slots=tuple(slots_of(found)),
    )


def slots_of(found: WalkingTeachingArrangement) -> list[SlotDraft]:
    """The lines of an arrangement."""
    return [
        SlotDraft(
            slot.weekday, read_lessons(slot.slots_text), slot.starts_at, slot.ends_at, slot.rhythm
        )
        for slot in found.slots
    ]


def terms_to_choose() -> list[TermDays]:
    """The terms on file, the latest first."""
    return queries.terms_on_file(session())
