"""The columns of the registers of communities, and how a row of each is read."""

from typing import Final

from community.communities.rules import (
    CharterDraft,
    CommunityDirectory,
    CommunityDraft,
    CommunityEntry,
    CommunityModel,
    MeetingDraft,
    MembershipDraft,
    MembershipRole,
    ObjectiveDraft,
)
from community.kernel import workbook
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Column, SheetColumns
from community.registry.rules import DivisionDirectory, SchoolDirectory
from community.registry.sheets import named_school, read_county

_NUMBER: Final = Column("number", ("序号",))
COMMUNITY_COLUMN: Final = Column("community", ("共同体编号", "共同体代码"), required_header=True)

COMMUNITIES: Final = SheetColumns(
    columns=(
        _NUMBER,
        Column("code", ("编号", "共同体编号", "共同体代码"), required_header=True),
        Column("name", ("名称", "共同体名称"), required_header=True),
        Column("county", ("县(市、区)", "所属县区"), required_header=True),
        Column("model", ("模式",)),
        Column("is_listed", ("列入五年规划", "是否列入五年规划")),
        Column("plan_document", ("规划文件档号",)),
        Column("approval_number", ("批准文号",)),
        Column("founded_on", ("成立日期",)),
        Column("dissolved_on", ("撤销日期",)),
        Column("period", ("起止日期", "有效期"), fills=("founded_on", "dissolved_on")),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"code", "name", "county"}),
)
MEMBERSHIPS: Final = SheetColumns(
    columns=(
        _NUMBER,
        COMMUNITY_COLUMN,
        Column("school", ("学校", "学校名称", "学校(园)名称"), required_header=True),
        Column("role", ("角色",), required_header=True),
        Column("joined_on", ("加入日期",), required_header=True),
        Column("left_on", ("退出日期",)),
        Column("period", ("起止日期", "有效期"), fills=("joined_on", "left_on")),
        Column("responsible_person", ("责任人", "负责人")),
        Column("signed_on", ("章程签署日期", "签署时间")),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"school", "role"}),
)
OBJECTIVES: Final = SheetColumns(
    columns=(
        _NUMBER,
        COMMUNITY_COLUMN,
        Column("school_year", ("学年",)),
        Column("content", ("目标内容",)),
        Column("target_value", ("指标值",)),
        Column("achieved_value", ("完成值",)),
        Column("reviewed_on", ("评估日期",)),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"content", "target_value"}),
)
CHARTERS: Final = SheetColumns(
    columns=(
        _NUMBER,
        COMMUNITY_COLUMN,
        Column("name", ("章程名称",)),
        Column("effective_on", ("生效日期",)),
        Column("expires_on", ("失效日期",)),
        Column("period", ("有效期", "起止日期"), fills=("effective_on", "expires_on")),
        Column("archive_number", ("档号", "章程档号")),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"name", "effective_on"}),
)
MEETINGS: Final = SheetColumns(
    columns=(
        _NUMBER,
        COMMUNITY_COLUMN,
        Column("held_on", ("日期", "活动日期", "活动时间", "会议日期"), required_header=True),
        Column("topic", ("主题", "会议主题")),
        Column("minutes_number", ("纪要档号", "会议纪要档号")),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"held_on", "minutes_number"}),
)

MODELS: Final = {
    "融合型": CommunityModel.MERGED,
    "共建型": CommunityModel.CO_BUILT,
    "协作型": CommunityModel.COLLABORATIVE,
}
ROLES: Final = {
    "牵头校": MembershipRole.LEAD,
    "支点校": MembershipRole.PIVOT,
    "成员校": MembershipRole.MEMBER,
}


def read_community(
    row: RowReader, divisions: DivisionDirectory, unsaid: frozenset[str]
) -> CommunityDraft | None:
    """A row of the register of communities as a draft; None when it has faults."""
    code = row.code("code", 40, required=True)
    name = row.name("name", 120)
    county_id = read_county(row, divisions)
    founded_on, dissolved_on = row.period("founded_on", "dissolved_on", "period")
    model = row.word("model", MODELS)
    is_listed = row.boolean("is_listed")
    plan_document = row.text("plan_document", 100)
    approval_number = row.text("approval_number", 100)
    note = row.text("note", 500)
    if row.faults or code is None or county_id is None:
        return None
    return CommunityDraft(
        county_id=county_id,
        code=code,
        name=name,
        model=model,
        is_listed=is_listed,
        plan_document=plan_document,
        approval_number=approval_number,
        founded_on=founded_on,
        dissolved_on=dissolved_on,
        note=note,
        unsaid=unsaid,
    )


