"""Compare the rows of an import with each other and with what is on file. Writes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from community.activities import queries as activities
from community.activities.queries import Ledger
from community.activities.rules import ActivityOnFile, Amendment, Sheet, build_amendment
from community.activities.sheets import Surroundings
from community.communities import queries as communities
from community.communities import sheets as registers
from community.communities.rules import (
    CharterDraft,
    CommunityDirectory,
    CommunityDraft,
    CommunityEntry,
    CommunityOnFile,
    MeetingDraft,
    MembershipDraft,
    ObjectiveDraft,
    RegisterChange,
    RegisterOnFile,
    Roll,
    build_register_change,
)
from community.imports.rules import Source, SourceRow, match_rows
from community.kernel import workbook
from community.kernel.facts import Knowledge
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.registry import queries as registry
from community.registry.rules import (
    DivisionDirectory,
    SchoolChange,
    SchoolDirectory,
    SchoolDraft,
    SchoolEntry,
    SchoolOnFile,
    build_school_change,
)
from community.registry.sheets import read_school, sketch_school
from community.resource_transfers.queries import receipts_on_file
from community.resource_transfers.rules import Receipt, ResourceTransferDraft, build_receipt
from community.resource_transfers.sheets import read_transfer
from community.shared_teaching import sheets as shared_teaching
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.walking_teaching import sheets as walking_teaching
from community.walking_teaching.queries import visits_on_file
from community.walking_teaching.rules import WalkingTeachingSessionDraft, find_clashes

RegisterDraft = TypeVar("RegisterDraft", ObjectiveDraft, CharterDraft, MeetingDraft)
LedgerDraft = TypeVar(
    "LedgerDraft", SharedTeachingSessionDraft, WalkingTeachingSessionDraft, ResourceTransferDraft
)
Read = tuple[SourceRow, LedgerDraft]


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
    ) -> None:
        """`live_on` holds the counties that may be imported, each with its start day."""
        self.session = session
        self.source = source
        self.changes = Changes()
        self._divisions = registry.division_directory(session, live_on.keys())
        self._county_ids = frozenset(live_on)
        self._knowledge = {c: replace(knowledge, live_on=day) for c, day in live_on.items()}
        self._default = knowledge
        self._last_ref = 0
        self._seen: dict[object, SourceRow] = {}

    def run(self) -> Changes:
        """Compare everything, in the order in which rows may name one another."""
        schools = _Schools(self)
        directory = schools.compare()
        found = _Communities(self).compare()
        members = _Memberships(self, found, directory)
        roll = members.compare(schools.closed_on)
        _Registers(self, found, members.community_ids).compare()
        _Ledgers(self, Surroundings(found, directory, roll)).compare()
        return self.changes

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
            row.table.added += 1
        elif is_change:
            row.table.changed += 1
        else:
            row.table.unchanged += 1
        self.changes.county_ids.add(county_id)
        return is_new or is_change


class _Schools:
    """The school rosters."""

    def __init__(self, comparison: Comparison) -> None:
        self._all = comparison
        on_file = registry.schools_on_file(comparison.session)
        self._on_file = {school.id: school for school in on_file}
        self._by_code = {school.code: school for school in on_file if school.code}
        self._by_name: dict[tuple[int, str], list[SchoolOnFile]] = {}
        for school in on_file:
            key = (school.county_id, workbook.fold(school.name))
            self._by_name.setdefault(key, []).append(school)
        self._taken: dict[object, SourceRow] = {}
        self._entries: dict[int, SchoolEntry] = {
            school.id: self._entry(school) for school in on_file if school.attributes
        }
        self.closed_on: dict[int, date | None] = {
            school_id: entry.closed_on for school_id, entry in self._entries.items()
        }

    @staticmethod
    def _entry(school: SchoolOnFile) -> SchoolEntry:
        closed_on = school.attributes.values["closed_on"] if school.attributes else None
        return SchoolEntry(
            school.id,
            school.county_id,
            school.code,
            school.name,
            school.short_name,
            school.aliases,
            closed_on if isinstance(closed_on, date) else None,
        )

    def compare(self) -> SchoolDirectory:
        """Read and compare the rows; answer with every school that later rows may name."""
        unclear: list[SourceRow] = []
        for row in self._all.source.rows("schools"):
            draft = read_school(row.reader, self._all.divisions, row.table.unsaid)
            if self._all.is_repeated(row, draft):
                continue
            if draft is None or not self._take(row, draft):
                unclear.append(row)
        self._sketch(unclear)
        return SchoolDirectory(self._entries.values())

    def _take(self, row: SourceRow, draft: SchoolDraft) -> bool:
        try:
            on_file = self._find(row, draft)
        except LookupError:
            return False
        ref = on_file.id if on_file else self._all.new_ref()
        key = ref if on_file else (draft.code or (draft.county_id, workbook.fold(draft.name)))
        earlier = self._taken.setdefault(key, row)
        if earlier is not row:
            self._all.refuse_repetition(
                row,
                earlier,
                N_("Row %(row)s of %(place)s describes this school already, in other words."),
            )
            return True  # the school is known by the earlier row
        knowledge = self._all.knowledge_of(draft.county_id)
        change = build_school_change(ref, draft, on_file, knowledge)
        if self._all.settle(row, draft.county_id, is_new=change.is_new, is_change=change.is_change):
            self._all.changes.schools.append(change)
        aliases = on_file.aliases if on_file else ()
        self._entries[ref] = SchoolEntry(
            ref,
            draft.county_id,
            draft.code or (on_file.code if on_file else None),
            draft.name,
            draft.short_name,
            (*aliases, change.former_name) if change.former_name else aliases,
            draft.attributes.closed_on,
        )
        self.closed_on[ref] = draft.attributes.closed_on
        return True

    def _find(self, row: SourceRow, draft: SchoolDraft) -> SchoolOnFile | None:
        """The school on file that a row describes: by its code, else by county and name.

        Raises LookupError, and refuses the row, when it cannot be told or is another county's.
        """
        by_name = self._by_name.get((draft.county_id, workbook.fold(draft.name)), [])
        if draft.code:
            found = self._by_code.get(draft.code)
            if found is None:  # a school that had no code until now
                without = [s for s in by_name if s.code is None and s.id not in self._taken]
                return without[0] if len(without) == 1 else None
            if found.county_id != draft.county_id:
                message = Message(N_("This code belongs to a school of another county."))
                row.reader.refuse("code", "unknown_value", message)
                raise LookupError
            return found
        known = [s for s in by_name if s.attributes] or by_name
        if len(known) > 1:
            message = Message(
                N_("Several schools of this county have this name; give the school's code.")
            )
            row.reader.refuse("name", "ambiguous_school", message)
            raise LookupError
        return known[0] if known else None

    def _sketch(self, rows: Sequence[SourceRow]) -> None:
        """Let rows with faults be named, unless the school is known anyway."""
        known = SchoolDirectory(self._entries.values())
        for row in rows:
            entry = sketch_school(row.reader, self._all.new_ref(), self._all.divisions)
            names = (entry.code, entry.name)
            if not any(name and known.find(name, entry.county_id) for name in names):
                self._entries[entry.id] = entry
                known = SchoolDirectory(self._entries.values())


class _Communities:
    """The register of communities."""

    def __init__(self, comparison: Comparison) -> None:
        self._all = comparison
        self._on_file: dict[str, CommunityOnFile] = communities.communities_on_file(
            comparison.session
        )
        self._entries: dict[str, CommunityEntry] = {
            key: CommunityEntry(found.register.id, found.code, found.county_id)
            for key, found in self._on_file.items()
            if found.register.fact and found.county_id in comparison.county_ids
        }
        self._taken: dict[str, SourceRow] = {}

    def compare(self) -> CommunityDirectory:
        """Read and compare the rows; answer with every community that later rows may name."""
        unclear: list[SourceRow] = []
        for row in self._all.source.rows("communities"):
            draft = registers.read_community(row.reader, self._all.divisions, row.table.unsaid)
            if self._all.is_repeated(row, draft):
                continue
            if draft is None or not self._take(row, draft):
                unclear.append(row)
        for row in unclear:
            ref = self._all.new_ref()
            entry = registers.sketch_community(row.reader, ref, self._all.divisions)
            if entry is not None:
                self._entries.setdefault(workbook.fold(entry.code), entry)
        return CommunityDirectory(self._entries.values())

    def _take(self, row: SourceRow, draft: CommunityDraft) -> bool:
        key = workbook.fold(draft.code)
        found = self._on_file.get(key)
        earlier = self._taken.setdefault(key, row)
        if earlier is not row:
            self._all.refuse_repetition(
                row,
                earlier,
                N_("Row %(row)s of %(place)s describes this community already, in other words."),
            )
            return True
        if found is not None and found.county_id != draft.county_id:
            message = Message(N_("This code belongs to a community of another county."))
            row.reader.refuse("code", "unknown_value", message)
            return False
        if self._all.is_too_late(row, draft.county_id, "founded_on", draft.founded_on):
            return False
        on_file = found.register if found else None
        ref = on_file.id if on_file else self._all.new_ref()
        change = build_register_change(ref, draft, on_file, self._all.knowledge_of(draft.county_id))
        if self._all.settle(row, draft.county_id, is_new=change.is_new, is_change=change.is_change):
            self._all.changes.communities.append((draft, change))
        self._entries[key] = CommunityEntry(ref, draft.code, draft.county_id)
        return True


class _Memberships:
    """The register of members."""

    def __init__(
        self, comparison: Comparison, found: CommunityDirectory, schools: SchoolDirectory
    ) -> None:
        self._all = comparison
        self._communities = found
        self._schools = schools
        self.community_ids = _named_communities(comparison.source, found)

    def compare(self, closed_on: Mapping[int, date | None]) -> Roll:
        """Read and compare the rows; answer with who was in when."""
        on_file = communities.memberships_on_file(self._all.session, self.community_ids)
        roll = Roll(closed_on)
        for community_id, school_id, stay in communities.stays(on_file.values()):
            roll.put(community_id, school_id, stay)
        drafts = list(self._read(roll))
        # A stay on file that this call changes is compared as changed.
        standing = Roll(closed_on)
        repeated = {draft.identity for _, draft in drafts}
        for community_id, school_id, stay in communities.stays(
            found for identity, found in on_file.items() if identity not in repeated
        ):
            standing.put(community_id, school_id, stay)
        for row, draft in drafts:
            if not self._overlaps(row, draft, standing):
                self._settle(row, draft, on_file.get(draft.identity))
            standing.put(draft.community_id, draft.school_id, draft.stay)
            roll.put(draft.community_id, draft.school_id, draft.stay)
        return roll

    def _read(self, roll: Roll) -> Iterator[tuple[SourceRow, MembershipDraft]]:
        for row in self._all.source.rows("memberships"):
            draft = registers.read_membership(
                row.reader, self._communities, self._schools, row.table.unsaid
            )
            if self._all.is_repeated(row, draft):
                continue
            if draft is not None and not self._all.is_too_late(
                row, draft.county_id, "joined_on", draft.joined_on
            ):
                yield row, draft
                continue
            named = registers.sketch_membership(row.reader, self._communities, self._schools)
            if named is not None:
                roll.put_unclear(*named)

    def _overlaps(self, row: SourceRow, draft: MembershipDraft, standing: Roll) -> bool:
        for stay in standing.stays(draft.community_id, draft.school_id):
            if stay.shares_a_day_with(draft.stay):
                message = Message(
                    N_(
                        "This school is in this community already from %(first)s to %(last)s: "
                        "two memberships must not share a day."
                    ),
                    {"first": str(stay.joined_on), "last": str(stay.left_on or "…")},
                )
                row.reader.refuse("joined_on", "overlapping_membership", message)
                return True
        return False

    def _settle(
        self, row: SourceRow, draft: MembershipDraft, on_file: RegisterOnFile | None
    ) -> None:
        ref = on_file.id if on_file else self._all.new_ref()
        change = build_register_change(ref, draft, on_file, self._all.knowledge_of(draft.county_id))
        if self._all.settle(row, draft.county_id, is_new=change.is_new, is_change=change.is_change):
            self._all.changes.memberships.append((draft, change))


class _Registers:
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
        for row in self._all.source.rows(kind):
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


class _Ledgers:
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
        for row in self._all.source.rows(kind):
            draft = read(row.reader, self._surroundings, row.table.unsaid)
            if self._all.is_repeated(row, draft) or draft is None:
                continue
            activity = draft.activity
            if not self._all.is_too_late(row, activity.county_id, "held_on", activity.held_on):
                rows.append((row, draft))
        return rows

    def _ledger(self, sheet: Sheet, rows: Sequence[tuple[SourceRow, LedgerDraft]]) -> Ledger | None:
        """The part of a ledger on file that these rows may repeat."""
        held = [draft.activity.held_on for _, draft in rows if draft.activity.community_id > 0]
        if not held:
            return None
        ids = {draft.activity.community_id for _, draft in rows}
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
            is_change = amendment is not None
            if amendment is not None:
                self._all.changes.amendments.append(amendment)
            if receipts is not None and isinstance(draft, ResourceTransferDraft):
                receipt = build_receipt(draft, receipts[record.id])
                if receipt != receipts[record.id]:
                    self._all.changes.receipts[record.id] = receipt
                    is_change = True
            self._all.settle(row, county_id, is_new=False, is_change=is_change)

    def _compare_walking_teaching(self) -> None:
        rows = self._read("walking_teaching", walking_teaching.read_session)
        matches = self._match(Sheet.WALKING_TEACHING, rows)
        repeated = {record.id for record in matches if record}
        visits = [draft.visit for _, draft in rows]
        standing = []
        if visits:
            days = [visit.held_on for visit in visits]
            on_file = visits_on_file(
                self._all.session, {v.county_id for v in visits}, min(days), max(days)
            )
            standing = [visit for activity_id, visit in on_file if activity_id not in repeated]
        new = frozenset(position for position, record in enumerate(matches) if record is None)
        for position in find_clashes(visits, standing, new):
            row, draft = rows[position]
            message = Message(
                N_("The teacher %(number)s already teaches one of these lessons on %(day)s."),
                {"number": draft.staff_number, "day": str(draft.activity.held_on)},
            )
            row.reader.refuse("slots", "overlapping_teacher", message)
        self._settle(rows, matches, self._all.changes.walking_teaching)

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


def _named_communities(source: Source, found: CommunityDirectory) -> frozenset[int]:
    """The communities on file that any row names."""
    ids: set[int] = set()
    said: set[workbook.Cell] = set()
    for table in source.tables:
        if table.kind in ("schools", "communities"):
            continue
        for row in table.rows:
            cell = row.reader.row.cell("community")
            if cell in said:
                continue
            said.add(cell)
            code = RowReader(row.reader.row).code("community", 1000)
            entry = found.find(code) if code else None
            if entry is not None and entry.id > 0:
                ids.add(entry.id)
    return frozenset(ids)
