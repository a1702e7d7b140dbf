"""`flask accounts`, as an operator uses it."""

import re

import pytest
from click.testing import Result
from flask import Flask

from community.access import Role
from community.accounts import queries, services
from tests.world import World

PASSWORD = "tuoluo-zhuzi-fanchuan"


@pytest.fixture(autouse=True)
def in_the_world(world: World) -> None:
    """All commands run in the small world."""


def run(app: Flask, *arguments: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["accounts", *arguments], input=typed)


def test_an_account_with_a_password_from_standard_input(app: Flask, world: World) -> None:
    made = run(
        app,
        *("create", "Li.Ming", "--role", "district_official", "--scope", "445203"),
        *("--display-name", "李明", "--password-stdin"),
        typed=PASSWORD + "\r\n",
    )
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    with app.app_context():
        account = queries.account_named("li.ming")
        assert account
        assert (account.display_name, account.role) == ("李明", Role.DISTRICT_OFFICIAL)
        assert account.county_id == world.own.county_id
        assert account.created_by.startswith("cli:")
        assert not account.must_change_password
        assert services.verify_password("li.ming", PASSWORD)


def test_an_account_without_a_password_gets_one_for_once(app: Flask) -> None:
    made = run(app, "create", "second.admin", "--role", "system-administrator")
    assert made.exit_code == 0, made.output
    found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", made.output)
    assert found
    with app.app_context():
        assert services.verify_password("second.admin", found[0])
    again = run(app, "reset-password", "SECOND.admin")
    assert again.exit_code == 0
    with app.app_context():
        assert services.verify_password("second.admin", found[0]) is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("create", "VIEWER", "--role", "viewer", "--scope", "445203"), "the name is taken"),
        (("create", "x.y", "--role", "viewer"), "no scope"),
        (("create", "x.y", "--role", "viewer", "--scope", "999999"), "no such scope"),
        (("create", "x y", "--role", "system_administrator"), "no user name"),
        (("create", "x.y", "--role", "king"), "no such role"),
        (("disable", "nobody.at.all"), "no such account"),
        (("disable", "system_administrator"), "the last administrator"),
        (("reset-password", "nobody.at.all"), "no such account"),
    ],
)
def test_refusals_are_one_line_and_a_status(
    app: Flask, arguments: tuple[str, ...], why: str
) -> None:
    refused = run(app, *arguments)
    assert refused.exit_code in (1, 2), why
    assert "Traceback" not in refused.output


def test_a_guessable_password_is_refused(app: Flask) -> None:
    refused = run(
        app,
        *("create", "x.y", "--role", "system_administrator", "--password-stdin"),
        typed="Jieyang2025!\n",
    )
    assert refused.exit_code == 1
    with app.app_context():
        assert queries.account_named("x.y") is None


def test_disabling_enabling_and_listing(app: Flask) -> None:
    assert run(app, "disable", "viewer").exit_code == 0
    listed = run(app, "list").output.splitlines()
    assert len(listed) == len(Role)
    row = next(line for line in listed if line.startswith("viewer\t")).split("\t")
    assert row[2] == "揭东区"
    before = row[3]
    assert run(app, "enable", "viewer").exit_code == 0
    after = next(line for line in run(app, "list").output.splitlines() if "viewer\t" in line)
    assert after.split("\t")[3] != before
