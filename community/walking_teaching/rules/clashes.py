"""The same teacher in two places at once, or with less time between than the way takes: one rule
for forms, planning and import."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.workbook import fold


class ClashKind(StrEnum):
    """In what way two entries exclude each other."""

    SAME_LESSON = "same_lesson"
    SAME_TIME = "same_time"
    TOO_CLOSE = "too_close"
    FULL_TIME = "full_time"


@dataclass(frozen=True, slots=True)
class Engagement:
    """Where a teacher is on a day, and in which lessons; the staff number is the county's own.

    `travel_minutes` is what the way there takes; times are known of planned visits alone.
    """

    county_id: int
    staff_number: str
    teacher_name: str
    held_on: date
    slots_mask: int
    slots_text: str
    school_id: int
    school_name: str
    starts_at: time | None = None
    ends_at: time | None = None
    travel_minutes: int | None = None
    visit_id: int | None = None
    activity_id: int | None = None
    # Of support teaching and rotation: there is no day left for another school. `slots_text` says
    # from when to when.
    is_full_time: bool = False
    arrangement_id: int | None = None  # of one that stands for itself, not for its visits

    @property
    def day(self) -> tuple[int, str, date]:
        """One teacher's day."""
        return (self.county_id, fold(self.staff_number), self.held_on)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two entries that exclude each other."""

    entry: Engagement
    other: Engagement
    kind: ClashKind
    gap_minutes: int = 0
    needed_minutes: int = 0

    def refusal(self, field: str | None = None) -> RuleViolationError:
        """The sentence that names both."""
        entry, other = self.entry, self.other
        return RuleViolationError(
            Message(
                _WORDS[self.kind],
                {
                    "teacher": entry.teacher_name,
                    "number": entry.staff_number,
                    "day": entry.held_on.isoformat(),
                    "school": entry.school_name,
                    "lessons": _when(entry),
                    "other_school": other.school_name,
                    "other_lessons": _when(other),
                    "gap": self.gap_minutes,
                    "needed": self.needed_minutes,
                },
            ),
            field=field,
        )


_WORDS: Final = {
    ClashKind.SAME_LESSON: N_(
        "%(teacher)s (%(number)s) cannot be in two places at once on %(day)s: %(school)s, "
        "%(lessons)s, and %(other_school)s, %(other_lessons)s. Choose other lessons, or change the "
        "other entry first."
    ),
    ClashKind.SAME_TIME: N_(
        "%(teacher)s (%(number)s) cannot be in two places at once on %(day)s: %(school)s, "
        "%(lessons)s, and %(other_school)s, %(other_lessons)s. Choose another time, or change the "
        "other entry first."
    ),
    ClashKind.TOO_CLOSE: N_(
        "On %(day)s %(teacher)s (%(number)s) has %(gap)s minutes between %(school)s, %(lessons)s, "
        "and %(other_school)s, %(other_lessons)s, but the way takes %(needed)s minutes. Leave more "
        "time between them."
    ),
    ClashKind.FULL_TIME: N_(
        "%(teacher)s (%(number)s) cannot be at two schools on %(day)s, one of them full time: "
        "%(school)s, %(lessons)s, and %(other_school)s, %(other_lessons)s. End or change one of "
        "the two entries first."
    ),
}


def span_text(first: date, last: date) -> str:
    """From when to when an arrangement lasts."""
    return f"{first.isoformat()}–{last.isoformat()}"


def _when(entry: Engagement) -> str:
    if entry.starts_at is None or entry.ends_at is None:
        return entry.slots_text
    return f"{entry.slots_text} {entry.starts_at:%H:%M}–{entry.ends_at:%H:%M}"


def clash_between(entry: Engagement, other: Engagement) -> Clash | None:
    """How two entries of one teacher exclude each other; None: they do not."""
    if entry.day != other.day or _is_same(entry, other):
        return None
    if entry.is_full_time or other.is_full_time:
        is_twice = entry.is_full_time and other.is_full_time
        is_elsewhere = entry.school_id != other.school_id
        return Clash(entry, other, ClashKind.FULL_TIME) if is_twice or is_elsewhere else None
    if entry.slots_mask & other.slots_mask:
        return Clash(entry, other, ClashKind.SAME_LESSON)
    gap = _gap(entry, other)
    if gap is None:
        return None
    if gap < 0:
        return Clash(entry, other, ClashKind.SAME_TIME)
    needed = 0
    if entry.school_id != other.school_id:
        needed = max(entry.travel_minutes or 0, other.travel_minutes or 0)
    return Clash(entry, other, ClashKind.TOO_CLOSE, gap, needed) if gap < needed else None


def _is_same(entry: Engagement, other: Engagement) -> bool:
    """The same thing seen twice: a visit and the record that it became; an arrangement on file
    and its change."""
    return any(
        number is not None and number == its
        for number, its in (
            (entry.visit_id, other.visit_id),
            (entry.activity_id, other.activity_id),
            (entry.arrangement_id, other.arrangement_id),
        )
    )


def _gap(entry: Engagement, other: Engagement) -> int | None:
    """The minutes between two entries; below zero where they overlap, None where no time is known
    of one of them."""
    if not (entry.starts_at and entry.ends_at and other.starts_at and other.ends_at):
        return None
    first, second = sorted((entry, other), key=lambda one: one.starts_at or time())
    return _minutes(first.ends_at, second.starts_at)


def _minutes(earlier: time | None, later: time | None) -> int:
    day = date(2000, 1, 1)
    between = datetime.combine(day, later or time()) - datetime.combine(day, earlier or time())
    return between // timedelta(minutes=1)


def find_first_clash(entries: Sequence[Engagement], standing: Iterable[Engagement]) -> Clash | None:
    """The first of the entries that clashes with what stands on file, or with one before it."""
    days: dict[tuple[int, str, date], list[Engagement]] = defaultdict(list)
    for engagement in standing:
        days[engagement.day].append(engagement)
    for entry in entries:
        for other in days[entry.day]:
            if clash := clash_between(entry, other):
                return clash
        days[entry.day].append(entry)
    return None
