"""Filters of the list of activities, and decisions about a record."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from community.activities.queries.lists import ActivityFilter
from community.activities.rules import (
    ActivityKind,
    ActivityState,
    Exclusion,
    Sheet,
    Subject,
)
from community.activities.services import Asked
from community.kernel.i18n import label

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
    "evidence",
    "q",
)


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
        shares_file=given.get("evidence", "") == "shared",
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
