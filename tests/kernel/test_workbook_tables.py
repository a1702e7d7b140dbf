"""Which table a sheet holds, where its columns are, and which of its rows are data."""

from collections.abc import Sequence

import pytest

from community.kernel.workbook import (
    Cell,
    Column,
    Merge,
    RawRow,
    RawSheet,
    SheetColumns,
    Table,
    column_letter,
    find_table,
)

LESSONS = SheetColumns(
    columns=(
        Column("community", ("共同体编号", "共同体代码"), required_header=True),
        Column("day", ("日期", "活动日期", "活动时间"), required_header=True),
        Column("kind", ("类别",), required_header=True),
        Column("mode", ("方式",), required_header=True),
        Column("provider", ("提供校", "提供学校", "派出学校"), required_header=True),
        Column("receivers", ("接收校", "接收学校", "受援校"), required_header=True),
        Column("periods", ("课时", "课时数")),
        Column("confirmers", ("接收校确认人", "受援校确认人")),
        Column("confirmed_on", ("确认日期", "确认时间")),
        Column("amount", ("金额(元)",)),
    ),
    distinctive=frozenset({"kind", "mode"}),
)
CHARTERS = SheetColumns(
    columns=(
        Column("community", ("共同体编号",), required_header=True),
        Column("title", ("章程名称",), required_header=True),
        Column("effective_on", ("生效日期",), required_header=True),
        Column("expires_on", ("失效日期",)),
        Column("validity", ("有效期", "起止日期"), fills=("effective_on", "expires_on")),
    ),
    distinctive=frozenset({"title"}),
)
SCHOOLS = SheetColumns(
    columns=(
        Column("name", ("学校(园)名称", "学校名称"), required_header=True),
        Column("division", ("县(市、区)", "所属县区"), required_header=True),
        Column("type", ("办学类型",), required_header=True),
        Column("township", ("所属乡镇(街道)",)),
    ),
    distinctive=frozenset({"name", "type"}),
)
KINDS = {"lessons": LESSONS, "charters": CHARTERS, "schools": SCHOOLS}

HEADER: list[Cell] = ["共同体编号", "日期", "类别", "方式", "提供校", "接收校", "课时"]
ROW: list[Cell] = ["JD-01", "2024.9.3", "同步课堂", "线上", "甲校", "乙校", 1.0]


def sheet_of(rows: Sequence[Sequence[Cell]], *merged: Merge) -> RawSheet:
    """A sheet as the reader gives it, its vertical merges not filled."""
    return RawSheet(
        file="a.xlsx",
        sheet="不相干的名称",
        rows=[
            RawRow(number, cells)
            for number, cells in enumerate(rows, 1)
            if any(cell != "" for cell in cells)
        ],
        merged=merged,
    )


def found(rows: Sequence[Sequence[Cell]], *merged: Merge) -> Table:
    table = find_table(sheet_of(rows, *merged), KINDS)
    assert table is not None
    return table


def test_the_header_stands_below_titles_and_instructions() -> None:
    table = found(
        [
            ["共享教学台账(2024-2025学年)", "", "", "", "", "", ""],
            ["日期必须写到日。", "", "", "", "", "", ""],
            [""],
            HEADER,
            ROW,
        ]
    )
    assert (table.kind, table.header_row, table.missing, table.unknown) == ("lessons", 4, (), ())
    (row,) = table.rows
    assert row.number == 5
    assert (row.cell("community"), row.cell("periods"), row.cell("confirmers")) == (
        "JD-01",
        1.0,
        "",
    )
    assert "periods" in row
    assert "confirmers" not in row
    assert (table.letter("periods"), table.letter("confirmers")) == ("G", None)


