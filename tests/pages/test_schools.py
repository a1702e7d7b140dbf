"""The list of schools, the page of one, its history, and the list as a file."""

from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.communities.models import Community
from community.communities.rules import MembershipRole
from community.kernel import paging
from community.kernel.database import session
from community.kernel.pinyin import search_key
from community.registry.models import Division, School, SchoolAlias
from community.registry.rules import (
    DesignationKind,
    DivisionKind,
    SchoolType,
    UrbanRuralClass,
)
from tests.browser_client import Page, text_of
from tests.conftest import Recording, SignInAs
from tests.factories import (
    DesignationFactory,
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.pages.conftest import rows
from tests.world import World

KINDERGARTEN = "云路镇竹韵幼儿园"


@pytest.fixture
def kindergarten_id(world: World, recording: Recording) -> int:
    """A closed kindergarten of the own county in no community, with all that filters ask for."""
    with recording():
        county = session().get_one(Division, world.own.county_id)
        township = Division(name="云路镇", kind=DivisionKind.TOWNSHIP, parent_id=county.id)
        session().add(township)
        session().flush()
        school = SchoolFactory.create(
            county=county,
            name=KINDERGARTEN,
            short_name="竹韵园",
            code="1144990002",
            pinyin=search_key(KINDERGARTEN, "竹韵园"),
        )
        SchoolVersionFactory.create(
            school=school,
            type=SchoolType.KINDERGARTEN,
            urban_rural_class=UrbanRuralClass.TOWN_CENTRE,
            township_id=township.id,
            closed_on=date(2025, 7, 31),
        )
        # What held until a day ago is not what the filters ask for.
        SchoolVersionFactory.create(school=school, held_from=date(2999, 1, 1))
        DesignationFactory.create(school=school, kind=DesignationKind.CENTRAL_KINDERGARTEN)
        session().add(SchoolAlias(school_id=school.id, name="育苗园"))
        return int(school.id)


def names(page: Page) -> set[str]:
    """The names in the list of a page."""
    main = page.root.find(".//main")
    assert main is not None
    return {text_of(next(cell.iter("a"))) for cell in main.iter("th") if list(cell.iter("a"))}


def test_one_filter_after_the_other(
    world: World, kindergarten_id: int, sign_in_as: SignInAs
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    assert len(names(official.get("/schools"))) == 7
    for given, is_found in (
        ({"q": "竹韵"}, True),
        ({"q": "1144990002"}, True),
        ({"q": "育苗"}, True),  # an alias
        ({"q": "ylzzyyey"}, True),  # the initials
        ({"q": "Yun Lu Zhen"}, True),  # full pinyin
        ({"q": "100%"}, False),
        ({"type": "kindergarten"}, True),
        ({"type": "primary"}, False),
        ({"area": "town"}, True),
        ({"area": "rural"}, False),
        ({"area": "121"}, True),
        ({"designation": "central_kindergarten"}, True),
        ({"designation": "central_primary"}, False),
        ({"role": "none"}, True),
        ({"role": "any"}, False),
        ({"role": "lead"}, False),
        ({"state": "closed"}, True),
        ({"state": "open"}, False),
        ({"township": "99999"}, False),
        ({"type": "nonsense", "role": "nonsense", "township": "x", "area": "?"}, True),
    ):
        shown = official.get(f"/schools?{urlencode(given)}")
        assert (KINDERGARTEN in names(shown)) is is_found, given


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.SYSTEM_ADMINISTRATOR, "own sibling other elsewhere"),
        (Role.CITY_OFFICIAL, "own sibling other"),
        (Role.DISTRICT_OFFICIAL, "own sibling"),
        (Role.VIEWER, "own sibling"),
        (Role.LEAD_SCHOOL_ADMINISTRATOR, "own"),
        (Role.SCHOOL_CLERK, "own"),
    ],
)
def test_everybody_sees_as_far_as_the_scope_goes(
    app: Flask, world: World, sign_in_as: SignInAs, role: Role, sees: str
) -> None:
    found = names(sign_in_as(role).get("/schools"))
    with app.app_context():
        for place in ("own", "sibling", "other", "elsewhere"):
            lead = session().get_one(School, getattr(world, place).lead_id).name
            assert (lead in found) is (place in sees.split()), place


def test_a_lead_of_another_county_is_seen_by_those_who_work_with_it(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    """The other county's lead leads the own community too, since a year."""
    with recording():
        community = session().get_one(Community, world.own.community_id)
        guest = session().get_one(School, world.other.lead_id)
        stay = MembershipFactory.create(community=community, member=guest)
        MembershipVersionFactory.create(stay=stay, role=MembershipRole.LEAD)
        name = guest.name
    address = f"/schools/{world.other.lead_id}"
    for role in (Role.DISTRICT_OFFICIAL, Role.SCHOOL_CLERK):
        browser = sign_in_as(role)
        assert name in names(browser.get("/schools"))
        page = browser.get(address)
        assert f"{address}/facts" not in page.links, "seen, not edited"
        assert world.other.community_code not in page.links
    sign_in_as(Role.DISTRICT_OFFICIAL).get(f"{address}/facts", 404)


def test_pages_by_key_show_every_school_once(
    world: World, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 4)
    city = sign_in_as(Role.CITY_OFFICIAL)
    page = city.get("/schools?state=open")
    seen = [*rows(page.root)]
    while following := [link for link in page.links if "after=" in link]:
        page = city.get(following[0])
        seen += rows(page.root)
    assert len(seen) == len({line[0] for line in seen}) == 9


def test_the_page_of_a_school(world: World, kindergarten_id: int, sign_in_as: SignInAs) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.get(f"/schools/{kindergarten_id}")
    for text in ("云路镇", "育苗园", "竹韵园", "2025-07-31", "2999-01-01"):
        assert text in page.text
    member = official.get(f"/schools/{world.own.member_id}")
    assert f"/communities/{world.own.community_code}" in member.links
    history = official.get(f"/schools/{world.own.member_id}/history")
    assert "operator" in history.text, "who recorded it"
    viewer = sign_in_as(Role.VIEWER).get(f"/schools/{world.own.member_id}/history")
    assert "entries" not in {element.get("id") for element in viewer.root.iter()}


def test_the_list_as_a_file(world: World, kindergarten_id: int, sign_in_as: SignInAs) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    form = next(
        form for form in official.get("/schools?q=竹韵").forms if form.action.endswith("/export")
    )
    answer = official.client.post(form.action, data={**form.fields, "format": "csv"})
    text = answer.get_data().decode("utf-8-sig")
    assert KINDERGARTEN in text
    assert len(text.strip().splitlines()) == 2, "exactly the rows of the filter"
    refused = official.client.post(form.action, data={**form.fields, "format": "exe"})
    assert refused.status_code == 400


def test_a_school_whose_import_was_undone_is_not_there(
    app: Flask, world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        school = SchoolFactory.create(county_id=world.own.county_id, name="撤销小学")
        SchoolVersionFactory.create(school=school, is_undone=True)
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    assert "撤销小学" not in official.get("/schools").text
    with app.app_context():
        school_id = session().scalars(select(School.id).filter_by(name="撤销小学")).one()
    official.get(f"/schools/{school_id}", 404)
    official.get(f"/schools/{school_id}/facts", 404)
