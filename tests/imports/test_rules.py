"""Which record a row repeats."""

import pytest

from community.imports.rules import match_rows


@pytest.mark.parametrize(
    ("rows", "on_file", "expected"),
    [
        # A row is its identity and the rest of its cells; a record likewise.
        ([], [], []),
        (["a1"], [], [None]),
        (["a1"], ["a1"], ["a1"]),
        (["a2"], ["a1"], ["a1"]),
        (["b1"], ["a1"], [None]),
        # Several of one identity: the same cells first, the rest in order.
        (["a2", "a1"], ["a1", "a2"], ["a2", "a1"]),
        (["a3", "a2"], ["a1", "a2"], ["a1", "a2"]),
        (["a3", "a4"], ["a1", "a2"], ["a1", "a2"]),
        (["a3", "a4", "a5"], ["a1", "a2"], ["a1", "a2", None]),
        (["a1", "a1"], ["a1", "a1"], ["a1", "a1"]),
    ],
)
def test_match_rows(rows: list[str], on_file: list[str], expected: list[str | None]) -> None:
    found = match_rows(
        [row[0] for row in rows],
        [(record[0], record) for record in on_file],
        lambda position, record: rows[position] == record,
    )
    assert found == expected
