"""Reads that pages need in one go.

`counting` what pages about figures show · `waiting` what home shows.
"""

from community.pages.services.counting import (
    DEADLINE,
    EARLIER,
    ROWS_PER_PAGE,
    Record,
    Scope,
    ThisYear,
    check_earlier,
    describe,
    page_of_missing,
    page_of_records,
    scope_of_community,
    scope_of_region,
    this_year,
    usual_day,
)

__all__ = [
    "DEADLINE",
    "EARLIER",
    "ROWS_PER_PAGE",
    "Record",
    "Scope",
    "ThisYear",
    "check_earlier",
    "describe",
    "page_of_missing",
    "page_of_records",
    "scope_of_community",
    "scope_of_region",
    "this_year",
    "usual_day",
]
