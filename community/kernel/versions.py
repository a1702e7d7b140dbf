"""The rows that keep the versions of facts: ended, and followed by others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, FromClause, Table, func, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import flag_modified

from community.kernel.database import Base, Recorded
from community.kernel.facts import FactPlan, Step

R = TypeVar("R", bound=Recorded)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who records, when, and by which import."""

    recorded_at: datetime
    recorded_by: str
    batch_id: int | None = None


@dataclass(slots=True)
class Closing:
    """Versions to be ended, by table, before their successors may be added."""

    ends: dict[type[Recorded], dict[int, datetime]] = field(default_factory=dict)

    def add(self, model: type[Recorded], plan: FactPlan | None) -> None:
        """Note the version that a plan ends, if any."""
        if plan is not None and plan.closes is not None and plan.closed_at is not None:
            self.ends.setdefault(model, {})[plan.closes] = plan.closed_at


def close(version: Recorded, at: datetime, stamp: Stamp) -> None:
    """End the known time of a version."""
    version.known_until = at
    version.closed_by_batch_id = stamp.batch_id


def build_versions(model: type[R], steps: Iterable[Step], stamp: Stamp, **facts: object) -> list[R]:
    """The rows of consecutive versions, each ending where the next begins."""
    ordered = list(steps)
    rows = []
    for index, step in enumerate(ordered):
        known = {
            "known_from": step.known_from,
            "recorded_at": stamp.recorded_at,
            "recorded_by": stamp.recorded_by,
            "batch_id": stamp.batch_id,
            "is_undone": False,
        }
        row = model(**facts, **step.values, **known)
        if index + 1 < len(ordered):
            close(row, ordered[index + 1].known_from, stamp)
        rows.append(row)
    return rows


def build_planned(
    model: type[R], plans: Iterable[FactPlan], stamp: Stamp, **facts: object
) -> list[R]:
    """The rows that plans ask for; `facts` say whose they are."""
    return [row for plan in plans for row in build_versions(model, plan.steps, stamp, **facts)]


def close_planned(
    session: Session, model: type[Recorded], plans: Iterable[FactPlan], stamp: Stamp
) -> None:
    """End the versions that plans end."""
    closing = Closing()
    for plan in plans:
        closing.add(model, plan)
    close_all(session, closing, stamp)


def write_plans(
    session: Session,
    model: type[Recorded],
    plans: Sequence[FactPlan],
    stamp: Stamp,
    **facts: object,
) -> None:
    """End versions of one thing and add their successors; `facts` say whose they are."""
    close_planned(session, model, plans, stamp)
    session.add_all(build_planned(model, plans, stamp, **facts))
    flush_numbered(session)


def close_all(session: Session, closing: Closing, stamp: Stamp) -> None:
    """End versions, and tell the database before successors are added: a fact has at most one
    open version at any time, and a flush inserts before it updates."""
    for model, ends in closing.ends.items():
        for row in rows_by_id(session, model, ends):
            close(row, ends[row.id], stamp)  # type: ignore[attr-defined] # every fact has an id
    session.flush()


def rows_by_id(session: Session, model: type[T], ids: Iterable[int]) -> Iterator[T]:
    """The rows with these ids, some hundred a query; their table has one column as its key."""
    (key,) = inspect(model).primary_key
    for some in batched(sorted(ids), 500):
        yield from session.scalars(select(model).where(key.in_(some)))


def put_columns(row: Base, values: Mapping[str, object]) -> dict[str, Any]:
    """Set columns in place; answer with what they were and what they are, fit for JSON, so that
    it can be taken back. The id is None of a row that is new."""
    (key,) = inspect(row).mapper.primary_key
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name, value in values.items():
        former = getattr(row, name)
        if former != value:
            before[name], after[name] = as_json(former), as_json(value)
            setattr(row, name, value)
    return {
        "table": type(row).__tablename__,
        "id": getattr(row, str(key.key)),
        "before": before,
        "after": after,
    }


def as_json(value: object) -> object:
    """A column's value as JSON can hold it: days and decimals as text."""
    return str(value) if isinstance(value, date | Decimal) else value


def touch(row: Base) -> None:
    """Count a change of what hangs on a row (its versions) as a change of the row: its revision
    moves on with the next flush, so that whoever read it before is told."""
    (key,) = inspect(row).mapper.primary_key
    flag_modified(row, str(key.key))


def last_endings(
    session: Session, model: type[Recorded], *columns: InstrumentedAttribute[Any]
) -> dict[tuple[Any, ...], datetime]:
    """When the last version of each fact ended; `columns` tell the facts apart."""
    rows: Iterable[Any] = session.execute(
        select(*columns, func.max(model.known_until))
        .where(model.known_until.is_not(None), model.is_undone.is_(False))
        .group_by(*columns)
    )
    return {tuple(key): ended for *key, ended in rows}


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def flush_numbered(session: Session) -> None:
    """Flush, with new rows numbered beforehand, so that they go to the database in bulk: SQLite
    cannot answer with the numbers of several new rows in their order.

    Needs a `transaction()`, in which SQLite has no other writer.
    """
    new: dict[type[object], list[object]] = defaultdict(list)
    for row in session.new:
        new[type(row)].append(row)
    for model, rows in new.items():
        column = _numbered_column(inspect(model).local_table)
        if column is not None:
            unnumbered = [row for row in rows if getattr(row, column.key) is None]
            numbers = _reserve_numbers(session, column, len(unnumbered))
            for row, number in zip(unnumbered, numbers, strict=True):
                setattr(row, column.key, number)
    session.flush()


def _numbered_column(table: FromClause) -> Column[int] | None:
    return table.autoincrement_column if isinstance(table, Table) else None


def _reserve_numbers(session: Session, column: Column[int], count: int) -> Sequence[int]:
    with session.no_autoflush:
        if session.get_bind().dialect.name == "sqlite":
            last = session.scalar(select(func.max(column))) or 0
            return range(last + 1, last + 1 + count)
        sequence = func.pg_get_serial_sequence(column.table.name, column.name)
        numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return session.scalars(numbers).all()
