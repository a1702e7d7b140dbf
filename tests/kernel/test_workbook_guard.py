"""The door: what would overwhelm a parser is refused before one sees it, cheaply."""

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
import python_calamine
import xlwt

from community.kernel import workbook
from community.kernel.workbook import Cell, WorkbookError, guard_xlsx, limits

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f"<workbook {NAMESPACE} xmlns:r="
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return buffer.getvalue()


def workbook_of(rows: str, *, sheet_data: str = "sheetData", **more: str | bytes) -> bytes:
    sheet = f"<worksheet {NAMESPACE}><{sheet_data}>{rows}</{sheet_data}></worksheet>"
    named = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in more.items()}
    return packed({**PARTS, SHEET: sheet, **named})


def inline(reference: str, value: str = "甲") -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def zeros() -> bytes:
    return packed({**PARTS, SHEET: bytes(200 * 2**20)})


def blanks_that_lie() -> bytes:
    """100 MB of spaces in a sheet that declares a thousand bytes."""
    size = 100 * 2**20
    honest = packed({**PARTS, SHEET: b" " * size})
    return honest.replace(struct.pack("<I", size), struct.pack("<I", 1000))


def shared_text_everywhere() -> bytes:
    """One long text, used by so many cells that the parser would copy it to gigabytes."""
    cells = '<c t="s" r="A{0}"><v>0</v></c>'
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(1, 40_001))
    text = f"<sst {NAMESPACE}><si><t>{'长' * 32_000}</t></si></sst>"
    return workbook_of(rows, xl__sharedStrings_xml=text)


def shared_text_in_odd_spelling() -> bytes:
    cells = "<c r='A{0}' t='s'><v> 0 </v></c>"
    rows = "".join(f"<row r='{n}'>{cells.format(n)}</row>" for n in range(1, 40_001))
    text = f"<sst {NAMESPACE}><si><t>{'长' * 32_000}</t></si></sst>"
    return workbook_of(rows, xl__sharedStrings_xml=text)


def overlapping() -> bytes:
    data = bytearray(packed({**PARTS, SHEET: "<worksheet/>", "xl/a.xml": b"x" * 1000}))
    first, second = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def entities() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    rows = f'<row r="1">{inline("A1", "&a11;")}</row>'
    sheet = (
        f"<!DOCTYPE x [{lines}]><worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"
    )
    return packed({**PARTS, SHEET: sheet})


def old_far_cell() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "x")
    sheet.write(65_535, 255, "x")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def old_wrong_dimensions() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    buffer = io.BytesIO()
    book.save(buffer)
    data = bytearray(buffer.getvalue())
    at = data.index(b"\x00\x02\x0e\x00") + 4
    data[at : at + 12] = struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF)
    return bytes(data)


def old_shared_text_everywhere() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for row in range(12_000):
        sheet.write(row, 0, "长" * 32_000)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


FAR = f'<row r="1">{inline("A1")}</row>'
BOMBS: list[tuple[Callable[[], bytes], str, str]] = [
    (zeros, "unsafe_file", "200 MB of zeros, honestly declared"),
    (blanks_that_lie, "unsafe_file", "100 MB that declare 1,000 bytes"),
    (shared_text_everywhere, "too_large", "one text at 40,000 places"),
    (shared_text_in_odd_spelling, "too_large", "the same, spelled so that it is not counted"),
    (overlapping, "unsafe_file", "one stream listed twice"),
    (entities, "unsafe_file", "entities that multiply"),
    (old_far_cell, "too_large", "an .xls whose two cells span 16 million"),
    (old_wrong_dimensions, "damaged_file", "an .xls that announces 281 million million cells"),
    (old_shared_text_everywhere, "too_large", "an .xls with one text at 12,000 places"),
    (
        lambda: workbook_of(f'{FAR}<row r="1048576">{inline("XFD1048576")}</row>'),
        "too_large",
        "two cells that span 17 thousand million",
    ),
    (
        lambda: workbook_of(
            f"{FAR}<row r = '1048576' ><c  t='str'  r = 'XFD1048576'><v>x</v></c></row>"
        ),
        "too_large",
        "the same in another spelling",
    ),
    (
        lambda: workbook_of(f'{FAR}<row r="1048576"><c/><c/><c/><c/><c/><c/><c/></row>'),
        "too_large",
        "cells without a reference of their own, far down",
    ),
    (
        lambda: workbook_of(
            f'<row r="1">{"<c><v>1</v></c>" * 16_384}</row><row r="99999">{inline("A99999")}</row>'
        ),
        "too_large",
        "cells without a reference of their own, far to the right",
    ),
    (
        lambda: packed(
            {**PARTS, SHEET: "<worksheet/>"}
            | {f"xl/worksheets/{n}.xml": "<x/>" for n in range(2_500)}
        ),
        "unsafe_file",
        "thousands of parts",
    ),
]

