"""What an import would do, row by row: kept in the storage in blocks, shown page by page."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from community.imports.rules import RowError, RowOutcome, SourceRow, SourceTable
from community.imports.services.running import Plan
from community.jobs.rules import Progress, pack, unpack
from community.kernel import storage, workbook
from community.kernel.i18n import N_, Message
from community.kernel.workbook.tables import column_letter

PAGE_SIZE: Final = 50
_BLOCK_SIZE: Final = 500  # a multiple of the page's
_SHOWN_LENGTH: Final = 120
_ALL: Final = "all"
_WRITING: Final = Message(N_("Preparing the preview"))


@dataclass(frozen=True)
class PreviewFault:
    """A fault of one row: where it is, what stands there, why it is refused, what to do."""

    column: str
    value: str
    code: str
    message: Message


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file, and what becomes of it."""

    number: int
    outcome: RowOutcome
    cells: Sequence[str]
    faults: Sequence[PreviewFault]
    touched: Sequence[str] = ()  # the letters of the columns that differ from what is on file

    def is_faulty(self, column: str) -> bool:
        """Whether the cell under this letter has a fault."""
        return any(fault.column == column for fault in self.faults)


@dataclass(frozen=True)
class PreviewPage:
    """Some rows of a sheet, and the places of the pages beside it."""

    rows: Sequence[PreviewRow]
    before: int | None
    after: int | None


def store_preview(plan: Plan, prefix: str, progress: Progress) -> dict[str, Any]:
    """Keep the rows under a prefix of the storage; answer with all else that a page shows."""
    total = sum(len(table.rows) for table in plan.source.tables)
    sheets, done = [], 0
    for number, table in enumerate(plan.source.tables):
        progress.step(done, total, _WRITING)
        sheets.append(_store_table(table, f"{prefix}{number}-"))
        done += len(table.rows)
    return {
        "sheets": sheets,
        "errors": [_packed_error(error) for error in plan.source.errors],
        "ambiguous": _ambiguous(plan),
    }


def _store_table(table: SourceTable, prefix: str) -> dict[str, Any]:
    blocks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    width = 0
    for row in _rows(table):
        counts[row["outcome"]] += 1
        width = max(width, len(row["cells"]))
        for category in (_ALL, row["outcome"]):
            blocks[category].append(row)
    for category, rows in blocks.items():
        for start in range(0, len(rows), _BLOCK_SIZE):
            content = json.dumps(rows[start : start + _BLOCK_SIZE], ensure_ascii=False)
            storage.put(_key(prefix, category, start), content.encode("utf-8", "replace"))
    headers = table.table.headers
    width = max(width, len(headers))
    return {
        "file": table.file,
        "sheet": table.table.sheet.sheet,
        "kind": table.kind,
        "columns": [
            [column_letter(index), headers[index] if index < len(headers) else ""]
            for index in range(width)
        ],
        "counts": {_ALL: sum(counts.values()), **counts},
    }


def _key(prefix: str, category: str, start: int) -> str:
    return f"{prefix}{category}-{start // _BLOCK_SIZE}.json"


def _rows(table: SourceTable) -> Iterator[dict[str, Any]]:
    """All rows of a table in the order of the file, those that are skipped among them."""
    faults: dict[int, list[RowError]] = defaultdict(list)
    for error in table.all_errors():
        faults[error.row or 0].append(error)
    rows: list[tuple[int, Sequence[workbook.Cell], SourceRow | None]] = [
        (row.number, row.reader.row.cells, row) for row in table.rows
    ]
    rows += [(raw.number, raw.cells, None) for raw in table.table.skipped_rows]
    for number, cells, row in sorted(rows, key=lambda found: found[0]):
        outcome = RowOutcome.SKIPPED
        if row is not None:
            is_faulty = number in faults or row.outcome is None
            outcome = RowOutcome.FAULTY if is_faulty else row.outcome or outcome
        shown = [workbook.shown(cell)[:_SHOWN_LENGTH] for cell in cells]
        while shown and not shown[-1]:
            shown.pop()
        yield {
            "number": number,
            "outcome": str(outcome),
            "cells": shown,
            "faults": [_packed_error(error) for error in faults.get(number, ())],
            "touched": sorted(filter(None, map(table.table.letter, row.touched if row else ()))),
        }


def _packed_error(error: RowError) -> dict[str, Any]:
    return {
        "file": error.file,
        "sheet": error.sheet,
        "column": error.column,
        "value": error.value[:_SHOWN_LENGTH],
        "code": error.code,
        "message": pack(error.message),
    }


def _ambiguous(plan: Plan) -> list[dict[str, Any]]:
    """The names that mean several schools on file, with those schools."""
    return [
        {
            "key": choice_key(name, county_id),
            "name": name,
            "schools": [
                {"id": entry.id, "name": entry.name, "code": entry.code}
                for entry in (plan.schools.entries[found] for found in hits)
            ],
        }
        for (name, county_id), hits in plan.schools.ambiguous.items()
        # One that the files bring has no name yet by which it could be chosen.
        if min(hits) > 0
    ]


def choice_key(name: str, county_id: int | None) -> str:
    """A name in a community of a county, as a key."""
    return f"{county_id or ''}|{name}"


def choices_from(stored: Mapping[str, int]) -> dict[tuple[str, int | None], int]:
    """The choices that were kept by `choice_key`."""
    found = {}
    for key, school_id in stored.items():
        county, _, name = key.partition("|")
        found[name, int(county) if county else None] = school_id
    return found


def read_preview(
    prefix: str, sheet: Mapping[str, Any], number: int, outcome: RowOutcome | None, at: int
) -> PreviewPage:
    """The rows of a sheet with one outcome (None: all) from a place on; as quick at any depth."""
    category = _ALL if outcome is None else str(outcome)
    count = sheet["counts"].get(category, 0)
    at = max(0, min(at, count - 1)) // PAGE_SIZE * PAGE_SIZE
    content = storage.get(_key(f"{prefix}{number}-", category, at)) if count else None
    block = json.loads(content) if content else []
    within = at % _BLOCK_SIZE
    return PreviewPage(
        [_row(row) for row in block[within : within + PAGE_SIZE]],
        before=at - PAGE_SIZE if at else None,
        after=at + PAGE_SIZE if at + PAGE_SIZE < count else None,
    )


def _row(stored: Mapping[str, Any]) -> PreviewRow:
    return PreviewRow(
        stored["number"],
        RowOutcome(stored["outcome"]),
        stored["cells"],
        [
            PreviewFault(f["column"], f["value"], f["code"], unpack(f["message"]))
            for f in stored["faults"]
        ],
        stored["touched"],
    )
