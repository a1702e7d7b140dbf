"""The registers as people fill them in."""

import pytest
from flask import Flask

from community.access import Role
from community.kernel.database import session
from community.registry.models import Division, School
from community.registry.rules import DivisionKind
from tests.browser_client import Browser, Page, text_of
from tests.conftest import Recording, SignInAs
from tests.factories import SchoolDistrictFactory, SchoolDistrictVersionFactory
from tests.world import World

HOSTILE = "<script>alert(1)</script>{{7*7}}%s%(name)s&lt;\x00"


@pytest.fixture
def official(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.DISTRICT_OFFICIAL)


def fields_of(page: Page, name: str) -> dict[str, object]:
    """What the form of a page that has this field holds."""
    return dict(next(form.fields for form in page.forms if name in form.fields))


def test_a_school_from_its_entry_to_its_end(
    app: Flask, world: World, official: Browser, recording: Recording
) -> None:
    form = fields_of(official.get("/schools/new"), "form_key")
    typed = {**form, "name": "云路镇新建小学", "type": "primary", "code": "1144123456"}
    refused = official.post(f"/schools/new/{world.own.county_id}", typed, 422)
    kept = fields_of(refused, "form_key")
    assert {**kept, "csrf_token": ""} == {**typed, "csrf_token": ""}, "nothing typed is lost"
    typed["code"] = "2144123456"
    official.post(f"/schools/new/{world.own.county_id}", typed)
    address = official.post(f"/schools/new/{world.own.county_id}", typed).address
    with app.app_context():
        assert session().query(School).filter_by(code="2144123456").count() == 1

    facts = fields_of(official.get(f"{address}/facts"), "holds_from")
    official.post(f"{address}/facts", {**facts, "holds_from": "2999-01-01", "type": ""}, 422)
    official.post(
        f"{address}/facts",
        {**facts, "urban_rural_class": "111", "is_good": "yes", "holds_from": "2025-03-01"},
    )
    assert "2025-03-01" in official.get(f"{address}/history").text
    stale = official.post(f"{address}/facts", {**facts, "head_name": "我的写法"}, 409)
    assert "我的写法" in stale.text
    assert "111" in stale.text
    official.post(f"{address}/facts", fields_of(stale, "holds_from"))

    name = fields_of(official.get(f"{address}/name"), "short_name")
    official.post(f"{address}/name", {**name, "name": "云路镇第二小学"})
    official.post(f"{address}/aliases", {**name, "alias": "二小"})
    found = official.get("/schools?q=云路镇新建小学")
    assert "云路镇第二小学" in found.text, "by its former name"

    token = {"csrf_token": name["csrf_token"]}
    official.post(
        f"{address}/designations",
        {**token, "kind": "central_primary", "designated_on": "2025-03-01"},
    )
    official.post(f"{address}/designations", {**token, "kind": "central_kindergarten"}, 422)
    official.post(f"{address}/designations/1/withdraw", {**token, "reason": ""}, 422)
    official.post(f"{address}/designations/1/end", {**token, "ended_on": "2024-01-01"}, 422)
    official.post(f"{address}/designations/1/end", {**token, "ended_on": "2025-08-31"})

    year = f"{address}/figures?school_year=2024-2025"
    figures = fields_of(official.get(year), "pupils_count")
    official.post(year, {**figures, "pupils_count": "-1"}, 422)
    page = official.post(year, {**figures, "pupils_count": "312"})
    assert "312" in page.text

    flag = fields_of(official.get(f"{address}/urban"), "is_flagged_urban")
    official.post(f"{address}/urban", {**flag, "is_flagged_urban": "yes", "reason": ""}, 422)
    official.post(f"{address}/urban", {**flag, "is_flagged_urban": "yes", "reason": "新区"})

    end = fields_of(official.get(f"{address}/closure"), "successor")
    end = {**end, "kind": "merged", "closed_on": "2025-08-31"}
    official.post(f"{address}/closure", end, 422)
    with app.app_context():
        heir = session().get_one(School, world.own.pivot_id)
        heir_code, heir_name = heir.code, heir.name
    page = official.post(f"{address}/closure", {**end, "successor": heir_code})
    assert heir_name in page.text


