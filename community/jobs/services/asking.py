"""What somebody at a page does with jobs: ask for one, look, cancel, fetch what came of it."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from sqlalchemy import Row

from community.access import Actor, Permission, require
from community.jobs import queries
from community.jobs.models import Job
from community.jobs.rules import LOST, JobState, is_lost, pack
from community.journal.models import AccessKind
from community.journal.services import record_access
from community.kernel import clock, queue, storage
from community.kernel.database import after_commit, hold, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message, current_locale
from community.kernel.paging import Page

_log = logging.getLogger(__name__)


def enqueue(
    kind: str,
    params: Mapping[str, Any],
    *,
    title: Message,
    actor: Actor,
    county_id: int | None = None,
    form_key: str | None = None,
) -> Job:
    """Ask for long work: `kind` is that of a function registered by `jobs.tasks.work`, `params`
    are plain JSON. The same `form_key` again, by the same actor, is the same job.

    The permission is asked before by the caller, and again by the work itself.
    """
    if form_key is not None:
        hold("job", form_key)
        if (same := queries.job_of_form(form_key)) is not None:
            if same.account_id != actor.actor_id:
                raise NotFoundError
            return same
    job = Job(
        kind=kind,
        title=pack(title),
        params=dict(params),
        account_id=actor.actor_id,
        requested_by=actor.actor_name,
        scope=queries.scope_of(actor),
        county_id=county_id,
        locale=current_locale(),
        form_key=form_key,
        created_at=clock.now(),
    )
    session().add(job)
    session().flush()  # the queue carries its number
    after_commit(partial(_hand_over, job.id))
    return job


def _hand_over(job_id: int) -> None:
    try:
        queue.put(job_id)
    except Exception:  # noqa: BLE001 - the row is there: the worker will find it
        _log.warning("a job could not be handed over at once", exc_info=True)


def own_jobs(
    *,
    actor: Actor,
    state: JobState | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[int, Job]]:
    """The jobs that the actor asked for (an administrator: all), newest first."""
    require(actor, Permission.JOB_VIEW)
    page = queries.jobs(actor, state, after=after, before=before)
    _show_lost([row.Job for row in page.rows])
    return page


def own_job(job_id: int, *, actor: Actor, is_locked: bool = False) -> Job:
    """A job that the actor asked for. Raises NotFoundError for any other."""
    require(actor, Permission.JOB_VIEW)
    job = queries.job(job_id, actor=actor, is_locked=is_locked)
    if job is None:
        raise NotFoundError
    _show_lost([job])
    return job


def _show_lost(jobs: list[Job]) -> None:
    """Show as failed what has lost its worker, before the next worker writes it down."""
    if not any(job.state is JobState.RUNNING for job in jobs):
        return
    living = queue.living_workers()
    for job in jobs:
        if is_lost(job.state, job.worker, living):
            session().expunge(job)
            job.state, job.error = JobState.FAILED, pack(Message(LOST))


def cancel_job(job_id: int, *, actor: Actor) -> Job:
    """Stop a job: one that waits at once, one that is under way at its next step.

    Raises RuleViolationError when it has ended already.
    """
    job = own_job(job_id, actor=actor, is_locked=True)
    if not job.is_open:
        raise RuleViolationError(N_("This work has ended already; there is nothing to cancel."))
    now = clock.now()
    job.cancel_requested_at = job.cancel_requested_at or now
    if job.state is JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, now
    return job


def result_of(job_id: int, *, actor: Actor) -> tuple[Job, IO[bytes]]:
    """A job and the file that came of it. Raises NotFoundError without one."""
    job = own_job(job_id, actor=actor)
    file = None if job.result_key is None else storage.fetch(job.result_key)
    if file is None:
        raise NotFoundError(
            N_("This file is no longer there. Ask for it once more to have it made again.")
        )
    return job, file


def note_fetched(job_id: int, *, actor: Actor) -> None:
    """Note in the access log that the actor fetched the file of a job."""
    job = own_job(job_id, actor=actor)
    record_access(
        AccessKind.EXPORTED, actor=actor, what=f"/jobs/{job.id}/file", county_id=job.county_id
    )
