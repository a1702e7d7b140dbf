"""What is taken along, and in which form; which filters are kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, urlencode

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.workbook.writing import Listing

# A larger list is made by the worker: a workbook costs ten times what reading its rows does.
MADE_AT_ONCE: Final = 2_000
# Rows of a list are counted up to here; beyond, a page says "more than".
COUNTED: Final = 10_000


class FileFormat(StrEnum):
    """How a list is written."""

    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES: Final = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A list as an actor may take it along. Its rows are read while they are written.

    `count` is exact up to `COUNTED` and one more beyond; `county_id` is where the access log
    keeps it, None for lists of several counties.
    """

    listing: Listing
    count: int
    county_id: int | None

    @property
    def is_long(self) -> bool:
        """Whether it takes the worker."""
        return self.count > MADE_AT_ONCE


# --- kept filters -----------------------------------------------------------------------------

NAME_LENGTH: Final = 40
KEPT_PER_LIST: Final = 20
_QUERY_LENGTH: Final = 1_000
# Where in the list somebody was is no part of the filter.
_PLACES: Final = frozenset({"after", "before"})


def check_filter_name(name: str) -> str:
    """The name, trimmed. Raises RuleViolationError without one."""
    said = " ".join(name.split())[:NAME_LENGTH]
    if not said:
        raise RuleViolationError(
            N_("Give the filter a name under which you find it again."), field="name"
        )
    return said


def check_filter(query: str, kept: int) -> str:
    """A filter as it stands in an address, without what is empty. Raises RuleViolationError where
    nothing is filtered, or where enough filters are kept already."""
    chosen = {k: v for k, v in parse_qsl(query[:_QUERY_LENGTH]) if k not in _PLACES}
    if not chosen:
        raise RuleViolationError(N_("No filter is set. Choose what to filter by, then keep it."))
    if kept >= KEPT_PER_LIST:
        raise RuleViolationError(
            Message(
                N_("You keep %(limit)d filters for this list already. Remove one first."),
                {"limit": KEPT_PER_LIST},
            )
        )
    return urlencode(sorted(chosen.items()))
