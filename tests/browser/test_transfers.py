"""Something is lent in two lines, arrives with a gap, and goes back: desk and telephone."""

from pathlib import Path

import pytest

from community.access import Role
from tests.browser.conftest import Window, WindowOf
from tests.conftest import WorkOff
from tests.world import World

pytestmark = pytest.mark.browser


def report(window: Window, receiver_id: int) -> str:
    """Log a loan of two lines; the page of its record."""
    page = window.page
    window.open("/resource-transfers/new")
    page.fill("[name=held_on]", "2024-10-08")
    page.click("[name=kind][value=teaching_equipment] + label")
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
    window.look()
    page.fill("[name=lines-1-quantity]", "20")
    page.click(".action-bar [value=check]")
    assert window.path.endswith("/check")
    window.look()
    page.click("form.form button[type=submit]")
    return window.path


def test_a_loan_there_and_back(world: World, window_of: WindowOf, work_off: WorkOff) -> None:
    owner, borrower = window_of(Role.LEAD_SCHOOL_ADMINISTRATOR), window_of(Role.SCHOOL_CLERK)
    record = report(owner, world.own.member_id)

    page = borrower.page
    number = record.rsplit("/", 1)[1]
    for locale in ("en", "zh"):
        borrower.speak(locale)
        borrower.open(f"/activities/together/confirm?record={number}-{world.own.member_id}")
        borrower.look()
    page.click(f"main a[href$='/activities/{number}/confirm']")
    page.fill("[name=lines-1-quantity]", "18")
    page.click("main form.form button[type=submit]")
    assert page.locator("[name=lines-1-reason][aria-invalid]").count() == 1
    borrower.look()
    page.fill("[name=lines-1-reason]", "运输途中损坏两套")
    page.click("main form.form button[type=submit]")
    assert borrower.path == record
    assert "运输途中损坏两套" in page.inner_text("#main")
    borrower.look()

    borrower.open("/waiting/loans_to_give_back")
    page.click(f"main a[href$='{record}']")
    page.click(f"main a[href$='{record}/returns']")
    borrower.look()
    page.fill("[name=quantity]", "5")
    page.click("main form.form button[type=submit]")
    assert borrower.path == record

    page = owner.page
    owner.open("/resource-transfers/loans?state=overdue")
    owner.look()
    owner.open("/waiting/loan_returns")
    page.click(f"main a[href*='{record}/returns/']")
    owner.look()
    page.click("main form[action$='/confirm'] button[type=submit]")
    assert owner.path == record
    for address in (
        "/resource-transfers/holdings?community=JD-01&as_of=2024-12-31",
        "/resource-transfers/flows?community=JD-01&as_of=2024-12-31",
    ):
        owner.open(address)
        owner.look()

    owner.open(record)
    page.click("main form[action$='/slip'] button[type=submit]")
    assert work_off() == 1
    page.wait_for_load_state()
    page.reload()
    with page.expect_download() as waiting:
        page.click("main a[href$='/file']")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
