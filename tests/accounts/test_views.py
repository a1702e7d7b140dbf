"""Signing in and out and managing accounts, as browsers do."""

import re
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from community.access import Operator, Role
from community.accounts import queries, services
from community.accounts.models import SignInAttempt, UserAccount, UserSession
from community.accounts.rules.reach import AccountDraft
from community.accounts.rules.sign_in import SEEN_INTERVAL
from community.journal.models import AccessKind, AccessLogEntry
from community.kernel import clock
from community.kernel.database import session, transaction
from community.registry.models import Installation
from tests.accounts.conftest import (
    ANOTHER_PASSWORD,
    PASSWORD,
    CreatePerson,
    Person,
    fill_in,
    form_with,
    sign_in,
)
from tests.browser_client import Browser
from tests.conftest import Recording, SignInAs
from tests.world import World

pytestmark = pytest.mark.once

OPERATOR = Operator("operator")


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("session")
    assert cookie
    return str(cookie.value)


def opens(app: Flask, cookie: str) -> bool:
    """Whether somebody with a copy of this cookie gets in."""
    thief = app.test_client()
    thief.set_cookie("session", cookie)
    return thief.get("/account").status_code == 200


# --- signing in -------------------------------------------------------------------------------


def test_signing_in_and_out(app: Flask, official: Person) -> None:
    browser, page = sign_in(app, official.user_name)
    assert "jiedong.li 同志" in page.text
    cookie = cookie_of(browser)
    assert opens(app, cookie)
    browser.submit(page, "/sign-out")
    assert not opens(app, cookie)
    with app.app_context():
        kinds = set(session().scalars(select(AccessLogEntry.kind)))
        assert {AccessKind.SIGNED_IN, AccessKind.SIGNED_OUT} <= kinds


@pytest.mark.parametrize("name", ["JIEDONG.LI", " jiedong.li ", "ｊiedong.li"])
def test_names_are_taken_however_typed(app: Flask, official: Person, name: str) -> None:
    sign_in(app, name)


