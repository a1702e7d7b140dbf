"""What the three ledgers call a record: its topic, and who taught or how much was handed over.

Each ledger's feature says which of its columns those are; here nobody knows their tables.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
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


@dataclass(frozen=True, slots=True)
class RecordText:
    """How a record is called in a list."""

    title: str = ""
    person: str = ""
    quantity: Decimal | None = None
    unit: str = ""


_columns: dict[Sheet, LedgerColumns] = {}


def declare_ledger(sheet: Sheet, columns: LedgerColumns) -> None:
    """Say which columns a list shows of a ledger."""
    _columns[sheet] = columns


def record_texts(session: Session, activity_ids: Collection[int]) -> Mapping[int, RecordText]:
    """What records are called, by id; one query per ledger."""
    found: dict[int, RecordText] = {}
    for own in _columns.values():
        names = [own.title, own.person, own.quantity, own.unit]
        present = [column for column in names if column is not None]
        for row in session.execute(
            select(own.activity_id, *present).where(own.activity_id.in_(activity_ids))
        ):
            found[row[0]] = _text(row[1:], [column is not None for column in names])
    return found


def _text(values: Any, is_present: list[bool]) -> RecordText:
    given = iter(values)
    title, person, quantity, unit = (next(given) if there else None for there in is_present)
    return RecordText(title or "", person or "", quantity, unit or "")


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
