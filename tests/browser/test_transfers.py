"""Something is lent in two lines, arrives with a gap, and goes back: desk and telephone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from community.access import Role
from config import Config
from scripts.serving import serving
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import WorkOff, signed_in
from tests.world import World

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Schools:
    """The windows of the school that lends and of the one that borrows."""

    owner: Window
    borrower: Window


@pytest.fixture
def schools(app: Flask, config: Config, world: World, chromium: Browser) -> Iterator[Schools]:
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    contexts: list[BrowserContext] = []
    with serving(config.data_dir, **settings) as address:

        def window(role: Role) -> Window:
            cookie = signed_in(app, world.account_ids[role]).client.get_cookie("session")
            assert cookie is not None
            context = chromium.new_context(locale="zh-CN")
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
            contexts.append(context)
            return Window(context.new_page(), address)

        yield Schools(window(Role.LEAD_SCHOOL_ADMINISTRATOR), window(Role.SCHOOL_CLERK))
        for context in contexts:
            context.close()


def look(window: Window) -> None:
    """The page as it stands, at both widths."""
    window.page.wait_for_load_state()
    for size in (DESK, PHONE):
        window.resize(size)
        window.check_width()
        # The bar of buttons stays in sight and covers what lies below it: then look from the end.
        end = "document.querySelector('.action-bar') ? document.body.scrollHeight : 0"
        window.page.evaluate(f"scrollTo(0, {end})")
        window.check_accessibility()


def report(window: Window, receiver_id: int) -> str:
    """Log a loan of two lines; the page of its record."""
    page = window.page
    window.open("/resource-transfers/new")
    page.fill("[name=held_on]", "2024-10-08")
    page.check("[name=kind][value=teaching_equipment]", force=True)
    page.click(f"label[for='receivers-{receiver_id}']")
    page.fill("[name=lines-0-content]", "显微镜")
    page.fill("[name=lines-0-quantity]", "5台")
    assert not page.is_visible("[name=lines-0-due_on]"), "nothing is lent yet"
    page.click("label[for='lines-0-is_loan']")
    page.fill("[name=lines-0-due_on]", "2025-06-30")
    page.click("[data-add]")
    page.fill("[name=lines-1-content]", "实验材料")
    page.fill("[name=lines-1-quantity]", "二十")
    page.fill("[name=lines-1-unit]", "套")
    page.fill("[name=references]", "档001")
    page.click(".action-bar [value=check]")
    assert page.locator("#lines-1-quantity[aria-invalid]").count() == 1
    look(window)
    page.fill("[name=lines-1-quantity]", "20")
    page.click(".action-bar [value=check]")
    assert window.path.endswith("/check")
    look(window)
    page.click("form.form button[type=submit]")
    return window.path


def test_a_loan_there_and_back(schools: Schools, world: World, work_off: WorkOff) -> None:
    owner, borrower = schools.owner, schools.borrower
    record = report(owner, world.own.member_id)

    page = borrower.page
    number = record.rsplit("/", 1)[1]
    borrower.open(f"/activities/together/confirm?record={number}-{world.own.member_id}")
    look(borrower)
    page.click(f"main a[href$='/activities/{number}/confirm']")
    page.fill("[name=lines-1-quantity]", "18")
    page.click("main form.form button[type=submit]")
    assert page.locator("[name=lines-1-reason][aria-invalid]").count() == 1
    look(borrower)
    page.fill("[name=lines-1-reason]", "运输途中损坏两套")
    page.click("main form.form button[type=submit]")
    assert borrower.path == record
    assert "运输途中损坏两套" in page.inner_text("#main")
    look(borrower)

    borrower.open("/waiting/loans_to_give_back")
    page.click(f"main a[href$='{record}']")
    page.click(f"main a[href$='{record}/returns']")
    look(borrower)
    page.fill("[name=quantity]", "5")
    page.click("main form.form button[type=submit]")
    assert borrower.path == record

    page = owner.page
    owner.open("/resource-transfers/loans?state=overdue")
    look(owner)
    owner.open("/waiting/loan_returns")
    page.click(f"main a[href*='{record}/returns/']")
    look(owner)
    page.click("main form[action$='/confirm'] button[type=submit]")
    assert owner.path == record
    for address in (
        "/resource-transfers/holdings?community=JD-01&as_of=2024-12-31",
        "/resource-transfers/flows?community=JD-01&as_of=2024-12-31",
    ):
        owner.open(address)
        look(owner)

    owner.open(record)
    page.click("main form[action$='/slip'] button[type=submit]")
    assert work_off() == 1
    page.wait_for_load_state()
    page.reload()
    with page.expect_download() as waiting:
        page.click("main a[href$='/file']")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    owner.check_quiet()
    borrower.check_quiet()
