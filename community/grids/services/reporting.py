"""A table reported: every row a record, all of them or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from community.access import Actor, Permission, require
from community.activities.rules import Report, Sheet
from community.activities.services import ReportsRefusedError, entries
from community.activities.sheets import Surroundings
from community.communities.models import Community
from community.communities.queries import place_of_community
from community.grids import queries
from community.grids.rules import GridFault, GridFaultsError, SentGrid, check_extent, row_key
from community.grids.services.kinds import (
    DOUBLE_REASON,
    HALF_DAYS,
    KINDS,
    LABELS,
    OF_LESSONS,
    GridKind,
)
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.kernel.workbook import TableRow

# Fields of the forms that the table has under another name.
_COLUMN_OF: Final[Mapping[str, str]] = {
    "lessons": "slots",
    "lines-0-quantity": "quantity",
    "lines-0-due_on": "due_on",
}


@dataclass(frozen=True)
class GridPage:
    """What the page of a table offers."""

    kind: GridKind
    communities: Sequence[Community]
    chosen: Community | None
    schools: Sequence[str]  # names
    own_school: str


def grid_page(sheet: Sheet, code: str, *, actor: Actor) -> GridPage:
    """The page on which the actor fills in a table for one of its communities."""
    require(actor, Permission.ACTIVITY_REPORT)
    communities = queries.communities_of(session(), actor)
    chosen = next((one for one in communities if one.code == code), None)
    if chosen is None and communities:
        chosen = communities[0]
    if chosen is None:
        return GridPage(KINDS[sheet], communities, None, (), "")
    schools = queries.surroundings_of(session(), chosen).schools
    return GridPage(
        KINDS[sheet],
        communities,
        chosen,
        sorted(entry.name for entry in schools.entries.values()),
        _own_school(schools.entries, actor),
    )


def _own_school(entries: Mapping[int, Any], actor: Actor) -> str:
    own = entries.get(actor.school_id or 0)
    return own.name if own else ""


@dataclass(frozen=True)
class ReportedGrid:
    """What came of a table."""

    count: int
    is_repeated: bool  # it was reported before


def report_grid(sheet: Sheet, grid: SentGrid, *, actor: Actor) -> ReportedGrid:
    """Report every row of a table; a table sent again is reported once.

    Raises NotFoundError for a community out of reach, StaleWriteError when another page has saved
    the table since this one read it, GridFaultsError naming each cell that is refused: then
    nothing must be kept of it.
    """
    community = _community(grid.community, actor)
    check_extent(grid)
    form_key = UUID(grid.form_key)
    hold("activity_form", grid.form_key)
    filled = grid.filled
    if entries.reported_by_form(grid.form_key, actor=actor) is not None:
        return ReportedGrid(len(filled), is_repeated=True)
    entries.close_entry(
        grid.form_key, saved_from=grid.saved_from, revision=grid.revision, actor=actor
    )
    kind = KINDS[sheet]
    around = queries.surroundings_of(session(), community)
    rows = [_read(kind, grid, number, cells, around, community, actor) for number, cells in filled]
    faults = [fault for row in rows for fault in row.faults]
    if not faults:
        # What the readers accept is held against the records on file.
        faults = list(_report(kind, rows, form_key, actor))
    if faults:
        raise GridFaultsError(faults)
    return ReportedGrid(len(rows), is_repeated=False)


def _community(code: str, actor: Actor) -> Community:
    require(actor, Permission.ACTIVITY_REPORT)
    found = {one.code: one for one in queries.communities_of(session(), actor)}.get(code)
    if found is None:
        raise NotFoundError
    require(actor, Permission.ACTIVITY_VIEW, place_of_community(session(), found))
    return found


@dataclass(frozen=True)
class _Row:
    """A row that was read: its draft, or its faults."""

    number: int
    draft: Any
    double_reason: str
    faults: tuple[GridFault, ...]


def _read(
    kind: GridKind,
    grid: SentGrid,
    number: int,
    cells: tuple[str, ...],
    around: Surroundings,
    community: Community,
    actor: Actor,
) -> _Row:
    """One row, read as the row of a ledger is. The community is the table's, the provider the own
    school where the cell is blank."""
    said = dict(zip(grid.columns, cells, strict=False))
    said["community"] = community.code
    if not said.get("provider", "").strip():
        said["provider"] = _own_school(around.schools.entries, actor)
    keys = {key: index for index, key in enumerate(said)}
    reader = RowReader(TableRow(number, tuple(said.values()), keys))
    draft = kind.read(reader, around, kind.unsaid)
    required = kind.required - (OF_LESSONS if said.get(HALF_DAYS, "").strip() else set())
    blank = [key for key in kind.keys if key in required and not said.get(key, "").strip()]
    for key in blank:
        if not reader.is_refused(key):
            reader.refuse(key, "missing_value", Message(N_("This cell must not be blank.")))
    faults = tuple(
        GridFault(number, fault.key if fault.key in LABELS else None, str(fault.message))
        for fault in reader.faults
    )
    return _Row(number, draft, said.get(DOUBLE_REASON, "").strip(), faults)


def _report(
    kind: GridKind, rows: Sequence[_Row], form_key: UUID, actor: Actor
) -> Iterator[GridFault]:
    """Report all rows; what speaks against them, cell by cell."""
    sources = [_source(row, row_key(form_key, place), actor) for place, row in enumerate(rows)]
    try:
        kind.report([(row.draft, one) for row, one in zip(rows, sources, strict=True)], actor)
    except ReportsRefusedError as refused:
        for place, faults in refused.faults.items():
            for fault in faults:
                yield _fault(kind, rows[place], fault)


def _source(row: _Row, key: str, actor: Actor) -> Report:
    """In whose name a row is reported: the provider's where the actor speaks for it, else the
    own school's."""
    provider_id = row.draft.activity.provider_id
    return Report(
        school_id=(provider_id if provider_id in actor.school_ids else actor.school_id) or 0,
        form_key=key,
        double_reason=row.double_reason or None,
    )


def _fault(kind: GridKind, row: _Row, error: RuleViolationError) -> GridFault:
    field = error.field or ""
    key = _COLUMN_OF.get(field, field)
    return GridFault(row.number, key if key in kind.keys else None, str(error))
