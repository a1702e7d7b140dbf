"""Lists as files: what was typed comes back as it was, and no program takes it for a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from community.kernel.i18n import use_locale
from community.kernel.workbook import open_workbook
from community.kernel.workbook.writing import (
    CellType,
    Heading,
    Listing,
    Value,
    write_csv,
    write_xlsx,
)

TEXT, CODE, NUMBER = CellType.TEXT, CellType.CODE, CellType.NUMBER


def listing(kind: CellType, *values: Value) -> Listing:
    rows = [(value,) for value in values]
    return Listing("名单", [Heading("列", 20, kind)], rows, [("筛选条件", "=全部")])


def as_workbook(listed: Listing) -> Any:
    file = io.BytesIO()
    write_xlsx(listed, file)
    file.seek(0)
    return load_workbook(file)


def as_text(listed: Listing) -> str:
    file = io.BytesIO()
    write_csv(listed, file)
    return file.getvalue().decode("utf-8")


def csv_cells(listed: Listing) -> list[str]:
    reader = csv.reader(io.StringIO(as_text(listed).removeprefix("\ufeff"), newline=""))
    return [row[0] for row in reader][1:]


HOSTILE = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-5",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\u3000=1+1",
    "＝1+1",
    "﹣1",
    "{=1+1}",
    "http://evil.example",
    "mailto:x@evil.example",
    "internal:Sheet1!A1",
    "<b>x</b>&amp;]]>",
    'a"b,c\nd',
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_text_in_a_workbook(typed: str) -> None:
    (cell,) = as_workbook(listing(TEXT, typed)).active["A2:A2"][0]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value == typed.replace("\r", "\n")


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_text_begins_a_formula_in_a_csv_file(typed: str) -> None:
    (cell,) = csv_cells(listing(TEXT, typed))
    assert cell.removeprefix("'") == typed.replace("\r", "\n")
    assert cell.strip()[0] not in "=+-@＝＋－＠﹣"


@pytest.mark.parametrize(
    ("kind", "value", "in_workbook", "in_csv", "why"),
    [
        (NUMBER, -5, -5, "-5", "a number stays the number that it is"),
        (NUMBER, 0, 0, "0", "nought is not a blank"),
        (NUMBER, Decimal("-0.5"), -0.5, "-0.5", "so does a fraction"),
        (NUMBER, Decimal("1E+3"), 1000, "1000", "no exponent"),
        (NUMBER, "-5", "-5", "'-5", "a text among numbers stays text"),
        (CODE, "3144000001", "3144000001", "3144000001", "a code is text"),
        (CODE, 3144000001, "3144000001", "3144000001", "even if it comes as a number"),
        (CODE, "13800138000", "13800138000", "13800138000", "eleven digits are shown whole"),
        (CODE, "06638888888", "06638888888", "\t06638888888", "a leading nought would be lost"),
        (CODE, "445203001001", "445203001001", "\t445203001001", "twelve would be shortened"),
        (CODE, "+86 138", "+86 138", "'+86 138", "a sign begins a formula"),
        (TEXT, None, None, "", "nothing is an empty cell"),
        (TEXT, "", None, "", "and so is an empty text"),
        (TEXT, "揭东·𠮷", "揭东·𠮷", "揭东·𠮷", "rare characters"),
        (TEXT, "a\x00b\x01", "a\ufffdb\ufffd", "a\ufffdb\ufffd", "what XML cannot hold"),
        (CellType.DAY, date(2025, 9, 1), datetime(2025, 9, 1), "2025-09-01", "a day is a date"),  # noqa: DTZ001
        (CellType.DAY, date(1899, 9, 1), "1899-09-01", "1899-09-01", "before Excel's calendar"),
        (
            CellType.INSTANT,
            datetime(2025, 8, 31, 16, 30, tzinfo=UTC),
            datetime(2025, 9, 1, 0, 30),  # noqa: DTZ001
            "2025-09-01 00:30",
            "an instant is told in Shanghai time",
        ),
    ],
)
def test_values(kind: CellType, value: Value, in_workbook: object, in_csv: str, why: str) -> None:
    assert as_workbook(listing(kind, value)).active["A2"].value == in_workbook, why
    assert csv_cells(listing(kind, value)) == [in_csv], why


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    shown = as_workbook(listing(TEXT, "长" * 40_000)).active["A2"].value
    assert len(shown) == 32_767
    assert shown.endswith("…")


def test_a_workbook_opens_ready_for_use() -> None:
    book = as_workbook(listing(TEXT, "甲", "乙"))
    sheet, about = book.worksheets
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("名单", "A2", "A1:A3")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert [cell.value for cell in about[1]] == ["筛选条件", "=全部"]
    assert about["B1"].data_type == "s"


@pytest.mark.parametrize("title", ["[a]:*?/\\", "'x'", "", "长" * 40])
def test_any_title_names_a_sheet(title: str) -> None:
    assert as_workbook(Listing(title, [Heading("列")], [])).worksheets[0].title


def test_a_csv_file_is_known_as_unicode_by_its_mark() -> None:
    assert as_text(listing(TEXT, "甲")) == "\ufeff列\r\n甲\r\n"


def test_what_is_written_can_be_read_again() -> None:
    """The importer's reader sees what the exporter wrote, in both forms."""
    rows = [("3144000001", "甲校", -5, date(2025, 9, 1))]
    headings = [
        Heading("代码", 12, CODE),
        Heading("名称"),
        Heading("数", 8, NUMBER),
        Heading("日期", 12, CellType.DAY),
    ]
    listed = Listing("名单", headings, rows)
    for write, name in ((write_xlsx, "名单.xlsx"), (write_csv, "名单.csv")):
        file = io.BytesIO()
        assert write(listed, file) == 1
        (sheet, *_) = open_workbook(name, file.getvalue())
        cells = [str(cell)[:10].removesuffix(".0") for cell in list(sheet.rows)[1].cells]
        assert cells == ["3144000001", "甲校", "-5", "2025-09-01"]


def test_the_second_sheet_is_named_in_the_readers_language() -> None:
    with use_locale("en"):
        assert as_workbook(listing(TEXT)).sheetnames[1] == "About this list"
