"""A school sends photographs for a record, and reports many records from one pasted table."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from community.access import Role
from community.kernel.database import session
from community.registry.models import School
from tests.activities.records import record
from tests.browser.conftest import Window, WindowOf
from tests.conftest import Recording
from tests.evidence import files
from tests.world import World

pytestmark = pytest.mark.browser

# A cell's text put on the clipboard as WPS does, and pasted where the cursor is.
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
}"""


@pytest.fixture
def lesson(world: World, recording: Recording) -> int:
    """A lesson that the lead school reported, without evidence."""
    with recording():
        return record(world.own, is_proven=False, reported_by_school_id=world.own.lead_id)


@pytest.fixture
def window(window_of: WindowOf) -> Window:
    """The lead school's administrator's."""
    return window_of(Role.LEAD_SCHOOL_ADMINISTRATOR)


def test_photographs_and_a_table(
    app: Flask, window: Window, world: World, lesson: int, tmp_path: Path
) -> None:
    with app.app_context():
        member = session().get_one(School, world.own.member_id).name
    add_photographs(window, lesson, tmp_path)
    report_table(window, member)


def add_photographs(window: Window, lesson: int, directory: Path) -> None:
    page = window.page
    photograph, sheet = directory / "课堂.jpg", directory / "签到表.pdf"
    photograph.write_bytes(files.with_place())
    sheet.write_bytes(files.pdf())
    drawing = directory / "图.svg"
    drawing.write_bytes(files.DRAWING)
    window.open(f"/activities/{lesson}/evidence")
    window.look()

    # A bad network: the file stays, and goes when it is asked to.
    page.route("**/evidence", lambda route: route.abort(), times=1)
    page.set_input_files("[data-upload-files]", [photograph])
    again = page.locator(".upload-fault + button")
    again.click()
    page.wait_for_selector(".upload-item img")
    page.set_input_files("[data-upload-files]", [sheet, drawing])
    page.wait_for_selector(".upload-item:nth-child(3) .upload-fault")
    assert page.locator(".upload-keep input").count() == 2
    assert page.locator("progress").count() == 0
    window.look()
    page.locator(".upload-item:nth-child(3) button").click()
    page.locator(".upload-item input.form-control").first.fill("两校学生同上一课")
    page.click("main form .submit-row button")
    page.wait_for_selector(".evidence-files")
    assert "两校学生同上一课" in page.inner_text("main")
    expect(page.locator(".evidence-picture img")).to_have_js_property("naturalWidth", 320)
    window.look()
    # The picture opens by itself, and runs nothing: even the browser's own style for it.
    window.open(f"/activities/{lesson}/evidence/1")
    expected = ("ERR_FAILED", "inline style")
    window.complaints = [
        one for one in window.complaints if not any(words in one for words in expected)
    ]


def cell(page: Page, row: int, label: str) -> Any:
    """A cell of the table by its row and column."""
    at = page.locator(".grid-table thead th").all_inner_texts()
    index = next(i for i, text in enumerate(at) if text.startswith(label))
    return page.locator(f".grid-table tbody tr:nth-child({row}) input").nth(index)


def report_table(window: Window, member: str) -> None:
    page = window.page
    window.open("/activities/grid")
    window.look()
    page.locator(".grid-table tbody input").first.focus()
    lines = [
        "日期\t类别\t方式\t学科\t课时\t接收校\t备注",
        f'2024.10.9\t同步课堂\t线上\t语文\t2\t{member}\t"第一行\n第二行"',
        f"2024.10.10\t同步课堂\t线上\t奥数\t2\t{member}\t",
    ]
    page.evaluate(PASTE, "\n".join(lines))
    assert cell(page, 1, "接收校").input_value() == member
    # It saves itself, and is there again when the page is opened anew, here or elsewhere.
    page.wait_for_selector("[data-saved]:has-text('已保存')")
    window.open("/activities/grid")
    assert cell(page, 1, "接收校").input_value() == member
    assert cell(page, 2, "学科").input_value() == "奥数"
    # The arrow keys move from cell to cell.
    cell(page, 1, "日期").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "同步课堂"
    # Ctrl+D takes over what stands above.
    cell(page, 3, "日期").focus()
    page.keyboard.press("Control+d")
    assert cell(page, 3, "日期").input_value() == "2024.10.10"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.click("#grid-form .submit-row button")
    page.wait_for_selector("[data-grid-summary]:not([hidden])")
    faulty = page.locator("[aria-invalid]")
    assert faulty.count() == 1
    assert faulty.input_value() == "奥数"
    window.look()
    page.locator("[data-grid-summary] a").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("数学")
    assert page.locator("[aria-invalid]").count() == 0
    page.click("#grid-form .submit-row button")
    page.wait_for_url("**/activities?community=JD-01")
    assert "2024-10-10" in page.inner_text("main")
