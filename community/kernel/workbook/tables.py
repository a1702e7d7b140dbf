"""Which table a sheet holds: the header decides, never the name of the sheet or the file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Final

from community.kernel.workbook.reading import RawRow, RawSheet
from community.kernel.workbook.texts import Cell, ErrorCell, fold, is_blank, shown

# Words with which a row begins that is no data: totals, signatures, examples.
_NO_DATA: Final = ("合计", "小计", "总计", "填表人", "审核人", "示例", "样例")
_TRAILING_BRACKET: Final = re.compile(r"\(([^()]*)\)[^\w(]*$")
# A unit that changes the number: a column of 金额(万元) is not one of 金额.
_OTHER_SCALE: Final = re.compile(r"[百千万亿]|分钟|小时")
_BRACKETS: Final = str.maketrans("[]{}【】〔〕〖〗「」", "()()()()()()")
_HEADER_ROWS: Final = 100  # a header further down is not looked for
_LEAST_COLUMNS: Final = 4  # of a header that lacks a distinctive column


@dataclass(frozen=True)
class Column:
    """A column by its key, with every name that it goes by.

    `fills` names the keys of two date columns for which this one stands, as 有效期 does.
    """

    key: str
    names: tuple[str, ...]
    required_header: bool = False
    fills: tuple[str, str] | None = None


@dataclass(frozen=True)
class SheetColumns:
    """The columns of one kind of table, and the keys that together tell it from the others."""

    columns: tuple[Column, ...]
    distinctive: frozenset[str]

    @cached_property
    def by_header(self) -> Mapping[str, str]:
        """Normalised header → key of the column."""
        return {
            spelling: column.key
            for column in self.columns
            for written in reversed(column.names)
            for spelling in reversed(_spellings(written))
        }


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of data; `number` is the one that Excel shows."""

    number: int
    cells: Sequence[Cell]
    columns: Mapping[str, int]

    def __contains__(self, key: str) -> bool:
        return key in self.columns

    def cell(self, key: str) -> Cell:
        """The cell in the column of this key; empty when the sheet has no such column."""
        index = self.columns.get(key)
        return "" if index is None or index >= len(self.cells) else self.cells[index]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet: its kind, where its columns are, and its rows of data.

    `missing` are the names of required columns that the header lacks, `unknown` its texts that
    no column goes by, `skipped_rows` those of totals, signatures and examples.
    """

    sheet: RawSheet
    kind: str
    header_row: int
    columns: Mapping[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[TableRow, ...]
    skipped_rows: tuple[RawRow, ...]
    _stand_ins: Mapping[str, str]

    @property
    def skipped(self) -> int:
        """How many rows are no data."""
        return len(self.skipped_rows)

    @property
    def headers(self) -> tuple[str, ...]:
        """The texts of the header, from column A on."""
        at = next(row for row in self.sheet.rows if row.number == self.header_row)
        return tuple(_label(cell) for cell in at.cells)

    def letter(self, key: str) -> str | None:
        """The letter of a column, or of the range column that stands for it."""
        index = self.columns.get(key, self.columns.get(self._stand_ins.get(key, "")))
        return None if index is None else column_letter(index)


def column_letter(index: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _letters_only(value: str) -> str:
    return "".join(filter(str.isalnum, value))


@lru_cache(maxsize=4096)
def _spellings(header: str) -> tuple[str, ...]:
    """What a header may be known by: itself, and itself without a unit or note in brackets."""
    plain = fold(header).translate(_BRACKETS)
    whole = _letters_only(plain)
    note = _TRAILING_BRACKET.search(plain)
    if note is None or _OTHER_SCALE.search(note[1]):
        return (whole,)
    return (whole, _letters_only(plain[: note.start()]))


def _label(cell: Cell) -> str:
    return "" if isinstance(cell, ErrorCell) or is_blank(cell) else shown(cell)


@dataclass(frozen=True)
class _Header:
    """A row (or two) read as the header of one kind."""

    kind: str
    row: int  # index of its last row among the rows of the sheet
    columns: Mapping[str, int]
    complete: bool  # every distinctive column is there

    @property
    def rank(self) -> tuple[bool, int]:
        return self.complete, len(self.columns)


def _known(labels: Iterable[tuple[str, str]], known: set[str]) -> dict[int, list[str]]:
    """By column, what a label, with the title of the group above it, may be known by."""
    found = {}
    for index, (above, own) in enumerate(labels):
        # 接收校 over 确认人 is the column 接收校确认人, before it is any 确认人.
        names = (_spellings(above + own) if above and own else ()) + _spellings(own)
        if fitting := [name for name in names if name in known]:
            found[index] = fitting
    return found


def _read_header(
    kind: str, described: SheetColumns, row: int, labels: Mapping[int, Sequence[str]]
) -> _Header | None:
    """What the labels of a row may be known by, as a header of this kind."""
    columns: dict[str, int] = {}
    for index, spellings in labels.items():
        for spelling in spellings:
            key = described.by_header.get(spelling)
            if key is not None:
                columns.setdefault(key, index)
                break
    present = set(columns)
    for column in described.columns:
        if column.fills and column.key in columns:
            present.update(column.fills)
    complete = described.distinctive <= present
    enough = max(_LEAST_COLUMNS, len(described.columns) // 2)
    if not columns or not (complete or len(columns) >= enough):
        return None
    return _Header(kind, row, columns, complete)


def _groups(sheet: RawSheet, row: RawRow, width: int) -> list[str]:
    """The texts of a row, those of horizontal merges spread over their columns."""
    texts = [_label(cell) for cell in row.cells] + [""] * (width - len(row.cells))
    width = len(texts)
    for merge in sheet.merged:
        if merge.top == row.number - 1 and merge.right > merge.left:
            for column in range(merge.left + 1, min(merge.right + 1, width)):
                texts[column] = texts[merge.left]
    return texts


def _headers(sheet: RawSheet, kinds: Mapping[str, SheetColumns]) -> Iterator[_Header]:
    """Every reading of the first rows as a header, of one row or of two."""
    known = {spelling for described in kinds.values() for spelling in described.by_header}
    for index, row in enumerate(sheet.rows[:_HEADER_ROWS]):
        own = [_label(cell) for cell in row.cells]
        readings = [[("", label) for label in own]]
        if index and (above := sheet.rows[index - 1]).number == row.number - 1:
            titles = _groups(sheet, above, len(own))
            readings.append(
                [
                    (title if title != label else "", label) if label else ("", title)
                    for title, label in zip_longest(titles, own, fillvalue="")
                ]
            )
        for labels in filter(None, (_known(reading, known) for reading in readings)):
            for kind, described in kinds.items():
                header = _read_header(kind, described, index, labels)
                if header is not None:
                    yield header


def find_table(sheet: RawSheet, kinds: Mapping[str, SheetColumns]) -> Table | None:
    """The table of a sheet, or None when no row looks like a header of these kinds.

    The reading that explains most columns wins; among equals the first.
    """
    header = max(_headers(sheet, kinds), key=lambda found: found.rank, default=None)
    if header is None:
        return None
    described = kinds[header.kind]
    stand_ins = {
        key: column.key
        for column in described.columns
        if column.fills and column.key in header.columns
        for key in column.fills
    }
    at = sheet.rows[header.row]
    rows, skipped = _data_rows(sheet.rows[header.row + 1 :], at, header)
    taken = set(header.columns.values())
    return Table(
        sheet=sheet,
        kind=header.kind,
        header_row=at.number,
        columns=header.columns,
        missing=tuple(
            column.names[0]
            for column in described.columns
            if column.required_header
            and column.key not in header.columns
            and column.key not in stand_ins
        ),
        unknown=tuple(
            _label(cell)
            for index, cell in enumerate(at.cells)
            if index not in taken and _label(cell)
        ),
        rows=tuple(rows),
        skipped_rows=tuple(skipped),
        _stand_ins=stand_ins,
    )


def _data_rows(
    rows: Sequence[RawRow], at: RawRow, header: _Header
) -> tuple[list[TableRow], list[RawRow]]:
    """The rows of data, and those that are skipped as totals, signatures or examples."""
    data: list[TableRow] = []
    skipped: list[RawRow] = []
    titles = {index: fold(_label(at.cells[index])) for index in header.columns.values()}
    for row in rows:
        first = next(
            (
                cell
                for index, cell in enumerate(row.cells)
                if index not in row.filled and not is_blank(cell)
            ),
            None,
        )
        if first is None:
            continue
        if isinstance(first, str) and _begins_no_data(first):
            skipped.append(row)
        elif not _repeats(row, titles):
            data.append(TableRow(row.number, row.cells, header.columns))
    return data, skipped


def _begins_no_data(first: str) -> bool:
    return _letters_only(unicodedata.normalize("NFKC", first)).startswith(_NO_DATA)


def _repeats(row: RawRow, titles: Mapping[int, str]) -> bool:
    """Whether this is the header once more, as on every printed page."""
    return all(
        index < len(row.cells) and fold(_label(row.cells[index])) == title
        for index, title in titles.items()
        if title
    )
