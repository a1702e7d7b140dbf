"""Every version of everything about a community, those known no longer too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
    Waiver,
)
from community.communities.queries.on_file import VALUES
from community.communities.rules.history import FactKind, VersionTold
from community.kernel.database import FIRST_DAY, Recorded
from community.kernel.formats import day
from community.registry.models import School
from community.registry.rules import DesignationKind

VERSIONS_TOLD = 200  # of each kind, the latest


@dataclass(frozen=True)
class _Source:
    """Where the versions of a kind are: version and name of its subject, of one community."""

    kind: FactKind
    version: type[Recorded]
    owner: str
    find: Callable[[int], Select[*tuple[Any, ...]]]


def _named(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)


_SOURCES = (
    _Source(
        FactKind.COMMUNITY,
        CommunityVersion,
        "community_id",
        lambda i: select(CommunityVersion).where(CommunityVersion.community_id == i),
    ),
    _Source(
        FactKind.MEMBERSHIP,
        MembershipVersion,
        "membership_id",
        lambda i: (
            select(MembershipVersion, School.name, Membership.joined_on)
            .join(Membership, Membership.id == MembershipVersion.membership_id)
            .join(School, School.id == Membership.school_id)
            .where(Membership.community_id == i)
        ),
    ),
    _Source(
        FactKind.SIGNATURE,
        CharterSignature,
        "membership_id",
        lambda i: (
            select(CharterSignature, School.name)
            .join(Membership, Membership.id == CharterSignature.membership_id)
            .join(School, School.id == Membership.school_id)
            .where(Membership.community_id == i)
        ),
    ),
    _Source(
        FactKind.CHARTER,
        CharterVersion,
        "charter_id",
        lambda i: (
            select(CharterVersion, Charter.name, Charter.effective_on)
            .join(Charter, Charter.id == CharterVersion.charter_id)
            .where(Charter.community_id == i)
        ),
    ),
    _Source(
        FactKind.OBJECTIVE,
        ObjectiveVersion,
        "objective_id",
        lambda i: (
            select(ObjectiveVersion, Objective.school_year, Objective.content)
            .join(Objective, Objective.id == ObjectiveVersion.objective_id)
            .where(Objective.community_id == i)
        ),
    ),
    _Source(
        FactKind.MEETING,
        MeetingVersion,
        "meeting_id",
        lambda i: (
            select(MeetingVersion, Meeting.held_on, Meeting.topic)
            .join(Meeting, Meeting.id == MeetingVersion.meeting_id)
            .where(Meeting.community_id == i)
        ),
    ),
    _Source(
        FactKind.WAIVER,
        Waiver,
        "community_id",
        lambda i: select(Waiver).where(Waiver.community_id == i),
    ),
)


def versions_told(session: Session, community_id: int) -> list[VersionTold]:
    """The versions of all kinds, the latest of each; one query per kind."""
    found = []
    for source in _SOURCES:
        newest = source.version.id.desc()  # type: ignore[attr-defined] # every version has one
        rows = session.execute(source.find(community_id).order_by(newest).limit(VERSIONS_TOLD))
        found += [_told(source, version, subject) for version, *subject in rows]
    return found


def _told(source: _Source, version: Any, subject: list[Any]) -> VersionTold:
    held_from = getattr(version, "held_from", None)
    names = (name for name in VALUES[source.version] if name != "held_from")
    return VersionTold(
        kind=source.kind,
        owner_id=getattr(version, source.owner),
        subject=_named(*(day(part) if hasattr(part, "year") else part for part in subject)),
        values={name: _value(source, getattr(version, name), name) for name in names},
        held_from=None if held_from == FIRST_DAY else held_from,
        known_from=version.known_from,
        known_until=version.known_until,
        recorded_at=version.recorded_at,
        recorded_by=version.recorded_by,
        is_undone=version.is_undone,
        ended_reason=version.ended_reason,
    )


def _value(source: _Source, value: object, name: str) -> object:
    if source.version is Waiver and name == "item" and value in tuple(DesignationKind):
        return DesignationKind(str(value))
    return value
