"""Reading chains, heads, pages of the journal, and the rows that a change is told by."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    exists,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import NullType

from community.journal.models import AccessKind, AccessLogEntry, JournalEntry, JournalHead
from community.journal.rules import SEALED, ChainHead, Link, chain_of, instant_text
from community.kernel.database import Base, session
from community.kernel.paging import Page, read_page

# How many keys one IN list holds, and how many entries are in memory while a chain is checked.
ROWS_AT_ONCE: Final = 1_000
_RECORDED_AT: Final = SEALED.index("recorded_at")

_entry: Final[Table] = Base.metadata.tables[JournalEntry.__tablename__]
_head: Final[Table] = Base.metadata.tables[JournalHead.__tablename__]


# --- for the hook -----------------------------------------------------------------------------


def rows_by_key(
    connection: Connection, table: Table, key: Sequence[str], keys: Iterable[Any]
) -> Iterator[Mapping[str, Any]]:
    """The rows of a table with these primary keys (values, or tuples of several), as stored.

    One query for every thousand of them, past the session and what it remembers.
    """
    columns = [table.c[name] for name in key]
    wanted = columns[0] if len(columns) == 1 else tuple_(*columns)
    rest = iter(keys)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        for row in connection.execute(select(table).where(wanted.in_(some))):
            yield row._asdict()


def names(table: str, column: str, numbers: Collection[int]) -> dict[int, str]:
    """What the rows of a table with these ids are called."""
    found = Base.metadata.tables[table]
    wanted = select(found.c.id, found.c[column]).where(found.c.id.in_(numbers))
    return {row[0]: row[1] for row in session().execute(wanted)}


def locked_heads(connection: Connection, chains: Sequence[str]) -> dict[str, ChainHead]:
    """The heads of these chains, locked until the transaction ends, always in one order."""
    rows = connection.execute(
        select(_head).where(_head.c.chain.in_(chains)).order_by(_head.c.chain).with_for_update()
    )
    return {row.chain: ChainHead(row.sequence, row.entry_hash) for row in rows}


# --- checking ---------------------------------------------------------------------------------


def links(chain: str | None = None) -> Iterator[Link]:
    """All entries by chain and number, each with its chain's head: one statement, so one moment.

    Values are read as they are stored: a tampered one must not stop the reading.
    """
    columns = [
        type_coerce(_entry.c[name], NullType()).label(name) for name in (*SEALED, "entry_hash")
    ]
    statement = (
        select(*columns, _head.c.sequence.label("head"), _head.c.entry_hash.label("head_hash"))
        .outerjoin(_head, _head.c.chain == _entry.c.chain)
        .order_by(_entry.c.chain, _entry.c.sequence)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if chain is not None:
        statement = statement.where(_entry.c.chain == chain)
    for *values, entry_hash, head_sequence, head_hash in session().execute(statement):
        values[_RECORDED_AT] = _instant(values[_RECORDED_AT])
        yield Link(values, entry_hash, head_sequence, head_hash)


def _instant(stored: object) -> object:
    if isinstance(stored, datetime):
        return instant_text(stored)
    if isinstance(stored, str) and len(stored) == 26 and stored[10] == " ":
        return f"{stored[:10]}T{stored[11:]}+00:00"  # as SQLite keeps an instant
    return stored


def heads_without_entries(chain: str | None = None) -> dict[str, ChainHead]:
    """Heads of chains that have no entry at all."""
    statement = select(_head).where(~exists().where(_entry.c.chain == _head.c.chain))
    if chain is not None:
        statement = statement.where(_head.c.chain == chain)
    rows = session().execute(statement)
    return {row.chain: ChainHead(row.sequence, row.entry_hash) for row in rows}


def heads(chains: Collection[str]) -> dict[str, ChainHead]:
    """The heads of these chains, by chain; one without entries has none."""
    rows = session().execute(select(_head).where(_head.c.chain.in_(chains)).order_by(_head.c.chain))
    return {row.chain: ChainHead(row.sequence, row.entry_hash) for row in rows}


def head(chain: str) -> ChainHead | None:
    """The head of a chain; None before its first entry."""
    return heads([chain]).get(chain)


def head_of_county(county_id: int | None) -> ChainHead | None:
    """The head of a county's chain (the system's for None), as reports print it."""
    return head(chain_of(county_id))


# --- pages ------------------------------------------------------------------------------------

_access: Final[Table] = Base.metadata.tables[AccessLogEntry.__tablename__]


@dataclass(frozen=True)
class County:
    """A county that has a chain of its own, as far as the journal knows it."""

    id: int
    name: str
    city_id: int | None


def counties() -> list[County]:
    """All counties, by code. The registry lies above: its table is known by name alone."""
    division = Base.metadata.tables["division"]
    rows = session().execute(
        select(division.c.id, division.c.name, division.c.parent_id)
        .where(division.c.kind == "county")
        .order_by(division.c.code, division.c.id)
    )
    return [County(row.id, row.name, row.parent_id) for row in rows]


@dataclass(frozen=True)
class EntryFilter:
    """What a page of the journal shows; what is None does not matter. `until` is not included."""

    actor_name: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    batch_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AccessFilter:
    """What a page of the access log shows; what is None does not matter."""

    actor_name: str | None = None
    kind: AccessKind | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries_page(
    chains: Collection[str],
    wanted: EntryFilter,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[*tuple[Any, ...]]]:
    """A page of the entries on these chains, newest first: all columns of `journal_entry`."""
    # Within one chain the numbers are in order of time, and the primary key serves them.
    names = ("sequence",) if len(chains) == 1 else ("recorded_at", "chain", "sequence")
    statement = select(_entry).where(
        _entry.c.chain.in_(chains),
        *_matches(_entry, actor_name=wanted.actor_name, since=wanted.since, until=wanted.until),
        *(
            _entry.c[name] == value
            for name in ("subject_type", "subject_id", "batch_id")
            if (value := getattr(wanted, name)) is not None
        ),
    )
    key = [_entry.c[name] for name in names]
    return read_page(statement, key, after=after, before=before, is_descending=True)


def access_page(
    county_ids: Collection[int],
    wanted: AccessFilter,
    *,
    with_system: bool,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[*tuple[Any, ...]]]:
    """A page of the access log of these counties, and of what belongs to none, newest first: all
    columns."""
    place: ColumnElement[bool] = _access.c.county_id.in_(county_ids)
    if with_system:
        place = or_(place, _access.c.county_id.is_(None))
    statement = select(_access).where(
        place,
        *_matches(_access, actor_name=wanted.actor_name, since=wanted.since, until=wanted.until),
    )
    if wanted.kind is not None:
        statement = statement.where(_access.c.kind == wanted.kind)
    key = [_access.c.recorded_at, _access.c.id]
    return read_page(statement, key, after=after, before=before, is_descending=True)


def _matches(
    table: Table, *, actor_name: str | None, since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if actor_name:
        yield table.c.actor_name.icontains(actor_name, autoescape=True)
    if since is not None:
        yield table.c.recorded_at >= since
    if until is not None:
        yield table.c.recorded_at < until
