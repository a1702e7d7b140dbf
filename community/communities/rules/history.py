"""What became known of a community when, and how it differs from what was known before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Final

from community.kernel.formats import day
from community.kernel.i18n import N_, declare_labels, gettext, label


class FactKind(StrEnum):
    """What a version is about."""

    COMMUNITY = "community"
    MEMBERSHIP = "membership"
    SIGNATURE = "signature"
    CHARTER = "charter"
    OBJECTIVE = "objective"
    MEETING = "meeting"
    WAIVER = "waiver"
    SCHOOL = "school"
    DESIGNATION = "designation"
    FIGURES = "figures"


declare_labels(
    FactKind,
    {
        FactKind.COMMUNITY: N_("Community"),
        FactKind.MEMBERSHIP: N_("Membership"),
        FactKind.SIGNATURE: N_("Signature under the charter"),
        FactKind.CHARTER: N_("Charter"),
        FactKind.OBJECTIVE: N_("Annual objective"),
        FactKind.MEETING: N_("Council meeting"),
        FactKind.WAIVER: N_("Waiver"),
        FactKind.SCHOOL: N_("School"),
        FactKind.DESIGNATION: N_("Of the three pivot schools"),
        FactKind.FIGURES: N_("Yearly figures"),
    },
)
_FIELDS: Final = {
    "model": N_("Model"),
    "is_listed": N_("Listed in the five-year plan"),
    "plan_document": N_("Number of the plan document"),
    "approval_number": N_("Number of the approval"),
    "founded_on": N_("Founded on"),
    "dissolved_on": N_("Last day of the community"),
    "note": N_("Note"),
    "role": N_("Role"),
    "left_on": N_("Last day"),
    "responsible_person": N_("Responsible person"),
    "signed_on": N_("Signed on"),
    "expires_on": N_("In force until"),
    "archive_number": N_("Archive number"),
    "target_value": N_("Target value"),
    "achieved_value": N_("Value reached"),
    "reviewed_on": N_("Reviewed on"),
    "minutes_number": N_("Archive number of the minutes"),
    "item": N_("Not asked for"),
    "reason": N_("Reason"),
    "granted_by_name": N_("Decided by"),
    "township": N_("Township or subdistrict"),
    "type": N_("School type"),
    "ownership": N_("Run by"),
    "urban_rural_class": N_("Urban–rural class"),
    "is_boarding": N_("Boarding school"),
    "is_good": N_("Good school"),
    "head_name": N_("Head of the school"),
    "opened_on": N_("Opened on"),
    "closed_on": N_("Last day open"),
    "is_flagged_urban": N_("Counted as urban by the county"),
    "urban_flag_reason": N_("Reason"),
    "ended_on": N_("Until"),
    "pupils_count": N_("Pupils"),
    "teachers_count": N_("Full-time teachers"),
    "backbone_teachers_count": N_("Backbone teachers"),
    "eligible_teachers_count": N_("Teachers eligible for exchange"),
}


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version as it is stored; `subject` names what it is about, where that has a name."""

    kind: FactKind
    owner_id: int
    subject: str
    values: Mapping[str, object]
    held_from: date | None  # None: from the beginning
    known_from: datetime
    known_until: datetime | None
    recorded_at: datetime
    recorded_by: str
    is_undone: bool
    ended_reason: str | None

    @property
    def line(self) -> tuple[FactKind, int, date | None]:
        """What versions that follow one another have in common."""
        return (self.kind, self.owner_id, self.held_from)


@dataclass(frozen=True, slots=True)
class FieldTold:
    """One field before and after, as texts; `old` is None where nothing was known before."""

    name: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history."""

    version: VersionTold
    fields: tuple[FieldTold, ...]
    is_first: bool
    has_successor: bool

    @property
    def is_taken_back(self) -> bool:
        """Whether it is known no longer, and nothing stands in its place."""
        return self.version.known_until is not None and not self.has_successor


def build_history(versions: Iterable[VersionTold]) -> list[Told]:
    """The versions, what was recorded last first, each against the one that it followed."""
    known = list(versions)
    ends = {(v.line, v.known_until): v for v in known if v.known_until is not None}
    begins = {(v.line, v.known_from) for v in known}
    told = [
        Told(
            version=v,
            fields=_fields(v, ends.get((v.line, v.known_from))),
            is_first=(v.line, v.known_from) not in ends,
            has_successor=(v.line, v.known_until) in begins,
        )
        for v in known
    ]
    return sorted(told, key=lambda t: (t.version.recorded_at, t.version.known_from), reverse=True)


def _fields(version: VersionTold, before: VersionTold | None) -> tuple[FieldTold, ...]:
    if before is version:  # known for no time at all
        before = None
    if before is None:
        return tuple(
            FieldTold(_name(name), None, _text(value))
            for name, value in version.values.items()
            if value is not None
        )
    return tuple(
        FieldTold(_name(name), _text(before.values.get(name)), _text(value))
        for name, value in version.values.items()
        if before.values.get(name) != value
    )


def _name(field: str) -> str:
    return gettext(_FIELDS[field])


def _text(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return gettext(N_("yes")) if value else gettext(N_("no"))
    if isinstance(value, Enum):
        return label(value)
    return day(value) if isinstance(value, date) else str(value)
