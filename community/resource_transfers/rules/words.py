"""The words of transfers: where a line stands, and in what condition things are."""

from enum import StrEnum

from community.kernel.i18n import N_, declare_labels


class LineState(StrEnum):
    """Where the things of a line are on a day."""

    DISPATCHED = "dispatched"
    RECEIVED = "received"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"


class Condition(StrEnum):
    """In what condition things were handed over."""

    GOOD = "good"  # 完好
    DAMAGED = "damaged"  # 损坏
    INCOMPLETE = "incomplete"  # 缺件


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
    Condition,
    {
        Condition.GOOD: N_("in good condition"),
        Condition.DAMAGED: N_("damaged"),
        Condition.INCOMPLETE: N_("parts missing"),
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
