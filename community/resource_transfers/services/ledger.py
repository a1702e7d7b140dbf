"""Transfers as rows of the ledger: what an import writes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from community.activities.services import BATCH_SIZE, build_activity
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import (
    Stamp,
    batched,
    flush_numbered,
    put_columns,
    rows_by_id,
)
from community.resource_transfers.models import ResourceTransfer
from community.resource_transfers.rules import Receipt, ResourceTransferDraft


def record_transfers(
    drafts: Iterable[ResourceTransferDraft],
    stamp: Stamp,
    knowledge_of: Callable[[int], Knowledge],
) -> None:
    """Write new transfers; the caller has asked for permission and journals.

    `knowledge_of` answers for a county.
    """
    for some in batched(drafts, BATCH_SIZE):
        for draft in some:
            activity = draft.activity
            knowledge = knowledge_of(activity.county_id)
            session().add(
                ResourceTransfer(
                    activity=build_activity(activity, draft.identity, knowledge, stamp),
                    content=draft.content,
                    quantity=draft.quantity,
                    unit=draft.unit,
                    amount_fen=draft.amount_fen,
                    is_loan=draft.is_loan,
                    due_on=draft.due_on,
                    returned_on=draft.returned_on,
                    received_quantity=draft.received_quantity,
                )
            )
        flush_numbered(session())


def update_receipts(receipts: Mapping[int, Receipt]) -> list[dict[str, Any]]:
    """Write what arrived and when loans came back, by activity, in place.

    Answers with the former values, for whoever takes it back.
    """
    restores = [
        put_columns(
            transfer,
            {
                "returned_on": receipts[transfer.activity_id].returned_on,
                "received_quantity": receipts[transfer.activity_id].received_quantity,
            },
        )
        for transfer in rows_by_id(session(), ResourceTransfer, receipts)
    ]
    flush_numbered(session())
    return restores
