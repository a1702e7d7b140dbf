"""A lead school plans who teaches where every week and reports a week, on a desk and a phone."""

import pytest

from community.access import Role
from tests.browser.conftest import PHONE, Window, WindowOf
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def window(window_of: WindowOf) -> Window:
    """The lead school's administrator's."""
    return window_of(Role.LEAD_SCHOOL_ADMINISTRATOR)


def save(window: Window) -> None:
    window.page.click(".action-bar [type=submit], #main form[method=post] button[type=submit]")


def test_from_an_arrangement_to_a_reported_week(window: Window, world: World) -> None:
    page = window.page
    window.open("/walking-teaching/arrangements")
    window.look()
    page.click("a[href='/walking-teaching/arrangements/new']")
    page.fill("[name=teacher_name]", "陈静")
    wanted = page.text_content(f"[name=receiver] option[value='{world.own.member_id}']") or ""
    page.fill("#receiver", wanted[1:])
    window.look()  # the list of the schools that fit is open
    page.press("#receiver", "Enter")
    assert page.input_value("#receiver") == wanted
    page.select_option("[name=subject]", "music")
    page.select_option("[name=term]", index=1)  # the first term, of which all days are over
    lines = (("1", "第2-3节", "08:50", "10:20"), ("3", "下午第1节", "14:30", "15:10"))
    for number, (weekday, lessons, begins, ends) in enumerate(lines):
        if number:
            page.click("[data-add-slot]")
            assert page.input_value("[name=slots-1-lessons]") == lines[0][1], "as the line before"
        page.select_option(f"[name=slots-{number}-weekday]", weekday)
        page.fill(f"[name=slots-{number}-lessons]", lessons)
        page.fill(f"[name=slots-{number}-starts_at]", begins)
        page.fill(f"[name=slots-{number}-ends_at]", ends)
    save(window)  # without the staff number
    assert page.input_value("[name=slots-1-lessons]") == "下午第1节", "nothing typed is lost"
    window.look()
    page.fill("[name=staff_number]", "JD0801")
    save(window)

    assert window.path.endswith("/plan")
    assert "2024-10-01" in page.inner_text("#main"), "National Day is left out"
    window.look()
    save(window)
    assert "2024-10-15" in page.inner_text("#visits >> xpath=../..")
    window.look()

    window.open("/walking-teaching/weeks?week=2024-10-15")
    assert "08:50–10:20" in page.inner_text(".week-grid")
    window.look()
    page.click("a[href^='/walking-teaching/taught']")
    window.look()
    save(window)
    assert window.path == "/walking-teaching/weeks"
    assert page.locator(".week-grid .visit.is-taught").count() == 2
    window.resize(PHONE)
    assert page.locator(".week-days .visit.is-taught").first.is_visible()
    assert not page.locator(".week-grid").is_visible()

    window.open("/account/calendar")
    page.click("form[action='/account/calendar'] button")
    window.look()
    assert page.input_value("#calendar-address").endswith(".ics")
