"""Lists as files: a workbook, or plain text with commas.

What people typed stays text: in a workbook it goes into text cells, so that no program takes it
for a formula; in a CSV file, which has no types, an apostrophe goes before what would begin one.
Numbers are numbers in both: −5 stays −5.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from community.kernel import clock
from community.kernel.i18n import gettext

Value = str | int | Decimal | date | datetime | None

_LONGEST_TEXT: Final = 32_767  # Excel's limit; its writer drops a longer text altogether
_LONGEST_NAME: Final = 31
# Beyond eleven digits a spreadsheet shows a number in scientific notation, beyond fifteen it
# loses some; a leading zero it drops at once.
_SPOILED_CODE: Final = re.compile(r"0\d+|\d{12,}")
# What begins a formula, in the wide forms too; blanks before it are skipped by some programs.
_FORMULA: Final = re.compile(r"\s*[=+\-@]|[\t\r\n]")
_LINE_BREAK: Final = re.compile("\r\n?")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIRST_EXCEL_DAY: Final = date(1900, 3, 1)  # before, Excel's calendar has a day that never was
_BLUE: Final = "#DCE9EF"
_GREY: Final = "#8A949B"


class CellType(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"  # digits that are no number: codes, phone numbers
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a file: its name as the reader sees it, and its width in characters of Latin
    script (a Chinese one takes two)."""

    label: str
    width: int = 14
    type: CellType = CellType.TEXT


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to be written: rows of as many values as there are headings.

    `about` says what the list is (which filter, as of when, who took it): in a workbook it
    stands on a second sheet, so that the first one is a clean table.
    """

    title: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]
    about: Sequence[tuple[str, str]] = ()


# --- workbooks --------------------------------------------------------------------------------

_FORMATS: Final[Mapping[CellType, Mapping[str, object]]] = {
    CellType.TEXT: {"text_wrap": True, "valign": "top"},
    CellType.CODE: {"num_format": "@", "valign": "top"},
    CellType.NUMBER: {"valign": "top"},
    CellType.DAY: {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    CellType.INSTANT: {"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"},
}


def write_xlsx(listing: Listing, file: BinaryIO) -> int:
    """Write a workbook row by row, in little memory; answers with the number of rows."""
    book = Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": listing.title, "created": clock.now().replace(tzinfo=None)})
    count = _write_table(book, listing)
    if listing.about:
        _write_about(book, listing)
    book.close()
    return count


def _write_table(book: Workbook, listing: Listing) -> int:
    sheet = book.add_worksheet(_sheet_name(listing.title))
    formats = {kind: book.add_format(dict(look)) for kind, look in _FORMATS.items()}
    header = book.add_format(
        {"bold": True, "bg_color": _BLUE, "bottom": 1, "bottom_color": _GREY, "text_wrap": True}
    )
    for column, heading in enumerate(listing.headings):
        sheet.set_column(column, column, heading.width, formats[heading.type])
        _write_text(sheet, 0, column, heading.label, header)
    writers = [_WRITERS[heading.type] for heading in listing.headings]
    looks = [formats[heading.type] for heading in listing.headings]
    count = 0
    for row in listing.rows:
        count += 1
        for column, value in enumerate(row):
            if value not in (None, ""):
                writers[column](sheet, count, column, value, looks[column])
    _prepare_for_reading(sheet, listing, count)
    return count


def _prepare_for_reading(sheet: Worksheet, listing: Listing, count: int) -> None:
    """The header stays in sight, can be filtered by, and comes again on each printed page."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(listing.headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")


def _write_about(book: Workbook, listing: Listing) -> None:
    sheet = book.add_worksheet(_sheet_name(gettext("About this list")))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22, bold)
    sheet.set_column(1, 1, 80, wrapped)
    for row, (name, text) in enumerate(listing.about):
        _write_text(sheet, row, 0, name, bold)
        _write_text(sheet, row, 1, text, wrapped)


def _write_text(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    text = _clean(str(value))
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - 1] + "…"
    sheet.write_string(row, column, text, look)


def _write_number(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    if isinstance(value, int | Decimal):
        sheet.write_number(row, column, value, look)
    else:
        _write_text(sheet, row, column, value, look)


def _write_moment(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    if isinstance(value, datetime):
        value = value.astimezone(clock.SHANGHAI).replace(tzinfo=None)
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(value, date) and isinstance(day, date) and day >= _FIRST_EXCEL_DAY:
        sheet.write_datetime(row, column, value, look)
    else:
        _write_text(sheet, row, column, value, look)


_WRITERS: Final[Mapping[CellType, Callable[[Worksheet, int, int, Any, Format], None]]] = {
    CellType.TEXT: _write_text,
    CellType.CODE: _write_text,
    CellType.NUMBER: _write_number,
    CellType.DAY: _write_moment,
    CellType.INSTANT: _write_moment,
}


def _sheet_name(title: str) -> str:
    """A name that Excel takes: no signs of references, no apostrophe at its ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:_LONGEST_NAME] or "1"


# --- plain text -------------------------------------------------------------------------------


def write_csv(listing: Listing, file: BinaryIO) -> int:
    """Write text in UTF-8 with the mark by which Excel and WPS know it; answers with the number
    of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    out = csv.writer(text)
    out.writerow([_csv_text(heading.label) for heading in listing.headings])
    types = [heading.type for heading in listing.headings]
    count = 0
    for row in listing.rows:
        out.writerow([_csv_cell(value, kind) for value, kind in zip(row, types, strict=True)])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_cell(value: Value, kind: CellType) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal) and kind is not CellType.CODE:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = _clean(str(value))
    if kind is CellType.CODE and _SPOILED_CODE.fullmatch(text):
        return f"\t{text}"  # not seen in a cell, and makes it one of text
    return _csv_text(text)


def _csv_text(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if _FORMULA.match(unicodedata.normalize("NFKC", text)) else text


def _clean(text: str) -> str:
    """The text with one kind of line break, and without what no file can hold."""
    return _CONTROL.sub("\ufffd", _LINE_BREAK.sub("\n", text))
