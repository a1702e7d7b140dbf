"""The use cases of walking-teaching.

`sessions` what has taken place · `arrangements` the standing timetable · `planning` its visits ·
`visits` what becomes of them · `clashes` a teacher in two places · `weeks` a week at a glance ·
`rolling` from one term into the next · `feeds` calendars to subscribe to.
"""

from community.walking_teaching.queries.arrangements import ArrangementFilter, ArrangementRow
from community.walking_teaching.services.arrangements import (
    Offer,
    OpenArrangement,
    Replanned,
    change_arrangement,
    create_arrangement,
    end_arrangement,
    known_teachers,
    list_arrangements,
    offer,
    open_arrangement,
)
from community.walking_teaching.services.planning import (
    PlanPreview,
    draft_of,
    plan_visits,
    preview_plan,
    terms_to_choose,
)
from community.walking_teaching.services.sessions import (
    record_sessions,
    report_session,
    report_sessions,
)
from community.walking_teaching.services.visits import (
    TaughtVisit,
    cancel_visit,
    move_visit,
    report_taught,
    restore_visit,
    substitute_visit,
    visit,
    visits_to_report,
)

__all__ = [
    "ArrangementFilter",
    "ArrangementRow",
    "Offer",
    "OpenArrangement",
    "PlanPreview",
    "Replanned",
    "TaughtVisit",
    "cancel_visit",
    "change_arrangement",
    "create_arrangement",
    "draft_of",
    "end_arrangement",
    "known_teachers",
    "list_arrangements",
    "move_visit",
    "offer",
    "open_arrangement",
    "plan_visits",
    "preview_plan",
    "record_sessions",
    "report_session",
    "report_sessions",
    "report_taught",
    "restore_visit",
    "substitute_visit",
    "terms_to_choose",
    "visit",
    "visits_to_report",
]
