"""The database: the typed base of all models, and the one place that commits."""

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    and_,
    event,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from community.kernel import clock

NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS: Final = 10_000
FIRST_DAY: Final = clock.FIRST_DAY


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps no offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: nobody could tell its instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every model. Enumerations are stored as their text, under a CHECK."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        str: String(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda kind: [str(member.value) for member in kind],
        ),
    }


class Recorded:
    """A fact with the time in which it was known.

    It is known at K when `known_from <= K < known_until`. A later version closes an earlier one;
    nothing is updated in place. Undoing an import hides what it brought, at every K.
    """

    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(100))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    # The import that closed this version; undoing that import opens it again.
    closed_by_batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_batch.id"), index=True
    )
    is_undone: Mapped[bool] = mapped_column(default=False)
    # Why this version was taken back, where nothing followed it.
    ended_reason: Mapped[str | None] = mapped_column(String(500))


def one_open(table: str, *columns: str) -> Index:
    """The promise that a fact has at most one version in force; `columns` tell facts apart."""
    # Said as `known_at` says it, or no query would use the index.
    return Index(
        f"uq_{table}_open",
        *columns,
        unique=True,
        sqlite_where=text("known_until IS NULL AND is_undone IS 0"),
        postgresql_where=text("known_until IS NULL AND is_undone IS FALSE"),
    )


def known_at(fact: type[Recorded], instant: datetime | None) -> ColumnElement[bool]:
    """The condition under which a fact is known at an instant; None means as known today."""
    if instant is None:
        return and_(fact.known_until.is_(None), fact.is_undone.is_(False))
    return and_(
        fact.known_from <= instant,
        or_(fact.known_until.is_(None), fact.known_until > instant),
        fact.is_undone.is_(False),
    )


# --- sessions and transactions ----------------------------------------------------------------

_session_source: Callable[[], Session] | None = None
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar(
    "after_commit", default=None
)


def use_sessions_of(source: Callable[[], Session]) -> None:
    """Say where `session()` finds the current session (the web's scoped session)."""
    global _session_source
    _session_source = source


def session() -> Session:
    """The session of the request, task or command that is running."""
    if _session_source is None:
        raise RuntimeError("no session source: create_app() was not called")
    return _session_source()


class Transaction:
    """Handle of the running transaction; `abandon()` makes it roll back at its end."""

    is_abandoned = False

    def abandon(self) -> None:
        """Roll back instead of committing, without an error."""
        self.is_abandoned = True


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Run a block as one transaction, and commit: the only commit there is.

    On SQLite it begins with BEGIN IMMEDIATE: a transaction that reads first and writes later
    fails at once when another one wrote in between, whatever the busy timeout. Jobs handed to
    `after_commit()` start when the data they need can be seen by others.
    """
    current = session()
    if current.in_transaction():
        current.rollback()  # what was only read so far began without the right to write
    handle = Transaction()
    writing, hooks = _is_writing.set(True), _after_commit.set([])
    try:
        yield handle
        if handle.is_abandoned:
            current.rollback()
            return
        current.commit()
        for run in _after_commit.get() or ():
            run()
    except BaseException:
        current.rollback()
        raise
    finally:
        _after_commit.reset(hooks)
        _is_writing.reset(writing)


def after_commit(run: Callable[[], None]) -> None:
    """Call something once the running transaction is committed."""
    hooks = _after_commit.get()
    if hooks is None:
        raise RuntimeError("after_commit() needs a running transaction()")
    hooks.append(run)


@contextmanager
def transaction_aside() -> Iterator[Session]:
    """A short transaction of its own, beside the reading of a long job: its progress.

    It has its own session, which journals nothing; what the session of the job has read stays as
    it is. Inside a `transaction()` SQLite, which has one writer, would wait for itself.
    """
    if _is_writing.get():
        raise RuntimeError("transaction_aside() inside a transaction() would wait for itself")
    writing = _is_writing.set(True)
    try:
        with Session(session().get_bind()) as own, own.begin():
            yield own
    finally:
        _is_writing.reset(writing)


def hold(kind: str, *keys: str) -> None:
    """Let nobody else hold these keys until the transaction ends.

    SQLite has one writer, so there the transaction itself is the lock.
    """
    if keys and session().get_bind().dialect.name == "postgresql":
        # In one order for all: two who hold several never wait for each other.
        locks = (
            func.pg_advisory_xact_lock(_lock_number(kind), _lock_number(key))
            for key in sorted(set(keys))
        )
        session().execute(select(*locks))


def _lock_number(part: str) -> int:
    return int.from_bytes(sha256(part.encode()).digest()[:4], signed=True)


# --- engines ----------------------------------------------------------------------------------


def configure_engine(engine: Engine) -> None:
    """Set up connections so that both databases keep the same promises."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions leak rows through savepoints: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()
