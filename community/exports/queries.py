"""How many rows a list has; the filters that somebody keeps for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from community.exports.models import SavedFilter
from community.exports.rules import COUNTED


def bounded_count(session: Session, statement: Select[Any]) -> int:
    """How many rows a statement has: exact up to `COUNTED`, one more beyond. Only so many are
    visited, however many there are."""
    rows = statement.order_by(None).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def saved_filters(session: Session, account_id: int, page: str) -> Sequence[SavedFilter]:
    """The filters that an account keeps for a list, by name."""
    return session.scalars(
        select(SavedFilter)
        .where(SavedFilter.account_id == account_id, SavedFilter.page == page)
        .order_by(SavedFilter.name)
    ).all()
