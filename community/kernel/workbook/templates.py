"""Empty workbooks to be filled in: a sheet that says how, drop-downs, a sample, no macros.

The choices of the drop-downs stand on a hidden sheet, because a list written into the rule itself
is cut off at 255 characters, and WPS reads long ones wrongly.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from community.kernel import clock

_ROWS: Final = 5_000  # to which drop-downs and formats reach
_HIDDEN: Final = "选项"
_BLUE: Final = "#DCE9EF"
_GREY: Final = "#5F6B78"


class CellFormat(StrEnum):
    """How the cells of a column are formatted."""

    GENERAL = "General"
    TEXT = "@"  # codes: a number would lose its leading zeros
    DAY = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column to be filled in; `options` are the words to choose from, `sample` an example."""

    label: str
    note: str
    is_required: bool = False
    options: Sequence[str] = ()
    allows_several: bool = False
    sample: str = ""
    format: CellFormat = CellFormat.GENERAL


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """One table to be filled in."""

    title: str
    columns: Sequence[TemplateColumn]


@dataclass(frozen=True, slots=True)
class Instructions:
    """The first sheet: what to know before filling in, and the headings of its table."""

    title: str
    lines: Sequence[str]
    headings: tuple[str, str, str, str]
    required: str
    optional: str


def write_template(sheets: Sequence[TemplateSheet], instructions: Instructions) -> bytes:
    """The workbook as .xlsx."""
    buffer = io.BytesIO()
    book = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    _Writer(book).write(sheets, instructions)
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._header = book.add_format(
            {"bold": True, "bg_color": _BLUE, "border": 1, "text_wrap": True, "valign": "top"}
        )
        self._sample = book.add_format(
            {"italic": True, "font_color": _GREY, "text_wrap": True, "num_format": "@"}
        )
        self._formats: dict[CellFormat, Format] = {
            kind: book.add_format({"num_format": str(kind)}) for kind in CellFormat
        }

    def write(self, sheets: Sequence[TemplateSheet], instructions: Instructions) -> None:
        self._write_instructions(sheets, instructions)
        tables = [self._book.add_worksheet(sheet.title) for sheet in sheets]
        hidden = self._book.add_worksheet(_HIDDEN)
        hidden.hide()
        lists: dict[tuple[str, ...], str] = {}
        for table, sheet in zip(tables, sheets, strict=True):
            self._write_table(table, sheet)
            for index, column in enumerate(sheet.columns):
                if column.options:
                    source = self._list(hidden, lists, tuple(column.options))
                    table.data_validation(1, index, _ROWS, index, _rule(column, source))
        tables[0].activate()

    def _write_instructions(
        self, sheets: Sequence[TemplateSheet], instructions: Instructions
    ) -> None:
        page = self._book.add_worksheet(instructions.title)
        page.hide_gridlines(2)
        for column, width in enumerate((22, 26, 10, 76)):
            page.set_column(column, column, width)
        for row, line in enumerate(instructions.lines):
            page.merge_range(row, 0, row, 3, line, self._wrapped)
            page.set_row(row, 32 if len(line) > 60 else 17)
        row = len(instructions.lines) + 1
        for column, heading in enumerate(instructions.headings):
            page.write_string(row, column, heading, self._header)
        for sheet in sheets:
            for entry in sheet.columns:
                row += 1
                needed = instructions.required if entry.is_required else instructions.optional
                cells = (sheet.title, entry.label, needed, entry.note)
                for column, text in enumerate(cells):
                    page.write_string(row, column, text, self._wrapped)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)

    def _write_table(self, table: Worksheet, sheet: TemplateSheet) -> None:
        for index, column in enumerate(sheet.columns):
            width = max(10, 2 * len(column.label) + 4)
            table.set_column(index, index, width, self._formats[column.format])
            table.write_string(0, index, column.label, self._header)
            if column.sample:
                table.write_string(1, index, column.sample, self._sample)
        table.freeze_panes(1, 0)

    def _list(
        self, hidden: Worksheet, lists: dict[tuple[str, ...], str], options: tuple[str, ...]
    ) -> str:
        """Where the choices stand on the hidden sheet; the same ones stand there once."""
        if options not in lists:
            index = len(lists)
            for row, option in enumerate(options):
                hidden.write_string(row, index, option)
            letter = xl_col_to_name(index)
            lists[options] = f"={_HIDDEN}!${letter}$1:${letter}${len(options)}"
        return lists[options]


def _rule(column: TemplateColumn, source: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "list", "source": source, "ignore_blank": True}
    if column.allows_several:
        rule["show_error"] = False  # several of them, separated by 、, may be typed
    return rule
