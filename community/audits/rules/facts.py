"""What the criteria look at: the facts of one community, as known at an instant K.

Everything here is already filtered by K; the rules themselves look at days only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from community.activities.rules import ActivityFacts
from community.communities.rules import CommunityModel, MembershipRole
from community.kernel.i18n import N_, Message
from community.registry.rules import (
    DesignationKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)


@dataclass(frozen=True)
class TermFacts:
    """A term, both days included."""

    key: str  # T1, T2
    starts_on: date
    ends_on: date

    @property
    def name(self) -> Message:
        """What people call the term."""
        return term_name(self.key)


TERM_NAMES = {"T1": N_("first term"), "T2": N_("second term")}


def term_name(key: str) -> Message:
    """What people call the term that the figures name T1 or T2."""
    return Message(TERM_NAMES.get(key, key))


@dataclass(frozen=True)
class Period:
    """The day D and the window W (a school year) over which a community is judged."""

    as_of: date
    school_year: str
    first_day: date
    last_day: date
    terms: tuple[TermFacts, ...]

    @property
    def effective_last_day(self) -> date:
        """Nothing that happens after D is counted."""
        return min(self.as_of, self.last_day)

    @cached_property
    def judged_terms(self) -> tuple[TermFacts, ...]:
        """The terms that have begun by D, each cut off at D."""
        return tuple(
            TermFacts(t.key, t.starts_on, min(t.ends_on, self.as_of))
            for t in self.terms
            if t.starts_on <= self.as_of
        )

    @property
    def is_open(self) -> bool:
        """Whether D lies before the end of the window, so that activities may still be added."""
        return self.as_of < self.last_day


@dataclass(frozen=True)
class SchoolFacts:
    """A school; None is a missing datum."""

    school_id: int
    name: str
    county_id: int
    type: SchoolType
    ownership: Ownership | None = None
    urban_rural_class: UrbanRuralClass | None = None
    # Whether its township is its county's seat; None when the township is not on file.
    is_in_county_seat: bool | None = None
    is_flagged_urban: bool = False
    closed_on: date | None = None  # last day open
    opened_on: date | None = None
    pupils: int | None = None
    designations: frozenset[DesignationKind] = frozenset()

    def is_open_on(self, day: date) -> bool:
        """Whether the school has not closed before that day."""
        return self.closed_on is None or day <= self.closed_on


@dataclass(frozen=True)
class MembershipFacts:
    """One stay of a school; both days included."""

    membership_id: int
    school: SchoolFacts
    role: MembershipRole
    joined_on: date
    left_on: date | None = None
    responsible_person: str | None = None
    signed_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day in: leaving or closing, whichever is first."""
        return min(self.left_on or date.max, self.school.closed_on or date.max)

    def covers(self, day: date) -> bool:
        """Whether the school is in the community on that day (READING.md §1)."""
        return self.joined_on <= day <= self.last_day

    def days_within(self, first_day: date, last_day: date) -> int:
        """On how many days of a period the school is in."""
        days = min(self.last_day, last_day) - max(self.joined_on, first_day) + timedelta(days=1)
        return max(days.days, 0)


@dataclass(frozen=True)
class CharterFacts:
    """A charter; without a first day nobody can say whether it is in force."""

    name: str | None
    effective_on: date | None
    expires_on: date | None

    def is_in_force_on(self, day: date) -> bool:
        """Whether the charter is known to be in force on that day."""
        return (
            self.effective_on is not None
            and self.effective_on <= day
            and (self.expires_on is None or day <= self.expires_on)
        )


@dataclass(frozen=True)
class ObjectiveFacts:
    """An annual objective; complete when it has target, result and day of review."""

    school_year: str | None
    content: str | None
    target_value: str | None
    achieved_value: str | None
    reviewed_on: date | None

    @property
    def is_complete(self) -> bool:
        """Whether the objective is measurable and has been reviewed."""
        return bool(self.target_value and self.achieved_value and self.reviewed_on)


@dataclass(frozen=True)
class MeetingFacts:
    """A council meeting."""

    held_on: date
    topic: str | None
    has_minutes: bool


@dataclass(frozen=True)
class CommunityFacts:
    """Everything on file about one community at K."""

    community_id: int
    code: str
    name: str
    county_id: int
    model: CommunityModel | None
    is_listed: bool | None
    has_plan_document: bool
    founded_on: date | None
    dissolved_on: date | None
    memberships: tuple[MembershipFacts, ...] = ()
    charters: tuple[CharterFacts, ...] = ()
    objectives: tuple[ObjectiveFacts, ...] = ()
    meetings: tuple[MeetingFacts, ...] = ()
    activities: tuple[ActivityFacts, ...] = ()
    # Criterion and item → the sentence "reason (name)" of whoever waived it.
    waivers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # Ids of its schools that are in another community on D.
    schools_elsewhere: frozenset[int] = frozenset()

    def exists_on(self, day: date) -> bool:
        """Whether the community exists on that day; a blank first day is always."""
        return (self.founded_on or date.min) <= day <= (self.dissolved_on or date.max)

    def members_on(self, day: date) -> tuple[MembershipFacts, ...]:
        """The stays in force on a day, in the order of the register."""
        return tuple(m for m in self.memberships if m.covers(day))

    def lead_on(self, day: date) -> SchoolFacts | None:
        """The lead school on a day, where there is one."""
        leads = (m.school for m in self.members_on(day) if m.role is MembershipRole.LEAD)
        return next(leads, None)

    def was_member(self, school_id: int, day: date) -> bool:
        """Whether a school was in the community on a day."""
        return any(m.covers(day) for m in self._stays.get(school_id, ()))

    def role_on(self, school_id: int, day: date) -> MembershipRole | None:
        """The role of a school on a day; None when it was not in."""
        return next((m.role for m in self._stays.get(school_id, ()) if m.covers(day)), None)

    @cached_property
    def _stays(self) -> Mapping[int, tuple[MembershipFacts, ...]]:
        stays: dict[int, tuple[MembershipFacts, ...]] = {}
        for membership in self.memberships:
            key = membership.school.school_id
            stays[key] = (*stays.get(key, ()), membership)
        return stays
