"""The migrations make the schema of the models, with data, there and back, or not at all."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, inspect, text

from community.kernel import doctor
from community.kernel.backup import row_counts
from community.kernel.database import Base, configure_engine
from community.web.extensions import db
from config import ROOT
from tests.conftest import MakeApp, Prepared, make_config, recording_in
from tests.factories import ActivityFactory, ConfirmationFactory, ImportBatchFactory
from tests.world import build_world


@pytest.fixture
def bare_app(make_app: MakeApp, empty_database_url: str, tmp_path: Path) -> Flask:
    """An application on a database without any table."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return make_app(make_config(tmp_path, empty_database_url))


@pytest.fixture
def ideal(prepared_database: Prepared) -> Iterator[Engine]:
    """A database made from the models at once."""
    engine = create_engine(prepared_database.url)
    configure_engine(engine)
    yield engine
    engine.dispose()


def schema_of(engine: Engine) -> dict[str, Any]:
    """Columns, keys, indexes and checks of every table, in a form that can be compared."""
    inspector = inspect(engine)
    schema: dict[str, Any] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        schema[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": by_name(inspector.get_foreign_keys(table)),
            "unique": by_name(inspector.get_unique_constraints(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
            "indexes": by_name(inspector.get_indexes(table)),
        }
    return schema


def by_name(found: list[Any]) -> list[str]:
    return sorted(str(plain(item)) for item in found)


def plain(value: Any) -> Any:
    """The value with its SQL expressions as text, which can be compared."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    return [plain(item) for item in value] if isinstance(value, list) else str(value)


def test_there_is_one_newest_migration() -> None:
    assert len(doctor.newest_revisions(ROOT / "migrations")) == 1


def test_the_migrations_make_what_the_models_say(bare_app: Flask, ideal: Engine) -> None:
    with bare_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()  # raises SystemExit when the models have gone further
        made = schema_of(db.engine)
    assert len(made) >= 25
    wanted = schema_of(ideal)
    assert made.keys() == wanted.keys() == Base.metadata.tables.keys()
    for table in made:
        assert made[table] == wanted[table], table


def test_up_down_and_up_with_data(bare_app: Flask) -> None:
    newest = doctor.newest_revisions(ROOT / "migrations")[0]
    revisions = list(reversed(doctor.known_revisions(ROOT / "migrations")))
    with bare_app.app_context():
        flask_migrate.upgrade()
    with recording_in(bare_app):
        build_world()
        ActivityFactory.create()
        ConfirmationFactory.create()
        ImportBatchFactory.create()
    with bare_app.app_context():
        with db.engine.connect() as connection:
            before = row_counts(connection)
        assert before["journal_entry"] > 20
        if len(revisions) > 1:
            flask_migrate.downgrade(revision=revisions[-2])
            flask_migrate.upgrade()
            with db.engine.connect() as connection:
                assert row_counts(connection) == before
        flask_migrate.downgrade(revision="base")
        with db.engine.connect() as connection:
            assert row_counts(connection) == {}
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert set(row_counts(connection).values()) == {0}
            applied = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert applied == newest


def test_a_migration_that_breaks_off_leaves_nothing(bare_app: Flask) -> None:
    """On SQLite too, where Alembic by itself would keep half of it."""
    made: list[str] = []

    def break_off(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith("CREATE TABLE"):
            made.append(statement)
            if len(made) == 10:
                raise RuntimeError("the power failed")

    with bare_app.app_context():
        event.listen(db.engine, "before_cursor_execute", break_off)
        try:
            with pytest.raises(SystemExit):  # Flask-Migrate's answer to errors
                flask_migrate.upgrade()
        finally:
            event.remove(db.engine, "before_cursor_execute", break_off)
        with db.engine.connect() as connection:
            assert row_counts(connection) == {}
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert len(row_counts(connection)) == len(Base.metadata.tables)


def test_foreign_keys_are_on_again_after_a_migration(bare_app: Flask) -> None:
    with bare_app.app_context():
        flask_migrate.upgrade()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
