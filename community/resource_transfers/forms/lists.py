"""The filters of loans, and of who holds what."""

from collections.abc import Mapping
from datetime import date

from community.kernel import clock
from community.resource_transfers.rules import LoanFilter
from community.resource_transfers.services import LoansAsked

# The names under which an address carries a filter.
LOAN_FILTERS = ("state", "county", "community", "side")
HOLDING_FILTERS = ("community", "school", "as_of")
ALL = "all"


def read_loans(given: Mapping[str, str]) -> LoansAsked:
    """The filter of an address; what it does not know means what has to come back."""
    state = given.get("state", "")
    wanted = LoanFilter(state) if state in tuple(LoanFilter) else LoanFilter.OPEN
    return LoansAsked(
        wanted=None if state == ALL else wanted,
        county=given.get("county", "").strip()[:12],
        community=given.get("community", "").strip()[:40],
        side=given.get("side", ""),
    )


def read_day(text: str | None) -> date:
    """The day of an address; today, where it names none or one to come."""
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return clock.today()
    return min(day, clock.today())
