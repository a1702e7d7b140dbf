"""A transfer reported on the web: its lines, and the ledger row that sums them up."""

from collections.abc import Sequence

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import Report
from community.activities.services import report
from community.kernel.database import session
from community.resource_transfers.models import ResourceTransfer, TransferLine
from community.resource_transfers.rules import (
    LineDraft,
    ResourceTransferDraft,
    TransferDraft,
    build_ledger_row,
    check_lines,
    check_one_receiver,
)


def report_transfer(draft: TransferDraft, source: Report, *, actor: Actor) -> Activity:
    """Report a transfer on the web (`activities.services.report`).

    A slip is signed by two sides, so what is reported goes to one school. Raises
    RuleViolationError, whose `field` may name the field of a line: `lines-0-quantity`.
    """
    activity, lines = draft.activity, draft.lines
    check_one_receiver(activity.receiver_ids)
    check_lines(lines, activity.held_on)
    row = build_ledger_row(activity, lines)
    return report(
        activity,
        row.identity,
        source,
        actor=actor,
        details=lambda reported: _details(row, lines, reported),
        told_apart_by=row.content or "",
    )


def _details(
    row: ResourceTransferDraft, lines: Sequence[LineDraft], activity: Activity
) -> ResourceTransfer:
    session().add_all(
        TransferLine(
            activity=activity,
            position=position,
            content=line.content,
            quantity=line.quantity,
            unit=line.unit,
            amount_fen=line.amount_fen,
            is_loan=line.is_loan,
            due_on=line.due_on,
        )
        for position, line in enumerate(lines)
    )
    return ResourceTransfer(
        activity=activity,
        content=row.content,
        quantity=row.quantity,
        unit=row.unit,
        amount_fen=row.amount_fen,
        is_loan=row.is_loan,
        due_on=row.due_on,
    )
