"""One activity: all that is on file of it, and who recorded it when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.access import Place
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.queries.standing import IS_CONFIRMED
from community.activities.rules import ActivityState
from community.communities.models import Community
from community.communities.queries import place_of_community
from community.kernel.database import Recorded, known_at
from community.registry.models import Division, School


def locked_activity(session: Session, activity_id: int) -> Activity | None:
    """An activity on file, held until the transaction ends."""
    return session.scalar(
        select(Activity)
        .where(Activity.id == activity_id, known_at(Activity, None))
        .with_for_update()
    )


def decisions_in_force(session: Session, activity_id: int) -> Sequence[ActivityDecision]:
    """The decisions about an activity that stand."""
    return session.scalars(
        select(ActivityDecision).where(
            ActivityDecision.activity_id == activity_id, known_at(ActivityDecision, None)
        )
    ).all()


def is_confirmed(session: Session, activity_id: int) -> bool:
    """Whether every receiver has confirmed."""
    return bool(session.scalar(select(Activity.id).where(Activity.id == activity_id, IS_CONFIRMED)))


def place_of_activity(session: Session, county_id: int, community_id: int | None) -> Place:
    """Where an activity is, as far as access goes."""
    community = None if community_id is None else session.get(Community, community_id)
    if community is not None:
        return place_of_community(session, community)
    return Place(city_id=city_of(session, county_id), county_id=county_id)


def city_of(session: Session, county_id: int) -> int | None:
    """The city of a county."""
    return session.scalar(select(Division.parent_id).where(Division.id == county_id))


def recorded_activity(session: Session, activity_id: int) -> Activity | None:
    """An activity that is or was on file; none of an import that was taken back, and no draft."""
    return session.scalar(
        select(Activity).where(
            Activity.id == activity_id,
            Activity.is_undone.is_(False),
            Activity.state != ActivityState.DRAFT,
        )
    )


@dataclass(frozen=True)
class Version:
    """One version of something on file about a record: what it says, and how it came and went."""

    subject: str  # activity, confirmation, evidence, decision
    what: str  # school, reference or kind
    detail: str
    day: date | None
    known_from: datetime
    known_until: datetime | None
    recorded_at: datetime
    recorded_by: str
    batch_id: int | None
    ended_reason: str | None


def versions(session: Session, activity: Activity) -> list[Version]:
    """Every version of the record, its confirmations, evidence and decisions, as recorded."""
    found = [
        Version(
            "activity",
            "",
            "",
            activity.held_on,
            activity.known_from,
            activity.known_until,
            activity.recorded_at,
            activity.recorded_by,
            activity.batch_id,
            activity.ended_reason,
        )
    ]
    for subject, statement in _parts(activity.id).items():
        rows: Sequence[Any] = session.execute(statement).all()
        found += [Version(subject, row[0], row[1] or "", *row[2:]) for row in rows]
    return sorted(found, key=lambda version: (version.recorded_at, version.known_from))


def _parts(activity_id: int) -> dict[str, Select[Any]]:
    def of(
        model: type[Recorded],
        what: InstrumentedAttribute[Any],
        detail: InstrumentedAttribute[Any],
        day: InstrumentedAttribute[Any] | ColumnElement[Any],
    ) -> Select[Any]:
        return select(
            what,
            detail,
            day,
            model.known_from,
            model.known_until,
            model.recorded_at,
            model.recorded_by,
            model.batch_id,
            model.ended_reason,
        ).where(model.is_undone.is_(False))

    return {
        "confirmation": of(
            Confirmation, School.name, Confirmation.confirmer_name, Confirmation.confirmed_on
        )
        .join(ActivityReceiver, ActivityReceiver.id == Confirmation.receiver_id)
        .join(School, School.id == ActivityReceiver.school_id)
        .where(ActivityReceiver.activity_id == activity_id),
        "evidence": of(
            ActivityEvidence,
            ActivityEvidence.reference,
            ActivityEvidence.ended_reason,
            null(),
        ).where(ActivityEvidence.activity_id == activity_id),
        "decision": of(
            ActivityDecision,
            ActivityDecision.kind,
            ActivityDecision.reason,
            ActivityDecision.decided_on,
        ).where(ActivityDecision.activity_id == activity_id),
    }


def all_decisions(session: Session, activity_id: int) -> Sequence[ActivityDecision]:
    """Every decision about an activity, those taken back too, the latest first."""
    return session.scalars(
        select(ActivityDecision)
        .where(ActivityDecision.activity_id == activity_id, ActivityDecision.is_undone.is_(False))
        .order_by(ActivityDecision.known_from.desc(), ActivityDecision.id.desc())
    ).all()
