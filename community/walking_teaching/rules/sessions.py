"""The words of walking-teaching, and when two sessions of one teacher clash."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from community.activities.rules import ActivityDraft, build_identity
from community.kernel.i18n import N_, declare_labels
from community.kernel.workbook import AFTERNOON, EVENING, fold


class TravelMode(StrEnum):
    """How a teacher travels (出行方式)."""

    OWN_CAR = "own_car"
    OFFICIAL_CAR = "official_car"
    BUS = "bus"
    CAR_POOL = "car_pool"
    BICYCLE = "bicycle"
    ON_FOOT = "on_foot"
    OTHER = "other"


declare_labels(
    TravelMode,
    {
        TravelMode.OWN_CAR: N_("own car"),
        TravelMode.OFFICIAL_CAR: N_("official car"),
        TravelMode.BUS: N_("bus"),
        TravelMode.CAR_POOL: N_("car pool"),
        TravelMode.BICYCLE: N_("bicycle"),
        TravelMode.ON_FOOT: N_("on foot"),
        TravelMode.OTHER: N_("other"),
    },
)


# --- lessons of a day ----------------------------------------------------------------------------

_LESSONS: Final = 20  # counted through the day, or in the morning
_LESSONS_OF_A_HALF: Final = 4  # counted from one again in the afternoon, or in the evening


def build_mask(lessons: Iterable[int]) -> int:
    """The lessons of a day, as `kernel.workbook.periods_of_day` numbers them, one bit each."""
    mask = 0
    for lesson in lessons:
        if lesson > EVENING:
            bit = _LESSONS + _LESSONS_OF_A_HALF + lesson - EVENING
        elif lesson > AFTERNOON:
            bit = _LESSONS + lesson - AFTERNOON
        else:
            bit = lesson
        mask |= 1 << bit
    return mask


@dataclass(frozen=True, slots=True)
class Visit:
    """When a teacher teaches: the staff number is the county's own."""

    county_id: int
    staff_number: str
    held_on: date
    slots_mask: int

    @property
    def day(self) -> tuple[int, str, date]:
        """One teacher's day."""
        return (self.county_id, fold(self.staff_number), self.held_on)


def find_clashes(
    visits: Sequence[Visit], standing: Iterable[Visit] = (), new: frozenset[int] | None = None
) -> Iterator[int]:
    """The positions of visits that share a lesson with an earlier one of the same teacher.

    Visits at the positions in `new` (None: all) are also held against those standing on file.
    """
    on_file: dict[tuple[int, str, date], int] = defaultdict(int)
    for visit in standing:
        on_file[visit.day] |= visit.slots_mask
    taken: dict[tuple[int, str, date], int] = defaultdict(int)
    for position, visit in enumerate(visits):
        against = taken[visit.day]
        if new is None or position in new:
            against |= on_file.get(visit.day, 0)
        if against & visit.slots_mask:
            yield position
        taken[visit.day] |= visit.slots_mask


# --- one row of the ledger ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WalkingTeachingSessionDraft:
    """One visit of one teacher."""

    activity: ActivityDraft
    teacher_name: str
    staff_number: str
    slots_text: str = field(compare=False)
    slots_mask: int
    travel_mode: TravelMode | None

    @property
    def identity(self) -> str:
        """The digest under which the row is recognised when it comes again."""
        return build_identity(
            (
                *self.activity.cells,
                fold(self.teacher_name),
                fold(self.staff_number),
                self.slots_mask,
                self.travel_mode,
            )
        )

    @property
    def visit(self) -> Visit:
        """When the teacher teaches."""
        return Visit(
            self.activity.county_id, self.staff_number, self.activity.held_on, self.slots_mask
        )
