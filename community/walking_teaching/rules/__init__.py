"""Pure rules of walking-teaching.

`sessions` one row of the ledger, and the words · `arrangements` the standing timetable · `planning`
from weekly lessons to days · `visits` what becomes of a planned visit · `clashes` a teacher in two
places at once · `weeks` the grid of a week · `rolling` from one term into the next.
"""

from community.walking_teaching.rules.amounts import check_amount
from community.walking_teaching.rules.arrangements import (
    ARRANGED_KINDS,
    FULL_TIME,
    FULL_TIME_KINDS,
    HALF_DAYS,
    MAX_SLOTS,
    ArrangementDraft,
    Lessons,
    Rhythm,
    SlotDraft,
    TermDays,
    check_arrangement,
    read_lessons,
)
from community.walking_teaching.rules.clashes import (
    Clash,
    ClashKind,
    Engagement,
    clash_between,
    find_first_clash,
    span_text,
)
from community.walking_teaching.rules.planning import (
    DayLeftOut,
    LeftOut,
    PlannedDay,
    TermSpan,
    VisitPlan,
    build_plan,
)
from community.walking_teaching.rules.rolling import (
    SchoolThen,
    StaysBehind,
    next_term,
    roll_draft,
    stays_behind,
)
from community.walking_teaching.rules.sessions import (
    TravelMode,
    Visit,
    WalkingTeachingSessionDraft,
    build_mask,
    find_clashes,
)
from community.walking_teaching.rules.visits import (
    HELD_STATES,
    OPEN_STATES,
    VISITS,
    VisitMove,
    VisitState,
    check_moved_to,
    check_taught_on,
    check_turn,
    may_turn,
)
from community.walking_teaching.rules.weeks import Week, WeekLine, build_week, monday_of

__all__ = [
    "ARRANGED_KINDS",
    "FULL_TIME",
    "FULL_TIME_KINDS",
    "HALF_DAYS",
    "HELD_STATES",
    "MAX_SLOTS",
    "OPEN_STATES",
    "VISITS",
    "ArrangementDraft",
    "Clash",
    "ClashKind",
    "DayLeftOut",
    "Engagement",
    "LeftOut",
    "Lessons",
    "PlannedDay",
    "Rhythm",
    "SchoolThen",
    "SlotDraft",
    "StaysBehind",
    "TermDays",
    "TermSpan",
    "TravelMode",
    "Visit",
    "VisitMove",
    "VisitPlan",
    "VisitState",
    "WalkingTeachingSessionDraft",
    "Week",
    "WeekLine",
    "build_mask",
    "build_plan",
    "build_week",
    "check_amount",
    "check_arrangement",
    "check_moved_to",
    "check_taught_on",
    "check_turn",
    "clash_between",
    "find_clashes",
    "find_first_clash",
    "may_turn",
    "monday_of",
    "next_term",
    "read_lessons",
    "roll_draft",
    "span_text",
    "stays_behind",
]
