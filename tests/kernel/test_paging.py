"""Pages by key: every row once, forwards and backwards, whatever an address says."""

from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Integer, func, select

from community.kernel import paging
from community.kernel.database import session
from community.kernel.paging import Page, read_page
from community.registry.models import SchoolYear
from tests.conftest import Recording
from tests.factories import SchoolYearFactory

# Names with what separates the parts of a key, and with what an address escapes.
NAMES = ("a~b", "a%7Eb", "甲", "乙", "c")


@pytest.fixture
def years(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    with recording():
        for number, name in enumerate(NAMES):
            first = date(2020 + number // 2, 9, 1)  # two of them begin on one day
            SchoolYearFactory.create(name=name, starts_on=first, ends_on=date(2030, 1, 1))


def page(after: str | None = None, before: str | None = None, *, down: bool = False) -> Page:  # type: ignore[type-arg]
    key = [SchoolYear.starts_on, SchoolYear.name, SchoolYear.id]
    return read_page(select(*key), key, after=after, before=before, is_descending=down)


def names(rows: Sequence[tuple[object, ...]]) -> list[str]:
    return [str(row[1]) for row in rows]


@pytest.mark.parametrize("down", [False, True])
def test_every_row_once_forwards_and_back(app: Flask, years: None, down: bool) -> None:
    with app.app_context():
        pages = [page(down=down)]
        while pages[-1].after:
            pages.append(page(after=pages[-1].after, down=down))
        assert [len(shown.rows) for shown in pages] == [2, 2, 1]
        assert sorted(names([row for shown in pages for row in shown.rows])) == sorted(NAMES)
        assert pages[0].before is None
        back = page(before=pages[2].before, down=down)
        assert back.rows == pages[1].rows
        first = page(before=back.before, down=down)
        assert first.rows == pages[0].rows
        assert (first.before, first.after) == (None, pages[0].after)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "2020-09-01~a",
        "2020-13-01~a~1",
        "2020-09-01~a~99999999999999999999",
        "2020-09-01~a~-1",
        "2020-09-01~a\x00~1",
        "2020-09-01~\ud800~1",
        "1~2~3~4",
    ],
)
def test_a_key_that_names_no_place_means_the_first_page(app: Flask, years: None, key: str) -> None:
    with app.app_context():
        assert page(after=key).rows == page(before=key).rows == page().rows


def test_a_labelled_expression_can_be_a_key(app: Flask, years: None) -> None:
    with app.app_context():
        length = func.length(SchoolYear.name, type_=Integer).label("length")
        first = read_page(select(length, SchoolYear.id), [length, SchoolYear.id])
        second = read_page(
            select(length, SchoolYear.id), [length, SchoolYear.id], after=first.after
        )
        assert [row.length for row in (*first.rows, *second.rows)] == [1, 1, 1, 3]
        assert session().scalar(select(func.count()).select_from(SchoolYear)) == 5
