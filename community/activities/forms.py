"""What the pages of activities send."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from community.activities.queries.lists import ActivityFilter
from community.activities.rules import (
    REASON_LENGTH,
    REASON_NEEDED,
    WORKFLOW,
    ActivityKind,
    ActivityState,
    DecisionKind,
    Exclusion,
    Move,
    Sheet,
    Subject,
)
from community.activities.services import Asked
from community.kernel.i18n import N_, label
from community.web.forms import Form, said

Word = TypeVar("Word", bound=StrEnum)
# The names under which an address carries a filter.
FILTERS = (
    "county",
    "community",
    "school_year",
    "sheet",
    "kind",
    "state",
    "counts",
    "school",
    "side",
    "month",
    "q",
)


class DecisionForm(Form):
    """A decision about a record, with a word on why."""

    reason = TextAreaField(said(N_("Reason for the decision")), [Length(max=REASON_LENGTH)])


class ReasonedDecisionForm(DecisionForm):
    """A decision against a record: nobody could answer it without its reason."""

    reason = TextAreaField(
        said(N_("Reason for the decision")),
        [InputRequired(said(REASON_NEEDED)), Length(max=REASON_LENGTH)],
    )


def decision_form(move: Move, **options: Any) -> DecisionForm:
    """The form on which a decision is taken."""
    is_against = WORKFLOW[move].takes in (DecisionKind.WITHDRAWN, DecisionKind.DISALLOWED)
    return ReasonedDecisionForm(**options) if is_against else DecisionForm(**options)


def read_asked(given: Mapping[str, str]) -> Asked:
    """The filter of an address; what it does not know means all."""
    text = given.get("q", "").strip()
    counts = given.get("counts", "")
    month = given.get("month", "")
    wanted = ActivityFilter(
        sheet=_word(Sheet, given.get("sheet", "")),
        kind=_word(ActivityKind, given.get("kind", "")),
        state=_word(ActivityState, given.get("state", "")),
        is_counted={"counted": True, "not_counted": False}.get(counts),
        exclusion=_word(Exclusion, counts),
        school=given.get("school", "").strip()[:100],
        side=given.get("side", ""),
        month=int(month) if month in map(str, range(1, 13)) else None,
        text=text[:100],
        subjects=_subjects(text),
    )
    return Asked(
        wanted,
        county=given.get("county", "").strip()[:12],
        community=given.get("community", "").strip()[:40],
        school_year=given.get("school_year", "").strip()[:9],
    )


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in tuple(kind) else None


def _subjects(text: str) -> frozenset[Subject]:
    """The subjects whose name, as the reader knows it, contains the text."""
    folded = text.casefold()
    return frozenset(s for s in Subject if folded and folded in label(s).casefold())