def test_the_signed_in_go_on_from_the_sign_in_page(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    page = browser.get("/sign-in?next=/account/password")
    assert page.address.endswith("/account/password")


@pytest.mark.parametrize("change", ["disable", "reset", "role"])
def test_a_cookie_taken_before_a_change_is_dead(
    app: Flask, world: World, official: Person, change: str
) -> None:
    browser, _ = sign_in(app, official.user_name)
    cookie = cookie_of(browser)
    assert opens(app, cookie)
    admin, _ = sign_in_administrator(app, world)
    page = admin.get(f"/accounts/{official.id}")
    if change == "role":
        admin.post(f"/accounts/{official.id}", form_with(page, "revision") | {"role": "viewer"})
    else:
        admin.submit(page, "/disable" if change == "disable" else "/password")
    assert not opens(app, cookie)


def sign_in_administrator(app: Flask, world: World) -> tuple[Browser, str]:
    """The administrator of the world, with a password."""
    account_id = world.account_ids[Role.SYSTEM_ADMINISTRATOR]
    with app.app_context(), transaction():
        account = queries.account(account_id)
        assert account
        name = account.user_name
        me = Operator("me", account_id)
        services.change_password(account_id, PASSWORD, actor=me)
    return sign_in(app, name)[0], name


def test_a_new_password_ends_every_other_session(app: Flask, official: Person) -> None:
    here, _ = sign_in(app, official.user_name)
    elsewhere, _ = sign_in(app, official.user_name)
    old = cookie_of(here)
    change_password(here)
    assert not opens(app, old)
    assert not opens(app, cookie_of(elsewhere))
    assert opens(app, cookie_of(here))
    sign_in(app, official.user_name, PASSWORD, 422)
    sign_in(app, official.user_name, ANOTHER_PASSWORD)


def change_password(
    browser: Browser,
    current: str = PASSWORD,
    new: str = ANOTHER_PASSWORD,
    repeated: str | None = None,
    status: int = 200,
) -> str:
    """Fill in the page for the own password; what the answer says."""
    page = browser.get("/account/password")
    answer = browser.post(
        "/account/password",
        form_with(page, "current_password")
        | {"current_password": current, "password": new, "repeated": repeated or new},
        status,
    )
    assert new not in answer.response.text
    assert current not in answer.response.text
    return answer.text


def test_other_sessions_are_ended_from_the_own_account(app: Flask, official: Person) -> None:
    here, _ = sign_in(app, official.user_name)
    elsewhere, _ = sign_in(app, official.user_name)
    here.submit(here.get("/account"), "/account/sessions/end-others")
    assert opens(app, cookie_of(here))
    assert not opens(app, cookie_of(elsewhere))


def test_no_session_is_fixed_before_the_sign_in(app: Flask, official: Person) -> None:
    browser = Browser(app)
    page = browser.get("/sign-in?next=/account")
    planted = cookie_of(browser)
    fill_in(browser, page, official.user_name)
    assert not opens(app, planted)
    assert cookie_of(browser) != planted
    first = token_of(browser)
    second, _ = sign_in(app, official.user_name)
    assert token_of(second) != first
    # Signing in over another person's session takes nothing of it along.
    with browser.client.session_transaction() as cookie:
        cookie["left_behind"] = "x"
        cookie["_user_id"] = "planted"
    page = browser.get("/sign-in?next=/account")
    fill_in(browser, page, official.user_name)
    with browser.client.session_transaction() as cookie:
        assert "left_behind" not in cookie
        assert cookie["_user_id"] not in ("planted", first)


def token_of(browser: Browser) -> str:
    with browser.client.session_transaction() as cookie:
        return str(cookie["_user_id"])


def test_forms_survive_a_lapse_of_the_own_session_only(
    app: Flask, official: Person, create_person: CreatePerson
) -> None:
    create_person("somebody.else")
    browser, _ = sign_in(app, official.user_name)
    with browser.client.session_transaction() as cookie:
        form_token = cookie["csrf_token"]
    with app.app_context(), transaction():
        session().execute(update(UserSession).values(ended_at=clock.now()))
    page = browser.get("/account")
    assert "/sign-in" in page.address
    assert "上次登录" in page.text or "last sign-in has ended" in page.text
    fill_in(browser, page, official.user_name)
    with browser.client.session_transaction() as cookie:
        assert cookie["csrf_token"] == form_token
    with app.app_context(), transaction():
        session().execute(update(UserSession).values(ended_at=clock.now()))
    fill_in(browser, browser.get("/sign-in?next=/account"), "somebody.else", PASSWORD)
    browser.get("/account")
    with browser.client.session_transaction() as cookie:
        assert cookie["csrf_token"] != form_token


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=1",
    ],
)
def test_nobody_is_led_elsewhere(app: Flask, official: Person, wanted: str) -> None:
    browser = Browser(app)
    page = browser.get("/sign-in", query_string={"next": wanted})
    for target in (form_with(page, "username")["next"], wanted):
        fields = form_with(page, "username") | {
            "username": official.user_name,
            "password": PASSWORD,
            "next": target,
        }
        answer = browser.client.post("/sign-in", data=fields)
        assert answer.status_code == 302
        assert re.fullmatch(r"/(?![/\\])[^\\]*", answer.headers["Location"])
        browser = Browser(app)
        page = browser.get("/sign-in")


def test_answers_are_the_same_for_names_known_and_unknown(
    app: Flask, official: Person, create_person: CreatePerson
) -> None:
    closed = create_person("closed.account")
    with app.app_context(), transaction():
        services.disable_account(closed.id, actor=OPERATOR)
    texts = set()
    for name, password in (
        (official.user_name, "wrong"),
        ("nobody.at.all", "wrong"),
        (closed.user_name, PASSWORD),
    ):
        _, page = sign_in(app, name, password, 422)
        assert password not in page.response.text or password == "wrong"
        texts.add(re.sub(r"[0-9a-f]{32}", "", page.text))
    assert len(texts) == 1


def test_unknown_names_take_as_long_as_known_ones(app: Flask, official: Person) -> None:
    services.use_password_cost(time_cost=3, memory_kib=4096, parallelism=1)
    with app.app_context(), transaction():
        services.change_password(official.id, ANOTHER_PASSWORD, actor=Operator("me", official.id))
    seconds: dict[str, list[float]] = {official.user_name: [], "nobody.at.all": []}
    with app.app_context():
        for _ in range(9):
            for name, taken in seconds.items():
                started = perf_counter()
                assert services.verify_password(name, "wrong") is None
                taken.append(perf_counter() - started)
    known, unknown = (median(taken) for taken in seconds.values())
    assert 0.5 < unknown / known < 2


def test_the_sixth_attempt_is_told_when_to_come_back(app: Flask, official: Person) -> None:
    for _ in range(5):
        sign_in(app, official.user_name, "wrong", 422)
    _, page = sign_in(app, official.user_name, PASSWORD, 429)
    assert 0 < int(page.response.headers["Retry-After"]) <= 900
    assert re.search(r"\d\d:\d\d", page.text)
    with app.app_context():
        attempts = select(func.count()).select_from(SignInAttempt)
        assert session().scalar(attempts) == 5
        failed = select(func.count()).where(AccessLogEntry.kind == AccessKind.SIGN_IN_FAILED)
        assert session().scalar(failed) == 6


