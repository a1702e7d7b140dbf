"""What is on file of the rows of the ledger."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from community.activities.models import Activity
from community.activities.queries import Ledger, LedgerColumns, declare_ledger
from community.activities.rules import Sheet
from community.resource_transfers.models import ResourceTransfer, TransferLine
from community.resource_transfers.rules import Receipt

declare_ledger(
    Sheet.RESOURCE_TRANSFERS,
    LedgerColumns(
        ResourceTransfer.activity_id,
        title=ResourceTransfer.content,
        quantity=ResourceTransfer.quantity,
        unit=ResourceTransfer.unit,
        said=(
            ResourceTransfer.content,
            ResourceTransfer.quantity,
            ResourceTransfer.unit,
            ResourceTransfer.amount_fen,
            ResourceTransfer.is_loan,
        ),
    ),
)


def details_of(session: Session, activity_id: int) -> ResourceTransfer:
    """The details of a record on file."""
    return session.get_one(ResourceTransfer, activity_id)


def receipts_on_file(session: Session, ledger: Ledger) -> dict[int, Receipt]:
    """By activity: when a loan came back, and how much arrived; whether the schools said so."""
    is_stated = exists().where(TransferLine.activity_id == ResourceTransfer.activity_id)
    rows = session.execute(
        ledger.of(
            select(
                ResourceTransfer.activity_id,
                ResourceTransfer.returned_on,
                ResourceTransfer.received_quantity,
                is_stated,
            ).join(Activity, Activity.id == ResourceTransfer.activity_id)
        )
    )
    return {activity_id: Receipt(*receipt) for activity_id, *receipt in rows}
