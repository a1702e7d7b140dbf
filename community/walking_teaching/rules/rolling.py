"""From one term into the next: which arrangements go on, and which do not and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from community.kernel.i18n import N_, declare_labels
from community.walking_teaching.rules.arrangements import ArrangementDraft, TermDays


class StaysBehind(StrEnum):
    """Why an arrangement does not go on."""

    DONE = "done"
    LASTS = "lasts"
    ENDED = "ended"
    SCHOOL_CLOSED = "school_closed"
    NOT_TOGETHER = "not_together"
    CLASH = "clash"


declare_labels(
    StaysBehind,
    {
        StaysBehind.DONE: N_("taken over already"),
        StaysBehind.LASTS: N_("lasts into the next term by itself"),
        StaysBehind.ENDED: N_("ended before the end of the term"),
        StaysBehind.SCHOOL_CLOSED: N_("a school is closed"),
        StaysBehind.NOT_TOGETHER: N_("the schools are no longer together"),
        StaysBehind.CLASH: N_("the teacher would be in two places"),
    },
)


@dataclass(frozen=True, slots=True)
class SchoolThen:
    """A school on the first day of the next term."""

    name: str
    is_open: bool
    is_member: bool
    district_ids: frozenset[int]


def next_term(term: TermDays, terms: Sequence[TermDays]) -> TermDays | None:
    """The term that follows; None while it is not on file."""
    later = [other for other in terms if other.starts_on > term.ends_on]
    return min(later, key=lambda other: other.starts_on, default=None)


def roll_draft(draft: ArrangementDraft, term: TermDays) -> ArrangementDraft:
    """The same arrangement in another term, for all of it."""
    last = term.year_ends_on if draft.is_full_time else term.ends_on
    return replace(draft, term=term, starts_on=term.starts_on, ends_on=last)


def stays_behind(
    draft: ArrangementDraft,
    ended_on: date | None,
    sender: SchoolThen,
    receiver: SchoolThen,
    *,
    is_done: bool,
    lasts: bool = False,
) -> StaysBehind | None:
    """The first reason why an arrangement does not go on; None: it does. `ended_on` is its last
    day where it was ended before its time; one that `lasts` reaches into the next term."""
    if is_done:
        return StaysBehind.DONE
    if lasts:
        return StaysBehind.LASTS
    if ended_on is not None:
        return StaysBehind.ENDED
    if not (sender.is_open and receiver.is_open):
        return StaysBehind.SCHOOL_CLOSED
    if draft.community_id is None:
        are_together = bool(sender.district_ids & receiver.district_ids)
    else:
        are_together = sender.is_member and receiver.is_member
    return None if are_together else StaysBehind.NOT_TOGETHER
