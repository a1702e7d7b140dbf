"""A district official keeps the register of communities, on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from community.access import Role
from config import Config
from scripts.serving import serving
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import Recording, signed_in
from tests.factories import SchoolFactory, SchoolVersionFactory
from tests.world import World

pytestmark = pytest.mark.browser
SCHOOL = "云路镇中心小学"


@dataclass(frozen=True)
class Office:
    """A server, and the cookie of a district official."""

    address: str
    cookie: str


@pytest.fixture
def office(app: Flask, config: Config, world: World, recording: Recording) -> Iterator[Office]:
    with recording():
        school = SchoolFactory.create(county_id=world.own.county_id, name=SCHOOL)
        SchoolVersionFactory.create(school=school)
    official = signed_in(app, world.account_ids[Role.DISTRICT_OFFICIAL])
    cookie = official.client.get_cookie("session")
    assert cookie is not None
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with serving(config.data_dir, **settings) as address:
        yield Office(address, cookie.value)


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
        window.check_accessibility()


def save(window: Window) -> None:
    window.page.click("form.form button[type=submit]")


def test_a_community_from_its_founding_to_its_signatures(window: Window) -> None:
    page = window.page
    window.open("/communities")
    check(window)
    page.click("a[href='/communities/new']")
    page.fill("[name=code]", "JD-07")
    page.fill("[name=county]", "揭东区")
    save(window)  # without its name
    assert page.input_value("[name=code]") == "JD-07", "nothing typed is lost"
    check(window)
    page.fill("[name=name]", "霖磐城乡教育共同体")
    page.fill("[name=founded_on]", "2025-09-01")
    page.select_option("[name=is_listed]", "yes")
    save(window)
    assert window.path == "/communities/JD-07/members"

    page.click("a[href='/communities/JD-07/members/new']")
    page.fill("[name=q]", "云路")
    page.click("form.filters button[type=submit]")
    page.check("[name=school_id] >> nth=0")
    page.check("[name=role][value=lead]")
    page.fill("[name=joined_on]", "2025-09-01")
    check(window)
    save(window)
    assert SCHOOL in page.inner_text("#main")
    check(window)

    page.click("a[href$='/person']")
    page.fill("[name=responsible_person]", "林校长")
    save(window)
    assert "林校长" in page.inner_text("#main")

    window.open("/communities/JD-07/charters/new")
    page.fill("[name=name]", "共同体章程")
    page.fill("[name=effective_on]", "2025-09-01")
    save(window)
    page.click("a[href='/communities/JD-07/signatures']")
    page.fill("[name^=signed_]", "2025-09-02")
    check(window)
    save(window)
    assert window.path == "/communities/JD-07/documents"
    for tab in ("facts", "history"):
        window.open(f"/communities/JD-07/{tab}")
        check(window)
    window.check_quiet()


def test_two_officials_at_once(window: Window) -> None:
    """Both versions are shown, and the one who saves again decides."""
    page = window.page
    window.open("/communities/JD-01/edit")
    page.fill("[name=name]", "我的名称")
    other = page.context.new_page()
    other.goto(f"{window.server}/communities/JD-01/edit")
    other.fill("[name=name]", "同事的名称")
    other.click("form.form button[type=submit]")
    save(window)
    assert "同事的名称" in page.inner_text("#main")
    assert page.input_value("[name=name]") == "我的名称"
    check(window)
    save(window)
    assert "我的名称" in page.inner_text("h1")
    window.check_quiet()
