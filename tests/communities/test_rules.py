"""What the forms refuse, and with which sentence; what the history tells."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from community.communities.rules import MembershipRole, checks
from community.communities.rules.checks import Lifetime, SchoolStay
from community.communities.rules.edits import (
    CharterEdit,
    MeetingEdit,
    ObjectiveEdit,
    WaiverEdit,
)
from community.communities.rules.history import FactKind, VersionTold, build_history
from community.communities.rules.stays import Stay
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale

LEAD, PIVOT, MEMBER = MembershipRole
TODAY = date(2026, 3, 1)
OPEN = Stay(date(2000, 9, 1), None)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def stay(
    school: int = 1,
    role: MembershipRole = MEMBER,
    first: str = "2024-09-01",
    last: str | None = None,
    number: int | None = None,
) -> SchoolStay:
    joined = date.fromisoformat(first)
    return SchoolStay(school, f"第{school}小学", role, joined, day(last), number)


def refused(check: Callable[[], object]) -> tuple[str | None, str, str]:
    """The field at fault, and the sentence in both languages."""
    with pytest.raises(RuleViolationError) as caught:
        check()
    with use_locale("zh"):
        chinese = str(caught.value)
    with use_locale("en"):
        return caught.value.field, chinese, str(caught.value)


LIFE = Lifetime(date(2024, 9, 1), date(2027, 8, 31))
STAYS = [
    # new stay, stays on file, community's life, field at fault, a word of the sentence, why
    (stay(last="2024-08-31"), [], Lifetime(), "left_on", "2024-09-01", "ends before it begins"),
    (stay(first="2024-08-31"), [], LIFE, "joined_on", "2024-09-01", "before the founding"),
    (stay(first="2027-09-01"), [], LIFE, "joined_on", "2027", "after a year: a slip of the pen"),
    (stay(last="2027-09-01"), [], LIFE, "left_on", "2027-08-31", "after the community's end"),
    (stay(first="1999-09-01"), [], Lifetime(), "joined_on", "2000-09-01", "not open yet"),
    (stay(), [stay(number=7)], Lifetime(), "joined_on", "第1小学", "the same school twice"),
    (
        stay(first="2025-01-01"),
        [stay(last="2025-01-01", number=7)],
        Lifetime(),
        "joined_on",
        "2025-01-01",
        "a day that both share",
    ),
    (stay(2, LEAD), [stay(1, LEAD, number=7)], Lifetime(), "role", "第1小学", "a second lead"),
]


@pytest.mark.parametrize(("new", "others", "life", "field", "word", "why"), STAYS)
def test_stays_that_cannot_be(
    new: SchoolStay,
    others: list[SchoolStay],
    life: Lifetime,
    field: str,
    word: str,
    why: str,
) -> None:
    at, chinese, english = refused(
        lambda: checks.check_stay(new, others, life, school_open=OPEN, today=TODAY)
    )
    assert at == field, why
    assert word in chinese, why
    assert word in english, why


@pytest.mark.parametrize(
    ("new", "others", "why"),
    [
        (stay(), [stay(2, number=7)], "another school"),
        (stay(number=7), [stay(number=7)], "itself, corrected"),
        (stay(first="2025-01-02"), [stay(last="2025-01-01", number=7)], "it comes back"),
        (stay(2, LEAD, "2025-09-01"), [stay(1, LEAD, last="2025-08-31")], "the lead changes"),
        (stay(2, PIVOT), [stay(1, PIVOT)], "several pivots"),
    ],
)
def test_stays_that_can_be(new: SchoolStay, others: list[SchoolStay], why: str) -> None:
    checks.check_stay(new, others, LIFE, school_open=OPEN, today=TODAY)


CHARTER = CharterEdit("章程", date(2024, 9, 1), None, None)
OBJECTIVE = ObjectiveEdit("2024-2025", "目标", "20")
YEARS = {"2024-2025": date(2024, 9, 1)}
SIGNED = stay(last="2025-08-31", number=7)


def objective(achieved: str | None, reviewed: str | None) -> ObjectiveEdit:
    return ObjectiveEdit("2024-2025", "目标", "20", achieved, day(reviewed))


def signature(text: str, first_days: tuple[str, ...] = ("2024-09-01",)) -> Callable[[], object]:
    days = [date.fromisoformat(first) for first in first_days]
    return lambda: checks.check_signature(date.fromisoformat(text), SIGNED, days, today=TODAY)


REFUSALS: list[tuple[Callable[[], object], str | None, str]] = [
    (lambda: checks.check_code("JD 07"), "code", "a space"),
    (lambda: checks.check_code("JD/07"), "code", "an address could not carry it"),
    (lambda: checks.check_code("New"), "code", "a form lives there"),
    (
        lambda: checks.check_lifetime(
            Lifetime(date(2024, 9, 1), date(2024, 8, 31)), [], today=TODAY
        ),
        "dissolved_on",
        "ends before it begins",
    ),
    (
        lambda: checks.check_lifetime(Lifetime(date(2024, 9, 2)), [stay()], today=TODAY),
        "founded_on",
        "a school is in before",
    ),
    (
        lambda: checks.check_lifetime(Lifetime(None, date(2024, 8, 31)), [stay()], today=TODAY),
        "dissolved_on",
        "a school joins after",
    ),
    (lambda: checks.check_role_change(stay(), MEMBER, date(2025, 1, 1)), "role", "the same role"),
    (
        lambda: checks.check_role_change(stay(), PIVOT, date(2024, 9, 1)),
        "holds_from",
        "from the first day: that is a correction",
    ),
    (
        lambda: checks.check_role_change(SIGNED, PIVOT, date(2025, 9, 1)),
        "holds_from",
        "after the last day",
    ),
    (lambda: checks.check_person(SIGNED, date(2025, 9, 1)), "holds_from", "after the last day"),
    (
        lambda: checks.check_signed_before_leaving(SIGNED, date(2025, 9, 1)),
        "left_on",
        "signed after it left",
    ),
    (
        lambda: checks.check_charter(
            CharterEdit("章程", date(2024, 9, 1), date(2024, 8, 31), None), today=TODAY
        ),
        "expires_on",
        "ends before it begins",
    ),
    (signature("2026-03-02"), "signed_7", "tomorrow"),
    (signature("2024-08-31"), "signed_7", "before the stay"),
    (signature("2025-09-01"), "signed_7", "after the stay"),
    (signature("2024-09-01", ()), "signed_7", "nothing to sign"),
    (signature("2024-09-01", ("2025-04-01",)), "signed_7", "long before the charter"),
    (
        lambda: checks.check_objective(ObjectiveEdit("", "目标", "20"), YEARS, today=TODAY),
        "school_year",
        "no school year",
    ),
    (
        lambda: checks.check_objective(objective("24", None), YEARS, today=TODAY),
        "reviewed_on",
        "reached, but when?",
    ),
    (
        lambda: checks.check_objective(objective(None, "2025-07-01"), YEARS, today=TODAY),
        "achieved_value",
        "reviewed, but with what result?",
    ),
    (
        lambda: checks.check_objective(objective("24", "2026-03-02"), YEARS, today=TODAY),
        "reviewed_on",
        "tomorrow",
    ),
    (
        lambda: checks.check_objective(objective("24", "2024-08-31"), YEARS, today=TODAY),
        "reviewed_on",
        "before its school year",
    ),
    (
        lambda: checks.check_meeting(MeetingEdit(date(2026, 3, 2), "会", None), LIFE, today=TODAY),
        "held_on",
        "tomorrow",
    ),
    (
        lambda: checks.check_meeting(MeetingEdit(date(2024, 8, 31), "会", None), LIFE, today=TODAY),
        "held_on",
        "before the founding",
    ),
    (
        lambda: checks.check_meeting(
            MeetingEdit(date(2025, 9, 1), "会", None),
            Lifetime(None, date(2025, 8, 31)),
            today=TODAY,
        ),
        "held_on",
        "after the end",
    ),
    (lambda: checks.check_waiver(WaiverEdit("lead", "因", "某")), "item", "no pivot school"),
    (lambda: checks.check_reason("  "), "reason", "no reason"),
]


@pytest.mark.parametrize(("check", "field", "why"), REFUSALS)
def test_what_is_refused(check: Callable[[], object], field: str | None, why: str) -> None:
    at, chinese, english = refused(check)
    assert at == field, why
    assert english.endswith("."), why
    assert "%(" not in chinese + english, why


@pytest.mark.parametrize(
    "check",
    [
        lambda: checks.check_code("JD-07"),
        lambda: checks.check_code("揭东共同体〔2023〕1"),
        lambda: checks.check_charter(CHARTER, today=TODAY),
        lambda: checks.check_objective(OBJECTIVE, YEARS, today=TODAY),
        lambda: checks.check_objective(objective("24", "2025-07-01"), YEARS, today=TODAY),
        lambda: checks.check_meeting(MeetingEdit(date(2025, 1, 1), "会", None), LIFE, today=TODAY),
        lambda: checks.check_waiver(WaiverEdit("public_boarding", "因", "某")),
        signature("2024-09-01"),
        signature("2024-09-01", ("2024-12-01",)),
        lambda: checks.check_role_change(stay(), PIVOT, date(2024, 9, 2)),
    ],
)
def test_what_is_let_pass(check: Callable[[], object]) -> None:
    check()


# --- the history ------------------------------------------------------------------------------


def told(
    number: int,
    known: tuple[int, int | None],
    values: dict[str, object],
    reason: str | None = None,
) -> VersionTold:
    """A version known from one hour of a day to another."""
    hours = [None if hour is None else datetime(2025, 1, 1, hour, tzinfo=UTC) for hour in known]
    assert hours[0] is not None
    return VersionTold(
        kind=FactKind.MEMBERSHIP,
        owner_id=number,
        subject="第1小学",
        values=values,
        held_from=None,
        known_from=hours[0],
        known_until=hours[1],
        recorded_at=hours[0],
        recorded_by="陈科员",
        is_undone=False,
        ended_reason=reason,
    )


def test_the_history_sets_each_version_against_the_one_before() -> None:
    lines = build_history(
        [
            told(1, (8, 9), {"responsible_person": "林老师", "role": MEMBER, "left_on": None}),
            told(1, (9, 10), {"responsible_person": None, "role": MEMBER, "left_on": None}, "录错"),
        ]
    )
    newest, first = lines
    assert [(f.old, f.new) for f in newest.fields] == [("林老师", "—")]
    assert newest.is_taken_back
    assert newest.version.ended_reason == "录错"
    assert [(f.old, f.new) for f in first.fields] == [(None, "林老师"), (None, "乡村成员校")]
    assert first.is_first
    assert not first.is_taken_back, "another version followed"


def test_versions_of_different_things_are_not_compared() -> None:
    values: dict[str, object] = {"responsible_person": "林老师"}
    lines = build_history([told(1, (8, 9), values), told(2, (9, None), values)])
    assert all(line.is_first for line in lines)
    assert [line.is_taken_back for line in lines] == [False, True]
