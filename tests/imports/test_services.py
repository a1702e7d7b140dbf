"""What an import writes: rows recognised, versions with the time from which they are known."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, select

from community.access import Role
from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import ActivityState
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    CommunityVersion,
    Meeting,
    Membership,
    MembershipVersion,
    ObjectiveVersion,
)
from community.imports import services
from community.imports.models import ImportBatch, ImportBatchCounty
from community.imports.rules import ImportResult
from community.imports.sheets import SourceFile
from community.journal.services import writing
from community.kernel import clock
from community.kernel.clock import ALWAYS, start_of_day
from community.kernel.database import Recorded, session, transaction
from community.kernel.errors import AccessDeniedError
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolAlias,
    SchoolFigures,
    SchoolVersion,
)
from community.resource_transfers.models import ResourceTransfer
from community.walking_teaching.models import WalkingTeachingSession
from tests.imports.conftest import Desk
from tests.imports.workbooks import (
    CHARTERS,
    COMMUNITIES,
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
    xls,
    xlsx,
)

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`at(instant)` sets the clock."""

    def set_clock(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_clock


def outcomes(result: ImportResult) -> list[tuple[str, int, int, int, int]]:
    """Per sheet: kind, rows, added, changed, unchanged."""
    return [(s.kind, s.rows, s.added, s.changed, s.unchanged) for s in result.sheets]


def counted(result: ImportResult) -> tuple[int, int, int]:
    """Added, changed and unchanged rows of all sheets."""
    return (
        sum(s.added for s in result.sheets),
        sum(s.changed for s in result.sheets),
        sum(s.unchanged for s in result.sheets),
    )


def history(model: type[Recorded], *columns: str) -> list[tuple[Any, ...]]:
    """The versions of the only fact of a table: known from, known until, and columns."""
    rows = session().scalars(select(model).order_by(model.known_from, model.id)).all()  # type: ignore[attr-defined] # every fact has an id
    return [(r.known_from, r.known_until, *(getattr(r, c) for c in columns)) for r in rows]


# --- Jiedong's workbooks ----------------------------------------------------------------------


def test_jiedong_s_workbooks(desk: Desk, jiedong: list[SourceFile]) -> None:
    """The row counts of READING.md's reference; the same files again add nothing."""
    result = desk.run(*jiedong)
    rows = {
        "schools": 63,
        "communities": 7,
        "memberships": 53,
        "objectives": 20,
        "charters": 7,
        "meetings": 28,
        "shared_teaching": 305,
        "walking_teaching": 140,
        "resource_transfers": 35,
    }
    assert {s.kind: s.rows for s in result.sheets} == rows
    assert {s.kind: s.added for s in result.sheets} == rows
    assert desk.count(Activity) == 480
    for is_history in (True, False):
        again = desk.run(*reversed(jiedong), history=is_history)
        assert {s.kind: s.unchanged for s in again.sheets} == rows
    assert desk.count(Activity) == 480
    changed = [_confirmed(file) if "ledger" in file.name else file for file in jiedong]
    assert counted(desk.run(*changed)) == (0, 1, 657)


def _confirmed(file: SourceFile) -> SourceFile:
    """The ledger with one confirmation filled in."""
    assert file.data is not None
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    page = book["共享教学"]
    assert page["O4"].value is None
    page["O4"], page["P4"] = "李芳", "2025.9.30"
    data = io.BytesIO()
    book.save(data)
    return replace(file, data=data.getvalue())


def test_the_other_counties_tables(desk: Desk, jiedong: list[SourceFile]) -> None:
    """Also the files of the demonstration as text, in which a lead lies in another county."""
    data = Path(__file__).parents[2] / "community" / "demonstration" / "data"
    files = [SourceFile(f.name, f.read_bytes()) for f in sorted(data.glob("*.csv"))]
    result = desk.run(*files)
    assert counted(result)[0] == sum(s.rows for s in result.sheets) > 500
    assert counted(desk.run(*files))[:2] == (0, 0)


# --- how a workbook is read (READING.md §7) ---------------------------------------------------


def test_synonyms_of_headers(desk: Desk) -> None:
    def renamed(header: Sequence[str], names: dict[str, str]) -> list[str]:
        return [names.get(name, name) for name in header]

    def row(cells: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
        return {names.get(name, name): value for name, value in cells.items()}

    roster = {
        "学校(园)名称": "学校名称",
        "学校标识码": "学校代码",
        "县(市、区)": "所属县区",
        "在校生数": "在校学生数",
    }
    members = {
        "共同体编号": "共同体代码",
        "学校": "学校名称",
        "责任人": "负责人",
        "章程签署日期": "签署时间",
    }
    listed = {"列入五年规划": "是否列入五年规划", "县(市、区)": "所属县区", "编号": "共同体代码"}
    shared = {
        "日期": "活动日期",
        "提供校": "提供学校",
        "接收校": "受援校",
        "课时": "课时数",
        "佐证材料档号": "佐证材料",
        "接收校确认人": "受援校确认人",
        "确认日期": "确认时间",
    }
    walking = {
        "派出校": "原任教学校",
        "接收校": "受援学校",
        "日期": "活动时间",
        "佐证材料档号": "佐证档号",
        "接收校确认人": "受援学校确认人",
    }
    moved = {"提供校": "派出学校", "接收校": "接收学校", "接收校确认人": "接收学校确认人"}
    result = desk.run(
        xlsx(
            Sheet("一", renamed(SCHOOLS, roster), [row(r, roster) for r in schools()]),
            Sheet("二", renamed(COMMUNITIES, listed), [row(community(), listed)]),
            Sheet("三", renamed(MEMBERSHIPS, members), [row(r, members) for r in memberships()]),
            Sheet("四", renamed(SHARED, shared), [row(lesson(), shared)]),
            Sheet("五", renamed(WALKING, walking), [row(visit(), walking)]),
            Sheet("六", renamed(TRANSFERS, moved), [row(transfer(), moved)]),
        )
    )
    assert outcomes(result) == [
        ("schools", 4, 4, 0, 0),
        ("communities", 1, 1, 0, 0),
        ("memberships", 4, 4, 0, 0),
        ("shared_teaching", 1, 1, 0, 0),
        ("walking_teaching", 1, 1, 0, 0),
        ("resource_transfers", 1, 1, 0, 0),
    ]
    # And nothing got lost on the way: under the usual headers the same rows are unchanged.
    again = desk.run(registers(), lessons(lesson()), visits(visit()), transfers(transfer()))
    assert counted(again) == (0, 0, 12)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            (*CHARTERS[:2], "有效期", "档号"),
            {"共同体编号": "JD-91", "章程名称": "章程", "有效期": "2024.9.1-2027.8.31"},
        ),
        (
            (*CHARTERS[:2], "起止日期", "档号"),
            {"共同体编号": "JD-91", "章程名称": "章程", "起止日期": "2024年9月1日至2027年8月31日"},
        ),
    ],
)
def test_one_column_for_two_dates(desk: Desk, header: tuple[str, ...], row: dict[str, Any]) -> None:
    desk.run(registers(), xlsx(Sheet("章程", header, [row])))
    assert session().scalars(select(Charter.effective_on)).one() == date(2024, 9, 1)
    assert session().scalars(select(CharterVersion.expires_on)).one() == date(2027, 8, 31)


