"""Deputies: who appoints whom, for which days, and that it ends with the last of them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.accounts.models import Deputy
from community.accounts.rules.deputies import check_days
from community.accounts.services import (
    DeputyDraft,
    actor_of_account,
    appoint_deputy,
    deputies_of_school,
    own_deputyships,
    revoke_deputy,
)
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from tests.activities.office import Office
from tests.activities.test_services import Clock, time
from tests.browser_client import Page, text_of
from tests.conftest import SignInAs
from tests.pages.conftest import section
from tests.world import World

__all__ = ["time"]

CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL
TODAY = date(2026, 3, 2)


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (0, 0, None),
        (0, 366, None),
        (5, 12, None),
        (-1, 3, "starts_on"),
        (3, 2, "ends_on"),
        (0, 367, "ends_on"),
    ],
)
def test_for_which_days(first: int, last: int, field: str | None) -> None:
    days = (TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    if field is None:
        check_days(*days, TODAY)
        return
    with pytest.raises(RuleViolationError) as refused:
        check_days(*days, TODAY)
    assert refused.value.field == field


def draft(account_id: int, first: int = 0, last: int = 3) -> DeputyDraft:
    today = clock.today()
    return DeputyDraft(account_id, today + timedelta(days=first), today + timedelta(days=last))


def test_who_appoints_whom(world: World, office: Office) -> None:
    own, clerk = world.own, world.account_ids[CLERK]
    pivot = office.clerk_of(own.pivot_id)
    stranger = office.clerk_of(world.sibling.member_id)
    for who, school_id, account_id, said in (
        (pivot, own.member_id, pivot, "permission"),
        (LEAD, own.member_id, pivot, "permission"),
        (CLERK, own.member_id, clerk, "another school"),
        (CLERK, own.member_id, stranger, "another school"),
        (CLERK, own.member_id, world.account_ids[OFFICIAL], "another school"),
        (CLERK, world.other.member_id, pivot, "no such record"),
        (Role.VIEWER, own.member_id, pivot, "permission"),
        (Role.CITY_OFFICIAL, own.member_id, pivot, "permission"),
        (CLERK, own.member_id, pivot, ""),
        (CLERK, own.member_id, pivot, "already"),
        (OFFICIAL, own.lead_id, pivot, ""),
        (OFFICIAL, world.other.lead_id, pivot, "no such record"),
    ):
        answer = office.refusal(who, appoint_deputy, school_id, draft(account_id))
        assert said in answer, (who, answer)
        assert bool(said) is bool(answer)
    # The deputy of a school names no further ones for it.
    assert "A deputy cannot" in office.refusal(
        pivot, appoint_deputy, own.member_id, draft(world.account_ids[LEAD])
    )


def test_a_deputy_speaks_for_the_school_from_the_first_day_to_the_last(
    world: World, office: Office, app: Flask, time: Clock
) -> None:
    own = world.own
    pivot = office.clerk_of(own.pivot_id)
    office.do(CLERK, appoint_deputy, own.member_id, draft(pivot, 1, 2))

    def speaks() -> bool:
        with app.app_context():
            actor = actor_of_account(pivot)
            assert actor is not None
            assert own.pivot_id in actor.school_ids
            return own.member_id in actor.school_ids

    found = []
    for _day in range(4):
        found.append(speaks())
        time.pass_by()
    assert found == [False, True, True, False]


def test_an_appointment_ends_at_once_when_it_is_revoked(
    world: World, office: Office, app: Flask
) -> None:
    own = world.own
    pivot = office.clerk_of(own.pivot_id)
    office.do(CLERK, appoint_deputy, own.member_id, draft(pivot))
    with app.app_context():
        number = session().scalars(select(Deputy.id)).one()
    assert len(office.do(pivot, own_deputyships)) == 1
    assert "permission" in office.refusal(LEAD, revoke_deputy, own.member_id, number)
    assert "no such record" in office.refusal(LEAD, revoke_deputy, own.lead_id, number)
    for _twice in range(2):
        office.do(CLERK, revoke_deputy, own.member_id, number)
    assert not office.do(pivot, own_deputyships)
    with app.app_context():
        actor = actor_of_account(pivot)
        assert actor is not None
        assert actor.school_ids == {own.pivot_id}
    (row,) = office.do(CLERK, deputies_of_school, own.member_id).rows
    assert row.is_over(clock.today())


def test_the_page_of_the_deputies(world: World, office: Office, sign_in_as: SignInAs) -> None:
    own = world.own
    pivot = office.clerk_of(own.pivot_id)
    clerk = sign_in_as(CLERK)
    address = f"/schools/{own.member_id}/deputies"
    page = clerk.get(address)
    assert address in page.links  # of the menu
    today = clock.today()

    def send(page: Page, status: int = 200, **values: object) -> Page:
        given = {"account_id": str(pivot), "starts_on": today.isoformat(), **values}
        return clerk.submit(page, address, status, **given)

    refused = send(page, 422, ends_on=(today - timedelta(days=1)).isoformat())
    assert refused.root.find(".//*[@id='ends_on-error']") is not None
    page = send(refused, ends_on=today.isoformat())
    assert today.isoformat() in text_of(section(page, "deputies"))
    account = sign_in_as(pivot).get("/account")
    assert today.isoformat() in text_of(section(account, "profile"))
    page = clerk.submit(page, "/revoke")
    assert not [form for form in page.forms if "/revoke" in form.action]
    assert (
        f"/schools/{own.member_id}/deputies"
        in sign_in_as(OFFICIAL).get(f"/schools/{own.member_id}").links
    )
