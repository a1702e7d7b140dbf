"""School districts (学区): townships, a centre school and members, all of them dated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.kernel.errors import RuleViolationError
from community.kernel.facts import check_holds_from
from community.kernel.i18n import N_, Message


@dataclass(frozen=True, slots=True)
class DistrictDraft:
    """A district as typed; `founded_on` is the day from which it is there."""

    county_id: int
    name: str
    founded_on: date
    centre_school: str | None  # a code or a name
    township_ids: tuple[int, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """What may change about a district from one day to another."""

    centre_school_id: int | None
    dissolved_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class DistrictEdit:
    """Name, centre school and note as typed, and since when the latter two hold."""

    name: str
    centre_school: str | None
    note: str | None
    holds_from: date


@dataclass(frozen=True, slots=True)
class Belonging:
    """Something that belongs to a district from one day to another."""

    district_id: int
    district_name: str
    subject_id: int
    joined_on: date
    left_on: date | None

    def reaches(self, day: date) -> bool:
        """Whether it lasts until that day or longer."""
        return self.left_on is None or self.left_on >= day


def check_joining(
    subject_id: int,
    joined_on: date,
    on_file: Sequence[Belonging],
    founded_on: date,
    today: date,
    *,
    field: str,
) -> None:
    """Refuse a school or township that is in this district or another one on that day."""
    check_holds_from(joined_on, today, field="joined_on")
    if joined_on < founded_on:
        raise RuleViolationError(
            Message(
                N_("The school district is there from %(day)s on."), {"day": founded_on.isoformat()}
            ),
            field="joined_on",
        )
    for stay in on_file:
        if stay.subject_id == subject_id and stay.reaches(joined_on):
            raise RuleViolationError(
                Message(
                    N_("It belongs to %(district)s from %(day)s on. End that first."),
                    {"district": stay.district_name, "day": stay.joined_on.isoformat()},
                ),
                field=field,
            )


def check_leaving(joined_on: date, left_on: date, today: date) -> None:
    """Refuse a last day before the first one."""
    check_holds_from(left_on, today, field="left_on")
    if left_on < joined_on:
        raise RuleViolationError(
            Message(
                N_("It has belonged to it from %(day)s on: the last day cannot be earlier."),
                {"day": joined_on.isoformat()},
            ),
            field="left_on",
        )


def check_dissolution(founded_on: date, dissolved_on: date, today: date) -> None:
    """Refuse an end before the beginning."""
    check_holds_from(dissolved_on, today, field="dissolved_on")
    if dissolved_on < founded_on:
        raise RuleViolationError(
            Message(
                N_("The school district is there from %(day)s on."), {"day": founded_on.isoformat()}
            ),
            field="dissolved_on",
        )
