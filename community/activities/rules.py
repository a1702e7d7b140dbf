"""The words of activity records, and which of them count (clause E1 of the rule set)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Final

from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    Step,
    plan_end,
    plan_fact,
    plan_presence,
)
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


# --- subjects -----------------------------------------------------------------------------------


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


# --- one row of a ledger -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """What the rows of all three ledgers have in common.

    `receiver_ids` and `confirmer_names` go together, in the order of the row. Of the fields named
    in `unsaid` the ledger says nothing, because it lacks their column.
    """

    sheet: Sheet
    community_id: int
    county_id: int
    held_on: date
    kind: ActivityKind
    mode: Mode | None
    subject: Subject | None
    periods: int | None
    provider_id: int
    receiver_ids: tuple[int, ...]
    confirmer_names: tuple[str | None, ...]
    confirmed_on: date | None
    evidence: tuple[str, ...]
    note: str | None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def cells(self) -> tuple[object, ...]:
        """The cells by which the row is recognised when it comes again (READING.md §8)."""
        return (
            self.sheet,
            self.community_id,
            self.held_on,
            self.kind,
            self.mode,
            self.subject,
            self.periods,
            self.provider_id,
            *self.receiver_ids,
        )

    @property
    def party_ids(self) -> tuple[int, ...]:
        """Provider and receivers."""
        return (self.provider_id, *self.receiver_ids)


def build_identity(cells: Iterable[object]) -> str:
    """The digest under which a row is recognised; spellings are to be folded before."""
    said = "\x1f".join(
        "" if cell is None else str(cell.value if isinstance(cell, Enum) else cell)
        for cell in cells
    )
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReceiverOnFile:
    """A receiving school of an activity on file, with the confirmation known today."""

    id: int
    confirmation: FactOnFile | None
    ended_at: datetime | None = None  # when an earlier confirmation was taken back


@dataclass(frozen=True, slots=True)
class ActivityOnFile:
    """An activity on file with all of it that may change."""

    id: int
    identity: str
    state: ActivityState
    note: str | None
    receivers: tuple[ReceiverOnFile, ...]
    evidence: Mapping[str, FactOnFile]
    former_evidence: Mapping[str, datetime]  # when a piece of evidence was taken back


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a row changes about an activity on file."""

    activity_id: int
    county_id: int
    columns: Mapping[str, object]  # of the activity itself: state and note
    confirmations: tuple[tuple[int, FactPlan], ...]  # by receiver
    evidence: tuple[tuple[str, FactPlan], ...]  # by reference


def build_confirmation(
    draft: ActivityDraft, position: int, knowledge: Knowledge, ended_at: datetime | None = None
) -> FactPlan | None:
    """The confirmation that a row gives for one receiver; None: it has not confirmed.

    It is known from the day of confirming; a name without a day, which confirms nothing, with
    the row.
    """
    name = draft.confirmer_names[position]
    if name is None:
        return None
    return plan_presence(
        {"confirmer_name": name, "confirmed_on": draft.confirmed_on},
        None,
        knowledge,
        since=draft.confirmed_on or draft.held_on,
        gone_at=ended_at,
    )


def is_confirmed_by_all(draft: ActivityDraft) -> bool:
    """Whether the row names a confirmer for every receiver, and a day."""
    return draft.confirmed_on is not None and all(draft.confirmer_names)


def build_amendment(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> Amendment | None:
    """Compare a row with the activity on file; None: nothing has changed."""
    confirmations = _confirmation_plans(draft, on_file, knowledge)
    columns: dict[str, object] = {}
    if "note" not in draft.unsaid and draft.note != on_file.note:
        columns["note"] = draft.note
    evidence = _evidence_plans(draft, on_file, knowledge)
    if not (confirmations or columns or evidence):
        return None
    state = _state_after(on_file, confirmations)
    if state is not on_file.state:
        columns["state"] = state
    return Amendment(on_file.id, draft.county_id, columns, confirmations, evidence)


def _dates(on_file: ActivityOnFile) -> list[date]:
    """The days on which receivers on file confirmed."""
    return [
        day
        for receiver in on_file.receivers
        if receiver.confirmation
        and isinstance(day := receiver.confirmation.values["confirmed_on"], date)
    ]


def _confirmation_plans(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> tuple[tuple[int, FactPlan], ...]:
    if "confirmers" in draft.unsaid:
        return ()
    last = max(_dates(on_file), default=None)
    confirmed_on = last if "confirmed_on" in draft.unsaid else draft.confirmed_on
    is_joined = any(
        name and receiver.confirmation is None
        for name, receiver in zip(draft.confirmer_names, on_file.receivers, strict=True)
    )
    plans: list[tuple[int, FactPlan]] = []
    for position, receiver in enumerate(on_file.receivers):
        name, before = draft.confirmer_names[position], receiver.confirmation
        if before is None:
            plan = build_confirmation(draft, position, knowledge, receiver.ended_at)
        elif name is None:
            plan = plan_end(before, knowledge)
        else:
            own = before.values["confirmed_on"]
            day = _day_of_one(own if isinstance(own, date) else None, confirmed_on, last, is_joined)
            plan = plan_fact(
                {"confirmer_name": name, "confirmed_on": day},
                before,
                knowledge,
                since=day or draft.held_on,
                arrivals={"confirmed_on": day},
            )
        if plan is not None:
            plans.append((receiver.id, plan))
    return tuple(plans)


def _day_of_one(
    own: date | None, cell: date | None, last: date | None, is_joined: bool
) -> date | None:
    """The day of a receiver that had confirmed on `own`, when the cell now says another one.

    The cell is the day of the last receiver (READING.md §3): when others have joined in, a later
    day is theirs. Otherwise it corrects whoever was the last.
    """
    if own is None or cell is None:
        return cell
    if last is None or cell == last:
        return own
    if cell < last:
        return min(own, cell)
    return cell if own == last and not is_joined else own


def _evidence_plans(
    draft: ActivityDraft, on_file: ActivityOnFile, knowledge: Knowledge
) -> tuple[tuple[str, FactPlan], ...]:
    if "evidence" in draft.unsaid:
        return ()
    # A blank that is filled in adds, and is known with the row; anything else corrects.
    since = knowledge.now if on_file.evidence else knowledge.since(draft.held_on)
    plans: list[tuple[str, FactPlan]] = []
    for reference in draft.evidence:
        if reference not in on_file.evidence:
            start = max(since, on_file.former_evidence.get(reference, since))
            plans.append((reference, FactPlan(steps=(Step(start, {}),))))
    for reference, before in on_file.evidence.items():
        plan = plan_presence(None, before, knowledge, since=None)
        if plan is not None and reference not in draft.evidence:
            plans.append((reference, plan))
    return tuple(plans)


def _state_after(on_file: ActivityOnFile, plans: tuple[tuple[int, FactPlan], ...]) -> ActivityState:
    """Where the record stands once its confirmations are changed; a check stays a check."""
    if on_file.state not in (ActivityState.SUBMITTED, ActivityState.CONFIRMED):
        return on_file.state
    after = {
        receiver.id: receiver.confirmation.values if receiver.confirmation else None
        for receiver in on_file.receivers
    }
    for receiver_id, plan in plans:
        after[receiver_id] = plan.steps[-1].values if plan.steps else None
    is_confirmed = all(values and values["confirmed_on"] for values in after.values())
    return ActivityState.CONFIRMED if is_confirmed else ActivityState.SUBMITTED
