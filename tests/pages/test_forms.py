"""The pickers: what an address may say of D, K and the school year."""

from datetime import UTC, date, datetime

import pytest

from community.kernel.errors import RuleViolationError
from community.pages.forms import read_pickers

USUAL = date(2025, 12, 31)


def test_an_address_that_says_nothing_asks_the_usual() -> None:
    pickers = read_pickers({}, USUAL)
    question = pickers.question
    assert (question.as_of, question.known_at, question.school_year) == (USUAL, None, None)
    assert pickers.known_local == ""
    assert pickers.in_address == {"as_of": "2025-12-31"}


def test_an_address_carries_what_was_chosen() -> None:
    typed = {"as_of": " 2025-06-30 ", "known_at": "2025-07-01", "school_year": "2023-2024"}
    pickers = read_pickers(typed, USUAL)
    assert pickers.question.as_of == date(2025, 6, 30)
    assert pickers.question.school_year == "2023-2024"
    assert pickers.in_address == {name: text.strip() for name, text in typed.items()}
    assert read_pickers(pickers.in_address, USUAL) == pickers


@pytest.mark.parametrize(
    ("typed", "local", "why"),
    [
        ("2026-01-31", "2026-01-31T00:00:00", "a day is its first instant in Shanghai"),
        ("2026-01-31T00:00", "2026-01-31T00:00:00", "without an offset it is Shanghai's"),
        ("2026-01-30T16:00+00:00", "2026-01-31T00:00:00", "an offset is kept in mind"),
        ("2026-01-30T16:00:00Z", "2026-01-31T00:00:00", "and so is UTC by its letter"),
    ],
)
def test_the_same_instant_however_it_is_written(typed: str, local: str, why: str) -> None:
    pickers = read_pickers({"known_at": typed}, USUAL)
    assert pickers.question.known_at == datetime(2026, 1, 30, 16, tzinfo=UTC), why
    assert pickers.known_local == local, why


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("as_of", "2025-13-01"),
        ("as_of", "2025-02-29"),
        ("as_of", "31.12.2025"),
        ("as_of", "二〇二五年"),
        ("as_of", "2025-12-31T00:00"),
        ("known_at", "yesterday"),
        ("known_at", "2026-01-32"),
        ("known_at", "0001-01-01"),
        ("known_at", "9999-12-31T23:59-12:00"),
    ],
)
def test_what_is_no_day_or_instant_is_refused_by_its_field(field: str, text: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        read_pickers({field: text}, USUAL)
    assert refused.value.field == field
