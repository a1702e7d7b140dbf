"""Entries in a reader's words: what columns hold, names instead of numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Column, Enum, Table

from community.journal import queries, rules
from community.journal.rules import FieldChange, RowChange
from community.kernel.database import Base
from community.kernel.i18n import label

# What a person is told of a row that another one points to.
NAMED_BY: Final[Mapping[str, str]] = {
    "charter": "name",
    "community": "name",
    "division": "name",
    "school": "name",
    "school_district": "name",
    "school_year": "name",
    "user_account": "display_name",
}
# Of one entry so many changed records are shown: an import changes tens of thousands.
SHOWN_LIMIT: Final = 40


def described_changes(texts: Iterable[str]) -> list[tuple[int, list[RowChange]]]:
    """Of each entry the number of its changes, and the first of them in words: members of
    enumerations by their labels, rows of `NAMED_BY` by their names. One query a table."""
    parsed = [rules.parse_changes(text) for text in texts]
    shown = [changes[:SHOWN_LIMIT] for changes in parsed]
    wanted: dict[str, set[int]] = defaultdict(set)
    for table, number in _pointed_at(change for changes in shown for change in changes):
        wanted[table].add(number)
    names = {t: queries.names(t, NAMED_BY[t], numbers) for t, numbers in wanted.items()}
    return [
        (len(changes), [_in_words(change, names) for change in some])
        for changes, some in zip(parsed, shown, strict=True)
    ]


def _pointed_at(changes: Iterable[RowChange]) -> Iterator[tuple[str, int]]:
    for change in changes:
        for field in change.fields:
            target = _target(_column(change.table, field.name))
            for value in (field.old, field.new):
                if target is not None and isinstance(value, int):
                    yield target, value


def _column(table: str, name: str) -> Column[object] | None:
    """The column of today's schema; a former one has none."""
    found: Table | None = Base.metadata.tables.get(table)
    return None if found is None else found.columns.get(name)


def _target(column: Column[object] | None) -> str | None:
    """The table of `NAMED_BY` to which a column points."""
    keys = () if column is None else column.foreign_keys
    return next((t for key in keys if (t := key.column.table.name) in NAMED_BY), None)


def _in_words(change: RowChange, names: Mapping[str, Mapping[int, str]]) -> RowChange:
    def said(column: Column[object] | None, value: object) -> object:
        if column is None or value is None:
            return value
        if (target := _target(column)) is not None and isinstance(value, int):
            return names[target].get(value, value)
        if isinstance(column.type, Enum) and column.type.enum_class is not None:
            return _label(column.type.enum_class, value)
        return value

    fields = []
    for field in change.fields:
        column = _column(change.table, field.name)
        fields.append(FieldChange(field.name, said(column, field.old), said(column, field.new)))
    return replace(change, fields=tuple(fields))


def _label(kind: type, value: object) -> object:
    """What a stored value is called; one that no longer exists, or that a tampered entry holds,
    as it stands."""
    try:
        return label(kind(value))
    except (ValueError, KeyError):
        return value