def test_memberships_with_one_column_for_two_dates(desk: Desk) -> None:
    header = ("共同体编号", "学校", "角色", "起止日期")
    rows = [
        {"共同体编号": "JD-91", "学校": LEAD, "角色": "牵头校", "起止日期": "2024.8.26-至今"},
        {"共同体编号": "JD-91", "学校": PIVOT, "角色": "支点校", "起止日期": ""},
    ]
    file = xlsx(Sheet("成员", header, rows))
    assert desk.errors(registers(membership_rows=[]), file) == [(3, "D", "missing_value")]
    desk.run(registers(membership_rows=[]), xlsx(Sheet("成员", header, rows[:1])))
    assert history(MembershipVersion, "left_on") == [(start_of_day(date(2024, 8, 26)), None, None)]


def test_rows_above_between_and_below(desk: Desk) -> None:
    """Titles, a two-row header, samples, totals, signatures, empty and hidden rows."""
    rows = [
        lesson(共同体编号="示例:JD-91"),
        lesson(),
        {},
        lesson(主题="二"),
        {"共同体编号": "合  计", "课时": 2},
        {"日期": "小计", "课时": 2},
        {"共同体编号": "填表人:王芳"},
    ]
    file = xlsx(Sheet("台账", SHARED, rows, [["共享教学台账"], ["单位:揭东区"]]))
    assert file.data is not None
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    page = book["台账"]
    page.row_dimensions[5].hidden = True
    data = io.BytesIO()
    book.save(data)
    result = desk.run(registers(), SourceFile("台账.xlsx", data.getvalue()))
    summary = result.sheets[-1]
    assert (summary.rows, summary.skipped, summary.kind) == (2, 4, "shared_teaching")


def test_instruction_sheets_are_not_listed(desk: Desk) -> None:
    file = xlsx(
        Sheet("填表说明", ("填表说明",), [{"填表说明": "日期必须写到日。"}]),
        Sheet("学校", SCHOOLS, schools()),
    )
    assert [s.sheet for s in desk.run(file).sheets] == ["学校"]


