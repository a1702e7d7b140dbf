"""The columns that the three ledgers share, how they are read, and how a list is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from community.activities.queries.lists import ActivityRow
from community.activities.rules import ActivityDraft, ActivityKind, Mode, Sheet, Subject
from community.communities.rules import CommunityDirectory, CommunityEntry, Roll
from community.communities.sheets import COMMUNITY_COLUMN, named_community
from community.kernel import workbook
from community.kernel.i18n import N_, Message, gettext, label
from community.kernel.i18n import Listing as Names
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Cell, CellError, Column
from community.kernel.workbook.writing import CellType, Heading, Listing, Value
from community.registry.rules import SchoolDirectory
from community.registry.sheets import named_school

NUMBER: Final = Column("number", ("序号",))
COMMUNITY: Final = COMMUNITY_COLUMN
HELD_ON: Final = Column("held_on", ("日期", "活动日期", "活动时间"), required_header=True)
RECEIVERS: Final = Column(
    "receivers", ("接收校", "接收学校", "受援校", "受援学校"), required_header=True
)
CONFIRMERS: Final = Column(
    "confirmers",
    ("接收校确认人", "接收学校确认人", "受援校确认人", "受援学校确认人"),
)
CONFIRMED_ON: Final = Column("confirmed_on", ("确认日期", "确认时间"))
EVIDENCE: Final = Column("evidence", ("佐证材料档号", "佐证材料", "佐证档号"))
PERIODS: Final = Column("periods", ("课时", "课时数"), required_header=True)
SUBJECT: Final = Column("subject", ("学科",), required_header=True)
NOTE: Final = Column("note", ("备注",))

MODES: Final = {"线上": Mode.ONLINE, "线下": Mode.ONSITE, "混合": Mode.MIXED}
SUBJECTS: Final = {
    "语文": Subject.CHINESE,
    "数学": Subject.MATHEMATICS,
    "英语": Subject.ENGLISH,
    "日语": Subject.JAPANESE,
    "俄语": Subject.RUSSIAN,
    "外语": Subject.FOREIGN_LANGUAGE,
    "道德与法治": Subject.MORALITY_AND_LAW,
    "思想政治": Subject.IDEOLOGY_AND_POLITICS,
    "政治": Subject.IDEOLOGY_AND_POLITICS,
    "历史": Subject.HISTORY,
    "地理": Subject.GEOGRAPHY,
    "科学": Subject.SCIENCE,
    "物理": Subject.PHYSICS,
    "化学": Subject.CHEMISTRY,
    "生物学": Subject.BIOLOGY,
    "生物": Subject.BIOLOGY,
    "信息科技": Subject.INFORMATION_SCIENCE,
    "信息技术": Subject.INFORMATION_TECHNOLOGY,
    "通用技术": Subject.GENERAL_TECHNOLOGY,
    "体育与健康": Subject.PE_AND_HEALTH,
    "体育": Subject.PE_AND_HEALTH,
    "艺术": Subject.ARTS,
    "音乐": Subject.MUSIC,
    "美术": Subject.FINE_ARTS,
    "舞蹈": Subject.DANCE,
    "戏剧": Subject.DRAMA,
    "影视": Subject.FILM,
    "劳动": Subject.LABOUR,
    "综合实践活动": Subject.PRACTICAL_ACTIVITIES,
    "综合实践": Subject.PRACTICAL_ACTIVITIES,
    "心理健康": Subject.MENTAL_HEALTH,
    "心理健康教育": Subject.MENTAL_HEALTH,
}
_MORE_NAMES: Final = 50  # than receiving schools: read, and left alone


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a ledger row may name: communities and schools, and who was in when."""

    communities: CommunityDirectory
    schools: SchoolDirectory
    roll: Roll


def read_activity(
    row: RowReader,
    sheet: Sheet,
    kinds: Mapping[str, ActivityKind],
    surroundings: Surroundings,
    unsaid: frozenset[str],
    *,
    with_mode: bool = False,
    with_lessons: bool = False,
) -> ActivityDraft | None:
    """The shared part of a ledger row; None when it has faults."""
    community = named_community(row, surroundings.communities)
    held_on = row.day("held_on", required=True)
    kind = row.word("kind", kinds, required=True)
    mode = row.word("mode", MODES, required=True) if with_mode else None
    half_days = row.count("half_days", at_least=1) if with_lessons else None
    has_lessons = not has_half_days(row)
    subject = row.word("subject", SUBJECTS, required=has_lessons) if with_lessons else None
    periods = row.count("periods", required=has_lessons, at_least=1) if with_lessons else None
    provider_id, receiver_ids = _parties(row, community, surroundings.schools)
    _check_parties(row, provider_id, receiver_ids)
    if community is not None and held_on is not None:
        for school_id in (provider_id, *receiver_ids):
            if school_id is not None and not (
                community.county_id is None
                or surroundings.roll.was_in(community.id, school_id, held_on)
            ):
                key = "provider" if school_id == provider_id else "receivers"
                _refuse_outside(row, key, surroundings.schools.entries[school_id].name)
    confirmer_names = row.read("confirmers", lambda cell: confirmers(cell, len(receiver_ids))) or ()
    confirmed_on = row.day("confirmed_on")
    evidence = row.read("evidence", references) or ()
    note = row.text("note", 500)
    known = [school_id for school_id in receiver_ids if school_id is not None]
    if (
        row.faults
        or community is None
        or held_on is None
        or kind is None
        or provider_id is None
        or len(known) < len(receiver_ids)
    ):
        return None
    return ActivityDraft(
        sheet=sheet,
        community_id=community.id,
        county_id=community.county_id or 0,
        held_on=held_on,
        kind=kind,
        mode=mode,
        subject=subject,
        periods=periods,
        provider_id=provider_id,
        receiver_ids=tuple(known),
        confirmer_names=confirmer_names,
        confirmed_on=confirmed_on,
        evidence=evidence,
        note=note,
        unsaid=unsaid,
        half_days=half_days,
    )


