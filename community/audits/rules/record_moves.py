"""The records of one community that differ between two counts, each with who looks at it.

Facts of both sides are frozen; a record that is on file on one side only has None on the other.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from itertools import chain
from typing import Final

from community.activities.rules import ActivityFacts, Standing, Subject
from community.audits.rules.count import CommunityCount
from community.audits.rules.facts import CommunityFacts, MembershipFacts, SchoolFacts
from community.audits.rules.results import CriterionResult
from community.communities.rules import MembershipRole
from community.kernel.i18n import N_, Listing, Message, declare_labels, label


class RecordKind(StrEnum):
    """What kind of record moved; pages know where each is kept."""

    COMMUNITY = "community"
    MEMBERSHIP = "membership"
    SCHOOL = "school"
    CHARTER = "charter"
    OBJECTIVE = "objective"
    MEETING = "meeting"
    WAIVER = "waiver"
    ACTIVITY = "activity"


@dataclass(frozen=True)
class Named:
    """What a member of an enumeration is called, said in the language of the reader."""

    member: Enum

    def __str__(self) -> str:
        return label(self.member)


# A part of a record as the reader sees it; None: not on file.
Text = str | Message | Listing | Named | None


@dataclass(frozen=True)
class RecordMove:
    """One record of which a part differs between the counts."""

    kind: RecordKind
    name: str | Message
    part: Message
    before: Text
    after: Text
    criteria: frozenset[str]  # that look at this part
    record_id: int | None = None  # of a school or an activity


_EVERY_MEMBER: Final = frozenset({"S4", "S5", "S6", "R1", "R2", "O3"})
_BY_ROLE: Final = {
    MembershipRole.LEAD: frozenset({"S1"}),
    MembershipRole.PIVOT: frozenset({"S2", "X1"}),
    MembershipRole.MEMBER: frozenset({"S3", "X1"}),
}
# Parts of a school: attribute, what it is called, the criteria that look at it.
_SCHOOL_PARTS: Final = (
    ("type", N_("School type"), "S1"),
    ("ownership", N_("Ownership"), "S1"),
    ("urban_rural_class", N_("Urban–rural class"), "S1"),
    ("is_in_county_seat", N_("In the county seat"), "S1"),
    ("is_flagged_urban", N_("Flagged urban by the county"), "S1"),
    ("designations", N_("Of the three pivot schools"), "S2"),
    ("pupils", N_("Pupils"), "S5"),
)
_YES: Final = Message(N_("Yes"))
_NO: Final = Message(N_("No"))


def build_record_moves(
    before: CommunityCount | None, after: CommunityCount | None
) -> tuple[RecordMove, ...]:
    """Every record that differs; of a community that exists on one side only, that it does."""
    if before is None or after is None:
        return _existence(before, after)
    return (
        *_community(before.facts, after.facts),
        *_memberships(before, after),
        *_schools(before, after),
        *_papers(before, after),
        *_activities(before, after),
    )


def _existence(
    before: CommunityCount | None, after: CommunityCount | None
) -> tuple[RecordMove, ...]:
    """The days between which a community exists, when it does so on one side only."""
    facts = next(count.facts for count in (after, before) if count)
    days = Message(
        N_("founded on %(first)s, dissolved on %(last)s"),
        {"first": facts.founded_on or "—", "last": facts.dissolved_on or "—"},
    )
    part = Message(N_("The community itself"))
    there, gone = (days if after else None), (None if after else days)
    return (RecordMove(RecordKind.COMMUNITY, facts.name, part, gone, there, frozenset()),)


def _community(old: CommunityFacts, new: CommunityFacts) -> Iterable[RecordMove]:
    kind, name, plan = RecordKind.COMMUNITY, new.name, frozenset({"G1"})
    for part, was, now in (
        (N_("Listed in the five-year plan"), old.is_listed, new.is_listed),
        (N_("Plan document"), old.has_plan_document, new.has_plan_document),
    ):
        if was != now:
            yield RecordMove(kind, name, Message(part), _said(was), _said(now), plan)
    waiver = Message(N_("Waiver"))
    for key in sorted(old.waivers.keys() | new.waivers.keys()):
        reasons = old.waivers.get(key), new.waivers.get(key)
        if reasons[0] != reasons[1]:
            yield RecordMove(RecordKind.WAIVER, name, waiver, *reasons, frozenset({key[0]}))


def _memberships(before: CommunityCount, after: CommunityCount) -> Iterable[RecordMove]:
    olds = {m.membership_id: m for m in before.facts.memberships}
    news = {m.membership_id: m for m in after.facts.memberships}
    for membership_id in sorted(olds.keys() | news.keys()):
        old, new = olds.get(membership_id), news.get(membership_id)
        either = new or old
        if either is None:
            continue
        sides = _stay(old, before.period.as_of), _stay(new, after.period.as_of)
        if sides[0] != sides[1]:
            roles = [m.role for m in (old, new) if m]
            criteria = _EVERY_MEMBER.union(*(_BY_ROLE[role] for role in roles))
            yield _of_school(either, N_("In the community on the day"), *sides, criteria)
        if old and new:
            yield from _parts_of_stay(old, new)


def _parts_of_stay(old: MembershipFacts, new: MembershipFacts) -> Iterable[RecordMove]:
    ends = (
        (N_("First day"), old.joined_on, new.joined_on),
        (N_("Last day"), _end(old), _end(new)),
    )
    for part, a, b in ends:
        if a != b:
            yield _of_school(new, part, _said(a), _said(b), frozenset({"O3", "X1"}))
    person = (N_("Responsible person"), old.responsible_person, new.responsible_person, "R2")
    signed = (N_("Charter signed"), old.signed_on, new.signed_on, "R1")
    for part, was, now, criterion in (person, signed):
        if was != now:
            yield _of_school(new, part, _said(was), _said(now), frozenset({criterion}))


def _of_school(
    stay: MembershipFacts, part: str, before: Text, after: Text, criteria: frozenset[str]
) -> RecordMove:
    return RecordMove(
        RecordKind.MEMBERSHIP,
        stay.school.name,
        Message(part),
        before,
        after,
        criteria,
        stay.school.school_id,
    )


def _end(stay: MembershipFacts) -> date | None:
    return None if stay.last_day == date.max else stay.last_day


def _stay(stay: MembershipFacts | None, day: date) -> Text:
    """The role of a stay on a day; None when it is not in on it."""
    return Named(stay.role) if stay and stay.covers(day) else None


def _schools(before: CommunityCount, after: CommunityCount) -> Iterable[RecordMove]:
    olds, news = (
        {m.school.school_id: m.school for m in c.facts.memberships} for c in (before, after)
    )
    for school_id in sorted(olds.keys() & news.keys()):
        yield from _parts_of_school(olds[school_id], news[school_id])
    elsewhere = before.facts.schools_elsewhere, after.facts.schools_elsewhere
    for school_id in sorted(elsewhere[0] ^ elsewhere[1]):
        school = news.get(school_id) or olds.get(school_id)
        if school:
            was, now = (_said(school_id in side) for side in elsewhere)
            yield _part(school, N_("In another community"), was, now, "S6")


def _parts_of_school(old: SchoolFacts, new: SchoolFacts) -> Iterable[RecordMove]:
    for attribute, part, criterion in _SCHOOL_PARTS:
        was, now = getattr(old, attribute), getattr(new, attribute)
        if was != now:
            yield _part(new, part, _said(was), _said(now), criterion)


def _part(school: SchoolFacts, part: str, before: Text, after: Text, criterion: str) -> RecordMove:
    return RecordMove(
        RecordKind.SCHOOL,
        school.name,
        Message(part),
        before,
        after,
        frozenset({criterion}),
        school.school_id,
    )


# What names a paper never changes, so that it finds the same paper on the other side.
_Papers = Mapping[tuple[str | None, object], Text]


def _papers(before: CommunityCount, after: CommunityCount) -> Iterable[RecordMove]:
    """Charters, objectives and meetings."""
    for kind, part, criterion, papers in (
        (RecordKind.CHARTER, N_("Charter"), "R1", _charters),
        (RecordKind.OBJECTIVE, N_("Annual objective"), "G2", _objectives),
        (RecordKind.MEETING, N_("Council meeting"), "R3", _meetings),
    ):
        old, new = papers(before.facts), papers(after.facts)
        for key in dict.fromkeys([*old, *new]):
            was, now = old.get(key), new.get(key)
            if was != now:
                name = " ".join(str(text) for text in key if text) or "—"
                yield RecordMove(kind, name, Message(part), was, now, frozenset({criterion}))


def _charters(facts: CommunityFacts) -> _Papers:
    return {
        (c.name, c.effective_on): _charter(c.effective_on, c.expires_on) for c in facts.charters
    }


def _objectives(facts: CommunityFacts) -> _Papers:
    return {
        (o.content, o.school_year): _objective(o.target_value, o.achieved_value, o.reviewed_on)
        for o in facts.objectives
    }


def _meetings(facts: CommunityFacts) -> _Papers:
    words = {True: Message(N_("minutes on file")), False: Message(N_("without minutes"))}
    return {(m.topic, m.held_on): words[m.has_minutes] for m in facts.meetings}


def _charter(first: date | None, last: date | None) -> Message:
    return Message(
        N_("in force %(first)s – %(last)s"), {"first": first or "—", "last": last or "—"}
    )


def _objective(target: str | None, achieved: str | None, reviewed: date | None) -> Message:
    return Message(
        N_("target %(target)s, achieved %(achieved)s, reviewed %(reviewed)s"),
        {"target": target or "—", "achieved": achieved or "—", "reviewed": reviewed or "—"},
    )


def _activities(before: CommunityCount, after: CommunityCount) -> Iterable[RecordMove]:
    olds = {s.activity.activity_id: s for s in before.standings}
    news = {s.activity.activity_id: s for s in after.standings}
    for activity_id in sorted(olds.keys() | news.keys()):
        old, new = olds.get(activity_id), news.get(activity_id)
        was, now = _activity_standing(old), _activity_standing(new)
        either = new or old
        if either is None or str(was) == str(now):
            continue
        looking = chain(before.criteria, after.criteria)
        yield RecordMove(
            RecordKind.ACTIVITY,
            _activity_name(either.activity),
            Message(N_("Record")),
            was,
            now,
            _looked_at(looking, [s.activity for s in (old, new) if s and s.is_counted]),
            activity_id,
        )


def _activity_name(activity: ActivityFacts) -> Message:
    return Message(
        N_("%(kind)s of %(day)s"), {"kind": Named(activity.kind), "day": activity.held_on}
    )


def _activity_standing(standing: Standing | None) -> Text:
    """Whether it counts, and with what: everything that a criterion looks at."""
    if standing is None:
        return None
    activity = standing.activity
    reason = {"reason": Named(standing.exclusion)} if standing.exclusion else None
    said: list[object] = [
        Message(N_("left out: %(reason)s"), reason) if reason else Message(N_("counts")),
    ]
    if standing.is_checked:
        said.append(Message(N_("checked")))
    if activity.periods is not None:
        said.append(Message(N_("lesson periods: %(periods)d"), {"periods": activity.periods}))
    if activity.mode:
        said.append(Named(activity.mode))
    if activity.subject:
        said.append(Named(Subject(activity.subject)))
    return Listing(tuple(said))


def _looked_at(
    results: Iterable[CriterionResult], counted: Collection[ActivityFacts]
) -> frozenset[str]:
    """The criteria that look at a record, as far as it counts on one side."""
    return frozenset(
        r.id for r in results if r.looks_at and any(r.looks_at(activity) for activity in counted)
    )


def _said(value: object) -> Text:
    """A part of a record as text to be said later."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, frozenset):
        return Listing(tuple(Named(member) for member in sorted(value)))
    if isinstance(value, Enum):
        return Named(value)
    return str(value)


declare_labels(
    RecordKind,
    {
        RecordKind.COMMUNITY: N_("Community"),
        RecordKind.MEMBERSHIP: N_("Membership"),
        RecordKind.SCHOOL: N_("School"),
        RecordKind.CHARTER: N_("Charter"),
        RecordKind.OBJECTIVE: N_("Annual objective"),
        RecordKind.MEETING: N_("Council meeting"),
        RecordKind.WAIVER: N_("Waiver"),
        RecordKind.ACTIVITY: N_("Activity"),
    },
)