def test_merged_cells_are_filled_down(desk: Desk) -> None:
    file = registers(membership_rows=[])
    desk.run(file)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(list(MEMBERSHIPS))
    for number, row in enumerate(memberships(), start=2):
        for column, name in enumerate(MEMBERSHIPS, start=1):
            page.cell(number, column, row.get(name))
    page.merge_cells("A2:A5")
    data = io.BytesIO()
    book.save(data)
    assert desk.run(SourceFile("成员.xlsx", data.getvalue())).sheets[0].added == 4


def test_words_in_every_spelling(desk: Desk) -> None:
    rows = schools()
    rows[0] |= {
        "学校(园)名称": "揭东区曲溪街道 青禾学校",
        "县(市、区)": "揭东",
        "学校标识码": 3144990801,
        "城乡分类": 121,
        "是否寄宿": "√",
        "是否优质校": "×",
        "在校生数": "９００",
        "三所学校类别": "无",
    }
    rows[1] |= {"三所学校类别": "中心小学，公办寄宿制学校", "所属乡镇(街道)": "玉滘镇"}
    listed = community(列入五年规划="Y", 成立日期=45524, 撤销日期="至今")
    people = memberships()
    people[1]["加入日期"] = "二〇二四年八月二十六日"
    people[2]["退出日期"] = "至今"
    row = lesson(
        日期=datetime(2024, 9, 10, tzinfo=None),  # noqa: DTZ001 - as a cell holds it
        类别=" 同步课堂 ",
        学科="体育",
        接收校="溪畔小学；春苗园",
        接收校确认人="陈 静；—",
        佐证材料档号="GX-001、GX-002",
    )
    desk.run(
        registers(school_rows=rows, community_rows=[listed], membership_rows=people), lessons(row)
    )
    lead = session().scalars(select(School).where(School.code == "3144990801")).one()
    assert lead.name == LEAD
    version = (
        session().scalars(select(SchoolVersion).where(SchoolVersion.school_id == lead.id)).one()
    )
    assert (version.is_boarding, version.is_good) == (True, False)
    assert desk.count(Designation) == 3
    assert session().scalars(select(CommunityVersion.founded_on)).one() == date(2024, 8, 20)
    assert session().scalars(select(Activity.subject)).one() == "pe_and_health"
    assert session().scalars(select(Confirmation.confirmer_name)).all() == ["陈静"]
    assert session().scalars(select(Activity.state)).one() is ActivityState.SUBMITTED
    assert sorted(session().scalars(select(ActivityEvidence.reference))) == ["GX-001", "GX-002"]
    townships = session().scalars(
        select(Division.name)
        .join(SchoolVersion, SchoolVersion.township_id == Division.id)
        .order_by(SchoolVersion.id)
    )
    assert list(townships) == ["曲溪街道", "玉滘镇", "玉滘镇", "玉滘镇"]


def test_blanks_are_missing_data(desk: Desk) -> None:
    """Whatever is not required may be blank."""
    bare_school = {"学校(园)名称": LEAD, "县(市、区)": "445203", "办学类型": "教育资源"}
    bare_community = {"编号": "JD-91", "县(市、区)": "揭东区"}
    bare_member = {
        "共同体编号": "JD-91",
        "学校": LEAD,
        "角色": "牵头校",
        "加入日期": "2024-08-26",
    }
    desk.run(
        registers(
            school_rows=[bare_school],
            community_rows=[bare_community],
            membership_rows=[bare_member],
        ),
        xlsx(
            Sheet("目标", OBJECTIVES, [{"共同体编号": "JD-91"}]),
            Sheet("章程", CHARTERS, [{"共同体编号": "JD-91"}]),
            Sheet("会议", MEETINGS, [{"共同体编号": "JD-91", "日期": "2024-9-1"}]),
            name="rest.xlsx",
        ),
    )
    assert session().scalars(select(Community.name)).one() == "JD-91"
    for model in (SchoolVersion, CommunityVersion, ObjectiveVersion, CharterVersion):
        assert history(model) == [(ALWAYS, None)]
    assert desk.count(SchoolFigures) == 0
    assert desk.count(Designation) == 0
    assert desk.count(CharterSignature) == 0


@pytest.mark.once
@pytest.mark.parametrize("form", ["xls", "gbk"])
def test_jiedong_in_other_formats(desk: Desk, jiedong: list[SourceFile], form: str) -> None:
    """The same tables, columns in another order, as an old workbook or as text: unchanged."""
    desk.run(*jiedong)
    again: list[SourceFile] = []
    for file in jiedong:
        book = openpyxl.load_workbook(io.BytesIO(file.data or b""))
        for page in book.worksheets[1:]:
            rows = [list(row) for row in page.iter_rows(values_only=True)]
            top = next(n for n, row in enumerate(rows) if row[1] is not None)
            header = [str(name) for name in rows[top]]
            cells = [dict(zip(header, row, strict=True)) for row in rows[top + 1 :]]
            for above, row in zip([{}, *cells], cells, strict=False):
                if "学校" in row and row["共同体编号"] is None:  # merged in the original
                    row["共同体编号"] = above["共同体编号"]
            sheet = Sheet(page.title, header[::-1], [_filled(row) for row in cells])
            name = f"{file.name}-{page.title}"
            again.append(
                xls(sheet, name=f"{name}.xls")
                if form == "xls"
                else csv_file(sheet, encoding="gb18030", name=f"{name}.csv")
            )
    assert counted(desk.run(*again)) == (0, 0, 658)


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if cell is None else cell for name, cell in row.items()}


