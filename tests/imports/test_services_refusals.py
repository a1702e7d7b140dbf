"""Every reason for which a row is refused, with its row, its column and nothing else refused."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from community.activities.models import Activity
from community.imports.models import ImportBatch
from community.imports.sheets import SourceFile
from community.kernel.database import session
from community.registry.models import Division, School
from tests.conftest import Recording
from tests.imports.conftest import Desk
from tests.imports.workbooks import (
    CHARTERS,
    COMMUNITIES,
    KINDERGARTEN,
    LEAD,
    MEETINGS,
    MEMBERSHIPS,
    OBJECTIVES,
    PIVOT,
    SCHOOLS,
    SHARED,
    TRANSFERS,
    VILLAGE,
    WALKING,
    Sheet,
    community,
    csv_file,
    lesson,
    lessons,
    membership,
    memberships,
    registers,
    school,
    schools,
    transfer,
    transfers,
    visit,
    visits,
    xlsx,
)

pytestmark = pytest.mark.once

Errors = list[tuple[object, ...]]
MakeFile = Callable[..., SourceFile]


def letter(header: Sequence[str], name: str) -> str:
    """The letter of a column of a template (none has more than 26)."""
    return chr(ord("A") + header.index(name))


def first(**cells: Any) -> list[dict[str, Any]]:
    """The small county's schools, the first one changed."""
    return [schools()[0] | cells, *schools()[1:]]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"学校标识码": "3144990801", "学校(园)名称": ""}, "学校(园)名称", "missing_value"),
        ({"县(市、区)": "—"}, "县(市、区)", "missing_value"),
        ({"县(市、区)": "潮安区"}, "县(市、区)", "unknown_value"),
        ({"办学类型": ""}, "办学类型", "missing_value"),
        ({"办学类型": "大学"}, "办学类型", "unknown_value"),
        ({"办学性质": "股份制"}, "办学性质", "unknown_value"),
        ({"城乡分类": "131"}, "城乡分类", "unknown_value"),
        ({"城乡分类": "主城区"}, "城乡分类", "unknown_value"),
        ({"所属乡镇(街道)": "炮台镇"}, "所属乡镇(街道)", "unknown_value"),
        ({"三所学校类别": "中心小学、完全中学"}, "三所学校类别", "unknown_value"),
        ({"是否寄宿": "也许"}, "是否寄宿", "unknown_value"),
        ({"学校标识码": "3145990801"}, "学校标识码", "bad_code"),
        ({"学校标识码": "314499080"}, "学校标识码", "bad_code"),
        ({"学校标识码": "4144990801"}, "学校标识码", "bad_code"),
        ({"学校标识码": "3.14499E+09"}, "学校标识码", "scientific_notation"),
        ({"在校生数": -1}, "在校生数", "not_positive"),
        ({"在校生数": "很多"}, "在校生数", "unknown_value"),
        ({"在校生数": 3_000_000_000}, "在校生数", "unknown_value"),
        ({"启用日期": 2025.1}, "启用日期", "month_only_date"),
        ({"启用日期": "2025年9月"}, "启用日期", "month_only_date"),
        ({"启用日期": "2025-02-30"}, "启用日期", "bad_date"),
        ({"启用日期": "2000-9-1", "停办日期": "1999-8-31"}, "停办日期", "ends_before_start"),
        ({"学校(园)名称": "长" * 101}, "学校(园)名称", "too_long"),
    ],
)
def test_a_school(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    file = registers(school_rows=first(**cells))
    assert desk.errors(file) == [(2, letter(SCHOOLS, column), code)] + (
        # Rows that name it by its full name cannot know it: its name is gone.
        [(2, "B", "unknown_school")] if cells.get("学校(园)名称", LEAD) != LEAD else []
    )


def test_zero_pupils_are_a_number(desk: Desk) -> None:
    desk.run(registers(school_rows=first(在校生数=0)))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"县(市、区)": ""}, "县(市、区)", "missing_value"),
        ({"县(市、区)": "火星区"}, "县(市、区)", "unknown_value"),
        ({"模式": "松散型"}, "模式", "unknown_value"),
        ({"列入五年规划": "待定"}, "列入五年规划", "unknown_value"),
        ({"成立日期": "2024.8"}, "成立日期", "month_only_date"),
        ({"撤销日期": "2024-08-19"}, "撤销日期", "ends_before_start"),
    ],
)
def test_a_community(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    file = registers(community_rows=[community(**cells)])
    assert desk.errors(file) == [(2, letter(COMMUNITIES, column), code)]


def test_a_community_without_code(desk: Desk) -> None:
    file = registers(community_rows=[community(编号="无")], membership_rows=[])
    assert desk.errors(file) == [(2, "A", "missing_value")]


def test_a_community_of_another_county(desk: Desk) -> None:
    desk.run(registers())
    again = community(**{"县(市、区)": "普宁市"})
    assert desk.errors(registers(community_rows=[again])) == [(2, "A", "unknown_value")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"共同体编号": ""}, "共同体编号", "missing_value"),
        ({"共同体编号": "JD-00"}, "共同体编号", "unknown_value"),
        ({"学校": ""}, "学校", "missing_value"),
        ({"学校": "无名小学"}, "学校", "unknown_school"),
        ({"角色": ""}, "角色", "missing_value"),
        ({"角色": "总校"}, "角色", "unknown_value"),
        ({"加入日期": ""}, "加入日期", "missing_value"),
        ({"加入日期": "2024.10"}, "加入日期", "month_only_date"),
        ({"加入日期": "九月"}, "加入日期", "bad_date"),
        ({"退出日期": "2024-08-25"}, "退出日期", "ends_before_start"),
        ({"章程签署日期": "2024.8"}, "章程签署日期", "month_only_date"),
    ],
)
def test_a_membership(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    rows = [membership(**cells), *memberships()[1:]]
    assert desk.errors(registers(membership_rows=rows)) == [(2, letter(MEMBERSHIPS, column), code)]


def test_memberships_that_share_a_day(desk: Desk) -> None:
    rows = [
        membership(退出日期="2025-02-23"),
        membership(加入日期="2025-02-23", 角色="成员校"),
        membership(加入日期="2025-02-24", 角色="成员校"),
    ]
    assert desk.errors(registers(membership_rows=rows)) == [
        (3, "D", "overlapping_membership"),
        (4, "D", "overlapping_membership"),
    ]
    desk.run(registers(membership_rows=[rows[0], rows[2]]))


def test_a_membership_that_shares_a_day_with_one_on_file(desk: Desk) -> None:
    desk.run(registers())
    rows = [membership(加入日期="2025-01-01")]
    assert desk.errors(registers(membership_rows=rows)) == [(2, "D", "overlapping_membership")]
    # The stay on file ends in the same call: whichever row comes first.
    ended = membership(退出日期="2024-12-31")
    desk.run(registers(membership_rows=[*rows, ended]))


def test_the_same_membership_in_other_words(desk: Desk) -> None:
    rows = [membership(), membership(责任人="别人")]
    assert desk.errors(registers(membership_rows=rows)) == [(3, "D", "overlapping_membership")]


@pytest.mark.parametrize(
    ("header", "row", "column", "code"),
    [
        (OBJECTIVES, {"共同体编号": "JD-91", "学年": "去年"}, "学年", "unknown_value"),
        (OBJECTIVES, {"共同体编号": "JD-91", "评估日期": "2025.7"}, "评估日期", "month_only_date"),
        (OBJECTIVES, {"学年": "2024-2025"}, "共同体编号", "missing_value"),
        (
            CHARTERS,
            {"共同体编号": "JD-91", "生效日期": "2024-9-1", "失效日期": "2024-8-31"},
            "失效日期",
            "ends_before_start",
        ),
        (CHARTERS, {"共同体编号": "XX", "章程名称": "章程"}, "共同体编号", "unknown_value"),
        (MEETINGS, {"共同体编号": "JD-91", "主题": "会"}, "日期", "missing_value"),
        (MEETINGS, {"共同体编号": "JD-91", "日期": "2024-13-1"}, "日期", "bad_date"),
    ],
)
def test_a_register(
    desk: Desk, header: Sequence[str], row: dict[str, Any], column: str, code: str
) -> None:
    file = xlsx(Sheet("表", header, [row]))
    assert desk.errors(registers(), file) == [(2, letter(header, column), code)]


def test_a_range_that_ends_before_it_starts(desk: Desk) -> None:
    header = ("共同体编号", "章程名称", "有效期", "档号")
    row = {"共同体编号": "JD-91", "章程名称": "章程", "有效期": "2027.8.31-2024.9.1"}
    file = xlsx(Sheet("章程", header, [row]))
    assert desk.errors(registers(), file) == [(2, "C", "ends_before_start")]


SHARED_REFUSALS = [
    ({"共同体编号": ""}, "共同体编号", "missing_value"),
    ({"共同体编号": "JD-92"}, "共同体编号", "unknown_value"),
    ({"日期": ""}, "日期", "missing_value"),
    ({"日期": 2025.1}, "日期", "month_only_date"),
    ({"日期": "2024.9.31"}, "日期", "bad_date"),
    ({"类别": ""}, "类别", "missing_value"),
    ({"类别": "走教"}, "类别", "unknown_value"),
    ({"方式": ""}, "方式", "missing_value"),
    ({"方式": "电话"}, "方式", "unknown_value"),
    ({"学科": "无"}, "学科", "missing_value"),
    ({"学科": "奥数"}, "学科", "unknown_value"),
    ({"提供校": ""}, "提供校", "missing_value"),
    ({"提供校": "查无此校"}, "提供校", "unknown_school"),
    ({"接收校": "—"}, "接收校", "missing_value"),
    ({"接收校": f"{VILLAGE}、查无此校"}, "接收校", "unknown_school"),
    ({"接收校": f"{VILLAGE}、{LEAD}"}, "接收校", "same_school"),
    ({"接收校": f"{VILLAGE}、溪畔小学"}, "接收校", "same_school"),
    ({"课时": ""}, "课时", "missing_value"),
    ({"课时": 0}, "课时", "not_positive"),
    ({"课时": -1}, "课时", "not_positive"),
    ({"课时": 1.5}, "课时", "unknown_value"),
    ({"日期": "2024-08-25"}, "提供校", "outside_membership"),
    ({"确认日期": "9月12日"}, "确认日期", "bad_date"),
    ({"接收校确认人": "长" * 61}, "接收校确认人", "too_long"),
    ({"佐证材料档号": "长" * 301}, "佐证材料档号", "too_long"),
]


@pytest.mark.parametrize(("cells", "column", "code"), SHARED_REFUSALS)
def test_a_lesson(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    expected: Errors = [(2, letter(SHARED, column), code)]
    if code == "outside_membership":
        expected.append((2, letter(SHARED, "接收校"), code))
    assert desk.errors(registers(), lessons(lesson(**cells))) == expected


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"教师": ""}, "教师", "missing_value"),
        ({"工号": ""}, "工号", "missing_value"),
        ({"工号": "1.23457E+11"}, "工号", "scientific_notation"),
        ({"类型": ""}, "类型", "missing_value"),
        ({"类型": "出差"}, "类型", "unknown_value"),
        ({"派出校": ""}, "派出校", "missing_value"),
        ({"派出校": VILLAGE}, "接收校", "same_school"),
        ({"节次": ""}, "节次", "missing_value"),
        ({"节次": "全天"}, "节次", "unknown_value"),
        ({"课时": 0}, "课时", "not_positive"),
        ({"出行方式": "飞机"}, "出行方式", "unknown_value"),
    ],
)
def test_a_visit(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    file = visits(visit(**cells))
    assert desk.errors(registers(), file) == [(2, letter(WALKING, column), code)]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"类别": ""}, "类别", "missing_value"),
        ({"类别": "汽车"}, "类别", "unknown_value"),
        ({"数量": ""}, "数量", "missing_value"),
        ({"数量": 0}, "数量", "not_positive"),
        ({"数量": -5}, "数量", "not_positive"),
        ({"数量": "若干"}, "数量", "unknown_value"),
        ({"数量": 10**11}, "数量", "unknown_value"),
        ({"数量": 0.0001}, "数量", "not_positive"),
        ({"实收数量": -1}, "实收数量", "not_positive"),
        ({"日期": "", "归还日期": "2024-10-7"}, "日期", "missing_value"),
        ({"金额(元)": "免费"}, "金额(元)", "unknown_value"),
        ({"金额(元)": "999999999999万元"}, "金额(元)", "unknown_value"),
        ({"是否借用": "借"}, "是否借用", "unknown_value"),
        ({"应还日期": "2024-10-7"}, "应还日期", "ends_before_start"),
        ({"归还日期": "2024-10-7"}, "归还日期", "ends_before_start"),
    ],
)
def test_a_transfer(desk: Desk, cells: dict[str, Any], column: str, code: str) -> None:
    file = transfers(transfer(**cells))
    assert desk.errors(registers(), file) == [(2, letter(TRANSFERS, column), code)]


