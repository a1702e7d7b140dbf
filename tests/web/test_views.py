"""The language that sticks, and what a load balancer asks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from community.access import Role
from community.kernel.database import session, transaction
from community.kernel.doctor import newest_revisions
from config import ROOT
from tests.browser_client import Browser
from tests.conftest import SignInAs


def test_chinese_first_then_what_was_chosen(browser: Browser) -> None:
    page = browser.get("/sign-in?next=/journal")
    assert page.root.get("lang") == "zh-Hans"
    page = browser.submit(page, "/language")
    assert page.root.get("lang") == "en"
    assert page.address.endswith("/sign-in?next=/journal"), "back on the same page"
    assert browser.get("/sign-in").root.get("lang") == "en"
    page = browser.submit(browser.get("/sign-in"), "/language")
    assert page.root.get("lang") == "zh-Hans"


def test_the_choice_sticks_for_who_is_signed_in(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.VIEWER)
    browser.submit(browser.get("/account"), "/language")
    assert browser.get("/account").root.get("lang") == "en"


@pytest.mark.parametrize("locale", ["fr", "", "zh_CN", "../../etc"])
def test_an_unknown_language_changes_nothing(client: FlaskClient, locale: str) -> None:
    answer = client.post("/language", data={"locale": locale})
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers


def test_a_forged_cookie_is_the_default(browser: Browser) -> None:
    browser.client.set_cookie("locale", "xx")
    assert browser.get("/sign-in").root.get("lang") == "zh-Hans"


def test_a_living_process_says_so(client: FlaskClient) -> None:
    assert client.get("/health/live").json == {"ok": True}


def test_a_ready_one_has_database_migrations_and_storage(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    checks = {"database": True, "migrations": True, "storage": True}
    assert answer.json == {"ok": True, "checks": checks}


def test_it_is_not_ready_before_it_is_migrated(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        session().execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        answer = client.get("/health/ready")
    finally:
        with app.app_context(), transaction():
            (newest,) = newest_revisions(ROOT / "migrations")
            session().execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest}
            )
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"] == {"database": True, "migrations": False, "storage": True}


def test_it_is_not_ready_without_storage(app: Flask, client: FlaskClient) -> None:
    app.config["DATA_DIR"] = app.config["DATA_DIR"] / "gone"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["storage"] is False


def test_it_is_not_ready_without_a_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", refuse)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["database"] is False
    assert "refused" not in answer.text, "strangers are told what fails, not why"
