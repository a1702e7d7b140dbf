"""Work that a test registers, and somebody who asks for it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from community.access import Actor, Role
from community.accounts.services import actor_of_account
from community.jobs import services, tasks
from community.jobs.models import Job
from community.jobs.rules import Outcome, Progress, Result
from community.jobs.services.doing import Work
from community.kernel import queue
from community.kernel.database import session, transaction
from community.kernel.i18n import Message
from tests.world import World

DONE = Result(Message("Report"))
Do = Callable[[Work], None]
Ask = Callable[..., int]


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch) -> Do:
    """`do(work)` says what the jobs of this test are."""

    def register(work: Work) -> None:
        monkeypatch.setitem(tasks._works, "test.work", work)

    def nothing(_params: dict[str, Any], _progress: Progress, _actor: Actor) -> Outcome:
        return DONE

    register(nothing)
    return register


@pytest.fixture
def ask(app: Flask, world: World) -> Ask:
    """`ask(role)` asks for the work of this test; answers with the number of the job."""

    def enqueue(
        role: Role = Role.DISTRICT_OFFICIAL, *, form_key: str | None = None, **params: object
    ) -> int:
        with app.app_context():
            actor = actor_of_account(world.account_ids[role])
            assert actor is not None
            with transaction():
                job = services.enqueue(
                    "test.work",
                    params,
                    title=Message("Report"),
                    actor=actor,
                    county_id=world.own.county_id,
                    form_key=form_key,
                )
                return job.id

    return enqueue


@pytest.fixture
def job(app: Flask) -> Callable[[int], Job]:
    """`job(number)` is the job as it stands now."""

    def read(job_id: int) -> Job:
        with app.app_context():
            found = session().get_one(Job, job_id)
            session().expunge(found)
            return found

    return read


@pytest.fixture
def alive(app: Flask) -> None:
    """A worker that is heard of: this process."""
    queue.beat()
