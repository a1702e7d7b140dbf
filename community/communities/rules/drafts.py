"""What the rows of the five registers of communities say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from community.communities.rules.stays import Stay
from community.communities.rules.words import CommunityModel, MembershipRole
from community.kernel.workbook import fold


class Register(Protocol):
    """What the rows of all five registers have in common: what may change, known from when."""

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions."""

    @property
    def since(self) -> date | None:
        """The day of the fact, from which a ledger of the past makes it known."""

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """Values that became known on a day of their own."""

    @property
    def unsaid(self) -> frozenset[str]:
        """Fields of which the table says nothing, because it lacks their column."""


@dataclass(frozen=True, slots=True)
class CommunityDraft:
    """A community as one row of the register describes it."""

    county_id: int
    code: str
    name: str | None
    model: CommunityModel | None
    is_listed: bool | None
    plan_document: str | None
    approval_number: str | None
    founded_on: date | None
    dissolved_on: date | None
    note: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions."""
        return {
            "model": self.model,
            "is_listed": self.is_listed,
            "plan_document": self.plan_document,
            "approval_number": self.approval_number,
            "founded_on": self.founded_on,
            "dissolved_on": self.dissolved_on,
            "note": self.note,
        }

    @property
    def since(self) -> date | None:
        """The day of founding; a blank one: known from always."""
        return self.founded_on

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """The end is known from its day."""
        return {"dissolved_on": self.dissolved_on}


@dataclass(frozen=True, slots=True)
class MembershipDraft:
    """A stay of a school in a community, with its signature under the charter."""

    community_id: int
    county_id: int
    school_id: int
    joined_on: date
    role: MembershipRole
    left_on: date | None
    responsible_person: str | None
    signed_on: date | None
    note: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def identity(self) -> tuple[object, ...]:
        """Community, school and first day."""
        return (self.community_id, self.school_id, self.joined_on)

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions; the signature is a fact of its own."""
        return {
            "role": self.role,
            "left_on": self.left_on,
            "responsible_person": self.responsible_person,
            "note": self.note,
        }

    @property
    def since(self) -> date | None:
        """The first day in."""
        return self.joined_on

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """The end is known from its day."""
        return {"left_on": self.left_on}

    @property
    def stay(self) -> Stay:
        """From when to when."""
        return Stay(self.joined_on, self.left_on)


@dataclass(frozen=True, slots=True)
class ObjectiveDraft:
    """An annual objective with its review."""

    community_id: int
    county_id: int
    school_year: str | None
    content: str | None
    target_value: str | None
    achieved_value: str | None
    reviewed_on: date | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def identity(self) -> tuple[object, ...]:
        """Community, school year and text."""
        return (self.community_id, self.school_year, fold(self.content or ""))

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions."""
        return {
            "target_value": self.target_value,
            "achieved_value": self.achieved_value,
            "reviewed_on": self.reviewed_on,
        }

    @property
    def since(self) -> date | None:
        """The first day of its school year, 1 September."""
        return date(int(self.school_year[:4]), 9, 1) if self.school_year else None

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """What was achieved is known from the review."""
        return {"achieved_value": self.reviewed_on, "reviewed_on": self.reviewed_on}


@dataclass(frozen=True, slots=True)
class CharterDraft:
    """A charter or agreement."""

    community_id: int
    county_id: int
    name: str | None
    effective_on: date | None
    expires_on: date | None
    archive_number: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def identity(self) -> tuple[object, ...]:
        """Community, name and first day."""
        return (self.community_id, fold(self.name or ""), self.effective_on)

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions; the last day is known with the charter."""
        return {"expires_on": self.expires_on, "archive_number": self.archive_number}

    @property
    def since(self) -> date | None:
        """The first day in force."""
        return self.effective_on

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """Nothing comes later."""
        return {}


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A meeting of the council with its minutes."""

    community_id: int
    county_id: int
    held_on: date
    topic: str | None
    minutes_number: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def identity(self) -> tuple[object, ...]:
        """Community, day and topic."""
        return (self.community_id, self.held_on, fold(self.topic or ""))

    @property
    def values(self) -> Mapping[str, object]:
        """What is kept in versions."""
        return {"minutes_number": self.minutes_number}

    @property
    def since(self) -> date | None:
        """Its day."""
        return self.held_on

    @property
    def arrivals(self) -> Mapping[str, date | None]:
        """Nothing comes later."""
        return {}
