"""Clauses 有效运行 and 辐射带动: what really happened (O1–O7, X1).

Only counted activities (clause E1) are looked at. Too few is a fail, never a missing datum.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from community.activities.rules import (
    LESSON_KINDS,
    RESEARCH_KINDS,
    ActivityFacts,
    ConfirmationStanding,
    Exclusion,
    Mode,
    Sheet,
)
from community.audits.rules.facts import TermFacts, term_name
from community.audits.rules.results import Finding, Outcome, Remedy
from community.audits.rules.rule_set import Case, Terms
from community.communities.rules import MembershipRole
from community.kernel.i18n import N_, Listing, Message

Filter = Callable[[ActivityFacts], bool]


def _is_lesson(activity: ActivityFacts) -> bool:
    return activity.kind in LESSON_KINDS


def _is_research(activity: ActivityFacts) -> bool:
    return activity.kind in RESEARCH_KINDS


def _is_walking(activity: ActivityFacts) -> bool:
    return activity.sheet is Sheet.WALKING_TEACHING


def _is_transfer(activity: ActivityFacts) -> bool:
    return activity.sheet is Sheet.RESOURCE_TRANSFERS


def _is_in(term: TermFacts, day: date) -> bool:
    return term.starts_on <= day <= term.ends_on


def _remedies(case: Case, is_relevant: Filter) -> tuple[Remedy, ...]:
    """What stands on file but does not count yet, and the school that can mend it."""
    waiting: dict[int, int] = {}
    unproven: dict[int, int] = {}
    for standing in case.standings:
        activity = standing.activity
        if not is_relevant(activity):
            continue
        if standing.exclusion is Exclusion.NOT_CONFIRMED:
            for school, confirmation in zip(
                activity.receiver_ids, activity.confirmations, strict=True
            ):
                if confirmation is ConfirmationStanding.OPEN:
                    waiting[school] = waiting.get(school, 0) + 1
        elif standing.exclusion is Exclusion.NO_EVIDENCE:
            unproven[activity.provider_id] = unproven.get(activity.provider_id, 0) + 1
    names = {m.school.school_id: m.school.name for m in case.facts.memberships}
    return (
        *_per_school(waiting, names, N_("%(school)s has %(count)d record(s) to confirm.")),
        *_per_school(unproven, names, N_("%(school)s has %(count)d record(s) without evidence.")),
    )


def _per_school(counts: dict[int, int], names: dict[int, str], sentence: str) -> Iterable[Remedy]:
    for school_id, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        name = names.get(school_id, "")
        yield Remedy(Message(sentence, {"school": name, "count": count}), school_id, name)


def _finding(
    case: Case,
    is_met: bool,
    value: int | dict[str, int],
    threshold: int | dict[str, int],
    because: Message,
    is_relevant: Filter,
) -> Finding:
    outcome = Outcome.PASS if is_met else Outcome.FAIL
    remedies = () if is_met else _remedies(case, is_relevant)
    return Finding(outcome, value, threshold, because, remedies)


def check_lessons(case: Case, terms: Terms) -> Finding:
    """O1: lesson periods of synchronous and dedicated remote classes, in different subjects.

    A lesson counts its periods: not one per row, and not once per receiver.
    """
    lessons = [a for a in case.counted if _is_lesson(a)]
    value = {
        "periods": sum(a.periods or 0 for a in lessons),
        "subjects": len({a.subject for a in lessons if a.subject}),
    }
    because = Message(
        N_(
            "Counted lessons: %(periods)d of %(needed)d lesson periods, "
            "%(subjects)d of %(needed_subjects)d subjects."
        ),
        {
            **value,
            "needed": terms.threshold["periods"],
            "needed_subjects": terms.threshold["subjects"],
        },
    )
    is_met = all(value[key] >= terms.threshold[key] for key in value)
    return _finding(case, is_met, value, terms.threshold, because, _is_lesson)


def check_research(case: Case, terms: Terms) -> Finding:
    """O2: joint research, rows; a mixed one counts once, as on-site."""
    research = [a for a in case.counted if _is_research(a)]
    value = {
        "online": sum(a.mode is Mode.ONLINE for a in research),
        "onsite": sum(a.mode in (Mode.ONSITE, Mode.MIXED) for a in research),
    }
    because = Message(
        N_(
            "Counted joint research: %(online)d of %(needed_online)d online, "
            "%(onsite)d of %(needed_onsite)d on site."
        ),
        {
            **value,
            "needed_online": terms.threshold["online"],
            "needed_onsite": terms.threshold["onsite"],
        },
    )
    is_met = all(value[key] >= terms.threshold[key] for key in value)
    return _finding(case, is_met, value, terms.threshold, because, _is_research)


@dataclass(frozen=True)
class _SchoolTerm:
    """A school in a term, said in the language of whoever reads."""

    school: str
    term: Message

    def __str__(self) -> str:
        return f"{self.school}{Message(N_(' (%(text)s)'), {'text': self.term})}"


def check_everybody_takes_part(case: Case, terms: Terms) -> Finding:
    """O3: every pivot and rural member took part in each judged term.

    A requirement is a pair (school, term) in which the school was pivot or member on at least
    30 days of the term, days up to D; a school that left before D is asked too.
    """
    required: list[tuple[int, TermFacts]] = []
    for term in case.period.judged_terms:
        days: dict[int, int] = {}
        for stay in case.facts.memberships:
            if stay.role is not MembershipRole.LEAD:
                within = stay.days_within(term.starts_on, term.ends_on)
                days[stay.school.school_id] = days.get(stay.school.school_id, 0) + within
        least = terms.parameters["member_days"]
        required += [(school, term) for school, count in days.items() if count >= least]
    if not required:
        because = Message(N_("No school was in the community long enough to be asked."))
        return Finding(Outcome.NOT_APPLICABLE, 0, 0, because)

    least = terms.parameters["activities"]
    unmet = [
        (school, term)
        for school, term in required
        if sum(_is_in(term, a.held_on) and school in a.party_ids for a in case.counted) < least
    ]
    value = len(required) - len(unmet)
    if not unmet:
        because = Message(N_("Every pivot and member school took part in every term."))
        return Finding(Outcome.PASS, value, len(required), because)
    names = {m.school.school_id: m.school.name for m in case.facts.memberships}
    because = Message(
        N_("Without a counted activity: %(schools)s."),
        {
            "schools": Listing(
                tuple(_SchoolTerm(names[school], term.name) for school, term in unmet)
            )
        },
    )
    remedies = tuple(
        Remedy(
            Message(
                N_("%(school)s has no counted activity in %(term)s."),
                {"school": names[school], "term": term.name},
            ),
            school,
            names[school],
        )
        for school, term in unmet
    )
    return Finding(Outcome.FAIL, value, len(required), because, remedies)


@dataclass(frozen=True)
class _TermCount:
    """A term with its count, said in the language of whoever reads."""

    term: Message
    count: int

    def __str__(self) -> str:
        return f"{self.term} {self.count}"


def _each_term(case: Case, terms: Terms, is_relevant: Filter, sentence: str) -> Finding:
    """So many counted rows in each judged term."""
    relevant = [a for a in case.counted if is_relevant(a)]
    value = {
        term.key: sum(_is_in(term, a.held_on) for a in relevant)
        for term in case.period.judged_terms
    }
    if not value:
        because = Message(N_("No term of the school year had begun by the day."))
        return Finding(Outcome.NOT_APPLICABLE, value, terms.threshold, because)
    least = terms.threshold["each_term"]
    counts = Listing(tuple(_TermCount(term_name(k), count) for k, count in value.items()))
    because = Message(sentence, {"counts": counts, "needed": least})
    is_met = all(count >= least for count in value.values())
    return _finding(case, is_met, value, terms.threshold, because, is_relevant)


def check_walking(case: Case, terms: Terms) -> Finding:
    """O4: counted walking-teaching sessions, all four kinds, in each term."""
    sentence = N_("Counted walking-teaching sessions: %(counts)s; %(needed)d needed in each term.")
    return _each_term(case, terms, _is_walking, sentence)


def check_transfers(case: Case, terms: Terms) -> Finding:
    """O5: counted resource transfers."""
    count = sum(_is_transfer(a) for a in case.counted)
    because = Message(
        N_("Counted resource transfers: %(count)d of %(needed)d."),
        {"count": count, "needed": terms.threshold},
    )
    return _finding(case, count >= terms.threshold, count, terms.threshold, because, _is_transfer)


def check_months(case: Case, terms: Terms) -> Finding:
    """O6: teaching months, whole calendar months, with a counted activity."""
    teaching = terms.parameters["teaching_months"]
    count = len({a.held_on.month for a in case.counted} & set(teaching))
    because = Message(
        N_("Teaching months with a counted activity: %(count)d of %(needed)d needed."),
        {"count": count, "needed": terms.threshold},
    )
    return _finding(case, count >= terms.threshold, count, terms.threshold, because, lambda _: True)


def check_research_each_term(case: Case, terms: Terms) -> Finding:
    """O7: counted joint research in each term, whatever its mode."""
    sentence = N_("Counted joint research: %(counts)s; %(needed)d needed in each term.")
    return _each_term(case, terms, _is_research, sentence)


def check_radiating(case: Case, terms: Terms) -> Finding:
    """X1: in each term a counted activity from a pivot to a member, roles on its day."""

    def radiates(activity: ActivityFacts) -> bool:
        day, role_on = activity.held_on, case.facts.role_on
        return role_on(activity.provider_id, day) is MembershipRole.PIVOT and any(
            role_on(receiver, day) is MembershipRole.MEMBER for receiver in activity.receiver_ids
        )

    sentence = N_(
        "Counted activities from a pivot school to a member school: %(counts)s; "
        "%(needed)d needed in each term."
    )
    return _each_term(case, terms, radiates, sentence)
