"""The words of the communities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    plan_fact,
    plan_presence,
)
from community.kernel.i18n import N_, declare_labels
from community.kernel.workbook import fold


class CommunityModel(StrEnum):
    """How closely the schools work together (Zhejiang's three models)."""

    MERGED = "merged"  # 融合型: one legal person
    CO_BUILT = "co_built"  # 共建型: separate legal persons, unified work
    COLLABORATIVE = "collaborative"  # 协作型: an alliance by project


class MembershipRole(StrEnum):
    """The role of a school in one community."""

    LEAD = "lead"
    PIVOT = "pivot"
    MEMBER = "member"


declare_labels(
    CommunityModel,
    {
        CommunityModel.MERGED: N_("merged"),
        CommunityModel.CO_BUILT: N_("co-built"),
        CommunityModel.COLLABORATIVE: N_("collaborative"),
    },
)


declare_labels(
    MembershipRole,
    {
        MembershipRole.LEAD: N_("lead school"),
        MembershipRole.PIVOT: N_("pivot school"),
        MembershipRole.MEMBER: N_("rural member school"),
    },
)


# --- finding communities --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommunityEntry:
    """A community as it may be named; a negative id is one that the same import brings.

    Without a county it comes from a row with faults, and nothing more is asked of its rows.
    """

    id: int
    code: str
    county_id: int | None


class CommunityDirectory:
    """The communities that an actor may import, by code."""

    def __init__(self, entries: Iterable[CommunityEntry]) -> None:
        self._by_code = {fold(entry.code): entry for entry in entries}

    def find(self, code: str) -> CommunityEntry | None:
        """The community with this code."""
        return self._by_code.get(fold(code))


# --- who is in on a day --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a school in a community, both days included; an open end is None."""

    joined_on: date
    left_on: date | None

    def covers(self, day: date) -> bool:
        """Whether the day lies within the stay."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def shares_a_day_with(self, other: "Stay") -> bool:
        """Whether there is a day that lies in both."""
        return (other.left_on is None or self.joined_on <= other.left_on) and (
            self.left_on is None or other.joined_on <= self.left_on
        )


class Roll:
    """Who is in which community when, with everything that is known today."""

    def __init__(self, closed_on: Mapping[int, date | None]) -> None:
        self._stays: dict[tuple[int, int], dict[date, Stay]] = {}
        self._unclear: set[tuple[int, int]] = set()
        self._closed_on = closed_on

    def put(self, community_id: int, school_id: int, stay: Stay) -> None:
        """Enter a stay; one that begins on the same day is replaced."""
        self._stays.setdefault((community_id, school_id), {})[stay.joined_on] = stay

    def put_unclear(self, community_id: int, school_id: int) -> None:
        """Enter a school whose stay could not be read: it passes for in."""
        self._unclear.add((community_id, school_id))

    def stays(self, community_id: int, school_id: int) -> list[Stay]:
        """The school's stays in the community."""
        return list(self._stays.get((community_id, school_id), {}).values())

    def was_in(self, community_id: int, school_id: int, day: date) -> bool:
        """Whether the school was in on a day, and still open (READING.md §1)."""
        key = (community_id, school_id)
        if key in self._unclear:
            return True
        closed_on = self._closed_on.get(school_id)
        if closed_on is not None and day > closed_on:
            return False
        return any(stay.covers(day) for stay in self._stays.get(key, {}).values())


# --- rows of the registers of communities -------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class RegisterOnFile:
    """A row on file, as known today; without a fact it was undone, and only what identifies it
    is left to be used again."""

    id: int
    identity: tuple[object, ...]
    fact: FactOnFile | None
    name: str | None = None  # of a community
    signature: FactOnFile | None = None
    signature_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommunityOnFile:
    """A community on file, whether it is known today or was undone."""

    register: RegisterOnFile
    code: str
    county_id: int


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What one row changes. `ref` is the id on file, or a negative one for what is new."""

    ref: int
    is_new: bool
    fact: FactPlan | None
    columns: Mapping[str, str] = field(default_factory=dict)  # of the community itself
    signature: FactPlan | None = None

    @property
    def is_change(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self.fact or self.columns or self.signature)


def build_register_change(
    ref: int, draft: Register, on_file: RegisterOnFile | None, knowledge: Knowledge
) -> RegisterChange:
    """Compare a row of a register with what is on file."""
    return RegisterChange(
        ref=ref,
        is_new=on_file is None or on_file.fact is None,
        fact=plan_fact(
            draft.values,
            on_file.fact if on_file else None,
            knowledge,
            since=draft.since,
            arrivals=draft.arrivals,
            unsaid=draft.unsaid,
        ),
        columns=_changed_columns(draft, on_file),
        signature=_signature_plan(draft, on_file, knowledge),
    )


def _changed_columns(draft: Register, on_file: RegisterOnFile | None) -> dict[str, str]:
    if not isinstance(draft, CommunityDraft):
        return {}
    if on_file is None:
        return {"name": draft.name or draft.code}
    return {"name": draft.name} if draft.name and draft.name != on_file.name else {}


def _signature_plan(
    draft: Register, on_file: RegisterOnFile | None, knowledge: Knowledge
) -> FactPlan | None:
    if not isinstance(draft, MembershipDraft) or "signed_on" in draft.unsaid:
        return None
    return plan_presence(
        {"signed_on": draft.signed_on} if draft.signed_on else None,
        on_file.signature if on_file else None,
        knowledge,
        since=draft.signed_on,
        gone_at=on_file.signature_ended_at if on_file else None,
    )
