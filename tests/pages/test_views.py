"""The pages as each account of the demonstration reads them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities.models import ActivityReceiver
from community.activities.rules import Subject
from community.audits.rules.count import CommunityCount, Count
from community.audits.services import CURRENT_VERSION, Question, count_region
from community.journal.models import AccessKind, AccessLogEntry
from community.kernel.database import session
from community.kernel.i18n import label
from tests.browser_client import Browser, Page, text_of
from tests.conftest import OPERATOR, Recording, SignInAs
from tests.factories import (
    ActivityFactory,
    ActivityReceiverFactory,
    CommunityFactory,
    CommunityVersionFactory,
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
    SharedTeachingSessionFactory,
)
from tests.pages.conftest import AT, Reader, rows, section
from tests.world import World

QUESTION = Question(date(2025, 12, 31), datetime(2026, 1, 30, 16, tzinfo=UTC))
JIEDONG, PUNING, CITY = "/regions/445203", "/regions/445281", "/regions/445200"
HOSTILE = "<script>alert(1)</script>{{7*7}}%s%(name)s&lt;"


def counted(app: Flask, code: str, question: Question = QUESTION) -> Count:
    """The figures that the pages must show."""
    with app.app_context():
        return count_region(code, question, actor=OPERATOR)


def community_of(count: Count, code: str) -> CommunityCount:
    return next(c for r in count.regions for c in r.communities if c.facts.code == code)


# --- where each account lands, and how far it sees --------------------------------------------


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("city.official", CITY),
        ("jiedong.official", JIEDONG),
        ("puning.official", PUNING),
        ("lead.admin", "/communities/JD-01"),
        ("pivot.clerk", "/communities/JD-01"),
        ("member.clerk", "/communities/JD-01"),
        ("viewer", CITY),
        ("admin", CITY),
    ],
)
def test_home_leads_everybody_to_their_place(reader: Reader, name: str, leads_to: str) -> None:
    page = reader(name).get("/")
    assert urlsplit(page.address).path == "/"
    assert leads_to in {urlsplit(link).path for link in page.links}


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        # 揭阳市, 揭东区, 普宁市, JD-01, JD-02, PN-01, and PN-02, which is led from 榕城区
        ("admin", "200 200 200 200 200 200 200"),
        ("city.official", "200 200 200 200 200 200 200"),
        ("jiedong.official", "403 200 404 200 200 404 404"),
        ("puning.official", "403 404 200 404 404 200 200"),
        ("lead.admin", "403 403 403 200 404 404 404"),
        ("pivot.clerk", "403 403 403 200 404 404 404"),
        ("member.clerk", "403 403 403 200 404 404 404"),
        ("viewer", "200 200 200 200 200 200 200"),
    ],
)
def test_nobody_sees_further_than_their_scope(reader: Reader, name: str, statuses: str) -> None:
    browser = reader(name)
    codes = ("JD-01", "JD-02", "PN-01", "PN-02")
    pages = [CITY, JIEDONG, PUNING, *(f"/communities/{code}" for code in codes)]
    for address, status in zip(pages, map(int, statuses.split()), strict=True):
        if address.startswith("/communities/"):
            assert browser.client.get(f"{address}/criteria/O1").status_code == status
        assert browser.client.get(address).status_code == status
        if status == 404:
            page = browser.get(address, status)
            assert "共同体" not in text_of(page.root.find(".//main")), "not even a name"


def test_what_does_not_exist_is_not_found(reader: Reader) -> None:
    browser = reader("admin")
    for address in (
        "/regions/999999",
        "/regions/445203001",
        "/communities/JD-99",
        "/communities/JD-01/criteria/Z9",
        "/rule-sets/1999-1",
        "/communities/JD-01?as_of=2020-01-01",
    ):
        browser.get(address, 404)


def test_a_viewer_reads_and_is_offered_nothing_else(reader: Reader) -> None:
    browser = reader("viewer")
    page = browser.get(f"{JIEDONG}?{AT}")
    assert not [link for link in page.links if link.startswith(("/accounts", "/journal"))]
    # Besides the pickers there is only what concerns the reader: the language, and leaving.
    assert {form.action for form in page.forms} == {JIEDONG, "/language", "/sign-out"}
    for address in ("/accounts", "/accounts/new", "/journal"):
        browser.get(address, 403)


def test_the_menu_leads_only_where_one_may_go(reader: Reader) -> None:
    for name in ("admin", "puning.official", "pivot.clerk"):
        browser = reader(name)
        start = browser.get("/account")
        menu = start.root.find(".//nav[@id='navigation']")
        assert menu is not None
        links = [str(a.get("href")) for a in menu.iter("a") if a.get("class") == "side-link"]
        assert len(links) >= 2
        for link in links:
            browser.get(link)


# --- the county -------------------------------------------------------------------------------


def test_the_county_page_shows_the_figures_of_the_count(
    reader: Reader, demonstration: Flask
) -> None:
    region = counted(demonstration, "445203").regions[0]
    page = reader("jiedong.official").get(f"{JIEDONG}?{AT}")
    answer = text_of(section(page, "answer"))
    assert f"{region.counted} / {region.minimum}" in answer
    total = region.figures.total
    for amount in (total.reported, total.confirmed, total.counted):
        assert str(amount.rows) in answer
    nearest = region.nearest
    assert nearest is not None
    assert nearest.facts.name in answer
    assert str(nearest.hard_open[0].because) in answer

    shown = rows(section(page, "communities"))
    assert len(shown) == len(region.communities) > 5
    for community, cells in zip(region.communities, shown, strict=True):
        assert community.facts.name in cells[0]
        assert community.facts.code in cells[0]
        assert cells[-1] == str(community.figures.total.counted.rows)
        for criterion in community.hard_open[:1]:
            assert criterion.id in cells[3]
            assert str(criterion.because) in cells[3]

    reasons = text_of(section(page, "reasons"))
    assert len(region.exclusions) >= 3
    for reason, number in region.exclusions.items():
        assert label(reason) in reasons
        assert str(number) in reasons
    coverage = text_of(section(page, "coverage"))
    for number in (
        region.coverage.rural_schools,
        region.coverage.in_community,
        region.coverage.in_counted,
    ):
        assert str(number) in coverage
    months = text_of(section(page, "months"))
    assert "10" in months


def test_another_day_or_instant_is_another_count(reader: Reader, demonstration: Flask) -> None:
    browser = reader("jiedong.official")
    answers = set()
    for question in (
        QUESTION,
        Question(date(2025, 6, 30), QUESTION.known_at),
        Question(QUESTION.as_of, datetime(2025, 6, 30, tzinfo=UTC)),
    ):
        region = counted(demonstration, "445203", question).regions[0]
        assert question.known_at is not None
        chosen = {
            "as_of": question.as_of.isoformat(),
            "known_at": question.known_at.isoformat(),
        }
        page = browser.get(JIEDONG, query_string=chosen)
        total = region.figures.total
        figures = (str(region.counted), str(total.reported.rows), str(total.counted.rows))
        answer = text_of(section(page, "answer"))
        assert all(figure in answer for figure in figures)
        answers.add(figures)
        # Links carry the choice on, and the pickers show it.
        onward = [link for link in page.links if link.startswith("/communities/")]
        assert len(onward) >= 2
        for link in onward:
            assert parse_qs(urlsplit(link).query) == {k: [v] for k, v in chosen.items()}, link
        assert page.form(JIEDONG).fields["as_of"] == chosen["as_of"]
    assert len(answers) == 3


def test_the_pickers_ask_for_the_instant_they_show(reader: Reader) -> None:
    browser = reader("jiedong.official")
    shown = browser.get(JIEDONG, query_string={"known_at": "2026-01-30T16:00+00:00"})
    assert "2026-01-31" in shown.text
    again = browser.submit(shown, JIEDONG)
    assert text_of(section(again, "answer")) == text_of(section(shown, "answer"))
    assert "2026-01-31" in again.text


def test_another_school_year_is_a_trial(reader: Reader) -> None:
    browser = reader("jiedong.official")
    usual = browser.get(f"{JIEDONG}?{AT}")
    trial = browser.get(f"{JIEDONG}?{AT}&school_year=2025-2026")
    assert "试算" in trial.text
    assert "试算" not in usual.text
    # The pickers keep the year.
    assert trial.form(JIEDONG).fields["school_year"] == "2025-2026"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"as_of": "2025-13-01", "known_at": "2026-01-31"}, "2025-12-31"),
        ({"known_at": "gestern", "school_year": "2024-2025"}, "2026-01-31"),
        ({"school_year": "1999-2000", "as_of": "2025-12-31"}, "2024-2025"),
    ],
)
@pytest.mark.parametrize("address", [JIEDONG, CITY, "/communities/JD-01", "/"])
def test_what_cannot_be_read_comes_back_to_be_corrected(
    reader: Reader, address: str, typed: dict[str, str], says: str
) -> None:
    browser = reader("pivot.clerk" if address == "/" else "city.official")
    for locale in ("zh", "en"):
        browser.client.set_cookie("locale", locale)
        page = browser.get(address, 422, query_string=typed)
        assert says in page.text
        assert any("一" <= c <= "鿿" for c in page.title) == (locale == "zh")
        (form,) = [form for form in page.forms if "as_of" in form.fields]
        assert form.action == address
        assert {k: v for k, v in form.fields.items() if v} == typed, "nothing typed is lost"
        corrected = dict.fromkeys(form.fields, "") | {"as_of": "2025-12-31"}
        browser.get(address, query_string=corrected)


# --- the city ---------------------------------------------------------------------------------


def test_the_city_page_keeps_each_minimum_apart_from_the_total(
    reader: Reader, demonstration: Flask
) -> None:
    count = counted(demonstration, "445200")
    assert count.city is not None
    page = reader("city.official").get(f"{CITY}?{AT}")
    assert f"{count.city.counted} / {count.city.minimum}" in text_of(section(page, "city-total"))

    minima = text_of(section(page, "county-minima"))
    met = [region for region in count.regions if region.is_met]
    assert 0 < len(met) < len(count.regions)
    assert f"{len(met)} / {len(count.regions)}" in minima
    for region in count.regions:
        assert (region.name in minima) != region.is_met

    shown = rows(section(page, "counties"))
    assert [cells[0] for cells in shown] == [region.name for region in count.regions]
    for region, cells in zip(count.regions, shown, strict=True):
        total = region.figures.total
        assert f"{region.counted} / {region.minimum}" in cells[1]
        assert cells[-3:] == [
            f"{amount.rows:,}" for amount in (total.reported, total.confirmed, total.counted)
        ]
    links = [link for link in page.links if link.startswith("/regions/") and "?" in link]
    to_regions = {urlsplit(link).path.split("/")[2] for link in links}
    assert to_regions == {region.code for region in count.regions} | {"445200"}
    assert all("known_at=2026-01-31" in link for link in links)


# --- a community, a criterion -----------------------------------------------------------------


@pytest.mark.parametrize("code", ["JD-05", "JD-07", "HL-01"])
def test_the_community_page_lists_every_criterion(
    reader: Reader, demonstration: Flask, code: str
) -> None:
    community = community_of(counted(demonstration, "445200"), code)
    page = reader("city.official").get(f"/communities/{code}?{AT}")
    assert label(community.verdict) in text_of(section(page, "answer"))
    shown = rows(section(page, "criteria"))
    assert [cells[0].split()[0][:2] for cells in shown] == [c.id for c in community.criteria]
    for criterion, cells in zip(community.criteria, shown, strict=True):
        assert criterion.title["zh"] in cells[0]
        for side, cell in ((criterion.value, cells[2]), (criterion.threshold, cells[3])):
            numbers = [side] if isinstance(side, int) else side.values()
            assert all(f"{number:,}" in cell for number in numbers), criterion.id
        assert str(criterion.because) in cells[4]
    schools = rows(section(page, "schools"))
    assert len(schools) == len(community.facts.memberships)
    assert {cells[0] for cells in schools} >= {m.school.name for m in community.members}
    # The picture says nothing that its table does not.
    network = section(page, "network")
    assert network.find(".//svg") is not None
    assert network.find(".//table") is not None


def test_the_criterion_page_lists_every_record_it_looks_at(
    reader: Reader, demonstration: Flask
) -> None:
    count = counted(demonstration, "445203")
    browser = reader("jiedong.official")
    listed = 0
    for code in ("JD-05", "JD-07"):
        community = community_of(count, code)
        for criterion in community.criteria:
            page = browser.get(f"/communities/{code}/criteria/{criterion.id}?{AT}")
            assert str(criterion.because) in text_of(section(page, "answer"))
            if criterion.looks_at is None:
                assert not [e for e in page.root.iter("section") if e.get("id") == "excluded"]
                continue
            relevant = [s for s in community.standings if criterion.looks_at(s.activity)]
            out = [s for s in relevant if not s.is_counted]
            shown_in = rows_if_any(page, "included", len(relevant) - len(out))
            shown_out = rows_if_any(page, "excluded", len(out))
            assert len(shown_in) + len(shown_out) == len(relevant)
            for standing, cells in zip(out, shown_out, strict=True):
                assert standing.exclusion is not None
                assert standing.activity.held_on.isoformat() in cells[0]
                assert cells[5] == label(standing.exclusion)
            listed += len(relevant)
    assert listed > 200


def rows_if_any(page: Page, name: str, expected: int) -> list[list[str]]:
    """The rows of a list of records; none when none are expected."""
    part = section(page, name)
    found = rows(part) if part.find(".//table") is not None else []
    assert len(found) == expected
    return found


def test_the_rule_set_is_printed_whole(reader: Reader) -> None:
    page = reader("pivot.clerk").get(f"/rule-sets/{CURRENT_VERSION}")
    shown = rows(section(page, "criteria"))
    assert len(shown) == 19
    assert all(cells[3] for cells in shown), "each says where it comes from"


# --- for every page ---------------------------------------------------------------------------


def test_a_page_asks_the_database_a_fixed_number_of_times(
    reader: Reader, count_queries: Callable[[Browser, str], int]
) -> None:
    browser = reader("admin")
    browser.get(CITY)  # what is remembered from the first request on
    # One community, three and seven; five, thirteen and six schools.
    counties = {count_queries(browser, f"/regions/{c}") for c in ("445202", "445281", "445203")}
    assert len(counties) == 1
    assert max(counties) <= 26
    assert count_queries(browser, CITY) <= 26
    communities = {count_queries(browser, f"/communities/{c}") for c in ("HL-02", "PN-03", "JD-01")}
    assert len(communities) == 1
    assert max(communities) <= 32
    criteria = {
        count_queries(browser, f"/communities/{c}/criteria/O2") for c in ("HL-02", "PN-03", "JD-01")
    }
    assert len(criteria) == 1
    assert max(criteria) <= 38


def test_the_language_stays_switched(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"{JIEDONG}?{AT}")
    assert page.root.get("lang") == "zh-Hans"
    switched = browser.submit(page, "/language", locale="en")
    assert switched.root.get("lang") == "en"
    assert urlsplit(switched.address).query == urlsplit(page.address).query, "on the same page"
    assert browser.get("/communities/JD-05").root.get("lang") == "en"


def test_hostile_names_stay_text(world: World, recording: Recording, sign_in_as: SignInAs) -> None:
    with recording():
        community = CommunityFactory.create(
            code="JD-66", county_id=world.own.county_id, name=f"甲{HOSTILE}"
        )
        CommunityVersionFactory.create(community=community, plan_document=HOSTILE)
        schools = []
        for number in range(2):
            school = SchoolFactory.create(county_id=world.own.county_id, name=f"{number}{HOSTILE}")
            SchoolVersionFactory.create(school=school)
            stay = MembershipFactory.create(community=community, member=school)
            MembershipVersionFactory.create(stay=stay, responsible_person=HOSTILE)
            schools.append(school)
        activity = ActivityFactory.create(
            community=community, giver=schools[0], subject=Subject.CHINESE
        )
        receiver: ActivityReceiver = ActivityReceiverFactory.create(of=activity, school=schools[1])
        assert receiver.position == 0
        SharedTeachingSessionFactory.create(of=activity, topic=HOSTILE, lecturer_name=HOSTILE)
    browser = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    for locale in ("zh", "en"):
        browser.client.set_cookie("locale", locale)
        for address in (
            JIEDONG,
            CITY,
            "/communities/JD-66",
            "/communities/JD-66/criteria/O1",
            "/communities/JD-66/criteria/R1",
        ):
            page = browser.get(address)
            assert not [s for s in page.root.iter("script") if "alert" in "".join(s.itertext())]
            assert "49%s" not in page.text
            if address != CITY:
                assert HOSTILE in page.text, address


@pytest.mark.parametrize("path", ["/communities/JD-01", "/communities/JD-01/criteria/R2"])
def test_reading_about_people_is_noted_in_the_access_log(
    reader: Reader, demonstration: Flask, path: str
) -> None:
    reader("jiedong.official").get(path)
    with demonstration.app_context():
        last = (
            session()
            .scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc()).limit(1))
            .one()
        )
        assert (last.kind, last.what) == (AccessKind.VIEWED_PERSONAL_DATA, path)
        assert last.actor_name == "揭东区教育局经办人"
