"""The school rosters."""

from collections.abc import Sequence
from datetime import date

from community.imports.rules import SourceRow
from community.imports.services.comparing.comparison import Comparison
from community.imports.services.comparing.touching import touched_school
from community.kernel import workbook
from community.kernel.i18n import N_, Message
from community.registry import queries as registry
from community.registry.rules import (
    SchoolDirectory,
    SchoolDraft,
    SchoolEntry,
    SchoolOnFile,
    build_school_change,
)
from community.registry.sheets import read_school, sketch_school


class Schools:
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
        for row in self._all.rows("schools"):
            draft = read_school(row.reader, self._all.divisions, row.table.unsaid)
            if self._all.is_repeated(row, draft):
                continue
            if draft is None or not self._take(row, draft):
                unclear.append(row)
        self._sketch(unclear)
        return SchoolDirectory(self._entries.values(), self._all.choices)

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
            row.touched = touched_school(change, on_file)
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
