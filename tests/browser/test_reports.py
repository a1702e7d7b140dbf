"""An official has the county's report made, and takes the PDF along."""

import re

import pytest

from community.access import Role
from tests.browser.conftest import PHONE, WindowOf
from tests.conftest import WorkOff
from tests.reports.conftest import Pdf

pytestmark = pytest.mark.browser


def test_from_the_form_to_the_printed_report(window_of: WindowOf, work_off: WorkOff) -> None:
    """At both widths; the PDF is laid out for real."""
    window = window_of(Role.DISTRICT_OFFICIAL)
    page = window.page
    window.open("/reports")
    page.click("a[href='/reports/new']")
    page.select_option("select[name=code]", "445203")
    page.fill("input[name=as_of]", "2025-12-31")
    page.fill("input[name=known_at]", "yesterday")
    page.click(".submit-row button")
    page.wait_for_selector("#known_at-error")
    window.look(PHONE)
    page.fill("input[name=known_at]", "2026-01-31")
    page.click(".submit-row button")
    page.wait_for_url(re.compile(r"/jobs/\d+$"))
    assert work_off() == 1
    window.open(window.path)
    page.click("a.btn-primary[href^='/reports/']")
    window.look()
    with page.expect_download() as taken:
        page.click("a[href$='/file']")
    assert re.fullmatch(r"445203-2025-12-31-.*zh\.pdf", taken.value.suggested_filename)
    assert "揭东区" in Pdf(taken.value.path()).sheets[0].text
    window.open("/reports")
    window.look(PHONE)