def test_the_kind_is_that_of_the_header() -> None:
    assert (
        found([["共同体编号", "章程名称", "生效日期"], ["JD-01", "章程", "2024.9.1"]]).kind
        == "charters"
    )
    assert (
        found([["学校名称", "所属县区", "办学类型"], ["甲校", "揭东区", "小学"]]).kind == "schools"
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "an empty sheet"),
        ([["填表说明"], ["日期必须写到日。课时填整数。"]], "instructions"),
        ([["字段"], ["共同体编号"], ["日期"], ["类别"], ["方式"], ["提供校"]], "a list of fields"),
        ([["是"], ["否"]], "a list of words"),
        ([["姓名", "电话", "备注"], ["张三", "13800000000", ""]], "another table"),
        ([["日期", "课时"], ["2024.9.3", 1.0]], "too little of any kind"),
    ],
)
def test_other_sheets_hold_no_table(rows: list[list[Cell]], why: str) -> None:
    assert find_table(sheet_of(rows), KINDS) is None, why


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("课时", "as it is"),
        ("课时数", "another name"),
        (" 课 时 ", "spaces"),
        ("课\n时", "a line break"),
        ("*课时", "marked as required"),
        ("课时（必填）", "marked as required in brackets"),
        ("＊课时：", "full width, with a colon"),
        ("课时(节)", "with a unit"),
        ("课时（节）", "with a unit in wide brackets"),
        ("课时【节】", "with a unit in other brackets"),
        ("课时数(节)*", "another name, with a unit and a mark"),
    ],
)
def test_headers_are_known_in_any_dress(header: str, why: str) -> None:
    assert found([[*HEADER[:-1], header], ROW]).columns["periods"] == 6, why


@pytest.mark.parametrize(
    ("header", "key", "why"),
    [
        ("学校（园）名称", "name", "wide brackets"),
        ("学校园名称", "name", "brackets left out"),
        ("县（市、区）", "division", "wide brackets"),
        ("县（市，区）", "division", "another comma"),
        ("县市区", "division", "no punctuation"),
        ("所属乡镇/街道", "township", "a slash"),
        ("所属乡镇", "township", "the part in brackets left out"),
    ],
)
def test_brackets_that_belong_to_a_name_may_differ(header: str, key: str, why: str) -> None:
    names = {"name": "学校名称", "division": "所属县区", "type": "办学类型", "township": "x"}
    names[key] = header
    assert key in found([[*names.values()], ["甲校", "揭东区", "小学", "云路镇"]]).columns, why


@pytest.mark.parametrize("header", ["课时(分钟)", "课时（小时）", "金额(万元)"])
def test_a_unit_that_changes_the_number_is_another_column(header: str) -> None:
    table = found([[*HEADER[:-1], header], ROW])
    assert table.unknown == (header,)
    assert "periods" not in table.columns
    assert "amount" not in table.columns


def test_a_required_column_that_is_missing_is_named() -> None:
    table = found(
        [["共同体编号", "日期", "类别", "方式", "备注"], ["JD-01", "2024.9.3", "a", "b", ""]]
    )
    assert table.missing == ("提供校", "接收校")
    assert table.unknown == ("备注",)


def test_a_header_without_its_distinctive_column_is_still_a_header() -> None:
    table = found([["共同体编号", "日期", "方式", "提供校", "接收校", "课时"], ["JD-01"]])
    assert (table.kind, table.missing) == ("lessons", ("类别",))


def test_one_range_column_stands_for_two_dates() -> None:
    table = found([["共同体编号", "章程名称", "有效期"], ["JD-01", "章程", "2024.9.1-2027.8.31"]])
    assert table.missing == ()
    assert table.rows[0].cell("validity") == "2024.9.1-2027.8.31"
    assert table.rows[0].cell("effective_on") == ""
    assert (table.letter("effective_on"), table.letter("expires_on")) == ("C", "C")


def test_the_first_of_two_equal_columns_counts() -> None:
    assert found([[*HEADER, "课时"], [*ROW, 9.0]]).rows[0].cell("periods") == 1.0


