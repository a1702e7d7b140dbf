"""What every test can ask for: an application on a fresh database, and browsers for it."""

import fcntl
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from sqlalchemy import make_url, text

from community import access, bind_process, create_app
from community.access import Actor, Role
from community.accounts.models import UserAccount
from community.accounts.services import open_session
from community.audits.services import seed_rule_sets
from community.demonstration.services import seed_demonstration
from community.jobs import queries as jobs
from community.jobs import tasks
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


# Of a table of cases so many run on the server too: what it must answer alike are the statements.
CASES_ON_SERVER = 2
DATABASES = {"prepared_database", "empty_database_url"}
# What a page asks is asked by services; the page itself does not depend on the database.
PAGES = {"browser", "client", "reader", "sign_in_as"}


def runs_on_server(item: pytest.Item) -> bool:
    """Whether a test tells more on PostgreSQL than it has told on SQLite already."""
    asked = set(getattr(item, "fixturenames", ()))
    if not DATABASES & asked or item.get_closest_marker("once"):
        return False
    return not PAGES & asked or item.get_closest_marker("on_server") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches a database below the pages, and pages marked `on_server`. Of
    a table of cases the first ones run, unless it is marked `every_case`."""
    if not SERVER:
        return
    seen: Counter[str] = Counter()
    kept = []
    for item in filter(runs_on_server, items):
        function = item.nodeid.partition("[")[0]
        seen[function] += 1
        if seen[function] <= CASES_ON_SERVER or item.get_closest_marker("every_case"):
            kept.append(item)
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


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
def server_database(name: str, template: str = "template1") -> Iterator[str]:
    """A database of its own on the PostgreSQL server, dropped afterwards: an empty one, or a copy
    of another to which nobody is connected."""
    plain = make_url(SERVER).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            url = make_url(SERVER).set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# What databases begin with, other than nothing.
STARTS: Mapping[str, Callable[[], Any]] = {
    "reference_data": partial(seed_reference, actor=OPERATOR),
    "world": build_world,
}


@dataclass(frozen=True)
class Prepared:
    """Databases made once: with empty tables, and one per start.

    On SQLite a file of each to copy; on the server one database, and in its schema of that name
    copies of the tables that have rows.
    """

    url: str
    directory: Path
    made: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[str]] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """What is in the world."""
        world: World = self.made["world"]
        return world


@pytest.fixture(scope="session")
def prepared_database(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Prepared]:
    """What each test's database begins as."""
    directory = tmp_path_factory.mktemp("prepared")
    if not SERVER:
        empty = directory / "empty.sqlite3"
        create_schema(make_config(directory, f"sqlite:///{empty}"))
        prepared = Prepared(f"sqlite:///{empty}", directory)
        for start, record in STARTS.items():
            file = shutil.copyfile(empty, directory / f"{start}.sqlite3")
            prepared.made[start] = recorded(make_config(directory, f"sqlite:///{file}"), record)
        yield prepared
        return
    with server_database(f"community_test_{worker_id}") as url:
        config = make_config(directory, url)
        create_schema(config)
        prepared = Prepared(url, directory)
        for start, record in STARTS.items():
            prepared.made[start] = recorded(config, record)
            with connected(url) as connection:
                prepared.tables[start] = tables_with_rows(connection)
                connection.execute(f"CREATE SCHEMA {start}")
                for table in prepared.tables[start]:
                    connection.execute(f"CREATE TABLE {start}.{table} AS TABLE public.{table}")
            fresh_database(prepared, directory)
        yield prepared


def recorded(config: Config, record: Callable[[], Any]) -> Any:
    """What a start gives when it is recorded in an empty database."""
    app = create_app(config)
    with recording_in(app):
        made = record()
    with app.app_context():
        db.engine.dispose()
    unbind()
    return made


def connected(url: str) -> psycopg.Connection:
    """A connection of our own to a database of the server."""
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))


def tables_with_rows(connection: psycopg.Connection) -> list[str]:
    """The tables that are not empty."""
    probe = " UNION ALL ".join(
        f"(SELECT '{table}' FROM {table} LIMIT 1)"  # noqa: S608 - our own names
        for table in Base.metadata.tables
    )
    return [row[0] for row in connection.execute(probe)]


def fresh_database(prepared: Prepared, directory: Path, start: str = "empty") -> str:
    """The URL of a database as prepared; on the server there is but one at a time."""
    if not SERVER:
        file = shutil.copyfile(
            prepared.directory / f"{start}.sqlite3", directory / "community.sqlite3"
        )
        return f"sqlite:///{file}"
    filled = prepared.tables.get(start, [])
    with connected(prepared.url) as connection:
        used = tables_with_rows(connection)
        numbered = {*filled, *tables_with_numbers(connection)}
        # Deleting from small tables is quicker than truncating them, and copying rows back quicker
        # than recording them; foreign keys are looked at by neither.
        connection.execute(
            ";".join(
                [
                    "SET session_replication_role = replica",
                    "DROP SCHEMA IF EXISTS jobs CASCADE",  # the queue: made anew when it is used
                    *(f"DELETE FROM {table}" for table in used),  # noqa: S608 - our own names
                    *(f"INSERT INTO {table} TABLE {start}.{table}" for table in filled),
                    *map(numbering_from, numbered & {*Base.metadata.tables}),
                ]
            )
        )
    return prepared.url


def tables_with_numbers(connection: psycopg.Connection) -> list[str]:
    """The tables that have given out a number since their numbering began."""
    rows = connection.execute(
        "SELECT sequencename FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL"
    )
    return [str(name).removesuffix("_id_seq") for (name,) in rows]


