"""The pages of background work."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from community.access import Actor, Role
from community.jobs.models import Job
from community.jobs.rules import File, JobState, Link, Outcome, Progress, Result
from community.journal.models import AccessKind, AccessLogEntry
from community.kernel import storage
from community.kernel.database import session, transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import Message
from tests.conftest import Recording, SignInAs, WorkOff
from tests.factories import JobFactory
from tests.jobs.conftest import Ask, Do

Read = Callable[[int], Job]
REFRESH = 'http-equiv="refresh"'


def test_work_that_waits_for_a_worker_says_that_none_is_running(
    sign_in_as: SignInAs, ask: Ask, do: Do
) -> None:
    number = ask()
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get(f"/jobs/{number}")
    assert "后台服务" in page.text or "background service" in page.text
    html = page.response.get_data(as_text=True)
    assert REFRESH in html
    assert "data-live" in html


def test_with_a_worker_it_says_nothing_of_the_kind(
    sign_in_as: SignInAs, ask: Ask, do: Do, alive: None
) -> None:
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get(f"/jobs/{ask()}")
    assert "flask worker" not in page.text


def test_a_failure_stays_visible_with_its_reason(
    sign_in_as: SignInAs, ask: Ask, do: Do, work_off: WorkOff
) -> None:
    def work(_params: dict[str, Any], _progress: Progress, _actor: Actor) -> Outcome:
        raise RuleViolationError(Message("<b>%(what)s</b>", {"what": "{{7*7}}"}))

    do(work)
    number = ask()
    work_off()
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    for address in (f"/jobs/{number}", "/jobs", "/jobs?state=failed"):
        page = browser.get(address)
        assert "<b>{{7*7}}</b>" in page.text
        assert REFRESH not in page.response.get_data(as_text=True)
    assert "<b>{{7*7}}</b>" not in browser.get("/jobs?state=done").text


def test_a_result_is_fetched_and_who_fetched_it_is_noted(
    app: Flask, sign_in_as: SignInAs, ask: Ask, do: Do, work_off: WorkOff
) -> None:
    def work(_params: dict[str, Any], _progress: Progress, _actor: Actor) -> Outcome:
        return Result(
            Message("Report"),
            Link("pages.home"),
            File("报表 1.pdf", "application/pdf", b"%PDF-"),
        )

    do(work)
    number = ask()
    work_off()
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = browser.get(f"/jobs/{number}")
    assert f"/jobs/{number}/file" in page.links
    assert "/" in page.links
    answer = browser.client.get(f"/jobs/{number}/file")
    assert answer.data == b"%PDF-"
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with app.app_context():
        noted = session().scalars(select(AccessLogEntry).filter_by(kind=AccessKind.EXPORTED)).one()
        assert noted.what == f"/jobs/{number}/file"
    storage.delete([f"jobs/{number}/result"])
    browser.get(f"/jobs/{number}/file", 404)


def test_cancelling_is_a_form(sign_in_as: SignInAs, ask: Ask, do: Do, work_off: WorkOff) -> None:
    number = ask()
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = browser.submit(browser.get(f"/jobs/{number}"), "/cancel")
    assert page.address.endswith(f"/jobs/{number}")
    assert not [form for form in page.forms if "cancel" in form.action]
    assert work_off() == 0


def test_work_asked_for_under_another_role_is_no_longer_shown(
    app: Flask, sign_in_as: SignInAs, ask: Ask, do: Do
) -> None:
    number = ask()
    with app.app_context(), transaction():
        session().get_one(Job, number).scope = "district_official:1:9:"
    sign_in_as(Role.DISTRICT_OFFICIAL).get(f"/jobs/{number}", 404)


def test_everybody_sees_the_own_work_and_the_administrator_all(
    sign_in_as: SignInAs, ask: Ask, do: Do
) -> None:
    own, other = ask(), ask(Role.CITY_OFFICIAL)
    links = sign_in_as(Role.DISTRICT_OFFICIAL).get("/jobs").links
    assert f"/jobs/{own}" in links
    assert f"/jobs/{other}" not in links
    links = sign_in_as(Role.SYSTEM_ADMINISTRATOR).get("/jobs").links
    assert {f"/jobs/{own}", f"/jobs/{other}"} <= set(links)


def test_who_asked_for_nothing_is_told_what_would_be_here(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.VIEWER)
    assert browser.get("/jobs").status == 200
    assert browser.get("/jobs?state=failed").status == 200


def test_a_long_list_goes_on(sign_in_as: SignInAs, recording: Recording) -> None:
    with recording():
        for _ in range(60):
            JobFactory.create(state=JobState.RUNNING, worker="gone")
    page = sign_in_as(Role.SYSTEM_ADMINISTRATOR).get("/jobs")
    assert "after=" in " ".join(page.links)
