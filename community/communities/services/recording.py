"""Record what rows of the registers say; whoever calls has asked for permission and journals."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from community.communities import queries
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
from community.communities.rules import (
    CharterDraft,
    CommunityDraft,
    MeetingDraft,
    MembershipDraft,
    ObjectiveDraft,
    RegisterChange,
)
from community.kernel.database import session
from community.kernel.pinyin import search_key
from community.kernel.versions import (
    Stamp,
    batched,
    build_planned,
    build_versions,
    close_planned,
    flush_numbered,
    put_columns,
    rows_by_id,
    touch,
)

Anchor = Membership | Objective | Charter | Meeting
Version = MembershipVersion | ObjectiveVersion | CharterVersion | MeetingVersion
Draft = TypeVar("Draft", MembershipDraft, ObjectiveDraft, CharterDraft, MeetingDraft)


def record_communities(
    rows: Sequence[tuple[CommunityDraft, RegisterChange]], stamp: Stamp
) -> tuple[dict[int, int], list[dict[str, Any]]]:
    """Write what rows of the register of communities change; the caller has asked for permission
    and journals.

    Answers with the ids of new communities by their negative references, and with the former
    values of columns that were changed in place.
    """
    plans = [plan for _, change in rows for plan in change.plans]
    close_planned(session(), CommunityVersion, plans, stamp)
    _touch(change.ref for _, change in rows)
    existing = {
        community.id: community
        for community in rows_by_id(session(), Community, (c.ref for _, c in rows if c.ref > 0))
    }
    restores: list[dict[str, Any]] = []
    written: dict[int, Community] = {}
    for draft, change in rows:
        community = existing.get(change.ref)
        if community is None:
            community = Community(code=draft.code, county_id=draft.county_id, versions=[])
            session().add(community)
            written[change.ref] = community
        if change.columns:
            restores.append(put_columns(community, change.columns))
            community.pinyin = search_key(community.name)
        facts = {"community_id": change.ref} if change.ref > 0 else {}
        versions = build_planned(
            CommunityVersion, change.plans, stamp, county_id=draft.county_id, **facts
        )
        if change.ref > 0:
            session().add_all(versions)
        else:
            community.versions.extend(versions)
    flush_numbered(session())
    ids = {ref: community.id for ref, community in written.items()}
    return ids, [restore for restore in restores if restore["id"]]


def record_memberships(
    rows: Sequence[tuple[MembershipDraft, RegisterChange]], stamp: Stamp
) -> None:
    """Write stays and the signatures given in them."""
    signatures = [change.signature for _, change in rows if change.signature is not None]
    close_planned(session(), CharterSignature, signatures, stamp)
    ids = _record(
        rows,
        stamp,
        MembershipVersion,
        "membership_id",
        lambda draft: Membership(
            community_id=draft.community_id,
            county_id=draft.county_id,
            school_id=draft.school_id,
            joined_on=draft.joined_on,
            versions=[],
        ),
    )
    for draft, change in rows:
        if change.signature is not None:
            session().add_all(
                build_versions(
                    CharterSignature,
                    change.signature.steps,
                    stamp,
                    membership_id=ids[change.ref],
                    county_id=draft.county_id,
                )
            )
    flush_numbered(session())


def record_objectives(rows: Sequence[tuple[ObjectiveDraft, RegisterChange]], stamp: Stamp) -> None:
    """Write annual objectives and their reviews."""
    _record(
        rows,
        stamp,
        ObjectiveVersion,
        "objective_id",
        lambda draft: Objective(
            community_id=draft.community_id,
            county_id=draft.county_id,
            school_year=draft.school_year,
            content=draft.content,
            versions=[],
        ),
    )


def record_charters(rows: Sequence[tuple[CharterDraft, RegisterChange]], stamp: Stamp) -> None:
    """Write charters and agreements."""
    _record(
        rows,
        stamp,
        CharterVersion,
        "charter_id",
        lambda draft: Charter(
            community_id=draft.community_id,
            county_id=draft.county_id,
            name=draft.name,
            effective_on=draft.effective_on,
            versions=[],
        ),
    )


def record_meetings(rows: Sequence[tuple[MeetingDraft, RegisterChange]], stamp: Stamp) -> None:
    """Write council meetings and their minutes."""
    _record(
        rows,
        stamp,
        MeetingVersion,
        "meeting_id",
        lambda draft: Meeting(
            community_id=draft.community_id,
            county_id=draft.county_id,
            held_on=draft.held_on,
            topic=draft.topic,
            versions=[],
        ),
    )


def _touch(community_ids: Iterable[int]) -> None:
    """Let whoever has a form of these communities open know that something has changed."""
    for some in batched(sorted({i for i in community_ids if i > 0}), 500):
        for community in queries.locked_communities(session(), some):
            touch(community)


def _record(
    rows: Sequence[tuple[Draft, RegisterChange]],
    stamp: Stamp,
    model: type[Version],
    owner: str,
    build_anchor: Callable[[Draft], Anchor],
) -> dict[int, int]:
    """Write the versions of rows; answer with the ids by reference."""
    plans = [plan for _, change in rows for plan in change.plans]
    close_planned(session(), model, plans, stamp)
    _touch(draft.community_id for draft, _ in rows)
    written: dict[int, Anchor] = {}
    for draft, change in rows:
        facts = {owner: change.ref} if change.ref > 0 else {}
        versions = build_planned(model, change.plans, stamp, county_id=draft.county_id, **facts)
        if change.ref > 0:
            session().add_all(versions)
        else:
            anchor = build_anchor(draft)
            anchor.versions.extend(versions)  # type: ignore[arg-type] # the model of this anchor
            session().add(anchor)
            written[change.ref] = anchor
    flush_numbered(session())
    ids = {change.ref: change.ref for _, change in rows if change.ref > 0}
    return ids | {ref: anchor.id for ref, anchor in written.items()}
