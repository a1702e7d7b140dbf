"""A lead school's administrator logs a lesson and a visit, on a desk and on a phone."""

import pytest
from flask import Flask
from sqlalchemy import update

from community.access import Role
from community.accounts.models import UserSession
from community.kernel import clock
from community.kernel.database import session, transaction
from community.registry.models import School
from community.registry.rules import SchoolType
from tests.browser.conftest import PHONE, Window, WindowOf
from tests.conftest import Recording
from tests.factories import (
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.world import World

pytestmark = pytest.mark.browser
KINDERGARTEN = "云路镇中心幼儿园"


@pytest.fixture
def window(world: World, recording: Recording, window_of: WindowOf) -> Window:
    """The lead school's administrator's, in a community of many schools."""
    with recording():
        for number in range(8):
            add_member(world, f"第{number}村小学", f"di{number}cun d{number}c", SchoolType.PRIMARY)
        add_member(world, KINDERGARTEN, "yunlu yl", SchoolType.KINDERGARTEN)
    return window_of(Role.LEAD_SCHOOL_ADMINISTRATOR)


def add_member(world: World, name: str, pinyin: str, type_: SchoolType) -> None:
    school: School = SchoolFactory.create(county_id=world.own.county_id, name=name, pinyin=pinyin)
    SchoolVersionFactory.create(school=school, type=type_)
    stay = MembershipFactory.create(
        community=None,
        member=None,
        community_id=world.own.community_id,
        county_id=world.own.county_id,
        school_id=school.id,
    )
    MembershipVersionFactory.create(stay=stay)


def test_a_lesson_from_the_first_letter_to_the_record(window: Window) -> None:
    page = window.page
    window.open("/shared-teaching/new")
    window.look()
    page.fill("[name=held_on]", "2024-10-08")
    page.click("[name=kind][value=synchronous_class] + label")
    assert page.is_checked("[name=mode][value=online]"), "as such classes are held"
    page.click("[name=kind][value=joint_research] + label")
    assert page.locator("[name=mode]:checked").count() == 0, "these are held in any way"
    page.click("[name=mode][value=mixed] + label")
    page.click("[name=kind][value=synchronous_class] + label")
    assert page.is_checked("[name=mode][value=mixed]"), "what somebody chose stays"
    page.fill("[name=topic]", "《静夜思》")
    page.locator("[data-saved]", has_text=":").wait_for()  # 14:03
    # The telephone closes the page: what was typed is there again.
    window.open("/entries")
    window.look()
    page.click("#main tbody th a")
    window.resize(PHONE)
    assert page.input_value("[name=topic]") == "《静夜思》"

    page.fill("[type=search][id$=find]", "yunlu")
    shown = page.locator("[data-schools] .choice:visible")
    assert shown.count() == 1
    shown.locator("label").click()
    assert page.is_visible("[name=half_days]"), "a kindergarten receives half-days"
    assert not page.is_visible("[name=periods]")
    page.fill("[type=search][id$=find]", "")
    page.locator("[data-schools] label", has_text="第3村小学").click()
    assert page.is_visible("[name=periods]")
    page.click(".action-bar [value=check]")  # without subject and periods
    assert page.locator("#error-summary a").count() == 2
    window.look()
    page.select_option("[name=subject]", "chinese")
    page.fill("[name=periods]", "2")
    page.click(".action-bar [value=check]")
    assert window.path.endswith("/check")
    window.look()
    page.click("form.form button[type=submit]")
    assert window.path.startswith("/shared-teaching/")
    assert "《静夜思》" in page.inner_text("#main")
    window.look()


def test_two_windows_and_a_session_that_ends(app: Flask, window: Window) -> None:
    """Neither version is lost, and neither is what was typed while nobody was signed in."""
    page = window.page
    window.open("/walking-teaching/new")
    window.resize(PHONE)
    page.fill("[name=teacher_name]", "黄老师")
    page.locator("[data-saved]", has_text=":").wait_for()
    window.open("/entries")
    page.click("#main tbody th a")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("[name=teacher_name]", "林老师")
    other.click(".action-bar [value=save]")
    page.fill("[name=teacher_name]", "陈老师")
    page.click(".action-bar [value=save]")
    assert "林老师" in page.inner_text("#main")
    assert page.input_value("[name=teacher_name]") == "陈老师"
    window.look()
    page.click(".action-bar button")
    assert page.input_value("[name=teacher_name]") == "陈老师"

    with app.app_context(), transaction():
        session().execute(update(UserSession).values(ended_at=clock.now()))
    page.fill("[name=teacher_name]", "陈老师（音乐）")
    told = page.get_attribute("#entry", "data-say-signed-out")
    page.locator("[data-saved]", has_text=told).wait_for()
    page.click(".action-bar [value=save]")
    window.check_accessibility()
    assert page.locator("[name=kept]").count() == 1, "the sign-in page keeps the form"
