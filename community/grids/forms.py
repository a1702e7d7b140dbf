"""What the page of a table sends: cells as JSON, or without JavaScript one pasted text."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from community.activities.forms.entry import number_of
from community.activities.rules.entries import TABLE, EntryOnFile
from community.grids.rules import (
    CELL_LENGTH,
    GRID_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    SentGrid,
    TypedTable,
    find_differences,
    parse_table,
)
from community.grids.services import COMMUNITY, GridKind
from community.kernel.errors import RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, gettext
from community.kernel.workbook import fold
from community.web.forms import FieldConflict, Form, said

_UNREADABLE = N_("The table could not be read. Reload the page and paste it once more.")


class GridForm(Form):
    """A table pasted into one field."""

    community = HiddenField(validators=[InputRequired(), Length(max=40)])
    form_key = HiddenField(default=lambda: str(uuid4()), validators=[Length(max=36)])
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)
    saved_from = HiddenField(default=lambda: str(uuid4()), validators=[Length(max=36)])
    table = TextAreaField(
        said(N_("The table")),
        [
            InputRequired(said(N_("The table is empty. Fill in at least one row."))),
            Length(max=GRID_BYTES),
        ],
    )

    @property
    def typed(self) -> TypedTable:
        """What the page holds, to be saved whatever its faults."""
        return TypedTable(
            (self.community.data or "")[:40],
            self.table.data or "",
            (self.saved_from.data or "")[:36],
            self.revision.data or 0,
        )

    def show(self, saved: EntryOnFile) -> None:
        """Put in what was saved."""
        fields = saved.content.fields
        self.form_key.data, self.revision.data = saved.form_key, saved.revision
        self.community.data, self.table.data = fields[COMMUNITY][0], fields[TABLE][0]

    def carry(self, saved: EntryOnFile) -> None:
        """Let the page that is shown again know what it has just saved."""
        self.revision.data, self.revision.raw_data = saved.revision, None

    def show_versions(self, stale: StaleWriteError) -> None:
        """Set the rows in which the table on file differs beside those of the page; sending it
        again is then a decision for the page's own."""
        self.add_error(stale)
        stored: Any = stale.on_file.get(TABLE, [""])
        self.conflicts = tuple(
            FieldConflict(gettext("Row %(row)s", row=one.row), one.on_file or "—", one.typed or "—")
            for one in find_differences(stored[0], self.table.data or "")
        )
        self.revision.data, self.revision.raw_data = stale.revision, None

    def draft(self, kind: GridKind) -> SentGrid:
        """The table; with a header its columns may stand in any order."""
        rows = parse_table(self.table.data or "")
        columns = kind.keys
        if rows and (found := _header(rows[0], kind)):
            columns, rows = found, (tuple("" for _ in rows[0]), *rows[1:])
        return SentGrid(
            self.community.data or "",
            _checked_key(self.form_key.data),
            columns,
            rows,
            saved_from=self.typed.saved_from,
            revision=self.typed.revision,
        )


def _header(cells: tuple[str, ...], kind: GridKind) -> tuple[str, ...] | None:
    """The keys of the columns that a header names; None: the row is no header."""
    keys = {fold(name): key for key, names in kind.names.items() for name in names}
    found = tuple(keys.get(fold(cell), "") for cell in cells)
    return found if sum(map(bool, found)) * 2 > len(cells) else None


def read_json(given: Any) -> SentGrid:
    """The table that static/js/grid.js sends. Raises RuleViolationError for anything else."""
    if not isinstance(given, Mapping):
        raise RuleViolationError(_UNREADABLE)
    columns, rows = given.get("columns"), given.get("rows")
    if not (_is_texts(columns, MOST_COLUMNS) and isinstance(rows, list)):
        raise RuleViolationError(_UNREADABLE)
    if len(rows) > 5 * MOST_ROWS or not all(_is_texts(row, MOST_COLUMNS) for row in rows):
        raise RuleViolationError(_UNREADABLE)
    cells = tuple(tuple(_clean(cell) for cell in row) for row in rows)
    return SentGrid(
        str(given.get("community", ""))[:40],
        _checked_key(given.get("form_key")),
        tuple(map(str, columns or ())),
        cells,
        saved_from=str(given.get("saved_from", ""))[:36],
        revision=number_of(given.get("revision")) or 0,
    )


def _is_texts(given: object, most: int) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= most
        and all(isinstance(text, str) and len(text) <= CELL_LENGTH for text in given)
    )


def _clean(text: str) -> str:
    """A cell without what a database cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def _checked_key(given: object) -> str:
    try:
        return str(UUID(str(given)))
    except ValueError:
        raise RuleViolationError(_UNREADABLE) from None
