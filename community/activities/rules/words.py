"""The words of activity records: ledgers, kinds, modes, subjects."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from community.kernel.i18n import N_, declare_labels


class Sheet(StrEnum):
    """Which of the three ledgers an activity belongs to."""

    SHARED_TEACHING = "shared_teaching"
    WALKING_TEACHING = "walking_teaching"
    RESOURCE_TRANSFERS = "resource_transfers"


class ActivityKind(StrEnum):
    """The kind (类别 / 类型) of an activity; each belongs to one ledger."""

    SYNCHRONOUS_CLASS = "synchronous_class"  # 同步课堂
    DEDICATED_REMOTE_CLASS = "dedicated_remote_class"  # 专递课堂
    MASTER_TEACHER_CLASS = "master_teacher_class"  # 名师课堂
    JOINT_RESEARCH = "joint_research"  # 联合教研
    COLLECTIVE_LESSON_PLANNING = "collective_lesson_planning"  # 集体备课
    SAME_LESSON_DIFFERENT_DESIGNS = "same_lesson_different_designs"  # 同课异构
    OUTREACH_LESSON = "outreach_lesson"  # 送教下乡
    WALKING_TEACHING = "walking_teaching"  # 走教
    CROSS_SCHOOL_TEACHING = "cross_school_teaching"  # 跨校兼课
    SUPPORT_TEACHING = "support_teaching"  # 支教
    ROTATION = "rotation"  # 轮岗
    BOOKS = "books"  # 图书
    TEACHING_EQUIPMENT = "teaching_equipment"  # 教学设备
    CURRICULUM_RESOURCES = "curriculum_resources"  # 课程资源
    SPORTS_EQUIPMENT = "sports_equipment"  # 体育器材
    TEACHING_AIDS = "teaching_aids"  # 教具
    OTHER = "other"  # 其他


class Mode(StrEnum):
    """How people met: 线上, 线下, 混合."""

    ONLINE = "online"
    ONSITE = "onsite"
    MIXED = "mixed"


# The kinds of each ledger, in the order in which people name them.
KINDS_OF: Final[Mapping[Sheet, tuple[ActivityKind, ...]]] = {
    Sheet.SHARED_TEACHING: tuple(ActivityKind)[:7],
    Sheet.WALKING_TEACHING: tuple(ActivityKind)[7:11],
    Sheet.RESOURCE_TRANSFERS: tuple(ActivityKind)[11:],
}
SHEET_OF: Final[Mapping[ActivityKind, Sheet]] = {
    kind: sheet for sheet, kinds in KINDS_OF.items() for kind in kinds
}
LESSON_KINDS: Final = frozenset(
    {ActivityKind.SYNCHRONOUS_CLASS, ActivityKind.DEDICATED_REMOTE_CLASS}
)
RESEARCH_KINDS: Final = frozenset(
    {
        ActivityKind.JOINT_RESEARCH,
        ActivityKind.COLLECTIVE_LESSON_PLANNING,
        ActivityKind.SAME_LESSON_DIFFERENT_DESIGNS,
    }
)


declare_labels(
    Sheet,
    {
        Sheet.SHARED_TEACHING: N_("shared teaching"),
        Sheet.WALKING_TEACHING: N_("walking-teaching"),
        Sheet.RESOURCE_TRANSFERS: N_("resource transfer"),
    },
)


declare_labels(
    ActivityKind,
    {
        ActivityKind.SYNCHRONOUS_CLASS: N_("synchronous class"),
        ActivityKind.DEDICATED_REMOTE_CLASS: N_("dedicated remote class"),
        ActivityKind.MASTER_TEACHER_CLASS: N_("master-teacher class"),
        ActivityKind.JOINT_RESEARCH: N_("joint research"),
        ActivityKind.COLLECTIVE_LESSON_PLANNING: N_("collective lesson planning"),
        ActivityKind.SAME_LESSON_DIFFERENT_DESIGNS: N_("same lesson, different designs"),
        ActivityKind.OUTREACH_LESSON: N_("outreach lesson"),
        ActivityKind.WALKING_TEACHING: N_("walking-teaching"),
        ActivityKind.CROSS_SCHOOL_TEACHING: N_("cross-school teaching"),
        ActivityKind.SUPPORT_TEACHING: N_("support teaching"),
        ActivityKind.ROTATION: N_("rotation"),
        ActivityKind.BOOKS: N_("books"),
        ActivityKind.TEACHING_EQUIPMENT: N_("teaching equipment"),
        ActivityKind.CURRICULUM_RESOURCES: N_("curriculum resources"),
        ActivityKind.SPORTS_EQUIPMENT: N_("sports equipment"),
        ActivityKind.TEACHING_AIDS: N_("teaching aids"),
        ActivityKind.OTHER: N_("other"),
    },
)


declare_labels(
    Mode,
    {
        Mode.ONLINE: N_("online"),
        Mode.ONSITE: N_("on site"),
        Mode.MIXED: N_("mixed"),
    },
)


class Subject(StrEnum):
    """The subjects of the curricula, compulsory (2022) and senior secondary."""

    CHINESE = "chinese"
    MATHEMATICS = "mathematics"
    ENGLISH = "english"
    JAPANESE = "japanese"
    RUSSIAN = "russian"
    FOREIGN_LANGUAGE = "foreign_language"
    MORALITY_AND_LAW = "morality_and_law"
    IDEOLOGY_AND_POLITICS = "ideology_and_politics"
    HISTORY = "history"
    GEOGRAPHY = "geography"
    SCIENCE = "science"
    PHYSICS = "physics"
    CHEMISTRY = "chemistry"
    BIOLOGY = "biology"
    INFORMATION_SCIENCE = "information_science"
    INFORMATION_TECHNOLOGY = "information_technology"
    GENERAL_TECHNOLOGY = "general_technology"
    PE_AND_HEALTH = "pe_and_health"
    ARTS = "arts"
    MUSIC = "music"
    FINE_ARTS = "fine_arts"
    DANCE = "dance"
    DRAMA = "drama"
    FILM = "film"
    LABOUR = "labour"
    PRACTICAL_ACTIVITIES = "practical_activities"
    MENTAL_HEALTH = "mental_health"


declare_labels(
    Subject,
    {
        Subject.CHINESE: N_("Chinese"),
        Subject.MATHEMATICS: N_("mathematics"),
        Subject.ENGLISH: N_("English"),
        Subject.JAPANESE: N_("Japanese"),
        Subject.RUSSIAN: N_("Russian"),
        Subject.FOREIGN_LANGUAGE: N_("foreign language"),
        Subject.MORALITY_AND_LAW: N_("morality and law"),
        Subject.IDEOLOGY_AND_POLITICS: N_("ideology and politics"),
        Subject.HISTORY: N_("history"),
        Subject.GEOGRAPHY: N_("geography"),
        Subject.SCIENCE: N_("science"),
        Subject.PHYSICS: N_("physics"),
        Subject.CHEMISTRY: N_("chemistry"),
        Subject.BIOLOGY: N_("biology"),
        Subject.INFORMATION_SCIENCE: N_("information science and technology"),
        Subject.INFORMATION_TECHNOLOGY: N_("information technology"),
        Subject.GENERAL_TECHNOLOGY: N_("general technology"),
        Subject.PE_AND_HEALTH: N_("physical education and health"),
        Subject.ARTS: N_("arts"),
        Subject.MUSIC: N_("music"),
        Subject.FINE_ARTS: N_("fine arts"),
        Subject.DANCE: N_("dance"),
        Subject.DRAMA: N_("drama"),
        Subject.FILM: N_("film and television"),
        Subject.LABOUR: N_("labour"),
        Subject.PRACTICAL_ACTIVITIES: N_("integrated practical activities"),
        Subject.MENTAL_HEALTH: N_("mental health"),
    },
)
