"""The queue, its worker, and the worker's sign of life.

Features put their jobs into their own `tasks` module: the web server imports the one it needs,
the worker imports them all. The queue lies beside the database, in a file under the data
directory with SQLite, in a schema of its own with PostgreSQL.
"""

import logging
import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

import psycopg
from huey import Huey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy import make_url

from community.kernel import clock
from community.kernel.database import transaction
from config import Config

SCHEMA: Final = "jobs"
HEARTBEAT: Final = "worker.seen_at"
# The heart beats each minute; a long job or a busy machine may delay it by one or two.
SILENCE_ALLOWED: Final = timedelta(minutes=3)

_log = logging.getLogger(__name__)


class _LateStorage:
    """Huey's storage, opened when first used: who queues nothing connects to nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._config: Config | None = None
        self._opened: Any = None

    def use(self, config: Config | None) -> None:
        """Close what is open; the next use opens what this configuration names."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened, self._config = None, config

    def __getattr__(self, attribute: str) -> Any:
        with self._lock:
            if self._opened is None:
                if self._config is None:
                    raise RuntimeError("no queue: create_app() was not called")
                self._opened = _open_storage(self._name, self._config)
        return getattr(self._opened, attribute)


_queue: Final = Huey("community", results=False, storage_class=_LateStorage)
_storage: Final[_LateStorage] = _queue.storage
_application: Callable[[], AbstractContextManager[Any]] | None = None


def _open_storage(name: str, config: Config) -> SqliteStorage | PostgresStorage:
    if config.database_url.startswith("sqlite"):
        return SqliteStorage(name, filename=str(config.data_dir / "jobs.sqlite3"), fsync=True)
    url = make_url(config.database_url).set(drivername="postgresql")
    dsn = url.render_as_string(hide_password=False)
    # A schema of its own, so that migrations never take the queue's tables for leftovers.
    options = f"-c search_path={SCHEMA}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        # Server and worker open it together; the lock goes with the connection.
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (SCHEMA,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        return PostgresStorage(name, dsn=dsn, options=options)


def bind(config: Config, application: Callable[[], AbstractContextManager[Any]]) -> None:
    """Say where the queue is, and what surrounds a job (the application's context).

    What lies in the queue is signed: rows that somebody else wrote there are not executed.
    """
    global _application
    _application = application
    _queue.serializer = SignedSerializer(secret=config.secret_key, salt="community.jobs")
    _storage.use(config)


def unbind() -> None:
    """Close the queue's connection."""
    global _application
    _application = None
    _storage.use(None)


@contextmanager
def _job(name: str) -> Iterator[None]:
    if _application is None:
        raise RuntimeError("no application: create_app() was not called")
    started_at = time.perf_counter()
    with _application(), transaction():
        yield
    milliseconds = round((time.perf_counter() - started_at) * 1000, 1)
    _log.info("job", extra={"fields": {"job": name, "ms": milliseconds}})


def nightly(hour: int, minute: int) -> Callable[[Callable[[], object]], Callable[[], None]]:
    """Run a function each night at this time in Asia/Shanghai, as one transaction."""

    def is_due(naive_utc: datetime) -> bool:
        local = naive_utc.replace(tzinfo=UTC).astimezone(clock.SHANGHAI)
        return (local.hour, local.minute) == (hour, minute)

    def register(run: Callable[[], object]) -> Callable[[], None]:
        @wraps(run)
        def job() -> None:
            with _job(f"{run.__module__}.{run.__name__}"):
                run()

        _queue.periodic_task(is_due)(job)
        return job

    return register


# --- the worker -------------------------------------------------------------------------------


def beat() -> None:
    """Say that the worker is alive, and able to take up work."""
    _queue.put(HEARTBEAT, clock.now().isoformat())


_queue.periodic_task(lambda _now: True)(beat)
_queue.on_startup()(beat)


def worker_seen_at() -> datetime | None:
    """When the worker last gave a sign of life; None when it never did."""
    text = _queue.get(HEARTBEAT, peek=True)
    return None if text is None else datetime.fromisoformat(text)


def worker_is_running() -> bool:
    """Whether work that is queued now will be taken up soon."""
    seen_at = worker_seen_at()
    return seen_at is not None and clock.now() - seen_at <= SILENCE_ALLOWED


def task_modules() -> list[str]:
    """The `tasks` modules of all features, which this package, far below them, may not import."""
    package = Path(__file__).parent.parent
    features = (f"{package.name}.{found.name}" for found in pkgutil.iter_modules([str(package)]))
    return [f"{name}.tasks" for name in features if _has_tasks(name)]


def _has_tasks(feature: str) -> bool:
    found = find_spec(feature)
    return (
        found is not None
        and found.submodule_search_locations is not None
        and find_spec(f"{feature}.tasks") is not None
    )


def run_worker() -> None:
    """Take up jobs until SIGTERM, which lets the job at hand finish."""
    for module in task_modules():
        import_module(module)
    queue_log = logging.getLogger("huey")
    queue_log.handlers = logging.getLogger("community").handlers
    queue_log.setLevel(logging.WARNING)  # a line per job is ours; what fails is told by Huey
    _log.info("worker started")
    _queue.create_consumer(workers=1, scheduler_interval=15, graceful_signal="TERM").run()
    _log.info("worker stopped")