def test_a_forged_address_changes_nothing(app: Flask, official: Person) -> None:
    browser = Browser(app)
    for n in range(7):
        page = browser.get("/sign-in")
        browser.post(
            "/sign-in",
            form_with(page, "username") | {"username": official.user_name, "password": "wrong"},
            422 if n < 5 else 429,
            headers={"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"},
        )
    with app.app_context():
        assert set(session().scalars(select(SignInAttempt.ip))) == {"127.0.0.1"}


def test_a_form_without_answers_comes_back_without_an_attempt(app: Flask, world: World) -> None:
    _, page = sign_in(app, "", "", 422)
    assert form_with(page, "username")["username"] == ""
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_last_use_is_written_seldom(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    with app.app_context():
        first = session().scalars(select(UserSession.last_seen_at)).one()
    browser.get("/account")
    with app.app_context():
        assert session().scalars(select(UserSession.last_seen_at)).one() == first
    earlier = clock.now() - SEEN_INTERVAL
    with app.app_context(), transaction():
        session().execute(update(UserSession).values(last_seen_at=earlier))
    browser.get("/account")
    with app.app_context():
        assert session().scalars(select(UserSession.last_seen_at)).one() > earlier


# --- demonstration ----------------------------------------------------------------------------


def test_demonstration_accounts_are_offered_in_a_demonstration_only(
    app: Flask, world: World, recording: Recording
) -> None:
    with app.app_context(), transaction():
        services.create_account(
            AccountDraft("demo.viewer", "演示", Role.VIEWER, "445203"),
            actor=OPERATOR,
            password=app.config["COMMUNITY"].demo_password,
            is_demonstration=True,
        )
    browser = Browser(app)
    page = browser.get("/sign-in")
    assert "demo.viewer" not in page.text
    fields = {"csrf_token": form_with(page, "username")["csrf_token"], "demo": "demo.viewer"}
    browser.post("/sign-in", fields, 422)
    with recording():
        session().add(Installation(id=1, is_demonstration=True, marked_at=clock.now()))
    page = browser.get("/sign-in?next=/account")
    assert "demo.viewer" in page.text
    answer = browser.post("/sign-in", fields | {"next": "/account"})
    assert answer.address.endswith("/account")


# --- the own password -------------------------------------------------------------------------


def test_a_one_time_password_opens_nothing_but_the_change(
    app: Flask, world: World, official: Person
) -> None:
    admin, _ = sign_in_administrator(app, world)
    page = admin.submit(admin.get(f"/accounts/{official.id}"), f"/{official.id}/password")
    found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", page.text)
    assert found
    assert page.response.headers["Cache-Control"] == "no-store"
    assert found[0] not in admin.get(f"/accounts/{official.id}").text
    browser, landed = sign_in(app, official.user_name, found[0])
    assert landed.address.endswith("/account/password")
    for address in ("/", "/account", "/accounts"):
        assert browser.get(address).address.endswith("/account/password")
    sent = browser.client.post(
        "/account/sessions/end-others", data={"csrf_token": landed.forms[0].fields["csrf_token"]}
    )
    assert sent.headers["Location"] == "/account/password"
    change_password(browser, found[0], ANOTHER_PASSWORD)
    assert browser.get("/account").address.endswith("/account")


@pytest.mark.parametrize(
    ("current", "new", "repeated", "why"),
    [
        ("wrong", ANOTHER_PASSWORD, None, "the present password is wrong"),
        (PASSWORD, ANOTHER_PASSWORD, "different", "typed differently"),
        (PASSWORD, "Jiedong2025!", None, "guessable"),
        (PASSWORD, "short", None, "short"),
        (PASSWORD, PASSWORD, None, "the present one"),
    ],
)
def test_a_password_that_is_refused_changes_nothing(
    app: Flask, official: Person, current: str, new: str, repeated: str | None, why: str
) -> None:
    browser, _ = sign_in(app, official.user_name)
    change_password(browser, current, new, repeated, 422)
    assert opens(app, cookie_of(browser)), why
    sign_in(app, official.user_name)


def test_the_present_password_cannot_be_guessed_from_within(app: Flask, official: Person) -> None:
    browser, _ = sign_in(app, official.user_name)
    for _ in range(5):
        change_password(browser, "wrong", status=422)
    change_password(browser, PASSWORD, status=429)


# --- managing ---------------------------------------------------------------------------------


def test_an_account_is_created_with_a_one_time_password(
    app: Flask, world: World, member_school: str, sign_in_as: SignInAs
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.get("/accounts/new")
    fields = form_with(page, "form_key") | {
        "user_name": "New.Clerk",
        "display_name": "<b>陈老师</b>",
        "role": "school_clerk",
        "scope": "不存在",
    }
    refused = official.post("/accounts/new", fields, 422)
    kept = form_with(refused, "form_key")
    assert {key: kept[key] for key in fields if key != "csrf_token"} == {
        key: fields[key] for key in fields if key != "csrf_token"
    }
    kept["scope"] = member_school
    issued = official.post("/accounts/new", kept)
    again = official.post("/accounts/new", kept)
    passwords = [
        re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){2}", page.text) for page in (issued, again)
    ]
    assert all(passwords)
    with app.app_context():
        named = select(UserAccount).filter_by(user_name="new.clerk")
        account = session().scalars(named).one()
        assert account.county_id == world.own.county_id
        assert account.created_by_id == world.account_ids[Role.DISTRICT_OFFICIAL]
    assert passwords[1]
    sign_in(app, "new.clerk", passwords[1][0])


def test_rows_of_another_county_do_not_exist(
    world: World, sign_in_as: SignInAs, create_person: CreatePerson
) -> None:
    hidden = create_person("other.viewer", Role.VIEWER, world.other.county_code)
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    assert "other.viewer" not in official.get("/accounts").text
    official.get(f"/accounts/{hidden.id}", 404)
    token = official.get("/accounts/new").forms[-1].fields["csrf_token"]
    for action in ("", "/disable", "/enable", "/password"):
        official.post(f"/accounts/{hidden.id}{action}", {"csrf_token": token}, 404)
    official.get("/accounts/999999", 404)


@pytest.mark.parametrize("role", [Role.LEAD_SCHOOL_ADMINISTRATOR, Role.SCHOOL_CLERK, Role.VIEWER])
def test_who_manages_nobody_is_refused(sign_in_as: SignInAs, role: Role) -> None:
    browser = sign_in_as(role)
    for address in ("/accounts", "/accounts/new", "/accounts/1"):
        browser.get(address, 403)


def test_a_stale_write_shows_both_versions(
    app: Flask, world: World, official: Person, sign_in_as: SignInAs
) -> None:
    admin = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    address = f"/accounts/{official.id}"

    mine = form_with(admin.get(address), "revision") | {"display_name": "我的写法"}
    theirs = form_with(admin.get(address), "revision") | {"display_name": "他人的写法"}
    admin.post(address, theirs)
    conflict = admin.post(address, mine, 409)
    assert "我的写法" in conflict.text
    assert "他人的写法" in conflict.text
    admin.post(address, form_with(conflict, "revision"))
    assert "我的写法" in admin.get(address).text


def test_an_own_account_keeps_its_role(world: World, sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    me = world.account_ids[Role.SYSTEM_ADMINISTRATOR]
    page = admin.get(f"/accounts/{me}")
    assert "/disable" not in page.response.text
    fields = form_with(page, "revision")
    admin.post(f"/accounts/{me}", fields | {"role": "viewer", "scope": "445203"}, 422)
    admin.post(f"/accounts/{me}/disable", {"csrf_token": fields["csrf_token"]}, 409)


def test_lists_and_accounts_that_were_looked_at_are_logged(
    app: Flask, world: World, sign_in_as: SignInAs
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    seen = world.account_ids[Role.SCHOOL_CLERK]
    official.get("/accounts?q=clerk&role=school_clerk&state=enabled")
    official.get("/accounts?q=nobody&role=nonsense&state=nonsense")
    official.get(f"/accounts/{seen}")
    with app.app_context():
        viewed = select(AccessLogEntry.what).where(
            AccessLogEntry.kind == AccessKind.VIEWED_PERSONAL_DATA
        )
        assert {"/accounts", f"/accounts/{seen}"} <= set(session().scalars(viewed))


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_is_whole_in_both_languages(
    world: World, sign_in_as: SignInAs, locale: str
) -> None:
    browser = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    browser.client.set_cookie("locale", locale)
    clerk = world.account_ids[Role.SCHOOL_CLERK]
    for address in (
        "/account",
        "/account/password",
        "/accounts",
        "/accounts?q=zzz",
        "/accounts/new",
        f"/accounts/{clerk}",
    ):
        browser.get(address)
    page = browser.get(f"/accounts/{clerk}")
    assert browser.submit(page, "/disable").status == 200
    assert browser.submit(browser.get(f"/accounts/{clerk}"), "/enable").status == 200
