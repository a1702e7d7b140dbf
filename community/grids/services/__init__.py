"""The use cases of tables: `kinds` what each has for columns, `reporting` all rows or none,
`saving` what is being filled in."""

from community.grids.services.kinds import (
    DOUBLE_REASON,
    KINDS,
    LABELS,
    LONG,
    SHORT,
    GridKind,
)
from community.grids.services.reporting import GridPage, ReportedGrid, grid_page, report_grid
from community.grids.services.saving import (
    COMMUNITY,
    is_reported,
    latest_table,
    save_table,
    saved_table,
)

__all__ = [
    "COMMUNITY",
    "DOUBLE_REASON",
    "KINDS",
    "LABELS",
    "LONG",
    "SHORT",
    "GridKind",
    "GridPage",
    "ReportedGrid",
    "grid_page",
    "is_reported",
    "latest_table",
    "report_grid",
    "save_table",
    "saved_table",
]
