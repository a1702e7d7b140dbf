"""The three kinds of table: their columns, the words that are offered, how a row is read with the
same readers as an import's, and reported as a form's is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from community.access import Actor
from community.activities import sheets as ledger
from community.activities.models import Activity
from community.activities.rules import Report, Sheet
from community.activities.sheets import Surroundings
from community.kernel.i18n import N_
from community.kernel.row_reader import RowReader
from community.kernel.workbook import SheetColumns
from community.resource_transfers import services as resource_transfers
from community.resource_transfers import sheets as transfer_sheets
from community.resource_transfers.rules import LineDraft, ResourceTransferDraft, TransferDraft
from community.shared_teaching import services as shared_teaching
from community.shared_teaching import sheets as shared_sheets
from community.walking_teaching import services as walking_teaching
from community.walking_teaching import sheets as walking_sheets

# Why a row is no double of a record on file; no column of the ledgers.
DOUBLE_REASON: Final = "double_reason"
# What kindergartens have instead of subject and lesson periods; no column of the ledgers either.
HALF_DAYS: Final = "half_days"
OF_LESSONS: Final = frozenset({"subject", "periods"})
_HALF_DAYS_NAMES: Final = ("半日数", "半日活动", "半日活动数")
LABELS: Final[Mapping[str, str]] = {
    "held_on": N_("Date"),
    "kind": N_("Kind"),
    "mode": N_("Mode"),
    "subject": N_("School subject"),
    "grade": N_("Grade"),
    "topic": N_("Topic"),
    "provider": N_("Providing school"),
    "receivers": N_("Receiving schools"),
    "lecturer_name": N_("Lecturer"),
    "periods": N_("Lesson periods"),
    HALF_DAYS: N_("Half-days"),
    "pupils_count": N_("Pupils taking part"),
    "teachers_count": N_("Teachers taking part"),
    "teacher_name": N_("Teacher"),
    "staff_number": N_("Staff number"),
    "slots": N_("Lessons of the day"),
    "travel_mode": N_("Way of travelling"),
    "content": N_("Content"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "amount": N_("Value in yuan"),
    "is_loan": N_("On loan"),
    "due_on": N_("Due back on"),
    "evidence": N_("Archive numbers"),
    "note": N_("Note"),
    DOUBLE_REASON: N_("Why it is no double"),
}
# How much room what is typed there needs.
SHORT: Final = frozenset(
    {
        *("held_on", "mode", "periods", "grade", "pupils_count", "teachers_count", "quantity"),
        *("unit", "amount", "is_loan", "due_on", "slots", "travel_mode", HALF_DAYS),
    }
)
LONG: Final = frozenset({"provider", "receivers", "topic", "content", "note", DOUBLE_REASON})
_YES_NO: Final = ("是", "否")


@dataclass(frozen=True)
class GridKind:
    """One kind of table."""

    sheet: Sheet
    ledger: SheetColumns
    keys: tuple[str, ...]
    required: frozenset[str]
    words: Mapping[str, tuple[str, ...]]
    read: Callable[[RowReader, Surroundings, frozenset[str]], Any]
    report: Callable[[Sequence[tuple[Any, Report]], Actor], list[Activity]]

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """What each column may be called in a header that is pasted with the rows."""
        own = {HALF_DAYS: _HALF_DAYS_NAMES} if HALF_DAYS in self.keys else {}
        return {column.key: column.names for column in self.ledger.columns} | own

    @property
    def unsaid(self) -> frozenset[str]:
        """The columns of the ledger that the table lacks."""
        return frozenset(self.names) - set(self.keys)


def _words(meanings: Mapping[str, object]) -> tuple[str, ...]:
    """The words of a list, one for each meaning."""
    first: dict[object, str] = {}
    for word, meaning in meanings.items():
        first.setdefault(meaning, word)
    return tuple(first.values())


def _report_transfers(
    rows: Sequence[tuple[ResourceTransferDraft, Report]], actor: Actor
) -> list[Activity]:
    transfers = [(_transfer(draft), source) for draft, source in rows]
    return resource_transfers.report_transfers(transfers, actor=actor)


def _transfer(draft: ResourceTransferDraft) -> TransferDraft:
    line = LineDraft(
        draft.content or "",
        draft.quantity,
        draft.unit or "",
        draft.amount_fen,
        bool(draft.is_loan),
        draft.due_on,
    )
    return TransferDraft(draft.activity, (line,))


_SUBJECTS: Final = _words(ledger.SUBJECTS)
KINDS: Final[Mapping[Sheet, GridKind]] = {
    Sheet.SHARED_TEACHING: GridKind(
        sheet=Sheet.SHARED_TEACHING,
        ledger=shared_sheets.SHARED_TEACHING,
        keys=(
            *("held_on", "kind", "mode", "subject", "periods", HALF_DAYS, "provider", "receivers"),
            *("lecturer_name", "topic", "grade", "pupils_count", "teachers_count"),
            *("evidence", "note", DOUBLE_REASON),
        ),
        required=frozenset({"held_on", "kind", "mode", "subject", "periods", "receivers"}),
        words={
            "kind": _words(shared_sheets.KINDS),
            "mode": _words(ledger.MODES),
            "subject": _SUBJECTS,
        },
        read=shared_sheets.read_session,
        report=lambda rows, actor: shared_teaching.report_sessions(rows, actor=actor),
    ),
    Sheet.WALKING_TEACHING: GridKind(
        sheet=Sheet.WALKING_TEACHING,
        ledger=walking_sheets.WALKING_TEACHING,
        keys=(
            *("held_on", "teacher_name", "staff_number", "kind", "subject", "slots", "periods"),
            *(HALF_DAYS, "provider", "receivers", "travel_mode", "evidence", "note", DOUBLE_REASON),
        ),
        required=frozenset(
            {
                *("held_on", "teacher_name", "staff_number", "kind", "subject", "slots"),
                *("periods", "receivers"),
            }
        ),
        words={
            "kind": _words(walking_sheets.KINDS),
            "subject": _SUBJECTS,
            "travel_mode": _words(walking_sheets.TRAVEL_MODES),
        },
        read=walking_sheets.read_session,
        report=lambda rows, actor: walking_teaching.report_sessions(rows, actor=actor),
    ),
    Sheet.RESOURCE_TRANSFERS: GridKind(
        sheet=Sheet.RESOURCE_TRANSFERS,
        ledger=transfer_sheets.RESOURCE_TRANSFERS,
        keys=(
            *("held_on", "kind", "content", "quantity", "unit", "amount", "provider"),
            *("receivers", "is_loan", "due_on", "evidence", "note", DOUBLE_REASON),
        ),
        required=frozenset({"held_on", "kind", "content", "quantity", "unit", "receivers"}),
        words={"kind": _words(transfer_sheets.KINDS), "is_loan": _YES_NO},
        read=transfer_sheets.read_transfer,
        report=_report_transfers,
    ),
}
