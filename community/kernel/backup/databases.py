"""The database in an archive: copied as of one moment, and brought back."""

import os
import platform
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

# Work that was waiting when the backup was made is not done a second time.
_QUEUE_SCHEMA: Final = "jobs"
_REVISION_TABLE: Final = "alembic_version"


def copy_database(engine: Engine, copy: Path) -> dict[str, Any]:
    """Copy the database as of one moment, and describe the copy."""
    if engine.dialect.name == "sqlite":
        return _copy_sqlite(engine, copy)
    return _copy_postgresql(engine, copy)


def _copy_sqlite(engine: Engine, copy: Path) -> dict[str, Any]:
    # The backup API: a copy of the files of a live database may have no tables at all.
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as target:
        source: Any = pooled.driver_connection
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        if target.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise RuleViolationError(
                N_("The database is damaged: no backup was made. Restore the last good one.")
            )
    reader = _engine_of(copy)
    try:
        with reader.connect() as connection:
            return _facts(connection, {"sqlite": sqlite3.sqlite_version})
    finally:
        reader.dispose()


def _engine_of(copy: Path) -> Engine:
    from sqlalchemy import create_engine

    return create_engine(URL.create("sqlite", database=str(copy)))


def _copy_postgresql(engine: Engine, copy: Path) -> dict[str, Any]:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # The dump and the counts see the same snapshot.
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        version = connection.execute(text("SHOW server_version")).scalar_one()
        facts = _facts(connection, {"postgresql": version})
        _run_postgresql_tool(
            "pg_dump",
            engine.url,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--exclude-schema={_QUEUE_SCHEMA}",
            f"--snapshot={snapshot}",
            f"--file={copy}",
        )
    copy.chmod(0o600)
    return facts


def _run_postgresql_tool(tool: str, url: URL, *options: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise RuleViolationError(
            Message(
                N_("%(tool)s is missing. Install it: apt install postgresql-client"),
                {"tool": tool},
            )
        )
    plain = url.set(drivername="postgresql")._replace(password=None)
    # The password goes through the environment: other users can read command lines.
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603 - a fixed tool, our own options
        [program, *options, f"--dbname={plain.render_as_string(hide_password=False)}"],
        capture_output=True,
        text=True,
        env={**os.environ, **password},
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise RuleViolationError(
            Message(
                N_("%(tool)s failed: %(reason)s. It must not be older than the server."),
                {"tool": tool, "reason": reason[0]},
            )
        )


def _facts(connection: Connection, versions: dict[str, str]) -> dict[str, Any]:
    return {
        "database": connection.dialect.name,
        "revisions": _revisions(connection),
        "versions": {"python": platform.python_version(), **versions},
        "row_counts": row_counts(connection),
    }


def _revisions(connection: Connection) -> tuple[str, ...]:
    if not inspect(connection).has_table(_REVISION_TABLE):
        return ()
    rows = connection.execute(text(f"SELECT version_num FROM {_REVISION_TABLE}"))  # noqa: S608
    return tuple(sorted(rows.scalars()))


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has; that of the migrations is not counted."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        table: connection.execute(
            text(f"SELECT count(*) FROM {quote(table)}")  # noqa: S608 - a quoted name of a table
        ).scalar_one()
        for table in sorted(inspect(connection).get_table_names())
        if table != _REVISION_TABLE
    }


def load_database(engine: Engine, copy: Path) -> None:
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as source:
            target: Any = pooled.driver_connection
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
    else:
        _run_postgresql_tool(
            "pg_restore",
            engine.url,
            "--clean",  # an empty schema may be there already
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            str(copy),
        )
