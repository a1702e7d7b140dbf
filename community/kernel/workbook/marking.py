"""The user's own file back, with its faults marked where they are."""

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Protocol

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.hyperlink import Hyperlink

from community.kernel.i18n import N_, Message
from community.kernel.workbook.reading import RawSheet, open_workbook
from community.kernel.workbook.texts import Cell, ErrorCell

_FAULTY: Final = PatternFill("solid", start_color="FFC7CE", end_color="FFC7CE")
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_WIDTHS: Final = (20, 8, 8, 30, 80)
_NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\']")
_TITLE_LENGTH: Final = 31


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is (column as its letter), what stands there, what is wrong with it.

    A fault of a whole row has no column, one of a whole file neither row nor column.
    """

    sheet: str
    row: int | None
    column: str | None
    value: str
    text: str


class _WrittenCell(Protocol):
    value: object
    data_type: str
    quotePrefix: bool  # noqa: N815 - the library's name


def mark_faults(name: str, data: bytes, faults: Sequence[Fault]) -> bytes:
    """The file as .xlsx: faulty cells coloured and commented, and a first sheet that lists them.

    An .xls or .csv comes back as .xlsx too. Formulas come back as the values they showed: no cell
    of the result is one. Raises `WorkbookError` as `open_workbook` does.
    """
    sheets = open_workbook(name, data)  # nothing is given to openpyxl that the guard has not seen
    book = _own_copy(data) if data.startswith(b"PK") else None
    if book is None:
        book = _plain_copy(sheets)
    titles = {title: title for title in book.sheetnames}
    if len(sheets) == 1 and not sheets[0].sheet:
        titles[""] = book.sheetnames[0]
    for fault in faults:
        if fault.sheet in titles and fault.row:
            _mark(book[titles[fault.sheet]], fault)
    _list_faults(book, faults, titles)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _own_copy(data: bytes) -> openpyxl.Workbook | None:
    """The workbook with its looks; None when the library cannot read what the parser could."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extensions that get lost are no news to the user
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        except Exception:  # noqa: BLE001 - the library names none of its errors
            return None
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    _as_text(cell)
    return book


def _plain_copy(sheets: Sequence[RawSheet]) -> openpyxl.Workbook:
    """A new workbook with the same cells at the same places."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for raw in sheets:
        sheet = book.create_sheet(_title(raw))
        for row in raw.rows:
            for index, cell in enumerate(row.cells, 1):
                if cell != "" and index - 1 not in row.filled:
                    _write(sheet.cell(row.number, index), cell)
        for merge in raw.merged:
            sheet.merge_cells(
                start_row=merge.top + 1,
                start_column=merge.left + 1,
                end_row=merge.bottom + 1,
                end_column=merge.right + 1,
            )
        if raw.hidden:
            sheet.sheet_state = "hidden"
    return book


def _title(raw: RawSheet) -> str:
    wanted = raw.sheet or PurePath(raw.file).stem
    return _NOT_IN_A_TITLE.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", wanted))[:_TITLE_LENGTH] or "1"


def _write(cell: _WrittenCell, value: Cell) -> None:
    if isinstance(value, ErrorCell):
        value = value.shown
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        _as_text(cell)
    else:
        cell.value = value


def _as_text(cell: _WrittenCell) -> None:
    """Keep a text a text: the library makes a formula of one that begins with an equals sign."""
    cell.data_type = "s"
    if str(cell.value).startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True  # still a text after the user has edited the cell


def _mark(sheet: openpyxl.worksheet.worksheet.Worksheet, fault: Fault) -> None:
    """Colour the cell and say in a comment what is wrong; of a merge, its first cell."""
    place = f"{fault.column or 'A'}{fault.row}"
    for merged in sheet.merged_cells.ranges:
        if place in merged:
            left, top, _, _ = range_boundaries(merged.coord)
            place = f"{get_column_letter(left)}{top}"
    cell = sheet[place]
    cell.fill = _FAULTY
    said = f"{cell.comment.text}\n{fault.text}" if cell.comment else fault.text
    cell.comment = Comment(said, str(Message(N_("Import"))), height=120, width=320)


def _list_faults(book: openpyxl.Workbook, faults: Sequence[Fault], titles: dict[str, str]) -> None:
    sheet = book.create_sheet(str(Message(N_("Faults found"))), 0)
    headings = (N_("Sheet"), N_("Row"), N_("Column"), N_("Entered"), N_("What is wrong"))
    for column, (heading, width) in enumerate(zip(headings, _WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column)
        _write(cell, str(Message(heading)))
        cell.font = _BOLD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, fault in enumerate(faults, 2):
        values = (fault.sheet, fault.row or "", fault.column or "", fault.value, fault.text)
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            _write(cell, value)
            cell.alignment = _WRAPPED
        if fault.sheet in titles and fault.row:
            title = titles[fault.sheet].replace("'", "''")
            sheet.cell(row, 2).hyperlink = Hyperlink(
                ref=f"B{row}", location=f"'{title}'!{fault.column or 'A'}{fault.row}"
            )
    sheet.freeze_panes = "A2"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
