"""Workbooks in and out: the only door to the libraries for spreadsheets.

`open_workbook` gives rows as Excel shows them, `find_table` finds the table in a sheet, and the
functions of `texts`, `dates` and `cells` say what one cell means. `marking` is not imported here:
its library takes longer to load than all the rest.
"""

from community.kernel.workbook.cells import (
    AFTERNOON,
    EVENING,
    boolean,
    code,
    confirmers,
    decimal,
    fen,
    integer,
    one_of,
    periods_of_day,
    school_year,
    split_list,
)
from community.kernel.workbook.dates import day, day_range
from community.kernel.workbook.limits import WorkbookError
from community.kernel.workbook.reading import Merge, RawRow, RawSheet, open_workbook
from community.kernel.workbook.tables import (
    Column,
    SheetColumns,
    Table,
    TableRow,
    column_letter,
    find_table,
)
from community.kernel.workbook.texts import (
    Cell,
    CellError,
    ErrorCell,
    fold,
    is_blank,
    name,
    shown,
    text,
)

__all__ = [
    "AFTERNOON",
    "EVENING",
    "Cell",
    "CellError",
    "Column",
    "ErrorCell",
    "Merge",
    "RawRow",
    "RawSheet",
    "SheetColumns",
    "Table",
    "TableRow",
    "WorkbookError",
    "boolean",
    "code",
    "column_letter",
    "confirmers",
    "day",
    "day_range",
    "decimal",
    "fen",
    "find_table",
    "fold",
    "integer",
    "is_blank",
    "name",
    "one_of",
    "open_workbook",
    "periods_of_day",
    "school_year",
    "shown",
    "split_list",
    "text",
]
