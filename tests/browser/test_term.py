"""The to-do lists get shorter, a list is filtered and taken along, a term is closed and goes on."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Download

from community.access import Role
from community.activities import services
from community.activities.rules import Move
from community.kernel import clock
from community.kernel.database import session
from community.registry.models import School
from tests.activities.office import Office
from tests.activities.records import record
from tests.browser.conftest import Window, WindowOf
from tests.conftest import Recording
from tests.factories import (
    ArrangementSlotFactory,
    SavedEntryFactory,
    SchoolYearFactory,
    TermFactory,
    WalkingTeachingArrangementFactory,
)
from tests.world import World

pytestmark = pytest.mark.browser
CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL


@pytest.fixture
def today(world: World, recording: Recording, app: Flask) -> date:
    """Today lies in a term, which another follows; in each inbox there is something."""
    today, own = clock.today(), world.own
    day = today - timedelta(days=20)
    with recording():
        year = SchoolYearFactory.create(
            name=f"{today.year}-{today.year + 1}",
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=200),
        )
        spans = ((today - timedelta(days=60), 70), (today + timedelta(days=20), 100))
        terms = [
            TermFactory.create(
                school_year=year,
                number=number,
                starts_on=first,
                ends_on=first + timedelta(days=days),
            )
            for number, (first, days) in enumerate(spans, start=1)
        ]
        record(own, day, is_confirmed=False, details={"topic": "=1+1"}, note="-5")
        wrong = record(own, day, is_confirmed=False, reported_by_school_id=own.lead_id)
        record(own, day - timedelta(days=1), recorded_at=clock.now(), note="@x")
        SavedEntryFactory.create(account_id=world.account_ids[LEAD])
        arranged = WalkingTeachingArrangementFactory.create(
            county_id=own.county_id,
            community_id=own.community_id,
            sender_id=own.lead_id,
            receiver_id=own.member_id,
            term_id=terms[0].id,
            starts_on=terms[0].starts_on,
            ends_on=terms[0].ends_on,
        )
        ArrangementSlotFactory.create(arrangement_id=arranged.id)
    Office(app, world).do(CLERK, services.decide, wrong, Move.RETURN, "日期不符")
    return today


def in_menu(window: Window) -> str:
    """The number beside home in the menu."""
    pill = window.page.locator("nav .pill")
    return pill.first.inner_text().split()[0] if pill.count() else ""


def act(window: Window, move: str) -> None:
    """Make a move with the record that is open."""
    window.page.click(f"#main a[href*='/{move}'], header a[href*='/{move}']")
    window.page.click("main form.form button[type=submit]")


@pytest.mark.usefixtures("today")
def test_a_term_from_the_first_thing_to_do_to_the_next_term(
    app: Flask, world: World, window_of: WindowOf
) -> None:
    with app.app_context():
        member, lead_school = (
            session().get_one(School, id_).name for id_ in (world.own.member_id, world.own.lead_id)
        )
    clerk, lead, official = map(window_of, (CLERK, LEAD, OFFICIAL))
    official.open("/term-end")
    official.look()
    assert owes(official) == {"unconfirmed": [member], "returned": [lead_school]}
    do_what_waits(clerk, lead, official)
    official.open("/term-end")
    assert owes(official) == {}
    take_along(official)
    go_on(lead)


def owes(window: Window) -> dict[str, list[str]]:
    """Who owes what of the term's records."""
    found: dict[str, list[str]] = {}
    for kind in ("unconfirmed", "returned"):
        names = window.page.locator(f"[aria-labelledby=open-{kind}] tbody th").all_inner_texts()
        found |= {kind: names} if names else {}
    return found


def do_what_waits(clerk: Window, lead: Window, official: Window) -> None:
    clerk.open("/")
    assert in_menu(clerk) == "1"
    clerk.page.click("[aria-labelledby=waiting-to_confirm] td a")
    act(clerk, "confirm")
    assert in_menu(clerk) == ""
    clerk.open("/")
    clerk.look()

    lead.open("/")
    lead.look()
    assert in_menu(lead) == "2"
    lead.page.click("[aria-labelledby=waiting-returned] td a")
    lead.page.click("#main a[href$='withdraw'], header a[href$='withdraw']")
    lead.page.fill("[name=reason]", "重复登记")
    lead.page.click("main form.form button[type=submit]")
    lead.open("/entries")
    lead.page.click("#main form[action$='/discard'] button")
    assert in_menu(lead) == ""

    official.open("/")
    before = int(in_menu(official))
    official.page.click("[aria-labelledby=waiting-to_check] td a")
    act(official, "check")
    assert int(in_menu(official) or 0) == before - 1


def rows_of(download: Download) -> list[list[Any]]:
    """The rows of a list that was taken along, without those above its first record."""
    content = Path(download.path()).read_bytes()
    if download.suggested_filename.endswith(".csv"):
        rows: list[list[Any]] = list(
            csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        )
    else:
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "d", "inlineStr"}
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return rows[1:]


def take_along(window: Window) -> None:
    """The rows of the filter, no more and no fewer, and none of them a formula."""
    page = window.page
    window.open("/activities")
    page.select_option("[name=kind]", "synchronous_class")
    page.fill("[name=q]", "=1+1")
    page.click(".filters button[type=submit]")
    window.look()
    assert page.locator("main .panel-flush tbody tr").count() == 1
    for name, text, note in (("xlsx", "=1+1", "-5"), ("csv", "'=1+1", "'-5")):
        with page.expect_download() as waiting:
            page.click(f".export [value={name}]")
        (row,) = rows_of(waiting.value)
        assert (row[9], row[-1]) == (text, note)
    # The chip of the text is taken away, the other filter stays and is kept under a name.
    page.locator(".chips a.chip", has_text="=1+1").click()
    assert page.locator("main .panel-flush tbody tr").count() == 3
    page.click(".keep-filter summary")
    page.fill("#filter-name", "同步课堂")
    page.click(".keep-form button")
    window.open("/activities?q=nothing")
    page.locator(".kept-filters a.chip", has_text="同步课堂").click()
    assert page.locator("main .panel-flush tbody tr").count() == 3
    with page.expect_download() as waiting:
        page.click(".export [value=xlsx]")
    assert len(rows_of(waiting.value)) == 3


def go_on(window: Window) -> None:
    page = window.page
    window.open("/walking-teaching/roll-over")
    window.look()
    page.click("main form.form button[type=submit]")
    window.open("/walking-teaching/roll-over")
    assert page.locator("#going").count() == 0, "it goes on once"
    assert "陈静" in page.inner_text("[aria-labelledby=staying]")
    window.open("/walking-teaching/arrangements")
    assert page.locator("main tbody tr").count() == 2
