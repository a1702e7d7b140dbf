"""The use cases of resource transfers.

`ledger` what an import writes · `reporting` a transfer reported on the web · `receiving` what
arrived · `handover` giving back · `reading` what pages show · `printing` the handover slip
"""

from community.resource_transfers.services.handover import (
    confirm_return,
    end_return,
    state_return,
)
from community.resource_transfers.services.ledger import record_transfers, update_receipts
from community.resource_transfers.services.printing import JOB, order_slip, print_slip
from community.resource_transfers.services.reading import (
    LoanList,
    LoansAsked,
    OpenReturn,
    OpenTransfer,
    Overview,
    PlaceAsked,
    holdings_and_flows,
    loan_list,
    loans_to_export,
    open_receipt,
    open_return,
    open_to_return,
    open_transfer,
)
from community.resource_transfers.services.receiving import record_receipt
from community.resource_transfers.services.reporting import report_transfer, report_transfers

__all__ = [
    "JOB",
    "LoanList",
    "LoansAsked",
    "OpenReturn",
    "OpenTransfer",
    "Overview",
    "PlaceAsked",
    "confirm_return",
    "end_return",
    "holdings_and_flows",
    "loan_list",
    "loans_to_export",
    "open_receipt",
    "open_return",
    "open_to_return",
    "open_transfer",
    "order_slip",
    "print_slip",
    "record_receipt",
    "record_transfers",
    "report_transfer",
    "report_transfers",
    "state_return",
    "update_receipts",
]
