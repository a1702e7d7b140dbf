"""One request: its transaction, its writes afterwards, its line in the log."""

import gzip
import html
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts.models import SignInAttempt
from community.kernel.database import session, transaction
from community.kernel.errors import RuleViolationError
from community.web.app import JsonFormatter, write_later
from community.web.security import own_transactions, public

pytestmark = pytest.mark.on_server


def note() -> None:
    """Write a row of a table that no journal follows."""
    session().add(SignInAttempt(name_sha256="0" * 64, ip="", attempted_at=datetime.now(UTC)))


def note_count(app: Flask) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(SignInAttempt)) or 0


@contextmanager
def records_of(name: str) -> Iterator[list[logging.LogRecord]]:
    """What a logger is given within a block."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign, assignment] # the shortest handler
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (400, 0), (422, 0)])
def test_an_unsafe_request_commits_below_400(
    app: Flask, client: FlaskClient, status: int, kept: int
) -> None:
    @app.post("/note")
    @public
    def view() -> tuple[str, int]:
        note()
        return "", status

    assert client.post("/note").status_code == status
    assert note_count(app) == kept


def test_an_error_rolls_back_before_its_page_is_made(app: Flask, client: FlaskClient) -> None:
    @app.post("/note")
    @public
    def view() -> str:
        note()
        session().flush()
        raise RuleViolationError("No.")

    assert client.post("/note").status_code == 409
    assert note_count(app) == 0


def test_a_safe_request_commits_nothing_by_itself(app: Flask, client: FlaskClient) -> None:
    @app.get("/note")
    @public
    def view() -> str:
        note()
        session().flush()
        return ""

    assert client.get("/note").status_code == 200
    assert note_count(app) == 0


def test_what_a_safe_request_queues_is_written_after_its_answer(
    app: Flask, client: FlaskClient
) -> None:
    seen: list[int] = []

    @app.get("/note")
    @public
    def view() -> str:
        write_later(note)
        seen.append(session().scalar(select(func.count()).select_from(SignInAttempt)) or 0)
        return ""

    assert client.get("/note").status_code == 200
    assert seen == [0]
    assert note_count(app) == 1


@pytest.mark.parametrize(("status", "kept"), [(200, 2), (422, 1)])
def test_what_an_unsafe_request_queues_survives_its_refusal(
    app: Flask, client: FlaskClient, status: int, kept: int
) -> None:
    @app.post("/note")
    @public
    def view() -> tuple[str, int]:
        note()
        write_later(note)
        return "", status

    assert client.post("/note").status_code == status
    assert note_count(app) == kept


@pytest.mark.parametrize(("is_essential", "status"), [(True, 500), (False, 200)])
def test_what_cannot_be_logged_is_not_shown(
    app: Flask, client: FlaskClient, is_essential: bool, status: int
) -> None:
    def fail() -> None:
        raise RuntimeError("the log is full")

    @app.get("/note")
    @public
    def view() -> str:
        write_later(fail, is_essential=is_essential)
        return "secret"

    app.config.update(PROPAGATE_EXCEPTIONS=False)
    answer = client.get("/note")
    assert answer.status_code == status
    assert ("secret" in answer.text) is (not is_essential)


def test_requests_that_read_first_and_write_then_wait_for_each_other(
    app: Flask, client: FlaskClient
) -> None:
    """On SQLite they would fail at once, had they begun as readers."""
    meet = Barrier(4)

    @app.post("/note")
    @public
    def view() -> str:
        seen = session().scalar(select(func.count()).select_from(SignInAttempt))
        note()
        return str(seen)

    def ask() -> list[int]:
        meet.wait()
        return [app.test_client().post("/note").status_code for _ in range(5)]

    app.config.update(PROPAGATE_EXCEPTIONS=False)
    with ThreadPoolExecutor(4) as pool:
        answers = [asked.result() for asked in [pool.submit(ask) for _ in range(4)]]
    assert answers == [[200] * 5] * 4
    assert note_count(app) == 20


def test_a_view_may_see_to_its_own_transactions(app: Flask, client: FlaskClient) -> None:
    @app.post("/note")
    @public
    @own_transactions
    def view() -> tuple[str, int]:
        with transaction():
            note()
        note()
        return "", 422

    assert client.post("/note").status_code == 422
    assert note_count(app) == 1


def test_a_request_is_one_line_of_json_without_its_query(
    client: FlaskClient,
) -> None:
    with records_of("community.request") as records:
        client.get("/health/live?name=张三")
    (record,) = records
    line = JsonFormatter().format(record)
    assert "\n" not in line
    written = json.loads(line)
    assert written["method"] == "GET"
    assert written["path"] == "/health/live"
    assert written["status"] == 200
    assert written["actor_id"] is None
    assert len(written["request_id"]) == 32
    assert written["ms"] >= 0
    assert "张三" not in line


def test_a_fault_is_logged_on_one_line_with_the_number_that_its_page_shows(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/fault")
    @public
    def view() -> str:
        raise RuntimeError("boom")

    app.config.update(PROPAGATE_EXCEPTIONS=False)
    with records_of("community.web") as records:
        answer = client.get("/fault")
    assert answer.status_code == 500
    (record,) = records
    line = JsonFormatter().format(record)
    written = json.loads(line)
    assert "boom" in written["traceback"]
    assert "\n" not in line
    assert written["request_id"] in answer.text
    assert "boom" not in answer.text


@pytest.mark.once
def test_a_first_page_is_small_on_a_village_s_network(app: Flask, client: FlaskClient) -> None:
    accepting = {"Accept-Encoding": "gzip, deflate"}
    page = client.get("/sign-in", headers=accepting)
    assert page.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(page.data).decode()
    files = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg)[^"]*)"', text)
    assert len(files) >= 3
    answers = [client.get(html.unescape(file), headers=accepting, buffered=True) for file in files]
    assert {answer.status_code for answer in answers} == {200}
    assert len(page.data) + sum(len(answer.data) for answer in answers) <= 100 * 1024
