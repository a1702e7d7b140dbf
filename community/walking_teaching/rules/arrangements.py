"""Standing arrangements (走教安排): who teaches where, in which lessons of the week, from when to
when. Support teaching and rotation are full time: they have no weekly lessons and no visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from community.activities.rules import KINDS_OF, ActivityKind, Sheet, Subject
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message, declare_labels
from community.kernel.workbook import AFTERNOON, CellError, periods_of_day
from community.walking_teaching.rules.sessions import TravelMode, build_mask

ARRANGED_KINDS: Final = KINDS_OF[Sheet.WALKING_TEACHING]
# Those who teach there every day of the year: one record at most, and no visits.
FULL_TIME_KINDS: Final = frozenset({ActivityKind.SUPPORT_TEACHING, ActivityKind.ROTATION})
FULL_TIME: Final = "驻校"  # what the ledger says of their lessons
MAX_SLOTS: Final = 6
MAX_TRAVEL_MINUTES: Final = 240


class Rhythm(StrEnum):
    """In which weeks of the term a lesson takes place; the term's first week is the first."""

    EVERY_WEEK = "every_week"
    ODD_WEEKS = "odd_weeks"
    EVEN_WEEKS = "even_weeks"


declare_labels(
    Rhythm,
    {
        Rhythm.EVERY_WEEK: N_("every week"),
        Rhythm.ODD_WEEKS: N_("odd weeks"),
        Rhythm.EVEN_WEEKS: N_("even weeks"),
    },
)

# Kindergartens have no lessons: a half-day takes those of a morning or of an afternoon.
HALF_DAYS: Final[Mapping[str, frozenset[int]]] = {
    "上午": frozenset(range(1, 5)),
    "下午": frozenset(range(AFTERNOON + 1, AFTERNOON + 5)),
    "全天": frozenset((*range(1, 5), *range(AFTERNOON + 1, AFTERNOON + 5))),
}


@dataclass(frozen=True, slots=True)
class Lessons:
    """The lessons of a day as written, and what they come to."""

    text: str
    mask: int
    periods: int | None = None
    half_days: int | None = None


def read_lessons(text: str) -> Lessons:
    """The lessons of 第2-3节, or the half-days of 上午, 下午, 全天.

    Raises RuleViolationError (field `lessons`) for what names none.
    """
    written = "".join(text.split())
    if written in HALF_DAYS:
        return Lessons(
            written, build_mask(HALF_DAYS[written]), half_days=2 if written == "全天" else 1
        )
    try:
        lessons = periods_of_day(written)
    except CellError:
        lessons = None
    if not lessons:
        raise RuleViolationError(
            Message(
                N_(
                    "“%(text)s” names no lesson. Write the lessons like 第2-3节, or 上午, 下午 or "
                    "全天 where a kindergarten receives."
                ),
                {"text": text},
            ),
            field="lessons",
        )
    return Lessons(written, build_mask(lessons), periods=len(lessons))


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """Lessons of a weekday (0 for Monday); the times are those of the receiving school."""

    weekday: int
    lessons: Lessons
    starts_at: time | None = None
    ends_at: time | None = None
    rhythm: Rhythm = Rhythm.EVERY_WEEK


@dataclass(frozen=True, slots=True)
class TermDays:
    """A term as far as a timetable needs it; the year's last day bounds full-time kinds."""

    id: int
    number: int
    school_year: str
    starts_on: date
    ends_on: date
    year_ends_on: date


@dataclass(frozen=True, slots=True)
class ArrangementDraft:
    """An arrangement as typed. Without a community it lies inside a school district."""

    community_id: int | None
    kind: ActivityKind
    teacher_name: str
    staff_number: str
    sender_id: int
    receiver_id: int
    subject: Subject | None
    grade: str | None
    term: TermDays
    starts_on: date
    ends_on: date
    travel_mode: TravelMode | None
    travel_minutes: int | None
    note: str | None
    slots: tuple[SlotDraft, ...]

    @property
    def is_full_time(self) -> bool:
        """Whether the teacher is there every day, without a weekly timetable."""
        return self.kind in FULL_TIME_KINDS


def check_arrangement(draft: ArrangementDraft) -> None:
    """Raise RuleViolationError for an arrangement that cannot be meant."""
    if draft.sender_id == draft.receiver_id:
        raise _refuse(
            N_("Sending and receiving school are the same. Choose another one."), "receiver"
        )
    _check_days(draft)
    if draft.is_full_time:
        if draft.slots:
            raise _refuse(
                N_("Support teaching and rotation are full time: leave the weekly lessons empty."),
                "slots",
            )
        return
    if not draft.slots:
        raise _refuse(N_("Give at least one weekday with its lessons."), "slots")
    check_slots(draft.slots)


def _check_days(draft: ArrangementDraft) -> None:
    last = draft.term.year_ends_on if draft.is_full_time else draft.term.ends_on
    if draft.ends_on < draft.starts_on:
        raise _refuse(N_("The last day comes before the first one."), "ends_on")
    if draft.starts_on < draft.term.starts_on or draft.starts_on > draft.term.ends_on:
        raise _refuse(_OUTSIDE, "starts_on", first=draft.term.starts_on, last=draft.term.ends_on)
    if draft.ends_on > last:
        raise _refuse(_OUTSIDE, "ends_on", first=draft.term.starts_on, last=last)


_OUTSIDE: Final = N_("This day is outside the term: choose one from %(first)s to %(last)s.")


def check_slots(slots: Sequence[SlotDraft]) -> None:
    """Raise RuleViolationError for times that run backwards, and for lessons named twice."""
    for position, slot in enumerate(slots):
        if (slot.starts_at is None) != (slot.ends_at is None):
            raise _refuse(
                N_("Give both times of line %(line)s, or none."), "slots", line=position + 1
            )
        if slot.starts_at and slot.ends_at and slot.ends_at <= slot.starts_at:
            raise _refuse(
                N_("In line %(line)s the lesson ends before it begins."), "slots", line=position + 1
            )
        for earlier, other in enumerate(slots[:position]):
            if _overlap(slot, other):
                raise _refuse(
                    N_("Lines %(first)s and %(second)s name the same lesson of the same weekday."),
                    "slots",
                    first=earlier + 1,
                    second=position + 1,
                )


def _overlap(one: SlotDraft, other: SlotDraft) -> bool:
    if one.weekday != other.weekday or not one.lessons.mask & other.lessons.mask:
        return False
    return {one.rhythm, other.rhythm} != {Rhythm.ODD_WEEKS, Rhythm.EVEN_WEEKS}


def _refuse(msgid: str, field: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)
