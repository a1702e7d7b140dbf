"""A Wednesday in October 2024, in the first term of the small world, and its timetables."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities.models import Activity
from community.activities.rules import ActivityKind, Subject
from community.kernel import clock
from community.kernel.database import session
from community.walking_teaching import services
from community.walking_teaching.models import PlannedVisit, WalkingTeachingArrangement
from community.walking_teaching.rules import (
    ArrangementDraft,
    SlotDraft,
    TravelMode,
    VisitState,
    read_lessons,
)
from community.walking_teaching.services.planning import terms_to_choose
from tests.activities.office import Office
from tests.world import World

NOW = datetime(2024, 10, 16, 2, 0, tzinfo=UTC)
TODAY = date(2024, 10, 16)
LEAD, CLERK = Role.LEAD_SCHOOL_ADMINISTRATOR, Role.SCHOOL_CLERK


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Wednesday, 16 October 2024, ten in the morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


def slot(weekday: int, lessons: str = "第2-3节", hours: str = "08:50-10:20") -> SlotDraft:
    """A line of a timetable."""
    starts, ends = hours.split("-")
    return SlotDraft(
        weekday, read_lessons(lessons), time.fromisoformat(starts), time.fromisoformat(ends)
    )


TUESDAY, THURSDAY = slot(1), slot(3, "下午第1节", "14:30-15:10")


@dataclass
class Timetables(Office):
    """What the schools of the world plan."""

    def draft(self, **changes: Any) -> ArrangementDraft:
        """A teacher of the lead school who goes to the rural member twice a week."""
        with self.app.app_context():
            term = terms_to_choose()[-1]
        own = self.world.own
        drafted = ArrangementDraft(
            community_id=own.community_id,
            kind=ActivityKind.WALKING_TEACHING,
            teacher_name="陈静",
            staff_number="JD0801",
            sender_id=own.lead_id,
            receiver_id=own.member_id,
            subject=Subject.MUSIC,
            grade="四年级",
            term=term,
            starts_on=date(2024, 10, 8),
            ends_on=date(2024, 10, 31),
            travel_mode=TravelMode.OWN_CAR,
            travel_minutes=25,
            note=None,
            slots=(TUESDAY, THURSDAY),
        )
        return replace(drafted, **changes)

    def arrange(self, who: Role | int = LEAD, *, is_planned: bool = True, **changes: Any) -> int:
        """Enter an arrangement and plan its visits; its id."""
        draft = self.draft(**changes)

        def act(*, actor: Any) -> int:
            found = services.create_arrangement(draft, actor=actor)
            if is_planned and found.slots:
                services.plan_visits(found.id, actor=actor)
            return found.id

        return int(self.do(who, act))

    def visits(self, arrangement_id: int) -> dict[date, VisitState]:
        """The visits of an arrangement and how they stand, by day."""
        with self.app.app_context():
            rows = session().scalars(
                select(PlannedVisit)
                .filter_by(arrangement_id=arrangement_id)
                .order_by(PlannedVisit.held_on)
            )
            return {visit.held_on: visit.state for visit in rows}

    def visit_id(self, arrangement_id: int, day: date) -> int:
        """The visit of a day."""
        with self.app.app_context():
            wanted = select(PlannedVisit.id).filter_by(arrangement_id=arrangement_id, held_on=day)
            return session().scalars(wanted.order_by(PlannedVisit.id.desc())).first() or 0

    def visit(self, visit_id: int) -> PlannedVisit:
        """A visit as it is on file."""
        with self.app.app_context():
            return session().get_one(PlannedVisit, visit_id)

    def records(self) -> list[Activity]:
        """Every record on file."""
        with self.app.app_context():
            return list(session().scalars(select(Activity).order_by(Activity.id)))

    def on_file(self, arrangement_id: int) -> WalkingTeachingArrangement:
        """An arrangement as it is on file, its lines apart."""
        with self.app.app_context():
            return session().get_one(WalkingTeachingArrangement, arrangement_id)

    def report(self, *visit_ids: int, who: Role | int = LEAD) -> int:
        """Report visits; how many records that made."""
        taught = [services.TaughtVisit(visit_id) for visit_id in visit_ids]
        return int(self.do(who, services.report_taught, taught))


@pytest.fixture
def timetables(app: Flask, world: World, now: datetime) -> Timetables:
    return Timetables(app, world)


Refusal = Callable[..., str]