@pytest.mark.parametrize("form", ["xls", "gbk", "utf-8", "utf-8-sig"])
def test_every_format(desk: Desk, form: str) -> None:
    sheet = Sheet("共享教学", SHARED, [lesson(日期=date(2024, 9, 10))])
    file = xls(sheet) if form == "xls" else csv_file(sheet, encoding=form)
    desk.run(registers(), file)
    assert session().scalars(select(Activity.held_on)).one() == date(2024, 9, 10)


# --- the same row again (READING.md §8) -------------------------------------------------------


def test_rows_are_recognised_in_other_spellings(desk: Desk) -> None:
    desk.run(registers(), lessons(lesson()), visits(visit()), transfers(transfer()))
    again = desk.run(
        lessons(lesson(日期=date(2024, 9, 10), 提供校="3144990801", 接收校=" 溪畔小学 ")),
        visits(visit(节次="2-3节", 派出校="松间中心校")),
        transfers(transfer(数量="40", **{"金额(元)": "800.50元"})),
    )
    assert counted(again) == (0, 0, 3)


def test_any_other_cell_makes_another_row(desk: Desk) -> None:
    desk.run(registers(), lessons(lesson()))
    rows = [lesson(主题="别的"), lesson(年级="四年级"), lesson(学生人数=21), lesson(课时=2)]
    assert counted(desk.run(lessons(*rows))) == (4, 0, 0)


def test_two_lessons_alike_are_two(desk: Desk) -> None:
    """Same identity, other evidence: each finds its own record again, in any order."""
    one, two = lesson(佐证材料档号="GX-001"), lesson(佐证材料档号="GX-002")
    assert counted(desk.run(registers(), lessons(one, two)))[0] == 11
    assert counted(desk.run(lessons(two, one))) == (0, 0, 2)
    three = lesson(佐证材料档号="GX-003")
    assert counted(desk.run(lessons(three, two))) == (0, 1, 1)
    assert counted(desk.run(lessons(lesson(佐证材料档号="GX-004"), two, three))) == (1, 0, 2)


def test_what_is_not_in_next_month_s_file_stays(desk: Desk) -> None:
    desk.run(registers(), lessons(lesson(), lesson(主题="二")))
    result = desk.run(lessons(lesson(), lesson(主题="三")))
    assert counted(result) == (1, 0, 1)
    assert desk.count(Activity) == 3


def test_a_column_that_is_not_there_says_nothing(desk: Desk) -> None:
    """Next month's files lack columns: what was known stays."""
    desk.run(registers(), lessons(lesson()), transfers(transfer()))

    def without(header: Sequence[str], *names: str) -> list[str]:
        return [name for name in header if name not in names]

    result = desk.run(
        xlsx(
            Sheet(
                "一", without(SCHOOLS, "在校生数", "简称", "三所学校类别", "城乡分类"), schools()
            ),
            Sheet("二", without(COMMUNITIES, "列入五年规划"), [community()]),
            Sheet("三", without(MEMBERSHIPS, "责任人", "章程签署日期"), memberships()),
            Sheet("四", without(SHARED, "佐证材料档号", "接收校确认人", "确认日期"), [lesson()]),
            Sheet("五", without(TRANSFERS, "实收数量", "归还日期"), [transfer()]),
        )
    )
    assert counted(result) == (0, 0, 11)


def test_schools_are_recognised_by_code_then_by_name(desk: Desk) -> None:
    desk.run(registers())
    rows = schools()
    rows[0]["学校(园)名称"] = "揭东区青禾实验学校"
    rows[2]["学校标识码"] = "2144990804"  # the teaching point has got a code
    assert counted(desk.run(registers(school_rows=rows, membership_rows=[]))) == (0, 2, 3)
    assert desk.count(School) == 4
    # An old ledger goes on calling the school by its former name.
    assert session().scalars(select(SchoolAlias.name)).all() == [LEAD]
    desk.run(lessons(lesson()))
    blank = [row | {"学校标识码": ""} for row in rows]
    assert counted(desk.run(registers(school_rows=blank))) == (0, 0, 9)


