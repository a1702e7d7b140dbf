"""A district official keeps the register of schools, on a desk and on a phone."""

import pytest

from community.access import Role
from tests.browser.conftest import PHONE, Window, WindowOf

pytestmark = pytest.mark.browser


@pytest.fixture
def window(window_of: WindowOf) -> Window:
    """The district official's."""
    return window_of(Role.DISTRICT_OFFICIAL)


def save(window: Window) -> None:
    window.page.click("form.form button[type=submit]")


def test_a_school_from_its_entry_to_its_end(window: Window) -> None:
    page = window.page
    window.open("/schools")
    window.look()
    page.click("a[href^='/schools/new']")
    page.fill("[name=name]", "云路镇新建小学")
    save(window)  # without its type
    assert page.input_value("[name=name]") == "云路镇新建小学", "nothing typed is lost"
    window.look()
    page.select_option("[name=type]", "primary")
    save(window)
    address = window.path
    window.look()

    window.open(f"{address}/facts")
    window.look()
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
    window.look()
    window.open(f"{address}/name")
    page.fill("[name=name]", "云路镇第二小学")
    save(window)
    window.open("/schools?q=云路镇新建小学")
    assert "云路镇第二小学" in page.inner_text("main"), "found by its former name"
    for form in ("designations", "figures", "urban", "closure", "legal-school"):
        window.open(f"{address}/{form}")
        window.look(PHONE)


def test_a_school_district(window: Window) -> None:
    page = window.page
    window.open("/school-districts/new")
    page.fill("[name=name]", "东部学区")
    page.fill("[name=founded_on]", "2024-09-01")
    window.look()
    save(window)
    window.look()
    window.open("/school-districts")
    assert "东部学区" in page.inner_text("main")
    window.look(PHONE)
    window.open("/divisions/445203")
    window.look(PHONE)