def numbering_from(table: str) -> str:
    """The statement that lets a table's numbers go on after its last row."""
    column = Base.metadata.tables[table].autoincrement_column
    if column is None:
        return "SELECT 1"
    return (
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'),"  # noqa: S608
        f" coalesce(max({column.name}), 0) + 1, false) FROM {table}"
    )


@pytest.fixture(scope="session")
def worker_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's tests have their data, one after the other."""
    return tmp_path_factory.mktemp("worker")


@pytest.fixture
def data_dir(worker_dir: Path) -> Path:
    """An empty data directory, at the same place for each test: one application serves them."""
    directory = worker_dir / "data"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, prepared_database: Prepared, data_dir: Path
) -> str:
    """The URL of a database for this test alone: with the world or the reference data if it asks
    for them, else with empty tables."""
    start = next((start for start in STARTS if start in request.fixturenames), "empty")
    return fresh_database(prepared_database, data_dir, start)


@pytest.fixture(scope="session")
def demonstration_url(
    prepared_database: Prepared, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """The URL of a database with the demonstration, which tests only read. One worker seeds it,
    the others copy it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    directory = tmp_path_factory.mktemp("demonstration")
    if not SERVER:
        seeded, file = shared / "demonstration.sqlite3", directory / "community.sqlite3"
        with one_at_a_time(shared):
            if not seeded.exists():
                url = fresh_database(prepared_database, directory)
                seed_demonstration_in(make_config(directory, url))
                file.replace(seeded)
        shutil.copyfile(seeded, file)
        yield f"sqlite:///{file}"
        return
    template = "community_demonstration"
    with ExitStack() as stack:
        with one_at_a_time(shared):
            if not (shared / template).exists():
                url = stack.enter_context(server_database(template))
                config = make_config(directory, url)
                create_schema(config)
                seed_demonstration_in(config)
                (shared / template).touch()
            copy = server_database(f"{template}_{worker_id}", template=template)
            url = stack.enter_context(copy)
        yield url
        with one_at_a_time(shared):
            # Whoever comes later seeds it anew.
            (shared / template).unlink(missing_ok=True)
            stack.close()


@contextmanager
def one_at_a_time(directory: Path) -> Iterator[None]:
    """What workers do one after the other."""
    with (directory / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
def config(data_dir: Path, database_url: str) -> Config:
    """The settings of this test's installation."""
    return make_config(data_dir, database_url)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, not once per test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


def make_strict(config: Config, templates: FileSystemBytecodeCache) -> Flask:
    """An application in which a name that a template expects and nobody gives is a fault."""
    app = create_app(config)
    app.jinja_env.bytecode_cache = templates
    app.jinja_env.undefined = StrictUndefined
    return app


MakeApp = Callable[[Config], Flask]


@pytest.fixture
def make_app(compiled_templates: FileSystemBytecodeCache) -> Iterator[MakeApp]:
    """Makes applications, and closes their connections afterwards."""
    made: list[Flask] = []

    def make(config: Config) -> Flask:
        app = make_strict(config, compiled_templates)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
    unbind()


@dataclass
class KeptApps:
    """Applications that serve test after test: making one costs more than most tests do."""

    templates: FileSystemBytecodeCache
    made: dict[Config, tuple[Flask, dict[str, Any]]] = field(default_factory=dict)

    def take(self, config: Config) -> Flask:
        """The application of these settings, with its configuration as it was made."""
        if config not in self.made:
            app = make_strict(config, self.templates)
            app.config.update(TESTING=True)
            self.made[config] = app, dict(app.config)
        app, settings = self.made[config]
        app.config.clear()
        app.config.update(settings)
        bind_process(app)
        return app


@pytest.fixture(scope="session")
def kept_apps(compiled_templates: FileSystemBytecodeCache) -> KeptApps:
    """The applications that this worker's tests share."""
    return KeptApps(compiled_templates)


@contextmanager
def lent(app: Flask) -> Iterator[Flask]:
    """An application whose connections are closed when a test is done with it."""
    yield app
    with app.app_context():
        db.engine.dispose()
    unbind()


@pytest.fixture
def app(config: Config, kept_apps: KeptApps) -> Iterator[Flask]:
    """The application. No context is pushed: a client inside one would share its user.

    It is shared: a test that adds views to it makes its own.
    """
    with lent(kept_apps.take(config)) as app:
        yield app


@pytest.fixture
def demonstration(demonstration_url: str, worker_dir: Path, kept_apps: KeptApps) -> Iterator[Flask]:
    """The application on the demonstration's database; tests only read it."""
    with lent(kept_apps.take(make_config(worker_dir / "demonstration", demonstration_url))) as app:
        yield app


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
def reference_data(database_url: str) -> None:
    """Divisions, aliases, school years and terms."""


@pytest.fixture
def world(prepared_database: Prepared, database_url: str) -> World:
    """Two counties of one city and one of another, with communities, schools and accounts."""
    return prepared_database.world


WorkOff = Callable[[], int]


@pytest.fixture
def work_off(app: Flask) -> WorkOff:
    """Does the jobs that wait, here and now, as the worker would; how many those were."""
    for module in tasks.task_modules():
        import_module(module)

    def work() -> int:
        with app.app_context():
            waiting = jobs.queued_job_ids()
        for job_id in waiting:
            tasks.run(job_id)
        return len(waiting)

    return work


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