def sketch_community(
    row: RowReader, ref: int, divisions: DivisionDirectory
) -> CommunityEntry | None:
    """What can be read of a row with faults, so that rows which name this community are not
    refused for its sake."""
    lenient = RowReader(row.row, epoch_1904=row.epoch_1904)
    code = lenient.code("code", 1000)
    county = lenient.name("county", 60)
    county_id = divisions.county(county) if county else None
    return CommunityEntry(ref, code, county_id) if code else None


def named_community(row: RowReader, communities: CommunityDirectory) -> CommunityEntry | None:
    """The community of a row, by its code; a fault when there is none that the actor may see."""
    code = row.code("community", 40, required=True)
    if code is None:
        return None
    found = communities.find(code)
    if found is None:
        message = Message(
            N_("No community that you may import has the code “%(code)s”."), {"code": code}
        )
        row.refuse("community", "unknown_value", message)
    return found


def read_membership(
    row: RowReader,
    communities: CommunityDirectory,
    schools: SchoolDirectory,
    unsaid: frozenset[str],
) -> MembershipDraft | None:
    """A row of the register of members as a draft; None when it has faults."""
    community = named_community(row, communities)
    name = row.name("school", 200, required=True)
    school_id = None
    if name is not None and community is not None:
        school_id = named_school(row, "school", name, schools, community.county_id)
    role = row.word("role", ROLES, required=True)
    joined_on, left_on = row.period("joined_on", "left_on", "period", required=True)
    responsible_person = row.name("responsible_person", 60)
    signed_on = row.day("signed_on")
    note = row.text("note", 500)
    if row.faults or community is None or school_id is None or joined_on is None or role is None:
        return None
    return MembershipDraft(
        community_id=community.id,
        county_id=community.county_id or 0,
        school_id=school_id,
        joined_on=joined_on,
        role=role,
        left_on=left_on,
        responsible_person=responsible_person,
        signed_on=signed_on,
        note=note,
        unsaid=unsaid,
    )


def sketch_membership(
    row: RowReader, communities: CommunityDirectory, schools: SchoolDirectory
) -> tuple[int, int] | None:
    """Community and school of a row with faults, so that activities of that school are not
    refused for its sake."""
    lenient = RowReader(row.row, epoch_1904=row.epoch_1904)
    community = named_community(lenient, communities)
    name = lenient.name("school", 200)
    if community is None or name is None:
        return None
    school_id = named_school(lenient, "school", name, schools, community.county_id)
    return None if school_id is None else (community.id, school_id)


def read_objective(
    row: RowReader, communities: CommunityDirectory, unsaid: frozenset[str]
) -> ObjectiveDraft | None:
    """A row of the register of annual objectives as a draft; None when it has faults."""
    community = named_community(row, communities)
    school_year = row.read("school_year", workbook.school_year)
    content = row.text("content", 500)
    target_value = row.text("target_value", 60)
    achieved_value = row.text("achieved_value", 60)
    reviewed_on = row.day("reviewed_on")
    if row.faults or community is None:
        return None
    return ObjectiveDraft(
        community_id=community.id,
        county_id=community.county_id or 0,
        school_year=school_year,
        content=content,
        target_value=target_value,
        achieved_value=achieved_value,
        reviewed_on=reviewed_on,
        unsaid=unsaid,
    )


def read_charter(
    row: RowReader, communities: CommunityDirectory, unsaid: frozenset[str]
) -> CharterDraft | None:
    """A row of the register of charters as a draft; None when it has faults."""
    community = named_community(row, communities)
    name = row.text("name", 200)
    effective_on, expires_on = row.period("effective_on", "expires_on", "period")
    archive_number = row.text("archive_number", 100)
    if row.faults or community is None:
        return None
    return CharterDraft(
        community_id=community.id,
        county_id=community.county_id or 0,
        name=name,
        effective_on=effective_on,
        expires_on=expires_on,
        archive_number=archive_number,
        unsaid=unsaid,
    )


def read_meeting(
    row: RowReader, communities: CommunityDirectory, unsaid: frozenset[str]
) -> MeetingDraft | None:
    """A row of the register of council meetings as a draft; None when it has faults."""
    community = named_community(row, communities)
    held_on = row.day("held_on", required=True)
    topic = row.text("topic", 200)
    minutes_number = row.text("minutes_number", 100)
    if row.faults or community is None or held_on is None:
        return None
    return MeetingDraft(
        community_id=community.id,
        county_id=community.county_id or 0,
        held_on=held_on,
        topic=topic,
        minutes_number=minutes_number,
        unsaid=unsaid,
    )
