"""Every error is a page that says what to do, whatever else fails."""

import sqlite3

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from community.access import Role
from community.accounts.models import SignInAttempt
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import (
    AccessDeniedError,
    DomainError,
    NotFoundError,
    RuleViolationError,
    StaleWriteError,
)
from community.kernel.i18n import Message
from community.web.extensions import db
from community.web.security import public
from tests.browser_client import Browser
from tests.conftest import SignInAs

pytestmark = pytest.mark.once

RAISES: list[Exception] = []


@pytest.fixture
def failing(app: Flask) -> Flask:
    """An application with a page that raises what RAISES holds."""
    app.config.update(PROPAGATE_EXCEPTIONS=False)

    @app.get("/fail")
    @public
    def fail() -> str:
        raise RAISES[-1]

    @app.get("/abort/<int:code>")
    @public
    def stop(code: int) -> str:
        abort(code)

    return app


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuleViolationError("It is forbidden."), 409),
        (StaleWriteError("Somebody was faster."), 409),
        (AccessDeniedError("Not you."), 403),
        (NotFoundError("Nothing here."), 404),
        (DomainError("Neither."), 409),
        (RuntimeError("a secret of ours"), 500),
        (OperationalError("SELECT secret", {}, sqlite3.OperationalError("disk is full")), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_is_a_page_with_its_status(failing: Flask, error: Exception, status: int) -> None:
    RAISES.append(error)
    page = Browser(failing).get("/fail", status)
    assert str(status) in page.text
    if isinstance(error, DomainError):
        assert str(error) in page.text
    assert "secret" not in page.response.text


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503])
def test_every_http_error_has_a_page(failing: Flask, code: int) -> None:
    page = Browser(failing).get(f"/abort/{code}", code)
    assert str(code) in page.text


def test_a_message_is_said_in_the_readers_language(failing: Flask) -> None:
    RAISES.append(NotFoundError())
    browser = Browser(failing)
    assert "There is no such record." not in browser.get("/fail", 404).text
    browser.client.set_cookie("locale", "en")
    assert "There is no such record." in browser.get("/fail", 404).text


def test_what_an_error_quotes_is_escaped(failing: Flask) -> None:
    RAISES.append(RuleViolationError(Message("%(what)s", {"what": "<script>alert(1)</script>"})))
    page = Browser(failing).get("/fail", 409)
    assert "<script>alert(1)" not in page.response.text
    assert "<script>alert(1)" in page.text


def test_who_prefers_json_gets_json(failing: Flask) -> None:
    RAISES.append(RuleViolationError("It is forbidden."))
    answer = failing.test_client().get("/fail", headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json is not None
    error = answer.json["error"]
    assert error["code"] == 409
    assert error["message"] == "It is forbidden."
    assert len(error["request_id"]) == 32


def test_a_busy_database_says_when_to_come_back(failing: Flask) -> None:
    RAISES.append(OperationalError("", {}, sqlite3.OperationalError("database is locked")))
    answer = failing.test_client().get("/fail")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_database_that_fails_midway_loses_nothing_and_comes_back(
    app: Flask, client: FlaskClient
) -> None:
    """The disk is full (SQLite), or the server goes away (PostgreSQL)."""

    @app.post("/note/<int:is_failing>")
    @public
    def note(is_failing: int) -> str:
        session().add(SignInAttempt(name_sha256="0" * 64, ip="", attempted_at=clock.now()))
        session().flush()
        if is_failing and db.engine.dialect.name == "sqlite":
            session().execute(text("PRAGMA max_page_count = 1"))  # never below what is used
            session().execute(text("CREATE TABLE filler AS SELECT zeroblob(10000000)"))
        elif is_failing:
            session().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return ""

    assert client.post("/note/0").status_code == 200
    answer = client.post("/note/1")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert client.post("/note/0").status_code == 200
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(SignInAttempt)) == 2


def test_a_method_that_is_not_allowed_names_those_that_are(failing: Flask) -> None:
    assert "GET" in failing.test_client().delete("/fail").headers["Allow"]


def test_the_page_of_a_dead_database_needs_no_database(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for the account of the reader nor for the menu."""
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)

    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError("", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", fail)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalars", fail)
    page = browser.get("/account", 503)
    assert "503" in page.text


def test_when_the_page_fails_too_a_bare_one_answers(
    failing: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> str:
        raise RuntimeError("no template")

    monkeypatch.setattr("community.web.errors.render_template", fail)
    RAISES.append(RuleViolationError("<b>It is forbidden.</b>"))
    page = Browser(failing).get("/fail", 409)
    assert "<b>It is forbidden.</b>" in page.text


def test_an_expired_form_says_what_to_do(app: Flask) -> None:
    answer = app.test_client().post("/language", data={"locale": "en"})
    assert answer.status_code == 400
