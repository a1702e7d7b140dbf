"""What is open at the end of a term, by community and by who owes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.sources import Statement
from community.activities.queries.standing import ON_FILE
from community.activities.queries.waiting import unanswered
from community.activities.rules import ActivityState
from community.communities.models import Community
from community.registry.models import School
from community.resource_transfers.queries.loans import LoanScope, loans
from community.resource_transfers.rules import LoanFilter


@dataclass(frozen=True)
class ClosingScope:
    """A term, in a county or in some communities."""

    first_day: date
    last_day: date
    county_id: int | None
    community_ids: frozenset[int]

    @property
    def condition(self) -> ColumnElement[bool]:
        """The records of it, as SQL."""
        days = Activity.held_on.between(self.first_day, self.last_day)
        if self.county_id is not None:
            return and_(Activity.county_id == self.county_id, days)
        return and_(Activity.community_id.in_(self.community_ids), days)


def _counted(session: Session, ids: Statement) -> Sequence[Any]:
    """Per community and school how many records, and the oldest day: (code, name, school, count,
    day), of a statement of (activity_id, school_id)."""
    found = ids.subquery()
    return session.execute(
        select(
            Community.code,
            Community.name,
            School.name,
            func.count(),
            func.min(Activity.held_on),
        )
        .select_from(found)
        .join(Activity, Activity.id == found.c.activity_id)
        .join(School, School.id == found.c.school_id)
        .outerjoin(Community, Community.id == Activity.community_id)
        .group_by(Community.code, Community.name, School.id, School.name)
        .order_by(func.min(Activity.held_on), School.name)
    ).all()


def unconfirmed(session: Session, scope: ClosingScope) -> Sequence[Any]:
    """What receiving schools have not answered."""
    wanted = unanswered().where(scope.condition)
    return _counted(
        session,
        wanted.with_only_columns(
            Activity.id.label("activity_id"), ActivityReceiver.school_id.label("school_id")
        ),
    )


def returned(session: Session, scope: ClosingScope) -> Sequence[Any]:
    """What was returned to the reporting side, and not corrected."""
    side = func.coalesce(Activity.reported_by_school_id, Activity.provider_id)
    return _counted(
        session,
        select(Activity.id.label("activity_id"), side.label("school_id")).where(
            scope.condition, ON_FILE, Activity.state == ActivityState.RETURNED
        ),
    )


def unreturned(session: Session, scope: ClosingScope, today: date) -> Sequence[Any]:
    """What was lent up to the end of the term and has not come back, by borrower."""
    within = LoanScope(scope.county_id, scope.community_ids)
    open_ones = loans(within, LoanFilter.OPEN, today).subquery()
    return _counted(
        session,
        select(
            ActivityReceiver.activity_id.label("activity_id"),
            ActivityReceiver.school_id.label("school_id"),
        )
        .join(open_ones, open_ones.c.id == ActivityReceiver.activity_id)
        .join(Activity, Activity.id == ActivityReceiver.activity_id)
        .where(Activity.held_on <= scope.last_day),
    )
