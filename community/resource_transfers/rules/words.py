"""The words of transfers: where a line stands, and which loans a list shows."""

from enum import StrEnum

from community.kernel.i18n import N_, declare_labels


class LineState(StrEnum):
    """Where the things of a line are on a day."""

    DISPATCHED = "dispatched"
    RECEIVED = "received"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"


class LoanFilter(StrEnum):
    """Which loans a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    RETURNED = "returned"


declare_labels(
    LineState,
    {
        LineState.DISPATCHED: N_("on its way"),
        LineState.RECEIVED: N_("received"),
        LineState.PARTLY_RETURNED: N_("partly given back"),
        LineState.RETURNED: N_("given back"),
    },
)
declare_labels(
    LoanFilter,
    {
        LoanFilter.OPEN: N_("Not yet given back"),
        LoanFilter.OVERDUE: N_("Overdue"),
        LoanFilter.RETURNED: N_("Given back"),
    },
)
