"""Pure rules of resource transfers.

`words` · `ledger` a row of the ledger · `lines` what a transfer consists of · `movements` where
things are on a day · `handover` what may be stated of receiving and giving back · `slip` the paper
"""

from community.activities.rules import Condition, ReceiptDraft, StatedReceipt
from community.resource_transfers.rules.handover import (
    REASON_LENGTH,
    ReturnDraft,
    check_receipt,
    check_return,
    left_to_receive,
    left_with,
)
from community.resource_transfers.rules.ledger import (
    Receipt,
    ResourceTransferDraft,
    build_receipt,
)
from community.resource_transfers.rules.lines import (
    CONTENT_LENGTH,
    MOST_LINES,
    LineDraft,
    TransferDraft,
    build_ledger_row,
    check_lines,
    check_one_receiver,
)
from community.resource_transfers.rules.movements import (
    Balance,
    Flow,
    Holding,
    LineFacts,
    ReceiptFacts,
    ReturnFacts,
    build_arrivals,
    build_balance,
    build_flows,
    build_holdings,
)
from community.resource_transfers.rules.slip import Slip, SlipLine, build_slip
from community.resource_transfers.rules.words import LineState, LoanFilter

__all__ = [
    "CONTENT_LENGTH",
    "MOST_LINES",
    "REASON_LENGTH",
    "Balance",
    "Condition",
    "Flow",
    "Holding",
    "LineDraft",
    "LineFacts",
    "LineState",
    "LoanFilter",
    "Receipt",
    "ReceiptDraft",
    "ReceiptFacts",
    "ResourceTransferDraft",
    "ReturnDraft",
    "ReturnFacts",
    "Slip",
    "SlipLine",
    "StatedReceipt",
    "TransferDraft",
    "build_arrivals",
    "build_balance",
    "build_flows",
    "build_holdings",
    "build_ledger_row",
    "build_receipt",
    "build_slip",
    "check_lines",
    "check_one_receiver",
    "check_receipt",
    "check_return",
    "left_to_receive",
    "left_with",
]
