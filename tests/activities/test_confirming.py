"""Confirming, returning, withdrawing, checking: who may, when, and what it does to the count."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities import services
from community.activities.models import Activity, ActivityDecision, ActivityReceiver, Confirmation
from community.activities.rules import (
    OWN_WORD,
    ActivityState,
    Move,
    build_reason,
    check_has_happened,
    check_other_hand,
    check_other_side,
    may_undo,
)
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import gettext, use_locale
from community.registry.models import School
from tests.activities.office import Office
from tests.activities.records import record
from tests.activities.test_services import Clock, time
from tests.browser_client import Browser, Page, text_of
from tests.conftest import Recording, SignInAs, recording_in
from tests.factories import ActivityReceiverFactory, ConfirmationFactory, UserAccountFactory
from tests.world import World

__all__ = ["time"]

S = ActivityState
CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL
DENIED = "does not have this permission"
OWN_SIDE = "Your own side reported"


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


@pytest.fixture
def number(world: World, recording: Recording) -> int:
    """A record from the lead school that waits for the rural member."""
    with recording():
        return record(world.own, is_confirmed=False)


def confirmations(app: Flask, number: int) -> list[tuple[str | None, bool, bool]]:
    """Name, on behalf, and whether it stands, of every confirmation of a record."""
    with app.app_context():
        found = session().scalars(
            select(Confirmation)
            .join(ActivityReceiver, ActivityReceiver.id == Confirmation.receiver_id)
            .where(ActivityReceiver.activity_id == number)
            .order_by(Confirmation.id)
        )
        return [(c.confirmer_name, c.is_on_behalf, c.known_until is None) for c in found]


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schools", "actor_id", "reporting_school", "reporter", "is_refused", "why"),
    [
        ({3}, 9, None, None, False, "a receiver, of a ledger's record"),
        ({1}, 9, None, None, True, "the provider, from whose ledger it comes"),
        ({2}, 9, 2, 7, True, "the school that reported it"),
        ({1}, 9, 2, 7, False, "another school reported it: the provider did not"),
        ({1, 3}, 9, None, None, True, "as the provider's deputy it is its side too"),
        ({3}, 7, 2, 7, True, "who reported it as somebody else's deputy"),
        (set(), 7, 2, 7, True, "who reported it before becoming an official"),
        (set(), 9, 2, 7, False, "an official"),
        (set(), None, None, None, False, "the operator at the terminal"),
    ],
)
def test_nobody_answers_their_own_side(
    schools: set[int],
    actor_id: int | None,
    reporting_school: int | None,
    reporter: int | None,
    is_refused: bool,
    why: str,
) -> None:
    def check() -> None:
        check_other_side(
            frozenset(schools),
            actor_id,
            reported_by_school_id=reporting_school,
            reported_by_id=reporter,
            provider_id=1,
        )

    if is_refused:
        with pytest.raises(RuleViolationError):
            check()
    else:
        check()


@pytest.mark.parametrize(
    ("actor_id", "confirmed_by", "is_refused", "why"),
    [
        (9, {9}, True, "the official confirmed on behalf"),
        (9, {3, 9}, True, "for one of two schools"),
        (9, {3}, False, "others confirmed"),
        (9, {None}, False, "a ledger's confirmation has no account"),
        (None, {None}, False, "the operator at the terminal"),
    ],
)
def test_nobody_checks_what_they_confirmed(
    actor_id: int | None, confirmed_by: set[int | None], is_refused: bool, why: str
) -> None:
    if is_refused:
        with pytest.raises(RuleViolationError):
            check_other_hand(actor_id, confirmed_by)
    else:
        check_other_hand(actor_id, confirmed_by)


def test_small_rules() -> None:
    now = clock.now()
    assert may_undo(now - timedelta(hours=23, minutes=59), now)
    assert not may_undo(now - timedelta(hours=24), now)
    assert build_reason(" 日期不符 ", "") == "日期不符"
    assert build_reason("", "应为十日") == "应为十日"
    assert build_reason("日期不符", "应为十日") == "日期不符；应为十日"
    check_has_happened(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(RuleViolationError):
        check_has_happened(date(2026, 1, 2), date(2026, 1, 1))


# --- confirming ---------------------------------------------------------------------------------


def test_a_receiver_confirms_and_the_name_stands(
    number: int, office: Office, world: World, app: Flask
) -> None:
    member = world.own.member_id
    found = office.do(CLERK, services.confirm, number, member)
    assert found is S.CONFIRMED
    assert confirmations(app, number) == [("school_clerk 的用户", False, True)]
    assert "already confirmed" in office.refusal(CLERK, services.confirm, number, member)


def test_it_is_confirmed_when_the_last_receiver_has(
    world: World, office: Office, recording: Recording
) -> None:
    with recording():
        number = record(world.own, is_confirmed=False)
        ActivityReceiverFactory.create(
            of=None, school=None, activity_id=number, school_id=world.own.pivot_id, position=1
        )
    pivot = office.clerk_of(world.own.pivot_id)
    assert office.do(pivot, services.confirm, number, world.own.pivot_id) is S.SUBMITTED
    assert office.do(CLERK, services.confirm, number, world.own.member_id) is S.CONFIRMED
    assert office.do(pivot, services.revoke, number, world.own.pivot_id) is S.SUBMITTED


def test_who_may_not_confirm(number: int, office: Office, world: World) -> None:
    own = world.own
    other_school = office.clerk_of(own.pivot_id)
    for who, school_id, said in (
        (LEAD, own.member_id, OWN_SIDE),
        (other_school, own.member_id, DENIED),
        (CLERK, own.lead_id, "no such record"),
        (Role.VIEWER, own.member_id, DENIED),
        (OFFICIAL, own.member_id, "no such record"),  # on behalf is another thing
    ):
        assert said in office.refusal(who, services.confirm, number, school_id), who
    assert office.state(number) is S.SUBMITTED


def test_a_deputy_of_the_provider_confirms_nothing_of_it(
    number: int, office: Office, world: World
) -> None:
    office.deputise(world.account_ids[CLERK], world.own.lead_id)
    assert OWN_SIDE in office.refusal(CLERK, services.confirm, number, world.own.member_id)


def test_a_deputy_confirms_until_the_last_day(
    number: int, office: Office, world: World, recording: Recording, time: Clock
) -> None:
    with recording():
        later = record(world.own, is_confirmed=False)
    pivot = office.clerk_of(world.own.pivot_id)
    office.deputise(pivot, world.own.member_id)
    assert office.do(pivot, services.confirm, number, world.own.member_id) is S.CONFIRMED
    time.pass_by()
    assert office.refusal(pivot, services.confirm, later, world.own.member_id)
    assert office.state(later) is S.SUBMITTED


def test_a_name_without_a_day_is_followed_by_a_confirmation(
    number: int, office: Office, world: World, recording: Recording, app: Flask
) -> None:
    with recording():
        receiver = session().scalars(
            select(ActivityReceiver.id).where(ActivityReceiver.activity_id == number)
        )
        ConfirmationFactory.create(
            of=None,
            county=None,
            receiver_id=receiver.one(),
            county_id=world.own.county_id,
            confirmed_on=None,
        )
    office.do(CLERK, services.confirm, number, world.own.member_id)
    assert confirmations(app, number) == [
        ("陈校长", False, False),
        ("school_clerk 的用户", False, True),
    ]


def test_a_confirmation_is_taken_back_within_a_day(
    number: int, office: Office, world: World, app: Flask, time: Clock
) -> None:
    member = world.own.member_id
    assert "has not confirmed" in office.refusal(CLERK, services.revoke, number, member)
    office.do(CLERK, services.confirm, number, member)
    assert DENIED in office.refusal(LEAD, services.revoke, number, member)
    assert office.do(CLERK, services.revoke, number, member) is S.SUBMITTED
    assert [stands for *_, stands in confirmations(app, number)] == [False]
    office.do(CLERK, services.confirm, number, member)
    time.instant += timedelta(hours=24)
    assert "24 hours" in office.refusal(CLERK, services.revoke, number, member)


def test_a_checked_record_stays_confirmed(number: int, office: Office, world: World) -> None:
    office.do(CLERK, services.confirm, number, world.own.member_id)
    office.do(OFFICIAL, services.decide, number, Move.CHECK)
    assert office.refusal(CLERK, services.revoke, number, world.own.member_id)
    assert office.refusal(CLERK, services.decide, number, Move.RETURN, "日期不符")
    assert "has checked" in office.refusal(LEAD, services.decide, number, Move.WITHDRAW, "录入有误")
    assert office.state(number) is S.CHECKED


# --- on behalf ----------------------------------------------------------------------------------


def test_the_district_confirms_on_behalf_after_fourteen_days(
    office: Office, world: World, app: Flask, time: Clock, recording: Recording
) -> None:
    own, reported_at = world.own, clock.start_of_day(date(2024, 10, 9))
    with recording():
        number = record(own, is_confirmed=False, recorded_at=reported_at)
    paper = ([own.member_id], "档2026-7", "校长住院")
    time.instant = reported_at + timedelta(days=13)
    assert "2024-10-23" in office.refusal(OFFICIAL, services.confirm_on_behalf, number, *paper)
    time.instant += timedelta(days=40)
    for who in (CLERK, LEAD, Role.CITY_OFFICIAL, Role.VIEWER):
        assert office.refusal(who, services.confirm_on_behalf, number, *paper), who
    for school_ids, reference, reason in (
        ([], "档2026-7", "校长住院"),
        ([own.member_id], " ", "校长住院"),
        ([own.member_id], "档2026-7", " "),
        ([own.pivot_id], "档2026-7", "校长住院"),
    ):
        args = (number, school_ids, reference, reason)
        assert office.refusal(OFFICIAL, services.confirm_on_behalf, *args)
    assert office.do(OFFICIAL, services.confirm_on_behalf, number, *paper) is S.CONFIRMED
    assert confirmations(app, number) == [("district_official 的用户", True, True)]
    with app.app_context():
        (said,) = session().scalars(select(Confirmation))
        assert said.paper_reference == "档2026-7（校长住院）"
    assert "Others gave" in office.refusal(CLERK, services.revoke, number, own.member_id)
    assert office.do(OFFICIAL, services.revoke, number, own.member_id) is S.SUBMITTED


@pytest.mark.once
def test_who_confirmed_on_behalf_does_not_check(
    number: int, office: Office, world: World, sign_in_as: SignInAs, app: Flask
) -> None:
    paper = (number, [world.own.member_id], "档2026-7", "校长住院")
    office.do(OFFICIAL, services.confirm_on_behalf, *paper)
    assert office.refusal(OFFICIAL, services.decide, number, Move.CHECK) == OWN_WORD
    assert "Nothing was done" in office.refusal(OFFICIAL, services.check_together, [number])
    official = sign_in_as(OFFICIAL)
    for locale in ("zh", "en"):
        official.client.set_cookie("locale", locale)
        page = official.get(f"/shared-teaching/{number}")
        together = official.get(f"/activities/together/check?record={number}")
        with use_locale(locale):
            assert gettext(OWN_WORD) in page.text
            assert gettext(OWN_WORD) in together.text
        assert "check" not in moves(page)
    assert f"{number}-0" not in official.get("/").response.get_data(as_text=True)
    # Somebody else of the district checks it.
    with recording_in(app):
        colleague = UserAccountFactory.create(
            role=OFFICIAL, city_id=world.city_id, county_id=world.own.county_id
        ).id
    assert office.do(colleague, services.decide, number, Move.CHECK) is S.CHECKED


def test_whoever_reported_it_as_a_clerk_does_not_answer_it_as_an_official(
    number: int, office: Office, world: World, recording: Recording
) -> None:
    official = world.account_ids[OFFICIAL]
    with recording():
        session().get_one(Activity, number).reported_by_id = official
    paper = (number, [world.own.member_id], "档2026-7", "校长住院")
    assert OWN_SIDE in office.refusal(OFFICIAL, services.confirm_on_behalf, *paper)
    office.do(CLERK, services.confirm, number, world.own.member_id)
    assert OWN_SIDE in office.refusal(OFFICIAL, services.decide, number, Move.CHECK)
    assert office.do(Role.CITY_OFFICIAL, services.decide, number, Move.CHECK) is S.CHECKED


# --- returned, withdrawn, reported again --------------------------------------------------------


def test_a_receiver_returns_a_record_and_the_reporter_answers(
    number: int, office: Office, app: Flask
) -> None:
    assert DENIED in office.refusal(LEAD, services.decide, number, Move.RETURN, "日期不符")
    assert DENIED in office.refusal(OFFICIAL, services.decide, number, Move.RETURN, "x")
    assert "reason" in office.refusal(CLERK, services.decide, number, Move.RETURN, " ")
    assert office.do(CLERK, services.decide, number, Move.RETURN, "日期不符") is S.RETURNED
    assert office.refusal(CLERK, services.confirm, number, 0)
    assert "reason" in office.refusal(LEAD, services.decide, number, Move.SUBMIT, "")
    again = office.do(LEAD, services.decide, number, Move.SUBMIT, "日期无误，见签到表")
    assert again is S.SUBMITTED
    with app.app_context():
        (decision,) = session().scalars(select(ActivityDecision))
        assert (decision.reason, decision.ended_reason) == ("日期不符", "日期无误，见签到表")


def test_a_return_is_undone_for_a_while_by_who_returned_it(
    number: int, office: Office, world: World, time: Clock, recording: Recording
) -> None:
    with recording():
        ActivityReceiverFactory.create(
            of=None, school=None, activity_id=number, school_id=world.own.pivot_id, position=1
        )
    pivot = office.clerk_of(world.own.pivot_id)
    office.do(CLERK, services.decide, number, Move.RETURN, "日期不符")
    assert "Another school" in office.refusal(pivot, services.decide, number, Move.SUBMIT)
    assert office.do(CLERK, services.decide, number, Move.SUBMIT) is S.SUBMITTED
    office.do(CLERK, services.decide, number, Move.RETURN, "日期不符")
    time.pass_by()
    assert "24 hours" in office.refusal(CLERK, services.decide, number, Move.SUBMIT)


def test_the_reporter_withdraws_and_takes_that_back(number: int, office: Office) -> None:
    assert DENIED in office.refusal(CLERK, services.decide, number, Move.WITHDRAW, "误")
    assert office.do(LEAD, services.decide, number, Move.WITHDRAW, "录入有误") is S.WITHDRAWN
    assert office.do(LEAD, services.decide, number, Move.RESTORE) is S.SUBMITTED
    office.do(OFFICIAL, services.decide, number, Move.WITHDRAW, "重复导入")
    assert "only the district" in office.refusal(LEAD, services.decide, number, Move.RESTORE)
    assert office.do(OFFICIAL, services.decide, number, Move.RESTORE) is S.SUBMITTED


def test_another_county_does_not_exist(world: World, office: Office, recording: Recording) -> None:
    with recording():
        far = record(world.other, is_confirmed=False)
    with pytest.raises(NotFoundError):
        office.do(CLERK, services.confirm, far, world.other.member_id)
    with pytest.raises(NotFoundError):
        office.do(OFFICIAL, services.decide, far, Move.CHECK)
    with pytest.raises(NotFoundError):
        office.do(CLERK, services.confirm_together, [(far, world.other.member_id)])


# --- on the page --------------------------------------------------------------------------------


def moves(page: Page) -> list[str]:
    """The moves that the page of a record offers."""
    actions = next(e for e in page.root.iter("div") if e.get("class") == "actions")
    found = [str(a.get("href")).rpartition("/")[2] for a in actions.iter("a")]
    return [move for move in found if move in tuple(Move)]


def test_the_page_offers_what_its_reader_may_do(
    number: int, office: Office, world: World, sign_in_as: SignInAs
) -> None:
    address = f"/shared-teaching/{number}"

    def offered() -> list[list[str]]:
        readers = (LEAD, CLERK, OFFICIAL, Role.VIEWER)
        return [moves(sign_in_as(role).get(address)) for role in readers]

    district = ["withdraw", "disallow"]
    assert offered() == [["withdraw"], ["confirm", "return"], ["confirm", *district], []]
    office.do(CLERK, services.confirm, number, world.own.member_id)
    assert offered() == [["withdraw"], ["revoke", "return"], ["withdraw", "check", "disallow"], []]
    office.do(OFFICIAL, services.decide, number, Move.CHECK)
    assert offered() == [[], [], ["withdraw", "uncheck", "disallow"], []]
    office.do(OFFICIAL, services.decide, number, Move.UNCHECK)
    office.do(CLERK, services.decide, number, Move.RETURN, "日期不符")
    assert offered() == [["submit", "withdraw"], ["submit"], ["withdraw"], []]


def move_to(browser: Browser, number: int, move: str, status: int = 200, **values: object) -> Page:
    """Open the page of a move and send its form."""
    address = f"/activities/{number}/{move}"
    return browser.submit(browser.get(address), address, status, **values)


def test_from_a_return_to_a_check_by_the_pages(
    number: int, sign_in_as: SignInAs, office: Office
) -> None:
    clerk, lead, official = (sign_in_as(role) for role in (CLERK, LEAD, OFFICIAL))
    refused = move_to(clerk, number, "return", 422)
    assert refused.root.find(".//*[@id='usual-error']") is not None
    page = move_to(clerk, number, "return", usual="The date is wrong", reason="应为十月九日")
    assert "；应为十月九日" in page.text
    page = move_to(lead, number, "submit", reason="日期无误，见签到表")
    assert "上报" in page.text
    page = move_to(clerk, number, "confirm")
    assert "school_clerk 的用户" in page.text
    move_to(official, number, "check")
    assert office.state(number) is S.CHECKED


def test_the_page_of_a_confirmation_on_behalf(
    number: int, sign_in_as: SignInAs, office: Office
) -> None:
    official = sign_in_as(OFFICIAL)
    refused = move_to(official, number, "confirm", 422, paper="", reason="")
    for name in ("paper", "reason"):
        assert refused.root.find(f".//*[@id='{name}-error']") is not None
    page = move_to(official, number, "confirm", paper="档2026-7", reason="校长住院")
    assert "代确认" in page.text
    assert "档2026-7" in page.text
    assert office.state(number) is S.CONFIRMED


def test_the_count_of_the_county_moves_when_the_last_receiver_confirms(
    number: int, sign_in_as: SignInAs, world: World
) -> None:
    official = sign_in_as(OFFICIAL)
    address = f"/regions/{world.own.county_code}/records?level=counted&as_of=2025-08-31"
    assert f"/activities/{number}" not in official.get(address).links
    move_to(sign_in_as(CLERK), number, "confirm")
    assert f"/activities/{number}" in official.get(address).links


# --- several at once ----------------------------------------------------------------------------


def test_several_are_confirmed_together_or_none_is(
    world: World, recording: Recording, sign_in_as: SignInAs, office: Office
) -> None:
    member = world.own.member_id
    with recording():
        numbers = [record(world.own, date(2024, 10, day), is_confirmed=False) for day in (8, 9, 10)]
    clerk = sign_in_as(CLERK)
    ticked = "&".join(f"record={number}-{member}" for number in numbers)
    page = clerk.get(f"/activities/together/confirm?{ticked}")
    for day in ("2024-10-08", "2024-10-09", "2024-10-10"):
        assert day in page.text
    office.do(LEAD, services.decide, numbers[1], Move.WITHDRAW, "录入有误")
    sent = [("record", f"{number}-{member}") for number in numbers]
    token = page.form("/together/confirm").fields["csrf_token"]
    data = {"csrf_token": token, "record": [value for _, value in sent]}
    again = clerk.post("/activities/together/confirm", data, 409)
    assert "撤回" in again.text
    assert [office.state(number) for number in numbers] == [S.SUBMITTED, S.WITHDRAWN, S.SUBMITTED]
    rest = [n for n in numbers if f"{n}-{member}" in again.response.get_data(as_text=True)]
    assert rest == [numbers[0], numbers[2]]
    data["record"] = [f"{number}-{member}" for number in rest]
    done = clerk.post("/activities/together/confirm", data)
    assert "2" in text_of(done.root.find(".//*[@role='status']"))
    assert [office.state(number) for number in numbers] == [S.CONFIRMED, S.WITHDRAWN, S.CONFIRMED]


def test_several_are_checked_together(
    world: World, recording: Recording, sign_in_as: SignInAs, office: Office
) -> None:
    with recording():
        numbers = [record(world.own, date(2024, 10, day)) for day in (8, 9)]
        open_one = record(world.own, is_confirmed=False)
        far = record(world.other)
    official = sign_in_as(OFFICIAL)
    page = official.get(f"/activities/together/check?record={numbers[0]}&record={numbers[1]}")
    token = page.form("/together/check").fields["csrf_token"]
    official.get(f"/activities/together/check?record={far}", 404)
    data = {"csrf_token": token, "record": [str(n) for n in (*numbers, open_one)]}
    official.post("/activities/together/check", data, 409)
    assert office.state(numbers[0]) is S.CONFIRMED
    official.post("/activities/together/check", {**data, "record": [str(n) for n in numbers]})
    assert [office.state(number) for number in numbers] == [S.CHECKED, S.CHECKED]
    sign_in_as(LEAD).get(f"/activities/together/check?record={numbers[0]}", 403)


def test_what_was_ticked_is_bounded_and_read_with_care(
    number: int, sign_in_as: SignInAs, world: World
) -> None:
    clerk = sign_in_as(CLERK)
    assert clerk.get("/activities/together/confirm?record=x&record=").address.endswith("/")
    many = "&".join(f"record={n}-{world.own.member_id}" for n in range(1, 203))
    clerk.get(f"/activities/together/confirm?{many}", 409)
    clerk.get(f"/activities/together/withdraw?record={number}-1", 404)
    clerk.get(f"/activities/together/confirm?record={number}-{world.own.lead_id}", 404)


def test_the_successor_of_a_closed_school_inherits_what_waits_for_it(
    office: Office, world: World, number: int, recording: Recording
) -> None:
    heir = office.clerk_of(world.own.pivot_id)
    confirm = services.confirm
    assert office.refusal(heir, confirm, number, world.own.member_id)
    with recording():
        session().get_one(School, world.own.member_id).successor_id = world.own.pivot_id
    assert office.do(heir, confirm, number, world.own.member_id) is S.CONFIRMED
