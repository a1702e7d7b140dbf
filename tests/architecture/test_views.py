"""Every view is guarded, registered, and reachable."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from community.access import POLICY, Permission
from community.web import navigation
from community.web.security import PUBLIC, declared_permission
from config import ROOT

# Open to everybody, and why that is right.
PUBLIC_VIEWS = {
    "static": "files without data",
    "bootstrap.static": "files without data",
    "accounts.sign_in": "where strangers go",
    "accounts.submit_sign_in": "where strangers go",
    "web.switch_language": "changes a cookie only",
    "web.live": "asked by the load balancer",
    "web.ready": "asked by the load balancer; names no secret",
}
# Not in the menu, and from where they are reached.
BEYOND_THE_MENU = PUBLIC_VIEWS | {
    "accounts.sign_out": "the head of every page",
    "accounts.own_account": "the head of every page",
    "accounts.end_other_sessions": "the own account",
    "accounts.password": "the own account, and after a one-time password",
    "accounts.change_password": "the form of the password",
    "accounts.new_account": "the list of accounts",
    "accounts.create_account": "the form of a new account",
    "accounts.account": "the list of accounts",
    "accounts.update_account": "the form of an account",
    "accounts.disable_account": "the page of an account",
    "accounts.enable_account": "the page of an account",
    "accounts.reset_password": "the page of an account",
    "journal.accesses": "a tab of the journal",
    "pages.community": "the page of its county",
    "pages.criterion": "the page of its community",
}


def test_every_view_declares_a_permission(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert len(endpoints) >= 20
    undeclared = {name for name in endpoints if declared_permission(app, name) is None}
    assert not undeclared


def test_what_is_public_is_public_for_a_reason(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    public = {name for name in endpoints if declared_permission(app, name) == PUBLIC}
    assert public == set(PUBLIC_VIEWS)


def test_every_permission_is_somebodys_and_guards_something(app: Flask) -> None:
    assert set(POLICY) == set(Permission)
    assert all(POLICY[permission] for permission in Permission)


def test_every_view_is_in_the_menu_or_left_out_by_name(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    menu = {entry.endpoint for entry in navigation.entries()}
    assert menu <= endpoints
    assert endpoints - menu == set(BEYOND_THE_MENU), "say from where a view is reached"


def test_a_menu_entry_asks_for_what_its_view_asks_for(app: Flask) -> None:
    for entry in navigation.entries():
        assert declared_permission(app, entry.endpoint) == entry.permission, entry.endpoint


def test_every_blueprint_is_registered(app: Flask) -> None:
    features = {path.parent.name for path in (ROOT / "community").glob("*/views.py")}
    assert features == set(app.blueprints) - {"bootstrap"}


def view_files() -> list[Path]:
    return sorted((ROOT / "community").glob("*/views.py"))


@pytest.mark.parametrize("file", view_files(), ids=lambda file: file.parent.name)
def test_views_neither_query_nor_commit(file: Path) -> None:
    """Views parse, call once, and answer: what they read and write is asked of others."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in node.names
    }
    assert not imported & {"select", "insert", "update", "delete", "db"}
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"commit", "rollback", "execute", "scalars", "scalar"}
