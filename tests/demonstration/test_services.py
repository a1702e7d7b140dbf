"""The demonstration: one account for every role, marked as such, and kept at home."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.accounts.models import UserAccount
from community.accounts.services import verify_password
from community.audits.rules.results import Verdict
from community.audits.services import Question, count_region
from community.demonstration.services import ACCOUNTS, DATA, seed_demonstration
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.pages.services import DEADLINE
from community.registry.models import Installation, SchoolVersion
from community.web.extensions import db
from config import Config, Environment
from tests.browser_client import Browser
from tests.conftest import OPERATOR, MakeApp, make_config
from tests.world import World


def test_there_is_an_account_for_every_role(demonstration: Flask) -> None:
    assert {draft.role for draft in ACCOUNTS} == set(Role)
    password = make_config(Path(), "sqlite://").demo_password
    with demonstration.app_context():
        stored = {account.user_name for account in db.session.scalars(select(UserAccount))}
        assert stored == {draft.user_name for draft in ACCOUNTS}
        assert verify_password("viewer", password)
        installation = db.session.get(Installation, 1)
        assert installation is not None
        assert installation.is_demonstration


def test_every_verdict_is_there_to_be_seen(demonstration: Flask) -> None:
    with demonstration.app_context():
        count = count_region("445200", Question(DEADLINE), actor=OPERATOR)
    verdicts = {community.verdict for region in count.regions for community in region.communities}
    assert verdicts == set(Verdict)
    assert all(region.communities for region in count.regions), "one in each county at least"


def test_every_file_and_every_school_says_that_it_is_invented(demonstration: Flask) -> None:
    files = list(DATA.glob("*.csv"))
    assert len(files) >= 30
    for file in files:
        assert "演示数据" in file.read_text("utf-8-sig").splitlines()[1], file.name
    with demonstration.app_context():
        schools = db.session.scalars(select(SchoolVersion.note)).all()
    assert len(schools) > 100
    assert all("演示" in (note or "") for note in schools)


def test_a_database_with_data_refuses(app: Flask, world: World) -> None:
    with app.app_context(), pytest.raises(RuleViolationError), transaction():
        seed_demonstration(password="tuoluo-zhuzi-fanchuan", actor=OPERATOR)
    with app.app_context():
        assert db.session.get(Installation, 1) is None


def test_every_page_says_that_it_is_a_demonstration(demonstration: Flask) -> None:
    browser = Browser(demonstration)
    page = browser.get("/sign-in")
    assert "演示" in page.text
    for draft in ACCOUNTS:
        assert draft.user_name in page.text


def test_an_installation_of_its_own_shows_no_demonstration(app: Flask, world: World) -> None:
    page = Browser(app).get("/sign-in")
    assert "演示" not in page.text


Change = Callable[[Config], Config]
AWAY: dict[str, Change] = {
    "production": lambda config: replace(config, environment=Environment.PRODUCTION),
    "all interfaces": lambda config: replace(config, host="0.0.0.0"),
    "an address of the network": lambda config: replace(config, host="192.0.2.7"),
    "a name": lambda config: replace(config, host="demo.example.org"),
}


@pytest.mark.parametrize("where", AWAY)
def test_a_demonstration_is_served_to_this_machine_only(
    demonstration_url: str, tmp_path: Path, make_app: MakeApp, where: str
) -> None:
    app = make_app(AWAY[where](make_config(tmp_path, demonstration_url)))
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    pages = ["/", "/sign-in", "/regions/445203", "/communities/JD-01", "/account", "/nowhere"]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert "演示" in answer.get_data(as_text=True)
        assert "viewer" not in answer.get_data(as_text=True), "no account is named"
    assert client.post("/sign-in", data={"username": "viewer"}).status_code == 503


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_at_home_it_is_served(
    demonstration_url: str, tmp_path: Path, make_app: MakeApp, host: str
) -> None:
    app = make_app(replace(make_config(tmp_path, demonstration_url), host=host))
    assert app.test_client().get("/sign-in").status_code == 200
