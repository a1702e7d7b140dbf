"""What pages show of records besides what counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.activities.models import (
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.kernel.database import known_at
from community.registry.models import Division, School
from community.registry.rules import DivisionKind
from community.resource_transfers.models import ResourceTransfer
from community.shared_teaching.models import SharedTeachingSession
from community.walking_teaching.models import WalkingTeachingSession


@dataclass(frozen=True)
class RecordText:
    """How a record is called in a list: its topic, and who taught or what was handed over."""

    title: str
    person: str


def record_texts(session: Session, activity_ids: Collection[int]) -> Mapping[int, RecordText]:
    """Title and person of records, by id; one query per ledger."""
    found: dict[int, RecordText] = {}
    taught = select(
        SharedTeachingSession.activity_id,
        SharedTeachingSession.topic,
        SharedTeachingSession.lecturer_name,
    ).where(SharedTeachingSession.activity_id.in_(activity_ids))
    visited = select(
        WalkingTeachingSession.activity_id,
        WalkingTeachingSession.slots_text,
        WalkingTeachingSession.teacher_name,
    ).where(WalkingTeachingSession.activity_id.in_(activity_ids))
    for statement in (taught, visited):
        for activity_id, title, person in session.execute(statement):
            found[activity_id] = RecordText(title or "", person or "")
    moved = select(
        ResourceTransfer.activity_id,
        ResourceTransfer.content,
        ResourceTransfer.quantity,
        ResourceTransfer.unit,
    ).where(ResourceTransfer.activity_id.in_(activity_ids))
    for activity_id, content, quantity, unit in session.execute(moved):
        found[activity_id] = RecordText(content or "", f"{quantity.normalize():f} {unit or ''}")
    return found


def evidence_of(
    session: Session, activity_ids: Collection[int], known: datetime
) -> Mapping[int, str]:
    """The evidence on file as known at an instant, by activity."""
    rows = session.execute(
        select(ActivityEvidence.activity_id, ActivityEvidence.reference)
        .where(ActivityEvidence.activity_id.in_(activity_ids), known_at(ActivityEvidence, known))
        .order_by(ActivityEvidence.id)
    )
    found: dict[int, str] = {}
    for activity_id, reference in rows:
        found[activity_id] = "、".join(filter(None, (found.get(activity_id), reference)))
    return found


def confirmed_days(session: Session, activity_ids: Collection[int]) -> Mapping[int, date]:
    """The day on which the last receiver confirmed, as known today, by activity."""
    rows = session.execute(
        select(ActivityReceiver.activity_id, Confirmation.confirmed_on)
        .join(Confirmation, Confirmation.receiver_id == ActivityReceiver.id)
        .where(
            ActivityReceiver.activity_id.in_(activity_ids),
            Confirmation.confirmed_on.is_not(None),
            known_at(Confirmation, None),
        )
        .order_by(Confirmation.confirmed_on)
    )
    return {activity_id: day for activity_id, day in rows if day is not None}


def school_names(session: Session, school_ids: Collection[int]) -> Mapping[int, str]:
    """Names of schools, by id."""
    rows = session.execute(select(School.id, School.name).where(School.id.in_(school_ids)))
    return {row.id: row.name for row in rows}


def division_names(session: Session, division_ids: Collection[int]) -> Mapping[int, str]:
    """Names of divisions, by id."""
    rows = session.execute(select(Division.id, Division.name).where(Division.id.in_(division_ids)))
    return {row.id: row.name for row in rows}


def cities(session: Session) -> list[Division]:
    """All cities, by code."""
    return list(
        session.scalars(
            select(Division).where(Division.kind == DivisionKind.CITY).order_by(Division.code)
        )
    )
