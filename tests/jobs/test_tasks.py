"""The modules of tasks, and the worker that imports them."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from community.access import Actor
from community.jobs import tasks
from community.jobs.rules import Outcome, Progress
from community.kernel import queue
from config import Config
from tests.jobs.conftest import DONE

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_of_tasks_is_found_and_no_other() -> None:
    on_disk = {path.parent.name for path in (ROOT / "community").glob("*/tasks.py")}
    assert {"jobs", "accounts", "imports"} <= on_disk
    assert set(tasks.task_modules()) == {f"community.{name}.tasks" for name in on_disk}


def test_the_worker_knows_the_work_of_every_feature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "run_worker", lambda: None)
    tasks.run_worker()
    assert {"imports.read", "imports.write", "imports.undo"} <= set(tasks._works)


def test_two_functions_cannot_do_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_works", {})

    def work(_params: dict[str, object], _progress: Progress, _actor: Actor) -> Outcome:
        return DONE

    assert tasks.work("a.b")(work) is tasks.work("a.b")(work)
    with pytest.raises(ValueError, match=r"a\.b"):
        tasks.work("a.b")(lambda _params, _progress, _actor: DONE)


def test_without_an_application_nothing_is_done() -> None:
    tasks.unbind()
    with pytest.raises(RuntimeError, match="create_app"):
        tasks.run(1)
    with pytest.raises(RuntimeError, match="create_app"), tasks._transaction_of("any"):
        pass


def test_a_job_runs_inside_the_application(tmp_path: Path) -> None:
    config = Config.from_environment({"COMMUNITY_DATA_DIR": str(tmp_path)})
    entered: list[str] = []

    class Context(nullcontext[None]):
        def __enter__(self) -> None:
            entered.append("in")
            raise LookupError

    tasks.bind(config, Context, lambda _account: None)
    try:
        with pytest.raises(LookupError):
            tasks.run(1)
    finally:
        tasks.unbind()
    assert entered == ["in"]
