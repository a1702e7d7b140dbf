"""The words of the communities."""

from enum import StrEnum

from community.kernel.i18n import N_, declare_labels


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