def test_the_school_that_was_outside_is_named(desk: Desk) -> None:
    """The provider left, a receiver has closed: each in its own column, on its own day."""
    rows = memberships()
    rows[0]["退出日期"] = "2024-12-31"
    closing = schools()
    closing[2]["停办日期"] = "2025-01-31"
    desk.run(registers(school_rows=closing, membership_rows=rows))
    assert desk.errors(lessons(lesson(日期="2025-01-15"))) == [(2, "H", "outside_membership")]
    assert desk.errors(lessons(lesson(日期="2025-02-20", 提供校=PIVOT))) == [
        (2, "I", "outside_membership")
    ]
    desk.run(
        lessons(
            lesson(日期="2024-12-31"),  # the last day in
            lesson(日期="2025-01-31", 提供校=PIVOT),  # the last day open
        )
    )


def test_two_schools_of_one_short_name(desk: Desk) -> None:
    twin = school("揭东区埔田镇溪畔小学", 简称="溪畔小学")
    desk.run(registers(school_rows=[*schools(), twin]))
    assert desk.errors(lessons(lesson(接收校="溪畔小学"))) == [(2, "I", "ambiguous_school")]
    assert desk.errors(registers(membership_rows=[membership("溪畔小学", "成员校")])) == [
        (2, "B", "ambiguous_school")
    ]


