"""Planned visits: of an arrangement, of a week, and where a teacher is on which day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from community.access import Actor, Permission
from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.standing import IS_REPORTED, ON_FILE
from community.activities.rules import ActivityKind, ActivityState, Subject
from community.kernel.workbook import fold
from community.registry.models import School
from community.walking_teaching.models import (
    PlannedVisit,
    WalkingTeachingArrangement,
    WalkingTeachingSession,
)
from community.walking_teaching.queries.arrangements import (
    RECEIVER,
    SENDER,
    is_at_school,
    is_teacher_called,
)
from community.walking_teaching.queries.reach import is_within_reach
from community.walking_teaching.rules import (
    HELD_STATES,
    OPEN_STATES,
    Engagement,
    VisitState,
    WalkingTeachingSessionDraft,
)

MAX_SHOWN: Final = 500


@dataclass(frozen=True)
class VisitRow:
    """A visit as pages, weeks and calendars show it."""

    id: int
    arrangement_id: int
    held_on: date
    slots_text: str
    slots_mask: int
    starts_at: time | None
    ends_at: time | None
    state: VisitState
    reason: str | None
    moved_to: date | None
    activity_id: int | None
    activity_state: ActivityState | None
    kind: ActivityKind
    subject: Subject | None
    grade: str | None
    planned_name: str
    planned_number: str
    substitute_name: str | None
    substitute_number: str | None
    sender_id: int
    sender: str
    receiver_id: int
    receiver: str
    revision: int
    may_edit: bool
    is_receivers: bool  # the reader speaks for the receiving school, which confirms

    @property
    def may_report(self) -> bool:
        """Whether the reader can report it: nobody reports what the own school received."""
        return self.is_open and self.may_edit and not self.is_receivers

    @property
    def teacher_name(self) -> str:
        """Who teaches: the substitute, where there is one."""
        return self.substitute_name or self.planned_name

    @property
    def is_open(self) -> bool:
        """Whether it is still to be reported."""
        return self.state in OPEN_STATES


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    arranged = WalkingTeachingArrangement
    return (
        select(
            PlannedVisit.id,
            PlannedVisit.arrangement_id,
            PlannedVisit.held_on,
            PlannedVisit.slots_text,
            PlannedVisit.slots_mask,
            PlannedVisit.starts_at,
            PlannedVisit.ends_at,
            PlannedVisit.state,
            PlannedVisit.reason,
            PlannedVisit.moved_to,
            PlannedVisit.activity_id,
            Activity.state.label("activity_state"),
            arranged.kind,
            PlannedVisit.subject,
            PlannedVisit.grade,
            PlannedVisit.teacher_name.label("planned_name"),
            PlannedVisit.staff_number.label("planned_number"),
            PlannedVisit.substitute_name,
            PlannedVisit.substitute_number,
            arranged.sender_id,
            SENDER.name.label("sender"),
            arranged.receiver_id,
            RECEIVER.name.label("receiver"),
            PlannedVisit.revision,
            is_within_reach(actor, Permission.ACTIVITY_REPORT).label("may_edit"),
            arranged.receiver_id.in_(actor.school_ids).label("is_receivers"),
        )
        .join(arranged, arranged.id == PlannedVisit.arrangement_id)
        .join(SENDER, SENDER.id == arranged.sender_id)
        .join(RECEIVER, RECEIVER.id == arranged.receiver_id)
        .outerjoin(Activity, Activity.id == PlannedVisit.activity_id)
        .where(is_within_reach(actor))
    )


_ORDER: Final = (PlannedVisit.held_on, PlannedVisit.slots_mask, PlannedVisit.id)


def _read(
    session: Session, statement: Select[*tuple[Any, ...]], limit: int = MAX_SHOWN
) -> list[VisitRow]:
    rows = session.execute(statement.order_by(*_ORDER).limit(limit))
    return [VisitRow(**row._asdict()) for row in rows]


def visits_of(session: Session, actor: Actor, arrangement_id: int) -> list[VisitRow]:
    """All visits of an arrangement, by day."""
    return _read(session, _rows(actor).where(PlannedVisit.arrangement_id == arrangement_id))


def visit_row(session: Session, actor: Actor, visit_id: int) -> VisitRow | None:
    """One visit within reach."""
    found = _read(session, _rows(actor).where(PlannedVisit.id == visit_id))
    return found[0] if found else None


def visits_between(
    session: Session,
    actor: Actor,
    first: date,
    last: date,
    *,
    teacher: str = "",
    school: str = "",
    limit: int = MAX_SHOWN,
) -> list[VisitRow]:
    """The visits within reach between two days, of a teacher or a school where one is named."""
    statement = _rows(actor).where(PlannedVisit.held_on.between(first, last))
    if teacher:
        statement = statement.where(
            or_(
                is_teacher_called(teacher),
                PlannedVisit.staff_number == teacher,
                PlannedVisit.substitute_number == teacher,
                PlannedVisit.substitute_name.icontains(teacher, autoescape=True),
            )
        )
    if school:
        statement = statement.where(is_at_school(school))
    return _read(session, statement, limit)


def visits_to_report(session: Session, actor: Actor, first: date, last: date) -> list[VisitRow]:
    """The visits between two days that wait for the actor to report them."""
    return _read(
        session,
        _rows(actor).where(
            PlannedVisit.held_on.between(first, last),
            PlannedVisit.state.in_(OPEN_STATES),
            is_within_reach(actor, Permission.ACTIVITY_REPORT),
            WalkingTeachingArrangement.receiver_id.not_in(actor.school_ids),
        ),
    )


def locked_visits(session: Session, ids: Collection[int]) -> Sequence[PlannedVisit]:
    """Visits with their arrangements, locked until the transaction ends."""
    return session.scalars(
        select(PlannedVisit)
        .where(PlannedVisit.id.in_(ids))
        .order_by(PlannedVisit.held_on, PlannedVisit.id)
        .options(
            selectinload(PlannedVisit.arrangement).selectinload(
                WalkingTeachingArrangement.receiver
            ),
            selectinload(PlannedVisit.arrangement).selectinload(WalkingTeachingArrangement.term),
        )
        .with_for_update(of=PlannedVisit)
        .execution_options(populate_existing=True)
    ).all()


def visits_after(session: Session, arrangement_id: int, day: date) -> Sequence[PlannedVisit]:
    """The visits of an arrangement after a day, by day."""
    return session.scalars(
        select(PlannedVisit)
        .where(PlannedVisit.arrangement_id == arrangement_id, PlannedVisit.held_on > day)
        .order_by(PlannedVisit.held_on, PlannedVisit.id)
    ).all()


def has_visits(session: Session, arrangement_id: int) -> bool:
    """Whether the visits of an arrangement have been planned."""
    wanted = select(PlannedVisit.id).where(PlannedVisit.arrangement_id == arrangement_id)
    return session.scalar(wanted.limit(1)) is not None


# --- where a teacher is -------------------------------------------------------------------------


def engagements(
    session: Session,
    county_id: int,
    staff_numbers: Collection[str],
    first: date,
    last: date,
) -> list[Engagement]:
    """Where teachers of a county are between two days: the visits that are planned or took place,
    and the records that came in another way. Two queries."""
    numbers = {fold(number) for number in staff_numbers}
    return [
        *_planned(session, county_id, numbers, first, last),
        *_recorded(session, county_id, numbers, first, last),
    ]


def _planned(
    session: Session, county_id: int, numbers: Collection[str], first: date, last: date
) -> list[Engagement]:
    arranged = WalkingTeachingArrangement
    number = func.coalesce(PlannedVisit.substitute_number, PlannedVisit.staff_number)
    rows = session.execute(
        select(
            PlannedVisit.county_id,
            number,
            func.coalesce(PlannedVisit.substitute_name, PlannedVisit.teacher_name),
            PlannedVisit.held_on,
            PlannedVisit.slots_mask,
            PlannedVisit.slots_text,
            arranged.receiver_id,
            School.name,
            PlannedVisit.starts_at,
            PlannedVisit.ends_at,
            PlannedVisit.travel_minutes,
            PlannedVisit.id,
            PlannedVisit.activity_id,
        )
        .join(arranged, arranged.id == PlannedVisit.arrangement_id)
        .join(School, School.id == arranged.receiver_id)
        .where(
            PlannedVisit.county_id == county_id,
            PlannedVisit.held_on.between(first, last),
            PlannedVisit.state.in_(HELD_STATES),
            func.lower(number).in_(numbers),
        )
    )
    return [Engagement(*row) for row in rows]


def _recorded(
    session: Session, county_id: int, numbers: Collection[str], first: date, last: date
) -> list[Engagement]:
    told = WalkingTeachingSession
    rows = session.execute(
        select(
            Activity.county_id,
            told.staff_number,
            told.teacher_name,
            Activity.held_on,
            told.slots_mask,
            told.slots_text,
            School.id,
            School.name,
            Activity.id,
        )
        .join(told, told.activity_id == Activity.id)
        .join(ActivityReceiver, ActivityReceiver.activity_id == Activity.id)
        .join(School, School.id == ActivityReceiver.school_id)
        .where(
            Activity.county_id == county_id,
            Activity.held_on.between(first, last),
            ON_FILE,
            IS_REPORTED,
            _has_no_visit(),
            func.lower(told.staff_number).in_(numbers),
            ActivityReceiver.position == 0,
        )
    )
    return [Engagement(*row[:-1], activity_id=row[-1]) for row in rows]


def _has_no_visit() -> ColumnElement[bool]:
    return ~select(PlannedVisit.id).where(PlannedVisit.activity_id == Activity.id).exists()


def planned_for(
    session: Session, made: Sequence[tuple[WalkingTeachingSessionDraft, Activity]]
) -> list[tuple[PlannedVisit, Activity]]:
    """The visits of sessions of one county, each with its record: the one that has the record
    which this one corrects, else an open one that was planned for it, of this teacher, at this
    school, in one of its lessons."""
    corrected = [one.replaces_id for _, one in made if one.replaces_id is not None]
    held = {visit.activity_id: visit for visit in _visits_of_records(session, corrected)}
    planned = _open_visits(session, made)
    found: list[tuple[PlannedVisit, Activity]] = []
    for draft, activity in made:
        visit = held.get(activity.replaces_id)
        if visit is None:
            visit = _best_of(draft, planned)
            planned = [row for row in planned if row[0] is not visit]
        if visit is not None:
            found.append((visit, activity))
    return found


def _visits_of_records(session: Session, ids: Collection[int]) -> Sequence[PlannedVisit]:
    if not ids:
        return ()
    return session.scalars(select(PlannedVisit).where(PlannedVisit.activity_id.in_(ids))).all()


def _open_visits(
    session: Session, made: Sequence[tuple[WalkingTeachingSessionDraft, Activity]]
) -> list[Any]:
    """The open visits between the schools of some sessions on their days, with who teaches, and
    from where to where."""
    arranged = WalkingTeachingArrangement
    drafts = [draft.activity for draft, _ in made]
    rows = session.execute(
        select(
            PlannedVisit,
            func.coalesce(PlannedVisit.substitute_number, PlannedVisit.staff_number),
            arranged.sender_id,
            arranged.receiver_id,
        )
        .join(arranged, arranged.id == PlannedVisit.arrangement_id)
        .where(
            PlannedVisit.county_id == made[0][1].county_id,
            PlannedVisit.held_on.in_({draft.held_on for draft in drafts}),
            PlannedVisit.state.in_(OPEN_STATES),
            arranged.receiver_id.in_({id_ for draft in drafts for id_ in draft.receiver_ids}),
            arranged.sender_id.in_({draft.provider_id for draft in drafts}),
        )
        .order_by(PlannedVisit.slots_mask, PlannedVisit.id)
    )
    return list(rows)


def _best_of(draft: WalkingTeachingSessionDraft, planned: Sequence[Any]) -> PlannedVisit | None:
    """Of open visits the one that was planned for a session, best in just its lessons."""
    activity, number = draft.activity, fold(draft.staff_number)
    own: list[PlannedVisit] = [
        visit
        for visit, who, sender_id, receiver_id in planned
        if visit.held_on == activity.held_on
        and sender_id == activity.provider_id
        and receiver_id in activity.receiver_ids
        and fold(who) == number
        and visit.slots_mask & draft.slots_mask
    ]
    return next(
        (visit for visit in own if visit.slots_mask == draft.slots_mask), own[0] if own else None
    )


def planned_elsewhere(
    session: Session, county_ids: Collection[int], first: date, last: date
) -> list[Engagement]:
    """The visits of these counties that are planned and not reported yet, days included."""
    arranged = WalkingTeachingArrangement
    rows = session.execute(
        select(
            PlannedVisit.county_id,
            func.coalesce(PlannedVisit.substitute_number, PlannedVisit.staff_number),
            func.coalesce(PlannedVisit.substitute_name, PlannedVisit.teacher_name),
            PlannedVisit.held_on,
            PlannedVisit.slots_mask,
            PlannedVisit.slots_text,
            arranged.receiver_id,
            School.name,
        )
        .join(arranged, arranged.id == PlannedVisit.arrangement_id)
        .join(School, School.id == arranged.receiver_id)
        .where(
            PlannedVisit.county_id.in_(county_ids),
            PlannedVisit.held_on.between(first, last),
            PlannedVisit.state.in_(OPEN_STATES),
        )
    )
    return [Engagement(*row) for row in rows]
