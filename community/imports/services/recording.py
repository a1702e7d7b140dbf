"""Write what a comparison has found: everything of one import, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from community.activities.rules import ActivityDraft
from community.activities.services import amend_activities
from community.communities import services as communities
from community.communities.rules import (
    CharterDraft,
    MeetingDraft,
    MembershipDraft,
    ObjectiveDraft,
    RegisterChange,
)
from community.imports.services.comparing import Changes
from community.kernel.facts import Knowledge
from community.kernel.versions import Stamp
from community.registry.services import record_schools
from community.resource_transfers.rules import ResourceTransferDraft
from community.resource_transfers.services import record_transfers, update_receipts
from community.shared_teaching import services as shared_teaching
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.walking_teaching import services as walking_teaching
from community.walking_teaching.rules import WalkingTeachingSessionDraft

RegisterDraft = TypeVar(
    "RegisterDraft", MembershipDraft, ObjectiveDraft, CharterDraft, MeetingDraft
)
LedgerDraft = TypeVar(
    "LedgerDraft", SharedTeachingSessionDraft, WalkingTeachingSessionDraft, ResourceTransferDraft
)


def record(
    changes: Changes, stamp: Stamp, knowledge_of: Callable[[int], Knowledge]
) -> list[dict[str, Any]]:
    """Write the changes; answer with what was changed in place, as `put_columns` says it."""
    schools, restores = record_schools(changes.schools, stamp)
    found, renamed = communities.record_communities(changes.communities, stamp)
    restores += renamed
    ids = _Ids(schools, found)
    communities.record_memberships(ids.of_register(changes.memberships), stamp)
    communities.record_objectives(ids.of_register(changes.objectives), stamp)
    communities.record_charters(ids.of_register(changes.charters), stamp)
    communities.record_meetings(ids.of_register(changes.meetings), stamp)
    shared_teaching.record_sessions(
        map(ids.of_ledger, changes.shared_teaching), stamp, knowledge_of
    )
    walking_teaching.record_sessions(
        map(ids.of_ledger, changes.walking_teaching), stamp, knowledge_of
    )
    record_transfers(map(ids.of_ledger, changes.resource_transfers), stamp, knowledge_of)
    restores += amend_activities(changes.amendments, stamp)
    restores += update_receipts(changes.receipts)
    return restores


class _Ids:
    """Puts real ids in the place of references to schools and communities that were new."""

    def __init__(self, schools: Mapping[int, int], communities: Mapping[int, int]) -> None:
        self._schools = schools
        self._communities = communities

    def of_register(
        self, rows: list[tuple[RegisterDraft, RegisterChange]]
    ) -> list[tuple[RegisterDraft, RegisterChange]]:
        return [(self._register(draft), change) for draft, change in rows]

    def _register(self, draft: RegisterDraft) -> RegisterDraft:
        community_id = self._community(draft.community_id)
        if isinstance(draft, MembershipDraft):
            school_id = self._school(draft.school_id)
            return replace(draft, community_id=community_id, school_id=school_id)
        return replace(draft, community_id=community_id)

    def of_ledger(self, draft: LedgerDraft) -> LedgerDraft:
        activity = draft.activity
        if (activity.community_id or 0) > 0 and min(activity.party_ids) > 0:
            return draft
        return replace(draft, activity=self._activity(activity))

    def _activity(self, activity: ActivityDraft) -> ActivityDraft:
        return replace(
            activity,
            community_id=self._community(activity.community_id or 0),
            provider_id=self._school(activity.provider_id),
            receiver_ids=tuple(map(self._school, activity.receiver_ids)),
        )

    def _school(self, ref: int) -> int:
        return self._schools.get(ref, ref)

    def _community(self, ref: int) -> int:
        return self._communities.get(ref, ref)
