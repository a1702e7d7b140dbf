"""The use cases of activity records.

`recording` new and amended ones · `deciding` withdraw, disallow, check · `reading` lists and
details · `rollups` figures kept beside the records.
"""

from community.activities.services.deciding import PERMISSIONS, activity_to_decide, decide
from community.activities.services.reading import (
    ActivityList,
    ActivityRecord,
    Asked,
    Opened,
    YearSoFar,
    activities_to_export,
    activity_list,
    activity_record,
    year_so_far,
)
from community.activities.services.recording import (
    BATCH_SIZE,
    amend_activities,
    build_activity,
)
from community.activities.services.rollups import (
    Drift,
    RollupCheck,
    check_rollups,
    install,
    rebuild_rollups,
)

__all__ = [
    "BATCH_SIZE",
    "PERMISSIONS",
    "ActivityList",
    "ActivityRecord",
    "Asked",
    "Drift",
    "Opened",
    "RollupCheck",
    "YearSoFar",
    "activities_to_export",
    "activity_list",
    "activity_record",
    "activity_to_decide",
    "amend_activities",
    "build_activity",
    "check_rollups",
    "decide",
    "install",
    "rebuild_rollups",
    "year_so_far",
]
