"""The user's own file comes back with its faults marked, and without a formula."""

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter
import xlwt

from community.kernel import workbook
from community.kernel.workbook import WorkbookError
from community.kernel.workbook.marking import Fault, mark_faults

FAULTS = [
    Fault("走教", 2, "B", "2025.9", "没有写到日。"),
    Fault("走教", 2, "B", "2025.9", "也没有年级。"),
    Fault("走教", 4, "A", "JD-9", "没有这个共同体。"),
    Fault("走教", 5, None, "", "与第2行重复。"),
    Fault("走教", None, None, "", "缺少“工号”一列。"),
    Fault("没有的表", 1, "A", "=1+1", "=cmd|' /C calc'!A0"),
]


def new_workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("走教")
        sheet.set_column(0, 0, 33)
        sheet.write_row(0, 0, ["共同体编号", "日期", "说明"])
        sheet.write_row(1, 0, ["JD-01", 2025.9])
        sheet.write_string(1, 2, '=HYPERLINK("http://example.org")')
        sheet.merge_range(2, 0, 3, 0, "JD-9")
        sheet.write_number(2, 1, -5)
        sheet.write_string(2, 2, "-5")
        sheet.write_formula(3, 2, "=1+1", None, 2)
        sheet.write_comment(1, 1, "原有批注")
        book.add_worksheet("填表说明").write_string(0, 0, "说明")
    return buffer.getvalue()


def old_workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("走教")
    sheet.write(0, 0, "共同体编号")
    sheet.write(1, 1, dt.date(2025, 9, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(1, 2, "=1+1")
    sheet.write_merge(2, 3, 0, 0, "JD-9")
    sheet.write(3, 1, True)
    sheet.row(3).set_cell_error(2, 0x2A)
    hidden = book.add_sheet("词表")
    hidden.write(0, 0, "是")
    hidden.visibility = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def marked(data: bytes, faults: list[Fault] = FAULTS) -> openpyxl.Workbook:
    """The result, with every formula that it may hold still a formula."""
    return openpyxl.load_workbook(io.BytesIO(mark_faults("台账.xlsx", data, faults)))


def formulas_in(book: openpyxl.Workbook) -> list[str]:
    return [
        cell.coordinate
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_faulty_cells_are_coloured_and_commented() -> None:
    sheet = marked(new_workbook())["走教"]
    assert sheet["B2"].fill.start_color.rgb == "00FFC7CE"
    assert sheet["B2"].comment.text.endswith("没有写到日。\n也没有年级。")
    assert "原有批注" in sheet["B2"].comment.text
    assert sheet["A3"].comment.text == "没有这个共同体。", "the first cell of the merge"
    assert sheet["A5"].comment.text == "与第2行重复。", "a row is marked in column A"
    assert sheet["A2"].comment is None


def test_everything_else_stays_as_it_was() -> None:
    book = marked(new_workbook())
    sheet = book["走教"]
    assert book.sheetnames[1:] == ["走教", "填表说明"]
    assert sheet.column_dimensions["A"].width == pytest.approx(33, abs=1)
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A3:A4"]
    assert (sheet["B2"].value, sheet["B3"].value, sheet["C3"].value) == (2025.9, -5, "-5")


def test_the_first_sheet_lists_the_faults() -> None:
    sheet = marked(new_workbook()).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ["走教", 2, "B", "2025.9", "没有写到日。"]
    assert rows[4] == ["走教", None, None, None, "缺少“工号”一列。"]
    assert len(rows) == len(FAULTS)
    assert sheet["B2"].hyperlink.location == "'走教'!B2"
    assert sheet["B6"].hyperlink is None


@pytest.mark.parametrize(
    "data",
    [new_workbook(), old_workbook(), b"a,b\n=1+1,@SUM(A1)\n+1,-1\n"],
    ids=["xlsx", "xls", "csv"],
)
def test_no_cell_is_a_formula(data: bytes) -> None:
    assert formulas_in(marked(data)) == []


def test_a_text_that_begins_like_a_formula_is_still_that_text() -> None:
    sheet = marked(new_workbook())["走教"]
    assert sheet["C2"].value == '=HYPERLINK("http://example.org")'
    assert sheet["C2"].data_type == "s"
    assert sheet["C2"].quotePrefix
    assert sheet["C4"].value == 2


def test_an_old_workbook_comes_back_as_a_new_one() -> None:
    book = marked(old_workbook())
    sheet = book["走教"]
    assert book.sheetnames[1:] == ["走教", "词表"]
    assert book["词表"].sheet_state == "hidden"
    assert sheet["B2"].value == dt.datetime.fromisoformat("2025-09-01")
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")
    assert (sheet["B4"].value, sheet["C4"].value) == (True, "#N/A")
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A3:A4"]
    assert sheet["A3"].comment.text == "没有这个共同体。"


def test_a_file_that_only_the_parser_can_read_comes_back_plain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.delattr(openpyxl, "load_workbook")
        data = mark_faults("台账.xlsx", new_workbook(), FAULTS)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert formulas_in(book) == []
    assert book["走教"]["B2"].comment.text == "没有写到日。\n也没有年级。"
    assert book["走教"]["C2"].value == '=HYPERLINK("http://example.org")'


def test_a_csv_comes_back_as_a_workbook() -> None:
    data = mark_faults(
        "台账[1].csv", "编号,日期\n007,-5\n".encode("gbk"), [Fault("", 2, "B", "-5", "不是日期。")]
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[1]
    assert sheet.title == "台账 1 "
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["编号", "日期"],
        ["007", "-5"],
    ]
    assert sheet["B2"].comment.text == "不是日期。"


def test_a_marked_file_can_be_sent_again() -> None:
    again = workbook.open_workbook("a.xlsx", mark_faults("a.xlsx", new_workbook(), FAULTS))
    assert again[1].sheet == "走教"
    assert [row.number for row in again[1].rows][:4] == [1, 2, 3, 4]


def test_what_cannot_be_opened_cannot_be_marked() -> None:
    with pytest.raises(WorkbookError):
        mark_faults("a.xlsx", b"PK\x03\x04", [])
