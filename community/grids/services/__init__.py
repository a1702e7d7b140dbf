"""The use cases of tables: `kinds` what each has for columns, `reporting` all rows or none."""

from community.grids.services.kinds import (
    DOUBLE_REASON,
    KINDS,
    LABELS,
    LONG,
    SHORT,
    GridKind,
)
from community.grids.services.reporting import GridPage, ReportedGrid, grid_page, report_grid

__all__ = [
    "DOUBLE_REASON",
    "KINDS",
    "LABELS",
    "LONG",
    "SHORT",
    "GridKind",
    "GridPage",
    "ReportedGrid",
    "grid_page",
    "report_grid",
]
