"""Facts for the rules: a community that passes everything, of which each test bends one thing."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from community.activities.rules import (
    ActivityFacts,
    ActivityKind,
    ConfirmationStanding,
    Mode,
    Sheet,
)
from community.audits.rules.facts import (
    CharterFacts,
    CommunityFacts,
    MeetingFacts,
    MembershipFacts,
    ObjectiveFacts,
    Period,
    SchoolFacts,
    TermFacts,
)
from community.audits.rules.results import CriterionResult, Value
from community.audits.rules.rule_set import Case, RuleSet, build_rule_set
from community.audits.services import DATA, MEANINGS
from community.communities.rules import MembershipRole
from community.registry.rules import DesignationKind, Ownership, SchoolType, UrbanRuralClass

RULES: Final[RuleSet] = build_rule_set(
    json.loads((DATA / "rule_set_2025-1.json").read_text("utf-8")), MEANINGS["2025-1"]
)
D: Final = date(2025, 12, 31)
JOINED: Final = date(2024, 6, 1)
FIRST, SECOND = date(2024, 10, 8), date(2025, 3, 10)  # a day in each term, both in teaching months

LEAD, PIVOT, MEMBER = MembershipRole.LEAD, MembershipRole.PIVOT, MembershipRole.MEMBER
CONFIRMED, LATER, OPEN = ConfirmationStanding
ONLINE, ONSITE, MIXED = Mode
KINDERGARTEN, PRIMARY, BOARDING = DesignationKind
LESSON, REMOTE = ActivityKind.SYNCHRONOUS_CLASS, ActivityKind.DEDICATED_REMOTE_CLASS
RESEARCH = ActivityKind.JOINT_RESEARCH
WALK, BOOKS = ActivityKind.WALKING_TEACHING, ActivityKind.BOOKS
MASTER, OUTREACH = ActivityKind.MASTER_TEACHER_CLASS, ActivityKind.OUTREACH_LESSON
RESEARCH_KINDS: Final = (
    ActivityKind.JOINT_RESEARCH,
    ActivityKind.COLLECTIVE_LESSON_PLANNING,
    ActivityKind.SAME_LESSON_DIFFERENT_DESIGNS,
)
WALKING_KINDS: Final = (
    ActivityKind.WALKING_TEACHING,
    ActivityKind.CROSS_SCHOOL_TEACHING,
    ActivityKind.SUPPORT_TEACHING,
    ActivityKind.ROTATION,
)


def day(text: str) -> date:
    """`"2025-01-17"`."""
    return date.fromisoformat(text)


def period(as_of: date = D) -> Period:
    """The school year 2024-2025 with its terms, as READING.md §1 gives them."""
    return Period(
        as_of=as_of,
        school_year="2024-2025",
        first_day=day("2024-09-01"),
        last_day=day("2025-08-31"),
        terms=(
            TermFacts("T1", day("2024-09-02"), day("2025-01-17")),
            TermFacts("T2", day("2025-02-17"), day("2025-07-04")),
        ),
    )


def school(number: int = 1, **overrides: Any) -> SchoolFacts:
    """A public urban school of county 1 with 100 pupils."""
    return replace(
        SchoolFacts(
            school_id=number,
            name=f"School {number}",
            county_id=1,
            type=SchoolType.PRIMARY,
            ownership=Ownership.PUBLIC,
            urban_rural_class=UrbanRuralClass.MAIN_URBAN,
            is_in_county_seat=False,
            pupils=100,
        ),
        **overrides,
    )


STAY_FIELDS: Final = frozenset(MembershipFacts.__dataclass_fields__)


def stay(role: MembershipRole, number: int = 1, **overrides: Any) -> MembershipFacts:
    """A stay since June 2024, signed and with a responsible person; what is no part of the stay
    is said of its school."""
    of_school = {key: overrides.pop(key) for key in overrides.keys() - STAY_FIELDS}
    return replace(
        MembershipFacts(
            membership_id=number,
            school=school(number, **of_school),
            role=role,
            joined_on=JOINED,
            responsible_person="Somebody",
            signed_on=JOINED,
        ),
        **overrides,
    )


SHEETS: Final = {
    **dict.fromkeys(ActivityKind, Sheet.SHARED_TEACHING),
    **dict.fromkeys(WALKING_KINDS, Sheet.WALKING_TEACHING),
    **dict.fromkeys(
        list(ActivityKind)[list(ActivityKind).index(BOOKS) :], Sheet.RESOURCE_TRANSFERS
    ),
}


def activity(kind: ActivityKind = LESSON, held_on: date = FIRST, **overrides: Any) -> ActivityFacts:
    """A counted activity from the pivot 2 to the member 5, of one lesson period."""
    receivers = overrides.get("receiver_ids", (5,))
    return replace(
        ActivityFacts(
            activity_id=0,
            sheet=SHEETS[kind],
            kind=kind,
            held_on=held_on,
            mode=ONLINE,
            subject="语文",
            periods=None if SHEETS[kind] is Sheet.RESOURCE_TRANSFERS else 1,
            provider_id=2,
            receiver_ids=receivers,
            confirmations=(CONFIRMED,) * len(receivers),
            has_evidence=True,
        ),
        **overrides,
    )


def days(first: date, count: int, step: int = 1) -> list[date]:
    """So many days from one on."""
    return [first + timedelta(days=step * n) for n in range(count)]


MEMBERSHIPS: Final = (
    stay(LEAD, 1),
    stay(PIVOT, 2, designations=frozenset({KINDERGARTEN})),
    stay(PIVOT, 3, designations=frozenset({PRIMARY})),
    stay(PIVOT, 4, designations=frozenset({BOARDING})),
    stay(MEMBER, 5),
)
OBJECTIVE: Final = ObjectiveFacts("2024-2025", "Lessons", "20", "21", day("2025-08-20"))
ACTIVITIES: Final = (
    activity(LESSON, FIRST, periods=19),
    activity(REMOTE, SECOND, subject="英语"),
    *(activity(RESEARCH, held_on, mode=ONLINE) for held_on in days(FIRST, 8)),
    *(activity(RESEARCH, held_on, mode=ONSITE) for held_on in days(SECOND, 4)),
    *(activity(WALK, held_on, provider_id=3, receiver_ids=(4,)) for held_on in (FIRST, SECOND)),
    activity(BOOKS, SECOND, provider_id=1),
    *(
        activity(MASTER, day(f"{month}-20"))
        for month in ("2024-11", "2024-12", "2025-04", "2025-05")
    ),
)


def facts(**overrides: Any) -> CommunityFacts:
    """Everything on file about a community that passes every criterion."""
    return replace(
        CommunityFacts(
            community_id=1,
            code="JD-01",
            name="Community 1",
            county_id=1,
            model=None,
            is_listed=True,
            has_plan_document=True,
            founded_on=JOINED,
            dissolved_on=None,
            memberships=MEMBERSHIPS,
            charters=(CharterFacts("Charter", day("2024-09-01"), day("2027-08-31")),),
            objectives=(OBJECTIVE,),
            meetings=(MeetingFacts(FIRST, "Start", True), MeetingFacts(SECOND, "Spring", True)),
            activities=ACTIVITIES,
        ),
        **overrides,
    )


def case(as_of: date = D, **overrides: Any) -> Case:
    """One community before its judge."""
    return RULES.open_case(facts(**overrides), period(as_of))


def result(criterion_id: str, as_of: date = D, **overrides: Any) -> CriterionResult:
    """One criterion's answer, with its reasons."""
    (criterion,) = (c for c in RULES.criteria if c.id == criterion_id)
    return criterion.judge(case(as_of, **overrides))


def judge(criterion_id: str, as_of: date = D, **overrides: Any) -> tuple[str, Value, Value]:
    """One criterion's outcome, value and threshold."""
    answer = result(criterion_id, as_of, **overrides)
    return str(answer.outcome), answer.value, answer.threshold


def remedied(answer: CriterionResult) -> list[int | None]:
    """The schools that can supply what is lacking; None stands for the county."""
    return [remedy.school_id for remedy in answer.remedies]


def without(*numbers: int, add: Iterable[MembershipFacts] = ()) -> tuple[MembershipFacts, ...]:
    """The memberships less some schools, and with others."""
    return (*(m for m in MEMBERSHIPS if m.school.school_id not in numbers), *add)
