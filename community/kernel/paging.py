"""Lists by key: a page begins after the last row of the page before, however deep it lies.

An OFFSET would read all rows before it, and rows that come or go meanwhile would shift it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar, TypeVarTuple
from urllib.parse import unquote

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from community.kernel.clock import parse_instant
from community.kernel.database import UtcDateTime, session

PAGE_SIZE: Final = 50
MAX_NUMBER: Final = 2**31 - 1  # PostgreSQL's integer
_SEPARATOR: Final = "~"

R = TypeVar("R")
KeyColumn = ColumnElement[Any] | InstrumentedAttribute[Any]
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class Page(Generic[R]):
    """Some rows of a list, and the keys of the pages beside it, where there are any."""

    rows: Sequence[R]
    before: str | None = None
    after: str | None = None


def read_page(
    statement: Select[*Columns],
    key: Sequence[KeyColumn],
    *,
    after: str | None = None,
    before: str | None = None,
    size: int | None = None,
    is_descending: bool = False,
) -> Page[Row[*Columns]]:
    """The rows of a statement in the order of `key`, after (or before) a key of an earlier page.

    The columns of `key` are among those selected, are never null, and tell all rows apart. An
    address may say anything: a key that cannot be read means the first page.
    """
    size = size or PAGE_SIZE
    columns = [column.expression for column in key]
    position = _position(columns, after or before)
    is_backward = position is not None and not after
    is_downward = is_descending != is_backward
    if position is not None:
        place = columns[0] if len(columns) == 1 else tuple_(*columns)
        statement = statement.where(place < position if is_downward else place > position)
    order = [column.desc() if is_downward else column.asc() for column in columns]
    found = session().execute(statement.order_by(*order).limit(size + 1)).all()
    rows = found[:size][::-1] if is_backward else found[:size]
    has_more, has_come_from = len(found) > size, position is not None
    has_before, has_after = (has_more, True) if is_backward else (has_come_from, has_more)
    return Page(
        rows,
        before=_key_of(rows[0], columns) if rows and has_before else None,
        after=_key_of(rows[-1], columns) if rows and has_after else None,
    )


def _key_of(row: Row[*tuple[Any, ...]], key: Sequence[ColumnElement[Any]]) -> str:
    """The place of a row in the order, as an address carries it."""
    values = row._mapping  # noqa: SLF001 - public, named so beside the columns
    return _SEPARATOR.join(_text(values[column]) for column in key)


def _text(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text.replace("%", "%25").replace(_SEPARATOR, "%7E")


def _position(key: Sequence[ColumnElement[Any]], text: str | None) -> ColumnElement[Any] | None:
    """The place that a key names; None when it names none."""
    parts = (text or "").split(_SEPARATOR)
    if not text or len(parts) != len(key):
        return None
    try:
        values = [
            literal(_PARSERS[_kind(column)](unquote(part)), column.type)
            for column, part in zip(key, parts, strict=True)
        ]
    except (ValueError, OverflowError):
        return None
    return values[0] if len(values) == 1 else tuple_(*values)


def _kind(column: ColumnElement[Any]) -> type[object]:
    return datetime if isinstance(column.type, UtcDateTime) else column.type.python_type


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(text)
    return number


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(text)  # PostgreSQL takes no NUL, and no encoding a lone surrogate
    return text


_PARSERS: Final[Mapping[type[object], Callable[[str], Any]]] = {
    datetime: parse_instant,
    date: date.fromisoformat,
    int: _number,
    str: _printable,
}
