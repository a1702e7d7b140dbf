"""What waits for the schools of a loan: overdue for both sides, a return for its owner."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.access import Permission
from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.sources import (
    SCHOOLS,
    TODAY,
    Source,
    Waiting,
    add_source,
    speaks_for_schools,
)
from community.activities.queries.standing import IS_REPORTED, ON_FILE
from community.kernel import clock
from community.kernel.database import known_at
from community.kernel.formats import quantity
from community.kernel.i18n import N_, Message, gettext
from community.registry.models import School
from community.resource_transfers.models import LoanReturn, ResourceTransfer, TransferLine
from community.resource_transfers.queries.loans import overdue

_PAGE: Final = "resource_transfers.transfer"


# Those due first on top.
_OVERDUE: Final = (
    select(
        Activity.id,
        ResourceTransfer.due_on,
        ResourceTransfer.content,
        School.name.label("owner"),
    )
    .join(ResourceTransfer, ResourceTransfer.activity_id == Activity.id)
    .join(School, School.id == Activity.provider_id)
    .where(ON_FILE, IS_REPORTED, *overdue(TODAY))
)
_BORROWED: Final = _OVERDUE.where(
    Activity.id.in_(
        select(ActivityReceiver.activity_id).where(ActivityReceiver.school_id.in_(SCHOOLS))
    )
)
_LENT: Final = _OVERDUE.where(Activity.provider_id.in_(SCHOOLS))
_RETURNS: Final = (
    select(
        LoanReturn.id,
        LoanReturn.returned_on,
        LoanReturn.quantity,
        Activity.id.label("activity_id"),
        TransferLine.content,
        TransferLine.unit,
        School.name.label("borrower"),
    )
    .join(TransferLine, TransferLine.id == LoanReturn.line_id)
    .join(Activity, Activity.id == TransferLine.activity_id)
    .join(School, School.id == LoanReturn.school_id)
    .where(
        Activity.provider_id.in_(SCHOOLS),
        LoanReturn.confirmed_on.is_(None),
        known_at(LoanReturn, None),
        ON_FILE,
        IS_REPORTED,
    )
)


def _late(row: Any, why: str) -> Waiting:
    days = (clock.today() - row.due_on).days
    return Waiting(
        row.due_on,
        row.content or gettext(N_("Loan")),
        gettext(N_("Belongs to %(school)s"), school=row.owner),
        Message(why, {"day": row.due_on.isoformat(), "days": days}),
        _PAGE,
        {"activity_id": row.id},
        is_urgent=True,
    )


def _describe_borrowed(_session: Session, rows: Sequence[Any]) -> list[Waiting]:
    why = N_("Due back on %(day)s, %(days)d days ago. Give it back and state the return.")
    return [_late(row, why) for row in rows]


def _describe_lent(_session: Session, rows: Sequence[Any]) -> list[Waiting]:
    why = N_("Due back on %(day)s, %(days)d days ago, and not yet here. Ask the borrower for it.")
    return [_late(row, why) for row in rows]


def _describe_returns(_session: Session, rows: Sequence[Any]) -> list[Waiting]:
    return [
        Waiting(
            row.returned_on,
            row.content,
            f"{row.borrower} · {quantity(row.quantity)} {row.unit}",
            Message(
                N_("%(school)s says that it gave this back. Confirm it once you have it."),
                {"school": row.borrower},
            ),
            "resource_transfers.stated_return",
            {"activity_id": row.activity_id, "return_id": row.id},
        )
        for row in rows
    ]


add_source(
    Source(
        "loan_returns",
        N_("Returns to confirm"),
        N_("A school states that it has given back what you lent."),
        Permission.ACTIVITY_CONFIRM,
        speaks_for_schools,
        _RETURNS,
        (LoanReturn.returned_on, LoanReturn.id),
        _describe_returns,
    )
)
add_source(
    Source(
        "loans_to_give_back",
        N_("Overdue: to give back"),
        N_("Borrowed things whose day has passed."),
        Permission.ACTIVITY_CONFIRM,
        speaks_for_schools,
        _BORROWED,
        (ResourceTransfer.due_on, Activity.id),
        _describe_borrowed,
    )
)
add_source(
    Source(
        "loans_to_ask_for",
        N_("Overdue: to ask for"),
        N_("Things that you lent and that should be back."),
        Permission.ACTIVITY_CONFIRM,
        speaks_for_schools,
        _LENT,
        (ResourceTransfer.due_on, Activity.id),
        _describe_lent,
    )
)