def test_the_look_up_of_a_school(desk: Desk) -> None:
    """By code, full name, short name in the community's county, only then elsewhere."""
    far = {"县(市、区)": "普宁市", "所属乡镇(街道)": ""}
    rows = [
        *schools(),
        school("溪畔小学", 学校标识码="2144990901", **far),  # its full name is a short name here
        school("普宁市白云学校", 简称="白云", 学校标识码="3144990902", **far),
    ]
    people = [*memberships(), membership("白云", "牵头校")]
    desk.run(registers(school_rows=rows, membership_rows=people))
    desk.run(lessons(lesson(接收校="溪畔小学"), lesson(主题="远", 提供校="白云")))
    receivers = session().scalars(
        select(School.name).join(ActivityReceiver, ActivityReceiver.school_id == School.id)
    )
    assert set(receivers) == {VILLAGE}
    assert desk.errors(lessons(lesson(主题="码", 接收校="2144990901"))) == [
        (2, "I", "outside_membership")
    ]


def test_a_ledger_alone_and_files_in_any_order(desk: Desk) -> None:
    desk.run(lessons(lesson()), registers())
    assert counted(desk.run(lessons(lesson(主题="后来")))) == (1, 0, 0)


def test_meetings_alike_are_two(desk: Desk) -> None:
    rows = [
        {"共同体编号": "JD-91", "日期": "2024-9-2", "纪要档号": "HY-1"},
        {"共同体编号": "JD-91", "日期": "2024-9-2", "纪要档号": "HY-2"},
    ]
    file = xlsx(Sheet("会议", MEETINGS, rows))
    assert counted(desk.run(registers(), file))[0] == 11
    assert counted(desk.run(file)) == (0, 0, 2)
    assert desk.count(Meeting) == 2


# --- what is known when -----------------------------------------------------------------------


def test_history_is_known_from_the_ledger_s_dates(desk: Desk) -> None:
    people = memberships()[:3]
    people[0] |= {"退出日期": "2025-02-23", "章程签署日期": "2024-09-15"}
    objective = {
        "共同体编号": "JD-91",
        "学年": "2024-2025",
        "目标内容": "目标",
        "指标值": "20",
        "完成值": "23",
        "评估日期": "2025-7-8",
    }
    desk.run(
        registers(community_rows=[community(撤销日期="2025-12-31")], membership_rows=[people[0]]),
        xlsx(Sheet("目标", OBJECTIVES, [objective]), name="objectives.xlsx"),
    )
    founded, dissolved = start_of_day(date(2024, 8, 20)), start_of_day(date(2025, 12, 31))
    assert history(CommunityVersion, "dissolved_on", "is_listed") == [
        (founded, dissolved, None, True),
        (dissolved, None, date(2025, 12, 31), True),
    ]
    joined, left = start_of_day(date(2024, 8, 26)), start_of_day(date(2025, 2, 23))
    assert history(MembershipVersion, "left_on", "responsible_person") == [
        (joined, left, None, "王芳"),
        (left, None, date(2025, 2, 23), "王芳"),
    ]
    assert history(CharterSignature, "signed_on") == [
        (start_of_day(date(2024, 9, 15)), None, date(2024, 9, 15))
    ]
    year, review = start_of_day(date(2024, 9, 1)), start_of_day(date(2025, 7, 8))
    assert history(ObjectiveVersion, "target_value", "achieved_value", "reviewed_on") == [
        (year, review, "20", None, None),
        (review, None, "20", "23", date(2025, 7, 8)),
    ]
    assert {row[0] for row in history(SchoolVersion)} == {ALWAYS}
    assert {row[0] for row in history(Designation)} == {ALWAYS}
    assert {row[0] for row in history(SchoolFigures)} == {ALWAYS}


def test_history_of_a_ledger_row(desk: Desk) -> None:
    desk.run(registers(), lessons(lesson(接收校="溪畔小学、春苗园", 接收校确认人="陈静、")))
    held, confirmed = start_of_day(date(2024, 9, 10)), start_of_day(date(2024, 9, 12))
    assert history(Activity, "state") == [(held, None, ActivityState.SUBMITTED)]
    assert history(ActivityEvidence, "reference") == [(held, None, "GX-001")]
    assert history(Confirmation, "confirmer_name", "confirmed_on") == [
        (confirmed, None, "陈静", date(2024, 9, 12))
    ]


def test_names_without_a_day_are_known_with_the_row(desk: Desk) -> None:
    desk.run(registers(), lessons(lesson(确认日期="")))
    held = start_of_day(date(2024, 9, 10))
    assert history(Confirmation, "confirmer_name", "confirmed_on") == [(held, None, "陈静", None)]


