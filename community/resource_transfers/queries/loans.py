"""What has to come back, at the level of transfers, as known now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.standing import IS_CONFIRMED, IS_REPORTED, ON_FILE
from community.kernel.database import known_at
from community.kernel.paging import Page, read_page
from community.resource_transfers.models import (
    LoanReturn,
    ResourceTransfer,
    TransferLine,
    TransferReceipt,
)
from community.resource_transfers.rules import LoanFilter

FAR_OFF: Final = date(9999, 12, 31)
# By which loans are listed; one without a due day comes last.
_DUE: Final[ColumnElement[date]] = func.coalesce(
    ResourceTransfer.due_on, literal(FAR_OFF, ResourceTransfer.due_on.type)
).label("due")


@dataclass(frozen=True)
class LoanScope:
    """Whose loans a list shows; `school_ids` are the schools on the `side` that is asked for."""

    county_id: int | None = None
    community_ids: frozenset[int] = frozenset()
    school_ids: frozenset[int] = frozenset()
    side: str = ""  # lent, borrowed

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same as SQL."""
        if self.county_id is not None:
            place = Activity.county_id == self.county_id
        else:
            place = Activity.community_id.in_(self.community_ids)
        sides = {
            "lent": Activity.provider_id.in_(self.school_ids),
            "borrowed": _receives(self.school_ids),
        }
        return and_(place, sides[self.side]) if self.side in sides else place


def _receives(school_ids: Collection[int]) -> ColumnElement[bool]:
    return exists().where(
        ActivityReceiver.activity_id == Activity.id, ActivityReceiver.school_id.in_(school_ids)
    )


def _outstanding() -> ColumnElement[Any]:
    """What is left of a line with its borrowers: what arrived (all, where nobody said), without
    what came back."""
    arrived = (
        select(func.sum(TransferReceipt.quantity))
        .where(TransferReceipt.line_id == TransferLine.id, known_at(TransferReceipt, None))
        .correlate(TransferLine)
        .scalar_subquery()
    )
    returned = (
        select(func.coalesce(func.sum(LoanReturn.quantity), 0))
        .where(
            LoanReturn.line_id == TransferLine.id,
            LoanReturn.confirmed_on.is_not(None),
            known_at(LoanReturn, None),
        )
        .correlate(TransferLine)
        .scalar_subquery()
    )
    return func.coalesce(arrived, TransferLine.quantity) - returned


def _is_of_line(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A line of the transfer was lent and is of this kind."""
    return exists(
        select(TransferLine.id)
        .where(
            TransferLine.activity_id == ResourceTransfer.activity_id,
            TransferLine.is_loan.is_(True),
            *conditions,
        )
        .correlate(ResourceTransfer)
    )


_HAS_LINES: Final = exists(
    select(TransferLine.id)
    .where(TransferLine.activity_id == ResourceTransfer.activity_id)
    .correlate(ResourceTransfer)
)
_IS_RETURNED: Final = ResourceTransfer.returned_on.is_not(None)


def _open() -> list[ColumnElement[bool]]:
    """Something of it has not come back."""
    return [
        ResourceTransfer.is_loan.is_(True),
        not_(_IS_RETURNED),
        or_(not_(_HAS_LINES), not_(IS_CONFIRMED), _is_of_line(_outstanding() > 0)),
    ]


def overdue(today: date | BindParameter[Any]) -> list[ColumnElement[bool]]:
    """Something of it has arrived, has not come back, and its day has passed."""
    is_late = _is_of_line(TransferLine.due_on < today, _outstanding() > 0)
    return [
        *_open(),
        ResourceTransfer.due_on < today,
        IS_CONFIRMED,
        or_(not_(_HAS_LINES), is_late),
    ]


def _conditions(wanted: LoanFilter | None, today: date) -> list[ColumnElement[bool]]:
    if wanted is LoanFilter.OPEN:
        return _open()
    if wanted is LoanFilter.OVERDUE:
        return overdue(today)
    is_loan = ResourceTransfer.is_loan.is_(True)
    return [is_loan, _IS_RETURNED] if wanted is LoanFilter.RETURNED else [is_loan]


def loan_ids(scope: LoanScope, wanted: LoanFilter | None, today: date) -> Select[int]:
    """The transfers of a scope that are loans, as a filter lets them pass."""
    return (
        select(Activity.id)
        .join(ResourceTransfer, ResourceTransfer.activity_id == Activity.id)
        .where(scope.condition, ON_FILE, IS_REPORTED, *_conditions(wanted, today))
    )


def loans(scope: LoanScope, wanted: LoanFilter | None, today: date) -> Select[int, date]:
    """The same with the day on which they are due."""
    return loan_ids(scope, wanted, today).add_columns(_DUE)


def loan_page(
    scope: LoanScope,
    wanted: LoanFilter | None,
    today: date,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[Any]:
    """A page of them, those due first on top."""
    return read_page(
        loan_ids(scope, wanted, today).add_columns(_DUE),
        [_DUE, Activity.id],
        after=after,
        before=before,
    )


def all_loans(
    session: Session, scope: LoanScope, wanted: LoanFilter | None, today: date, limit: int
) -> Sequence[int]:
    """The ids of these transfers, those due first on top."""
    statement = loan_ids(scope, wanted, today).order_by(_DUE, Activity.id).limit(limit)
    return session.scalars(statement).all()
