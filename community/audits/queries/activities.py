"""The activities of a count, with their receivers and confirmations."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import (
    ActivityFacts,
    ActivityState,
    ConfirmationStanding,
    Decision,
)
from community.audits.queries.grouping import grouped
from community.audits.rules.facts import Period
from community.kernel.database import known_at


def activities(
    session: Session, ids: Collection[int], period: Period, known: datetime
) -> dict[int, list[ActivityFacts]]:
    """The activities on file at K from the window's first day to its last, or to D if later."""
    on_file = and_(
        Activity.community_id.in_(ids),
        Activity.held_on.between(period.first_day, max(period.last_day, period.as_of)),
        Activity.state != ActivityState.DRAFT,
        known_at(Activity, known),
    )
    evidenced = set(
        session.scalars(
            select(ActivityEvidence.activity_id)
            .join(Activity, Activity.id == ActivityEvidence.activity_id)
            .where(on_file, known_at(ActivityEvidence, known))
        )
    )
    receivers = _receivers(session, on_file, known)
    decisions = _decisions(session, on_file, known)
    rows = session.execute(
        select(
            Activity.community_id,
            Activity.id,
            Activity.sheet,
            Activity.kind,
            Activity.held_on,
            Activity.mode,
            Activity.subject,
            Activity.periods_count,
            Activity.provider_id,
        )
        .where(on_file)
        .order_by(Activity.held_on, Activity.id)
    )
    return grouped(
        (
            community_id or 0,
            ActivityFacts(
                activity_id=activity_id,
                sheet=sheet,
                kind=kind,
                held_on=held_on,
                mode=mode,
                subject=subject,
                periods=periods,
                provider_id=provider_id,
                receiver_ids=tuple(receivers[activity_id]),
                confirmations=tuple(receivers[activity_id].values()),
                has_evidence=activity_id in evidenced,
                decisions=tuple(decisions.get(activity_id, ())),
            ),
        )
        for (
            community_id,
            activity_id,
            sheet,
            kind,
            held_on,
            mode,
            subject,
            periods,
            provider_id,
        ) in rows
    )


def _decisions(
    session: Session, on_file: ColumnElement[bool], known: datetime
) -> dict[int, list[Decision]]:
    """Per activity the decisions in force at K."""
    rows = session.execute(
        select(
            ActivityDecision.activity_id,
            ActivityDecision.kind,
            ActivityDecision.decided_by_name,
            ActivityDecision.decided_on,
            ActivityDecision.reason,
        )
        .join(Activity, Activity.id == ActivityDecision.activity_id)
        .where(on_file, known_at(ActivityDecision, known))
        .order_by(ActivityDecision.id)
    )
    return grouped((row[0], Decision(*row[1:])) for row in rows)


def _receivers(
    session: Session, on_file: ColumnElement[bool], known: datetime
) -> dict[int, dict[int, ConfirmationStanding]]:
    """Per activity its receivers in order, each with what K knows of its confirmation, and
    whether a later instant knows more."""
    rows = session.execute(
        select(
            ActivityReceiver.activity_id,
            ActivityReceiver.school_id,
            Confirmation.known_from,
            Confirmation.confirmed_on,
        )
        .join(Activity, Activity.id == ActivityReceiver.activity_id)
        .outerjoin(
            Confirmation,
            and_(
                Confirmation.receiver_id == ActivityReceiver.id,
                Confirmation.is_undone.is_(False),
                or_(Confirmation.known_until.is_(None), Confirmation.known_until > known),
            ),
        )
        .where(on_file)
        .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
    )
    found: dict[int, dict[int, ConfirmationStanding]] = defaultdict(dict)
    for activity_id, school_id, known_from, confirmed_on in rows:
        standing = ConfirmationStanding.OPEN
        if confirmed_on is not None:
            standing = (
                ConfirmationStanding.CONFIRMED
                if known_from <= known
                else ConfirmationStanding.LATER
            )
        before = found[activity_id].get(school_id, ConfirmationStanding.OPEN)
        order = list(ConfirmationStanding)
        found[activity_id][school_id] = min(before, standing, key=order.index)
    return found
