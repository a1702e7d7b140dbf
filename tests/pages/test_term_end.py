"""The closing list of a term: what is open, and who owes it."""

import csv
import io
from datetime import date

import pytest
from flask import Flask

from community.access import Role
from community.activities import services
from community.activities.rules import Move, Sheet
from tests.activities.office import Office
from tests.activities.records import record
from tests.browser_client import Page
from tests.conftest import Recording, SignInAs
from tests.factories import CharterFactory, CharterVersionFactory
from tests.pages.conftest import rows, section, statements
from tests.world import World

CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL


@pytest.fixture
def ids(world: World, recording: Recording, app: Flask) -> None:
    """Of the second term: an open record, a returned one, a loan; of the first one: another."""
    own = world.own
    with recording():
        record(own, date(2025, 3, 4), is_confirmed=False)
        wrong = record(own, date(2025, 3, 5), is_confirmed=False)
        record(own, date(2024, 10, 8), is_confirmed=False)
        record(world.sibling, date(2025, 3, 6), is_confirmed=False)
        record(world.other, date(2025, 3, 6), is_confirmed=False)
        record(
            own,
            date(2025, 3, 7),
            sheet=Sheet.RESOURCE_TRANSFERS,
            subject=None,
            details={"is_loan": True, "due_on": date(2025, 4, 1)},
        )
        charter = CharterFactory.create(
            community=None, community_id=own.community_id, county_id=own.county_id
        )
        CharterVersionFactory.create(of=charter)
    Office(app, world).do(CLERK, services.decide, wrong, Move.RETURN, "日期不符")


def open_kinds(page: Page) -> dict[str, int]:
    parts = [str(e.get("aria-labelledby")) for e in page.root.iter("section")]
    names = [name for name in parts if name.startswith("open-")]
    return {name.removeprefix("open-"): len(rows(section(page, name))) for name in names}


def test_what_a_term_leaves_open(ids: None, world: World, sign_in_as: SignInAs) -> None:
    official = sign_in_as(OFFICIAL)
    second = open_kinds(official.get("/term-end"))
    assert second.items() >= {"unconfirmed": 2, "returned": 1, "unreturned": 1}.items()
    assert second["unsigned"] >= 3  # each school of the own community
    assert second["unreviewed"] >= 1
    clerk = sign_in_as(CLERK).get("/term-end")
    assert open_kinds(clerk)["unconfirmed"] == 1
    page = official.get("/term-end")
    options = list(page.root.iter("option"))
    first = str(options[1].get("value"))
    earlier = open_kinds(official.get(f"/term-end?term={first}"))
    assert earlier["unconfirmed"] == 1
    assert "returned" not in earlier
    official.get("/term-end?county=445281", 404)
    city = sign_in_as(Role.CITY_OFFICIAL).get("/term-end?county=445281")
    chosen = [o.get("value") for o in city.root.iter("option") if o.get("selected") is not None]
    assert "445281" in chosen  # a city chooses between its counties
    assert "445281" not in {o.get("value") for o in options}


def test_it_is_taken_along(ids: None, sign_in_as: SignInAs) -> None:
    official = sign_in_as(OFFICIAL)
    page = official.get("/term-end")
    answer = official.submit(page, "/term-end/export", format="csv").response
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    taken = list(csv.reader(io.StringIO(text, newline="")))
    assert len(taken) - 1 == sum(open_kinds(page).values())


def test_what_it_costs(
    ids: None, world: World, recording: Recording, sign_in_as: SignInAs, app: Flask
) -> None:
    official = sign_in_as(OFFICIAL)

    def asked() -> int:
        with statements(app) as sent:
            official.get("/term-end")
        return len(sent)

    few = asked()
    with recording():
        for day in range(1, 29):
            record(world.own, date(2025, 5, day), is_confirmed=False)
    assert asked() == few <= 36
