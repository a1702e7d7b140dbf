"""Lists taken along: at once when short, by the worker when long."""

import io
from collections.abc import Mapping

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from community.access import Actor, Permission, Role, require
from community.exports import rules, services, tasks  # noqa: F401 - the worker imports all tasks
from community.exports.queries import bounded_count
from community.exports.rules import Export
from community.jobs.models import Job
from community.jobs.rules import JobState
from community.jobs.tasks import run
from community.journal.models import AccessLogEntry
from community.kernel.database import session
from community.kernel.workbook.writing import CellType, Heading, Listing
from community.registry.models import School
from tests.browser_client import Browser
from tests.conftest import SignInAs
from tests.world import World

NUMBERS = 5


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a few numbers, which only officials may read, in place of the activities."""

    def offer(given: Mapping[str, str], actor: Actor) -> Export:
        require(actor, Permission.IMPORT_RUN)
        last = int(given.get("last") or NUMBERS)
        headings = [Heading("n", 8, CellType.NUMBER)]
        rows = ((-number,) for number in range(1, last + 1))
        return Export(Listing("数", headings, rows), last, None)

    monkeypatch.setitem(services._offers, "activities", offer)
    monkeypatch.setattr(rules, "MADE_AT_ONCE", NUMBERS)


def ask(browser: Browser, status: int = 200, **values: str) -> str:
    """Send the form of an export; answers with the address that was reached."""
    token = browser.get("/account").form("/sign-out").fields["csrf_token"]
    sent = {"csrf_token": token, "format": "xlsx", **values}
    return browser.post("/activities/export", sent, status).address


def test_a_short_list_comes_at_once(world: World, sign_in_as: SignInAs, app: Flask) -> None:
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    assert ask(browser).endswith("/activities/export")
    with app.app_context():
        assert session().scalars(select(Job)).all() == []


def test_a_long_list_is_made_by_the_worker(world: World, sign_in_as: SignInAs, app: Flask) -> None:
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    address = ask(browser, last=str(NUMBERS + 1))
    assert "/jobs/" in address
    with app.app_context():
        job = session().scalars(select(Job)).one()
        number = job.id
        assert (job.state, job.kind) == (JobState.QUEUED, "exports.write")
        logged = session().scalars(select(AccessLogEntry.what)).all()
        assert "activities last=6" in logged
    run(number)
    answer = browser.get(f"/jobs/{number}/file").response
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["n", -1, -2, -3, -4, -5, -6]
    assert "数" in answer.headers["Content-Disposition"] or "UTF-8" in str(answer.headers)


def test_the_worker_asks_for_the_permission_again(
    world: World, sign_in_as: SignInAs, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    ask(browser, last=str(NUMBERS + 1))
    with app.app_context():
        number = session().scalars(select(Job.id)).one()

    def refuse(_given: Mapping[str, str], actor: Actor) -> Export:
        require(actor, Permission.ROLLUP_KEEP)
        raise AssertionError("an official does not get here")

    monkeypatch.setitem(services._offers, "activities", refuse)
    run(number)
    with app.app_context():
        job = session().get_one(Job, number)
        assert (job.state, job.result_key) == (JobState.FAILED, None)


def test_who_may_not_read_the_list_gets_no_file(
    world: World, sign_in_as: SignInAs, app: Flask
) -> None:
    ask(sign_in_as(Role.VIEWER), 403)
    ask(sign_in_as(Role.VIEWER), 403, last=str(NUMBERS + 1))
    with app.app_context():
        assert session().scalars(select(Job)).all() == []


def test_a_count_stops_where_it_is_said_to(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        schools = len(session().scalars(select(School.id)).all())
        assert bounded_count(session(), select(School.id)) == schools
        monkeypatch.setattr("community.exports.queries.COUNTED", 3)
        assert bounded_count(session(), select(School.id)) == 4
