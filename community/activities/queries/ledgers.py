"""What the three ledgers call a record: its topic, and who taught or how much was handed over.

Each ledger's feature says which of its columns those are; here nobody knows their tables.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Numeric, Text, cast, exists, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.activities.models import Activity
from community.activities.rules import Sheet

TextColumn = InstrumentedAttribute[Any]  # of str, or of str | None


@dataclass(frozen=True)
class LedgerColumns:
    """The columns of a ledger's own table that a list shows."""

    activity_id: InstrumentedAttribute[int]
    title: TextColumn
    person: TextColumn | None = None
    quantity: InstrumentedAttribute[Decimal] | None = None
    unit: TextColumn | None = None
    # All that a record says of its own, but for days: by which copies are recognised. Empty where
    # records are alike by their nature, as the visits of a timetable are.
    said: tuple[InstrumentedAttribute[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordText:
    """How a record is called in a list."""

    title: str = ""
    person: str = ""
    quantity: Decimal | None = None
    unit: str = ""


_columns: dict[Sheet, LedgerColumns] = {}
_QUANTITY: Final = Numeric(14, 3)


def declare_ledger(sheet: Sheet, columns: LedgerColumns) -> None:
    """Say which columns a list shows of a ledger."""
    _columns[sheet] = columns


def compared_ledgers() -> Mapping[Sheet, LedgerColumns]:
    """The ledgers in which copies are looked for."""
    return {sheet: columns for sheet, columns in _columns.items() if columns.said}


def record_texts(session: Session, activity_ids: Collection[int]) -> Mapping[int, RecordText]:
    """What records are called, by id; one query for all ledgers."""
    ledgers = (
        select(
            own.activity_id,
            own.title,
            cast(null() if own.person is None else own.person, Text),
            cast(null() if own.quantity is None else own.quantity, _QUANTITY),
            cast(null() if own.unit is None else own.unit, Text),
        ).where(own.activity_id.in_(activity_ids))
        for own in _columns.values()
    )
    rows: Iterable[Any] = session.execute(union_all(*ledgers))
    return {
        activity_id: RecordText(title or "", person or "", quantity, unit or "")
        for activity_id, title, person, quantity, unit in rows
    }


def what_tells_apart(sheet: Sheet) -> tuple[InstrumentedAttribute[int], TextColumn]:
    """The key of a ledger's own table, and the teacher or the goods that tell records of one day
    apart."""
    own = _columns[sheet]
    return own.activity_id, own.title if own.person is None else own.person


def is_called(pattern: str) -> ColumnElement[bool]:
    """The record's topic or person contains a text, given as a pattern of LIKE."""
    return or_(
        *(
            exists().where(
                own.activity_id == Activity.id,
                or_(
                    *(
                        column.ilike(pattern, escape="\\")
                        for column in (own.title, own.person)
                        if column is not None
                    )
                ),
            )
            for own in _columns.values()
        )
    )
