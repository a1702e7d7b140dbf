"""Who gets in, where one may be sent, and the headers of every answer."""

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.access import Permission, Role
from community.web.security import accepts_up_to, public, requires, safe_next
from config import Config, Environment
from tests.browser_client import Browser, check_headers
from tests.conftest import MakeApp, SignInAs

pytestmark = pytest.mark.once


def test_a_view_that_declares_nothing_is_closed_to_everybody(
    app: Flask, sign_in_as: SignInAs
) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "open", methods=["GET", "POST"])
    administrator = sign_in_as(Role.SYSTEM_ADMINISTRATOR).client
    assert app.test_client().get("/undeclared").status_code == 403
    assert administrator.get("/undeclared").status_code == 403


def test_a_declared_permission_lets_in_who_holds_it(app: Flask, sign_in_as: SignInAs) -> None:
    @app.get("/accounts-only")
    @requires(Permission.ACCOUNT_MANAGE)
    def view() -> str:
        return "open"

    assert sign_in_as(Role.DISTRICT_OFFICIAL).client.get("/accounts-only").status_code == 200
    assert sign_in_as(Role.VIEWER).client.get("/accounts-only").status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask) -> None:
    @app.get("/private")
    @requires(Permission.ACCOUNT_SELF)
    def view() -> str:
        return "open"

    answer = app.test_client().get("/private?a=1&b=2")
    assert answer.status_code == 302
    assert answer.location.endswith("next=/private?a%3D1%26b%3D2")


def test_a_stranger_who_prefers_json_is_told_so(app: Flask) -> None:
    @app.get("/private")
    @requires(Permission.ACCOUNT_SELF)
    def view() -> str:
        return "open"

    answer = app.test_client().get("/private", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == 401


@pytest.mark.parametrize(
    "target",
    ["/", "/regions/445203?as_of=2025-12-31", "/a/../b", "/?next=//evil.com", "/a#part"],
)
def test_a_path_of_this_site_is_gone_back_to(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (None, "nothing given"),
        ("", "nothing given"),
        ("https://evil.com/", "another site"),
        ("//evil.com", "browsers add the scheme"),
        ("///evil.com", "browsers drop the third slash"),
        ("/\\evil.com", "browsers read a backslash as a slash"),
        ("\\\\evil.com", "the same"),
        ("/\t/evil.com", "browsers skip tabs"),
        ("/\n/evil.com", "and line breaks, which also split headers"),
        (" //evil.com", "and leading spaces"),
        ("javascript:alert(1)", "a script"),
        ("evil.com", "relative to who knows what"),
        ("/a\\..\\evil", "no path of ours has a backslash"),
        ("/\x00", "nor a NUL"),
    ],
)
def test_any_other_address_is_not(target: str | None, reason: str) -> None:
    assert safe_next(target, "/home") == "/home", reason


def test_the_language_switch_leads_nowhere_else(client: FlaskClient) -> None:
    answer = client.post("/language", data={"locale": "en", "next": "/\\evil.com"})
    assert answer.location == "/"


@pytest.mark.parametrize(
    "path", ["/health/live", "/nowhere", "/static/css/app.css", "/static/nothing.css"]
)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        check_headers(answer)


def test_each_answer_has_its_own_nonce(client: FlaskClient) -> None:
    nonces = {
        re.findall(r"'nonce-([^']+)'", client.get("/nowhere").headers["Content-Security-Policy"])[0]
        for _ in range(3)
    }
    assert len(nonces) == 3
    assert all(len(nonce) >= 22 for nonce in nonces)


def test_pages_are_not_kept_but_versioned_files_are(client: FlaskClient) -> None:
    def caching(address: str) -> str:
        with client.get(address) as answer:
            return answer.headers["Cache-Control"]

    page = client.get("/sign-in").text
    files = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', page)
    assert len(files) >= 5
    assert all("immutable" in caching(html.unescape(file)) for file in files)
    assert caching("/health/live") == "no-store"
    assert caching("/nowhere") == "no-store"
    assert "Cookie" in client.get("/nowhere").headers["Vary"]
    assert caching("/static/css/app.css") == "no-cache"
    assert caching("/static/nothing.css?v=1") == "no-cache"


def test_hsts_under_tls_alone(client: FlaskClient) -> None:
    name = "Strict-Transport-Security"
    assert name not in client.get("/health/live").headers
    assert name in client.get("/health/live", base_url="https://localhost").headers


def test_production_cookies_are_for_this_host_over_tls(config: Config, make_app: MakeApp) -> None:
    app = make_app(replace(config, environment=Environment.PRODUCTION))
    page = Browser(app).client.get("/sign-in", base_url="https://localhost")
    cookies = [cookie for cookie in page.headers.getlist("Set-Cookie") if "session" in cookie]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_a_forged_address_is_believed_from_trusted_proxies_alone(
    config: Config, make_app: MakeApp
) -> None:
    def address_seen(proxies: int) -> str:
        app = make_app(replace(config, trusted_proxy_count=proxies))

        @app.get("/address")
        @public
        def view() -> str:
            from flask import request

            return str(request.remote_addr)

        forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        return app.test_client().get("/address", headers=forged).text

    assert address_seen(0) == "127.0.0.1"
    assert address_seen(1) == "198.51.100.7"


def test_another_host_is_refused(config: Config, make_app: MakeApp) -> None:
    app = make_app(replace(config, trusted_hosts=("gtt.example.cn",)))
    asked = app.test_client()
    assert asked.get("/health/live", base_url="http://gtt.example.cn").status_code == 200
    answer = asked.get("/sign-in", base_url="http://evil.com")
    assert answer.status_code == 400
    check_headers(answer)
    assert "evil.com" not in answer.text


def test_every_unsafe_request_needs_the_token(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.post("/language", data={"locale": "en"}).status_code == 400


def test_a_body_is_small_unless_the_view_says_otherwise(app: Flask, client: FlaskClient) -> None:
    @app.post("/small")
    @public
    def small() -> str:
        from flask import request

        return str(len(request.get_data()))

    @app.post("/large")
    @public
    @accepts_up_to(2_000_000)
    def large() -> str:
        from flask import request

        return str(len(request.get_data()))

    body = b"x" * 1_000_000
    assert client.post("/small", data=body).status_code == 413
    assert client.post("/large", data=body).text == "1000000"
    assert client.post("/large", data=body * 3).status_code == 413


def test_the_limit_is_raised_before_the_token_is_read(app: Flask) -> None:
    """With CSRF protection on, the form is read before the view is."""

    @app.post("/large")
    @public
    @accepts_up_to(2_000_000)
    def large() -> str:
        return "taken"

    answer = app.test_client().post("/large", data={"text": "x" * 1_000_000})
    assert answer.status_code == 400, "the token is missing; the size is not the fault"