def test_the_same_row_twice(desk: Desk) -> None:
    """The later row, in column A; spellings do not make it another row."""
    header = ("序号", *SHARED)
    rows = [
        lesson(序号=1),
        lesson(序号=2, 主题="另一课"),
        lesson(序号=3, 日期=date(2024, 9, 10), 接收校="溪畔小学", 主讲教师="李 敏"),
    ]
    file = xlsx(Sheet("共享教学", header, rows))
    result = desk.try_run(registers(), file)
    assert [(e.row, e.column, e.code, e.value) for e in result.errors] == [
        (4, "A", "duplicate_row", "3")
    ]


def test_a_cell_in_a_column_that_is_not_read_makes_another_row(desk: Desk) -> None:
    header = (*SHARED, "图片编号")
    file = xlsx(Sheet("共享教学", header, [lesson(图片编号="1"), lesson(图片编号="2")]))
    result = desk.run(registers(), file)
    assert result.sheets[-1].added == 2


def test_the_same_row_in_two_files(desk: Desk) -> None:
    """Here column A holds the community."""
    result = desk.try_run(registers(), lessons(lesson()), lessons(lesson(), name="again.xlsx"))
    assert [(e.file, e.row, e.column, e.code, e.value) for e in result.errors] == [
        ("again.xlsx", 2, "A", "duplicate_row", "JD-91")
    ]