MEASURE = """
import resource, sys, time
from pathlib import Path
from community.kernel import workbook
for path in sys.argv[1:]:
    data = Path(path).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    try:
        workbook.open_workbook("a.xlsx", data)
        code = "accepted"
    except workbook.WorkbookError as refused:
        code = refused.code
    seconds = time.process_time() - begun
    print(code, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The bombs as files, in the order of `BOMBS`."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = []
    for number, (bomb, _, _) in enumerate(BOMBS):
        paths.append(folder / str(number))
        paths[-1].write_bytes(bomb())
    return paths


def test_bombs_are_refused(bombs: list[Path]) -> None:
    for path, (_, code, why) in zip(bombs, BOMBS, strict=True):
        data = path.read_bytes()
        assert len(data) < 600_000, f"a bomb is small: {why}"
        with pytest.raises(WorkbookError) as refused:
            workbook.open_workbook("a.xlsx", data)
        assert refused.value.code == code, why


def test_bombs_are_refused_quickly_and_without_growing(bombs: list[Path]) -> None:
    # A process of its own: what the parsers allocate is not seen by tracemalloc.
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, bombs)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for (_, code, why), line in zip(BOMBS, measured, strict=True):
        said, seconds, grown = line.split()
        assert said == code, why
        assert float(seconds) <= 0.5, f"CPU seconds: {why}"
        assert int(grown) < 32 * 1024, f"KiB that the process grew: {why}"


def with_two_parts_of_one_name() -> bytes:
    return packed({**PARTS, SHEET: "<worksheet/>", "xl/WORKSHEETS/sheet1.xml": "<worksheet/>"})


def with_a_comment() -> bytes:
    buffer = io.BytesIO(packed({**PARTS, SHEET: "<worksheet/>"}))
    with zipfile.ZipFile(buffer, "a") as container:
        container.comment = b"a comment"
    return buffer.getvalue()


def with_password() -> bytes:
    data = bytearray(packed({**PARTS, SHEET: "<worksheet/>"}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    return bytes(data)


def with_a_rare_compression() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as container:
        container.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def with_a_broken_directory() -> bytes:
    data = packed({**PARTS, SHEET: "<worksheet/>"})
    return data.replace(b"PK\x01\x02", b"PK\x01\x07", 1)


def with_a_broken_stream() -> bytes:
    data = bytearray(packed({**PARTS, SHEET: "<worksheet>" + "x" * 500 + "</worksheet>"}))
    start = data.index(SHEET.encode()) + len(SHEET)
    data[start : start + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


ODD: list[tuple[Callable[[], bytes], str, str]] = [
    (with_two_parts_of_one_name, "unsafe_file", "which of the two would be read?"),
    (with_a_comment, "damaged_file", "a directory may hide behind a comment"),
    (with_password, "encrypted_file", "a zip with a password"),
    (with_a_rare_compression, "damaged_file", "no office program packs so"),
    (with_a_broken_directory, "damaged_file", "a directory that cannot be read"),
    (with_a_broken_stream, "damaged_file", "a stream that does not unpack"),
    (
        lambda: packed(
            {
                "_rels/.rels": PARTS["_rels/.rels"].replace("xl/workbook", "word/document"),
                "word/document.xml": "<w:document/>",
            }
        ),
        "unknown_file",
        "a text document",
    ),
    (lambda: packed({"a.csv": "a,b"}), "unknown_file", "a table in an archive"),
    (lambda: workbook_of("")[:-30], "damaged_file", "cut off"),
    (lambda: packed({**PARTS, SHEET: "<worksheet/>".encode("utf-16")}), "damaged_file", "UTF-16"),
    (lambda: packed({**PARTS, SHEET: "<worksheet"}), "damaged_file", "XML that ends too early"),
]


@pytest.mark.parametrize(("odd", "code", "why"), ODD)
def test_odd_containers_are_refused(odd: Callable[[], bytes], code: str, why: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        workbook.open_workbook("a.xlsx", odd())
    assert refused.value.code == code, why


GOOD: list[tuple[str, list[list[Cell]], str]] = [
    (f'<row r="1">{inline("A1")}{inline("C1")}</row>', [["甲", "", "甲"]], "as always"),
    ("<row><c><v>1</v></c><c><v>2</v></c></row>", [[1.0, 2.0]], "cells without references"),
    (f"<row r='1'>{inline('A1')}</row>".replace('"', "'"), [["甲"]], "single quotes"),
    (f'<row r="1">{inline("ZZ1")}</row>', [[*[""] * 701, "甲"]], "a wide sheet"),
    (f'<row r="200000">{inline("A200000")}</row>', [["甲"]], "a deep sheet"),
    (
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
        [[workbook.ErrorCell("#DIV/0!")]],
        "an error",
    ),
]


@pytest.mark.parametrize(("rows", "cells", "why"), GOOD)
def test_unusual_spellings_are_read(rows: str, cells: list[list[Cell]], why: str) -> None:
    (sheet,) = workbook.open_workbook("a.xlsx", workbook_of(rows))
    assert [list(row.cells) for row in sheet.rows] == cells, why


def test_a_prefix_in_the_xml_is_read() -> None:
    rows = f'<row r="1">{inline("A1")}{inline("AB1")}</row>'.replace("</", "</x:")
    rows = rows.replace("<", "<x:").replace("<x:/x:", "</x:")
    sheet = (
        f"<x:worksheet {NAMESPACE.replace('xmlns', 'xmlns:x')}>"
        f"<x:sheetData>{rows}</x:sheetData></x:worksheet>"
    )
    (read,) = workbook.open_workbook("a.xlsx", packed({**PARTS, SHEET: sheet}))
    assert [list(row.cells) for row in read.rows] == [["甲", *[""] * 26, "甲"]]


def test_a_large_honest_ledger_passes_at_less_than_its_reading_costs() -> None:
    texts = "".join(f"<si><t>文字{n}</t></si>" for n in range(5_000))
    cells = "".join(
        f'<c r="{letter}{{0}}" s="1" t="s"><v>{n * 300}</v></c>'
        if n < 12
        else f'<c r="{letter}{{0}}"><v>{n}</v></c>'
        for n, letter in enumerate("ABCDEFGHIJKLMNOP")
    )
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(1, 50_001))
    data = workbook_of(rows, xl__sharedStrings_xml=f"<sst {NAMESPACE}>{texts}</sst>")
    begun = time.process_time()
    guard_xlsx.check_xlsx(data)
    guarded = time.process_time() - begun
    begun = time.process_time()
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        assert len(book.get_sheet_by_index(0).to_python()) == 50_000
    assert guarded <= max(1.0, 1.5 * (time.process_time() - begun))


def test_a_file_beyond_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(WorkbookError) as refused:
        workbook.open_workbook("a.csv", b"a" * (50 * 2**20 + 1))
    assert refused.value.code == "too_large"


LEDGER = workbook_of(
    f'<row r="1">{inline("A1")}{inline("B1")}</row><row r="2">{inline("B2")}</row>'
)
LIMITS: list[tuple[ModuleType, str, int, bytes, str]] = [
    (limits, "MAX_INFLATED_BYTES", 1_000, LEDGER, "all parts together"),
    (limits, "MAX_CELLS", 1, LEDGER, "cells of one part"),
    (limits, "MAX_CELLS", 3, LEDGER, "the rectangle around the cells"),
    (limits, "MAX_CELLS", 3, "a,b\nc,d\n".encode("utf-16"), "cells of a CSV"),
    (limits, "MAX_FILE_BYTES", 10, LEDGER, "the file as it is"),
    (guard_xlsx, "_ODD_SHEET_BYTES", 10, workbook_of("<row><c/></row>"), "odd spellings"),
]


@pytest.mark.parametrize(("module", "limit", "value", "data", "why"), LIMITS)
def test_every_limit_is_kept(
    module: ModuleType,
    limit: str,
    value: int,
    data: bytes,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert workbook.open_workbook("a", data), "within the limit it is read"
    monkeypatch.setattr(module, limit, value)
    with pytest.raises(WorkbookError) as refused:
        workbook.open_workbook("a", data)
    assert refused.value.code == "too_large", why


def test_pictures_and_parts_that_are_not_packed_do_no_harm() -> None:
    buffer = io.BytesIO(LEDGER)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as container:
        container.writestr("xl/media/image1.png", bytes(range(48)) * 20_000)
        container.writestr("xl/media/image2.svg", "<!DOCTYPE svg><svg/>")
    (sheet,) = workbook.open_workbook("a.xlsx", buffer.getvalue())
    assert len(sheet.rows) == 2
