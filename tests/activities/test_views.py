"""The list of activities, one record, decisions about it, and what is taken along."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from community.access import Role
from community.activities.models import Activity, ActivityDecision
from community.activities.rules import (
    ActivityState,
    DecisionKind,
    Sheet,
    Subject,
)
from community.journal.models import AccessKind, AccessLogEntry
from community.kernel.database import session
from community.registry.models import School
from tests.activities.records import record
from tests.browser_client import Browser, Page, text_of
from tests.conftest import Recording, SignInAs
from tests.factories import SchoolYearFactory
from tests.world import World

OFFICIAL = Role.DISTRICT_OFFICIAL
YEAR = "school_year=2024-2025"


@pytest.fixture
def ids(world: World, recording: Recording) -> dict[str, int]:
    """Records in every state, of the own community and of others."""
    own = world.own
    with recording():
        return {
            "counted": record(own, date(2024, 10, 8), details={"topic": "荷塘月色"}),
            "unconfirmed": record(own, date(2024, 11, 5), is_confirmed=False),
            "unproven": record(
                own, date(2024, 11, 6), is_proven=False, subject=Subject.MATHEMATICS
            ),
            "outside": record(own, date(2024, 12, 3), receiver_id=world.sibling.member_id),
            "visit": record(own, date(2025, 3, 4), sheet=Sheet.WALKING_TEACHING),
            "books": record(own, date(2025, 3, 5), sheet=Sheet.RESOURCE_TRANSFERS, subject=None),
            "draft": record(own, date(2025, 3, 6), state=ActivityState.DRAFT),
            "next year": record(own, date(2025, 9, 1)),
            "sibling": record(world.sibling, date(2025, 4, 1), note="百分之 100%_整"),
            "other": record(world.other, date(2025, 4, 2)),
        }


def dates(page: Page) -> list[str]:
    """The days of the rows of the list."""
    return [
        text_of(row.find("th"))[:10]
        for table in page.root.iter("table")
        if "最近" in text_of(table.find("caption")) or "latest" in text_of(table.find("caption"))
        for body in table.iter("tbody")
        for row in body.iter("tr")
    ]


# --- the list -----------------------------------------------------------------------------------


ALL = [
    "2025-04-01",
    "2025-03-05",
    "2025-03-04",
    "2024-12-03",
    "2024-11-06",
    "2024-11-05",
    "2024-10-08",
]
FILTERS = {
    "": ALL,
    "kind=nonsense&state=nonsense&counts=x&month=13&sheet=x&side=x": ALL,
    "sheet=walking_teaching": ["2025-03-04"],
    "kind=books": ["2025-03-05"],
    "state=submitted": ["2024-11-05"],
    "counts=counted": ["2025-04-01", "2025-03-05", "2025-03-04", "2024-10-08"],
    "counts=not_counted": ["2024-12-03", "2024-11-06", "2024-11-05"],
    "counts=not_confirmed": ["2024-11-05"],
    "counts=no_evidence": ["2024-11-06"],
    "counts=outside_membership": ["2024-12-03"],
    "month=11": ["2024-11-06", "2024-11-05"],
    "q=荷塘": ["2024-10-08"],
    "q=黄老师": ["2025-03-04"],
    "q=数学": ["2024-11-06"],
    "q=100%25_": ["2025-04-01"],
    "q=%25": ["2025-04-01"],
    "community=JD-02": ["2025-04-01"],
    "community=JD-01&counts=not_confirmed": ["2024-11-05"],
    "school=没有这所学校": [],
}


def test_filters(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    browser = sign_in_as(OFFICIAL)
    found = {given: dates(browser.get(f"/activities?{YEAR}&{given}")) for given in FILTERS}
    assert found == FILTERS


def test_a_school_as_provider_or_receiver(
    ids: dict[str, int], world: World, sign_in_as: SignInAs, app: Flask
) -> None:
    with app.app_context():
        (name,) = (
            session().execute(select(School.name).where(School.id == world.sibling.member_id)).one()
        )
    browser = sign_in_as(OFFICIAL)
    for side, expected in (
        ("", ["2025-04-01", "2024-12-03"]),
        ("receiver", ["2025-04-01", "2024-12-03"]),
        ("provider", []),
    ):
        assert dates(browser.get(f"/activities?{YEAR}&school={name}&side={side}")) == expected


def test_everybody_sees_what_is_theirs(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    for role, address, expected in (
        (Role.LEAD_SCHOOL_ADMINISTRATOR, "", 6),
        (Role.SCHOOL_CLERK, "", 6),
        (Role.VIEWER, "", 7),
        (Role.CITY_OFFICIAL, "county=445281", 1),
        (Role.SYSTEM_ADMINISTRATOR, "county=445281", 1),
    ):
        found = dates(sign_in_as(role).get(f"/activities?{YEAR}&{address}"))
        assert len(found) == expected, role


def test_elsewhere_there_is_nothing(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    for role, address in (
        (OFFICIAL, "county=445281"),
        (OFFICIAL, "community=PN-01"),
        (OFFICIAL, "county=nowhere"),
        (Role.SCHOOL_CLERK, "community=JD-02"),
        (Role.CITY_OFFICIAL, "community=XX-01"),
    ):
        sign_in_as(role).get(f"/activities?{YEAR}&{address}", status=404)


def test_pages_by_key(world: World, recording: Recording, sign_in_as: SignInAs) -> None:
    with recording():
        for day in range(1, 29):
            for _ in range(2):
                record(world.own, date(2024, 10, day))
    browser = sign_in_as(OFFICIAL)
    first = browser.get(f"/activities?{YEAR}")
    (older,) = [link for link in first.links if "after=" in link]
    second = browser.get(older)
    seen = dates(first) + dates(second)
    assert (len(dates(first)), len(seen)) == (50, 56)
    assert seen == sorted(seen, reverse=True)
    (newer,) = [link for link in second.links if "before=" in link]
    assert dates(browser.get(newer)) == dates(first)


def test_empty_lists_say_what_to_do(world: World, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(OFFICIAL)
    assert "导出" not in browser.get(f"/activities?{YEAR}").text
    for address in (YEAR, f"{YEAR}&q=x", "school_year=2099-2100"):
        assert dates(browser.get(f"/activities?{address}")) == []


# --- one record ---------------------------------------------------------------------------------


def test_a_record_shows_all_of_its_ledger(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.SCHOOL_CLERK)
    for name, address, words in (
        ("counted", "/shared-teaching/{}", ["荷塘月色", "陈校长", "JD-01"]),
        ("visit", "/walking-teaching/{}", ["黄老师", "第2-3节"]),
        ("books", "/resource-transfers/{}", ["JD-01"]),
    ):
        page = browser.get(f"/activities/{ids[name]}")
        assert page.address.endswith(address.format(ids[name]))
        for word in words:
            assert word in page.text


def test_what_is_not_theirs_does_not_exist(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    for role, name, address in (
        (OFFICIAL, "other", "/shared-teaching/{}"),
        (OFFICIAL, "draft", "/shared-teaching/{}"),
        (OFFICIAL, "visit", "/shared-teaching/{}"),
        (OFFICIAL, "counted", "/resource-transfers/{}"),
        (OFFICIAL, "other", "/activities/{}/disallow"),
        (Role.SCHOOL_CLERK, "sibling", "/shared-teaching/{}"),
    ):
        sign_in_as(role).get(address.format(ids[name]), status=404)


def decision_of(app: Flask, activity_id: int) -> tuple[ActivityState, list[Any]]:
    with app.app_context():
        decisions = session().scalars(
            select(ActivityDecision).where(ActivityDecision.activity_id == activity_id)
        )
        said = [(d.kind, d.reason, d.decided_by_name, d.known_until is None) for d in decisions]
        return session().get_one(Activity, activity_id).state, said


def test_an_official_disallows_a_record_and_takes_it_back(
    ids: dict[str, int], sign_in_as: SignInAs, app: Flask
) -> None:
    browser = sign_in_as(OFFICIAL)
    number = ids["counted"]
    page = browser.get(f"/activities/{number}/disallow")
    refused = browser.submit(page, f"/activities/{number}/disallow", status=422, reason="  ")
    assert refused.root.find(".//*[@id='reason-error']") is not None
    page = browser.submit(
        refused, f"/activities/{number}/disallow", reason="当天学校放假，<b>无人</b>"
    )
    assert "当天学校放假，<b>无人</b>" in page.text
    state, said = decision_of(app, number)
    assert state is ActivityState.DISALLOWED
    assert said[0][:2] == (DecisionKind.DISALLOWED, "当天学校放假，<b>无人</b>")
    assert dates(browser.get(f"/activities?{YEAR}&counts=disallowed")) == ["2024-10-08"]
    # A second time there is nothing to disallow: the page leads back to the record.
    again = browser.get(f"/activities/{number}/disallow")
    assert again.address.endswith(f"/shared-teaching/{number}")
    back = browser.get(f"/activities/{number}/allow")
    browser.submit(back, f"/activities/{number}/allow", reason="")
    state, said = decision_of(app, number)
    assert state is ActivityState.CONFIRMED
    assert [is_open for *_, is_open in said] == [False]


MOVES = (
    (True, ["withdraw"], ActivityState.WITHDRAWN),
    (True, ["withdraw", "restore"], ActivityState.CONFIRMED),
    (False, ["withdraw", "restore"], ActivityState.SUBMITTED),
    (False, ["disallow", "allow", "withdraw"], ActivityState.WITHDRAWN),
    (True, ["check", "uncheck"], ActivityState.CONFIRMED),
    (True, ["check", "disallow"], ActivityState.DISALLOWED),
    (True, ["check", "disallow", "allow"], ActivityState.CHECKED),
    (True, ["withdraw", "restore", "withdraw"], ActivityState.WITHDRAWN),
)


def test_moves(world: World, recording: Recording, sign_in_as: SignInAs, app: Flask) -> None:
    with recording():
        numbers = [record(world.own, is_confirmed=is_confirmed) for is_confirmed, *_ in MOVES]
    browser = sign_in_as(OFFICIAL)
    for number, (_, moves, state) in zip(numbers, MOVES, strict=True):
        for move in moves:
            address = f"/activities/{number}/{move}"
            browser.submit(browser.get(address), address, reason="录入有误")
        assert decision_of(app, number)[0] is state, moves


def test_moves_that_the_state_does_not_allow(
    ids: dict[str, int], sign_in_as: SignInAs, app: Flask
) -> None:
    browser = sign_in_as(OFFICIAL)
    page = browser.get(f"/activities/{ids['counted']}/withdraw")
    sent = {"csrf_token": page.form("/withdraw").fields["csrf_token"], "reason": "x"}
    browser.post(f"/activities/{ids['visit']}/disallow", sent)
    for name, move, status in (
        ("unconfirmed", "check", 422),  # nobody checks what is not confirmed
        ("counted", "restore", 422),
        ("counted", "allow", 422),
        ("counted", "uncheck", 422),
        ("visit", "disallow", 422),  # it is already
        ("visit", "withdraw", 422),  # nobody hides what was disallowed
        # What schools do is not done here.
        ("counted", "submit", 403),
        ("counted", "confirm", 422),
        ("counted", "return", 403),
        ("counted", "nonsense", 404),
    ):
        before = decision_of(app, ids[name])
        browser.post(f"/activities/{ids[name]}/{move}", sent, status=status)
        assert decision_of(app, ids[name]) == before


# --- taken along --------------------------------------------------------------------------------


def taken(browser: Browser, address: str, file_format: str) -> list[list[Any]]:
    """The rows of the file, as the program that opens it sees them; the head is the first."""
    page = browser.get(address)
    answer = browser.submit(page, "/activities/export", format=file_format).response
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if file_format == "csv":
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        return list(csv.reader(io.StringIO(text, newline="")))
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_export_is_exactly_the_current_filter(
    ids: dict[str, int], sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(OFFICIAL)
    for given in ("", "counts=not_counted", "month=11", "q=荷塘", "community=JD-02"):
        listed = f"/activities?{YEAR}&{given}"
        page = browser.get(listed)
        for file_format in ("xlsx", "csv"):
            rows = taken(browser, listed, file_format)[1:]
            assert [str(row[0])[:10] for row in rows] == dates(page)
        (button,) = (b for b in page.root.iter("button") if b.get("value") == "xlsx")
        assert str(len(dates(page))) in text_of(button)


HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-5", "@SUM(A1)", "\t=1", "＝1"]


def test_no_cell_becomes_a_formula(
    world: World, recording: Recording, sign_in_as: SignInAs
) -> None:
    with recording():
        for text in HOSTILE:
            record(world.own, details={"topic": text}, note=text)
    browser = sign_in_as(OFFICIAL)
    page = browser.get(f"/activities?{YEAR}")
    answer = browser.submit(page, "/activities/export", format="xlsx").response
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    lines = taken(browser, f"/activities?{YEAR}", "csv")
    for text in HOSTILE:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
        assert [cell.data_type for cell in cells] == ["s", "s"]
        assert sum(cell == f"'{text}" for line in lines for cell in line) == 2


def test_the_export_is_logged(ids: dict[str, int], sign_in_as: SignInAs, app: Flask) -> None:
    taken(sign_in_as(OFFICIAL), f"/activities?{YEAR}&q=荷塘", "csv")
    with app.app_context():
        entry = (
            session()
            .scalars(select(AccessLogEntry).where(AccessLogEntry.kind == AccessKind.EXPORTED))
            .one()
        )
        assert "activities" in entry.what
        assert "q=荷塘" in entry.what


def test_the_export_asks_for_the_permission_again(
    ids: dict[str, int], world: World, sign_in_as: SignInAs, recording: Recording
) -> None:
    browser = sign_in_as(OFFICIAL)
    page = browser.get(f"/activities?{YEAR}")
    form = page.form("/activities/export")
    for change, status in (
        ({"county": "445281"}, 404),
        ({"community": "PN-01"}, 404),
        ({"format": "exe"}, 400),
    ):
        browser.post("/activities/export", {**form.fields, "format": "csv", **change}, status)


def test_a_list_opens_in_the_latest_school_year_that_has_records(
    sign_in_as: SignInAs, recording: Recording, world: World
) -> None:
    with recording():
        SchoolYearFactory.create(
            name="2025-2026", starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31)
        )
        record(world.own, date(2024, 10, 8))
        record(world.other, date(2025, 10, 8))
    for role in (Role.DISTRICT_OFFICIAL, Role.SCHOOL_CLERK):
        page = sign_in_as(role).get("/activities")
        (select,) = [e for e in page.root.iter("select") if e.get("name") == "school_year"]
        assert [o.get("value") for o in select.iter("option") if "selected" in o.attrib] == [
            "2024-2025"
        ]
