"""The session hook that sees every change of a fact, and the guard that refuses ways past it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

from sqlalchemy import ClauseElement, Connection, Engine, Table, event, inspect
from sqlalchemy.orm import InstanceState, Mapper, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.base import NO_VALUE

from community.journal import queries, rules
from community.journal.models import (
    JOURNAL_TABLES,
    JOURNALED_TABLES,
    AccessLogEntry,
    Journaled,
)
from community.journal.services.answering import current_writing
from community.journal.services.chains import Draft, append
from community.kernel.database import Base

_FLUSH: Final = "journal_flush"
_PEN: Final = "journal_pen"


def install(sessions: Any) -> None:
    """Have all sessions of a factory (or class, or scoped session) journal what they flush."""
    if event.contains(sessions, "before_flush", _before_flush):
        return
    event.listen(sessions, "before_flush", _before_flush)
    event.listen(sessions, "after_flush", _after_flush)
    event.listen(sessions, "after_soft_rollback", _after_soft_rollback)
    event.listen(sessions, "after_begin", _after_begin)
    if not event.contains(Engine, "before_cursor_execute", _guard):
        event.listen(Engine, "before_cursor_execute", _guard)


# --- how the rows of a class are read ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Plan:
    """What the hook has to know of a journaled class, worked out once."""

    table: Table
    key: tuple[str, ...]
    columns: tuple[str, ...]
    omits: frozenset[str]
    owner_key: str | None
    owner: "_Plan | None"
    has_county: bool

    def key_of(self, values: Mapping[str, Any]) -> Any:
        """The primary key: a value, or a tuple of several."""
        if len(self.key) == 1:
            return values[self.key[0]]
        return tuple(values[name] for name in self.key)

    def content(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that are not empty, secrets hidden."""
        content = {name: value for name in self.columns if (value := values.get(name)) is not None}
        for name in self.omits & content.keys():
            content[name] = rules.OMITTED
        return content


@cache
def _plan(mapper: Mapper[Any]) -> _Plan:
    model: type[Journaled] = mapper.class_
    columns = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
    table = mapper.local_table
    if not isinstance(table, Table) or any(key != column.name for key, column in columns.items()):
        raise RuntimeError(f"{model.__name__}: a fact's attributes are named as its columns are")
    owner = None
    if model.journal_owner is not None:
        (reference,) = columns[model.journal_owner].foreign_keys
        owner = _plan(_mapper_of(reference.column.table))
    return _Plan(
        table=table,
        key=tuple(column.name for column in table.primary_key),
        columns=tuple(sorted(columns.keys() - model.journal_ignores)),
        omits=model.journal_omits,
        owner_key=model.journal_owner,
        owner=owner,
        has_county="county_id" in columns,
    )


def _mapper_of(table: Any) -> Mapper[Any]:
    return next(mapper for mapper in Base.registry.mappers if mapper.local_table is table)


# --- seeing changes ---------------------------------------------------------------------------


