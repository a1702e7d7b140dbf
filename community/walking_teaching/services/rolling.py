"""Take a term's arrangements over into the next term: looked at first, then all at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from community.access import Actor, require
from community.activities.queries.reporting import parties_on
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.queries import rolling as queries
from community.walking_teaching.rules import (
    ArrangementDraft,
    Clash,
    Engagement,
    SchoolThen,
    StaysBehind,
    TermDays,
    VisitPlan,
    find_first_clash,
    next_term,
    roll_draft,
    stays_behind,
)
from community.walking_teaching.services.arrangements import enter
from community.walking_teaching.services.clashes import (
    engagements_of_plan,
    hold_teachers,
    standing,
)
from community.walking_teaching.services.planning import (
    add_visits,
    draft_of,
    plan_of,
    terms_to_choose,
)
from community.walking_teaching.services.reach import EDIT


@dataclass(frozen=True)
class Rolled:
    """An arrangement, and what becomes of it in the next term."""

    arrangement: WalkingTeachingArrangement
    draft: ArrangementDraft  # of the next term
    plan: VisitPlan
    reason: StaysBehind | None
    clash: Clash | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it can be taken over."""
        return self.reason is None


@dataclass(frozen=True)
class RollOver:
    """What taking a term over would come to; without a next term on file there is nothing."""

    term: TermDays
    terms: Sequence[TermDays]
    into: TermDays | None
    rows: Sequence[Rolled]

    @property
    def going_count(self) -> int:
        """How many arrangements go on."""
        return sum(row.goes_on for row in self.rows)


def preview_roll_over(term_id: int | None, *, actor: Actor) -> RollOver:
    """Which arrangements of a term (by default today's, else the last one begun) go on in the
    next one, and which do not and why."""
    require(actor, EDIT)
    terms = terms_to_choose()
    term = _term(terms, term_id)
    into = next_term(term, terms)
    found = queries.arrangements_of_term(session(), actor, term.id)
    rows = [] if into is None else _rolled(found, term, into)
    return RollOver(term, terms, into, rows)


def roll_over(term_id: int, ids: Collection[int], *, actor: Actor) -> int:
    """Take the chosen arrangements over and plan their visits; how many. What was taken over
    already is passed over, so that the same form sent twice does it once.

    Raises NotFoundError for a term that is not on file, RuleViolationError when one of them cannot
    go on any more.
    """
    require(actor, EDIT)
    if not ids:
        raise RuleViolationError(N_("Choose at least one arrangement."))
    hold("roll_over", str(term_id))
    terms = terms_to_choose()
    term = _term(terms, term_id)
    into = next_term(term, terms)
    if into is None or term.id != term_id:
        raise NotFoundError
    chosen = queries.arrangements_of_term(session(), actor, term_id, ids=ids)
    if len(chosen) != len(set(ids)):
        raise NotFoundError
    hold_teachers((one.county_id, one.staff_number) for one in chosen)
    rows = [row for row in _rolled(chosen, term, into) if row.reason is not StaysBehind.DONE]
    if not all(row.goes_on for row in rows):
        raise RuleViolationError(
            N_("Something has changed since the page was made. Look at it again.")
        )
    with writing(actor=actor, action="walking_teaching_arrangement.taken_over"):
        for row in rows:
            again = enter(row.draft, row.arrangement.county_id, continues_id=row.arrangement.id)
            add_visits(again, row.plan)
    return len(rows)


def _term(terms: Sequence[TermDays], term_id: int | None) -> TermDays:
    today = clock.today()
    begun = [term for term in terms if term.starts_on <= today]
    chosen = [term for term in terms if term.id == term_id] if term_id else begun or list(terms)
    if not chosen:
        raise NotFoundError
    return chosen[0]


def _rolled(
    found: Sequence[WalkingTeachingArrangement], term: TermDays, into: TermDays
) -> list[Rolled]:
    done = queries.continued_ids(session(), into.id, [one.id for one in found])
    schools = _schools(found, into)
    rows: list[Rolled] = []
    for one in found:
        draft = roll_draft(draft_of(one, term), into)
        sender = schools[one.community_id, one.sender_id]
        receiver = schools[one.community_id, one.receiver_id]
        ended_on = one.ends_on if one.ended_reason else None
        reason = stays_behind(
            draft,
            ended_on,
            sender,
            receiver,
            is_done=one.id in done,
            lasts=one.ends_on >= into.starts_on,
        )
        rows.append(Rolled(one, draft, plan_of(draft), reason))
    return _without_clashes(rows)


def _without_clashes(rows: Sequence[Rolled]) -> list[Rolled]:
    """The rows, those marked whose teacher would be in two places; two queries per county."""
    entries = {
        row.arrangement.id: engagements_of_plan(
            row.draft, row.arrangement.county_id, row.arrangement.receiver.name, row.plan.visits
        )
        for row in rows
        if row.goes_on
    }
    taken: dict[int, list[Engagement]] = {}
    for county_id in {row.arrangement.county_id for row in rows}:
        of_county = [e for own in entries.values() for e in own if e.county_id == county_id]
        taken[county_id] = standing(of_county)
    checked: list[Rolled] = []
    for row in rows:
        own, others = entries.get(row.arrangement.id, []), taken[row.arrangement.county_id]
        clash = find_first_clash(own, others)
        if clash is None:
            others += own
            checked.append(row)
        else:
            checked.append(replace(row, reason=StaysBehind.CLASH, clash=clash))
    return checked


def _schools(
    found: Sequence[WalkingTeachingArrangement], into: TermDays
) -> Mapping[tuple[int | None, int], SchoolThen]:
    """The schools on the first day of the next term, by community; some queries per community."""
    groups: dict[int | None, set[int]] = defaultdict(set)
    for one in found:
        groups[one.community_id] |= {one.sender_id, one.receiver_id}
    every = {school_id for ids in groups.values() for school_id in ids}
    closed = queries.last_days(session(), every, into.starts_on)
    return {
        (community_id, school_id): SchoolThen(
            party.name,
            (closed.get(school_id) or into.starts_on) >= into.starts_on,
            party.is_member,
            party.district_ids,
        )
        for community_id, ids in groups.items()
        for school_id, party in parties_on(session(), ids, community_id, into.starts_on).items()
    }
