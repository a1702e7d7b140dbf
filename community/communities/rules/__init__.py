"""The rules of the communities: pure decisions, by topic."""

from community.communities.rules.changes import (
    CommunityOnFile,
    RegisterChange,
    RegisterOnFile,
    build_register_change,
)
from community.communities.rules.drafts import (
    CharterDraft,
    CommunityDraft,
    MeetingDraft,
    MembershipDraft,
    ObjectiveDraft,
    Register,
)
from community.communities.rules.stays import (
    CommunityDirectory,
    CommunityEntry,
    Roll,
    Stay,
)
from community.communities.rules.words import CommunityModel, MembershipRole

__all__ = [
    "CharterDraft",
    "CommunityDirectory",
    "CommunityDraft",
    "CommunityEntry",
    "CommunityModel",
    "CommunityOnFile",
    "MeetingDraft",
    "MembershipDraft",
    "MembershipRole",
    "ObjectiveDraft",
    "Register",
    "RegisterChange",
    "RegisterOnFile",
    "Roll",
    "Stay",
    "build_register_change",
]
