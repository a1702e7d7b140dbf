"""Jobs: asked for once, done once, ended whatever happens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Actor, Operator, Role
from community.accounts.models import UserAccount
from community.jobs import services, tasks
from community.jobs.models import Job
from community.jobs.rules import (
    LINE_KEPT,
    LOST,
    RESULT_KEPT,
    File,
    JobState,
    Outcome,
    Progress,
    Result,
    pack,
)
from community.jobs.services.doing import _Recorded
from community.journal.models import JournalEntry
from community.journal.services import writing
from community.kernel import clock, queue, storage
from community.kernel.database import session, transaction
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import Message, current_locale, use_locale
from community.kernel.origin import Channel, current_origin
from community.registry.models import School
from tests.conftest import OPERATOR, Recording, WorkOff
from tests.factories import JobFactory
from tests.jobs.conftest import DONE, Ask, Do
from tests.world import World

Read = Callable[[int], Job]


def rename(name: str, world: World, actor: Actor) -> None:
    with writing(actor=actor, action="school.renamed"):
        session().get_one(School, world.own.lead_id).name = name


def name_of(app: Flask, world: World) -> str:
    with app.app_context():
        return session().get_one(School, world.own.lead_id).name


def test_work_is_done_for_who_asked_in_his_language_and_its_result_stays(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, world: World
) -> None:
    seen: dict[str, Any] = {}

    def work(params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
        seen.update(
            params=params,
            actor=(actor.actor_id, actor.role, actor.county_id),
            locale=current_locale(),
            channel=current_origin().channel,
        )
        progress.step(1, 2, Message("Sheet"))
        return Result(Message("Report"), file=File("报表.pdf", "application/pdf", b"%PDF"))

    do(work)
    with use_locale("en"):
        number = ask(year="2024-2025")
    assert job(number).state is JobState.QUEUED
    assert work_off() == 1
    official = world.account_ids[Role.DISTRICT_OFFICIAL]
    assert seen == {
        "params": {"year": "2024-2025"},
        "actor": (official, Role.DISTRICT_OFFICIAL, world.own.county_id),
        "locale": "en",
        "channel": Channel.JOB,
    }
    done = job(number)
    assert done.state is JobState.DONE
    assert (done.done_count, done.total_count) == (1, 2)
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.started_at <= done.finished_at
    assert (done.result_name, done.result_type) == ("报表.pdf", "application/pdf")
    assert storage.get(done.result_key or "") == b"%PDF"


def test_what_is_written_and_the_end_of_the_job_are_one(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, world: World
) -> None:
    def work(_params: dict[str, Any], _progress: Progress, actor: Actor) -> Outcome:
        def finish() -> Result:
            rename("新名学校", world, actor)
            raise RuntimeError("after the change")

        return finish

    do(work)
    number, before = ask(), name_of(app, world)
    work_off()
    assert name_of(app, world) == before
    failed = job(number)
    assert failed.state is JobState.FAILED
    assert str(number) in str(failed.error_message)
    assert "after the change" not in str(failed.error_message)


def test_what_is_written_is_journaled_as_a_job_of_that_account(
    app: Flask, ask: Ask, do: Do, work_off: WorkOff, world: World
) -> None:
    def work(_params: dict[str, Any], _progress: Progress, actor: Actor) -> Outcome:
        def finish() -> Result:
            rename("新名学校", world, actor)
            return DONE

        return finish

    do(work)
    number = ask()
    work_off()
    with app.app_context():
        entry = session().scalars(select(JournalEntry).filter_by(action="school.renamed")).one()
        assert (entry.channel, entry.request_id) == (Channel.JOB, f"job-{number}")
        assert entry.actor_id == world.account_ids[Role.DISTRICT_OFFICIAL]


def test_a_refusal_of_the_domain_is_what_the_job_says(
    ask: Ask, do: Do, job: Read, work_off: WorkOff
) -> None:
    def work(_params: dict[str, Any], _progress: Progress, _actor: Actor) -> Outcome:
        raise RuleViolationError(Message("Sheet"))

    do(work)
    number = ask()
    work_off()
    assert job(number).error_message == Message("Sheet")


def test_a_job_is_done_once_however_often_the_queue_names_it(
    ask: Ask, do: Do, job: Read, work_off: WorkOff
) -> None:
    done: list[int] = []

    def work(_params: dict[str, Any], _progress: Progress, _actor: Actor) -> Outcome:
        done.append(1)
        tasks.run(number)  # named again while it is under way
        return DONE

    do(work)
    number = ask()
    tasks.run(number)
    tasks.run(number)
    assert work_off() == 0
    assert done == [1]
    tasks.run(number + 1000)  # a number of nothing


def test_the_same_form_asks_once(
    app: Flask, ask: Ask, do: Do, work_off: WorkOff, world: World
) -> None:
    assert len({ask(form_key="a") for _ in range(10)}) == 1
    with pytest.raises(NotFoundError):
        ask(Role.CITY_OFFICIAL, form_key="a")  # somebody else's
    assert ask(form_key="b") != ask()
    assert work_off() == 3


def test_what_was_not_committed_is_neither_asked_for_nor_handed_over(
    app: Flask, do: Do, work_off: WorkOff, world: World
) -> None:
    with app.app_context(), transaction() as running:
        services.enqueue("test.work", {}, title=Message("Report"), actor=OPERATOR)
        running.abandon()
    assert queue.is_empty()
    assert work_off() == 0


def test_the_operator_at_the_terminal_may_ask_too(
    app: Flask, do: Do, job: Read, work_off: WorkOff, world: World
) -> None:
    actors: list[Actor] = []

    def work(_params: dict[str, Any], _progress: Progress, actor: Actor) -> Outcome:
        actors.append(actor)
        return DONE

    do(work)
    with app.app_context(), transaction():
        services.enqueue("test.work", {}, title=Message("Report"), actor=OPERATOR)
    work_off()
    assert actors == [Operator("operator")]


def test_work_of_an_account_that_was_closed_is_not_done(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, world: World, recording: Recording
) -> None:
    number = ask()
    with recording():
        account = session().get_one(UserAccount, world.account_ids[Role.DISTRICT_OFFICIAL])
        account.disabled_at = clock.now()
    work_off()
    assert job(number).state is JobState.FAILED


# --- cancelling -------------------------------------------------------------------------------


def cancel(app: Flask, number: int, actor: Actor = OPERATOR) -> None:
    with app.app_context(), transaction():
        services.cancel_job(number, actor=actor)


def test_a_job_that_waits_is_cancelled_at_once(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff
) -> None:
    number = ask()
    cancel(app, number)
    assert job(number).state is JobState.CANCELLED
    assert work_off() == 0
    tasks.run(number)  # the queue still names it
    assert job(number).state is JobState.CANCELLED
    with pytest.raises(RuleViolationError):
        cancel(app, number)


@pytest.mark.parametrize("is_asked_in", ["step", "end"])
def test_a_job_under_way_stops_at_its_next_step_or_before_it_writes(
    app: Flask,
    ask: Ask,
    do: Do,
    job: Read,
    work_off: WorkOff,
    world: World,
    alive: None,
    is_asked_in: str,
) -> None:
    def work(_params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
        progress.step(0, 2, Message("Sheet"))
        with transaction():
            services.cancel_job(number, actor=OPERATOR)
        if is_asked_in == "step":
            progress.step(1, 2, Message("Row"))
            raise AssertionError("not stopped")

        def finish() -> Result:
            rename("新名学校", world, actor)
            return DONE

        return finish

    do(work)
    number, before = ask(), name_of(app, world)
    work_off()
    assert job(number).state is JobState.CANCELLED
    assert name_of(app, world) == before


# --- progress ---------------------------------------------------------------------------------


def test_progress_is_seen_while_the_work_reads_and_costs_little(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    opened: list[int] = []
    written = _Recorded.step

    def counted(self: _Recorded, done: int, total: int, message: Message) -> None:
        before = self._written_at
        written(self, done, total, message)
        if self._written_at != before:
            opened.append(done)

    monkeypatch.setattr(_Recorded, "step", counted)

    def work(_params: dict[str, Any], progress: Progress, _actor: Actor) -> Outcome:
        first = session().scalars(select(Job)).all()
        for done in range(5_000):
            progress.step(done, 5_000, Message("Row"))
        seen.append((first[0].id, len(session().scalars(select(Job)).all())))
        return DONE

    do(work)
    number = ask()
    work_off()
    assert seen == [(number, 1)]
    assert 1 <= len(opened) < 50


def test_progress_within_a_transaction_would_wait_for_itself(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff
) -> None:
    def work(_params: dict[str, Any], progress: Progress, _actor: Actor) -> Outcome:
        def finish() -> Result:
            progress.step(1, 1, Message("Row"))
            return DONE

        return finish

    do(work)
    number = ask()
    work_off()
    assert job(number).state is JobState.FAILED


# --- workers that die -------------------------------------------------------------------------


def lose(app: Flask, number: int) -> None:
    """As if the worker had died in the middle."""
    with app.app_context(), transaction():
        found = session().get_one(Job, number)
        found.state, found.worker, found.started_at = JobState.RUNNING, "gone", clock.now()


def test_a_job_whose_worker_died_is_shown_as_failed_and_later_written_down_so(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, alive: None
) -> None:
    number = ask()
    lose(app, number)
    with app.app_context():
        assert services.own_job(number, actor=OPERATOR).state is JobState.FAILED
        (row,) = services.own_jobs(actor=OPERATOR).rows
        assert row.Job.error_message == Message(LOST)
    assert job(number).state is JobState.RUNNING
    tasks.take_care()
    assert job(number).state is JobState.FAILED
    assert job(number).error_message == Message(LOST)


def test_a_job_whose_worker_is_heard_of_is_left_alone(
    app: Flask, ask: Ask, do: Do, job: Read, alive: None
) -> None:
    number = ask()
    lose(app, number)
    with app.app_context(), transaction():
        session().get_one(Job, number).worker = queue.WORKER
    tasks.take_care()
    assert job(number).state is JobState.RUNNING
    with app.app_context():
        assert services.own_job(number, actor=OPERATOR).state is JobState.RUNNING


def test_who_was_given_up_writes_nothing_when_he_comes_back(
    app: Flask, ask: Ask, do: Do, job: Read, work_off: WorkOff, world: World
) -> None:
    def work(_params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
        tasks.take_care()  # nobody has heard of this worker: another one gives the job up

        def finish() -> Result:
            rename("新名学校", world, actor)
            return DONE

        return finish

    do(work)
    number, before = ask(), name_of(app, world)
    work_off()
    assert job(number).state is JobState.FAILED
    assert job(number).error_message == Message(LOST)
    assert name_of(app, world) == before


def test_a_queue_that_was_lost_is_filled_again(app: Flask, ask: Ask, do: Do) -> None:
    first, second = ask(), ask()
    queue._storage.flush_queue()
    tasks.take_care()
    waiting = [queue._queue.dequeue().args[0] for _ in range(2)]
    assert waiting == [first, second]
    queue._queue.enqueue(queue._do.s(first))
    tasks.take_care()  # something waits: nothing is added
    assert queue._storage.queue_size() == 1


def test_a_job_is_kept_when_it_cannot_be_handed_over(
    app: Flask, ask: Ask, do: Do, job: Read, monkeypatch: pytest.MonkeyPatch, work_off: WorkOff
) -> None:
    def broken(_number: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(queue, "put", broken)
    number = ask()
    assert job(number).state is JobState.QUEUED
    assert work_off() == 1


# --- age --------------------------------------------------------------------------------------


def test_results_are_removed_after_a_month_and_lines_after_a_year(
    app: Flask, world: World, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    ages = {"new": timedelta(days=1), "old": RESULT_KEPT, "oldest": LINE_KEPT}
    with recording():
        ids = {
            name: JobFactory.create(
                state=JobState.DONE,
                finished_at=now - age - timedelta(hours=1),
                result={"message": pack(Message("Report")), "page": None},
                result_key=f"jobs/{name}/result",
                result_name="a.pdf",
            ).id
            for name, age in ages.items()
        }
    for name in ages:
        storage.put(f"jobs/{name}/result", b"x")
    with app.app_context(), transaction():
        services.purge_jobs(now=now)
    with app.app_context():
        left = {found.id: found.result_key for found in session().scalars(select(Job))}
    assert left == {ids["new"]: "jobs/new/result", ids["old"]: None}
