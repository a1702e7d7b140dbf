"""What an import answers, and how rows find the records that they repeat."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeVar

from community.kernel import workbook
from community.kernel.i18n import N_, Message, declare_labels
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Table

Key = TypeVar("Key", bound=Hashable)
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row, or a file, is refused. `row` is the number that Excel shows and `column` its
    letter; a fault of a whole file or table has neither."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    code: str
    message: Message

    def as_json(self) -> dict[str, object]:
        """As `flask import --json` prints it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "message": str(self.message),
        }


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What became of the rows of one sheet; `skipped` are totals, signatures and samples."""

    file: str
    sheet: str
    kind: str
    added: int
    changed: int
    unchanged: int
    skipped: int

    @property
    def rows(self) -> int:
        """The rows of data that were understood."""
        return self.added + self.changed + self.unchanged

    def as_json(self) -> dict[str, Any]:
        """As `flask import --json` prints it, and as the batch keeps it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "kind": self.kind,
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
        }


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one call of the import did; with errors, or as a dry run, it wrote nothing."""

    batch_id: int | None
    sheets: tuple[SheetSummary, ...]
    errors: tuple[RowError, ...]

    @property
    def is_ok(self) -> bool:
        """Whether there was nothing to refuse."""
        return not self.errors

    def as_json(self) -> dict[str, object]:
        """As `flask import --json` prints it."""
        return {
            "ok": self.is_ok,
            "batch": self.batch_id,
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "errors": [error.as_json() for error in self.errors],
        }


class RowOutcome(StrEnum):
    """What becomes of a row."""

    FAULTY = "faulty"
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


declare_labels(
    RowOutcome,
    {
        RowOutcome.FAULTY: N_("With faults"),
        RowOutcome.ADDED: N_("Will be added"),
        RowOutcome.CHANGED: N_("Will be changed"),
        RowOutcome.UNCHANGED: N_("Already on file"),
        RowOutcome.SKIPPED: N_("Skipped"),
    },
)


class PendingState(StrEnum):
    """Where files stand that were handed in on the web."""

    READING = "reading"
    READY = "ready"  # to be looked at, and confirmed
    WRITING = "writing"
    IMPORTED = "imported"
    DISCARDED = "discarded"


declare_labels(
    PendingState,
    {
        PendingState.READING: N_("Being read"),
        PendingState.READY: N_("To be checked and confirmed"),
        PendingState.WRITING: N_("Being imported"),
        PendingState.IMPORTED: N_("Has been imported"),
        PendingState.DISCARDED: N_("Discarded"),
    },
)
OPEN_STATES: Final = (PendingState.READING, PendingState.READY, PendingState.WRITING)
# What nobody has confirmed is removed, files and all.
PENDING_KEPT: Final = timedelta(days=30)
MOST_FILES: Final = 20


# --- the files of one call, read --------------------------------------------------------------

# The column of a row's serial number, which says nothing.
_SERIAL: Final = "number"


@dataclass(slots=True)
class SourceRow:
    """One row of data: a reader that collects its faults, and what became of it."""

    table: "SourceTable"
    reader: RowReader
    outcome: RowOutcome | None = None
    # The keys of the columns that differ from what is on file.
    touched: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The row's number as Excel shows it."""
        return self.reader.row.number

    def cells(self, *, without: Iterable[int] = ()) -> tuple[tuple[int, str], ...]:
        """The filled cells in comparable spelling, each with its column."""
        left_out = set(without)
        return tuple(
            (index, workbook.fold(workbook.shown(cell)))
            for index, cell in enumerate(self.reader.row.cells)
            if cell != "" and index not in left_out
        )


