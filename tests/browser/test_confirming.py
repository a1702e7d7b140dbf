"""What the lead school reported waits at the member's home, is confirmed there, checked by the
district, and the number of counted records on the county's page moves."""

from datetime import date

import pytest

from community.access import Role
from tests.activities.records import record
from tests.browser.conftest import Window, WindowOf
from tests.conftest import Recording
from tests.factories import SchoolYearFactory
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def waiting(world: World, recording: Recording) -> None:
    """Two records wait for the rural member."""
    with recording():
        SchoolYearFactory.create(
            name="2025-2026", starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31)
        )
        for day in (5, 6):
            record(world.own, date(2025, 9, day), is_confirmed=False)


def counted(window: Window, world: World) -> int:
    """How many records of the year count, as the county's page says."""
    own = world.own
    window.open(f"/regions/{own.county_code}/records?level=counted&school_year=2025-2026")
    return window.page.locator("main tbody tr").count()


@pytest.mark.usefixtures("waiting")
def test_from_the_to_do_list_to_the_count_of_the_county(world: World, window_of: WindowOf) -> None:
    official, clerk = window_of(Role.DISTRICT_OFFICIAL), window_of(Role.SCHOOL_CLERK)
    assert counted(official, world) == 0
    page = clerk.page
    clerk.open("/")
    clerk.look()
    page.click("[data-tick-all]")
    page.click(".tick-actions button[type=submit]")
    assert page.locator("main tbody tr").count() == 2
    clerk.look()
    page.click("main form.together button[type=submit]")
    assert clerk.path == "/"
    assert page.locator(".ticks").count() == 0
    for path in ("/confirmation-sheets", f"/schools/{world.own.member_id}/deputies"):
        clerk.open(path)
        clerk.look()

    assert counted(official, world) == 2
    official.open("/")
    official.look()
    official.page.click("[data-tick-all]")
    official.page.click(".tick-actions button[type=submit]")
    official.page.click("main form.together button[type=submit]")
    assert official.page.locator(".ticks").count() == 0
    for path in ("/term-end", "/reminders"):
        official.open(path)
        official.look()
