"""The queue of long work, its worker, and the worker's sign of life: the only importer of Huey.

What lies in the queue is the number of a job and nothing else: the job itself is a row of the
database. The queue is a file beside the database with SQLite, a schema of its own with PostgreSQL.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any, Final
from uuid import uuid4

import psycopg
from huey import Huey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy import make_url

from community.kernel import clock
from config import Config

SCHEMA: Final = "jobs"
# The heart has a thread of its own, so that a long job does not hold it up.
BEAT_EVERY: Final = timedelta(seconds=15)
SILENCE_ALLOWED: Final = timedelta(seconds=90)
# This process, as the jobs that it takes up name it.
WORKER: Final = uuid4().hex
_HEART: Final = "worker."

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
_runner: Callable[[int], None] | None = None


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


def bind(config: Config) -> None:
    """Say where the queue is.

    What lies in it is signed: rows that somebody else wrote there are not executed.
    """
    _queue.serializer = SignedSerializer(secret=config.secret_key, salt="community.jobs")
    _storage.use(config)


def unbind() -> None:
    """Close the queue's connection."""
    _storage.use(None)


# --- what is to be done -----------------------------------------------------------------------


def use_runner(run: Callable[[int], None]) -> None:
    """Say what does a job, given its number."""
    global _runner
    _runner = run


@_queue.task(name="job")  # type: ignore[untyped-decorator] # Huey has no types
def _do(job_id: int) -> None:
    if _runner is None:
        raise RuntimeError("nobody has said what does a job")
    _runner(job_id)


def put(job_id: int) -> None:
    """Hand a job to the worker. Handed over twice it is done once: its row knows its state."""
    _do(job_id)


def is_empty() -> bool:
    """Whether nothing waits for the worker."""
    return bool(_storage.queue_size() == 0)


def every_minute(run: Callable[[], None]) -> None:
    """Have the worker run a function when it starts, and each minute."""
    _queue.on_startup(name=f"{run.__module__}.{run.__name__}")(run)
    _queue.periodic_task(lambda _now: True)(run)


def nightly(hour: int, minute: int, run: Callable[[], None]) -> None:
    """Have the worker run a function each night at this time in Asia/Shanghai."""

    def is_due(naive_utc: datetime) -> bool:
        local = naive_utc.replace(tzinfo=UTC).astimezone(clock.SHANGHAI)
        return (local.hour, local.minute) == (hour, minute)

    _queue.periodic_task(is_due)(run)


# --- the worker -------------------------------------------------------------------------------


def beat() -> None:
    """Say that this worker is alive."""
    _queue.put(_HEART + WORKER, clock.now().isoformat())


def workers_seen() -> dict[str, datetime]:
    """When each worker of this installation last gave a sign of life."""
    seen = {}
    for key, value in _storage.result_items().items():
        with suppress(ValueError):  # signed with another key: not one of ours
            seen_at = datetime.fromisoformat(_queue.serializer.deserialize(value))
            seen[key.removeprefix(_HEART)] = seen_at
    return seen


def living_workers() -> frozenset[str]:
    """The workers that are heard of."""
    now = clock.now()
    return frozenset(
        worker for worker, seen_at in workers_seen().items() if now - seen_at <= SILENCE_ALLOWED
    )


def worker_is_running() -> bool:
    """Whether work that is queued now will be taken up soon."""
    return bool(living_workers())


def forget_workers(workers: Iterable[str]) -> None:
    """Forget workers that are gone."""
    for worker in workers:
        _queue.delete(_HEART + worker)


def run_worker() -> None:
    """Take up jobs until SIGTERM, which lets the job at hand finish."""
    queue_log = logging.getLogger("huey")
    queue_log.handlers = logging.getLogger("community").handlers
    queue_log.setLevel(logging.WARNING)  # a line per job is ours; what fails is told by Huey
    stopped = Event()
    heart = Thread(target=_live, args=(stopped,), name="heart", daemon=True)
    heart.start()
    _log.info("worker started")
    consumer = _queue.create_consumer(
        workers=1, max_delay=1, scheduler_interval=15, graceful_signal="TERM"
    )
    consumer.run()
    stopped.set()
    heart.join()
    forget_workers([WORKER])
    _log.info("worker stopped")


def _live(stopped: Event) -> None:
    while True:
        try:
            beat()
        except Exception:  # noqa: BLE001 - the queue may be away for a while
            _log.warning("the worker's heart could not beat", exc_info=True)
        if stopped.wait(BEAT_EVERY.total_seconds()):
            return