def test_without_history_everything_is_known_from_now(
    desk: Desk, at: Callable[[datetime], None]
) -> None:
    at(NOW)
    people = [membership(退出日期="2025-02-23")]
    desk.run(registers(membership_rows=people), history=False)
    for model in (SchoolVersion, CommunityVersion, MembershipVersion, CharterSignature):
        assert {(row[0], row[1]) for row in history(model)} == {(NOW, None)}
    assert history(MembershipVersion, "left_on")[0][2] == date(2025, 2, 23)


def test_a_blank_that_is_filled_in_adds(desk: Desk, at: Callable[[datetime], None]) -> None:
    """In a ledger of the past from its date, otherwise from now."""
    at(NOW)
    blank = lesson(接收校确认人="", 确认日期="", 佐证材料档号="")
    desk.run(registers(membership_rows=memberships()), lessons(blank))
    at(LATER)
    people = memberships()
    people[0] |= {"退出日期": "2025-07-10"}
    result = desk.run(registers(membership_rows=people), lessons(lesson()))
    assert counted(result) == (0, 2, 8)
    left = start_of_day(date(2025, 7, 10))
    lead = [r for r in history(MembershipVersion, "left_on") if r[1] or r[2]]
    assert lead == [
        (start_of_day(date(2024, 8, 26)), left, None),
        (left, None, date(2025, 7, 10)),
    ]
    assert history(Confirmation, "confirmed_on") == [
        (start_of_day(date(2024, 9, 12)), None, date(2024, 9, 12))
    ]
    assert history(ActivityEvidence) == [(start_of_day(date(2024, 9, 10)), None)]
    assert session().scalars(select(Activity.state)).one() is ActivityState.CONFIRMED
    # Live: the pivot's end, too, is known from the instant of entry.
    people[1] |= {"退出日期": "2025-07-10"}
    at(datetime(2026, 4, 1, tzinfo=UTC))
    desk.run(registers(membership_rows=people), history=False)
    assert (
        datetime(2026, 4, 1, tzinfo=UTC),
        None,
        date(2025, 7, 10),
    ) in history(MembershipVersion, "left_on")


@pytest.mark.parametrize("is_history", [True, False])
def test_any_other_change_corrects(
    desk: Desk, at: Callable[[datetime], None], is_history: bool
) -> None:
    """A correction is known from its recording, in both modes."""
    at(NOW)
    desk.run(registers(membership_rows=[membership()]))
    at(LATER)
    again = membership(角色="支点校", 章程签署日期="2024-09-01", 责任人="")
    result = desk.run(registers(membership_rows=[again]), history=is_history)
    assert counted(result) == (0, 1, 5)
    joined = start_of_day(date(2024, 8, 26))
    assert history(MembershipVersion, "role", "responsible_person") == [
        (joined, LATER, "lead", "王芳"),
        (LATER, None, "pivot", None),
    ]
    assert history(CharterSignature, "signed_on") == [
        (start_of_day(date(2024, 8, 30)), LATER, date(2024, 8, 30)),
        (LATER, None, date(2024, 9, 1)),
    ]


def test_what_vanishes_is_closed(desk: Desk, at: Callable[[datetime], None]) -> None:
    at(NOW)
    desk.run(registers(membership_rows=memberships()), lessons(lesson()))
    at(LATER)
    people = memberships()
    people[0]["章程签署日期"] = ""
    gone = lesson(接收校确认人="—", 确认日期="", 佐证材料档号="无")
    assert counted(desk.run(registers(membership_rows=people), lessons(gone))) == (0, 2, 8)
    assert (start_of_day(date(2024, 8, 30)), LATER) in history(CharterSignature)
    assert history(Confirmation) == [(start_of_day(date(2024, 9, 12)), LATER)]
    assert history(ActivityEvidence) == [(start_of_day(date(2024, 9, 10)), LATER)]
    assert session().scalars(select(Activity.state)).one() is ActivityState.SUBMITTED
    # And when it comes back, it was not there in between.
    desk.run(registers(membership_rows=memberships()), lessons(lesson()))
    assert history(Confirmation) == [
        (start_of_day(date(2024, 9, 12)), LATER),
        (LATER, None),
    ]
    assert history(ActivityEvidence)[-1] == (LATER, None)
    assert history(CharterSignature)[-1] == (LATER, None)


