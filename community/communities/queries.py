"""What is on file of the communities."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
)
from community.communities.rules import CommunityOnFile, RegisterOnFile, Stay
from community.kernel.database import Recorded, known_at
from community.kernel.facts import FactOnFile
from community.kernel.versions import last_endings
from community.kernel.workbook import fold


def communities_on_file(session: Session) -> dict[str, CommunityOnFile]:
    """Every community by its folded code."""
    found = {}
    for community_id, county_id, code, name, fact in _with_fact(
        session,
        CommunityVersion,
        CommunityVersion.community_id,
        Community.id,
        (Community.county_id, Community.code, Community.name),
        (
            "model",
            "is_listed",
            "plan_document",
            "approval_number",
            "founded_on",
            "dissolved_on",
            "note",
        ),
        None,
    ):
        key = fold(code)
        register = RegisterOnFile(community_id, (key,), fact, name)
        found[key] = CommunityOnFile(register, code, county_id)
    return found


def memberships_on_file(
    session: Session, community_ids: Collection[int]
) -> dict[tuple[object, ...], RegisterOnFile]:
    """The stays in these communities by identity, each with the signature given in it."""
    signatures = {
        membership_id: FactOnFile(version_id, known_from, {"signed_on": signed_on})
        for membership_id, version_id, known_from, signed_on in session.execute(
            select(
                CharterSignature.membership_id,
                CharterSignature.id,
                CharterSignature.known_from,
                CharterSignature.signed_on,
            )
            .join(Membership, Membership.id == CharterSignature.membership_id)
            .where(Membership.community_id.in_(community_ids), known_at(CharterSignature, None))
        )
    }
    ended = last_endings(session, CharterSignature, CharterSignature.membership_id)
    return {
        (community_id, school_id, joined_on): RegisterOnFile(
            membership_id,
            (community_id, school_id, joined_on),
            fact,
            signature=signatures.get(membership_id),
            signature_ended_at=ended.get((membership_id,)),
        )
        for membership_id, community_id, school_id, joined_on, fact in _with_fact(
            session,
            MembershipVersion,
            MembershipVersion.membership_id,
            Membership.id,
            (Membership.community_id, Membership.school_id, Membership.joined_on),
            ("role", "left_on", "responsible_person", "note"),
            Membership.community_id.in_(community_ids),
        )
    }


def stays(on_file: Iterable[RegisterOnFile]) -> Iterable[tuple[int, int, Stay]]:
    """The stays that are known today, as community, school and days."""
    for stay in on_file:
        community_id, school_id, joined_on = stay.identity
        if stay.fact is not None:
            yield community_id, school_id, Stay(joined_on, stay.fact.values["left_on"])  # type: ignore[misc, arg-type] # as `memberships_on_file` builds them


def objectives_on_file(session: Session, community_ids: Collection[int]) -> list[RegisterOnFile]:
    """The annual objectives of these communities, oldest first."""
    return [
        RegisterOnFile(objective_id, (community_id, school_year, fold(content or "")), fact)
        for objective_id, community_id, school_year, content, fact in _with_fact(
            session,
            ObjectiveVersion,
            ObjectiveVersion.objective_id,
            Objective.id,
            (Objective.community_id, Objective.school_year, Objective.content),
            ("target_value", "achieved_value", "reviewed_on"),
            Objective.community_id.in_(community_ids),
        )
    ]


def charters_on_file(session: Session, community_ids: Collection[int]) -> list[RegisterOnFile]:
    """The charters of these communities, oldest first."""
    return [
        RegisterOnFile(charter_id, (community_id, fold(name or ""), effective_on), fact)
        for charter_id, community_id, name, effective_on, fact in _with_fact(
            session,
            CharterVersion,
            CharterVersion.charter_id,
            Charter.id,
            (Charter.community_id, Charter.name, Charter.effective_on),
            ("expires_on", "archive_number"),
            Charter.community_id.in_(community_ids),
        )
    ]


def meetings_on_file(session: Session, community_ids: Collection[int]) -> list[RegisterOnFile]:
    """The council meetings of these communities, oldest first."""
    return [
        RegisterOnFile(meeting_id, (community_id, held_on, fold(topic or "")), fact)
        for meeting_id, community_id, held_on, topic, fact in _with_fact(
            session,
            MeetingVersion,
            MeetingVersion.meeting_id,
            Meeting.id,
            (Meeting.community_id, Meeting.held_on, Meeting.topic),
            ("minutes_number",),
            Meeting.community_id.in_(community_ids),
        )
    ]


def _with_fact(
    session: Session,
    version: type[Recorded],
    owner: InstrumentedAttribute[int],
    identifier: InstrumentedAttribute[int],
    columns: tuple[InstrumentedAttribute[Any], ...],
    names: tuple[str, ...],
    which: ColumnElement[bool] | None,
) -> Iterable[tuple[Any, ...]]:
    """Rows of id, columns, and the open version (None when there is none), in order of id."""
    statement = (
        select(
            identifier,
            *columns,
            version.id,  # type: ignore[attr-defined] # every version has an id
            version.known_from,
            *(getattr(version, name) for name in names),
        )
        .outerjoin(version, and_(owner == identifier, known_at(version, None)))
        .order_by(identifier)
    )
    if which is not None:
        statement = statement.where(which)
    width = 1 + len(columns)
    for row in session.execute(statement):
        version_id, known_from, *values = row[width:]
        fact = None
        if version_id is not None:
            fact = FactOnFile(version_id, known_from, dict(zip(names, values, strict=True)))
        yield (*row[:width], fact)
