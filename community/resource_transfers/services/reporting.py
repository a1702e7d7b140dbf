"""A transfer reported on the web: its lines, and the ledger row that sums them up."""

from collections.abc import Sequence

from community.access import Actor
from community.activities.models import Activity
from community.activities.rules import Report
from community.activities.services import (
    Reporting,
    ReportsRefusedError,
    report,
    report_together,
)
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
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
    return report(_reporting(draft, source), actor=actor)


def report_transfers(
    rows: Sequence[tuple[TransferDraft, Report]], *, actor: Actor
) -> list[Activity]:
    """Report several transfers of one community (`activities.services.report_together`)."""
    reports: list[Reporting] = []
    faults: dict[int, list[RuleViolationError]] = {}
    for place, (draft, source) in enumerate(rows):
        try:
            reports.append(_reporting(draft, source))
        except RuleViolationError as fault:
            faults[place] = [fault]
    if faults:
        raise ReportsRefusedError(faults)
    return report_together(reports, actor=actor)


def _reporting(draft: TransferDraft, source: Report) -> Reporting:
    """The record of a transfer, whose lines have been checked. Raises RuleViolationError."""
    activity, lines = draft.activity, draft.lines
    check_one_receiver(activity.receiver_ids)
    check_lines(lines, activity.held_on)
    row = build_ledger_row(activity, lines)
    return Reporting(
        activity,
        row.identity,
        source,
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
