"""What pages show of a count besides its figures: the records behind it, and what is missing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.activities.rules import Exclusion, Sheet, Standing
from community.audits.rules.count import CommunityCount
from community.audits.rules.facts import MembershipFacts
from community.audits.rules.missing import Missing, build_missing
from community.audits.rules.results import CriterionKind, CriterionResult
from community.communities.rules import MembershipRole
from community.kernel.i18n import N_, Message, declare_labels


@dataclass(frozen=True)
class RecordList:
    """The records a criterion looks at: those that count, and those left out, with reasons."""

    included: tuple[Standing, ...]
    excluded: tuple[Standing, ...]

    @property
    def reasons(self) -> Mapping[Exclusion, int]:
        """How many are left out, by reason."""
        return Counter(s.exclusion for s in self.excluded if s.exclusion)


def records_of(count: CommunityCount, criterion: CriterionResult) -> RecordList | None:
    """The records behind a criterion, by day; None when it looks at no records."""
    looks_at = criterion.looks_at
    if looks_at is None:
        return None
    relevant = [s for s in count.standings if looks_at(s.activity)]
    return RecordList(
        tuple(s for s in relevant if s.is_counted),
        tuple(s for s in relevant if not s.is_counted),
    )


# ---- The schools behind a criterion ----

_ROLES: Final = {
    "S1": MembershipRole.LEAD,
    "S2": MembershipRole.PIVOT,
    "S3": MembershipRole.MEMBER,
}


@dataclass(frozen=True)
class MemberRow:
    """A stay of a school, and why the criterion does not look at it (None: it does)."""

    stay: MembershipFacts
    left_out: Message | None


def members_of(count: CommunityCount, criterion: CriterionResult) -> Sequence[MemberRow]:
    """Every stay on file: those that a criterion looks at first, then those left out, why."""
    as_of = count.period.as_of
    rows = [
        MemberRow(stay, _left_out(stay, as_of, _ROLES.get(criterion.id)))
        for stay in count.facts.memberships
    ]
    return sorted(rows, key=lambda row: row.left_out is not None)


def _left_out(stay: MembershipFacts, as_of: date, role: MembershipRole | None) -> Message | None:
    if stay.joined_on > as_of:
        return Message(N_("Joins only on %(day)s"), {"day": stay.joined_on})
    if stay.school.closed_on and stay.school.closed_on < as_of:
        return Message(N_("Closed on %(day)s"), {"day": stay.school.closed_on})
    if not stay.covers(as_of):
        return Message(N_("Left on %(day)s"), {"day": stay.last_day})
    if role and stay.role is not role:
        return Message(N_("This criterion looks at another role"))
    return None


# ---- All records of a count ----


class Level(StrEnum):
    """Which records of a count a list shows."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CHECKED = "checked"
    COUNTED = "counted"
    LEFT_OUT = "left_out"


_BELONGS: Final[Mapping[Level, Callable[[Standing], bool]]] = {
    Level.REPORTED: lambda s: s.is_reported,
    Level.CONFIRMED: lambda s: s.is_confirmed,
    Level.CHECKED: lambda s: s.is_checked,
    Level.COUNTED: lambda s: s.is_counted,
    Level.LEFT_OUT: lambda s: not s.is_counted,
}


@dataclass(frozen=True)
class RecordFilter:
    """What a list of records is narrowed to; None: not by this."""

    level: Level | None = None
    reason: Exclusion | None = None
    sheet: Sheet | None = None
    month: str | None = None  # 2024-09

    def admits(self, standing: Standing) -> bool:
        """Whether a record belongs to the list."""
        return (
            (self.level is None or _BELONGS[self.level](standing))
            and (self.reason is None or standing.exclusion is self.reason)
            and (self.sheet is None or standing.activity.sheet is self.sheet)
            and (self.month is None or f"{standing.activity.held_on:%Y-%m}" == self.month)
        )


@dataclass(frozen=True)
class CountedRecord:
    """A record with the community in whose count it stands."""

    standing: Standing
    community_code: str


def counted_records(
    counts: Iterable[CommunityCount], wanted: RecordFilter
) -> Sequence[CountedRecord]:
    """The records of communities that a filter admits, by day."""
    found = [
        CountedRecord(standing, count.facts.code)
        for count in counts
        for standing in count.standings
        if wanted.admits(standing)
    ]
    return sorted(found, key=lambda r: (r.standing.activity.held_on, record_key(r)))


def record_key(record: CountedRecord) -> int:
    return record.standing.activity.activity_id


@dataclass(frozen=True)
class RecordChoices:
    """What a list of records can be narrowed to, as far as there are such records."""

    levels: Mapping[Level, int]
    reasons: Mapping[Exclusion, int]
    sheets: tuple[Sheet, ...]
    months: tuple[str, ...]


def record_choices(counts: Iterable[CommunityCount]) -> RecordChoices:
    """The records of communities by level, reason and month."""
    standings = [standing for count in counts for standing in count.standings]
    reasons = Counter(s.exclusion for s in standings if s.exclusion)
    return RecordChoices(
        levels={level: sum(map(belongs, standings)) for level, belongs in _BELONGS.items()},
        reasons={reason: reasons[reason] for reason in Exclusion if reasons[reason]},
        sheets=tuple(Sheet),
        months=tuple(sorted({f"{s.activity.held_on:%Y-%m}" for s in standings})),
    )


# ---- What is missing ----

THE_COUNTY: Final = "county"


@dataclass(frozen=True)
class MissingFilter:
    """What a list of missing things is narrowed to."""

    whom: str = ""  # a school's id, or `THE_COUNTY`; empty: everybody
    only_hard: bool = False

    def admits(self, missing: Missing) -> bool:
        """Whether a missing thing belongs to the list."""
        if self.only_hard and missing.criterion.kind is not CriterionKind.HARD:
            return False
        return self.whom in ("", supplier_key(missing))


def missing_things(counts: Iterable[CommunityCount], wanted: MissingFilter) -> Sequence[Missing]:
    """What is missing in communities, as far as a filter admits it."""
    return [missing for missing in build_missing(counts) if wanted.admits(missing)]


def supplier_key(missing: Missing) -> str:
    """Who supplies it, as an address names them."""
    return THE_COUNTY if missing.school_id is None else str(missing.school_id)


def suppliers(missing: Iterable[Missing]) -> Mapping[str, str | None]:
    """Whom things are missing from: key and name, the county (None) first, then by name."""
    found = {supplier_key(m): m.school_name for m in missing}
    return dict(sorted(found.items(), key=lambda item: (item[1] is not None, item[1] or "")))


declare_labels(
    Level,
    {
        Level.REPORTED: N_("Reported"),
        Level.CONFIRMED: N_("Confirmed"),
        Level.CHECKED: N_("Checked"),
        Level.COUNTED: N_("Counted"),
        Level.LEFT_OUT: N_("Left out"),
    },
)
