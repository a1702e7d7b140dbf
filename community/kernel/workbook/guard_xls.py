"""The guard at the door of .xls: the records of the binary workbook, walked once.

Nothing is packed in such a file, but its last cell says how large the parser's grid becomes, and
its shared texts are copied at each use. [MS-CFB] and [MS-XLS] give the layout.
"""

import struct
from collections.abc import Iterator
from typing import Final

from community.kernel.workbook import limits
from community.kernel.workbook.limits import Findings

SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_END_OF_CHAIN: Final = 0xFFFFFFFA  # this and all above it are no sectors
_MINI_LIMIT: Final = 4096

_FORMULA: Final = 0x0006
_DATE_MODE: Final = 0x0022
_FILE_PASS: Final = 0x002F
_CONTINUE: Final = 0x003C
_BOUND_SHEET: Final = 0x0085
_MULTIPLE_RK: Final = 0x00BD
_SHARED_TEXTS: Final = 0x00FC
_SHARED_USE: Final = 0x00FD
_DIMENSIONS: Final = 0x0200
_BOOL_OR_ERROR: Final = 0x0205
_BEGIN: Final = 0x0809
_CELLS: Final = frozenset(
    {
        _FORMULA,
        _MULTIPLE_RK,
        _SHARED_USE,
        _BOOL_OR_ERROR,
        0x00D6,
        0x0203,
        0x0204,
        0x027E,
    }
)
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class _Container:
    """The streams of a compound file, by name."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise limits.damaged_file()
        self._sector = 1 << shift
        directory, mini_fat = struct.unpack_from("<I8xI", data, 48)
        self._fat = self._table(data)
        entries = b"".join(self._chain(directory))
        self._streams: dict[str, tuple[int, int]] = {}
        root = (_END_OF_CHAIN, 0)
        for offset in range(0, len(entries) - 127, 128):
            entry = entries[offset : offset + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            place = struct.unpack_from("<II", entry, 116)
            if kind == 5:
                root = place
            elif kind == 2:
                name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                self._streams.setdefault(name.lower(), place)
        self._mini_fat = self._numbers(b"".join(self._chain(mini_fat)))
        self._mini = b"".join(self._chain(root[0]))

    def _numbers(self, raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        return self._data[start : start + self._sector]

    def _table(self, data: bytes) -> tuple[int, ...]:
        """The allocation table, whose sectors are listed in the header and in a chain of lists."""
        sectors = [n for n in struct.unpack_from("<109I", data, 76) if n < _END_OF_CHAIN]
        (following,) = struct.unpack_from("<I", data, 68)
        most = len(data) // self._sector
        for _ in range(most):
            if following >= _END_OF_CHAIN:
                break
            listed = self._numbers(self._at(following))
            if not listed:
                raise limits.damaged_file()
            sectors += [n for n in listed[:-1] if n < _END_OF_CHAIN]
            following = listed[-1]
        if len(sectors) > most:
            raise limits.damaged_file()
        return self._numbers(b"".join(map(self._at, sectors)))

    def _chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self._fat)):
            if sector >= _END_OF_CHAIN:
                return
            if sector >= len(self._fat):
                raise limits.damaged_file()
            yield self._at(sector)
            sector = self._fat[sector]
        if sector < _END_OF_CHAIN:
            raise limits.damaged_file()  # the chain bites its tail

    def _mini_chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self._mini_fat)):
            if sector >= len(self._mini_fat):
                return
            yield self._mini[sector * 64 : sector * 64 + 64]
            sector = self._mini_fat[sector]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._streams

    def stream(self, name: str) -> bytes:
        start, size = self._streams[name.lower()]
        chain = self._mini_chain if size < _MINI_LIMIT else self._chain
        return b"".join(chain(start))[:size]


def _records(book: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Type, content and offset of every record: shared texts with what continues them."""
    offset = 0
    shared = False
    while offset + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, offset)
        shared = kind == _SHARED_TEXTS or (shared and kind == _CONTINUE)
        if shared or kind != _CONTINUE:
            yield kind, book[offset + 4 : offset + 4 + length], offset
        offset += 4 + length


