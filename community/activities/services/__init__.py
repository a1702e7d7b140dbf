"""The use cases of activity records.

`recording` new and amended ones · `reporting` those of the web · `deciding` withdraw, disallow,
check · `reading` lists and details · `rollups` figures kept beside the records.
"""

from community.activities.services.confirming import (
    MOST_AT_ONCE,
    Paper,
    check_paper,
    confirm,
    confirm_from_paper,
    confirm_on_behalf,
    confirm_together,
    revoke,
)
from community.activities.services.deciding import check_together, decide
from community.activities.services.goods import lines_at
from community.activities.services.reach import (
    MOVERS,
    RefusedTogetherError,
    check_not_own_side,
    open_to_move,
)
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
from community.activities.services.reporting import (
    Reporting,
    ReportsRefusedError,
    faults_of,
    report,
    report_together,
    returned_record,
)
from community.activities.services.rollups import (
    Drift,
    RollupCheck,
    check_rollups,
    install,
    rebuild_rollups,
)
from community.activities.services.together import move_together

__all__ = [
    "BATCH_SIZE",
    "MOST_AT_ONCE",
    "MOVERS",
    "ActivityList",
    "ActivityRecord",
    "Asked",
    "Drift",
    "Opened",
    "Paper",
    "RefusedTogetherError",
    "Reporting",
    "ReportsRefusedError",
    "RollupCheck",
    "YearSoFar",
    "activities_to_export",
    "activity_list",
    "activity_record",
    "amend_activities",
    "build_activity",
    "check_not_own_side",
    "check_paper",
    "check_rollups",
    "check_together",
    "confirm",
    "confirm_from_paper",
    "confirm_on_behalf",
    "confirm_together",
    "decide",
    "faults_of",
    "install",
    "lines_at",
    "move_together",
    "open_to_move",
    "rebuild_rollups",
    "report",
    "report_together",
    "returned_record",
    "revoke",
    "year_so_far",
]
