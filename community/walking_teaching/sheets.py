"""The columns of the walking-teaching ledger (走教), and how a row of it is read."""

from typing import Final

from community.activities import sheets as ledger
from community.activities.rules import ActivityKind, Sheet
from community.activities.sheets import Surroundings, has_half_days, read_activity
from community.kernel import workbook
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Cell, CellError, Column, SheetColumns
from community.walking_teaching.rules import (
    HALF_DAYS,
    Lessons,
    TravelMode,
    WalkingTeachingSessionDraft,
    build_mask,
    check_amount,
    read_lessons,
)

WALKING_TEACHING: Final = SheetColumns(
    columns=(
        ledger.NUMBER,
        ledger.COMMUNITY,
        Column("teacher_name", ("教师", "教师姓名"), required_header=True),
        Column("staff_number", ("工号", "教师工号"), required_header=True),
        Column("kind", ("类型", "类别"), required_header=True),
        Column("provider", ("派出校", "派出学校", "原任教学校"), required_header=True),
        ledger.RECEIVERS,
        ledger.SUBJECT,
        ledger.HELD_ON,
        Column("slots", ("节次",), required_header=True),
        ledger.PERIODS,
        Column("travel_mode", ("出行方式",)),
        ledger.EVIDENCE,
        ledger.CONFIRMERS,
        ledger.CONFIRMED_ON,
        ledger.NOTE,
    ),
    distinctive=frozenset({"staff_number", "slots"}),
)

KINDS: Final = {
    "走教": ActivityKind.WALKING_TEACHING,
    "跨校兼课": ActivityKind.CROSS_SCHOOL_TEACHING,
    "支教": ActivityKind.SUPPORT_TEACHING,
    "轮岗": ActivityKind.ROTATION,
}
TRAVEL_MODES: Final = {
    "自驾": TravelMode.OWN_CAR,
    "公务用车": TravelMode.OFFICIAL_CAR,
    "公交": TravelMode.BUS,
    "拼车": TravelMode.CAR_POOL,
    "骑行": TravelMode.BICYCLE,
    "步行": TravelMode.ON_FOOT,
    "其他": TravelMode.OTHER,
}


def read_session(
    row: RowReader, surroundings: Surroundings, unsaid: frozenset[str]
) -> WalkingTeachingSessionDraft | None:
    """A row of the ledger as a draft; None when it has faults."""
    activity = read_activity(
        row, Sheet.WALKING_TEACHING, KINDS, surroundings, unsaid, with_lessons=True
    )
    teacher_name = row.name("teacher_name", 60, required=True)
    staff_number = row.code("staff_number", 40, required=True)
    is_among_kindergartens = has_half_days(row)
    lessons = row.read(
        "slots",
        _half_days_of_day if is_among_kindergartens else workbook.periods_of_day,
        required=True,
    )
    slots_text = None if row.is_refused("slots") else row.name("slots", 60)
    if is_among_kindergartens and activity is not None and slots_text:
        _check_half_days(row, read_lessons(slots_text), activity.half_days)
    travel_mode = row.word("travel_mode", TRAVEL_MODES)
    if (
        row.faults
        or activity is None
        or teacher_name is None
        or staff_number is None
        or lessons is None
    ):
        return None
    return WalkingTeachingSessionDraft(
        activity=activity,
        teacher_name=teacher_name,
        staff_number=staff_number,
        slots_text=slots_text or "",
        slots_mask=build_mask(lessons),
        travel_mode=travel_mode,
    )


def _half_days_of_day(cell: Cell) -> frozenset[int] | None:
    """The half-days of 上午, 下午 or 全天, as the lessons that they take."""
    text = workbook.name(cell)
    if text is None:
        return None
    if text not in HALF_DAYS:
        message = Message(
            N_("A kindergarten has no lessons. Write 上午, 下午 or 全天 instead of “%(text)s”."),
            {"text": text},
        )
        raise CellError("unknown_value", message)
    return HALF_DAYS[text]


def _check_half_days(row: RowReader, lessons: Lessons, half_days: int | None) -> None:
    try:
        check_amount(lessons, None, half_days)
    except RuleViolationError as error:
        row.refuse(error.field or "slots", "contradicting_amount", Message(str(error)))