def test_confirmations_come_one_by_one(desk: Desk, at: Callable[[datetime], None]) -> None:
    """The cell is the day of the last receiver: those before keep theirs."""
    at(NOW)
    two = {"接收校": "溪畔小学、春苗园"}
    desk.run(registers(), lessons(lesson(**two, 接收校确认人="陈静、—", 确认日期="2024-9-12")))
    both = lesson(**two, 接收校确认人="陈静、林芳", 确认日期="2024-9-20")
    assert counted(desk.run(lessons(both))) == (0, 1, 0)
    assert history(Confirmation, "confirmer_name", "confirmed_on") == [
        (start_of_day(date(2024, 9, 12)), None, "陈静", date(2024, 9, 12)),
        (start_of_day(date(2024, 9, 20)), None, "林芳", date(2024, 9, 20)),
    ]
    assert counted(desk.run(lessons(both))) == (0, 0, 1)
    at(LATER)
    corrected = lesson(**two, 接收校确认人="陈静、林芳", 确认日期="2024-9-21")
    assert counted(desk.run(lessons(corrected))) == (0, 1, 0)
    assert history(Confirmation, "confirmed_on")[1:] == [
        (start_of_day(date(2024, 9, 20)), LATER, date(2024, 9, 20)),
        (LATER, None, date(2024, 9, 21)),
    ]
    assert counted(desk.run(lessons(corrected))) == (0, 0, 1)
    earlier = lesson(**two, 接收校确认人="陈静、林芳", 确认日期="2024-9-11")
    assert counted(desk.run(lessons(earlier))) == (0, 1, 0)
    assert counted(desk.run(lessons(earlier))) == (0, 0, 1)


def test_a_transfer_s_receipt_is_filled_in_later(desk: Desk) -> None:
    desk.run(registers(), transfers(transfer(实收数量="", 归还日期="")))
    later = transfer(实收数量=38, 归还日期="2025-6-20")
    assert counted(desk.run(transfers(later))) == (0, 1, 0)
    assert counted(desk.run(transfers(later))) == (0, 0, 1)
    found = session().scalars(select(ResourceTransfer)).one()
    assert (found.received_quantity, found.returned_on) == (Decimal(38), date(2025, 6, 20))
    assert (found.quantity, found.amount_fen) == (Decimal(40), 80050)
    assert desk.count(Activity) == 1


def test_a_designation_that_comes_back(desk: Desk, at: Callable[[datetime], None]) -> None:
    """It was not there in between; a short name may change as well."""
    rows = schools()
    desk.run(registers(school_rows=rows))
    at(NOW)
    gone = [*rows[:1], rows[1] | {"三所学校类别": "", "简称": "松间小学"}, *rows[2:]]
    assert counted(desk.run(registers(school_rows=gone))) == (0, 1, 8)
    at(LATER)
    assert counted(desk.run(registers(school_rows=rows))) == (0, 1, 8)
    known = [row for row in history(Designation, "kind") if row[2] == "central_primary"]
    assert [row[:2] for row in known] == [(ALWAYS, NOW), (NOW, None)]
    names = session().scalars(select(School.short_name).where(School.name == PIVOT))
    assert names.all() == ["松间中心校"]


def test_a_note_is_kept_and_may_change(desk: Desk) -> None:
    header = (*SHARED, "备注")

    def noted(note: str) -> SourceFile:
        return xlsx(Sheet("共享教学", header, [lesson(备注=note)]), name="noted.xlsx")

    desk.run(registers(), noted("一"))
    assert counted(desk.run(noted("二"))) == (0, 1, 0)
    assert session().scalars(select(Activity.note)).one() == "二"


def test_school_attributes(desk: Desk, at: Callable[[datetime], None]) -> None:
    at(NOW)
    rows = schools()
    rows[0] |= {"城乡分类": "", "在校生数": "", "三所学校类别": ""}
    desk.run(registers(school_rows=rows))
    at(LATER)
    rows[0] |= {"城乡分类": "111", "在校生数": 800, "三所学校类别": "公办寄宿制学校"}
    rows[1] |= {"城乡分类": "220", "在校生数": 901, "三所学校类别": "公办寄宿制学校"}
    assert counted(desk.run(registers(school_rows=rows))) == (0, 2, 7)
    ids = list(session().scalars(select(School.id).order_by(School.id)))

    def of(model: type[Recorded], school_id: int, column: str) -> list[tuple[Any, ...]]:
        statement = select(model.known_from, model.known_until, getattr(model, column)).where(
            model.school_id == school_id  # type: ignore[attr-defined] # of a school
        )
        return [
            tuple(row)
            for row in session().execute(statement.order_by(model.known_from, model.batch_id))
        ]

    # Filled in: known from always, as attributes are.
    assert of(SchoolVersion, ids[0], "urban_rural_class") == [
        (ALWAYS, ALWAYS, None),
        (ALWAYS, None, "111"),
    ]
    assert of(SchoolFigures, ids[0], "pupils_count") == [(ALWAYS, None, 800)]
    assert of(Designation, ids[0], "kind") == [(ALWAYS, None, "public_boarding")]
    # Changed: from now.
    assert of(SchoolVersion, ids[1], "urban_rural_class") == [
        (ALWAYS, LATER, "210"),
        (LATER, None, "220"),
    ]
    assert of(SchoolFigures, ids[1], "pupils_count") == [
        (ALWAYS, LATER, 900),
        (LATER, None, 901),
    ]
    assert of(Designation, ids[1], "kind") == [
        (ALWAYS, LATER, "central_primary"),
        (LATER, None, "public_boarding"),
    ]


