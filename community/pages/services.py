"""Reads that a page needs in one go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from community.access import Actor
from community.activities.rules import Standing, Subject
from community.audits.services import Judgement, Question, judge_community
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.i18n import label
from community.pages import queries

# The plan's deadline: what officials ask about unless they say otherwise (domain.md §3).
DEADLINE: Final = date(2025, 12, 31)


def usual_day() -> date:
    """D where the reader chose none: the plan's deadline, or today while that is to come."""
    return min(DEADLINE, clock.today())


@dataclass(frozen=True)
class Record:
    """A record as a list shows it."""

    standing: Standing
    title: str
    person: str
    subject: str
    provider: str
    receivers: tuple[str, ...]
    evidence: str
    confirmed_on: date | None


def describe(standings: Iterable[Standing], known: datetime) -> list[Record]:
    """Add names, the evidence known at K, and the day of confirmation as known today (it may be
    later than K: then the record is left out for that reason). A constant number of queries."""
    found = list(standings)
    ids = [s.activity.activity_id for s in found]
    texts = queries.record_texts(session(), ids)
    evidence = queries.evidence_of(session(), ids, known)
    days = queries.confirmed_days(session(), ids)
    names = queries.school_names(session(), {p for s in found for p in s.activity.party_ids})
    blank = queries.RecordText("", "")
    return [
        Record(
            standing=s,
            title=texts.get(s.activity.activity_id, blank).title,
            person=texts.get(s.activity.activity_id, blank).person,
            subject=label(Subject(s.activity.subject)) if s.activity.subject else "",
            provider=names.get(s.activity.provider_id, ""),
            receivers=tuple(names.get(r, "") for r in s.activity.receiver_ids),
            evidence=evidence.get(s.activity.activity_id, ""),
            confirmed_on=days.get(s.activity.activity_id),
        )
        for s in found
    ]


def judge_own_communities(question: Question, *, actor: Actor) -> list[Judgement]:
    """The communities in which the actor's school takes part, each judged; those that exist."""
    judged = []
    for code in queries.community_codes(session(), actor.community_ids):
        try:
            judged.append(judge_community(code, question, actor=actor))
        except NotFoundError:  # it did not exist on that day
            continue
    return judged
