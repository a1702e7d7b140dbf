"""The guard at the door of .xlsx: the container is inflated once, in small pieces, and measured.

Headers lie, so sizes are those of what really comes out; and the parser's grid is as large as the
last cell says, so cells are measured too, however strangely their XML is written.
"""

import html
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from community.kernel.workbook import limits
from community.kernel.workbook.limits import Findings

_PIECE: Final = 2**16
_LONGEST_TAG: Final = 2**18
_NAMED_PARTS_BYTES: Final = 4 * 2**20  # workbook.xml and its relations, read whole

_DTD: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PREFIX: Final = re.compile(rb"<(\w+:)?worksheet[\s>]")
# A cell or row beyond column Z or row 99,999.
_FAR: Final = re.compile(rb"""r="[A-Za-z]{2,}\d|r="[A-Za-z]?\d{6}""")
_NEAR_CELLS: Final = 26 * 99_999
_SMALL_BYTES: Final = 2**20  # of a sheet that is measured exactly, for it costs nothing
_OF_A_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,7})0*(\d{1,9})["']"""
)
_REFERENCE: Final = re.compile(rb"""["']([A-Za-z]{1,7})0*(\d{1,9})["']""")
_LONG_NUMBER: Final = re.compile(rb"""["']0*(\d{6,9})["']""")
_ROW_OR_CELL: Final = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>")
_OWN_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,7})0*(\d{1,9})["']""")
_ODD_SHEET_BYTES: Final = 8 * 2**20  # XML as no office program writes it takes long to measure
_ERROR_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*(?<!/)>"""
    rb"""(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v[^>]*>([^<]*)""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*["']([^"']*)["']""")
_WORKBOOK: Final = re.compile(rb"<(?:\w+:)?workbook[\s>]")
_DATE_1904: Final = re.compile(
    rb"""<(?:\w+:)?workbookPr\s[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']""",
    re.IGNORECASE,
)
_SHARED_USE: Final = re.compile(rb"""<c\s[^>]*\bt="s"[^>]*><v>(\d{1,9})</v>""")
_SHARED_ITEM: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")


def parts_of(data: bytes) -> list[zipfile.ZipInfo]:
    """The directory of a zip container, when it is laid out as every office program does it.

    Raises `WorkbookError` for too many or overlapping parts, for sizes beyond reason, and for a
    layout on which two readers could disagree.
    """
    # A trailing comment or a 64-bit directory can hide a second directory behind the first.
    if data[-22:-18] != b"PK\x05\x06" or data[-42:-38] == b"PK\x06\x07":
        raise limits.damaged_file()
    parts = _directory(data)
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise limits.unsafe_file()
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise limits.unsafe_file()  # overlapping parts: one stream counted many times
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
        _check_part(part)
    if end > len(data):
        raise limits.damaged_file()
    if sum(part.file_size for part in parts) > limits.MAX_INFLATED_BYTES:
        raise limits.too_large()
    return parts


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    count, directory_bytes = struct.unpack("<HI", data[-12:-6])
    if count > limits.MAX_PARTS or directory_bytes > limits.MAX_PARTS * 512:
        raise limits.unsafe_file()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return container.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise limits.damaged_file() from None


def _check_part(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 0x1:
        raise limits.encrypted_file()
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise limits.damaged_file()
    if part.file_size > max(limits.RATIO_APPLIES_FROM, limits.MAX_RATIO * part.compress_size):
        raise limits.unsafe_file()


def _pieces(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part as it really unpacks, never more than it declares."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise limits.damaged_file()
    name_bytes, extra_bytes = struct.unpack("<HH", header[26:])
    start = part.header_offset + 30 + name_bytes + extra_bytes
    packed = memoryview(data)[start : start + part.compress_size]
    stored = part.compress_type == zipfile.ZIP_STORED
    left = part.file_size
    for piece in _cut(packed) if stored else _inflated(packed):
        left -= len(piece)
        if left < 0:
            raise limits.unsafe_file()  # the header lies
        yield piece
    if left:
        raise limits.damaged_file()


def _cut(packed: memoryview) -> Iterator[bytes]:
    for offset in range(0, len(packed), _PIECE):
        yield bytes(packed[offset : offset + _PIECE])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    try:
        # Fed in pieces too: what is not consumed is copied at every step.
        for piece in _cut(packed):
            pending = piece
            while pending and not inflater.eof:
                yield inflater.decompress(pending, _PIECE)
                pending = inflater.unconsumed_tail
        while not inflater.eof and (rest := inflater.decompress(b"", _PIECE)):
            yield rest
    except zlib.error:
        raise limits.damaged_file() from None
    if not inflater.eof:
        raise limits.damaged_file()


def _chunks(pieces: Iterator[bytes], cut_before: bytes = b"<") -> Iterator[bytes]:
    """The same bytes, cut where a tag begins: no tag is split, none is seen twice."""
    rest = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(cut_before)
        if cut <= 0 and len(rest) > _LONGEST_TAG:
            cut = len(rest)  # a picture; or a tag of a length that nobody writes
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _column(letters: bytes) -> int:
    """The column of a reference, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


@dataclass
class _Measure:
    """What one part holds for a parser that takes it for a sheet."""

    cells: int = 0
    shared_uses: int = 0
    odd: bool = False  # some cells do not begin with their reference
    far: bool = False
    errors: bool = False
    opening: bytes = b""

    def see(self, chunk: bytes) -> None:
        """Count one chunk; cheap, for this is done to every byte of every part."""
        if not self.opening:
            found = _PREFIX.search(chunk)
            self.opening = b'<%bc r="' % (found[1] or b"" if found else b"")
        cells = chunk.count(self.opening)
        if chunk.count(b"<c") + chunk.count(b":c") != cells:  # <col> and such; or odd cells
            all_cells = len(_CELL.findall(chunk))
            self.odd = self.odd or all_cells != cells
            cells = all_cells
        self.cells += cells
        self.far = self.far or _FAR.search(chunk) is not None
        self.shared_uses += chunk.count(b'"s"')
        self.errors = self.errors or b'"e"' in chunk
        if b"'" in chunk:
            self.shared_uses += chunk.count(b"'s'")
            self.errors = self.errors or b"'e'" in chunk


def _extent(data: bytes, part: zipfile.ZipInfo, cells: int) -> int:
    """Cells of the rectangle from A1 to the last column and the last row that a cell is in."""
    columns: set[bytes] = set()
    last_row = seen = 0
    for chunk in _chunks(_pieces(data, part)):
        if found := _OF_A_CELL.findall(chunk):
            letters, rows = map(set, zip(*found, strict=True))
            columns |= letters
            last_row = max(last_row, *map(int, rows))
            seen += len(found)
    if seen != cells:
        return _odd_extent(data, part)
    return last_row * max(map(_column, columns), default=0)


def _odd_extent(data: bytes, part: zipfile.ZipInfo) -> int:
    """The same where cells need not have a reference: they follow the one before them.

    Anything quoted that looks like a reference counts as well: XML has many spellings, and this
    must not miss one.
    """
    if part.file_size > _ODD_SHEET_BYTES:
        raise limits.too_large()
    last_row = last_column = row = column = 0
    for chunk in _chunks(_pieces(data, part)):
        for tag in _ROW_OR_CELL.finditer(chunk):
            own = _OWN_REFERENCE.search(tag[2])
            if tag[1] == b"row":
                row = int(own[2]) if own else row + 1
                column = 0
            elif own and own[1]:
                column = _column(own[1])
            else:
                column += 1
                last_column = max(last_column, column)
            last_row = max(last_row, row)
        for letters, digits in _REFERENCE.findall(chunk):
            last_column = max(last_column, _column(letters))
            last_row = max(last_row, int(digits))
        last_row = max([last_row, *map(int, _LONG_NUMBER.findall(chunk))])
    return last_row * last_column


def _shared_lengths(data: bytes, part: zipfile.ZipInfo) -> list[int]:
    """Length in bytes of every shared text, markup included."""
    starts: list[int] = []
    position = 0
    for chunk in _chunks(_pieces(data, part)):
        if b"<si" in chunk or b":si" in chunk:
            starts += [position + found.start() for found in _SHARED_ITEM.finditer(chunk)]
        position += len(chunk)
    return [end - start for start, end in pairwise([*starts, position])]


def _shared_bytes(data: bytes, sheet: zipfile.ZipInfo, uses: int, lengths: list[int]) -> int:
    """Bytes of the shared texts that the cells of a sheet hold: the parser copies each one."""
    counted: Counter[int] = Counter()
    for chunk in _chunks(_pieces(data, sheet), b"<c "):
        counted.update(map(int, _SHARED_USE.findall(chunk)))
    # A use that is written as no office program writes it may be one of the longest text.
    known = sum(lengths[i] * times for i, times in counted.items() if i < len(lengths))
    return known + max(uses - counted.total(), 0) * max(lengths, default=0)


def _error_cells(data: bytes, sheet: zipfile.ZipInfo) -> dict[tuple[int, int], str]:
    return {
        (int(row) - 1, _column(letters) - 1): shown.decode("utf-8", "replace")
        for chunk in _chunks(_pieces(data, sheet), b"<c ")
        for letters, row, shown in _ERROR_CELL.findall(chunk)
    }


def _tags(data: bytes, part: zipfile.ZipInfo | None, tag: str) -> list[dict[str, str]]:
    """The attributes of every tag of this name."""
    if part is None or part.file_size > _NAMED_PARTS_BYTES:
        return []
    xml = b"".join(_pieces(data, part)).decode("utf-8", "replace")
    return [
        {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(found)}
        for found in re.findall(rf"<(?:\w+:)?{tag}\s([^>]*)>", xml)
    ]


def _joined(folder: str, target: str) -> str:
    """The path of a part, from the target of a relation in a folder."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()


def _workbook_path(data: bytes, parts: dict[str, zipfile.ZipInfo]) -> str:
    """Where the container says that its workbook is; text documents and slides have none."""
    for relation in _tags(data, parts.get("_rels/.rels"), "Relationship"):
        if relation.get("Type", "").endswith("/officeDocument"):
            path = _joined("", relation.get("Target", ""))
            if path in parts and any(map(_WORKBOOK.search, _chunks(_pieces(data, parts[path])))):
                return path
    raise limits.unknown_file()


def _sheet_names(data: bytes, parts: dict[str, zipfile.ZipInfo], workbook: str) -> dict[str, str]:
    """Lower-case path of a sheet's part → the sheet's name."""
    folder, name = posixpath.split(workbook)
    relations = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    targets = {
        relation.get("Id"): _joined(folder, relation.get("Target", ""))
        for relation in _tags(data, relations, "Relationship")
    }
    return {
        targets.get(sheet.get("id"), ""): sheet.get("name", "")
        for sheet in _tags(data, parts[workbook], "sheet")
    }


def check_xlsx(data: bytes) -> Findings:
    """Refuse a container that would overwhelm a parser; cheap for one that is as it should be.

    Costs less than the parser itself, and a few pieces of 64 KiB of memory.
    """
    parts = {part.filename.lower(): part for part in parts_of(data)}
    workbook = _workbook_path(data, parts)
    measures = {path: _measure(data, path, part) for path, part in parts.items()}
    _check_shared_texts(data, parts, measures)
    _check_extents(data, parts, measures)
    findings = Findings(
        epoch_1904=any(map(_DATE_1904.search, _chunks(_pieces(data, parts[workbook]))))
    )
    faulty = [path for path, measure in measures.items() if measure.errors and measure.cells]
    names = _sheet_names(data, parts, workbook) if faulty else {}
    for path in faulty:
        if path in names:
            findings.errors[names[path]] = _error_cells(data, parts[path])
    return findings


def _measure(data: bytes, path: str, part: zipfile.ZipInfo) -> _Measure:
    measure = _Measure()
    for chunk in _chunks(_pieces(data, part)):
        if b"\0" in chunk and path.endswith((".xml", ".rels")):
            raise limits.damaged_file()  # UTF-16, in which nothing could be recognised
        # Entities that multiply; office programs write no DTD, but drawing programs do.
        if b"<!" in chunk and not path.endswith(".svg") and _DTD.search(chunk):
            raise limits.unsafe_file()
        measure.see(chunk)
    if measure.cells > limits.MAX_CELLS:
        raise limits.too_large()
    return measure


def _check_extents(
    data: bytes, parts: dict[str, zipfile.ZipInfo], measures: dict[str, _Measure]
) -> None:
    """Refuse sheets whose grids together would be too large."""
    sheets = {path: measure for path, measure in measures.items() if measure.cells}

    def exact(path: str) -> int:
        return _extent(data, parts[path], sheets[path].cells)

    rough = {
        path: exact(path)
        if measure.far or measure.odd or parts[path].file_size < _SMALL_BYTES
        else _NEAR_CELLS
        for path, measure in sheets.items()
    }
    if sum(rough.values()) > limits.MAX_CELLS and sum(map(exact, sheets)) > limits.MAX_CELLS:
        raise limits.too_large()


def _check_shared_texts(
    data: bytes, parts: dict[str, zipfile.ZipInfo], measures: dict[str, _Measure]
) -> None:
    """Refuse cells that together repeat more shared text than memory should hold.

    Which part holds the texts is for the parser to find: any part may.
    """
    uses = sum(measure.shared_uses for measure in measures.values())
    if uses * max(part.file_size for part in parts.values()) <= limits.MAX_TEXT_BYTES:
        return
    for part in parts.values():
        lengths = _shared_lengths(data, part)
        if uses * max(lengths, default=0) <= limits.MAX_TEXT_BYTES:
            continue
        total = sum(
            _shared_bytes(data, parts[path], measure.shared_uses, lengths)
            for path, measure in measures.items()
            if measure.shared_uses
        )
        if total > limits.MAX_TEXT_BYTES:
            raise limits.too_large()
