"""An official finds a record, disallows it, takes that back, and takes the list along."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
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
from tests.world import World

pytestmark = pytest.mark.browser

LIST = "/activities?school_year=2024-2025&month=11&counts=counted"


@pytest.fixture
def window(
    app: Flask, config: Config, world: World, recording: Recording, chromium: Browser
) -> Iterator[Window]:
    """A district official before a server with three records of November."""
    with recording():
        for day in (5, 6, 7):
            record(world.own, date(2024, 11, day))
    official = signed_in(app, world.account_ids[Role.DISTRICT_OFFICIAL])
    cookie = official.client.get_cookie("session")
    assert cookie is not None
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with serving(config.data_dir, **settings) as address:
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


def test_from_the_list_to_a_decision_and_back(window: Window) -> None:
    page = window.page
    window.open(LIST)
    look(window)
    rows = page.locator("main table.data-table").first.locator("tbody tr")
    count = rows.count()
    export = page.locator("form.export button[value=csv]")
    with page.expect_download() as waiting:
        export.click()
    taken = Path(waiting.value.path()).read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(taken)))) - 1 == count
    rows.first.locator("th a").click()
    record = window.path
    look(window)

    page.click(f"main a[href$='/activities/{record.rsplit('/', 1)[1]}/disallow']")
    page.click("main form button[type=submit]")
    assert page.locator("#reason-error").count() == 1
    look(window)
    page.fill("#reason", "当天学校放假，无人到场")
    page.click("main form button[type=submit]")
    assert window.path == record
    assert "当天学校放假，无人到场" in page.inner_text("main")
    look(window)
    window.open(LIST)
    assert rows.count() == count - 1

    window.open(record)
    page.click("main .actions a.btn >> nth=0")
    page.click("main form button[type=submit]")
    assert window.path == record
    window.open(LIST)
    assert rows.count() == count
