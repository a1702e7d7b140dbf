"""A lead school's administrator logs a lesson and a visit, on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import update

from community.access import Role
from community.accounts.models import UserSession
from community.kernel import clock
from community.kernel.database import session, transaction
from community.registry.models import School
from community.registry.rules import SchoolType
from config import Config
from scripts.serving import serving
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import Recording, signed_in
from tests.factories import (
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.world import World

pytestmark = pytest.mark.browser
KINDERGARTEN = "云路镇中心幼儿园"


@dataclass(frozen=True)
class Office:
    """A server, and the cookie of the administrator."""

    address: str
    cookie: str


@pytest.fixture
def office(app: Flask, config: Config, world: World, recording: Recording) -> Iterator[Office]:
    with recording():
        for number in range(8):
            add_member(world, f"第{number}村小学", f"di{number}cun d{number}c", SchoolType.PRIMARY)
        add_member(world, KINDERGARTEN, "yunlu yl", SchoolType.KINDERGARTEN)
    administrator = signed_in(app, world.account_ids[Role.LEAD_SCHOOL_ADMINISTRATOR])
    cookie = administrator.client.get_cookie("session")
    assert cookie is not None
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with serving(config.data_dir, **settings) as address:
        yield Office(address, cookie.value)


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


@pytest.fixture
def window(chromium: Browser, office: Office) -> Iterator[Window]:
    context: BrowserContext = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "session", "value": office.cookie, "url": office.address}])
    window = Window(context.new_page(), office.address)
    window.resize(DESK)
    yield window
    context.close()


def check(window: Window) -> None:
    """The page as it stands, at both widths."""
    for size in (DESK, PHONE):
        window.resize(size)
        window.check_width()
        # Where the bar of buttons stays in sight it covers what lies below it: look from the end.
        window.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        window.check_accessibility()


def test_a_lesson_from_the_first_letter_to_the_record(window: Window) -> None:
    page = window.page
    window.open("/shared-teaching/new")
    check(window)
    page.fill("[name=held_on]", "2024-10-08")
    page.check("[name=kind][value=synchronous_class]", force=True)
    page.check("[name=mode][value=online]", force=True)
    page.fill("[name=topic]", "《静夜思》")
    page.locator("[data-saved]", has_text=":").wait_for()  # 14:03
    # The telephone closes the page: what was typed is there again.
    window.open("/entries")
    check(window)
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
    check(window)
    page.select_option("[name=subject]", "chinese")
    page.fill("[name=periods]", "2")
    page.click(".action-bar [value=check]")
    assert window.path.endswith("/check")
    check(window)
    page.click("form.form button[type=submit]")
    assert window.path.startswith("/shared-teaching/")
    assert "《静夜思》" in page.inner_text("#main")
    check(window)
    window.check_quiet()


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
    check(window)
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
    window.check_quiet()
