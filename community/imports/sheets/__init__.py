"""Every kind of sheet that can be imported, and the files of one call read into tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from community.communities import sheets as communities
from community.imports.rules import RowError, Source, SourceRow, SourceTable
from community.jobs.rules import Progress, Unwatched
from community.kernel import workbook
from community.kernel.i18n import N_, Listing, Message
from community.kernel.row_reader import RowReader, unsaid_fields
from community.kernel.workbook import SheetColumns, Table, WorkbookError
from community.registry import sheets as registry
from community.resource_transfers.sheets import RESOURCE_TRANSFERS
from community.shared_teaching.sheets import SHARED_TEACHING
from community.walking_teaching.sheets import WALKING_TEACHING

# In the order in which rows may name one another.
KINDS: Final[Mapping[str, SheetColumns]] = {
    "schools": registry.SCHOOLS,
    "communities": communities.COMMUNITIES,
    "memberships": communities.MEMBERSHIPS,
    "objectives": communities.OBJECTIVES,
    "charters": communities.CHARTERS,
    "meetings": communities.MEETINGS,
    "shared_teaching": SHARED_TEACHING,
    "walking_teaching": WALKING_TEACHING,
    "resource_transfers": RESOURCE_TRANSFERS,
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was handed in; without data it could not be opened."""

    name: str
    data: bytes | None


def read_files(files: Sequence[SourceFile], progress: Progress | None = None) -> Source:
    """Find the tables in the files. Needs no database, and may take a while."""
    source, watched = Source(), progress or Unwatched()
    for number, file in enumerate(files):
        watched.step(
            number, len(files), Message(N_("Reading the file %(name)s"), {"name": file.name})
        )
        _read_file(file, source)
    return source


def _read_file(file: SourceFile, source: Source) -> None:
    if file.data is None:
        message = Message(N_("The file cannot be opened. Check its name and place."))
        source.errors.append(RowError(file.name, "", None, "", "", "unreadable_file", message))
        return
    try:
        sheets = workbook.open_workbook(file.name, file.data)
    except WorkbookError as error:
        source.errors.append(RowError(file.name, "", None, "", "", error.code, error.message))
        return
    tables = [table for sheet in sheets if (table := workbook.find_table(sheet, KINDS))]
    for table in tables:
        _take_table(file, table, source)
    if not tables:
        message = Message(
            N_(
                "No table was recognised in this file. Its header must have the columns of one "
                "of the templates."
            )
        )
        source.errors.append(RowError(file.name, "", None, "", "", "no_table", message))


def _take_table(file: SourceFile, table: Table, source: Source) -> None:
    if table.missing:
        message = Message(
            N_("The header in row %(row)s lacks these columns: %(columns)s."),
            {"row": table.header_row, "columns": Listing(table.missing)},
        )
        source.errors.append(
            RowError(file.name, table.sheet.sheet, None, "", "", "missing_column", message)
        )
        return
    found = SourceTable(file.name, table, unsaid_fields(table, KINDS[table.kind]))
    found.rows = [
        SourceRow(found, RowReader(row, epoch_1904=table.sheet.epoch_1904)) for row in table.rows
    ]
    source.tables.append(found)
