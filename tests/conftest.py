"""What every test can ask for: an application on a fresh database, and browsers for it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from sqlalchemy import make_url, text

from community import access, create_app
from community.access import Actor, Role
from community.accounts.models import UserAccount
from community.accounts.services import open_session
from community.audits.services import seed_rule_sets
from community.demonstration.services import seed_demonstration
from community.jobs.tasks import unbind
from community.journal.services import writing
from community.kernel import doctor, i18n
from community.kernel.database import Base, transaction
from community.registry.services import seed_reference
from community.web.extensions import db
from config import ROOT, Config, Environment
from tests.browser_client import Browser
from tests.world import World, build_world

# The server on which the tests run a second time; empty: SQLite.
SERVER = os.environ.get("TEST_DATABASE_URL", "")
OPERATOR = access.Operator("operator")
SECRET_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0-tests-only"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches a database; the rest has run beside SQLite already."""
    if not SERVER:
        return
    databases = {"prepared_database", "empty_database_url"}
    rest = [item for item in items if not databases & set(getattr(item, "fixturenames", ()))]
    if rest:
        config.hook.pytest_deselected(items=rest)
        items[:] = [item for item in items if item not in set(rest)]


# --- databases --------------------------------------------------------------------------------


def make_config(data_dir: Path, database_url: str) -> Config:
    """The settings of a test."""
    return Config(
        environment=Environment.TEST,
        secret_key=SECRET_KEY,
        database_url=database_url,
        data_dir=data_dir,
    )


def create_schema(config: Config) -> None:
    """All tables at once, marked as migrated (that the migrations agree has its own test)."""
    app = create_app(config)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            for revision in doctor.newest_revisions(ROOT / "migrations"):
                connection.execute(
                    text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision}
                )
        db.engine.dispose()


@contextmanager
def server_database(name: str) -> Iterator[str]:
    """An empty database of its own on the PostgreSQL server, dropped afterwards."""
    plain = make_url(SERVER).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            url = make_url(SERVER).set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def prepared_database(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str | Path]:
    """A database with empty tables: a file to copy, or the URL of this worker's own."""
    directory = tmp_path_factory.mktemp("prepared")
    if not SERVER:
        file = directory / "community.sqlite3"
        create_schema(make_config(directory, f"sqlite:///{file}"))
        yield file
        return
    with server_database(f"community_test_{worker_id}") as url:
        create_schema(make_config(directory, url))
        yield url


def fresh_database(prepared: str | Path, directory: Path) -> str:
    """The URL of a database with empty tables; on the server there is but one at a time."""
    if isinstance(prepared, Path):
        file = directory / "community.sqlite3"
        shutil.copyfile(prepared, file)
        return f"sqlite:///{file}"
    plain = make_url(prepared).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
        # Truncating a table costs the same when it is empty: only those with rows are.
        probe = " UNION ALL ".join(
            f"(SELECT '{table}' FROM {table} LIMIT 1)"  # noqa: S608 - our own names
            for table in Base.metadata.tables
        )
        if used := ", ".join(row[0] for row in connection.execute(probe)):
            connection.execute(f"TRUNCATE {used} RESTART IDENTITY CASCADE")
    return prepared


@pytest.fixture
def database_url(prepared_database: str | Path, tmp_path: Path) -> str:
    """The URL of a database with empty tables, for this test alone."""
    return fresh_database(prepared_database, tmp_path)


@pytest.fixture(scope="session")
def demonstration_url(
    prepared_database: str | Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """The URL of a database with the demonstration, which tests only read."""
    directory = tmp_path_factory.mktemp("demonstration")
    if isinstance(prepared_database, Path):
        url = fresh_database(prepared_database, directory)
        seed_demonstration_in(make_config(directory, url))
        yield url
        return
    with server_database(f"community_demonstration_{worker_id}") as url:
        config = make_config(directory, url)
        create_schema(config)
        seed_demonstration_in(config)
        yield url


def seed_demonstration_in(config: Config) -> None:
    """What `flask seed demo` does, by the services."""
    app = create_app(config)
    with app.app_context():
        with transaction():
            seed_reference(actor=OPERATOR)
            with writing(actor=OPERATOR, action="reference.seeded"):
                seed_rule_sets()
        with transaction():
            assert seed_demonstration(password=config.demo_password, actor=OPERATOR)
        db.engine.dispose()
    unbind()


@pytest.fixture
def empty_database_url(worker_id: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if not SERVER:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with server_database(f"community_empty_{worker_id}") as url:
        yield url


# --- the application --------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    """The settings of this test's installation."""
    return make_config(tmp_path, database_url)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, not once per test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


MakeApp = Callable[[Config], Flask]


@pytest.fixture
def make_app(compiled_templates: FileSystemBytecodeCache) -> Iterator[MakeApp]:
    """Makes applications, and closes their connections afterwards."""
    made: list[Flask] = []

    def make(config: Config) -> Flask:
        app = create_app(config)
        app.jinja_env.bytecode_cache = compiled_templates
        # A name that a template expects and nobody gives is a fault, not an empty string.
        app.jinja_env.undefined = StrictUndefined
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
    unbind()


@pytest.fixture
def app(config: Config, make_app: MakeApp) -> Flask:
    """The application. No context is pushed: a client inside one would share its user."""
    app = make_app(config)
    app.config.update(TESTING=True)
    return app


@pytest.fixture
def demonstration(demonstration_url: str, tmp_path: Path, make_app: MakeApp) -> Flask:
    """The application on the demonstration's database; tests only read it."""
    app = make_app(make_config(tmp_path, demonstration_url))
    app.config.update(TESTING=True)
    return app


@pytest.fixture(autouse=True)
def default_locale() -> Iterator[None]:
    """Each test begins in Chinese; a request leaves its own language behind."""
    with i18n.use_locale(i18n.DEFAULT_LOCALE):
        yield


@contextmanager
def recording_in(
    app: Flask, actor: Actor = OPERATOR, action: str = "test.recorded"
) -> Iterator[None]:
    """Write facts in one transaction, journaled as somebody's."""
    with app.app_context(), transaction(), writing(actor=actor, action=action):
        yield


Recording = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def recording(app: Flask) -> Recording:
    """`with recording(): …` is `recording_in` this test's application."""
    return partial(recording_in, app)


# --- clients ----------------------------------------------------------------------------------


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A plain client, signed in to nothing, without the form tokens of real pages."""
    app.config.update(WTF_CSRF_ENABLED=False)
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A client that checks every page it loads; nobody is signed in."""
    return Browser(app)


@pytest.fixture
def world(recording: Recording) -> World:
    """Two counties of one city and one of another, with communities, schools and accounts."""
    with recording():
        return build_world()


SignInAs = Callable[[Role | int], Browser]


@pytest.fixture
def sign_in_as(app: Flask, world: World) -> SignInAs:
    """`sign_in_as(Role.VIEWER)` (or with an account's id) is a browser of a signed-in reader."""

    def sign_in(who: Role | int) -> Browser:
        return signed_in(app, who if isinstance(who, int) else world.account_ids[who])

    return sign_in


def signed_in(app: Flask, account_id: int) -> Browser:
    """A browser in which an account is signed in, without the work of checking a password."""
    with app.app_context(), transaction():
        user_id = open_session(db.session.get_one(UserAccount, account_id)).get_id()
    browser = Browser(app)
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = user_id, True
    return browser
