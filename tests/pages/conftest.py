"""Readers of the demonstration, and how to find things on their pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import event

from community.accounts import queries
from community.web.extensions import db
from tests.browser_client import Browser, Page, text_of
from tests.conftest import signed_in

# D and K of the counts that are worked out by hand, as an address carries them.
AT = "as_of=2025-12-31&known_at=2026-01-31T00:00"

Reader = Callable[[str], Browser]


@pytest.fixture
def reader(demonstration: Flask) -> Reader:
    """`reader("viewer")` is a browser in which that demonstration account is signed in."""

    def sign_in(name: str) -> Browser:
        with demonstration.app_context():
            account = queries.account_named(name)
            assert account is not None
            account_id = account.id
        return signed_in(demonstration, account_id)

    return sign_in


@pytest.fixture
def count_queries(demonstration: Flask) -> Callable[[Browser, str], int]:
    """How many statements a page sends to the database."""

    def count(browser: Browser, address: str) -> int:
        with statements(demonstration) as sent:
            browser.get(address)
        return len(sent)

    return count


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def section(page: Page, name: str) -> Element:
    """The part of a page under the heading with an id."""
    found = [e for e in page.root.iter("section") if e.get("aria-labelledby") == name]
    assert len(found) == 1, f"{len(found)} sections {name!r} on {page.address}"
    return found[0]


def rows(part: Element) -> list[list[str]]:
    """The texts of the cells of a part's table, head and group rows left out."""
    lines = [[text_of(cell) for cell in row] for body in part.iter("tbody") for row in body]
    assert lines, "no table, or an empty one"
    return [line for line in lines if len(line) > 1]
