"""Annual objectives, charters and council meetings."""

from collections.abc import Callable
from typing import TypeVar

from community.communities import queries as communities
from community.communities import sheets as registers
from community.communities.rules import (
    CharterDraft,
    CommunityDirectory,
    MeetingDraft,
    ObjectiveDraft,
    RegisterChange,
    RegisterOnFile,
    build_register_change,
)
from community.imports.rules import SourceRow, match_rows
from community.imports.services.comparing.comparison import Comparison
from community.imports.services.comparing.touching import touched_register
from community.kernel.row_reader import RowReader

RegisterDraft = TypeVar("RegisterDraft", ObjectiveDraft, CharterDraft, MeetingDraft)


class Registers:
    """Annual objectives, charters and council meetings."""

    def __init__(
        self, comparison: Comparison, found: CommunityDirectory, community_ids: frozenset[int]
    ) -> None:
        self._all = comparison
        self._communities = found
        self._community_ids = community_ids

    def compare(self) -> None:
        """Read and compare the rows."""
        changes, session, ids = self._all.changes, self._all.session, self._community_ids
        self._compare(
            "objectives",
            registers.read_objective,
            "school_year",
            lambda: communities.objectives_on_file(session, ids),
            changes.objectives,
        )
        self._compare(
            "charters",
            registers.read_charter,
            "effective_on",
            lambda: communities.charters_on_file(session, ids),
            changes.charters,
        )
        self._compare(
            "meetings",
            registers.read_meeting,
            "held_on",
            lambda: communities.meetings_on_file(session, ids),
            changes.meetings,
        )

    def _compare(
        self,
        kind: str,
        read: Callable[[RowReader, CommunityDirectory, frozenset[str]], RegisterDraft | None],
        dated: str,
        find_on_file: Callable[[], list[RegisterOnFile]],
        into: list[tuple[RegisterDraft, RegisterChange]],
    ) -> None:
        rows: list[tuple[SourceRow, RegisterDraft]] = []
        for row in self._all.rows(kind):
            draft = read(row.reader, self._communities, row.table.unsaid)
            if self._all.is_repeated(row, draft) or draft is None:
                continue
            if not self._all.is_too_late(row, draft.county_id, dated, draft.since):
                rows.append((row, draft))
        if not rows:
            return

        def change_of(position: int, record: RegisterOnFile | None) -> RegisterChange:
            draft = rows[position][1]
            ref = record.id if record else self._all.new_ref()
            return build_register_change(
                ref, draft, record, self._all.knowledge_of(draft.county_id)
            )

        # What was undone comes last: its row is only used again when nothing else fits.
        on_file = sorted(find_on_file(), key=lambda record: record.fact is None)
        matches = match_rows(
            [draft.identity for _, draft in rows],
            [(record.identity, record) for record in on_file],
            lambda position, record: (
                record.fact is not None and not change_of(position, record).is_change
            ),
        )
        for position, (row, draft) in enumerate(rows):
            change = change_of(position, matches[position])
            if self._all.settle(
                row, draft.county_id, is_new=change.is_new, is_change=change.is_change
            ):
                into.append((draft, change))
                row.touched = touched_register(change, matches[position])