def test_days_after_the_start_day_are_known_from_now(
    desk: Desk, at: Callable[[datetime], None]
) -> None:
    """History may bring a row of before, but what happened to it later is known from now."""
    at(NOW)
    desk.run(registers(membership_rows=memberships()))
    session().rollback()
    people = memberships()
    people[0]["退出日期"] = "2025-07-10"
    with_start = date(2025, 1, 1)
    _set_start(desk, with_start)
    at(LATER)
    desk.run(registers(membership_rows=people))
    assert (LATER, None, date(2025, 7, 10)) in history(MembershipVersion, "left_on")


def _set_start(desk: Desk, day: date) -> None:
    with transaction(), writing(actor=desk.actor, action="division.changed"):
        session().get_one(Division, desk.county_id()).live_on = day


# --- batches, dry runs, permissions -----------------------------------------------------------


def test_a_dry_run_does_all_but_writing(desk: Desk) -> None:
    result = desk.run(registers(), dry_run=True)
    assert (result.is_ok, result.batch_id, counted(result)) == (True, None, (9, 0, 0))
    assert desk.count(School) == desk.count(ImportBatch) == desk.count(Membership) == 0


def test_a_batch_keeps_what_it_did(desk: Desk) -> None:
    result = desk.run(registers())
    (batch,) = services.list_batches(actor=desk.actor)
    assert batch.id == result.batch_id
    assert batch.sheets == [sheet.as_json() for sheet in result.sheets]
    assert batch.is_history
    counties = session().scalars(select(ImportBatchCounty.county_id)).all()
    assert counties == [desk.county_id()]
    assert {row[0] for row in session().execute(select(SchoolVersion.batch_id))} == {batch.id}


class Official:
    """A district official."""

    actor_id = None
    actor_name = "district official"
    role = Role.DISTRICT_OFFICIAL
    school_id = None
    school_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()

    def __init__(self, county: Division) -> None:
        self.city_id = county.parent_id
        self.county_id = county.id


def official(code: str) -> Official:
    """The official of a county."""
    return Official(session().scalars(select(Division).where(Division.code == code)).one())


def test_an_official_imports_the_own_county_alone(desk: Desk) -> None:
    desk.actor = official("445203")
    desk.run(registers(), lessons(lesson()))
    desk.actor = official("445281")
    assert services.list_batches(actor=desk.actor) == []
    assert desk.errors(registers(community_rows=[], membership_rows=[])) == [
        (row, "E", "unknown_value") for row in range(2, 6)
    ]
    assert desk.errors(lessons(lesson())) == [(2, "A", "unknown_value")]


def test_a_clerk_imports_nothing(desk: Desk) -> None:
    desk.actor = official("445203")
    desk.actor.role = Role.SCHOOL_CLERK
    with pytest.raises(AccessDeniedError):
        desk.try_run(registers())


# --- the number of queries --------------------------------------------------------------------


def _statements(run: Callable[[], object]) -> int:
    counter: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        counter.append(statement)

    engine = session().get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        run()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counter)


def _many(count: int, name: str, **cells: Any) -> list[SourceFile]:
    return [
        lessons(
            *(
                lesson(主题=f"{name}{n}", 接收校="溪畔小学、春苗园", 接收校确认人="一、二", **cells)
                for n in range(count)
            )
        ),
        visits(*(visit(工号=f"{name}{n}", **cells) for n in range(count))),
        transfers(*(transfer(内容=f"{name}{n}", **cells) for n in range(count))),
    ]


def test_the_number_of_queries_does_not_depend_on_the_rows(desk: Desk) -> None:
    """Neither for new rows, nor for the same again, nor for corrections (by the hundred)."""
    desk.run(registers())
    few, many = _many(3, "甲"), _many(150, "乙")
    assert _statements(lambda: desk.run(*few)) == _statements(lambda: desk.run(*many))
    assert _statements(lambda: desk.run(*few)) == _statements(lambda: desk.run(*many))
    few, many = _many(3, "甲", 佐证材料档号=""), _many(150, "乙", 佐证材料档号="")
    assert _statements(lambda: desk.run(*many)) <= _statements(lambda: desk.run(*few)) + 8


def test_walking_teaching_details(desk: Desk) -> None:
    desk.run(registers(), visits(visit(节次="下午第1节")))
    found = session().scalars(select(WalkingTeachingSession)).one()
    assert (found.slots_text, found.slots_mask, found.travel_mode) == (
        "下午第1节",
        1 << 21,
        "bicycle",
    )
