"""The columns of the shared-teaching ledger (共享教学), and how a row of it is read."""

from typing import Final

from community.activities import sheets as ledger
from community.activities.rules import ActivityKind, Sheet
from community.activities.sheets import Surroundings, read_activity
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Column, SheetColumns
from community.shared_teaching.rules import SharedTeachingSessionDraft

SHARED_TEACHING: Final = SheetColumns(
    columns=(
        ledger.NUMBER,
        ledger.COMMUNITY,
        ledger.HELD_ON,
        Column("kind", ("类别", "活动类别", "类型"), required_header=True),
        Column("mode", ("方式", "活动方式"), required_header=True),
        ledger.SUBJECT,
        Column("grade", ("年级",)),
        Column("topic", ("主题", "活动主题")),
        Column("provider", ("提供校", "提供学校", "派出学校"), required_header=True),
        ledger.RECEIVERS,
        Column("lecturer_name", ("主讲教师",)),
        ledger.PERIODS,
        Column("pupils_count", ("学生人数",)),
        Column("teachers_count", ("教师人数",)),
        ledger.EVIDENCE,
        ledger.CONFIRMERS,
        ledger.CONFIRMED_ON,
        ledger.NOTE,
    ),
    distinctive=frozenset({"kind", "mode", "provider", "receivers"}),
)

KINDS: Final = {
    "同步课堂": ActivityKind.SYNCHRONOUS_CLASS,
    "专递课堂": ActivityKind.DEDICATED_REMOTE_CLASS,
    "名师课堂": ActivityKind.MASTER_TEACHER_CLASS,
    "联合教研": ActivityKind.JOINT_RESEARCH,
    "集体备课": ActivityKind.COLLECTIVE_LESSON_PLANNING,
    "同课异构": ActivityKind.SAME_LESSON_DIFFERENT_DESIGNS,
    "送教下乡": ActivityKind.OUTREACH_LESSON,
}


def read_session(
    row: RowReader, surroundings: Surroundings, unsaid: frozenset[str]
) -> SharedTeachingSessionDraft | None:
    """A row of the ledger as a draft; None when it has faults."""
    activity = read_activity(
        row,
        Sheet.SHARED_TEACHING,
        KINDS,
        surroundings,
        unsaid,
        with_mode=True,
        with_lessons=True,
    )
    grade = row.text("grade", 60)
    topic = row.text("topic", 300)
    lecturer_name = row.name("lecturer_name", 100)
    pupils_count = row.count("pupils_count")
    teachers_count = row.count("teachers_count")
    if row.faults or activity is None:
        return None
    return SharedTeachingSessionDraft(
        activity=activity,
        grade=grade,
        topic=topic,
        lecturer_name=lecturer_name,
        pupils_count=pupils_count,
        teachers_count=teachers_count,
    )
