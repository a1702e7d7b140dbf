"""What the pages of transfers send.

`handover` receiving and giving back · `lists` the filters of
loans and of who holds what
"""

from community.resource_transfers.forms.handover import (
    ReceiptForm,
    ReturnForm,
    ReturnReasonForm,
    receipt_form,
    return_form,
)
from community.resource_transfers.forms.lists import (
    HOLDING_FILTERS,
    LOAN_FILTERS,
    read_day,
    read_loans,
)

__all__ = [
    "HOLDING_FILTERS",
    "LOAN_FILTERS",
    "ReceiptForm",
    "ReturnForm",
    "ReturnReasonForm",
    "read_day",
    "read_loans",
    "receipt_form",
    "return_form",
]
