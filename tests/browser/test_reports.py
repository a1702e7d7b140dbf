"""An official has the county's report made, and takes the PDF along."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from community.access import Role
from config import Config
from scripts.serving import serving
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import WorkOff, signed_in
from tests.reports.conftest import Pdf
from tests.world import World

pytestmark = pytest.mark.browser


def look(window: Window, *sizes: dict[str, int]) -> None:
    """Nothing is cut off, and everybody can read it; the tab is a desk's again afterwards."""
    for size in sizes:
        window.resize(size)
        window.check_width()
        window.check_accessibility()
    window.resize(DESK)


def test_from_the_form_to_the_printed_report(
    app: Flask, config: Config, world: World, work_off: WorkOff, chromium: Browser
) -> None:
    """At both widths; the PDF is laid out for real."""
    cookie = signed_in(app, world.account_ids[Role.DISTRICT_OFFICIAL]).client.get_cookie("session")
    assert cookie is not None
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with (
        serving(config.data_dir, **settings) as address,
        chromium.new_context(locale="zh-CN") as context,
    ):
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        window = Window(context.new_page(), address)
        window.resize(DESK)
        page = window.page
        window.open("/reports")
        page.click("a[href='/reports/new']")
        page.select_option("select[name=code]", "445203")
        page.fill("input[name=as_of]", "2025-12-31")
        page.fill("input[name=known_at]", "yesterday")
        page.click(".submit-row button")
        page.wait_for_selector("#known_at-error")
        look(window, PHONE)
        page.fill("input[name=known_at]", "2026-01-31")
        page.click(".submit-row button")
        page.wait_for_url(re.compile(r"/jobs/\d+$"))
        assert work_off() == 1
        window.open(window.path)
        page.click("a.btn-primary[href^='/reports/']")
        look(window, PHONE, DESK)
        with page.expect_download() as taken:
            page.click("a[href$='/file']")
        assert re.fullmatch(r"445203-2025-12-31-.*zh\.pdf", taken.value.suggested_filename)
        assert "揭东区" in Pdf(taken.value.path()).sheets[0].text
        window.open("/reports")
        look(window, PHONE)
        window.check_quiet()
