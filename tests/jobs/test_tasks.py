"""The queue and its worker, on the database that the tests run on."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from community.jobs import tasks
from community.kernel import clock
from config import Config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path, empty_database_url: str) -> Config:
    """An installation whose database knows no queue yet."""
    return Config.from_environment(
        {"COMMUNITY_DATA_DIR": str(tmp_path), "DATABASE_URL": empty_database_url}
    )


@pytest.fixture(autouse=True)
def queue(config: Config) -> Iterator[None]:
    tasks.bind(config, nullcontext)
    yield
    tasks.unbind()


def test_a_worker_that_never_ran_is_not_running() -> None:
    assert tasks.worker_seen_at() is None
    assert not tasks.worker_is_running()


def test_the_heart_can_be_read_as_often_as_one_likes() -> None:
    before = clock.now()
    tasks.beat()
    for _ in range(2):
        seen_at = tasks.worker_seen_at()
        assert seen_at is not None
        assert before <= seen_at <= clock.now()
        assert tasks.worker_is_running()


def test_a_worker_that_fell_silent_is_not_running(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.beat()
    later = clock.now() + tasks.SILENCE_ALLOWED + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not tasks.worker_is_running()


def test_every_module_of_tasks_is_found_and_no_other() -> None:
    on_disk = {path.parent.name for path in (ROOT / "community").glob("*/tasks.py")}
    assert {"jobs", "accounts"} <= on_disk
    assert set(tasks.task_modules()) == {f"community.{name}.tasks" for name in on_disk}


def test_a_nightly_job_is_due_once_a_day_by_the_clock_in_shanghai() -> None:
    @tasks.nightly(hour=3, minute=30)
    def sweep() -> None:
        """Nothing to do."""

    try:
        midnight = datetime(2026, 7, 31)  # noqa: DTZ001 - Huey asks in naive UTC
        minutes = [midnight + timedelta(minutes=number) for number in range(24 * 60)]
        due = [
            minute
            for minute in minutes
            if any(task.name == "sweep" for task in tasks._queue.read_periodic(minute))
        ]
    finally:
        tasks._queue._registry._periodic_tasks.pop()
        tasks._queue._registry._registry.pop(f"{__name__}.sweep")
    assert due == [datetime(2026, 7, 31, 19, 30)]  # noqa: DTZ001 - 03:30 on 1 August


def test_what_was_queued_under_another_key_is_not_executed(config: Config) -> None:
    tasks.beat()
    other = Config.from_environment(
        {
            "COMMUNITY_DATA_DIR": str(config.data_dir),
            "DATABASE_URL": config.database_url,
            "SECRET_KEY": "another",
        }
    )
    tasks.bind(other, nullcontext)
    with pytest.raises(ValueError, match="mismatch"):
        tasks.worker_seen_at()


def test_without_an_application_the_queue_says_so() -> None:
    tasks.unbind()
    with pytest.raises(RuntimeError, match="create_app"):
        tasks.worker_seen_at()
    with pytest.raises(RuntimeError, match="create_app"), tasks._job("any"):
        pass


def test_several_processes_may_open_the_queue_at_once(config: Config) -> None:
    tasks.unbind()
    failures: list[Exception] = []

    def open_queue() -> None:
        storage = tasks._LateStorage("community")
        try:
            storage.use(config)
            storage.queue_size()
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(error)
        finally:
            storage.use(None)

    threads = [threading.Thread(target=open_queue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


WORKER = """
from contextlib import nullcontext
from community.jobs import tasks
from config import Config
tasks.task_modules = lambda: []
tasks.bind(Config.from_environment(), nullcontext)
tasks.run_worker()
"""


def test_a_real_worker_beats_and_stops_when_told(config: Config) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=os.environ
        | {
            "COMMUNITY_DATA_DIR": str(config.data_dir),
            "DATABASE_URL": config.database_url,
            "SECRET_KEY": config.secret_key,
        },
    )
    try:
        deadline = time.monotonic() + 60
        while not tasks.worker_is_running() and time.monotonic() < deadline:
            assert worker.poll() is None
            time.sleep(0.05)
        assert tasks.worker_is_running()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
