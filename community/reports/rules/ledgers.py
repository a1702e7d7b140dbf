"""The rows of the ledgers as paper shows them, and what became of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from community.activities.rules import Sheet, Standing, Subject
from community.walking_teaching.rules import TravelMode


@dataclass(frozen=True, slots=True)
class LessonDetails:
    """What only shared teaching has."""

    grade: str | None
    topic: str | None
    lecturer: str | None
    pupils: int | None
    teachers: int | None


@dataclass(frozen=True, slots=True)
class VisitDetails:
    """What only walking-teaching has."""

    teacher: str
    slots: str
    travel_mode: TravelMode | None


@dataclass(frozen=True, slots=True)
class TransferDetails:
    """What only a resource transfer has."""

    content: str | None
    quantity: Decimal
    unit: str | None
    amount_fen: int | None
    is_loan: bool | None
    due_on: date | None
    returned_on: date | None

    @property
    def quantity_text(self) -> str:
        """The quantity with its unit: 30 册."""
        return f"{self.quantity.normalize():f} {self.unit or ''}".strip()

    @property
    def amount_yuan(self) -> Decimal | None:
        """The value in yuan."""
        return None if self.amount_fen is None else Decimal(self.amount_fen) / 100


Details = LessonDetails | VisitDetails | TransferDetails


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who of a receiving school confirmed, and when, as known at K."""

    school_id: int
    person: str | None
    on: date | None


@dataclass(frozen=True)
class RecordTexts:
    """What paper needs about records besides what counts, by id of the activity or school."""

    details: Mapping[int, Details]
    evidence: Mapping[int, tuple[str, ...]]
    confirmations: Mapping[int, tuple[Confirmed, ...]]
    schools: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One record, with names; `number` counts within its table."""

    number: int
    standing: Standing
    details: Details | None
    provider: str
    receivers: tuple[str, ...]
    confirmers: tuple[str, ...]
    confirmed_on: date | None  # the day of the last receiver
    evidence: tuple[str, ...]

    @property
    def subject(self) -> Subject | None:
        """The subject taught."""
        subject = self.standing.activity.subject
        return Subject(subject) if subject else None

    @property
    def content(self) -> str:
        """What it was about, in the few words of a list across ledgers."""
        match self.details:
            case LessonDetails():
                return self.details.topic or ""
            case VisitDetails():
                return self.details.slots
            case TransferDetails():
                return self.details.content or ""
        return ""


def build_rows(standings: Iterable[Standing], texts: RecordTexts) -> tuple[LedgerRow, ...]:
    """The rows of a table, in the order given."""
    return tuple(
        _row(number, standing, texts) for number, standing in enumerate(standings, start=1)
    )


def _row(number: int, standing: Standing, texts: RecordTexts) -> LedgerRow:
    activity = standing.activity
    confirmed = texts.confirmations.get(activity.activity_id, ())
    days = [entry.on for entry in confirmed if entry.on]
    is_complete = len({entry.school_id for entry in confirmed if entry.on}) == len(
        set(activity.receiver_ids)
    )
    return LedgerRow(
        number=number,
        standing=standing,
        details=texts.details.get(activity.activity_id),
        provider=texts.schools.get(activity.provider_id, ""),
        receivers=tuple(texts.schools.get(school, "") for school in activity.receiver_ids),
        confirmers=tuple(dict.fromkeys(e.person for e in confirmed if e.person)),
        confirmed_on=max(days) if days and is_complete else None,
        evidence=texts.evidence.get(activity.activity_id, ()),
    )


def counted_by_sheet(standings: Iterable[Standing]) -> dict[Sheet, list[Standing]]:
    """The records that count, by ledger, each in the order of the days; zeros included."""
    found: dict[Sheet, list[Standing]] = {sheet: [] for sheet in Sheet}
    for standing in standings:
        if standing.is_counted:
            found[standing.activity.sheet].append(standing)
    return found


def left_out(standings: Iterable[Standing]) -> list[Standing]:
    """The records that do not count, by day."""
    return [standing for standing in standings if not standing.is_counted]