def test_hostile_text_stays_text(world: World, official: Browser) -> None:
    form = fields_of(official.get("/schools/new"), "form_key")
    typed = {**form, "name": HOSTILE, "type": "primary", "head_name": HOSTILE, "note": HOSTILE}
    page = official.post(f"/schools/new/{world.own.county_id}", typed)
    shown = "<script>alert(1)</script>{{7*7}}%s%(name)s&lt;"
    for address in (page.address, f"{page.address}/history", f"{page.address}/facts"):
        assert shown in official.get(address).text
    official.get("/schools?q=%00%27%22%3Cscript%3E%25_&after=%00~x~1")


def test_a_district_is_filled_in_and_shown(
    app: Flask, world: World, official: Browser, recording: Recording
) -> None:
    with recording():
        township = Division(
            name="云路镇", kind=DivisionKind.TOWNSHIP, parent_id=world.own.county_id
        )
        session().add(township)
        session().flush()
        township_id = str(township.id)
    form = fields_of(official.get("/school-districts/new"), "form_key")
    new = f"/school-districts/new/{world.own.county_id}"
    official.post(new, {**form, "name": "", "founded_on": "2024-09-01"}, 422)
    page = official.post(
        new,
        {**form, "name": "东部学区", "founded_on": "2024-09-01", "township_ids": [township_id]},
    )
    assert "云路镇" in page.text
    token = {"csrf_token": form["csrf_token"]}
    with app.app_context():
        code = session().get_one(School, world.own.member_id).code
    official.get(f"{page.address}/members/new")
    joining = {**token, "school": "无此学校", "joined_on": "2025-02-01"}
    official.post(f"{page.address}/members/new", joining, 422)
    official.post(f"{page.address}/members/new", {**joining, "school": code})
    official.get(f"{page.address}/members/1")
    official.post(f"{page.address}/members/1/end", {**token, "left_on": "2024-01-01"}, 422)
    official.post(f"{page.address}/members/1/end", {**token, "left_on": "2025-08-31"})
    edit = fields_of(official.get(f"{page.address}/edit"), "centre_school")
    official.post(f"{page.address}/edit", {**edit, "name": "东区", "centre_school": code})
    end = fields_of(official.get(f"{page.address}/dissolution"), "dissolved_on")
    official.post(f"{page.address}/dissolution", {**end, "dissolved_on": "2026-08-31"})
    assert "东区" in official.get("/school-districts?q=dq").text


def test_an_administrator_keeps_the_calendar(world: World, sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    form = fields_of(admin.get("/school-years/new"), "first_ends_on")
    days = {
        "name": "2025-2026",
        "starts_on": "2025-09-01",
        "ends_on": "2026-08-31",
        "first_starts_on": "2025-09-01",
        "first_ends_on": "2026-01-23",
        "second_starts_on": "2026-01-20",
        "second_ends_on": "2026-07-03",
    }
    admin.post("/school-years/new", {**form, **days}, 422)
    page = admin.post("/school-years/new", {**form, **days, "second_starts_on": "2026-02-25"})
    assert "2025-2026" in page.text
    change = fields_of(admin.get("/school-years/2024-2025"), "first_ends_on")
    assert change["first_starts_on"] == "2024-09-02"
    admin.post("/school-years/2024-2025", {**change, "first_ends_on": "2025-01-24"})
    assert "2025-01-24" in admin.get("/school-years").text


def test_a_city_official_sets_the_start_day(world: World, sign_in_as: SignInAs) -> None:
    city = sign_in_as(Role.CITY_OFFICIAL)
    address = f"/divisions/{world.own.county_code}"
    form = fields_of(city.get(f"{address}/edit"), "live_on")
    page = city.post(f"{address}/edit", {**form, "live_on": "2026-01-01"})
    assert "2026-01-01" in page.text
    listed = city.get("/divisions")
    assert world.other.county_code in listed.text
    assert world.elsewhere.county_code not in listed.text


def test_districts_of_other_counties_are_not_listed(
    world: World, sign_in_as: SignInAs, recording: Recording
) -> None:
    with recording():
        for corner, name in ((world.own, "本县学区"), (world.other, "外县学区")):
            district = SchoolDistrictFactory.create(county_id=corner.county_id, name=name)
            SchoolDistrictVersionFactory.create(district=district)
    own = text_of(sign_in_as(Role.VIEWER).get("/school-districts").root)
    assert "本县学区" in own
    assert "外县学区" not in own
    city = sign_in_as(Role.CITY_OFFICIAL)
    assert "外县学区" in city.get("/school-districts").text
    assert "本县学区" not in city.get(f"/school-districts?county={world.other.county_code}").text
    city.get(f"/school-districts?county={world.elsewhere.county_code}", 404)
