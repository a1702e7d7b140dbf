"""Pure rules of activity records.

`words` what people say · `workflow` states and decisions · `standing` what counts · `figures` sums
· `ledger` one row of a ledger, new or seen before.
"""

from community.activities.rules.figures import (
    Amount,
    Figures,
    Level,
    Levels,
    build_figures,
)
from community.activities.rules.ledger import (
    ActivityDraft,
    ActivityOnFile,
    Amendment,
    ReceiverOnFile,
    build_amendment,
    build_confirmation,
    build_identity,
    is_confirmed_by_all,
)
from community.activities.rules.standing import (
    DECIDED,
    TAKEN_OUT,
    ActivityFacts,
    ConfirmationStanding,
    Exclusion,
    Standing,
    build_standing,
)
from community.activities.rules.words import (
    KINDS_OF,
    LESSON_KINDS,
    RESEARCH_KINDS,
    SHEET_OF,
    ActivityKind,
    Mode,
    Sheet,
    Subject,
)
from community.activities.rules.workflow import (
    REASON_LENGTH,
    REASON_NEEDED,
    WORKFLOW,
    ActivityState,
    Decision,
    DecisionKind,
    Move,
    Turn,
    build_state,
    check_move,
    check_reason,
    may_move,
)

__all__ = [
    "DECIDED",
    "KINDS_OF",
    "LESSON_KINDS",
    "REASON_LENGTH",
    "REASON_NEEDED",
    "RESEARCH_KINDS",
    "SHEET_OF",
    "TAKEN_OUT",
    "WORKFLOW",
    "ActivityDraft",
    "ActivityFacts",
    "ActivityKind",
    "ActivityOnFile",
    "ActivityState",
    "Amendment",
    "Amount",
    "ConfirmationStanding",
    "Decision",
    "DecisionKind",
    "Exclusion",
    "Figures",
    "Level",
    "Levels",
    "Mode",
    "Move",
    "ReceiverOnFile",
    "Sheet",
    "Standing",
    "Subject",
    "Turn",
    "build_amendment",
    "build_confirmation",
    "build_figures",
    "build_identity",
    "build_standing",
    "build_state",
    "check_move",
    "check_reason",
    "is_confirmed_by_all",
    "may_move",
]
