"""From a figure down to its records, what is missing, what moved: on a desk and on a phone."""

import pytest

from tests.browser.conftest import OpenWindow

pytestmark = pytest.mark.browser

AT = "as_of=2025-12-31&known_at=2026-01-31T00:00"
RECORDS = {"shared-teaching", "walking-teaching", "resource-transfers"}
PAGES = [
    f"/communities/JD-05/records?{AT}&reason=not_confirmed",
    f"/regions/445203/coverage?{AT}",
    f"/regions/445203/missing?{AT}",
    f"/regions/445203/compare?from_as_of=2025-12-31&from_known_at=2026-01-01T00:00&{AT}",
    f"/communities/JD-05/criteria/S1?{AT}",
    "/regions/445203/compare?from_as_of=soon",
]


def test_an_official_follows_a_figure(open_window: OpenWindow, demo_password: str) -> None:
    with open_window() as window:
        window.sign_in("jiedong.official", demo_password)
        page = window.page
        window.open(f"/regions/445203?{AT}")
        page.locator("section.answer dl.stats a").first.click()
        assert window.path == "/regions/445203/records"
        page.locator("table tbody td a").first.click()
        assert window.path.split("/")[1] in RECORDS
        window.open(f"/regions/445203?{AT}")
        page.get_by_role("link", name="存在问题及责任单位").or_(
            page.locator("a[href*='/missing?']")
        ).first.click()
        assert window.path == "/regions/445203/missing"
        with page.expect_download() as taken:
            page.click("button[name=format][value=xlsx]")
        assert taken.value.suggested_filename.endswith(".xlsx")
        window.open(f"/regions/445203/compare?{AT}")
        page.locator("details summary").first.click()
        page.fill("input[name=from_as_of]", "2025-12-31")
        page.fill("input[name=from_known_at]", "2026-01-31T00:00")
        page.click("form.pair button[type=submit]")
        assert page.locator("div.empty").count() == 1, "nothing moved"
        window.check_quiet()


def test_the_pages_fit_and_can_be_read_by_everybody(
    open_window: OpenWindow, demo_password: str
) -> None:
    with open_window() as window:
        window.sign_in("jiedong.official", demo_password)
        for address in PAGES:
            window.open(address, 422 if "soon" in address else 200)
            window.look()
        window.check_quiet()
