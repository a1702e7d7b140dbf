"""A form sent after its session had ended: nothing typed is lost, and nobody else gets it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from community.access import Operator
from community.accounts import services
from community.accounts.models import UserSession
from community.kernel import clock
from community.kernel.database import session, transaction
from community.kernel.i18n import N_, gettext
from community.web import kept_forms
from tests.accounts.conftest import (
    ANOTHER_PASSWORD,
    PASSWORD,
    CreatePerson,
    Person,
    fill_in,
    form_with,
    sign_in,
)
from tests.browser_client import Browser, Page

pytestmark = pytest.mark.once
ADDRESS = "/communities/new?from=list"


def end_sessions(app: Flask) -> None:
    with app.app_context(), transaction():
        session().execute(update(UserSession).values(ended_at=clock.now()))


def send_late(app: Flask, browser: Browser, address: str = ADDRESS, **typed: Any) -> Page:
    """Open a form, let the session end, and send what was typed."""
    page = browser.get(address)
    token = form_with(page, "csrf_token")["csrf_token"]
    end_sessions(app)
    return browser.post(address, {"csrf_token": token, **typed}, 401)


def test_what_was_typed_goes_on_after_signing_in(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    asked = send_late(
        app, browser, name="霖磐<b>共同体</b>", code="JD-09", county="445203", note="一\n二"
    )
    wrong = fill_in(browser, asked, official.user_name, "wrong password", 422)
    kept = fill_in(browser, wrong, official.user_name)
    form = form_with(kept, "name")
    assert (form["name"], form["note"]) == ("霖磐<b>共同体</b>", "一\n二")
    assert kept.form("/communities/new").action == ADDRESS
    done = browser.submit(kept, "/communities/new")
    assert done.address.endswith("/communities/JD-09/members")


def reset(app: Flask, person: Person) -> str:
    """The account administrator hands out a one-time password, which also ends all sessions."""
    with app.app_context(), transaction():
        return services.reset_password(person.id, actor=Operator("operator"))


@pytest.mark.once
def test_it_goes_on_after_a_one_time_password_is_changed(
    app: Flask, official: Person, create_person: CreatePerson
) -> None:
    browser, _ = sign_in(app, official.user_name)
    page = browser.get(ADDRESS)
    token = form_with(page, "csrf_token")["csrf_token"]
    one_time = reset(app, official)
    asked = browser.post(ADDRESS, {"csrf_token": token, "name": "我的", "note": "一\n二"}, 401)
    first = fill_in(browser, asked, official.user_name, one_time)
    said = N_("The form that you sent is kept; it goes on as soon as the password is changed.")
    assert gettext(said) in first.text
    chosen: dict[str, Any] = {"password": ANOTHER_PASSWORD, "repeated": ANOTHER_PASSWORD}
    wrong = browser.submit(
        first, "/account/password", 422, current_password="wrong password", **chosen
    )
    kept = browser.submit(wrong, "/account/password", current_password=one_time, **chosen)
    form = form_with(kept, "name")
    assert (form["name"], form["note"]) == ("我的", "一\n二")
    assert kept.form("/communities/new").action == ADDRESS
    # Another account that has to change its password does not get it.
    other = create_person("somebody.else")
    temporary = reset(app, other)
    asked = send_late(app, browser, name="我的")
    first = fill_in(browser, asked, other.user_name, temporary)
    assert first.address.endswith("/account/password")
    page = browser.submit(first, "/account/password", current_password=temporary, **chosen)
    assert "我的" not in page.response.text


def test_several_values_of_one_field_are_all_kept(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    asked = send_late(app, browser, item=["a", "b"])
    kept = fill_in(browser, asked, official.user_name)
    values = [i.get("value") for i in kept.root.iter("input") if i.get("name") == "item"]
    assert values == ["a", "b"]


def test_another_account_does_not_get_it(
    app: Flask, official: Person, create_person: CreatePerson
) -> None:
    create_person("somebody.else")
    browser, _ = sign_in(app, official.user_name)
    asked = send_late(app, browser, name="我的")
    page = fill_in(browser, asked, "somebody.else")
    assert "我的" not in page.text
    assert not [form for form in page.forms if form.fields.get("name") == "我的"]


def test_a_stranger_owns_nothing(app: Flask, official: Person) -> None:
    """Without a session that has ended there is nobody whose form it could be."""
    app.config.update(WTF_CSRF_ENABLED=False)
    answer = Browser(app).client.post(ADDRESS, data={"name": "谁的"})
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_form_with_a_password_comes_back_to_its_page(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    page = browser.get("/account/password")
    fields = form_with(page, "current_password")
    end_sessions(app)
    answer = browser.client.post(
        "/account/password",
        data={**fields, "current_password": PASSWORD},
        headers={"Referer": "http://localhost/account/password"},
    )
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/account/password"


FORGED = [
    "nonsense",
    "WyJodHRwczovL2V2aWwuZXhhbXBsZSIsW10sIiJd.x.y",
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_form_is_no_form(app: Flask, official: Person, forged: str) -> None:
    browser = Browser(app)
    page = browser.get("/sign-in?next=/account")
    fields = form_with(page, "username") | {
        "username": official.user_name,
        "password": PASSWORD,
        "kept": forged,
    }
    assert browser.post("/sign-in", fields).address.endswith("/account")


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/x?next=https://evil"])
def test_it_leads_nowhere_else(app: Flask, official: Person, path: str) -> None:
    """The address is the one that was asked for on this very site, whatever it looks like."""
    browser, _ = sign_in(app, official.user_name)
    end_sessions(app)
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = "x"
    answer = browser.client.post(path, data={"name": "我的"})
    assert answer.status_code in (400, 404, 405)
    assert b"kept" not in answer.data


def test_what_is_kept_for_too_long_or_too_large_is_not_kept(
    app: Flask, official: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = sign_in(app, official.user_name)
    monkeypatch.setattr(kept_forms, "MOST_SIGNS", 300)
    page = browser.get(ADDRESS)
    token = form_with(page, "csrf_token")["csrf_token"]
    end_sessions(app)
    noise = "".join(chr(0x4E00 + number % 5000) for number in range(0, 50_000, 7))
    answer = browser.client.post(ADDRESS, data={"csrf_token": token, "name": noise})
    assert answer.status_code == 302
    monkeypatch.undo()
    asked = browser.post(ADDRESS, {"csrf_token": token, "name": "我的"}, 401)
    monkeypatch.setattr(kept_forms, "_LIFETIME_SECONDS", -1)
    assert "我的" not in fill_in(browser, asked, official.user_name).response.text


def test_a_page_that_saves_itself_is_told_instead(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    page = browser.get(ADDRESS)
    token = form_with(page, "csrf_token")["csrf_token"]
    end_sessions(app)
    answer = browser.client.post(
        ADDRESS,
        data={"csrf_token": token, "name": "我的"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 401
    assert answer.is_json


def test_nothing_was_done_meanwhile(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    send_late(app, browser, name="霖磐共同体", code="JD-09", county="445203")
    other, _ = sign_in(app, official.user_name)
    other.get("/communities/JD-09", 404)
