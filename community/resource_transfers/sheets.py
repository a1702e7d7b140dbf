"""The columns of the resource-transfer ledger (资源调配), and how loans are listed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from community.activities import sheets as ledger
from community.activities.rules import ActivityKind, Sheet
from community.activities.sheets import Surroundings, read_activity
from community.kernel.i18n import Listing as Names
from community.kernel.i18n import gettext, label
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Column, SheetColumns
from community.kernel.workbook.writing import CellType, Heading, Listing, Value
from community.resource_transfers.rules import Balance, ResourceTransferDraft

RESOURCE_TRANSFERS: Final = SheetColumns(
    columns=(
        ledger.NUMBER,
        ledger.COMMUNITY,
        ledger.HELD_ON,
        Column("kind", ("类别", "类型"), required_header=True),
        Column("content", ("内容",)),
        Column("quantity", ("数量",), required_header=True),
        Column("unit", ("单位",)),
        Column("amount", ("金额(元)", "金额")),
        Column("provider", ("提供校", "提供学校", "派出学校"), required_header=True),
        ledger.RECEIVERS,
        Column("is_loan", ("是否借用",)),
        Column("due_on", ("应还日期",)),
        Column("returned_on", ("归还日期",)),
        ledger.EVIDENCE,
        ledger.CONFIRMERS,
        Column("received_quantity", ("实收数量",)),
        ledger.CONFIRMED_ON,
        ledger.NOTE,
    ),
    distinctive=frozenset({"kind", "quantity", "provider", "receivers"}),
)

KINDS: Final = {
    "图书": ActivityKind.BOOKS,
    "教学设备": ActivityKind.TEACHING_EQUIPMENT,
    "课程资源": ActivityKind.CURRICULUM_RESOURCES,
    "体育器材": ActivityKind.SPORTS_EQUIPMENT,
    "教具": ActivityKind.TEACHING_AIDS,
    "其他": ActivityKind.OTHER,
}


def read_transfer(
    row: RowReader, surroundings: Surroundings, unsaid: frozenset[str]
) -> ResourceTransferDraft | None:
    """A row of the ledger as a draft; None when it has faults."""
    activity = read_activity(row, Sheet.RESOURCE_TRANSFERS, KINDS, surroundings, unsaid)
    content = row.text("content", 300)
    quantity = row.quantity("quantity", required=True)
    unit = row.text("unit", 20)
    amount_fen = row.fen("amount")
    is_loan = row.boolean("is_loan")
    due_on = _day_of_loan(row, "due_on")
    returned_on = _day_of_loan(row, "returned_on")
    received_quantity = row.quantity("received_quantity", may_be_zero=True)
    if row.faults or activity is None or quantity is None:
        return None
    return ResourceTransferDraft(
        activity=activity,
        content=content,
        quantity=quantity,
        unit=unit,
        amount_fen=amount_fen,
        is_loan=is_loan,
        due_on=due_on,
        returned_on=returned_on,
        received_quantity=received_quantity,
    )


def _day_of_loan(row: RowReader, key: str) -> date | None:
    """A day on which something is to come back, or came: not before it was handed out."""
    day = row.day(key)
    handed_out_on = None if row.is_refused("held_on") else row.day("held_on")
    if day is not None and handed_out_on is not None:
        row.not_before(key, day, handed_out_on)
    return day


# --- loans taken along ------------------------------------------------------------------------


def loan_listing(
    lines: Sequence[Balance], names: Mapping[int, str], about: Iterable[tuple[str, str]]
) -> Listing:
    """The lines of loans as they stand today, with all that the list shows."""
    number, day = CellType.NUMBER, CellType.DAY
    headings = [
        Heading(gettext("Due back on"), 14, day),
        Heading(gettext("Days overdue"), 10, number),
        Heading(gettext("Handed over on"), 14, day),
        Heading(gettext("Lent by"), 26),
        Heading(gettext("Borrowed by"), 30),
        Heading(gettext("Kind"), 12),
        Heading(gettext("Content"), 30),
        Heading(gettext("Unit"), 8),
        Heading(gettext("Sent"), 10, number),
        Heading(gettext("Received"), 10, number),
        Heading(gettext("Given back"), 10, number),
        Heading(gettext("Not yet given back"), 12, number),
        Heading(gettext("State"), 14),
    ]
    rows = (_loan(balance, names) for balance in lines)
    return Listing(gettext("Loans between schools"), headings, rows, tuple(about))


def _loan(balance: Balance, names: Mapping[int, str]) -> list[Value]:
    line = balance.line
    return [
        line.due_on,
        balance.days_overdue or None,
        line.sent_on,
        names[line.owner_id],
        str(Names(tuple(names[school_id] for school_id in line.receiver_ids))),
        label(line.kind),
        line.content,
        line.unit,
        line.quantity,
        balance.received,
        balance.returned,
        balance.outstanding,
        label(balance.state),
    ]
