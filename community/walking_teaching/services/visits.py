"""What becomes of planned visits: taught, cancelled, substituted, moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from community.access import Actor, allows, require
from community.activities.models import Activity
from community.activities.rules import ActivityDraft, ActivityState, Report, Sheet
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.workbook import fold
from community.walking_teaching.models import PlannedVisit
from community.walking_teaching.queries import visits as queries
from community.walking_teaching.queries.reach import places_of
from community.walking_teaching.queries.visits import VisitRow
from community.walking_teaching.rules import (
    VisitMove,
    VisitState,
    WalkingTeachingSessionDraft,
    check_moved_to,
    check_taught_on,
    check_turn,
    read_lessons,
)
from community.walking_teaching.services.clashes import clash_of, engagement_of_visit
from community.walking_teaching.services.reach import EDIT, VIEW
from community.walking_teaching.services.sessions import report_session

MOST_AT_ONCE: Final = 200
_FORMS: Final = UUID("5f0c6c0e-3a5e-4f39-9a55-0a6f4b1f7d21")  # of the keys of visits' reports


def visit(visit_id: int, *, actor: Actor) -> VisitRow:
    """A visit that the actor may see. Raises NotFoundError."""
    require(actor, VIEW)
    found = queries.visit_row(session(), actor, visit_id)
    if found is None:
        raise NotFoundError
    return found


def _editable(visit_id: int, actor: Actor) -> PlannedVisit:
    """A visit that the actor may move, locked. Raises NotFoundError or AccessDeniedError."""
    visit(visit_id, actor=actor)
    (found,) = queries.locked_visits(session(), [visit_id])
    if not allows(actor, EDIT, places_of(session(), found.arrangement)[0]):
        raise AccessDeniedError
    return found


def cancel_visit(visit_id: int, reason: str, *, actor: Actor) -> None:
    """A visit that does not take place."""
    found = _editable(visit_id, actor)
    turn = check_turn(found.state, VisitMove.CANCEL, reason)
    with writing(actor=actor, action="planned_visit.cancelled"):
        found.state, found.reason = turn.leads_to, reason.strip()


def substitute_visit(visit_id: int, reason: str, name: str, number: str, *, actor: Actor) -> None:
    """Another teacher goes; refused where that one is elsewhere."""
    found = _editable(visit_id, actor)
    turn = check_turn(found.state, VisitMove.SUBSTITUTE, reason)
    if fold(number) == fold(found.staff_number):
        raise RuleViolationError(
            N_("This is the teacher who was planned. Give the staff number of the substitute."),
            field="staff_number",
        )
    entry = engagement_of_visit(found, found.arrangement, teacher=(name, number))
    if clash := clash_of([entry], but_visits={found.id}):
        raise clash.refusal("staff_number")
    with writing(actor=actor, action="planned_visit.substituted"):
        found.state, found.reason = turn.leads_to, reason.strip()
        found.substitute_name, found.substitute_number = name, number


def move_visit(
    visit_id: int, reason: str, moved_to: date, lessons_text: str, *, actor: Actor
) -> PlannedVisit:
    """The visit takes place on another day of the term: there stands one of its own. Blank
    lessons are the same ones."""
    found = _editable(visit_id, actor)
    turn = check_turn(found.state, VisitMove.MOVE, reason)
    arrangement = found.arrangement
    term = arrangement.term
    check_moved_to(found.held_on, moved_to, term.starts_on, term.ends_on)
    lessons = read_lessons(lessons_text) if lessons_text.strip() else None
    is_same = lessons is None or lessons.mask == found.slots_mask
    entry = engagement_of_visit(
        found, arrangement, held_on=moved_to, lessons=None if is_same else lessons
    )
    if clash := clash_of([entry], but_visits={found.id}):
        raise clash.refusal("moved_to")
    with writing(actor=actor, action="planned_visit.moved"):
        there = PlannedVisit(
            arrangement_id=arrangement.id,
            county_id=found.county_id,
            community_id=found.community_id,
            held_on=moved_to,
            slots_text=entry.slots_text,
            slots_mask=entry.slots_mask,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            state=found.state,
            moved_from_id=found.id,
            **{name: getattr(found, name) for name in _CARRIED},
        )
        found.state, found.reason, found.moved_to = turn.leads_to, reason.strip(), moved_to
        session().flush()
        session().add(there)
    return there


_CARRIED: Final = (
    "teacher_name",
    "staff_number",
    "subject",
    "grade",
    "travel_minutes",
    "substitute_name",
    "substitute_number",
)


def restore_visit(visit_id: int, *, actor: Actor) -> None:
    """A cancelled visit takes place after all; one whose record was withdrawn is open again."""
    found = _editable(visit_id, actor)
    turn = check_turn(found.state, VisitMove.RESTORE)
    if found.activity_id is not None:
        record = session().get_one(Activity, found.activity_id)
        if record.state is not ActivityState.WITHDRAWN:
            raise RuleViolationError(
                N_("The visit has a record. Withdraw that first; then it can be planned again.")
            )
    entry = engagement_of_visit(
        found, found.arrangement, teacher=(found.teacher_name, found.staff_number)
    )
    if clash := clash_of([entry], but_visits={found.id}):
        raise clash.refusal()
    with writing(actor=actor, action="planned_visit.restored"):
        found.state, found.reason, found.activity_id = turn.leads_to, None, None
        found.substitute_name = found.substitute_number = None


# --- reporting what was taught ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaughtVisit:
    """A visit that took place, with the archive number of its evidence where there is one."""

    visit_id: int
    evidence: str | None = None


def visits_to_report(first: date, last: date, *, actor: Actor) -> list[VisitRow]:
    """The visits between two days, up to today, that wait for the actor to report them."""
    require(actor, EDIT)
    until = min(last, clock.today())
    return queries.visits_to_report(session(), actor, first, until)


def report_taught(taught: Sequence[TaughtVisit], *, actor: Actor) -> int:
    """Report visits that took place, all or none: each becomes a record that waits for its
    confirmation. Those reported already are passed over. How many records that made.

    Raises RuleViolationError that names the visit at fault.
    """
    require(actor, EDIT)
    evidence = {one.visit_id: one.evidence for one in taught[:MOST_AT_ONCE]}
    if not evidence:
        raise RuleViolationError(N_("Choose at least one visit."))
    found = queries.locked_visits(session(), evidence)
    if len(found) != len(evidence):
        raise NotFoundError
    made = 0
    for one in found:
        if one.state is not VisitState.TAUGHT:
            _report(one, evidence[one.id], actor)
            made += 1
    return made


def _report(found: PlannedVisit, evidence: str | None, actor: Actor) -> None:
    try:
        check_turn(found.state, VisitMove.TEACH)
        check_taught_on(found.held_on, clock.today())
        activity = report_session(_session_of(found, evidence), _source(found, actor), actor=actor)
    except RuleViolationError as fault:
        raise RuleViolationError(
            Message(
                N_("%(day)s, %(teacher)s, %(school)s: %(reason)s"),
                {
                    "day": found.held_on.isoformat(),
                    "teacher": found.substitute_name or found.teacher_name,
                    "school": found.arrangement.receiver.name,
                    "reason": fault.message,
                },
            )
        ) from fault
    if found.activity_id != activity.id:
        raise RuntimeError("a report has not settled its visit")


def _session_of(found: PlannedVisit, evidence: str | None) -> WalkingTeachingSessionDraft:
    arrangement, lessons = found.arrangement, read_lessons(found.slots_text)
    return WalkingTeachingSessionDraft(
        activity=ActivityDraft(
            sheet=Sheet.WALKING_TEACHING,
            community_id=found.community_id,
            county_id=found.county_id,
            held_on=found.held_on,
            kind=arrangement.kind,
            mode=None,
            subject=found.subject,
            periods=lessons.periods,
            half_days=lessons.half_days,
            provider_id=arrangement.sender_id,
            receiver_ids=(arrangement.receiver_id,),
            confirmer_names=(None,),
            confirmed_on=None,
            evidence=(evidence,) if evidence else (),
            note=None,
        ),
        teacher_name=found.substitute_name or found.teacher_name,
        staff_number=found.substitute_number or found.staff_number,
        slots_text=found.slots_text,
        slots_mask=found.slots_mask,
        travel_mode=arrangement.travel_mode,
    )


def _source(found: PlannedVisit, actor: Actor) -> Report:
    """In whose name a visit is reported: the sending school's, or that of the actor."""
    sender_id = found.arrangement.sender_id
    school_id = sender_id if sender_id in actor.school_ids else actor.school_id or sender_id
    return Report(
        school_id,
        str(uuid5(_FORMS, f"{found.id} {found.revision}")),
        double_reason=str(
            Message(
                N_("Another visit of the timetable: %(lessons)s"), {"lessons": found.slots_text}
            )
        ),
    )
