"""What features say about their long and nightly work, and the worker that does it.

Features put both into their own `tasks` module; the worker imports them all.

    @work("reports.region")
    def region_report(params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
        report = services.prepare(..., actor=actor, progress=progress)
        return Result(Message(N_("The report is ready.")), file=File(...))

Work reads and prepares outside of any write transaction. What it has to write it gives back as a
function, which runs in the one short transaction that also ends the job.
"""

import logging
import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from community.jobs import services
from community.jobs.services.doing import FindActor, Work
from community.kernel import clock, queue
from community.kernel.database import transaction
from config import Config

_log = logging.getLogger(__name__)
_works: dict[str, Work] = {}
_application: Callable[[], AbstractContextManager[Any]] | None = None
_find_actor: FindActor | None = None


def bind(
    config: Config,
    application: Callable[[], AbstractContextManager[Any]],
    find_actor: FindActor,
) -> None:
    """Say where the queue is, what surrounds a job (the application's context), and how the
    account that asked for it becomes an actor."""
    global _application, _find_actor
    _application, _find_actor = application, find_actor
    queue.bind(config)
    queue.use_runner(run)


def unbind() -> None:
    """Close the queue's connection."""
    global _application, _find_actor
    _application = _find_actor = None
    queue.unbind()


def _context() -> AbstractContextManager[Any]:
    if _application is None:
        raise RuntimeError("no application: create_app() was not called")
    return _application()


def work(kind: str) -> Callable[[Work], Work]:
    """Register a function as what does the jobs of a kind (`feature.verb`)."""

    def register(run: Work) -> Work:
        if _works.setdefault(kind, run) is not run:
            raise ValueError(f"two functions do {kind}")
        return run

    return register


def run(job_id: int) -> None:
    """Do one job, here and now."""
    if _find_actor is None:
        raise RuntimeError("no application: create_app() was not called")
    with _context():
        services.do_job(job_id, _works, _find_actor)


@contextmanager
def _transaction_of(name: str) -> Iterator[None]:
    started_at = time.perf_counter()
    with _context(), transaction():
        yield
    milliseconds = round((time.perf_counter() - started_at) * 1000, 1)
    _log.info("job", extra={"fields": {"job": name, "ms": milliseconds}})


def nightly(hour: int, minute: int) -> Callable[[Callable[[], object]], Callable[[], None]]:
    """Run a function each night at this time in Asia/Shanghai, as one transaction."""

    def register(run: Callable[[], object]) -> Callable[[], None]:
        @wraps(run)
        def job() -> None:
            with _transaction_of(f"{run.__module__}.{run.__name__}"):
                run()

        queue.nightly(hour, minute, job)
        return job

    return register


def take_care() -> None:
    """Look after jobs that wait or run without a worker."""
    with _context(), transaction():
        services.take_care()


queue.every_minute(take_care)


@nightly(hour=3, minute=40)
def purge_jobs() -> None:
    """Remove results that nobody fetched, and old lines."""
    services.purge_jobs(now=clock.now())


# --- the worker -------------------------------------------------------------------------------


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
    queue.run_worker()
