"""An official finds a record, disallows it, takes that back, and takes the list along."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from community.access import Role
from tests.activities.records import record
from tests.browser.conftest import Window, WindowOf
from tests.conftest import Recording
from tests.world import World

pytestmark = pytest.mark.browser

LIST = "/activities?school_year=2024-2025&month=11&counts=counted"


@pytest.fixture
def window(world: World, recording: Recording, window_of: WindowOf) -> Window:
    """A district official's, with three records of November."""
    with recording():
        for day in (5, 6, 7):
            record(world.own, date(2024, 11, day))
    return window_of(Role.DISTRICT_OFFICIAL)


def test_from_the_list_to_a_decision_and_back(window: Window) -> None:
    page = window.page
    window.open(LIST)
    window.look()
    rows = page.locator("main table.data-table").first.locator("tbody tr")
    count = rows.count()
    export = page.locator("form.export button[value=csv]")
    with page.expect_download() as waiting:
        export.click()
    taken = Path(waiting.value.path()).read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(taken)))) - 1 == count
    rows.first.locator("th a").click()
    record = window.path
    window.look()

    page.click(f"main a[href$='/activities/{record.rsplit('/', 1)[1]}/disallow']")
    page.click("main form button[type=submit]")
    assert page.locator("#reason-error").count() == 1
    window.look()
    page.fill("#reason", "当天学校放假，无人到场")
    page.click("main form button[type=submit]")
    assert window.path == record
    assert "当天学校放假，无人到场" in page.inner_text("main")
    window.look()
    window.open(LIST)
    assert rows.count() == count - 1

    window.open(record)
    page.click("main .actions a.btn >> nth=0")
    page.click("main form button[type=submit]")
    assert window.path == record
    window.open(LIST)
    assert rows.count() == count
