"""Reminding schools: once a day for each record, and as a text without the name of anybody."""

from datetime import date

import pytest
from flask import Flask

from community.access import Role
from community.activities.services.reminding import remind_school, unanswered_schools
from community.kernel import clock
from tests.activities.office import Office
from tests.activities.records import record
from tests.activities.test_services import Clock, time
from tests.browser_client import text_of
from tests.conftest import Recording, SignInAs
from tests.world import World

__all__ = ["time"]

CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL
DAY = date(clock.today().year - 1, 11, 5)


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


def test_once_a_day_for_each_record(
    world: World, office: Office, recording: Recording, time: Clock
) -> None:
    member = world.own.member_id
    with recording():
        for day in (5, 6):
            record(world.own, DAY.replace(day=day), is_confirmed=False)
    assert office.do(LEAD, remind_school, member) == 2
    assert "Once a day" in office.refusal(LEAD, remind_school, member)
    assert "Once a day" in office.refusal(OFFICIAL, remind_school, member)
    with recording():
        record(world.own, DAY.replace(day=7), is_confirmed=False)
    assert office.do(OFFICIAL, remind_school, member) == 1
    time.pass_by()
    assert office.do(LEAD, remind_school, member) == 3


def test_who_reminds_whom(world: World, office: Office, recording: Recording) -> None:
    with recording():
        record(world.own, DAY, is_confirmed=False)
        record(world.other, DAY, is_confirmed=False)
    assert [s.school_id for s in office.do(OFFICIAL, unanswered_schools)] == [world.own.member_id]
    assert office.do(CLERK, unanswered_schools) == []
    for who, school_id in (
        (CLERK, world.own.member_id),  # it waits for themselves
        (LEAD, world.other.member_id),
        (Role.VIEWER, world.own.member_id),
        (Role.CITY_OFFICIAL, world.own.member_id),
    ):
        assert office.refusal(who, remind_school, school_id), who


def test_the_text_names_schools_and_no_person(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        details = {"topic": "荷塘月色", "lecturer_name": "黄老师"}
        record(world.own, DAY, is_confirmed=False, details=details)
    lead = sign_in_as(LEAD)
    page = lead.get("/reminders")
    (text,) = [text_of(area) for area in page.root.iter("textarea")]
    assert DAY.isoformat() in text
    for name in ("黄老师", "用户"):
        assert name not in text
    done = lead.submit(page, f"/reminders/{world.own.member_id}")
    assert not [form for form in done.forms if "/reminders/" in form.action]
    assert str(clock.today()) in sign_in_as(CLERK).get("/").text
