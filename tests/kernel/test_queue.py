"""The queue and its worker, on the database that the tests run on."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from community.kernel import clock, queue
from config import Config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path, empty_database_url: str) -> Config:
    """An installation whose database knows no queue yet."""
    return Config.from_environment(
        {"COMMUNITY_DATA_DIR": str(tmp_path), "DATABASE_URL": empty_database_url}
    )


@pytest.fixture(autouse=True)
def bound(config: Config) -> Iterator[None]:
    queue.bind(config)
    yield
    queue.unbind()


def test_a_worker_that_never_ran_is_not_running() -> None:
    assert queue.workers_seen() == {}
    assert not queue.worker_is_running()


def test_the_heart_can_be_read_as_often_as_one_likes() -> None:
    before = clock.now()
    queue.beat()
    for _ in range(2):
        assert before <= queue.workers_seen()[queue.WORKER] <= clock.now()
        assert queue.living_workers() == {queue.WORKER}
        assert queue.worker_is_running()


def test_a_worker_that_fell_silent_is_not_running(monkeypatch: pytest.MonkeyPatch) -> None:
    queue.beat()
    later = clock.now() + queue.SILENCE_ALLOWED + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not queue.worker_is_running()
    assert queue.workers_seen()
    queue.forget_workers([queue.WORKER, "never seen"])
    assert queue.workers_seen() == {}


def test_a_nightly_job_is_due_once_a_day_by_the_clock_in_shanghai() -> None:
    def sweep() -> None:
        """Nothing to do."""

    queue.nightly(3, 30, sweep)
    try:
        midnight = datetime(2026, 7, 31)  # noqa: DTZ001 - Huey asks in naive UTC
        minutes = [midnight + timedelta(minutes=number) for number in range(24 * 60)]
        due = [
            minute
            for minute in minutes
            if any(task.name == "sweep" for task in queue._queue.read_periodic(minute))
        ]
    finally:
        queue._queue._registry._periodic_tasks.pop()
        queue._queue._registry._registry.pop(f"{__name__}.sweep")
    assert due == [datetime(2026, 7, 31, 19, 30)]  # noqa: DTZ001 - 03:30 on 1 August


def test_what_was_queued_under_another_key_is_neither_believed_nor_executed(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(queue, "_runner", done.append)
    queue.beat()
    queue.put(7)
    other = Config.from_environment(
        {
            "COMMUNITY_DATA_DIR": str(config.data_dir),
            "DATABASE_URL": config.database_url,
            "SECRET_KEY": "another",
        }
    )
    queue.bind(other)
    assert queue.workers_seen() == {}
    with pytest.raises(ValueError, match="mismatch"):
        queue._queue.dequeue()
    assert done == []


def test_what_is_put_is_done_in_order_also_by_who_opens_the_queue_later(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(queue, "_runner", done.append)
    assert queue.is_empty()
    for number in (3, 1, 2):
        queue.put(number)
    queue.unbind()
    queue.bind(config)
    assert not queue.is_empty()
    while (task := queue._queue.dequeue()) is not None:
        queue._queue.execute(task)
    assert done == [3, 1, 2]
    assert queue.is_empty()


def test_without_an_application_the_queue_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    queue.unbind()
    with pytest.raises(RuntimeError, match="create_app"):
        queue.workers_seen()
    monkeypatch.setattr(queue, "_runner", None)
    with pytest.raises(RuntimeError, match="nobody has said"):
        queue._do.func(1)


def test_several_processes_may_open_the_queue_at_once(config: Config) -> None:
    queue.unbind()
    failures: list[Exception] = []

    def open_queue() -> None:
        storage = queue._LateStorage("community")
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
import sys
from pathlib import Path
from community.kernel import queue
from config import Config
queue.bind(Config.from_environment())
queue.use_runner(lambda number: Path(sys.argv[1]).write_text(str(number)))
queue.run_worker()
"""


def test_a_real_worker_beats_works_and_stops_when_told(config: Config, tmp_path: Path) -> None:
    queue.put(42)
    done = tmp_path / "done"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(done)],
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
        while not (queue.worker_is_running() and done.exists()) and time.monotonic() < deadline:
            assert worker.poll() is None
            time.sleep(0.05)
        assert queue.worker_is_running()
        assert done.read_text() == "42"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
        assert not queue.worker_is_running()
    finally:
        worker.kill()
        worker.wait()
