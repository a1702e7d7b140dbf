"""The journal's pages: who sees which chain, filters, pages by key."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community import access
from community.access import Role
from community.communities.models import Community, Membership
from community.communities.rules import MembershipRole
from community.journal import queries, services
from community.journal.models import AccessKind, AccessLogEntry
from community.journal.queries import AccessFilter, EntryFilter
from community.kernel import clock, paging
from community.kernel.database import session, transaction
from community.registry.models import School
from tests.conftest import Recording, SignInAs
from tests.factories import MembershipVersionFactory
from tests.world import World


@pytest.fixture
def renamed(recording: Recording, world: World) -> World:
    """The world, with a change in each county that names who made it."""
    corners = {"本县人": world.own, "邻县人": world.other, "远人": world.elsewhere}
    for name, corner in corners.items():
        with recording(access.Operator(name), "community.renamed"):
            session().get_one(Community, corner.community_id).name = f"{name}的共同体"
    return world


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        (Role.DISTRICT_OFFICIAL, ["本县人"], ["邻县人", "远人"]),
        (Role.CITY_OFFICIAL, ["本县人", "邻县人"], ["远人"]),
        (Role.SYSTEM_ADMINISTRATOR, ["本县人", "邻县人", "远人"], []),
    ],
)
def test_everybody_sees_the_own_chains_alone(
    renamed: World, sign_in_as: SignInAs, role: Role, seen: list[str], unseen: list[str]
) -> None:
    page = sign_in_as(role).get("/journal?subject=community")
    assert [word for word in seen if word not in page.text] == []
    assert [word for word in unseen if word in page.text] == []


@pytest.mark.parametrize("role", [Role.LEAD_SCHOOL_ADMINISTRATOR, Role.SCHOOL_CLERK, Role.VIEWER])
@pytest.mark.parametrize("address", ["/journal", "/journal/access"])
def test_schools_and_viewers_see_no_journal(
    world: World, sign_in_as: SignInAs, role: Role, address: str
) -> None:
    sign_in_as(role).get(address, status=403)


@pytest.mark.parametrize("address", ["/journal", "/journal/access"])
def test_another_countys_chain_does_not_exist(
    world: World, sign_in_as: SignInAs, address: str
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    official.get(f"{address}?chain=county:{world.own.county_id}")
    official.get(f"{address}?chain=county:{world.other.county_id}", status=404)
    official.get(f"{address}?chain=system", status=404)


def test_old_and_new_are_shown(renamed: World, sign_in_as: SignInAs) -> None:
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get("/journal?who=本县")
    assert "JD-01共同体 → 本县人的共同体" in page.text


def test_filters_come_back_and_nothing_found_says_so(renamed: World, sign_in_as: SignInAs) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.get("/journal?who=nobody&subject=community&from=2025-01-01&until=2025-01-31")
    fields = page.form("/journal").fields
    assert (fields["who"], fields["from"]) == ("nobody", "2025-01-01")
    assert "本县人" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "before=~~",
        "after=a~b~c",
        "after=2025-01-01~x~1",
        "after=2025-01-01~9999999999999",
        "before=2025-01-01T00:00:00~7",
        "from=x&until=9999-12-31",
        "batch=x",
        "batch=99999999999",
        "kind=x",
        "id=%00&who=%00",
        "who=%25_%5C",
    ],
)
@pytest.mark.parametrize("address", ["/journal", "/journal/access"])
def test_an_address_may_say_anything(
    world: World, sign_in_as: SignInAs, address: str, query: str
) -> None:
    sign_in_as(Role.CITY_OFFICIAL).get(f"{address}?{query}")


def test_looking_is_noted(app: Flask, world: World, sign_in_as: SignInAs) -> None:
    sign_in_as(Role.DISTRICT_OFFICIAL).get("/journal")
    with app.app_context():
        noted = session().scalars(
            select(AccessLogEntry).filter_by(kind=AccessKind.VIEWED_PERSONAL_DATA)
        )
        assert [(row.what, row.county_id) for row in noted] == [("/journal", world.own.county_id)]


def test_the_access_log_is_shown_to_its_county(
    app: Flask, world: World, sign_in_as: SignInAs
) -> None:
    with app.app_context(), transaction():
        for name, county_id in {"甲": world.own.county_id, "乙": world.other.county_id}.items():
            services.record_access(
                AccessKind.EXPORTED,
                actor=access.Operator(name),
                what=f"/{name}.xlsx",
                county_id=county_id,
            )
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get("/journal/access?kind=exported")
    assert "/甲.xlsx" in page.text
    assert "/乙.xlsx" not in page.text
    assert "/乙.xlsx" in sign_in_as(Role.CITY_OFFICIAL).get("/journal/access").text


@pytest.mark.parametrize("both", [False, True])
def test_pages_by_key_show_every_entry_once(
    app: Flask,
    world: World,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
    both: bool,
) -> None:
    """On one chain by number, on several by time; forwards and back again."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    for turn in range(7):
        with recording(action="community.renamed"):
            for corner in (world.own, world.other):
                session().get_one(Community, corner.community_id).name = f"{turn}"
    counties = [world.own.county_id, world.other.county_id][: 2 if both else 1]
    chains = [f"county:{county_id}" for county_id in counties]
    wanted = EntryFilter(subject_type="community")
    with app.app_context():
        page = queries.entries_page(chains, wanted)
        assert page.before is None
        forwards, pages = list(page.rows), [page.rows]
        while page.after:
            page = queries.entries_page(chains, wanted, after=page.after)
            forwards += page.rows
            pages.append(page.rows)
        keys = [(row.recorded_at, row.chain, row.sequence) for row in forwards]
        assert keys == sorted(keys, reverse=True)
        assert len(set(keys)) == len(keys) >= 8 * len(chains)
        while page.before:
            page = queries.entries_page(chains, wanted, before=page.before)
            pages.pop()
            assert page.rows == pages[-1]
        assert len(pages) == 1


def test_pages_of_the_access_log(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    with app.app_context(), transaction():
        for number in range(5):
            services.record_access(AccessKind.PRINTED, actor=None, actor_name=f"{number}", what="x")
    tomorrow = clock.now() + timedelta(days=1)
    with app.app_context():
        wanted = AccessFilter(kind=AccessKind.PRINTED, until=tomorrow)
        first = queries.access_page([], wanted, with_system=True)
        second = queries.access_page([], wanted, with_system=True, after=first.after)
        assert [row.actor_name for row in (*first.rows, *second.rows)] == ["4", "3", "2", "1"]
        assert queries.access_page([], wanted, with_system=False).rows == []


def test_an_entry_tells_names_and_words_instead_of_numbers_and_codes(
    recording: Recording, world: World, sign_in_as: SignInAs
) -> None:
    with recording(action="membership.recorded"):
        stay = Membership(
            community_id=world.own.community_id,
            county_id=world.own.county_id,
            school_id=world.sibling.lead_id,
            joined_on=date(2025, 3, 1),
        )
        session().add(stay)
        session().flush()
        MembershipVersionFactory.create(stay=stay, role=MembershipRole.PIVOT)
        name = session().get_one(School, world.sibling.lead_id).name
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get("/journal")
    said = page.text
    assert name in said
    assert "支点校" in said
    assert "学校" in said
    assert "2025-03-01" in said
