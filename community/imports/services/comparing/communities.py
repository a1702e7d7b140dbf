"""The registers of communities and of their members."""

from collections.abc import Iterator, Mapping
from datetime import date

from community.communities import queries as communities
from community.communities import sheets as registers
from community.communities.rules import (
    CommunityDirectory,
    CommunityDraft,
    CommunityEntry,
    CommunityOnFile,
    MembershipDraft,
    RegisterOnFile,
    Roll,
    build_register_change,
)
from community.imports.rules import Source, SourceRow
from community.imports.services.comparing.comparison import Comparison
from community.imports.services.comparing.touching import touched_register
from community.kernel import workbook
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.registry.rules import SchoolDirectory


class Communities:
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
        for row in self._all.rows("communities"):
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
            row.touched = touched_register(change, on_file)
        self._entries[key] = CommunityEntry(ref, draft.code, draft.county_id)
        return True


class Memberships:
    """The register of members."""

    def __init__(
        self, comparison: Comparison, found: CommunityDirectory, schools: SchoolDirectory
    ) -> None:
        self._all = comparison
        self._communities = found
        self._schools = schools
        self.community_ids = named_communities(comparison.source, found)

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
        for row in self._all.rows("memberships"):
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
            row.touched = touched_register(change, on_file)


def named_communities(source: Source, found: CommunityDirectory) -> frozenset[int]:
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
