"""From bytes to rows, in every form in which a school may send its table."""

import csv
import datetime as dt
import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel import workbook
from community.kernel.workbook import Cell, ErrorCell, RawSheet, WorkbookError, limits

ROWS: list[list[str]] = [["共同体编号", "日期", "备注"], ["JD-01", "2024.9.3", "甲,乙"]]


def written_xlsx(write: Callable[[xlsxwriter.Workbook], object], **options: bool) -> bytes:
    """An .xlsx with what `write` puts into it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        write(book)
    return buffer.getvalue()


def written_xls(write: Callable[[xlwt.Workbook], object], *, epoch_1904: bool = False) -> bytes:
    """An .xls with what `write` puts into it."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch_1904
    write(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def written_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def cells_of(sheet: RawSheet) -> list[list[Cell]]:
    return [list(row.cells) for row in sheet.rows]


# ---------------------------------------------------------------------------- csv


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_csv_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    data = (mark + written_csv(ROWS, delimiter)).encode(encoding)
    (sheet,) = workbook.open_workbook("台账.csv", data)
    assert (sheet.file, sheet.sheet) == ("台账.csv", "")
    assert cells_of(sheet) == ROWS


def test_csv_keeps_characters_of_names_that_gbk_lacks() -> None:
    (sheet,) = workbook.open_workbook("a.csv", "玉滘,鲘溪,輋,𬭚\n1,2,3,4\n".encode("gb18030"))
    assert sheet.rows[0].cells == ["玉滘", "鲘溪", "輋", "𬭚"]


def test_csv_rows_are_numbered_as_excel_numbers_them() -> None:
    data = '标题\r\n\r\n,,\r\n编号,备注\r\nJD-01,"两\r\n行"\r\nJD-02,\r\n'.encode()
    (sheet,) = workbook.open_workbook("a.csv", data)
    assert [row.number for row in sheet.rows] == [1, 4, 5, 6]
    assert sheet.rows[2].cells == ["JD-01", "两\r\n行"]


def test_csv_delimiter_is_the_one_outside_quotation_marks() -> None:
    data = '编号;学校\nJD-01;"甲,乙,丙,丁"\nJD-02;"戊,己,庚"\n'.encode()
    (sheet,) = workbook.open_workbook("a.csv", data)
    assert sheet.rows[1].cells == ["JD-01", "甲,乙,丙,丁"]


# ---------------------------------------------------------------------------- xlsx and xls


def _cells_xlsx(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("共享教学")
    sheet.write_datetime(2, 1, dt.datetime.fromisoformat("2025-09-01"), day)
    sheet.write_datetime(2, 2, dt.datetime.fromisoformat("2025-09-01 10:30"), day)
    sheet.write_datetime(2, 3, dt.time(8, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_number(2, 4, 2)
    sheet.write_boolean(2, 5, True)
    sheet.write_formula(2, 6, "=1+1", None, 2)
    sheet.write_formula(2, 7, '="甲"', None, "甲")
    sheet.write_formula(2, 8, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 9, "=NA()", None, "#N/A")
    sheet.write_string(2, 10, "3144990001")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_string(5, 0, "尾")


def test_xlsx_cells_arrive_as_excel_holds_them() -> None:
    (sheet,) = workbook.open_workbook("a.xlsx", written_xlsx(_cells_xlsx))
    assert [row.number for row in sheet.rows] == [3, 6]
    assert list(sheet.rows[0].cells) == [
        "",
        dt.date(2025, 9, 1),
        dt.datetime.fromisoformat("2025-09-01 10:30"),
        dt.time(8, 30),
        2.0,
        True,
        2.0,
        "甲",
        ErrorCell("#DIV/0!"),
        ErrorCell("#N/A"),
        "3144990001",
    ]
    assert not sheet.epoch_1904


def test_xls_cells_arrive_as_excel_holds_them() -> None:
    def write(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("走教")
        day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
        sheet.write(2, 1, dt.date(2025, 9, 1), day)
        sheet.write(2, 2, 45901)
        sheet.write(2, 3, "张三")
        sheet.write(2, 4, True)
        sheet.row(2).set_cell_error(5, 0x2A)
        sheet.row(2).hidden = True
        book.add_sheet("填表说明").write(0, 0, "说明")

    sheets = workbook.open_workbook("旧.xls", written_xls(write))
    assert [(sheet.sheet, len(sheet.rows)) for sheet in sheets] == [("走教", 1), ("填表说明", 1)]
    (row,) = sheets[0].rows
    assert row.number == 3
    assert list(row.cells) == ["", dt.date(2025, 9, 1), 45901, "张三", True, ErrorCell("#N/A")]


def test_xls_of_many_texts_is_measured_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{row}{'长x'[row % 2] * (row % 290)}" for row in range(900)]

    def write(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("表")
        for row, text in enumerate(texts):
            if row % 3:
                sheet.write(row, 0, text)
            else:
                sheet.write_rich_text(row, 0, [(text[:1], xlwt.easyfont("bold on")), text[1:]])

    data = written_xls(write)
    (sheet,) = workbook.open_workbook("a.xls", data)
    assert [row.cells[0] for row in sheet.rows] == texts
    # Two bytes for every character are its measure: one byte less than needed is refused.
    monkeypatch.setattr(limits, "MAX_TEXT_BYTES", 2 * sum(map(len, texts)))
    assert workbook.open_workbook("a.xls", data)
    monkeypatch.setattr(limits, "MAX_TEXT_BYTES", 2 * sum(map(len, texts)) - 1)
    with pytest.raises(WorkbookError):
        workbook.open_workbook("a.xls", data)


def test_xls_of_many_megabytes_is_read_through_its_longer_tables() -> None:
    def write(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("表")
        for row in range(130):
            sheet.write(row, 0, f"{row}" + "长" * 30_000)

    data = written_xls(write, epoch_1904=True)
    assert len(data) > 7 * 2**20, "more sectors than the header can list"
    (sheet,) = workbook.open_workbook("a.xls", data)
    assert [len(str(row.cells[0])) for row in sheet.rows][:11] == [30_001] * 10 + [30_002]
    assert sheet.epoch_1904


def small_compound_file(book: bytes) -> bytes:
    """A compound file whose only stream is short enough for the sectors of 64 bytes."""
    units = -(-len(book) // 64)
    sectors = -(-units // 8)
    end, fat_sector = 0xFFFFFFFE, 0xFFFFFFFD
    # 0 allocation, 1 directory, 2 allocation of the short sectors, 3… their content
    fat = [fat_sector, end, end, *range(4, 3 + sectors), end]
    short = [*range(1, units), end]

    def entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBB3I", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<3I", start, size, 0)

    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<6I", header, 44, 1, 1, 0, 4096, 2, 1)
    struct.pack_into("<2I", header, 68, end, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    return b"".join(
        (
            bytes(header),
            struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff"),
            entry("Root Entry", 5, 3, units * 64, 1)
            + entry("Workbook", 2, 0, len(book), 0xFFFFFFFF)
            + bytes(256),
            struct.pack(f"<{len(short)}I", *short).ljust(512, b"\xff"),
            book.ljust(sectors * 512, b"\0"),
        )
    )


def test_xls_so_small_that_its_sectors_are_short() -> None:
    whole = written_xls(lambda book: book.add_sheet("表").write(2, 0, "甲"), epoch_1904=True)
    # The stream begins after the header and ends with its last end-of-sheet record.
    data = small_compound_file(whole[512 : 516 + whole[512:].index(b"\n" + bytes(64))])
    (sheet,) = workbook.open_workbook("a.xls", data)
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ["甲"])]
    assert sheet.epoch_1904


def test_a_panic_of_the_parser_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # Named like the parser's, which derives from BaseException and cannot be imported.
    panic = type("PanicException", (BaseException,), {})
    data = written_xlsx(lambda book: book.add_worksheet().write(0, 0, "x"))
    for raised, expected in (
        (panic, WorkbookError),
        (python_calamine.PasswordError, WorkbookError),
        (KeyboardInterrupt, KeyboardInterrupt),
    ):

        def broken(*_: object, error: type[BaseException] = raised) -> None:
            raise error

        monkeypatch.setattr(python_calamine, "load_workbook", broken)
        with pytest.raises(expected):
            workbook.open_workbook("a.xlsx", data)


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_the_epoch_is_read_where_the_parser_hides_it(epoch_1904: bool) -> None:
    serial = 45901 - (1462 if epoch_1904 else 0)

    def write_new(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, serial)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(0, 1, dt.datetime.fromisoformat("2025-09-01"), day)

    def write_old(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("a")
        sheet.write(0, 0, serial)
        sheet.write(0, 1, dt.date(2025, 9, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))

    for data in (
        written_xlsx(write_new, date_1904=epoch_1904),
        written_xls(write_old, epoch_1904=epoch_1904),
    ):
        (sheet,) = workbook.open_workbook("a", data)
        assert sheet.epoch_1904 is epoch_1904
        for cell in sheet.rows[0].cells:
            assert workbook.day(cell, sheet.epoch_1904) == dt.date(2025, 9, 1)


def test_vertical_merges_are_filled_down_and_blanks_are_not() -> None:
    def write_new(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("成员")
        sheet.merge_range(0, 0, 2, 0, "JD-01")
        for row in range(3):
            sheet.write(row, 1, f"学校{row}")
        sheet.write(3, 0, "JD-02")
        sheet.write(3, 1, "学校3")
        sheet.write(4, 1, "学校4")  # below JD-02, but not merged with it
        sheet.merge_range(5, 0, 7, 1, "两列")
        sheet.write(6, 2, "行内")  # row 8 holds nothing but the merge

    def write_old(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("成员")
        sheet.write_merge(0, 2, 0, 0, "JD-01")
        for row in range(3):
            sheet.write(row, 1, f"学校{row}")
        sheet.write(3, 0, "JD-02")
        sheet.write(3, 1, "学校3")
        sheet.write(4, 1, "学校4")
        sheet.write_merge(5, 7, 0, 1, "两列")
        sheet.write(6, 2, "行内")

    for data in (written_xlsx(write_new), written_xls(write_old)):
        (sheet,) = workbook.open_workbook("a", data)
        assert [row.number for row in sheet.rows] == [1, 2, 3, 4, 5, 6, 7]
        assert [row.cells[0] for row in sheet.rows] == [
            "JD-01", "JD-01", "JD-01", "JD-02", "", "两列", "两列"
        ]  # fmt: skip
        assert [row.filled for row in sheet.rows] == [
            set(), {0}, {0}, set(), set(), set(), {0}
        ]  # fmt: skip
        assert sheet.rows[6].cells[1:] == ["", "行内"]


def test_hidden_sheets_say_so_and_charts_and_empty_sheets_do_no_harm() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("空")
        hidden = book.add_worksheet("词表")
        hidden.write(0, 0, "是")
        hidden.hide()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=词表!$A$1:$A$1"})
        book.add_chartsheet("图").set_chart(chart)

    sheets = workbook.open_workbook("a.xlsx", written_xlsx(write))
    assert [(sheet.sheet, len(sheet.rows), sheet.hidden) for sheet in sheets] == [
        ("空", 0, False),
        ("词表", 1, True),
    ]


def test_the_kind_is_told_by_content_and_not_by_the_name() -> None:
    data = written_xlsx(lambda book: book.add_worksheet("表").write(0, 0, "甲"))
    assert workbook.open_workbook("台账.csv", data)[0].sheet == "表"
    assert workbook.open_workbook("台账.xls", "甲,乙\n".encode())[0].sheet == ""


# ---------------------------------------------------------------------------- what is refused


def _ole_with_stream(name: str) -> bytes:
    """A compound file with one stream, as a password on an .xlsx makes it."""
    data = bytearray(written_xls(lambda book: book.add_sheet("a").write(0, 0, "x" * 5000)))
    entry = data.index("Workbook".encode("utf-16-le"))
    encoded = name.encode("utf-16-le")
    data[entry : entry + 64] = encoded.ljust(64, b"\0")
    data[entry + 64 : entry + 66] = (len(encoded) + 2).to_bytes(2, "little")
    return bytes(data)


def _xls_with_password() -> bytes:
    data = written_xls(lambda book: book.add_sheet("a").write(0, 0, "x"))
    # The record that tells the code page becomes the one that tells of a password.
    return data.replace(b"\x42\x00\x02\x00", b"\x2f\x00\x02\x00", 1)


UNREADABLE: list[tuple[str, bytes, str, str]] = [
    ("空.xlsx", b"", "unknown_file", "no byte"),
    ("空.csv", b"\xef\xbb\xbf\r\n \r\n", "unknown_file", "nothing but a mark and spaces"),
    ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", "unknown_file", "a PDF"),
    ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "unknown_file", "a picture"),
    ("a.xls", "<html><table><tr><td>编号".encode(), "unknown_file", "a web page called .xls"),
    ("a.xls", b'<?xml version="1.0"?><Workbook/>', "unknown_file", "XML of 2003"),
    ("a.csv", b"\xff\xfea", "unknown_file", "half a character of UTF-16"),
    ("a.csv", b"a,b\n\xff\xff\xff", "unknown_file", "in no known encoding"),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "damaged_file", "a zip without its end"),
    ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "damaged_file", "the first eight bytes only"),
    ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 600, "damaged_file", "rubbish"),
    ("a.xls", _ole_with_stream("WordDocument"), "unknown_file", "a text document"),
    ("a.xlsx", _ole_with_stream("EncryptedPackage"), "encrypted_file", "with a password"),
    ("a.xls", _xls_with_password(), "encrypted_file", "an old one with a password"),
    ("a.csv", b'a,b\n"' + b"x,\n" * 60_000, "damaged_file", "a quotation mark never closed"),
]


@pytest.mark.parametrize(("name", "data", "code", "why"), UNREADABLE)
def test_unreadable_files_say_what_to_do(name: str, data: bytes, code: str, why: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        workbook.open_workbook(name, data)
    assert refused.value.code == code, why
    assert str(refused.value.message)


def refusal(data: bytes) -> WorkbookError | None:
    try:
        workbook.open_workbook("a", data)
    except WorkbookError as error:
        return error
    return None


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_no_bytes_raise_anything_but_a_workbook_error(data: bytes, start: bytes) -> None:
    error = refusal(start + data)
    assert error is None or str(error.message)


@settings(deadline=None)
@given(st.data())
def test_no_damage_raises_anything_but_a_workbook_error(draw: st.DataObject) -> None:
    data = bytearray(DAMAGEABLE[draw.draw(st.integers(0, len(DAMAGEABLE) - 1))])
    for _ in range(draw.draw(st.integers(1, 8))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    error = refusal(bytes(data[: draw.draw(st.integers(1, len(data)))]))
    assert error is None or str(error.message)


def _small_xls(book: xlwt.Workbook) -> None:
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "甲" * 30)
    sheet.write(1, 1, 5)


DAMAGEABLE = [written_xlsx(_cells_xlsx), written_xls(_small_xls)]


def test_what_a_file_says_of_itself_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(written_xlsx(_cells_xlsx))
    assert workbook.open_workbook(path.name, path.read_bytes())[0].file == "台账.xlsx"
