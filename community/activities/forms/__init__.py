"""What the pages of activities send.

`records` the filters of lists · `deciding` moves with a record · `entry` the form on which an
activity is entered.
"""

from community.activities.forms.deciding import DecisionForm, ReasonedDecisionForm, decision_form
from community.activities.forms.records import FILTERS, read_asked

__all__ = [
    "FILTERS",
    "DecisionForm",
    "ReasonedDecisionForm",
    "decision_form",
    "read_asked",
]
