"""A district official keeps the register of schools, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from community.access import Role
from config import Config
from scripts.serving import serving
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import signed_in
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def window(chromium: Browser, app: Flask, config: Config, world: World) -> Iterator[Window]:
    """A tab of the district official, on a server to write to."""
    cookie = signed_in(app, world.account_ids[Role.DISTRICT_OFFICIAL]).client.get_cookie("session")
    assert cookie is not None
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with serving(config.data_dir, **settings) as address:
        context: BrowserContext = chromium.new_context(locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        opened = Window(context.new_page(), address)
        opened.resize(DESK)
        yield opened
        context.close()


def check(window: Window, *sizes: dict[str, int]) -> None:
    """The page as it stands, at both widths or at those given."""
    for size in sizes or (DESK, PHONE):
        window.resize(size)
        window.check_width()
        window.check_accessibility()


def save(window: Window) -> None:
    window.page.click("form.form button[type=submit]")


def test_a_school_from_its_entry_to_its_end(window: Window) -> None:
    page = window.page
    window.open("/schools")
    check(window)
    page.click("a[href^='/schools/new']")
    page.fill("[name=name]", "云路镇新建小学")
    save(window)  # without its type
    assert page.input_value("[name=name]") == "云路镇新建小学", "nothing typed is lost"
    check(window)
    page.select_option("[name=type]", "primary")
    save(window)
    address = window.path
    check(window)

    window.open(f"{address}/facts")
    check(window)
    page.select_option("[name=urban_rural_class]", "111")
    page.fill("[name=holds_from]", "2025-03-01")
    stale = page.context.new_page()
    stale.goto(f"{window.server}{address}/facts")
    save(window)
    stale.fill("[name=head_name]", "我的写法")
    stale.click("form.form button[type=submit]")
    assert "我的写法" in stale.inner_text("#versions ~ *, section[aria-labelledby=versions]")
    Window(stale, window.server).check_accessibility()
    stale.close()

    window.open(f"{address}/history")
    assert "2025-03-01" in page.inner_text("main")
    check(window)
    window.open(f"{address}/name")
    page.fill("[name=name]", "云路镇第二小学")
    save(window)
    window.open("/schools?q=云路镇新建小学")
    assert "云路镇第二小学" in page.inner_text("main"), "found by its former name"
    for form in ("designations", "figures", "urban", "closure", "legal-school"):
        window.open(f"{address}/{form}")
        check(window, PHONE)


def test_a_school_district(window: Window) -> None:
    page = window.page
    window.open("/school-districts/new")
    page.fill("[name=name]", "东部学区")
    page.fill("[name=founded_on]", "2024-09-01")
    check(window)
    save(window)
    check(window)
    window.open("/school-districts")
    assert "东部学区" in page.inner_text("main")
    check(window, PHONE)
    window.open("/divisions/445203")
    check(window, PHONE)
    window.check_quiet()
