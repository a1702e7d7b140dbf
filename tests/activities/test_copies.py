"""Records that say the same as others but for the day: who checks is told, and nobody else."""

from datetime import date
from typing import Any, Final

from flask import Flask

from community.access import Role
from community.activities.models import Activity
from community.activities.queries.copies import copies_of, copy_counts
from community.activities.rules import ActivityState, Sheet
from community.kernel.database import session
from tests.activities.records import record
from tests.browser_client import Browser
from tests.conftest import Recording, SignInAs
from tests.world import World

OCTOBER, SPRING = date(2024, 10, 8), date(2025, 3, 4)
LESSON, TRANSFER, VISIT = Sheet.SHARED_TEACHING, Sheet.RESOURCE_TRANSFERS, Sheet.WALKING_TEACHING
# A second record, and whether it says the same as the one of the eighth of October.
CASES: Final[list[tuple[Sheet, dict[str, Any], bool]]] = [
    (LESSON, {}, True),
    (TRANSFER, {}, True),
    (VISIT, {}, False),  # the visits of a timetable are alike by their nature
    (LESSON, {"held_on": OCTOBER}, False),  # a probable double, for which a reason is asked
    (LESSON, {"held_on": date(2023, 10, 8)}, False),  # another school year
    (LESSON, {"details": {"topic": "《春晓》"}}, False),
    (LESSON, {"details": {"grade": "三年级"}}, False),
    (LESSON, {"note": "第二组"}, False),
    (LESSON, {"subject": "mathematics"}, False),
    (LESSON, {"periods_count": 1}, False),
    (LESSON, {"receiver_id": "pivot"}, False),
    (LESSON, {"state": ActivityState.WITHDRAWN}, False),
    (TRANSFER, {"details": {"content": "望远镜"}}, False),
]


def test_what_is_the_same_but_for_the_day(app: Flask, world: World, recording: Recording) -> None:
    for place, (sheet, changes, is_same) in enumerate(CASES):
        own: dict[str, Any] = {"note": f"第{place}例"}
        given = {"held_on": SPRING, **own, **changes}
        if "receiver_id" in given:
            given["receiver_id"] = world.own.pivot_id
        with recording():
            one = record(world.own, OCTOBER, sheet=sheet, **own)
            other = record(world.own, sheet=sheet, **given)
        with app.app_context():
            found = copies_of(session(), session().get_one(Activity, one))
            assert (found is not None) is is_same, changes
            rows = [(one, sheet, OCTOBER), (other, sheet, given["held_on"])]
            counts = copy_counts(session(), rows)
            assert counts.get(one) == (2 if is_same else None), changes


def test_who_checks_is_told_and_nobody_else(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        first = record(world.own, OCTOBER)
        record(world.own, date(2024, 10, 15))
        last = record(world.own, SPRING)

    def reader_as(role: Role) -> Browser:
        browser = sign_in_as(role)
        browser.client.set_cookie("locale", "en")
        return browser

    official, hint = reader_as(Role.DISTRICT_OFFICIAL), "ame but for the day"
    page = official.get(f"/shared-teaching/{last}")
    assert "But for the day this record says the same" in page.text
    assert "; 3 records" in page.text
    assert f"/shared-teaching/{first}" in page.links
    shown = official.get("/activities?school_year=2024-2025")
    assert shown.text.count(hint) == 3
    together = official.get(f"/activities/together/check?record={last}-0&record={first}-0")
    assert together.text.count(hint) == 2
    city = reader_as(Role.CITY_OFFICIAL)
    assert "But for the day" in city.get(f"/shared-teaching/{last}").text
    for role in (Role.LEAD_SCHOOL_ADMINISTRATOR, Role.SCHOOL_CLERK, Role.VIEWER):
        reader = reader_as(role)
        assert "But for the day" not in reader.get(f"/shared-teaching/{last}").text, role
        assert hint not in reader.get("/activities?school_year=2024-2025").text, role
