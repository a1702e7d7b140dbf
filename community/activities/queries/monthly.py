"""What receiving schools have not confirmed, month by month, and the sheets printed for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from community.access import Actor
from community.activities.models import Activity, ActivityReceiver, ConfirmationSheet
from community.activities.queries.waiting import unanswered
from community.evidence.models import Attachment
from community.registry.models import School

_LATEST = 50


@dataclass(frozen=True)
class OpenMonth:
    """How much a school has not confirmed of a month (202411)."""

    school_id: int
    school_name: str
    month: int
    count: int


@dataclass(frozen=True)
class SheetRow:
    """A printed sheet, as a list shows it."""

    id: int
    school_name: str
    month: int
    count: int
    printed_at: Any
    printed_by: str
    confirmed_at: Any


def _within(actor: Actor) -> ColumnElement[bool]:
    if actor.school_id is None:
        return Activity.county_id == actor.county_id
    return ActivityReceiver.school_id.in_(actor.school_ids)


def open_months(session: Session, actor: Actor) -> list[OpenMonth]:
    """The open months of the actor's schools, or of its county, oldest first."""
    rows = unanswered().where(_within(actor)).subquery()
    month = func.extract("year", rows.c.held_on) * 100 + func.extract("month", rows.c.held_on)
    found = session.execute(
        select(rows.c.school_id, rows.c.school_name, month.label("month"), func.count())
        .group_by(rows.c.school_id, rows.c.school_name, month)
        .order_by(month, rows.c.school_name)
    )
    return [OpenMonth(school, name, int(number), count) for school, name, number, count in found]


def open_records(session: Session, school_id: int, first: date, last: date) -> list[int]:
    """What a school has not confirmed of some days, oldest first."""
    wanted = (
        unanswered()
        .where(ActivityReceiver.school_id == school_id, Activity.held_on.between(first, last))
        .order_by(Activity.held_on, Activity.id)
    )
    return [row.id for row in session.execute(wanted)]


def sheet(session: Session, sheet_id: int, *, is_locked: bool = False) -> ConfirmationSheet | None:
    """One printed sheet."""
    wanted = select(ConfirmationSheet).where(ConfirmationSheet.id == sheet_id)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def latest_sheets(session: Session, actor: Actor) -> list[SheetRow]:
    """The sheets printed last for the actor's schools, or in its county."""
    within = (
        ConfirmationSheet.county_id == actor.county_id
        if actor.school_id is None
        else ConfirmationSheet.school_id.in_(actor.school_ids)
    )
    rows: Sequence[Any] = session.execute(
        select(ConfirmationSheet, School.name)
        .join(School, School.id == ConfirmationSheet.school_id)
        .where(within)
        .order_by(ConfirmationSheet.printed_at.desc(), ConfirmationSheet.id.desc())
        .limit(_LATEST)
    ).all()
    return [
        SheetRow(
            found.id,
            name,
            found.month,
            len(found.activity_ids),
            found.printed_at,
            found.printed_by,
            found.confirmed_at,
        )
        for found, name in rows
    ]


def photograph(session: Session, attachment_id: int | None) -> Attachment | None:
    """The photograph of a signed sheet."""
    return None if attachment_id is None else session.get(Attachment, attachment_id)
