"""The three ledgers of activities."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from community.activities import queries as activities
from community.activities.queries import Ledger
from community.activities.rules import ActivityOnFile, Sheet, build_amendment
from community.activities.sheets import Surroundings
from community.imports.rules import SourceRow, match_rows
from community.imports.services.comparing.comparison import Comparison
from community.imports.services.comparing.touching import touched_ledger
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.resource_transfers.queries import receipts_on_file
from community.resource_transfers.rules import Receipt, ResourceTransferDraft, build_receipt
from community.resource_transfers.sheets import read_transfer
from community.shared_teaching import sheets as shared_teaching
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.walking_teaching import sheets as walking_teaching
from community.walking_teaching.queries import planned_elsewhere, postings, visits_on_file
from community.walking_teaching.rules import (
    Engagement,
    Visit,
    WalkingTeachingSessionDraft,
    find_clashes,
)

LedgerDraft = TypeVar(
    "LedgerDraft", SharedTeachingSessionDraft, WalkingTeachingSessionDraft, ResourceTransferDraft
)


class Ledgers:
    """The three ledgers of activities."""

    def __init__(self, comparison: Comparison, surroundings: Surroundings) -> None:
        self._all = comparison
        self._surroundings = surroundings

    def compare(self) -> None:
        """Read and compare the rows."""
        changes = self._all.changes
        lessons = self._read("shared_teaching", shared_teaching.read_session)
        self._settle(lessons, self._match(Sheet.SHARED_TEACHING, lessons), changes.shared_teaching)
        self._compare_walking_teaching()
        self._compare_transfers()

    def _read(
        self,
        kind: str,
        read: Callable[[RowReader, Surroundings, frozenset[str]], LedgerDraft | None],
    ) -> list[tuple[SourceRow, LedgerDraft]]:
        rows: list[tuple[SourceRow, LedgerDraft]] = []
        for row in self._all.rows(kind):
            draft = read(row.reader, self._surroundings, row.table.unsaid)
            if self._all.is_repeated(row, draft) or draft is None:
                continue
            activity = draft.activity
            if not self._all.is_too_late(row, activity.county_id, "held_on", activity.held_on):
                rows.append((row, draft))
        return rows

    def _ledger(self, sheet: Sheet, rows: Sequence[tuple[SourceRow, LedgerDraft]]) -> Ledger | None:
        """The part of a ledger on file that these rows may repeat."""
        drafts = [draft.activity for _, draft in rows]
        held = [draft.held_on for draft in drafts if (draft.community_id or 0) > 0]
        if not held:
            return None
        ids = {draft.community_id or 0 for draft in drafts}
        return Ledger(sheet, {i for i in ids if i > 0}, min(held), max(held))

    def _match(
        self,
        sheet: Sheet,
        rows: Sequence[tuple[SourceRow, LedgerDraft]],
        is_rest_same: Callable[[int, int], bool] = lambda _position, _activity_id: True,
    ) -> list[ActivityOnFile | None]:
        ledger = self._ledger(sheet, rows)
        if ledger is None:
            return [None] * len(rows)
        on_file = activities.activities_on_file(self._all.session, ledger)

        def is_same(position: int, record: ActivityOnFile) -> bool:
            draft = rows[position][1].activity
            knowledge = self._all.knowledge_of(draft.county_id)
            return is_rest_same(position, record.id) and (
                build_amendment(draft, record, knowledge) is None
            )

        return match_rows(
            [draft.identity for _, draft in rows],
            [(record.identity, record) for record in on_file],
            is_same,
        )

    def _settle(
        self,
        rows: Sequence[tuple[SourceRow, LedgerDraft]],
        matches: Sequence[ActivityOnFile | None],
        into: list[LedgerDraft],
        receipts: Mapping[int, Receipt] | None = None,
    ) -> None:
        for (row, draft), record in zip(rows, matches, strict=True):
            if row.reader.faults:
                continue
            county_id = draft.activity.county_id
            if record is None:
                self._all.settle(row, county_id, is_new=True, is_change=True)
                into.append(draft)
                continue
            amendment = build_amendment(draft.activity, record, self._all.knowledge_of(county_id))
            if amendment is not None:
                self._all.changes.amendments.append(amendment)
            before, after = self._receipts(draft, receipts, record.id)
            if before != after and after is not None:
                self._all.changes.receipts[record.id] = after
            row.touched = touched_ledger(amendment, before, after)
            is_change = amendment is not None or before != after
            self._all.settle(row, county_id, is_new=False, is_change=is_change)

    @staticmethod
    def _receipts(
        draft: LedgerDraft, receipts: Mapping[int, Receipt] | None, activity_id: int
    ) -> tuple[Receipt | None, Receipt | None]:
        """What is on file of a transfer's receipt, and what the row leaves of it."""
        if receipts is None or not isinstance(draft, ResourceTransferDraft):
            return None, None
        return receipts[activity_id], build_receipt(draft, receipts[activity_id])

    def _compare_walking_teaching(self) -> None:
        rows = self._read("walking_teaching", walking_teaching.read_session)
        matches = self._match(Sheet.WALKING_TEACHING, rows)
        repeated = {record.id for record in matches if record}
        new = frozenset(position for position, record in enumerate(matches) if record is None)
        if rows:
            self._refuse_on_file(rows, repeated, new)
            self._refuse_planned([rows[position] for position in sorted(new)])
        self._settle(rows, matches, self._all.changes.walking_teaching)

    def _refuse_on_file(
        self,
        rows: Sequence[tuple[SourceRow, WalkingTeachingSessionDraft]],
        repeated: set[int],
        new: frozenset[int],
    ) -> None:
        """Refuse a teacher who teaches one of the lessons already: in an earlier row, or in a
        record on file."""
        visits = [draft.visit for _, draft in rows]
        days = [visit.held_on for visit in visits]
        on_file = visits_on_file(
            self._all.session, {v.county_id for v in visits}, min(days), max(days)
        )
        standing = [(number, visit) for number, visit in on_file if number not in repeated]
        for position in find_clashes(visits, [visit for _, visit in standing], new):
            row, draft = rows[position]
            earlier = zip((row.number for row, _ in rows[:position]), visits, strict=False)
            said = {"number": draft.staff_number, "day": str(draft.activity.held_on)}
            number = _first_sharing(draft.visit, earlier)
            if number is not None:
                message = Message(_IN_ROW, {**said, "row": number})
            else:
                number = _first_sharing(draft.visit, standing)
                message = Message(_IN_RECORD, {**said, "id": number})
            row.reader.refuse("slots", "overlapping_teacher", message)

    def _refuse_planned(
        self, rows: Sequence[tuple[SourceRow, WalkingTeachingSessionDraft]]
    ) -> None:
        """Refuse a teacher for whom a visit to another school is planned in one of the lessons, or
        who is full time at another one."""
        if not rows:
            return
        days = [draft.activity.held_on for _, draft in rows]
        counties = {draft.activity.county_id for _, draft in rows}
        planned: dict[tuple[int, str, date], list[Engagement]] = defaultdict(list)
        for other in (
            *planned_elsewhere(self._all.session, counties, min(days), max(days)),
            *postings(self._all.session, counties, set(days)),
        ):
            planned[other.day].append(other)
        for row, draft in rows:
            if row.reader.is_refused("slots"):
                continue
            for other in planned.get(draft.visit.day, ()):
                is_elsewhere = other.school_id not in draft.activity.receiver_ids
                is_taken = other.is_full_time or other.slots_mask & draft.slots_mask
                if is_elsewhere and is_taken:
                    what = {"day": str(other.held_on), "school": other.school_name}
                    row.reader.refuse(
                        "slots",
                        "overlapping_teacher",
                        Message(
                            _FULL_TIME if other.is_full_time else _PLANNED,
                            {**what, "number": draft.staff_number, "lessons": other.slots_text},
                        ),
                    )
                    break

    def _compare_transfers(self) -> None:
        rows = self._read("resource_transfers", read_transfer)
        ledger = self._ledger(Sheet.RESOURCE_TRANSFERS, rows)
        receipts = receipts_on_file(self._all.session, ledger) if ledger else {}
        matches = self._match(
            Sheet.RESOURCE_TRANSFERS,
            rows,
            lambda position, activity_id: (
                build_receipt(rows[position][1], receipts[activity_id]) == receipts[activity_id]
            ),
        )
        self._settle(rows, matches, self._all.changes.resource_transfers, receipts)


_IN_ROW: Final = N_(
    "The teacher %(number)s already teaches one of these lessons on %(day)s: see row %(row)s."
)
_IN_RECORD: Final = N_(
    "The teacher %(number)s already teaches one of these lessons on %(day)s: see record no. "
    "%(id)s on file."
)
_PLANNED: Final = N_(
    "For the teacher %(number)s a visit to %(school)s is planned on %(day)s, %(lessons)s. Cancel "
    "or move it in the timetable first, or correct the row."
)
_FULL_TIME: Final = N_(
    "The teacher %(number)s is full time at %(school)s (%(lessons)s) and cannot be at another "
    "school on %(day)s. End or change that arrangement first, or correct the row."
)


def _first_sharing(visit: Visit, others: Iterable[tuple[int, Visit]]) -> int | None:
    """The number of the first other entry of this teacher's day that shares a lesson."""
    for number, other in others:
        if other.day == visit.day and other.slots_mask & visit.slots_mask:
            return number
    return None
