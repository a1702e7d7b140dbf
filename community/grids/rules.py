"""A table as it is typed or pasted, and what is wrong with its cells."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import zip_longest
from typing import Final
from uuid import UUID, uuid5

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

MOST_ROWS: Final = 200
MOST_COLUMNS: Final = 40
CELL_LENGTH: Final = 2_000
GRID_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class GridFault:
    """Why a cell is refused: the row as the page numbers it, the column's key (None: the whole
    row)."""

    row: int
    key: str | None
    message: str


class GridFaultsError(RuleViolationError):
    """Some cells are refused; so nothing was reported."""

    def __init__(self, faults: Sequence[GridFault]) -> None:
        super().__init__(
            Message(
                N_(
                    "Nothing is reported yet: %(count)s cells need your attention. Each is marked "
                    "below; mend them and send the table again."
                ),
                {"count": len(faults)},
            )
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class SentGrid:
    """A table as it was sent: its cells by row, under the keys of its columns."""

    community: str  # code
    form_key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    # By which open page it was sent, and which saved version that page has read.
    saved_from: str = ""
    revision: int = 0

    @property
    def filled(self) -> list[tuple[int, tuple[str, ...]]]:
        """The rows in which something is written, with the numbers that the page gives them."""
        return [
            (number, row)
            for number, row in enumerate(self.rows, start=1)
            if any(cell.strip() for cell in row)
        ]


def parse_table(text: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a table as WPS and Excel put it on the clipboard: tabs between cells, and
    quotes around a cell that has line ends of its own."""
    lines = csv.reader(StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter="\t")
    try:
        rows = [tuple(cell.strip() for cell in line) for line in lines]
    except csv.Error:
        raise RuleViolationError(
            N_("The table cannot be read. Copy it once more from WPS or Excel."), field="table"
        ) from None
    while rows and not any(rows[-1]):
        rows.pop()
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class TypedTable:
    """A table while it is filled in: one text, as WPS and Excel put it on the clipboard."""

    community: str  # code
    text: str
    saved_from: str
    revision: int

    @property
    def filled_count(self) -> int:
        """How many rows are filled in."""
        return sum(any(row) for row in _rows_of(self.text))


@dataclass(frozen=True, slots=True)
class RowVersions:
    """A row in which two versions of a table differ, as texts."""

    row: int
    on_file: str
    typed: str


def find_differences(on_file: str, typed: str) -> list[RowVersions]:
    """The rows in which two versions of a table differ."""
    pairs = zip_longest(_lines(on_file), _lines(typed), fillvalue="")
    return [
        RowVersions(number, stored, mine)
        for number, (stored, mine) in enumerate(pairs, start=1)
        if stored != mine
    ]


def _lines(text: str) -> list[str]:
    return [" · ".join(filter(None, row)) for row in _rows_of(text)]


def _rows_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a table; of a text that cannot be read its lines."""
    try:
        return parse_table(text)
    except RuleViolationError:
        return tuple((line.strip(),) for line in text.splitlines())


def check_extent(grid: SentGrid) -> None:
    """Raise RuleViolationError for a table that is empty or too large."""
    if not grid.filled:
        raise RuleViolationError(N_("The table is empty. Fill in at least one row."), field="table")
    if len(grid.filled) > MOST_ROWS:
        raise RuleViolationError(
            Message(
                N_(
                    "The table has %(count)s rows; at most %(most)s are taken at once. Send the "
                    "rest as another table."
                ),
                {"count": len(grid.filled), "most": MOST_ROWS},
            ),
            field="table",
        )


def row_key(form_key: UUID, place: int) -> str:
    """The key under which a row is reported. The first row has the table's own: so a table that
    has been reported is known as a form is, and ten times sent it makes each record once."""
    return str(uuid5(form_key, str(place)) if place else form_key)
