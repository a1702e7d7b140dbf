"""What officials type into the forms, as commands."""

from dataclasses import dataclass
from datetime import date

from community.communities.rules.words import CommunityModel, MembershipRole


@dataclass(frozen=True, slots=True)
class CommunityFactsEdit:
    """A change of what is known of a community; what the plan says holds from a day."""

    name: str
    model: CommunityModel | None
    is_listed: bool | None
    plan_document: str | None
    approval_number: str | None
    founded_on: date | None
    note: str | None
    holds_from: date


@dataclass(frozen=True, slots=True)
class NewStay:
    """A school that joins."""

    school_id: int
    role: MembershipRole
    joined_on: date
    responsible_person: str | None


@dataclass(frozen=True, slots=True)
class StayCorrection:
    """A stay as it should have been entered."""

    role: MembershipRole
    joined_on: date
    left_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CharterEdit:
    """A charter as typed."""

    name: str
    effective_on: date
    expires_on: date | None
    archive_number: str | None


@dataclass(frozen=True, slots=True)
class ObjectiveEdit:
    """An annual objective as typed, with its review where there has been one."""

    school_year: str
    content: str
    target_value: str
    achieved_value: str | None = None
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeetingEdit:
    """A council meeting as typed."""

    held_on: date
    topic: str
    minutes_number: str | None


@dataclass(frozen=True, slots=True)
class WaiverEdit:
    """What the county does not ask of a community, why, and who decided it."""

    item: str
    reason: str
    granted_by_name: str