def _text_lengths(blocks: list[bytes]) -> list[int]:
    """Characters of every shared text: the table and the records that continue it."""
    table = b"".join(blocks)
    seams = []
    offset = 0
    for block in blocks[:-1]:
        offset += len(block)
        seams.append(offset)
    lengths: list[int] = []
    offset = 8
    while offset + 3 <= len(table):
        length, flags = struct.unpack_from("<HB", table, offset)
        offset += 3
        extra = 0
        if flags & 0x08 and offset + 2 <= len(table):
            extra += 4 * int.from_bytes(table[offset : offset + 2], "little")
            offset += 2
        if flags & 0x04 and offset + 4 <= len(table):
            extra += int.from_bytes(table[offset : offset + 4], "little")
            offset += 4
        left = length
        width = 1 + (flags & 1)
        while seams and seams[0] <= offset:
            seams.pop(0)
        while seams and offset + left * width > seams[0]:
            left -= (seams[0] - offset) // width
            offset = seams.pop(0)
            width = 1 + (table[offset] & 1) if offset < len(table) else width
            offset += 1  # a continued text repeats its flags
        offset += left * width + extra
        lengths.append(length)
    return lengths


def _sheet_name(record: bytes) -> str:
    """The name in a sheet's entry: one or two bytes a character."""
    length, flags = record[6], record[7]
    if flags & 1:
        return record[8 : 8 + 2 * length].decode("utf-16-le", "replace")
    return record[8 : 8 + length].decode("latin-1")


def _check_dimensions(record: bytes) -> None:
    """Refuse what no such sheet can have: the parser would set memory aside for it."""
    if len(record) >= 14:
        _, last_row, _, last_column = struct.unpack_from("<IIHH", record)
        if last_row > 65_536 or last_column > 256:
            raise limits.damaged_file()


class _Book:
    """What the records say, one after the other."""

    def __init__(self) -> None:
        self.findings = Findings()
        self._names: dict[int, str] = {}  # offset of a sheet's first record → its name
        self._blocks: list[bytes] = []  # of the shared texts
        self._lengths: list[int] | None = None
        self._errors: dict[tuple[int, int], str] = {}
        self._rows = self._columns = self._cells = self._copied = 0

    def see(self, kind: int, record: bytes, offset: int) -> None:
        """Take note of one record, and refuse the file once it is too much."""
        if kind in _CELLS:
            self._see_cell(kind, record)
        elif kind == _DATE_MODE:
            self.findings.epoch_1904 = record[:1] == b"\x01"
        elif kind == _FILE_PASS:
            raise limits.encrypted_file()
        elif kind == _BOUND_SHEET and len(record) > 8:
            self._names[int.from_bytes(record[:4], "little")] = _sheet_name(record)
        elif kind in (_SHARED_TEXTS, _CONTINUE):
            self._blocks.append(record)
        elif kind == _DIMENSIONS:
            _check_dimensions(record)
        elif kind == _BEGIN:
            self._errors = self.findings.errors.setdefault(self._names.get(offset, ""), {})
            self._cells += self._rows * self._columns
            self._rows = self._columns = 0

    def _see_cell(self, kind: int, record: bytes) -> None:
        row, column = struct.unpack_from("<HH", record)
        last = column if kind != _MULTIPLE_RK else int.from_bytes(record[-2:], "little")
        self._rows, self._columns = (
            max(self._rows, row + 1),
            max(self._columns, last + 1),
        )
        if kind == _SHARED_USE:
            if self._lengths is None:
                self._lengths = _text_lengths(self._blocks)
            (text,) = struct.unpack_from("<I", record, 6)
            self._copied += 2 * self._lengths[text] if text < len(self._lengths) else 0
        elif kind == _BOOL_OR_ERROR and record[7]:
            self._errors[row, column] = _ERRORS.get(record[6], "#N/A")
        elif kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:
            self._errors[row, column] = _ERRORS.get(record[8], "#N/A")
        if (
            self._copied > limits.MAX_TEXT_BYTES
            or self._cells + self._rows * self._columns > limits.MAX_CELLS
        ):
            raise limits.too_large()


def check_xls(data: bytes) -> Findings:
    """Refuse a binary workbook that is encrypted, or that would overwhelm its parser."""
    try:
        container = _Container(data)
        if "EncryptedPackage" in container:
            raise limits.encrypted_file()
        name = next((name for name in ("Workbook", "Book") if name in container), None)
        if name is None:
            raise limits.unknown_file()
        stream = container.stream(name)
        book = _Book()
        for kind, record, offset in _records(stream):
            book.see(kind, record, offset)
    except (struct.error, IndexError):
        raise limits.damaged_file() from None
    return book.findings