@dataclass
class _Flush:
    """The flush that is running."""

    context: UOWTransaction
    # Rows of which the session does not know all old values: read before they are overwritten.
    stored: dict[InstanceState[Any], Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Changed:
    """A changed row: what is told of it, and the values it has (had, if it was deleted)."""

    change: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class _Home:
    """The subject under which, and the county on whose chain, a change is told."""

    subject_type: str
    subject_id: str
    county_id: int | None


def _before_flush(current: Session, context: UOWTransaction, some: Sequence[Any] | None) -> None:
    if some is not None:
        raise RuntimeError("a flush of some objects alone is not journaled")
    flush = current.info[_FLUSH] = _Flush(context)
    unknown: dict[_Plan, dict[Any, InstanceState[Any]]] = {}
    for row in (*current.dirty, *current.deleted):
        if isinstance(row, Journaled):
            state: InstanceState[Any] = inspect(row)
            plan = _plan(state.mapper)
            if any(
                isinstance(state.dict.get(name), ClauseElement) for name in state.committed_state
            ):
                raise _computed(plan)
            if _lacks_values(state, plan):
                unknown.setdefault(plan, {})[_identity(state)] = state
    for plan, states in unknown.items():
        for values in queries.rows_by_key(current.connection(), plan.table, plan.key, states):
            flush.stored[states[plan.key_of(values)]] = values


def _computed(plan: _Plan) -> RuntimeError:
    return RuntimeError(f"{plan.table.name}: what the database computes is not journaled")


def _lacks_values(state: InstanceState[Any], plan: _Plan) -> bool:
    known, before = state.dict, state.committed_state
    return any(name not in known or before.get(name) is NO_VALUE for name in plan.columns)


def _identity(state: InstanceState[Any]) -> Any:
    key = tuple(state.identity or ())
    return key[0] if len(key) == 1 else key


def _after_flush(current: Session, context: UOWTransaction) -> None:
    flush: _Flush = current.info[_FLUSH]
    changed: dict[_Plan, dict[Any, _Changed]] = {}
    removed = current.deleted
    for state, (is_deleted, is_only_listed) in context.states.items():
        if is_only_listed:
            if is_deleted and state.obj() in removed and issubclass(state.class_, Journaled):
                raise RuntimeError("a fact is removed and added again in one flush")
            continue
        if not issubclass(state.class_, Journaled):
            _refuse_journal_rows(state, is_deleted=is_deleted)
            continue
        plan = _plan(state.mapper)
        row = _changed(plan, state, flush.stored.get(state), is_deleted=is_deleted)
        if row is not None:
            changed.setdefault(plan, {})[row.change["id"]] = row
    if changed:
        by = current_writing()
        connection = current.connection()
        append(connection, _drafts(connection, changed), by)
    del current.info[_FLUSH]


def _changed(
    plan: _Plan,
    state: InstanceState[Any],
    stored: Mapping[str, Any] | None,
    *,
    is_deleted: bool,
) -> _Changed | None:
    """What happened to one row; None when all its columns are as they were."""
    table, values = plan.table.name, state.dict
    if state.key is None:
        if state.expired_attributes and not state.expired_attributes.isdisjoint(plan.columns):
            raise _computed(plan)
        key = plan.key_of(values)
        return _Changed(rules.build_change(table, key, None, plan.content(values)), values)
    key = _identity(state)
    if is_deleted:
        was = {**values, **state.committed_state} if stored is None else stored
        return _Changed(rules.build_change(table, key, plan.content(was), None), was)
    before = state.committed_state if stored is None else stored
    names = [
        name
        for name in plan.columns
        if name in state.committed_state and before[name] != values.get(name)
    ]
    if not names:
        return None
    old = {name: rules.OMITTED if name in plan.omits else before[name] for name in names}
    new = {name: rules.OMITTED if name in plan.omits else values.get(name) for name in names}
    return _Changed(rules.build_change(table, key, old, new), {**(stored or {}), **values})


def _drafts(connection: Connection, changed: Mapping[_Plan, Mapping[Any, _Changed]]) -> list[Draft]:
    """The changes by subject and chain, in the order in which they were met."""
    told: dict[_Home, list[Mapping[str, Any]]] = {}
    for plan, rows in changed.items():
        homes = _homes(connection, changed, plan, rows)
        for key, row in rows.items():
            told.setdefault(homes[key], []).append(row.change)
    return [
        Draft(home.county_id, home.subject_type, home.subject_id, changes)
        for home, changes in told.items()
    ]


def _homes(
    connection: Connection,
    changed: Mapping[_Plan, Mapping[Any, _Changed]],
    plan: _Plan,
    keys: Collection[Any],
) -> dict[Any, _Home]:
    """Where these rows are told: by what this flush holds, else by one query for the others."""
    here = changed.get(plan, {})
    values = {key: here[key].values for key in keys if key in here}
    elsewhere = [key for key in keys if key not in here]
    for row in queries.rows_by_key(connection, plan.table, plan.key, elsewhere):
        values[plan.key_of(row)] = row
    if plan.owner is None or plan.owner_key is None:
        return {
            key: _Home(plan.table.name, _key_text(key), row.get("county_id"))
            for key, row in values.items()
        }
    if plan.has_county and plan.owner.owner is None:  # the row says it all
        return {
            key: _Home(plan.owner.table.name, _key_text(row[plan.owner_key]), row["county_id"])
            for key, row in values.items()
        }
    owners = _homes(
        connection, changed, plan.owner, {row[plan.owner_key] for row in values.values()}
    )
    return {
        key: _under(owners[row[plan.owner_key]], row.get("county_id"))
        for key, row in values.items()
    }


def _under(owner: _Home, county_id: int | None) -> _Home:
    """The owner's home; on the row's own chain, where it has one."""
    if county_id is None or county_id == owner.county_id:
        return owner
    return _Home(owner.subject_type, owner.subject_id, county_id)


def _key_text(key: object) -> str:
    return ":".join(map(str, key)) if isinstance(key, tuple) else str(key)


# --- the guard --------------------------------------------------------------------------------

_sessions: WeakKeyDictionary[Connection, "ref[Session]"] = WeakKeyDictionary()
_HARMLESS: Final = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)\b", re.IGNORECASE)
_WRITES: Final = re.compile(
    r"\b(INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM"
    r"|MERGE\s+INTO|COPY|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(?:[\w\"]+\.)?\"?(\w+)",
    re.IGNORECASE,
)


def _after_begin(
    current: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    _sessions[connection] = ref(current)


def _after_soft_rollback(current: Session, _previous: SessionTransaction) -> None:
    current.info.pop(_FLUSH, None)


@contextmanager
def pen(current: Session) -> Iterator[None]:
    """Let the journal itself write outside a flush."""
    current.info[_PEN] = True
    try:
        yield
    finally:
        del current.info[_PEN]


def _guard(
    connection: Connection,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    _context: Any,
    _many: bool,
) -> None:
    """Refuse whatever a session's connection writes to journaled tables outside of a flush:
    bulk statements, Core, text and the old bulk methods alike."""
    if _HARMLESS.match(statement):
        return
    known = _sessions.get(connection)
    current = None if known is None else known()
    if current is None or _PEN in current.info:
        return
    flush: _Flush | None = current.info.get(_FLUSH)
    if flush is not None and flush.context.has_work:
        return
    for verb, table in _WRITES.findall(statement):
        if table in JOURNALED_TABLES or (table in JOURNAL_TABLES and not _adds_access(verb, table)):
            raise RuntimeError(
                f"{table} is journaled: change it through ORM objects, not by {verb.upper()}"
            )


def _adds_access(verb: str, table: str) -> bool:
    return table == AccessLogEntry.__tablename__ and verb.upper().startswith("INSERT")


def _refuse_journal_rows(state: InstanceState[Any], *, is_deleted: bool) -> None:
    table = getattr(state.class_, "__tablename__", None)
    if table not in JOURNAL_TABLES:
        return
    if is_deleted or state.key is not None or table != AccessLogEntry.__tablename__:
        raise RuntimeError(f"{table} is written by the journal alone")