def test_a_faulty_row_twice(desk: Desk) -> None:
    row = lesson(课时=0)
    assert desk.errors(registers(), lessons(row, row)) == [
        (2, "K", "not_positive"),
        (3, "A", "duplicate_row"),
        (3, "K", "not_positive"),
    ]


def test_a_school_twice_in_other_words(desk: Desk) -> None:
    rows = [*schools(), school(学校标识码="3144990801", 在校生数=1)]
    assert desk.errors(registers(school_rows=rows)) == [(6, "A", "duplicate_row")]
    rows = [community(), community(名称="另一名称")]
    assert desk.errors(registers(community_rows=rows)) == [(3, "A", "duplicate_row")]


def test_the_same_row_of_a_register_twice(desk: Desk) -> None:
    file = registers(
        school_rows=[*schools(), schools()[0]],
        community_rows=[community(), community()],
        membership_rows=[*memberships(), memberships()[0]],
    )
    assert desk.errors(file) == [
        (6, "A", "duplicate_row"),
        (3, "A", "duplicate_row"),
        (6, "A", "duplicate_row"),
    ]


def test_a_code_of_a_school_of_another_county(desk: Desk) -> None:
    desk.run(registers())
    moved = school(学校标识码="3144990801", **{"县(市、区)": "普宁市", "所属乡镇(街道)": ""})
    file = xlsx(Sheet("学校", SCHOOLS, [moved]))
    assert desk.errors(file) == [(2, "D", "unknown_value")]


def test_a_school_without_code_of_which_there_are_two(desk: Desk) -> None:
    twins = [school("双胞学校", 学校标识码=f"31449908{n}") for n in (11, 12)]
    desk.run(xlsx(Sheet("学校", SCHOOLS, twins)))
    file = xlsx(Sheet("学校", SCHOOLS, [school("双胞学校")]))
    assert desk.errors(file) == [(2, "B", "ambiguous_school")]


def test_a_teacher_in_two_places(desk: Desk) -> None:
    rows = [
        visit(),
        visit(接收校=KINDERGARTEN, 节次="第3-4节"),
        visit(接收校=KINDERGARTEN, 节次="第4节"),
        visit(工号="JD0802", 接收校=KINDERGARTEN),
    ]
    assert desk.errors(registers(), visits(*rows)) == [
        (3, "I", "overlapping_teacher"),
        (4, "I", "overlapping_teacher"),  # with row 3, whatever becomes of that
    ]
    desk.run(registers(), visits(rows[0], rows[2], rows[3]))


