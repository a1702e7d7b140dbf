"""Reporting on the web: who may, what is refused, and that one form makes one record."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from community.access import Actor, Role
from community.accounts.services import actor_of_account
from community.activities.models import Activity
from community.activities.rules import (
    ActivityDraft,
    ActivityKind,
    ActivityState,
    Mode,
    Move,
    Party,
    ProbableDoubleError,
    Report,
    ReportedDay,
    Sheet,
    Subject,
)
from community.activities.rules.reporting import Surroundings, find_faults
from community.activities.services import decide
from community.journal.models import JournalEntry
from community.kernel import clock
from community.kernel.database import session, transaction
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.i18n import use_locale
from community.shared_teaching.models import SharedTeachingSession
from community.shared_teaching.rules import SharedTeachingSessionDraft
from community.shared_teaching.services import report_session
from tests.conftest import Recording
from tests.factories import MembershipFactory, MembershipVersionFactory, UserAccountFactory
from tests.world import World

DAY = date(2024, 10, 8)
PROVIDER, RECEIVER, KINDERGARTEN, LEAD, STRANGER = 1, 2, 3, 4, 5

# --- pure: every fault with its words -----------------------------------------------------------

DRAFT = ActivityDraft(
    sheet=Sheet.SHARED_TEACHING,
    community_id=7,
    county_id=0,
    held_on=DAY,
    kind=ActivityKind.SYNCHRONOUS_CLASS,
    mode=Mode.ONLINE,
    subject=Subject.CHINESE,
    periods=2,
    provider_id=PROVIDER,
    receiver_ids=(RECEIVER,),
    confirmer_names=(None,),
    confirmed_on=None,
    evidence=(),
    note=None,
)
HALF_DAY = replace(DRAFT, receiver_ids=(KINDERGARTEN,), subject=None, periods=None, half_days=1)
WALKING = replace(
    DRAFT, sheet=Sheet.WALKING_TEACHING, kind=ActivityKind.WALKING_TEACHING, mode=None
)
IN_DISTRICT = replace(WALKING, community_id=None)


def party(school_id: int, name: str, *, district: int = 9, **facts: bool) -> Party:
    given = {"is_member": True, "is_kindergarten": False, **facts}
    return Party(school_id, name, district_ids=frozenset({district}), **given)


PARTIES = {
    PROVIDER: party(PROVIDER, "甲校"),
    RECEIVER: party(RECEIVER, "乙校"),
    KINDERGARTEN: party(KINDERGARTEN, "丙园", is_kindergarten=True),
    LEAD: party(LEAD, "丁校"),
    STRANGER: party(STRANGER, "戊校", district=8, is_member=False),
}
OPEN_DAY = ReportedDay(today=date(2024, 11, 1), first_day=date(2024, 9, 1), is_in_school_year=True)


def faults(
    draft: ActivityDraft,
    by: int = LEAD,
    day: ReportedDay = OPEN_DAY,
    *,
    must_provide: bool = False,
) -> list[RuleViolationError]:
    around = Surroundings(PARTIES, day, must_provide)
    return list(find_faults(draft, Report(by, "key"), around))


FIT = [
    (DRAFT, LEAD),
    (DRAFT, PROVIDER),
    (HALF_DAY, LEAD),
    (replace(DRAFT, receiver_ids=(RECEIVER, KINDERGARTEN)), LEAD),
    (WALKING, LEAD),
    (IN_DISTRICT, PROVIDER),
    (replace(DRAFT, held_on=OPEN_DAY.today), LEAD),
    (replace(WALKING, kind=ActivityKind.ROTATION), LEAD),
]


@pytest.mark.parametrize(("draft", "by"), FIT)
def test_what_may_be_reported(draft: ActivityDraft, by: int) -> None:
    assert not [str(fault) for fault in faults(draft, by)]


NOT_A_MEMBER = (
    "戊校 was not in the community on 2024-10-08. Check the date and the schools; a missing "
    "membership is entered by your education bureau."
)
OUT_OF_YEARS = replace(OPEN_DAY, is_in_school_year=False)
# What is wrong, where it is shown, and the two sentences that say so.
FAULTS: list[tuple[ActivityDraft, dict[str, Any], str, str, str]] = [
    (
        replace(DRAFT, held_on=date(2024, 11, 2)),
        {},
        "held_on",
        "2024-11-02 is still to come. Report the activity once it has taken place.",
        "2024-11-02还没有到。请在活动开展之后再上报。",
    ),
    (
        replace(DRAFT, held_on=date(2024, 8, 31)),
        {},
        "held_on",
        (
            "The first school year on file begins on 2024-09-01. Earlier activities come in with "
            "the ledgers that your education bureau imports."
        ),
        "系统中最早的学年从2024-09-01开始。更早的活动由教育局以台账导入。",
    ),
    (
        DRAFT,
        {"day": OUT_OF_YEARS},
        "held_on",
        (
            "No school year on file contains 2024-10-08. Check the date, or ask the system "
            "administrator to enter the school year."
        ),
        "2024-10-08不在已登记的任何学年之内。请核对日期，或请系统管理员补登学年。",
    ),
    (
        replace(DRAFT, kind=ActivityKind.BOOKS),
        {},
        "kind",
        "Choose one of the kinds that this form offers.",
        "请从本表单提供的类别中选择。",
    ),
    (
        replace(DRAFT, mode=None),
        {},
        "mode",
        "Choose whether people met online, on site or both.",
        "请选择活动方式：线上、线下或混合。",
    ),
    (
        DRAFT,
        {"must_provide": True},
        "provider",
        (
            "You report what your own school provides. What another school provides is reported by "
            "that school, or by the lead school."
        ),
        "您只能上报本校提供的活动。其他学校提供的活动由该校或牵头校上报。",
    ),
    (
        replace(DRAFT, receiver_ids=()),
        {},
        "receivers",
        "Choose at least one receiving school.",
        "请至少选择一所接收校。",
    ),
    (
        replace(DRAFT, receiver_ids=(PROVIDER,)),
        {},
        "receivers",
        "The providing school cannot receive from itself. Take it out of the receivers.",
        "派出校不能同时是接收校，请从接收校中去掉。",
    ),
    (
        replace(DRAFT, receiver_ids=(RECEIVER,)),
        {"by": RECEIVER},
        "receivers",
        (
            "Your own school receives here, and nobody confirms what their own side reported. Ask "
            "the providing school to report it: then you confirm it."
        ),
        "这里的接收校是您本校，本方上报的记录不能由本方确认。请由派出校上报，您校再确认。",
    ),
    (
        replace(DRAFT, receiver_ids=(STRANGER,)),
        {},
        "receivers",
        NOT_A_MEMBER,
        "戊校在2024-10-08不是该共同体的成员。请核对日期和学校；漏登的成员关系由教育局补登。",
    ),
    (
        replace(DRAFT, provider_id=STRANGER),
        {},
        "provider",
        NOT_A_MEMBER,
        "戊校在2024-10-08不是该共同体的成员。请核对日期和学校；漏登的成员关系由教育局补登。",
    ),
    (
        DRAFT,
        {"by": STRANGER},
        "community",
        NOT_A_MEMBER,
        "戊校在2024-10-08不是该共同体的成员。请核对日期和学校；漏登的成员关系由教育局补登。",
    ),
    (
        replace(DRAFT, community_id=None),
        {},
        "community",
        "Choose the community.",
        "请选择共同体。",
    ),
    (
        replace(IN_DISTRICT, receiver_ids=(RECEIVER, STRANGER)),
        {},
        "receivers",
        (
            "Outside of communities, walking-teaching is recorded inside one school district. On "
            "2024-10-08 甲校 was in no school district together with 戊校."
        ),
        "共同体之外的走教，只登记同一学区内的。2024-10-08，甲校与戊校不在同一学区。",
    ),
    (
        replace(HALF_DAY, periods=1),
        {},
        "periods",
        "Kindergartens have no lesson periods. Leave this empty and give the half-days.",
        "幼儿园没有课时。此项留空，请填半日活动数。",
    ),
    (
        replace(HALF_DAY, subject=Subject.ARTS),
        {},
        "subject",
        "Kindergartens have no school subjects. Leave this empty.",
        "幼儿园不分学科。此项留空。",
    ),
    (
        replace(HALF_DAY, half_days=None),
        {},
        "half_days",
        "Only kindergartens receive: give the number of half-days.",
        "接收方都是幼儿园，请填半日活动数。",
    ),
    (
        replace(HALF_DAY, half_days=3),
        {},
        "half_days",
        "A day has 2 half-days. Give a number from 1 to 2.",
        "一天只有2个半日。请填1到2之间的数。",
    ),
    (
        replace(DRAFT, half_days=1),
        {},
        "half_days",
        (
            "Half-days are for activities that only kindergartens receive. Leave this empty and "
            "give the lesson periods."
        ),
        "半日活动只用于接收方全是幼儿园的活动。此项留空，请填课时。",
    ),
    (
        replace(DRAFT, subject=None),
        {},
        "subject",
        "Choose the school subject.",
        "请选择学科。",
    ),
    (
        replace(DRAFT, periods=None),
        {},
        "periods",
        "Give the number of lesson periods.",
        "请填课时数。",
    ),
    (
        replace(DRAFT, periods=0),
        {},
        "periods",
        "Give the lesson periods of this one day: a number from 1 to 20.",
        "请填当天的课时数，1到20之间。",
    ),
    (
        replace(WALKING, periods=21),
        {},
        "periods",
        "Give the lesson periods of this one day: a number from 1 to 20.",
        "请填当天的课时数，1到20之间。",
    ),
]


@pytest.mark.parametrize(("draft", "given", "field", "english", "chinese"), FAULTS)
def test_what_is_refused_and_how_it_is_said(
    draft: ActivityDraft, given: dict[str, Any], field: str, english: str, chinese: str
) -> None:
    (fault,) = faults(draft, **given)
    assert fault.field == field
    for locale, sentence in (("en", english), ("zh", chinese)):
        with use_locale(locale):
            assert str(fault) == sentence


def test_all_faults_are_found_at_once() -> None:
    wrong = replace(DRAFT, held_on=date(2025, 1, 1), mode=None, periods=None, subject=None)
    assert [fault.field for fault in faults(wrong)] == ["held_on", "mode", "subject", "periods"]


# --- with a database ----------------------------------------------------------------------------


@pytest.fixture
def lead(app: Flask, world: World) -> Iterator[Actor]:
    """The administrator of the lead school, who reads English."""
    with app.app_context(), use_locale("en"):
        yield account(world, Role.LEAD_SCHOOL_ADMINISTRATOR)


def account(world: World, role: Role) -> Actor:
    found = actor_of_account(world.account_ids[role])
    assert found is not None
    return found


def draft_of(world: World, **changes: Any) -> SharedTeachingSessionDraft:
    own = world.own
    activity = replace(
        DRAFT,
        community_id=own.community_id,
        provider_id=own.lead_id,
        receiver_ids=(own.member_id, own.pivot_id),
        confirmer_names=(None, None),
        evidence=("档-01",),
    )
    own_fields = {"grade": "三年级", "topic": "《静夜思》", "lecturer_name": "陈老师"}
    return SharedTeachingSessionDraft(
        replace(activity, **changes), **own_fields, pupils_count=40, teachers_count=None
    )


def submit(
    draft: SharedTeachingSessionDraft, actor: Actor, form_key: str = "one", **source: Any
) -> int:
    school_id = source.pop("school_id", actor.school_id)
    with transaction():
        return report_session(draft, Report(school_id, form_key, **source), actor=actor).id


def test_a_lesson_is_reported(world: World, lead: Actor) -> None:
    activity_id = submit(draft_of(world), lead)
    activity = session().get_one(Activity, activity_id)
    assert activity.state is ActivityState.SUBMITTED
    assert activity.county_id == world.own.county_id
    assert activity.reported_by_school_id == world.own.lead_id
    assert activity.reported_by_id == lead.actor_id
    assert abs(activity.known_from - clock.now()) < timedelta(minutes=1), "known from now"
    details = session().get_one(SharedTeachingSession, activity_id)
    assert (details.topic, details.pupils_count) == ("《静夜思》", 40)
    actions = {entry.action for entry in session().query(JournalEntry)}
    assert "activity.reported" in actions


def test_the_same_form_makes_one_record(world: World, lead: Actor) -> None:
    first = submit(draft_of(world), lead)
    assert submit(draft_of(world, periods=1), lead) == first
    assert session().query(Activity).count() == 1


def test_ten_submits_at_once_make_one_record(app: Flask, world: World, lead: Actor) -> None:
    made: list[object] = []

    def send() -> None:
        with app.app_context():
            try:
                made.append(submit(draft_of(world), lead))
            except Exception as error:  # noqa: BLE001 - shown by the assertion
                made.append(error)

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 10
    assert len(set(made)) == 1, made
    session().rollback()  # what this session has read is from before
    assert session().query(Activity).count() == 1


def test_a_form_of_somebody_else_reports_nothing(
    world: World, lead: Actor, recording: Recording
) -> None:
    submit(draft_of(world), lead)
    with pytest.raises(NotFoundError):
        submit(draft_of(world), account(world, Role.SCHOOL_CLERK))


def test_a_probable_double_asks_for_a_reason(world: World, lead: Actor) -> None:
    first = submit(draft_of(world), lead)
    again = draft_of(world, periods=1)
    with pytest.raises(ProbableDoubleError) as refusal:
        submit(again, lead, "two")
    assert refusal.value.activity_ids == (first,)
    second = submit(again, lead, "two", double_reason=" 同日另一班 ")
    assert session().get_one(Activity, second).double_reason == "同日另一班"


def test_what_differs_is_no_double(world: World, lead: Actor) -> None:
    submit(draft_of(world), lead)
    others = [
        draft_of(world, held_on=date(2024, 10, 9)),
        draft_of(world, subject=Subject.MATHEMATICS),
        draft_of(world, receiver_ids=(world.own.member_id,), confirmer_names=(None,)),
        replace(draft_of(world), lecturer_name="林老师"),
    ]
    for number, draft in enumerate(others):
        submitted = submit(draft, lead, f"form {number}", double_reason="not needed")
        assert session().get_one(Activity, submitted).double_reason is None


# --- who may ------------------------------------------------------------------------------------


def test_a_clerk_reports_what_its_school_provides(app: Flask, world: World) -> None:
    own = world.own
    provided = draft_of(
        world, provider_id=own.member_id, receiver_ids=(own.lead_id,), confirmer_names=(None,)
    )
    with app.app_context():
        clerk = account(world, Role.SCHOOL_CLERK)
        assert submit(provided, clerk)
        with pytest.raises(RuleViolationError) as refusal:
            submit(draft_of(world), clerk, "two")
        assert refusal.value.field == "provider"
        with pytest.raises(AccessDeniedError):
            submit(draft_of(world), clerk, "two", school_id=own.lead_id)


@pytest.mark.parametrize(
    "role", [Role.DISTRICT_OFFICIAL, Role.CITY_OFFICIAL, Role.VIEWER, Role.SYSTEM_ADMINISTRATOR]
)
def test_offices_do_not_report(app: Flask, world: World, role: Role) -> None:
    with app.app_context(), pytest.raises(AccessDeniedError):
        submit(draft_of(world), account(world, role), school_id=world.own.lead_id)


PLACES: list[Callable[[World], Any]] = [
    lambda w: w.sibling,
    lambda w: w.other,
    lambda w: w.elsewhere,
]


@pytest.mark.parametrize("place", PLACES)
def test_another_community_does_not_exist(
    world: World, lead: Actor, place: Callable[[World], Any]
) -> None:
    with pytest.raises(NotFoundError):
        submit(draft_of(world, community_id=place(world).community_id), lead)


def test_schools_that_do_not_exist(world: World, lead: Actor) -> None:
    unknown = draft_of(world, receiver_ids=(999_999,), confirmer_names=(None,))
    with pytest.raises(NotFoundError):
        submit(unknown, lead)


def test_a_school_of_another_community_is_refused(world: World, lead: Actor) -> None:
    foreign = draft_of(world, receiver_ids=(world.sibling.member_id,), confirmer_names=(None,))
    with pytest.raises(RuleViolationError) as refusal:
        submit(foreign, lead)
    assert refusal.value.field == "receivers"


def test_a_school_that_had_left_that_day_is_refused(
    world: World, lead: Actor, recording: Recording
) -> None:
    with recording():
        stay = MembershipFactory.create(
            community=None,
            member=None,
            community_id=world.own.community_id,
            county_id=world.own.county_id,
            school_id=world.sibling.member_id,
        )
        MembershipVersionFactory.create(stay=stay, left_on=date(2024, 10, 7))
    late = draft_of(world, receiver_ids=(world.sibling.member_id,), confirmer_names=(None,))
    with pytest.raises(RuleViolationError, match="was not in the community"):
        submit(late, lead)
    submit(replace(late, activity=replace(late.activity, held_on=date(2024, 10, 7))), lead)


# --- correcting what was returned ---------------------------------------------------------------


def returned(world: World, lead: Actor) -> int:
    activity_id = submit(draft_of(world), lead)
    with transaction():
        decide(activity_id, Move.RETURN, "课时不对", actor=account(world, Role.SCHOOL_CLERK))
    return activity_id


def test_a_correction_takes_the_place_of_the_returned_record(world: World, lead: Actor) -> None:
    old_id = returned(world, lead)
    new_id = submit(draft_of(world, periods=1), lead, "two", replaces_id=old_id)
    old, new = (session().get_one(Activity, id_) for id_ in (old_id, new_id))
    assert old.known_until == new.known_from
    assert (new.replaces_id, new.state) == (old_id, ActivityState.SUBMITTED)
    with pytest.raises(RuleViolationError, match="has been corrected in the meantime"):
        submit(draft_of(world, periods=3), lead, "three", replaces_id=old_id)


def test_only_what_was_returned_is_corrected(world: World, lead: Actor) -> None:
    first = submit(draft_of(world), lead)
    with pytest.raises(RuleViolationError, match="not possible"):
        submit(draft_of(world, periods=1), lead, "two", replaces_id=first)
    with pytest.raises(NotFoundError):
        submit(draft_of(world, periods=1), lead, "two", replaces_id=999)


def test_only_the_own_side_corrects(world: World, lead: Actor, recording: Recording) -> None:
    old_id = returned(world, lead)
    with recording():
        pivot = UserAccountFactory.create(
            role=Role.SCHOOL_CLERK,
            city_id=world.city_id,
            county_id=world.own.county_id,
            school_id=world.own.pivot_id,
        )
        pivot_id = pivot.id
    clerk = actor_of_account(pivot_id)
    assert clerk is not None
    mine = draft_of(
        world,
        provider_id=world.own.pivot_id,
        receiver_ids=(world.own.member_id,),
        confirmer_names=(None,),
    )
    with pytest.raises(NotFoundError):
        submit(mine, clerk, "two", replaces_id=old_id)
