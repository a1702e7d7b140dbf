"""Home is the list of what is to do: for whom what waits, since when and why, and what it costs."""

from datetime import date
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from community.access import Role
from community.activities import services
from community.activities.models import SavedEntry
from community.activities.rules import Move, Sheet
from community.kernel import clock
from community.kernel.database import session
from tests.activities.office import Office
from tests.activities.records import record
from tests.browser_client import Page, text_of
from tests.conftest import Recording, SignInAs
from tests.pages.conftest import rows, section
from tests.world import World

CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL
THIS_YEAR = date(clock.today().year - 1, 11, 5)


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


def waiting(page: Page) -> dict[str, list[str]]:
    """What waits, by kind: the first days of the rows."""
    found = {}
    for part in page.root.iter("section"):
        name = part.get("aria-labelledby") or ""
        if name.startswith("waiting-"):
            found[name.removeprefix("waiting-")] = [day_of(row) for row in table_rows(part)]
    return found


def table_rows(part: Element) -> list[Element]:
    return [row for body in part.iter("tbody") for row in body]


def day_of(row: Element) -> str:
    return text_of(row.find("th"))


def pill(page: Page) -> str:
    """The number beside the first entry of the menu."""
    link = next(a for a in page.root.iter("a") if a.get("class") == "side-link")
    pills = [span for span in link.iter("span") if span.get("class") == "pill"]
    return (pills[0].text or "").strip() if pills else ""


def test_each_role_sees_what_waits_for_it(
    world: World, office: Office, recording: Recording, sign_in_as: SignInAs
) -> None:
    own = world.own
    with recording():
        open_one = record(own, THIS_YEAR.replace(day=7), is_confirmed=False)
        record(own, THIS_YEAR, is_confirmed=False)
        record(own, THIS_YEAR.replace(day=9), recorded_at=clock.now())
        wrong = record(own, THIS_YEAR.replace(day=3), is_confirmed=False)
        record(world.sibling, THIS_YEAR, is_confirmed=False, recorded_at=clock.now())
        record(world.other, THIS_YEAR, is_confirmed=False)
        session().add(
            SavedEntry(
                form_key="2b1f3c9e-0000-4000-8000-000000000001",
                account_id=world.account_ids[LEAD],
                sheet=Sheet.SHARED_TEACHING,
                community_id=own.community_id,
                fields={},
                saved_at=clock.now(),
                saved_from="x",
            )
        )
    office.do(CLERK, services.decide, wrong, Move.RETURN, "日期不符")
    days = [THIS_YEAR.isoformat(), THIS_YEAR.replace(day=7).isoformat()]
    homes = {role: sign_in_as(role).get("/") for role in Role}
    found = {role: waiting(page) for role, page in homes.items()}
    assert found == {
        CLERK: {"to_confirm": days},
        LEAD: {
            "returned": [THIS_YEAR.replace(day=3).isoformat()],
            "drafts": [clock.today().isoformat()],
        },
        OFFICIAL: {"to_check": [THIS_YEAR.replace(day=9).isoformat()], "on_behalf": days},
        Role.CITY_OFFICIAL: {},
        Role.SYSTEM_ADMINISTRATOR: {},
        Role.VIEWER: {},
    }
    assert [pill(homes[role]) for role in (CLERK, LEAD, OFFICIAL, Role.VIEWER)] == [
        "2",
        "2",
        "3",
        "",
    ]
    assert "日期不符" in homes[LEAD].text
    office.do(CLERK, services.confirm, open_one, own.member_id)
    after = sign_in_as(CLERK).get("/account")
    assert pill(after) == "1"


def test_a_deputy_finds_the_other_school_s_things_too(
    world: World, office: Office, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        record(world.own, THIS_YEAR, is_confirmed=False)
    pivot = office.clerk_of(world.own.pivot_id)
    assert waiting(sign_in_as(pivot).get("/")) == {}
    office.deputise(pivot, world.own.member_id)
    assert waiting(sign_in_as(pivot).get("/")) == {"to_confirm": [THIS_YEAR.isoformat()]}


def test_home_says_how_the_place_stands(world: World, sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(CLERK).get("/")
    assert world.own.community_code in text_of(section(clerk, "communities"))
    official = sign_in_as(OFFICIAL).get("/")
    assert f"/regions/{world.own.county_code}" in official.links
    assert "揭东区" in text_of(section(official, "place"))
    assert "揭阳市" in sign_in_as(Role.SYSTEM_ADMINISTRATOR).get("/").text


def test_who_enters_activities_finds_the_buttons(world: World, sign_in_as: SignInAs) -> None:
    for role, count in ((LEAD, 3), (CLERK, 3), (OFFICIAL, 0), (Role.VIEWER, 0)):
        page = sign_in_as(role).get("/")
        head = next(e for e in page.root.iter("div") if e.get("class") == "actions")
        assert sum(str(a.get("href")).endswith("/new") for a in head.iter("a")) == count, role


def test_the_whole_list_goes_on_by_key(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        for day in range(1, 29):
            for _ in range(2):
                record(world.own, THIS_YEAR.replace(day=day), is_confirmed=False)
    clerk = sign_in_as(CLERK)
    home = clerk.get("/")
    assert len(waiting(home)["to_confirm"]) == 5
    assert "/waiting/to_confirm" in home.links
    first = clerk.get("/waiting/to_confirm")
    (link,) = [link for link in first.links if "after=" in link]
    second = clerk.get(link)
    days = [day_of(row) for page in (first, second) for row in table_rows(page.root)]
    assert len(days) == 56
    assert days == sorted(days)
    for address in ("/waiting/to_check", "/waiting/nonsense"):
        clerk.get(address, 404)


def test_more_than_ninety_nine_are_not_counted(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        for _ in range(101):
            record(world.own, THIS_YEAR, is_confirmed=False, is_proven=False)
    assert pill(sign_in_as(CLERK).get("/account")) == "99+"


def test_the_rows_of_a_section_are_rows(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        record(world.own, THIS_YEAR, is_confirmed=False, details={"topic": "荷塘月色"})
    found = rows(section(sign_in_as(CLERK).get("/"), "waiting-to_confirm"))
    assert "荷塘月色" in found[0][2]
