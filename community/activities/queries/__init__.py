"""Every select of activities.

`on_file` what an import compares with · `standing` what counts, as SQL · `ledgers` what the three
ledgers call a record · `lists` and `details` what pages show · `rollups` figures kept beside the
records.
"""

from community.activities.queries.details import (
    all_decisions,
    city_of,
    decisions_in_force,
    is_confirmed,
    locked_activity,
    place_of_activity,
    recorded_activity,
    versions,
)
from community.activities.queries.ledgers import LedgerColumns, declare_ledger
from community.activities.queries.on_file import Ledger, activities_on_file

__all__ = [
    "Ledger",
    "LedgerColumns",
    "activities_on_file",
    "all_decisions",
    "city_of",
    "decisions_in_force",
    "declare_ledger",
    "is_confirmed",
    "locked_activity",
    "place_of_activity",
    "recorded_activity",
    "versions",
]
