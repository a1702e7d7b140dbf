"""Workbooks as schools send them: a small county whose rows a test changes."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
import xlwt

from community.imports.sheets import SourceFile

Row = Mapping[str, Any]

SCHOOLS = (
    "序号",
    "学校(园)名称",
    "简称",
    "学校标识码",
    "县(市、区)",
    "所属乡镇(街道)",
    "办学类型",
    "办学性质",
    "城乡分类",
    "三所学校类别",
    "是否寄宿",
    "是否优质校",
    "在校生数",
    "专任教师数",
    "骨干教师数",
    "符合交流条件教师数",
    "负责人",
    "启用日期",
    "停办日期",
    "备注",
)
COMMUNITIES = (
    "编号",
    "名称",
    "县(市、区)",
    "模式",
    "列入五年规划",
    "规划文件档号",
    "批准文号",
    "成立日期",
    "撤销日期",
    "备注",
)
MEMBERSHIPS = (
    "共同体编号",
    "学校",
    "角色",
    "加入日期",
    "退出日期",
    "责任人",
    "章程签署日期",
    "备注",
)
OBJECTIVES = ("共同体编号", "学年", "目标内容", "指标值", "完成值", "评估日期")
CHARTERS = ("共同体编号", "章程名称", "生效日期", "失效日期", "档号")
MEETINGS = ("共同体编号", "日期", "主题", "纪要档号")
SHARED = (
    "共同体编号",
    "日期",
    "类别",
    "方式",
    "学科",
    "年级",
    "主题",
    "提供校",
    "接收校",
    "主讲教师",
    "课时",
    "学生人数",
    "教师人数",
    "佐证材料档号",
    "接收校确认人",
    "确认日期",
)
WALKING = (
    "共同体编号",
    "教师",
    "工号",
    "类型",
    "派出校",
    "接收校",
    "学科",
    "日期",
    "节次",
    "课时",
    "出行方式",
    "佐证材料档号",
    "接收校确认人",
    "确认日期",
)
TRANSFERS = (
    "共同体编号",
    "日期",
    "类别",
    "内容",
    "数量",
    "单位",
    "金额(元)",
    "提供校",
    "接收校",
    "是否借用",
    "应还日期",
    "归还日期",
    "佐证材料档号",
    "接收校确认人",
    "实收数量",
    "确认日期",
)

LEAD = "揭东区曲溪街道青禾学校"
PIVOT = "揭东区玉滘镇松间中心小学"
VILLAGE = "揭东区玉滘镇溪畔小学"
KINDERGARTEN = "揭东区玉滘镇春苗中心幼儿园"


def school(name: str = LEAD, **cells: Any) -> dict[str, Any]:
    """A row of the roster."""
    row: dict[str, Any] = {
        "学校(园)名称": name,
        "县(市、区)": "揭东区",
        "所属乡镇(街道)": "曲溪街道",
        "办学类型": "九年一贯制学校",
        "办学性质": "公办",
        "城乡分类": "121镇中心区",
        "在校生数": 900,
    }
    return row | cells


def schools() -> list[dict[str, Any]]:
    """A lead, two pivots and a village school."""
    town = {"所属乡镇(街道)": "玉窖镇", "城乡分类": "210"}
    return [
        school(LEAD, 简称="曲溪青禾学校", 学校标识码="3144990801"),
        school(
            PIVOT,
            简称="松间中心校",
            学校标识码="2144990802",
            办学类型="小学",
            三所学校类别="中心小学",
            **town,
        ),
        school(VILLAGE, 简称="溪畔小学", 办学类型="教学点", **town),
        school(
            KINDERGARTEN,
            简称="春苗园",
            学校标识码="1144990803",
            办学类型="幼儿园",
            三所学校类别="乡镇中心幼儿园",
            **town,
        ),
    ]


def community(code: str = "JD-91", **cells: Any) -> dict[str, Any]:
    """A row of the register of communities."""
    row = {
        "编号": code,
        "名称": "青禾共同体",
        "县(市、区)": "揭东区",
        "模式": "共建型",
        "列入五年规划": "是",
        "规划文件档号": "揭规档1号",
        "成立日期": "2024-08-20",
    }
    return row | cells


def membership(name: str = LEAD, role: str = "牵头校", **cells: Any) -> dict[str, Any]:
    """A row of the register of members."""
    row = {
        "共同体编号": "JD-91",
        "学校": name,
        "角色": role,
        "加入日期": "2024-08-26",
        "责任人": "王芳",
        "章程签署日期": "2024-08-30",
    }
    return row | cells


def memberships() -> list[dict[str, Any]]:
    """Every school of `schools()`, each in its role."""
    return [
        membership(LEAD, "牵头校"),
        membership(PIVOT, "支点校"),
        membership(VILLAGE, "成员校"),
        membership(KINDERGARTEN, "支点校"),
    ]


def lesson(**cells: Any) -> dict[str, Any]:
    """A row of the shared-teaching ledger."""
    row = {
        "共同体编号": "JD-91",
        "日期": "2024.9.10",
        "类别": "同步课堂",
        "方式": "线上",
        "学科": "语文",
        "年级": "三年级",
        "主题": "古诗两首",
        "提供校": LEAD,
        "接收校": VILLAGE,
        "主讲教师": "李敏",
        "课时": 1,
        "学生人数": 20,
        "教师人数": 1,
        "佐证材料档号": "GX-001",
        "接收校确认人": "陈静",
        "确认日期": "2024-09-12",
    }
    return row | cells


def visit(**cells: Any) -> dict[str, Any]:
    """A row of the walking-teaching ledger."""
    row = {
        "共同体编号": "JD-91",
        "教师": "周明",
        "工号": "JD0801",
        "类型": "走教",
        "派出校": PIVOT,
        "接收校": VILLAGE,
        "学科": "艺术",
        "日期": "2024-9-11",
        "节次": "第2-3节",
        "课时": 2,
        "出行方式": "骑行",
        "佐证材料档号": "ZJ-001",
        "接收校确认人": "陈静",
        "确认日期": "2024-9-13",
    }
    return row | cells


def transfer(**cells: Any) -> dict[str, Any]:
    """A row of the resource-transfer ledger."""
    row = {
        "共同体编号": "JD-91",
        "日期": "2024-10-8",
        "类别": "图书",
        "内容": "绘本",
        "数量": 40,
        "单位": "册",
        "金额(元)": 800.5,
        "提供校": LEAD,
        "接收校": VILLAGE,
        "是否借用": "是",
        "应还日期": "2025-6-30",
        "佐证材料档号": "ZY-001",
        "接收校确认人": "陈静",
        "实收数量": 40,
        "确认日期": "2024-10-9",
    }
    return row | cells


@dataclass(frozen=True)
class Sheet:
    """A sheet: name, header, rows, and the rows above the header."""

    name: str
    header: Sequence[str]
    rows: Sequence[Row]
    above: Sequence[Sequence[Any]] = ()

    def grid(self) -> list[list[Any]]:
        """Every row, as cells."""
        rows = [[row.get(name, "") for name in self.header] for row in self.rows]
        return [*map(list, self.above), list(self.header), *rows]


def xlsx(*sheets: Sheet, name: str = "book.xlsx") -> SourceFile:
    """A workbook as Excel saves it."""
    data = io.BytesIO()
    options = {"default_date_format": "yyyy-mm-dd", "in_memory": True}
    with xlsxwriter.Workbook(data, options) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for number, cells in enumerate(sheet.grid()):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        page.write_string(number, column, cell)
                    else:
                        page.write(number, column, cell)
    return SourceFile(name, data.getvalue())


def xls(*sheets: Sheet, name: str = "book.xls") -> SourceFile:
    """A workbook of the old format."""
    book = xlwt.Workbook(encoding="utf-8")
    as_date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        for number, cells in enumerate(sheet.grid()):
            for column, cell in enumerate(cells):
                if isinstance(cell, date | datetime):
                    page.write(number, column, cell, as_date)
                elif cell != "":
                    page.write(number, column, cell)
    data = io.BytesIO()
    book.save(data)
    return SourceFile(name, data.getvalue())


def csv_file(sheet: Sheet, *, encoding: str = "utf-8-sig", name: str = "table.csv") -> SourceFile:
    """A table as text."""
    text = io.StringIO()
    csv.writer(text).writerows(sheet.grid())
    return SourceFile(name, text.getvalue().encode(encoding))


def registers(
    *,
    school_rows: Sequence[Row] | None = None,
    community_rows: Sequence[Row] | None = None,
    membership_rows: Sequence[Row] | None = None,
) -> SourceFile:
    """One workbook with the small county's schools, its community and the members."""
    return xlsx(
        Sheet("学校", SCHOOLS, schools() if school_rows is None else school_rows),
        Sheet("共同体", COMMUNITIES, [community()] if community_rows is None else community_rows),
        Sheet("成员", MEMBERSHIPS, memberships() if membership_rows is None else membership_rows),
        name="registers.xlsx",
    )


def lessons(*rows: Row, name: str = "lessons.xlsx") -> SourceFile:
    """A shared-teaching ledger."""
    return xlsx(Sheet("共享教学", SHARED, rows), name=name)


def visits(*rows: Row, name: str = "visits.xlsx") -> SourceFile:
    """A walking-teaching ledger."""
    return xlsx(Sheet("走教", WALKING, rows), name=name)


def transfers(*rows: Row, name: str = "transfers.xlsx") -> SourceFile:
    """A resource-transfer ledger."""
    return xlsx(Sheet("资源调配", TRANSFERS, rows), name=name)
