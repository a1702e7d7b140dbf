"""What is on file, for an import to compare with."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

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
    Waiver,
)
from community.communities.rules import CommunityOnFile, RegisterOnFile, Stay
from community.kernel.database import Recorded, known_at
from community.kernel.facts import FactOnFile
from community.kernel.versions import last_endings
from community.kernel.workbook import fold

# What a version says of its thing.
VALUES: Final[Mapping[type[Recorded], tuple[str, ...]]] = {
    CommunityVersion: (
        "model",
        "is_listed",
        "plan_document",
        "approval_number",
        "founded_on",
        "dissolved_on",
        "note",
        "held_from",
    ),
    MembershipVersion: ("role", "left_on", "responsible_person", "note", "held_from"),
    CharterSignature: ("signed_on",),
    CharterVersion: ("expires_on", "archive_number"),
    ObjectiveVersion: ("target_value", "achieved_value", "reviewed_on"),
    MeetingVersion: ("minutes_number",),
    Waiver: ("item", "reason", "granted_by_name"),
}


def communities_on_file(session: Session) -> dict[str, CommunityOnFile]:
    """Every community by its folded code."""
    found = {}
    for community_id, county_id, code, name, facts in _with_facts(
        session,
        CommunityVersion,
        CommunityVersion.community_id,
        Community.id,
        (Community.county_id, Community.code, Community.name),
        None,
    ):
        key = fold(code)
        register = RegisterOnFile(
            community_id, (key,), facts[-1] if facts else None, name, earlier=facts[:-1]
        )
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
            facts[-1] if facts else None,
            signature=signatures.get(membership_id),
            signature_ended_at=ended.get((membership_id,)),
            earlier=facts[:-1],
        )
        for membership_id, community_id, school_id, joined_on, facts in _with_facts(
            session,
            MembershipVersion,
            MembershipVersion.membership_id,
            Membership.id,
            (Membership.community_id, Membership.school_id, Membership.joined_on),
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
        RegisterOnFile(
            objective_id,
            (community_id, school_year, fold(content or "")),
            facts[-1] if facts else None,
        )
        for objective_id, community_id, school_year, content, facts in _with_facts(
            session,
            ObjectiveVersion,
            ObjectiveVersion.objective_id,
            Objective.id,
            (Objective.community_id, Objective.school_year, Objective.content),
            Objective.community_id.in_(community_ids),
        )
    ]


def charters_on_file(session: Session, community_ids: Collection[int]) -> list[RegisterOnFile]:
    """The charters of these communities, oldest first."""
    return [
        RegisterOnFile(
            charter_id, (community_id, fold(name or ""), effective_on), facts[-1] if facts else None
        )
        for charter_id, community_id, name, effective_on, facts in _with_facts(
            session,
            CharterVersion,
            CharterVersion.charter_id,
            Charter.id,
            (Charter.community_id, Charter.name, Charter.effective_on),
            Charter.community_id.in_(community_ids),
        )
    ]


def meetings_on_file(session: Session, community_ids: Collection[int]) -> list[RegisterOnFile]:
    """The council meetings of these communities, oldest first."""
    return [
        RegisterOnFile(
            meeting_id, (community_id, held_on, fold(topic or "")), facts[-1] if facts else None
        )
        for meeting_id, community_id, held_on, topic, facts in _with_facts(
            session,
            MeetingVersion,
            MeetingVersion.meeting_id,
            Meeting.id,
            (Meeting.community_id, Meeting.held_on, Meeting.topic),
            Meeting.community_id.in_(community_ids),
        )
    ]


def open_facts(
    session: Session, version: type[Recorded], owner: InstrumentedAttribute[int], owner_id: int
) -> list[FactOnFile]:
    """The open versions of one thing; of dated ones the earliest first."""
    names = VALUES[version]
    rows = session.execute(
        select(*_columns(version)).where(owner == owner_id, known_at(version, None))
    )
    found = [FactOnFile(row[0], row[1], dict(zip(names, row[2:], strict=True))) for row in rows]
    return sorted(found, key=attrgetter("held_from"))


def _with_facts(
    session: Session,
    version: type[Recorded],
    owner: InstrumentedAttribute[int],
    identifier: InstrumentedAttribute[int],
    columns: tuple[InstrumentedAttribute[Any], ...],
    which: ColumnElement[bool] | None,
) -> Iterator[tuple[Any, ...]]:
    """Rows of id, columns, and the open versions (of dated ones the earliest first), in order of
    id."""
    statement = (
        select(identifier, *columns, *_columns(version))
        .outerjoin(version, and_(owner == identifier, known_at(version, None)))
        .order_by(identifier)
    )
    if which is not None:
        statement = statement.where(which)
    width, names = 1 + len(columns), VALUES[version]
    for anchor, rows in groupby(session.execute(statement), key=lambda row: tuple(row[:width])):
        facts = [
            FactOnFile(version_id, known_from, dict(zip(names, values, strict=True)))
            for version_id, known_from, *values in (row[width:] for row in rows)
            if version_id is not None
        ]
        yield (*anchor, tuple(sorted(facts, key=attrgetter("held_from"))))


def _columns(version: type[Recorded]) -> tuple[InstrumentedAttribute[Any], ...]:
    names = ("id", "known_from", *VALUES[version])
    return tuple(getattr(version, name) for name in names)
