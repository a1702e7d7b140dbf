"""The words of activity records, and which of them count (clause E1 of the rule set)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.kernel.i18n import N_, declare_labels


class Sheet(StrEnum):
    """Which of the three ledgers an activity belongs to."""

    SHARED_TEACHING = "shared_teaching"
    WALKING_TEACHING = "walking_teaching"
    RESOURCE_TRANSFERS = "resource_transfers"


class ActivityState(StrEnum):
    """Where a record stands in its workflow."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    CHECKED = "checked"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DISALLOWED = "disallowed"


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


class Exclusion(StrEnum):
    """Why an activity on file does not count; the first reason that applies is the one given."""

    OUTSIDE_WINDOW = "outside_window"
    OUTSIDE_MEMBERSHIP = "outside_membership"
    NOT_CONFIRMED = "not_confirmed"
    CONFIRMED_LATER = "confirmed_later"  # all receivers confirmed, but K is earlier
    NO_EVIDENCE = "no_evidence"


class ConfirmationStanding(StrEnum):
    """What is known at K of one receiver's confirmation."""

    CONFIRMED = "confirmed"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One activity on file at K, with all that decides whether it counts."""

    activity_id: int
    sheet: Sheet
    kind: ActivityKind
    held_on: date
    mode: Mode | None
    subject: str | None
    periods: int | None
    provider_id: int
    receiver_ids: tuple[int, ...]
    confirmations: tuple[ConfirmationStanding, ...]  # one per receiver, in the same order
    has_evidence: bool

    @property
    def party_ids(self) -> tuple[int, ...]:
        """Provider and receivers."""
        return (self.provider_id, *self.receiver_ids)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an activity is reported, confirmed and counted (READING.md §3), and why not."""

    activity: ActivityFacts
    is_reported: bool
    is_confirmed: bool
    exclusion: Exclusion | None

    @property
    def is_counted(self) -> bool:
        """Whether it counts: nothing excludes it."""
        return self.exclusion is None


def build_standing(
    activity: ActivityFacts,
    *,
    first_day: date,
    last_day: date,
    was_member: Callable[[int, date], bool],
) -> Standing:
    """How an activity stands over a window, both days included (clause E1)."""
    in_window = first_day <= activity.held_on <= last_day
    all_confirmed = all(c is ConfirmationStanding.CONFIRMED for c in activity.confirmations)
    exclusion: Exclusion | None = None
    if not in_window:
        exclusion = Exclusion.OUTSIDE_WINDOW
    elif not all(was_member(party, activity.held_on) for party in activity.party_ids):
        exclusion = Exclusion.OUTSIDE_MEMBERSHIP
    elif ConfirmationStanding.OPEN in activity.confirmations:
        exclusion = Exclusion.NOT_CONFIRMED
    elif not all_confirmed:
        exclusion = Exclusion.CONFIRMED_LATER
    elif not activity.has_evidence:
        exclusion = Exclusion.NO_EVIDENCE
    return Standing(activity, in_window, in_window and all_confirmed, exclusion)


# --- figures: reported, confirmed, counted -----------------------------------------------------


class Level(StrEnum):
    """The three figures that are always shown side by side (domain.md §4)."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Amount:
    """Rows, and lesson periods where the ledger has them."""

    rows: int = 0
    periods: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.rows + other.rows, self.periods + other.periods)


@dataclass(frozen=True, slots=True)
class Levels:
    """The three amounts of one cell."""

    reported: Amount = Amount()
    confirmed: Amount = Amount()
    counted: Amount = Amount()

    def __add__(self, other: "Levels") -> "Levels":
        return Levels(
            self.reported + other.reported,
            self.confirmed + other.confirmed,
            self.counted + other.counted,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts by ledger, kind and month (`2024-09`), from which every sum is taken."""

    cells: Mapping[tuple[Sheet, ActivityKind, str], Levels]

    def by_sheet(self) -> dict[Sheet, Levels]:
        """One sum per ledger, zeros included."""
        return {
            sheet: sum((v for k, v in self.cells.items() if k[0] is sheet), Levels())
            for sheet in Sheet
        }

    def by_month(self) -> dict[str, dict[Sheet, Levels]]:
        """Sums per month and ledger, months in order."""
        months: dict[str, dict[Sheet, Levels]] = {}
        for (sheet, _kind, month), levels in sorted(self.cells.items(), key=lambda c: c[0][2]):
            row = months.setdefault(month, {})
            row[sheet] = row.get(sheet, Levels()) + levels
        return months

    @property
    def total(self) -> Levels:
        """All ledgers together."""
        return sum(self.cells.values(), Levels())

    def __add__(self, other: "Figures") -> "Figures":
        cells = dict(self.cells)
        for key, levels in other.cells.items():
            cells[key] = cells.get(key, Levels()) + levels
        return Figures(cells)


def build_figures(standings: Iterable[Standing]) -> Figures:
    """Add up activities by ledger, kind and month of their day."""
    cells: dict[tuple[Sheet, ActivityKind, str], Levels] = {}
    for standing in standings:
        if not standing.is_reported:
            continue
        activity = standing.activity
        amount = Amount(1, activity.periods or 0)
        levels = Levels(
            reported=amount,
            confirmed=amount if standing.is_confirmed else Amount(),
            counted=amount if standing.is_counted else Amount(),
        )
        key = (activity.sheet, activity.kind, f"{activity.held_on:%Y-%m}")
        cells[key] = cells.get(key, Levels()) + levels
    return Figures(cells)


declare_labels(
    Sheet,
    {
        Sheet.SHARED_TEACHING: N_("shared teaching"),
        Sheet.WALKING_TEACHING: N_("walking-teaching"),
        Sheet.RESOURCE_TRANSFERS: N_("resource transfer"),
    },
)


declare_labels(
    ActivityState,
    {
        ActivityState.DRAFT: N_("draft"),
        ActivityState.SUBMITTED: N_("reported"),
        ActivityState.CONFIRMED: N_("confirmed"),
        ActivityState.CHECKED: N_("checked"),
        ActivityState.RETURNED: N_("returned"),
        ActivityState.WITHDRAWN: N_("withdrawn"),
        ActivityState.DISALLOWED: N_("disallowed"),
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


declare_labels(
    Exclusion,
    {
        Exclusion.OUTSIDE_WINDOW: N_("Outside the period counted"),
        Exclusion.OUTSIDE_MEMBERSHIP: N_("A school was not in the community on that day"),
        Exclusion.NOT_CONFIRMED: N_("Not confirmed by every receiving school"),
        Exclusion.CONFIRMED_LATER: N_("Confirmed later than the instant known at"),
        Exclusion.NO_EVIDENCE: N_("Without evidence"),
    },
)


declare_labels(
    Level,
    {
        Level.REPORTED: N_("Reported"),
        Level.CONFIRMED: N_("Confirmed"),
        Level.COUNTED: N_("Counted"),
    },
)
