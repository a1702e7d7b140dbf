"""How many rows a list has."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from community.exports.rules import COUNTED


def bounded_count(session: Session, statement: Select[Any]) -> int:
    """How many rows a statement has: exact up to `COUNTED`, one more beyond. Only so many are
    visited, however many there are."""
    rows = statement.order_by(None).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0
