"""What the lead school reported waits at the member's home, is confirmed there, checked by the
district, and the number of counted records on the county's page moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from community.access import Role
from config import Config
from scripts.serving import serving
from tests.activities.records import record
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import Recording, signed_in
from tests.factories import SchoolYearFactory
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask, config: Config, world: World, recording: Recording) -> Iterator[str]:
    """A server with two records that wait for the rural member."""
    with recording():
        SchoolYearFactory.create(
            name="2025-2026", starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31)
        )
        for day in (5, 6):
            record(world.own, date(2025, 9, day), is_confirmed=False)
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with serving(config.data_dir, **settings) as found:
        yield found


@contextmanager
def window_of(
    role: Role, app: Flask, world: World, chromium: Browser, address: str
) -> Iterator[Window]:
    """A tab in which an account is signed in."""
    cookie = signed_in(app, world.account_ids[role]).client.get_cookie("session")
    assert cookie is not None
    options: dict[str, Any] = {"viewport": DESK, "locale": "zh-CN"}
    context = chromium.new_context(base_url=address, **options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    opened = Window(context.new_page(), address)
    yield opened
    opened.check_quiet()
    context.close()


def look(window: Window) -> None:
    """The page at both widths."""
    for size in (PHONE, DESK):
        window.resize(size)
        window.check_width()
        window.check_accessibility()


def counted(window: Window, world: World) -> int:
    """How many records of the year count, as the county's page says."""
    own = world.own
    window.open(f"/regions/{own.county_code}/records?level=counted&school_year=2025-2026")
    return window.page.locator("main tbody tr").count()


def test_from_the_to_do_list_to_the_count_of_the_county(
    address: str, app: Flask, world: World, chromium: Browser
) -> None:
    with window_of(Role.DISTRICT_OFFICIAL, app, world, chromium, address) as official:
        assert counted(official, world) == 0
        with window_of(Role.SCHOOL_CLERK, app, world, chromium, address) as clerk:
            page = clerk.page
            clerk.open("/")
            look(clerk)
            page.click("[data-tick-all]")
            page.click(".tick-actions button[type=submit]")
            assert page.locator("main tbody tr").count() == 2
            look(clerk)
            page.click("main form.together button[type=submit]")
            assert clerk.path == "/"
            assert page.locator(".ticks").count() == 0
            for path in ("/confirmation-sheets", f"/schools/{world.own.member_id}/deputies"):
                clerk.open(path)
                look(clerk)
        assert counted(official, world) == 2
        official.open("/")
        look(official)
        official.page.click("[data-tick-all]")
        official.page.click(".tick-actions button[type=submit]")
        official.page.click("main form.together button[type=submit]")
        assert official.page.locator(".ticks").count() == 0
        for path in ("/term-end", "/reminders"):
            official.open(path)
            look(official)
