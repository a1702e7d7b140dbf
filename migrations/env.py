"""How Alembic reaches our database: one transaction per migration run, on both databases."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from flask import current_app
from sqlalchemy import Connection, Enum

from community.kernel.database import Base, UtcDateTime


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our types so that a migration stays what it was when the models change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from community.kernel.database import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, Enum):
        # The CHECK of an enumeration is a constraint of the table, rendered with the others.
        values = ", ".join(repr(value) for value in item.enums)
        name = f"name={item.name!r}, " if item.name else ""
        options = f"{name}native_enum=False, create_constraint=True, length={item.length}"
        return f"sa.Enum({values}, {options})"
    return False


def leave_out_empty(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Write no migration when nothing has changed."""
    wants_diff = getattr(context.config.cmd_opts, "autogenerate", False)
    changes = directives[0].upgrade_ops
    if wants_diff and changes is not None and changes.is_empty():
        directives[:] = []


def run(connection: Connection) -> None:
    """Migrate over this connection, whole or not at all."""
    is_sqlite = connection.dialect.name == "sqlite"
    options = dict(current_app.extensions["migrate"].configure_args)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        process_revision_directives=leave_out_empty,
        transactional_ddl=True,  # on SQLite too, where Alembic would do without
        **options,
    )
    driver: Any = connection.connection.driver_connection
    if is_sqlite:
        # Batch mode replaces tables that others refer to. No effect inside a transaction.
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave references to missing rows")
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys = ON")


if context.is_offline_mode():
    raise RuntimeError("Migrations need the database: --sql is not supported.")
with current_app.extensions["migrate"].db.engine.connect() as opened:
    run(opened)