TWO_ROWS: list[tuple[list[list[Cell]], list[Merge], str]] = [
    (
        [
            ["共同体编号", "日期", "类别", "方式", "双方", "", "确认", ""],
            ["共同体编号", "日期", "类别", "方式", "提供校", "接收校", "接收校确认人", "确认日期"],
        ],
        [Merge(0, n, 1, n) for n in range(4)] + [Merge(0, 4, 0, 5), Merge(0, 6, 0, 7)],
        "merged downwards and sideways, as the reader fills it",
    ),
    (
        [
            ["共同体编号", "日期", "类别", "方式", "双方", "", "确认", ""],
            ["", "", "", "", "提供校", "接收校", "接收校确认人", "确认日期"],
        ],
        [],
        "a CSV, in which merges leave blanks",
    ),
    (
        [
            ["共同体编号", "活动", "类别", "方式", "提供校", "接收校", "接收校", "确认"],
            ["", "日期", "", "", "", "学校", "确认人", "日期"],
        ],
        [],
        "names that only both rows together make",
    ),
    (
        [
            ["共同体编号", "活动", "", "", "提供校", "接收校", "", "确认"],
            ["", "日期", "类别", "方式", "", "学校", "确认人", "日期"],
        ],
        [Merge(0, 1, 0, 3), Merge(0, 5, 0, 6)],
        "group titles over several columns",
    ),
]


@pytest.mark.parametrize(("header", "merged", "why"), TWO_ROWS)
def test_headers_of_two_rows(header: list[list[Cell]], merged: list[Merge], why: str) -> None:
    data: list[Cell] = ["JD-01", "2024.9.3", "同步课堂", "线上", "甲校", "乙校", "张三", "2024.9.8"]
    table = found([["标题", *[""] * 7], *header, data], *(m_down(m, 1) for m in merged))
    assert table.kind == "lessons"
    assert table.header_row == 3, why
    assert {key: row for key, row in table.columns.items() if key in ("day", "confirmed_on")} == {
        "day": 1,
        "confirmed_on": 7,
    }, why
    assert table.columns["provider"] == 4, why
    assert table.columns["confirmers"] == 6, why
    assert [row.number for row in table.rows] == [4]


def m_down(merge: Merge, rows: int) -> Merge:
    return Merge(merge.top + rows, merge.left, merge.bottom + rows, merge.right)


SKIPPED = [
    "合计",
    "小计：",
    "总 计",
    "合计(节)",
    "填表人：张三",
    "审核人",
    "示例",
    "样例1",
    "【示例】",
]


@pytest.mark.parametrize("first", SKIPPED)
def test_rows_of_totals_signatures_and_examples_are_skipped(first: str) -> None:
    table = found([HEADER, ROW, [first, "", "", "", "", "", 12.0], ROW, ["", "", first]])
    assert [row.number for row in table.rows] == [2, 4]
    assert table.skipped == 2


def test_only_the_first_filled_cell_skips_a_row() -> None:
    table = found([HEADER, ["JD-01", "合计", *ROW[2:]], [1.0, "合计"], ["无", "合计"]])
    assert (len(table.rows), table.skipped) == (2, 1)  # 无 is a blank


def test_a_total_beside_a_merged_number_is_a_total() -> None:
    sheet = RawSheet(
        file="a",
        sheet="b",
        rows=[
            RawRow(1, HEADER),
            RawRow(2, ROW),
            RawRow(3, ROW, frozenset({0})),
            RawRow(4, ["JD-01", "小计", "", "", "", "", 2.0], frozenset({0})),
        ],
    )
    table = find_table(sheet, KINDS)
    assert table is not None
    assert ([row.number for row in table.rows], table.skipped) == ([2, 3], 1)


def test_empty_rows_and_the_header_once_more_do_not_count() -> None:
    table = found([HEADER, ROW, ["", " ", "　"], HEADER, [*HEADER[:-1], "课 时"], ROW])
    assert [row.number for row in table.rows] == [2, 6]
    assert table.skipped == 0


def test_rows_shorter_than_the_header_end_in_blanks() -> None:
    assert found([HEADER, ["JD-01"]]).rows[0].cell("periods") == ""


@pytest.mark.parametrize(
    ("index", "letter"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")],
)
def test_column_letter(index: int, letter: str) -> None:
    assert column_letter(index) == letter