def has_half_days(row: RowReader) -> bool:
    """Whether a row gives half-days, as kindergartens have them, instead of subject and periods."""
    return workbook.text(row.row.cell("half_days")) is not None


def _parties(
    row: RowReader, community: CommunityEntry | None, schools: SchoolDirectory
) -> tuple[int | None, tuple[int | None, ...]]:
    """The provider and the receivers that the row names; None where no school is meant."""
    provider = row.name("provider", 200, required=True)
    names = row.read("receivers", lambda cell: workbook.split_list(cell) or None, required=True)
    if community is None:  # whose county would decide which school is meant
        return None, ()
    provider_id = None
    if provider is not None:
        provider_id = named_school(row, "provider", provider, schools, community.county_id)
    return provider_id, tuple(
        named_school(row, "receivers", name, schools, community.county_id) for name in names or ()
    )


def _check_parties(
    row: RowReader, provider_id: int | None, receiver_ids: tuple[int | None, ...]
) -> None:
    known = [school_id for school_id in receiver_ids if school_id is not None]
    if provider_id is not None and provider_id in known:
        message = Message(N_("The providing school is also named as a receiving one."))
        row.refuse("receivers", "same_school", message)
    elif len(set(known)) < len(known):
        message = Message(N_("A receiving school is named twice."))
        row.refuse("receivers", "same_school", message)


def _refuse_outside(row: RowReader, key: str, school: str) -> None:
    message = Message(N_("%(school)s was not in the community on that day."), {"school": school})
    row.refuse(key, "outside_membership", message)


def confirmers(cell: Cell, count: int) -> tuple[str | None, ...]:
    """One name per receiver, in their order; a dash or a missing name is None. Names beyond the
    last receiver confirm nothing."""
    names = workbook.confirmers(cell, count + _MORE_NAMES)[:count]
    for name in names:
        if name is not None and len(name) > 60:
            raise CellError(
                "too_long", Message(N_("The name %(name)s is too long."), {"name": name})
            )
    return names


def references(cell: Cell) -> tuple[str, ...]:
    """The archive numbers or links in a cell, each once."""
    found = tuple(dict.fromkeys(workbook.split_list(cell)))
    for reference in found:
        if len(reference) > 300:
            message = Message(
                N_("The text has %(length)s characters; at most %(longest)s are kept."),
                {"length": len(reference), "longest": 300},
            )
            raise CellError("too_long", message)
    return found


# --- a list taken along -----------------------------------------------------------------------


def activity_listing(rows: Iterable[ActivityRow], about: Iterable[tuple[str, str]]) -> Listing:
    """The rows of a list with all that it shows."""
    return Listing(gettext("Activity records"), _headings(), _lines(rows), tuple(about))


def _headings() -> list[Heading]:
    number, day = CellType.NUMBER, CellType.DAY
    return [
        Heading(gettext("Date"), 12, day),
        Heading(gettext("Ledger"), 12),
        Heading(gettext("Kind"), 14),
        Heading(gettext("Community code"), 12, CellType.CODE),
        Heading(gettext("Community"), 26),
        Heading(gettext("Providing school"), 26),
        Heading(gettext("Receiving schools"), 34),
        Heading(gettext("Mode"), 8),
        Heading(gettext("School subject"), 12),
        Heading(gettext("Topic, lessons of the day or goods"), 30),
        Heading(gettext("Teacher"), 12),
        Heading(gettext("Quantity"), 10, number),
        Heading(gettext("Unit"), 8),
        Heading(gettext("Lesson periods"), 10, number),
        Heading(gettext("Confirmed by"), 22),
        Heading(gettext("Last confirmed on"), 14, day),
        Heading(gettext("Evidence"), 24),
        Heading(gettext("State"), 10),
        Heading(gettext("Reported"), 8),
        Heading(gettext("Confirmed"), 8),
        Heading(gettext("Checked"), 8),
        Heading(gettext("Counted"), 8),
        Heading(gettext("Why it does not count"), 30),
        Heading(gettext("Reason given"), 30),
        Heading(gettext("Note"), 30),
    ]


def _lines(rows: Iterable[ActivityRow]) -> Iterator[list[Value]]:
    yes, no = gettext("yes"), gettext("no")

    def said(is_so: bool) -> str:
        return yes if is_so else no

    for row in rows:
        confirmed = [receiver for receiver in row.receivers if receiver.confirmed_on]
        yield [
            row.held_on,
            label(row.sheet),
            label(row.kind),
            row.community_code,
            row.community_name,
            row.provider,
            str(Names(tuple(receiver.name for receiver in row.receivers))),
            label(row.mode) if row.mode else None,
            label(row.subject) if row.subject else None,
            row.text.title,
            row.text.person,
            row.text.quantity,
            row.text.unit,
            row.periods,
            str(Names(tuple(receiver.confirmer or "" for receiver in confirmed))),
            max(
                (receiver.confirmed_on for receiver in confirmed if receiver.confirmed_on),
                default=None,
            ),
            str(Names(row.evidence)),
            label(row.state),
            said(row.is_reported),
            said(row.is_confirmed),
            said(row.is_checked),
            said(row.is_counted),
            label(row.exclusion) if row.exclusion else None,
            str(Names(row.reasons)),
            row.note,
        ]
