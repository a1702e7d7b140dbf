"""What is taken along, and in which form."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
