"""The pages of the register of communities, as officials and schools use them."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.access import Role
from community.communities.models import (
    Charter,
    Community,
    CommunityVersion,
    Membership,
    MembershipVersion,
)
from community.communities.rules import CommunityModel
from community.kernel.database import session
from community.kernel.pinyin import search_key
from community.registry.models import School
from tests.browser_client import Browser, Form, Page, text_of
from tests.communities.conftest import CODE, Office, statements
from tests.conftest import Recording, SignInAs
from tests.factories import (
    CommunityFactory,
    CommunityVersionFactory,
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.world import World

HOSTILE = "<script>alert(1)</script>{{7*7}}%s%(name)s&lt;"
OWN = f"/communities/{CODE}"


@pytest.fixture
def official(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.DISTRICT_OFFICIAL)


def main(page: Page) -> str:
    return text_of(page.root.find(".//main"))


def form_of(page: Page) -> Form:
    """The one form of a page that changes a community."""
    (found,) = [f for f in page.forms if f.method == "post" and "/communities" in f.action]
    return found


def send(browser: Browser, page: Page, status: int = 200, /, **typed: str) -> Page:
    """Fill in and send that form."""
    form = form_of(page)
    headers = {"Referer": page.address}
    return browser.post(form.action, form.fields | typed, status, headers=headers)


def has_summary(page: Page) -> bool:
    return page.root.find(".//*[@id='error-summary']") is not None


def codes(page: Page) -> list[str]:
    links = [link.removeprefix("/communities/") for link in page.links]
    return [code for code in links if code in {"JD-01", "JD-02", "PN-01", "XX-01", "JD-09"}]


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SYSTEM_ADMINISTRATOR, ["JD-01", "JD-02", "PN-01", "XX-01"]),
        (Role.CITY_OFFICIAL, ["JD-01", "JD-02", "PN-01"]),
        (Role.DISTRICT_OFFICIAL, ["JD-01", "JD-02"]),
        (Role.SCHOOL_CLERK, ["JD-01"]),
        (Role.VIEWER, ["JD-01", "JD-02"]),
    ],
)
def test_everybody_sees_the_communities_of_their_reach(
    sign_in_as: SignInAs, role: Role, seen: list[str]
) -> None:
    page = sign_in_as(role).get("/communities")
    assert codes(page) == seen
    may_edit = role not in (Role.SCHOOL_CLERK, Role.VIEWER)
    assert ("/communities/new" in page.links) is may_edit


def test_the_list_finds_and_filters(
    sign_in_as: SignInAs, world: World, recording: Recording
) -> None:
    with recording():
        ended = CommunityFactory.create(
            code="JD-09",
            county_id=world.own.county_id,
            name="曲溪共同体",
            pinyin=search_key("曲溪共同体"),
        )
        CommunityVersionFactory.create(
            community=ended,
            model=CommunityModel.MERGED,
            is_listed=None,
            founded_on=date(2023, 9, 1),
            dissolved_on=date(2025, 8, 31),
        )
        # A community of another county in which a school of the own one takes part.
        stay = MembershipFactory.create(
            community=session().get_one(Community, world.other.community_id),
            member=session().get_one(School, world.own.member_id),
        )
        MembershipVersionFactory.create(stay=stay)
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    for query, found in {
        "": ["JD-01", "JD-02", "JD-09", "PN-01"],
        "?q=quxi": ["JD-09"],
        "?q=jd-0": ["JD-01", "JD-02", "JD-09"],
        "?q=%25": [],
        "?county=445281": ["PN-01"],
        "?model=merged": ["JD-09"],
        "?listed=unlisted": ["JD-09"],
        "?state=ended": ["JD-09"],
        "?state=existing&listed=listed": ["JD-01", "JD-02", "PN-01"],
        "?model=nonsense&state=nonsense": ["JD-01", "JD-02", "JD-09", "PN-01"],
    }.items():
        page = official.get(f"/communities{query}")
        assert codes(page) == found, query
    row = official.get("/communities?q=jd-01").root.find(".//tbody/tr")
    assert row is not None
    text = text_of(row)
    assert "揭东区" in text
    assert "协作型" in text
    answer = official.submit(official.get("/communities?q=quxi"), "export", format="csv").response
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    answer.close()
    assert [line[0] for line in rows[1:]] == ["JD-09"]


def test_pages_by_key_with_as_many_queries(
    app: Flask, official: Browser, world: World, recording: Recording
) -> None:
    with statements(app) as few:
        official.get("/communities")
    with recording():
        for number in range(60):
            found = CommunityFactory.create(county_id=world.own.county_id, code=f"A{number:03}")
            CommunityVersionFactory.create(community=found)
    with statements(app) as many:
        page = official.get("/communities")
    assert len(few) == len(many) <= 12
    assert "A049" in main(page)
    assert "A050" not in main(page)
    onward = official.get(next(link for link in page.links if "after=" in link))
    assert "A050" in main(onward)
    back = official.get(next(link for link in onward.links if "before=" in link))
    assert main(back) == main(page)


# --- a new community --------------------------------------------------------------------------


def entered(browser: Browser, status: int = 200, **values: str) -> Page:
    page = browser.get("/communities/new")
    typed = {"code": "JD-07", "name": "霖磐共同体", "is_listed": "yes", "model": "merged"}
    return send(browser, page, status, **{**typed, **values})


def test_a_community_is_entered_once(app: Flask, official: Browser) -> None:
    page = official.get("/communities/new")
    assert form_of(page).fields["county"] == "揭东区"
    typed = {"code": "JD-07", "name": "霖磐共同体", "is_listed": "yes", "model": "merged"}
    for _ in range(2):
        done = send(official, page, **typed)
        assert done.address.endswith("/communities/JD-07/members")
    with app.app_context():
        assert session().scalar(select(func.count()).where(Community.code == "JD-07")) == 1
        assert session().scalar(select(func.count(CommunityVersion.id))) == 5
    assert "霖磐共同体" in main(official.get("/communities?q=lpgtt"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "JD-01", "该编号已属于另一个共同体"),
        ("code", "pn-01", "该编号已属于另一个共同体"),
        ("code", "JD 7/1", "不含空格"),
        ("county", "普宁", "没有该代码或名称"),
        ("name", "", ""),
        ("founded_on", "去年", ""),
    ],
)
def test_bad_input_keeps_what_was_typed(
    official: Browser, field: str, value: str, said: str
) -> None:
    page = entered(official, 422, plan_document=HOSTILE, **{field: value})
    fields = form_of(page).fields
    assert fields["plan_document"] == HOSTILE
    assert fields[field] == value
    assert fields["is_listed"] == "yes"
    assert has_summary(page)
    assert said in main(page)


def test_a_community_is_not_entered_elsewhere(official: Browser) -> None:
    entered(official, 404, county="普宁市")


# --- changing it ------------------------------------------------------------------------------


def test_a_stale_write_shows_both_versions(official: Browser, office: Office) -> None:
    page = official.get(f"{OWN}/edit")
    mine = {"name": "我的名称", "plan_document": "我的〔2025〕1号", "holds_from": "2025-01-01"}
    theirs = official.get(f"{OWN}/edit")
    send(official, theirs, name="他们的名称", holds_from="2025-01-01")
    conflict = send(official, page, 409, **mine)
    text = main(conflict)
    assert "他们的名称" in text
    assert "列入五年规划 是 是" in text, "choices are shown by their words"
    assert form_of(conflict).fields["name"] == "我的名称"
    done = send(official, conflict)
    assert done.address.endswith("/facts")
    assert "我的〔2025〕1号" in main(done)


def test_the_same_again_is_no_conflict(official: Browser) -> None:
    page = official.get(f"{OWN}/edit")
    for _ in range(2):
        done = send(official, page, name="新名称", holds_from="2025-01-01")
        assert done.address.endswith("/facts")


def test_facts_hold_from_their_day_and_the_history_tells(official: Browser) -> None:
    page = official.get(f"{OWN}/edit")
    send(official, page, plan_document=HOSTILE, holds_from="2025-06-01")
    facts = official.get(f"{OWN}/facts")
    assert [text_of(r)[:10] for r in facts.root.findall(".//tbody/tr/th")] == ["2025-06-01", "自始"]
    assert HOSTILE in main(facts)
    history = main(official.get(f"{OWN}/history"))
    for word in (HOSTILE, "2025-06-01", "district_official 的用户", "修改共同体信息"):
        assert word in history, word
    assert HOSTILE in main(official.get(f"{OWN}/documents"))


def test_taking_back_asks_for_a_reason(official: Browser, office: Office, world: World) -> None:
    address = f"{OWN}/members/{office.stay(world.own.member_id)}/withdraw"
    page = send(official, official.get(address), 422, reason=" ")
    assert has_summary(page)
    send(official, page, reason="录错学校了")
    assert "录错学校了" in main(official.get(f"{OWN}/history"))
    refused = official.get(f"{OWN}/withdraw")
    page = send(official, refused, 422, reason="误录")
    assert "请先撤回其成员关系" in main(page)


def test_an_ended_community_is_shown_by_its_facts(official: Browser, office: Office) -> None:
    page = send(official, official.get(f"{OWN}/end"), dissolved_on="2025-01-31")
    assert "2025-01-31" in main(page)
    assert official.get(OWN).address.endswith("/facts"), "it did not exist on the usual day"
    official.get(f"{OWN}?as_of=2025-12-31", 404)


# --- schools ----------------------------------------------------------------------------------


def test_a_school_is_found_and_joins_once(
    app: Flask, official: Browser, world: World, recording: Recording
) -> None:
    with recording():
        own = SchoolFactory.create(county_id=world.own.county_id, name="云路镇中心小学")
        far = SchoolFactory.create(county_id=world.other.county_id, name="流沙镇中心小学")
        for school in (own, far):
            school.pinyin = search_key(school.name)
            SchoolVersionFactory.create(school=school)
        ids = own.id, far.id
    assert "流沙" not in main(official.get(f"{OWN}/members/new?q=中心小学")), "not by a part"
    assert "流沙" in main(official.get(f"{OWN}/members/new?q=流沙镇中心小学"))
    page = official.get(f"{OWN}/members/new?q=ylzzxxx")
    typed = {"school_id": str(ids[0]), "role": "lead", "joined_on": "2025-09-01"}
    refused = send(official, page, 422, **typed)
    assert "同一时间只能有一所牵头校" in main(refused)
    assert form_of(refused).fields["joined_on"] == "2025-09-01"
    for _ in range(2):
        send(official, refused, **{**typed, "role": "member"})
    with app.app_context():
        stays = select(func.count(Membership.id)).where(Membership.school_id == ids[0])
        assert session().scalar(stays) == 1
    send(official, page, 422, **{**typed, "school_id": str(ids[1])})


def test_signatures_for_all_schools_in_one_form(
    official: Browser, office: Office, world: World, charter: int
) -> None:
    lead, member = office.stay(world.own.lead_id), office.stay(world.own.member_id)
    page = official.get(f"{OWN}/signatures")
    days = {f"signed_{lead}": "2024-09-02", f"signed_{member}": "2020-01-01"}
    wrong = send(official, page, 422, **days)
    assert wrong.root.find(f".//*[@id='signed_{member}-error']") is not None
    assert form_of(wrong).fields[f"signed_{lead}"] == "2024-09-02"
    done = send(official, wrong, **{f"signed_{member}": "2024-09-03"})
    assert "3 所学校中 2 所已签署" in main(done)
    again = official.get(f"{OWN}/signatures")
    asked = send(official, again, 422, **{f"signed_{lead}": ""})
    assert "请说明原因" in main(asked)
    done = send(official, asked, reason="签署人有误")
    assert "3 所学校中 1 所已签署" in main(done)


def test_what_belongs_to_another_community_is_not_found_here(
    official: Browser, world: World, office: Office, app: Flask
) -> None:
    with app.app_context():
        elsewhere = (
            session()
            .scalars(
                select(Membership.id).where(Membership.community_id == world.sibling.community_id)
            )
            .first()
        )
    official.get(f"{OWN}/members/{elsewhere}/person", 404)
    official.get(f"/communities/{world.other.community_code}/members", 404)


# --- charters, objectives, meetings -----------------------------------------------------------


@pytest.mark.parametrize(
    ("shelf", "page", "typed", "fault"),
    [
        (
            "charters",
            "documents",
            {"name": HOSTILE, "effective_on": "2024-09-01", "archive_number": "档1"},
            {"expires_on": "2024-01-01"},
        ),
        (
            "objectives",
            "objectives",
            {"school_year": "2024-2025", "content": HOSTILE, "target_value": "20课时"},
            {"achieved_value": "24"},
        ),
        (
            "meetings",
            "meetings",
            {"held_on": "2024-10-10", "topic": HOSTILE, "minutes_number": "纪1"},
            {"held_on": "2999-01-01"},
        ),
    ],
)
def test_things_are_entered_changed_and_taken_back(
    official: Browser, shelf: str, page: str, typed: dict[str, str], fault: dict[str, str]
) -> None:
    form = official.get(f"{OWN}/{shelf}/new")
    kept = form_of(send(official, form, 422, **{**typed, **fault})).fields
    assert all(kept[name] == value for name, value in {**typed, **fault}.items())
    send(official, form, **typed)
    listed = send(official, form, **typed)  # a second click
    assert HOSTILE in main(listed)
    twice = send(official, official.get(f"{OWN}/{shelf}/new"), 422, **typed)
    assert "已有记载" in main(twice)
    link = link_to_one(listed, shelf)
    name = "name" if shelf == "charters" else "content" if shelf == "objectives" else "topic"
    changed = send(official, official.get(link), **{name: "更正后的内容"})
    assert "更正后的内容" in main(changed)
    link = next(
        one for one in changed.links if one.startswith(f"{OWN}/{shelf}/") and one[-1] != "w"
    )
    gone = send(official, official.get(f"{link}/withdraw"), reason="误录")
    assert "更正后的内容" not in main(gone)
    history = main(official.get(f"{OWN}/history"))
    assert "更正后的内容" in history
    assert HOSTILE in history


def link_to_one(page: Page, shelf: str) -> str:
    (link,) = [one for one in page.links if re.fullmatch(rf"{OWN}/{shelf}/\d+", one)]
    return link


# --- reading ----------------------------------------------------------------------------------


TABS = ("facts", "members", "documents", "objectives", "meetings", "history")


def test_a_school_reads_and_is_offered_no_change(sign_in_as: SignInAs, office: Office) -> None:
    clerk = sign_in_as(Role.SCHOOL_CLERK)
    for tab in TABS:
        page = clerk.get(f"{OWN}/{tab}")
        assert not [f for f in page.forms if f.method == "post" and "communities" in f.action]
        assert not [link for link in page.links if link.endswith(("/new", "/edit", "/withdraw"))]
        assert "/journal" not in page.links
    assert "操作日志" not in main(clerk.get(f"{OWN}/history"))


def test_breadcrumbs_lead_to_the_county(sign_in_as: SignInAs) -> None:
    official, clerk = sign_in_as(Role.DISTRICT_OFFICIAL), sign_in_as(Role.SCHOOL_CLERK)
    for address in (OWN, f"{OWN}/members", f"{OWN}/edit"):
        assert "/regions/445203" in official.get(address).links
    assert "/regions/445203" not in clerk.get(f"{OWN}/members").links


def test_nothing_is_lost_when_a_version_is_taken_back(
    official: Browser, app: Flask, office: Office, world: World
) -> None:
    """Rows are only ever added, and those known no longer say until when they were."""
    with app.app_context():
        before = session().scalar(select(func.count(MembershipVersion.id)))
    stay = office.stay(world.own.member_id)
    form = official.get(f"{OWN}/members/{stay}/correct")
    send(official, form, role="pivot", joined_on="2024-09-01", left_on="")
    with app.app_context():
        assert session().scalar(select(func.count(MembershipVersion.id))) == (before or 0) + 1
        assert session().scalar(select(func.count(Charter.id))) == 0