def test_a_teacher_in_two_places_of_which_one_is_on_file(desk: Desk) -> None:
    desk.run(registers(), visits(visit()))
    desk.run(visits(visit()))
    assert desk.errors(visits(visit(接收校=KINDERGARTEN, 节次="第2节"))) == [
        (2, "I", "overlapping_teacher")
    ]


def test_one_row_may_have_several_faults(desk: Desk) -> None:
    row = lesson(日期="2024.9", 方式="电话", 课时=0)
    assert desk.errors(registers(), lessons(row)) == [
        (2, "B", "month_only_date"),
        (2, "D", "unknown_value"),
        (2, "K", "not_positive"),
    ]


def test_errors_say_what_the_cell_says_and_why(desk: Desk) -> None:
    above = [["台账"], ["说明"]]
    file = xlsx(Sheet("共享教学", SHARED, [lesson(), lesson(日期=2025.1)], above))
    result = desk.try_run(registers(), file)
    (error,) = result.errors
    assert error.as_json() | {"message": ""} == {
        "file": "book.xlsx",
        "sheet": "共享教学",
        "row": 5,
        "column": "B",
        "value": "2025.1",
        "code": "month_only_date",
        "message": "",
    }
    assert "2025.1" in str(error.message)


def test_a_csv_has_no_sheet(desk: Desk) -> None:
    file = csv_file(Sheet("", SHARED, [lesson(学科="奥数")]), encoding="gbk")
    (error,) = desk.try_run(registers(), file).errors
    assert (error.file, error.sheet, error.row, error.column) == ("table.csv", "", 2, "E")


def test_files_that_are_no_tables(desk: Desk) -> None:
    result = desk.try_run(
        SourceFile("gone.xlsx", None),
        SourceFile("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        SourceFile("letter.csv", "尊敬的老师：\n您好。\n".encode()),
    )
    assert [(e.file, e.row, e.column, e.code) for e in result.errors] == [
        ("gone.xlsx", None, "", "unreadable_file"),
        ("picture.xlsx", None, "", "unknown_file"),
        ("letter.csv", None, "", "no_table"),
    ]
    assert result.sheets == ()


def test_a_table_without_a_column_that_it_needs(desk: Desk) -> None:
    header = [name for name in SHARED if name not in ("课时", "学科")]
    file = xlsx(Sheet("共享教学", header, [lesson()]))
    (error,) = desk.try_run(registers(), file).errors
    assert (error.sheet, error.row, error.column, error.code) == (
        "共享教学",
        None,
        "",
        "missing_column",
    )
    assert "课时" in str(error.message)
    assert "学科" in str(error.message)


def test_errors_anywhere_write_nothing(desk: Desk) -> None:
    desk.errors(registers(), lessons(lesson(), lesson(主题="二", 课时=0)))
    assert desk.count(School) == 0
    assert desk.count(Activity) == 0
    assert desk.count(ImportBatch) == 0


def test_rows_that_cannot_be_read_do_not_accuse_others(desk: Desk) -> None:
    """A school, its membership and the community with faults: their lessons are not refused."""
    file = registers(
        school_rows=first(办学类型="大学"),
        community_rows=[community(模式="？")],
        membership_rows=[membership(责任人="长" * 61), *memberships()[1:]],
    )
    result = desk.try_run(file, lessons(lesson()))
    assert [(e.sheet, e.code) for e in result.errors] == [
        ("学校", "unknown_value"),
        ("共同体", "unknown_value"),
        ("成员", "too_long"),
    ]


def test_history_ends_at_the_county_s_start_day(desk: Desk, recording: Recording) -> None:
    with recording():
        session().get_one(Division, desk.county_id()).live_on = date(2025, 1, 1)
    meeting = {"共同体编号": "JD-91", "日期": "2025-01-01", "主题": "例会"}
    young = community("JD-92", 成立日期="2025-01-01")
    late = [
        registers(
            community_rows=[community(), young],
            membership_rows=[*memberships()[:3], membership(KINDERGARTEN, 加入日期="2025-01-01")],
        ),
        lessons(lesson(日期="2024-12-31"), lesson(日期="2025-01-01")),
        xlsx(Sheet("会议", MEETINGS, [meeting]), name="meetings.xlsx"),
    ]
    assert desk.errors(*late) == [
        (3, "H", "after_start_day"),
        (5, "D", "after_start_day"),
        (3, "B", "after_start_day"),
        (2, "B", "after_start_day"),
    ]
    desk.run(*late, history=False)
