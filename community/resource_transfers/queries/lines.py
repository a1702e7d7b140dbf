"""What transfers consist of, and what was said of it, as known now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from community.activities.models import Activity, ActivityReceiver, Confirmation
from community.kernel.database import known_at
from community.registry.models import School
from community.resource_transfers.models import (
    LoanReturn,
    ResourceTransfer,
    TransferLine,
    TransferReceipt,
)
from community.resource_transfers.rules import LineFacts, ReceiptFacts, ReturnFacts

Chosen = Select[int] | Collection[int]  # ids of activities


@dataclass(frozen=True)
class _Said:
    """What was said of some transfers, by the key of what it was said of."""

    receivers: Mapping[int, list[int]]  # by activity
    confirmed: Mapping[int, dict[int, date]]
    lines: Mapping[int, list[TransferLine]]
    receipts: Mapping[int, list[ReceiptFacts]]  # by line
    returns: Mapping[int, list[ReturnFacts]]


def line_facts(session: Session, chosen: Chosen) -> list[LineFacts]:
    """The lines of transfers, the latest transfer first; in five queries, however many."""
    said = _said(session, chosen)
    rows: Iterable[Any] = session.execute(
        select(Activity, ResourceTransfer)
        .join(ResourceTransfer, ResourceTransfer.activity_id == Activity.id)
        .where(Activity.id.in_(chosen))
        .order_by(Activity.held_on.desc(), Activity.id.desc())
    )
    return [facts for activity, row in rows for facts in _lines(activity, row, said)]


def lines_of_transfers(
    session: Session, activity_ids: Iterable[int]
) -> Mapping[int, list[TransferLine]]:
    """The lines of transfers that are rows, in their order."""
    found: dict[int, list[TransferLine]] = defaultdict(list)
    for line in session.scalars(
        select(TransferLine)
        .where(TransferLine.activity_id.in_(list(activity_ids)))
        .order_by(TransferLine.activity_id, TransferLine.position)
    ):
        found[line.activity_id].append(line)
    return found


def rows_of_transfers(
    session: Session, activity_ids: Collection[int]
) -> Sequence[ResourceTransfer]:
    """What a ledger keeps of transfers."""
    return session.scalars(
        select(ResourceTransfer).where(ResourceTransfer.activity_id.in_(activity_ids))
    ).all()


def receipts_in_force(
    session: Session, activity_ids: Collection[int]
) -> Mapping[tuple[int, int], list[TransferReceipt]]:
    """What schools stated of transfers, by transfer and school."""
    found: dict[tuple[int, int], list[TransferReceipt]] = defaultdict(list)
    for activity_id, receipt in session.execute(
        select(TransferLine.activity_id, TransferReceipt)
        .join(TransferReceipt, TransferReceipt.line_id == TransferLine.id)
        .where(TransferLine.activity_id.in_(activity_ids), known_at(TransferReceipt, None))
    ):
        found[activity_id, receipt.school_id].append(receipt)
    return found


def loan_return(session: Session, activity_id: int, return_id: int) -> LoanReturn | None:
    """What is in force of a return of a transfer, by the id of any of its versions; None when it
    was taken back."""
    named = aliased(LoanReturn)
    return session.scalar(
        select(LoanReturn)
        .join(TransferLine, TransferLine.id == LoanReturn.line_id)
        .join(named, and_(named.line_id == LoanReturn.line_id, named.number == LoanReturn.number))
        .where(
            named.id == return_id,
            TransferLine.activity_id == activity_id,
            known_at(LoanReturn, None),
        )
    )


def return_of_form(session: Session, form_key: str) -> LoanReturn | None:
    """The return that a form has stated already."""
    return session.scalars(
        select(LoanReturn).where(LoanReturn.form_key == form_key).order_by(LoanReturn.id)
    ).first()


def last_number(session: Session, line_id: int) -> int:
    """The number of the last return of a line, those taken back included; 0 for none."""
    return (
        session.scalar(select(func.max(LoanReturn.number)).where(LoanReturn.line_id == line_id))
        or 0
    )


def school_names(session: Session, school_ids: Collection[int]) -> dict[int, str]:
    """What schools are called."""
    rows = session.execute(select(School.id, School.name).where(School.id.in_(school_ids)))
    return {row.id: row.name for row in rows}


# --- putting together -------------------------------------------------------------------------


def _lines(activity: Activity, row: ResourceTransfer, said: _Said) -> Iterator[LineFacts]:
    common: dict[str, Any] = {
        "activity_id": activity.id,
        "kind": activity.kind,
        "sent_on": activity.held_on,
        "owner_id": activity.provider_id,
        "receiver_ids": tuple(said.receivers[activity.id]),
        "confirmed_on": said.confirmed[activity.id],
    }
    if activity.reported_by_school_id is None:
        common |= {
            "ledger_received": row.received_quantity,
            "ledger_returned_on": row.returned_on,
        }
    for line in said.lines[activity.id]:
        yield LineFacts(
            line_id=line.id,
            position=line.position,
            content=line.content,
            quantity=line.quantity,
            unit=line.unit,
            amount_fen=line.amount_fen,
            is_loan=line.is_loan,
            due_on=line.due_on,
            receipts=tuple(said.receipts[line.id]),
            returns=tuple(said.returns[line.id]),
            **common,
        )
    if not said.lines[activity.id]:
        yield LineFacts(
            line_id=None,
            position=0,
            content=row.content or "",
            quantity=row.quantity,
            unit=row.unit or "",
            amount_fen=row.amount_fen,
            is_loan=bool(row.is_loan),
            due_on=row.due_on,
            **common,
        )


def _said(session: Session, chosen: Chosen) -> _Said:
    lines = defaultdict(list)
    for line in session.scalars(
        select(TransferLine)
        .where(TransferLine.activity_id.in_(chosen))
        .order_by(TransferLine.activity_id, TransferLine.position)
    ):
        lines[line.activity_id].append(line)
    receivers, confirmed = _receivers(session, chosen)
    return _Said(receivers, confirmed, lines, _receipts(session, chosen), _returns(session, chosen))


def _receivers(
    session: Session, chosen: Chosen
) -> tuple[Mapping[int, list[int]], Mapping[int, dict[int, date]]]:
    receivers: dict[int, list[int]] = defaultdict(list)
    confirmed: dict[int, dict[int, date]] = defaultdict(dict)
    for activity_id, school_id, day in session.execute(
        select(ActivityReceiver.activity_id, ActivityReceiver.school_id, Confirmation.confirmed_on)
        .outerjoin(
            Confirmation,
            and_(Confirmation.receiver_id == ActivityReceiver.id, known_at(Confirmation, None)),
        )
        .where(ActivityReceiver.activity_id.in_(chosen))
        .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
    ):
        receivers[activity_id].append(school_id)
        if day is not None:
            confirmed[activity_id][school_id] = day
    return receivers, confirmed


def _receipts(session: Session, chosen: Chosen) -> Mapping[int, list[ReceiptFacts]]:
    found: dict[int, list[ReceiptFacts]] = defaultdict(list)
    for receipt in session.scalars(
        select(TransferReceipt)
        .join(TransferLine, TransferLine.id == TransferReceipt.line_id)
        .where(TransferLine.activity_id.in_(chosen), known_at(TransferReceipt, None))
        .order_by(TransferReceipt.id)
    ):
        found[receipt.line_id].append(
            ReceiptFacts(
                receipt.school_id,
                receipt.quantity,
                receipt.received_on,
                receipt.condition,
                receipt.reason,
            )
        )
    return found


def _returns(session: Session, chosen: Chosen) -> Mapping[int, list[ReturnFacts]]:
    found: dict[int, list[ReturnFacts]] = defaultdict(list)
    for one in session.scalars(
        select(LoanReturn)
        .join(TransferLine, TransferLine.id == LoanReturn.line_id)
        .where(TransferLine.activity_id.in_(chosen), known_at(LoanReturn, None))
        .order_by(LoanReturn.line_id, LoanReturn.number)
    ):
        found[one.line_id].append(
            ReturnFacts(
                return_id=one.id,
                school_id=one.school_id,
                quantity=one.quantity,
                returned_on=one.returned_on,
                condition=one.condition,
                note=one.note,
                stated_by=one.stated_by_name,
                confirmed_on=one.confirmed_on,
                confirmed_by=one.confirmed_by_name,
            )
        )
    return found