@dataclass(slots=True)
class SourceTable:
    """The table of one sheet, and how many of its rows did what."""

    file: str
    table: Table
    unsaid: frozenset[str]
    rows: list[SourceRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """One of `sheets.KINDS`."""
        return self.table.kind

    def row_key(self, row: SourceRow, draft: object | None) -> object:
        """What two rows share that are the same, serial number aside: what was read of them, and
        the cells in columns that are not read; of a row that cannot be read, all cells."""
        columns = self.table.columns
        if draft is None:
            serial = columns.get(_SERIAL)
            return row.cells(without=() if serial is None else (serial,))
        return draft, row.cells(without=columns.values())

    def refuse(self, row: SourceRow, column: str, value: str, code: str, message: Message) -> None:
        """Add an error that names no column by its key."""
        name = self.table.sheet.sheet
        self.errors.append(RowError(self.file, name, row.number, column, value, code, message))

    def summary(self) -> SheetSummary:
        """What became of the rows."""
        counts = Counter(row.outcome for row in self.rows)
        return SheetSummary(
            self.file,
            self.table.sheet.sheet,
            self.kind,
            counts[RowOutcome.ADDED],
            counts[RowOutcome.CHANGED],
            counts[RowOutcome.UNCHANGED],
            self.table.skipped,
        )

    def all_errors(self) -> list[RowError]:
        """What is wrong with this table, in the order of its rows and columns."""
        faults = (
            RowError(
                self.file,
                self.table.sheet.sheet,
                row.number,
                self.table.letter(fault.key) or "",
                fault.value,
                fault.code,
                fault.message,
            )
            for row in self.rows
            for fault in row.reader.faults
        )
        return sorted((*self.errors, *faults), key=lambda e: (e.row or 0, len(e.column), e.column))


@dataclass(slots=True)
class Source:
    """All files of one call, read but not yet compared with what is on file."""

    tables: list[SourceTable] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def of(self, kind: str) -> list[SourceTable]:
        """The tables of one kind, in the order of the files."""
        return [table for table in self.tables if table.kind == kind]

    def rows(self, kind: str) -> list[SourceRow]:
        """The rows of one kind, in the order of the files."""
        return [row for table in self.of(kind) for row in table.rows]

    def all_errors(self) -> tuple[RowError, ...]:
        """Every error of the call, file by file."""
        return (*self.errors, *(error for table in self.tables for error in table.all_errors()))


# --- which record a row repeats ---------------------------------------------------------------


def match_rows(
    keys: Sequence[Key],
    on_file: Iterable[tuple[Key, Record]],
    is_same: Callable[[int, Record], bool],
) -> list[Record | None]:
    """For every row the record on file that it repeats, or None.

    Several rows may have one identity: then those with the same remaining cells find each other
    first, and the rest in order.
    """
    records: dict[Key, list[Record]] = defaultdict(list)
    for key, record in on_file:
        records[key].append(record)
    found: list[Record | None] = [None] * len(keys)
    open_rows: list[int] = []
    for position, key in enumerate(keys):
        candidates = records.get(key)
        if not candidates:
            continue
        same = next((r for r in candidates if is_same(position, r)), None)
        if same is None:
            open_rows.append(position)
        else:
            found[position] = same
            candidates.remove(same)
    for position in open_rows:
        if candidates := records[keys[position]]:
            found[position] = candidates.pop(0)
    return found


# --- what would be written, told from what would have been -----------------------------------


def digest_of(value: object, now: datetime) -> str:
    """SHA-256 of a value of plain data: the same for what is the same, whatever the order of a
    set, and whenever `now` was."""
    found = sha256()
    for part in _parts(value, now):
        found.update(part.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _parts(value: object, now: datetime) -> Iterator[str]:
    match value:
        case Mapping():
            yield from _enclosed(
                "{", (part for item in value.items() for part in _parts(item, now))
            )
        case list() | tuple():
            yield from _enclosed("[", (part for item in value for part in _parts(item, now)))
        case set() | frozenset():
            yield f"{sorted(map(str, value))};"
        case _ if is_dataclass(value):
            members = ((entry.name, getattr(value, entry.name)) for entry in fields(value))
            yield from _enclosed("(", (part for item in members for part in _parts(item, now)))
        case _:
            yield "now;" if value == now else f"{value!r};"


def _enclosed(opening: str, parts: Iterable[str]) -> Iterator[str]:
    yield opening
    yield from parts
    yield "."


@dataclass(frozen=True, slots=True)
class Builder:
    """Something recorded later that would lose its ground if an import were taken back."""

    batch_id: int | None
    recorded_at: datetime
    recorded_by: str
