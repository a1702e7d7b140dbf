"""What templates are given: dates, numbers, the menu, escaping."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string

from community.access import Permission, Role
from community.kernel.formats import day, instant, interval, number, person
from community.kernel.i18n import use_locale
from community.web import navigation
from community.web.security import public
from tests.browser_client import Browser
from tests.conftest import SignInAs

pytestmark = pytest.mark.once


def test_days_are_days_in_shanghai() -> None:
    assert day(date(2025, 12, 31)) == "2025-12-31"
    assert day(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == "2026-01-01"
    assert day(None) == "—"


def test_instants_are_told_in_shanghai_time() -> None:
    assert instant(datetime(2025, 12, 31, 16, 3, 59, tzinfo=UTC)) == "2026-01-01 00:03"
    assert instant(None) == "—"


def test_an_open_end_is_said() -> None:
    with use_locale("en"):
        assert interval(date(2024, 9, 1), None) == "2024-09-01 – until now"
        assert interval(date(2024, 9, 1), date(2025, 1, 1)) == "2024-09-01 – 2025-01-01"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (-5, "-5"), (Decimal("1234.5"), "1,234.5"), (None, "—")],
)
def test_numbers_are_grouped(value: int | Decimal | None, text: str) -> None:
    assert number(value) == text


def test_everything_is_escaped_in_translations_too(app: Flask) -> None:
    template = "{{ _('Hello %(name)s', name=name) }}|{{ name }}|{{ ngettext('a', 'b', 2) }}"
    with app.test_request_context():
        text = render_template_string(template, name="<b>")
    assert text == "Hello &lt;b&gt;|&lt;b&gt;|b"


def test_a_percent_sign_in_a_value_does_no_harm(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('%(name)s', name=name) }}", name="5 %s") == "5 %s"


def test_static_addresses_change_with_their_content(app: Flask) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="css/app.css")
        assert "?v=" in address
        assert app.url_for("static", filename="css/none.css") == "/static/css/none.css"


def test_the_menu_shows_what_the_role_may_open(sign_in_as: SignInAs) -> None:
    seen = {}
    for role in (Role.DISTRICT_OFFICIAL, Role.SCHOOL_CLERK):
        page = sign_in_as(role).get("/account")
        (menu,) = [nav for nav in page.root.iter("nav") if nav.get("id") == "navigation"]
        seen[role] = {link.get("href") for link in menu.iter("a")}
    assert {"/accounts", "/journal"} <= seen[Role.DISTRICT_OFFICIAL]
    assert not {"/accounts", "/journal"} & seen[Role.SCHOOL_CLERK]


def test_a_stranger_has_no_menu(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        assert navigation.groups() == []


def test_an_entry_may_hide_from_an_actor(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_entries", dict(navigation._entries))
    navigation.add(
        "Nothing for you", "web.live", Permission.ACCOUNT_SELF, values=lambda _actor: None
    )
    page = sign_in_as(Role.VIEWER).get("/account")
    assert "/health/live" not in page.links


def test_the_current_page_is_marked(sign_in_as: SignInAs) -> None:
    page = sign_in_as(Role.SYSTEM_ADMINISTRATOR).get("/accounts/new")
    marked = [
        link.get("href") for link in page.root.iter("a") if link.get("aria-current") == "page"
    ]
    assert "/accounts" in marked
    assert "/" not in marked


def test_a_script_gets_the_nonce_of_its_answer(app: Flask) -> None:
    @app.get("/scripted")
    @public
    def scripted() -> str:
        return render_template_string(
            '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><h1>h</h1>'
            '<script nonce="{{ csp_nonce }}">1</script></body></html>'
        )

    Browser(app).get("/scripted")


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [("陈小红", "陈小红", "陈小红"), ("cli:root", "命令行（root）", "Command line (root)")],
)
def test_whoever_works_at_the_terminal_is_called_so(name: str, zh: str, en: str) -> None:
    assert person(name) == zh
    with use_locale("en"):
        assert person(name) == en
