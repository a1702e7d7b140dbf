"""From a file's bytes to rows of cells, as the spreadsheet program shows them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

import python_calamine as calamine

from community.kernel.workbook import guard_xls, guard_xlsx, limits
from community.kernel.workbook.limits import Findings
from community.kernel.workbook.texts import Cell, ErrorCell

_ZIP: Final = b"PK\x03\x04"
_BINARY: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP: Final = re.compile(r"\s*<(?:[!?a-zA-Z])")
_DELIMITERS: Final = ",\t;"
_SAMPLE_ROWS: Final = 50
_MAX_MERGES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: first and last row and column, from 0, all included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the number that Excel shows, and its cells from column A on.

    `filled` are the columns whose cell comes from a merge that began further up.
    """

    number: int
    cells: Sequence[Cell]
    filled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet, its empty rows left out; the sheet of a CSV has no name."""

    file: str
    sheet: str
    rows: Sequence[RawRow]
    epoch_1904: bool = False
    merged: Sequence[Merge] = ()
    hidden: bool = False


def open_workbook(name: str, data: bytes) -> list[RawSheet]:
    """The sheets of an .xlsx, .xls or .csv, told apart by content; `name` is only passed on.

    Raises `WorkbookError` for anything that is not such a file, is damaged, encrypted or too
    large, before a parser sees it.
    """
    if len(data) > limits.MAX_FILE_BYTES:
        raise limits.too_large()
    if data.startswith(_ZIP):
        return _parsed(name, data, guard_xlsx.check_xlsx(data))
    if data.startswith(guard_xls.SIGNATURE):
        return _parsed(name, data, guard_xls.check_xls(data))
    return [_csv_sheet(name, data)]


def _parsed(name: str, data: bytes, findings: Findings) -> list[RawSheet]:
    try:
        return _sheets(name, data, findings)
    except calamine.PasswordError:
        raise limits.encrypted_file() from None
    except (calamine.CalamineError, OSError, ValueError):
        raise limits.damaged_file() from None
    except BaseException as error:
        # The parser's own panics do not derive from Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise limits.damaged_file() from None


def _sheets(name: str, data: bytes, findings: Findings) -> list[RawSheet]:
    sheets: list[RawSheet] = []
    with calamine.load_workbook(io.BytesIO(data)) as workbook:
        for index, meta in enumerate(workbook.sheets_metadata):
            if meta.typ is not calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_index(index)
            # The library's rows are lists of exactly these types, except for errors, put in below.
            grid = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
            for (row, column), shown in findings.errors.get(meta.name, {}).items():
                if row < len(grid) and column < len(grid[row]):
                    grid[row][column] = ErrorCell(shown)
            merged = [
                Merge(top, left, bottom, right)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            ]
            sheets.append(
                RawSheet(
                    file=name,
                    sheet=meta.name,
                    rows=_filled_rows(grid, merged),
                    epoch_1904=findings.epoch_1904,
                    merged=merged,
                    hidden=meta.visible is not calamine.SheetVisibleEnum.Visible,
                )
            )
    return sheets


def _filled_rows(grid: list[list[Cell]], merged: Sequence[Merge]) -> list[RawRow]:
    """The rows that hold something, vertical merges filled down.

    A row that would hold nothing but what is merged into it stays empty.
    """
    if len(merged) > _MAX_MERGES:
        raise limits.too_large()
    filled: dict[int, set[int]] = {}
    steps = 0
    empty = {number for number, cells in enumerate(grid) if not any(cell != "" for cell in cells)}
    for merge in merged:
        bottom = min(merge.bottom, len(grid) - 1)
        if bottom <= merge.top or merge.left >= len(grid[merge.top]):
            continue
        steps += bottom - merge.top
        if steps > limits.MAX_CELLS:  # merges on top of each other
            raise limits.damaged_file()
        value = grid[merge.top][merge.left]
        for number in range(merge.top + 1, bottom + 1):
            if value != "" and number not in empty and grid[number][merge.left] == "":
                grid[number][merge.left] = value
                filled.setdefault(number, set()).add(merge.left)
    return [
        RawRow(number + 1, cells, frozenset(filled.get(number, ())))
        for number, cells in enumerate(grid)
        if number not in empty
    ]


# ---------------------------------------------------------------------------- csv


def _csv_sheet(name: str, data: bytes) -> RawSheet:
    content = _decoded(data)
    if _BINARY.search(content) or _MARKUP.match(content):
        raise limits.unknown_file()  # a picture, a PDF; or a web page that calls itself .xls
    if not content.strip():
        raise limits.unknown_file()
    sample = io.StringIO(content, newline="")
    delimiter = max(_DELIMITERS, key=lambda mark: _evenness(sample, mark))
    rows: list[RawRow] = []
    cells = 0
    try:
        records = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        for number, record in enumerate(records, 1):
            cells += len(record)
            if cells > limits.MAX_CELLS:
                raise limits.too_large()
            if any(record):
                rows.append(RawRow(number, record))
    except csv.Error:
        raise limits.damaged_file() from None  # a quotation mark without its partner
    return RawSheet(file=name, sheet="", rows=rows)


def _decoded(data: bytes) -> str:
    """The text, in the encoding that its first bytes or else all of them allow."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Iterable[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise limits.unknown_file()


def _evenness(sample: io.StringIO, delimiter: str) -> tuple[int, int]:
    """How many of the first rows this delimiter cuts into equally many cells, and how many."""
    sample.seek(0)
    try:
        records = islice(csv.reader(sample, delimiter=delimiter), _SAMPLE_ROWS)
        widths = Counter(len(record) for record in records if len(record) > 1)
    except csv.Error:
        return 0, 0
    return max(((rows, width) for width, rows in widths.items()), default=(0, 0))
