"""What the worker does with a job: take it up, do it, end it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import update

from community.access import Actor, Operator
from community.jobs import queries
from community.jobs.models import Job
from community.jobs.rules import (
    File,
    JobCancelledError,
    JobLostError,
    JobState,
    Outcome,
    Progress,
    Result,
    pack,
)
from community.kernel import clock, queue, storage
from community.kernel.database import session, transaction, transaction_aside
from community.kernel.errors import DomainError
from community.kernel.i18n import N_, Message, use_locale
from community.kernel.origin import Channel, Origin, use_origin

Work = Callable[[dict[str, Any], Progress, Actor], Outcome]
# The actor behind an account, with the role and place it has now; None when it is closed.
FindActor = Callable[[int], Actor | None]

# How often a job that makes many steps writes one down, in seconds.
_STEP_EVERY: Final = 0.5
_NO_ACCOUNT: Final = N_("The account that asked for this is closed, so the work was not done.")
_log = logging.getLogger(__name__)


def do_job(job_id: int, works: Mapping[str, Work], find_actor: FindActor) -> None:
    """Do a job that waits; one that is under way or has ended already is left alone."""
    started_at = time.perf_counter()
    with transaction():
        if not _take_up(job_id):
            return
    job = queries.job(job_id)
    if job is None:
        return
    kind, locale = job.kind, job.locale
    with use_origin(Origin(Channel.JOB, f"job-{job_id}")), use_locale(locale):
        try:
            _end(job_id, _work_of(job, works, find_actor))
        except JobCancelledError:
            _end_as(job_id, JobState.CANCELLED)
        except JobLostError:
            _log.warning("a job was given up while it was under way", extra=_fields(job_id, kind))
        except DomainError as error:
            _end_as(job_id, JobState.FAILED, error.message)
        except Exception:  # noqa: BLE001 - whatever it was, the job must end
            _log.exception("a job failed", extra=_fields(job_id, kind))
            _end_as(job_id, JobState.FAILED, _unexpected(job_id))
    milliseconds = round((time.perf_counter() - started_at) * 1000, 1)
    _log.info("job", extra={"fields": {"job": kind, "id": job_id, "ms": milliseconds}})


def _fields(job_id: int, kind: str) -> dict[str, Any]:
    return {"fields": {"job": kind, "id": job_id}}


def _unexpected(job_id: int) -> Message:
    return Message(
        N_(
            "Something went wrong on our side; nothing was saved. Try again. If it happens again, "
            "tell the administrator the number of this work: %(number)s."
        ),
        {"number": job_id},
    )


def _take_up(job_id: int) -> bool:
    """Claim a job that waits; of several workers one succeeds."""
    claimed = session().execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(state=JobState.RUNNING, worker=queue.WORKER, started_at=clock.now())
        .returning(Job.id)
    )
    return claimed.first() is not None


def _work_of(job: Job, works: Mapping[str, Work], find_actor: FindActor) -> Outcome:
    actor: Actor | None = Operator(job.requested_by)
    if job.account_id is not None:
        actor = find_actor(job.account_id)
    if actor is None:
        raise DomainError(_NO_ACCOUNT)
    return works[job.kind](dict(job.params), _Recorded(job.id), actor)


def _end(job_id: int, outcome: Outcome) -> None:
    """Write what was prepared and the end of the job, in one transaction; its file before that,
    for the storage may be slow."""
    if isinstance(outcome, Result):
        _keep(job_id, outcome.file)
    with transaction():
        job = _still_ours(job_id)
        if isinstance(outcome, Result):
            result = outcome
        else:
            result = outcome()
            _keep(job_id, result.file)
        job.state, job.finished_at = JobState.DONE, clock.now()
        page = result.page
        job.result = {
            "message": pack(result.message),
            "page": page and {"endpoint": page.endpoint, "values": dict(page.values)},
        }
        if result.file is not None:
            job.result_key = _result_key(job_id)
            job.result_name, job.result_type = result.file.name, result.file.content_type


def _keep(job_id: int, file: File | None) -> None:
    if file is not None:
        storage.put(_result_key(job_id), file.content)


def _result_key(job_id: int) -> str:
    return f"jobs/{job_id}/result"


def _still_ours(job_id: int) -> Job:
    """The job, locked. Raises what says that nobody waits for it any more."""
    job = queries.job(job_id, is_locked=True)
    if job is None or job.state is not JobState.RUNNING or job.worker != queue.WORKER:
        raise JobLostError
    if job.cancel_requested_at is not None:
        raise JobCancelledError
    return job


def _end_as(job_id: int, state: JobState, error: Message | None = None) -> None:
    with transaction():
        job = queries.job(job_id, is_locked=True)
        if job is not None and job.state is JobState.RUNNING and job.worker == queue.WORKER:
            job.state, job.finished_at = state, clock.now()
            job.error = None if error is None else pack(error)


class _Recorded:
    """Progress that is written down, beside the transaction in which the work reads."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._message: Message | None = None
        self._written_at = 0.0

    def step(self, done: int, total: int, message: Message) -> None:
        """Write it down, at most every half second unless something else is being done now."""
        now = time.monotonic()
        if message == self._message and now - self._written_at < _STEP_EVERY and done < total:
            return
        self._message, self._written_at = message, now
        with transaction_aside() as own:
            job = own.get(Job, self._job_id, with_for_update=True)
            if job is None or job.state is not JobState.RUNNING or job.worker != queue.WORKER:
                raise JobLostError
            if job.cancel_requested_at is not None:
                raise JobCancelledError
            job.done_count, job.total_count, job.step = done, total, pack(message)
