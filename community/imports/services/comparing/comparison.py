"""What all comparisons share: the rows and how far they are, what becomes of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from community.activities.rules import Amendment
from community.communities.rules import (
    CharterDraft,
    CommunityDraft,
    MeetingDraft,
    MembershipDraft,
    ObjectiveDraft,
    RegisterChange,
)
from community.imports.rules import RowOutcome, Source, SourceRow
from community.jobs.rules import Progress
from community.kernel import workbook
from community.kernel.facts import Knowledge
from community.kernel.i18n import N_, Message
from community.registry import queries as registry
from community.registry.rules import DivisionDirectory, SchoolChange, SchoolChoices
from community.resource_transfers.rules import Receipt, ResourceTransferDraft
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.walking_teaching.rules import WalkingTeachingSessionDraft

_COMPARING: Final = Message(N_("Comparing the rows with what is on file"))


@dataclass(slots=True)
class Changes:
    """What is to be written, kind by kind. Schools and communities that are not on file yet go by
    negative references."""

    schools: list[SchoolChange] = field(default_factory=list)
    communities: list[tuple[CommunityDraft, RegisterChange]] = field(default_factory=list)
    memberships: list[tuple[MembershipDraft, RegisterChange]] = field(default_factory=list)
    objectives: list[tuple[ObjectiveDraft, RegisterChange]] = field(default_factory=list)
    charters: list[tuple[CharterDraft, RegisterChange]] = field(default_factory=list)
    meetings: list[tuple[MeetingDraft, RegisterChange]] = field(default_factory=list)
    shared_teaching: list[SharedTeachingSessionDraft] = field(default_factory=list)
    walking_teaching: list[WalkingTeachingSessionDraft] = field(default_factory=list)
    resource_transfers: list[ResourceTransferDraft] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    county_ids: set[int] = field(default_factory=set)


class Comparison:
    """One import against one database. The number of queries does not depend on the rows."""

    def __init__(
        self,
        session: Session,
        source: Source,
        live_on: Mapping[int, date | None],
        knowledge: Knowledge,
        choices: SchoolChoices,
        progress: Progress,
    ) -> None:
        """`live_on` holds the counties that may be imported, each with its start day; `choices`
        the schools that somebody has chosen where a name means several."""
        self.session = session
        self.source = source
        self.choices = choices
        self.changes = Changes()
        self._divisions = registry.division_directory(session, live_on.keys())
        self._county_ids = frozenset(live_on)
        self._knowledge = {c: replace(knowledge, live_on=day) for c, day in live_on.items()}
        self._default = knowledge
        self._last_ref = 0
        self._seen: dict[object, SourceRow] = {}
        self._progress = progress
        self._done, self._total = 0, sum(len(table.rows) for table in source.tables)

    def rows(self, kind: str) -> Iterator[SourceRow]:
        """The rows of one kind, one after the other, with the progress said."""
        for row in self.source.rows(kind):
            self._progress.step(self._done, self._total, _COMPARING)
            self._done += 1
            yield row

    def knowledge_of(self, county_id: int) -> Knowledge:
        """From when on facts of this county are known."""
        return self._knowledge.get(county_id, self._default)

    @property
    def divisions(self) -> DivisionDirectory:
        """The counties that may be imported, and their townships."""
        return self._divisions

    @property
    def county_ids(self) -> frozenset[int]:
        """The counties that may be imported."""
        return self._county_ids

    def new_ref(self) -> int:
        """A reference for what is not on file yet."""
        self._last_ref -= 1
        return self._last_ref

    def is_repeated(self, row: SourceRow, draft: object | None) -> bool:
        """Whether an earlier row of the call has the same cells; the row is refused then."""
        key = (row.table.kind, row.table.row_key(row, draft))
        earlier = self._seen.setdefault(key, row)
        if earlier is row:
            return False
        self.refuse_repetition(
            row,
            earlier,
            N_("This row has the same cells as row %(row)s of %(place)s."),
        )
        return True

    def refuse_repetition(self, row: SourceRow, earlier: SourceRow, msgid: str) -> None:
        """Refuse a row that says again what an earlier one said."""
        place = earlier.table.table.sheet.sheet or earlier.table.file
        first = row.reader.row.cells[0] if row.reader.row.cells else ""
        message = Message(msgid, {"row": earlier.number, "place": place})
        row.table.refuse(row, "A", workbook.shown(first), "duplicate_row", message)

    def is_too_late(self, row: SourceRow, county_id: int, key: str, day: date | None) -> bool:
        """Whether historical initialisation is refused for a fact of this day."""
        knowledge = self.knowledge_of(county_id)
        if not knowledge.is_too_late(day):
            return False
        message = Message(
            N_(
                "This day is not before the county's start day (%(day)s): historical "
                "initialisation ends there. Import the row without --history."
            ),
            {"day": str(knowledge.live_on)},
        )
        row.reader.refuse(key, "after_start_day", message)
        return True

    def settle(self, row: SourceRow, county_id: int, *, is_new: bool, is_change: bool) -> bool:
        """Count what becomes of a row; answer whether there is anything to write."""
        if is_new:
            row.outcome = RowOutcome.ADDED
        else:
            row.outcome = RowOutcome.CHANGED if is_change else RowOutcome.UNCHANGED
        self.changes.county_ids.add(county_id)
        return is_new or is_change
