"""What the worker does about jobs beside doing them: nothing waits or runs for ever."""

from datetime import datetime

from sqlalchemy import delete

from community.jobs import queries
from community.jobs.models import Job
from community.jobs.rules import LINE_KEPT, LOST, RESULT_KEPT, JobState, is_lost, pack
from community.kernel import clock, queue, storage
from community.kernel.database import after_commit, session
from community.kernel.i18n import Message


def take_care() -> None:
    """Write down as failed what has lost its worker, and hand over again what the queue lost."""
    living, now = queue.living_workers(), clock.now()
    for job in queries.running_jobs():
        if is_lost(job.state, job.worker, living):
            job.state, job.finished_at, job.error = JobState.FAILED, now, pack(Message(LOST))
    queue.forget_workers(queue.workers_seen().keys() - living)
    if queue.is_empty():
        for job_id in queries.queued_job_ids():
            queue.put(job_id)


def purge_jobs(*, now: datetime) -> None:
    """Remove files that nobody fetched for a month, and lines that are a year old."""
    # Listed before the database is asked: the storage may be slow.
    old = list(storage.keys_under("jobs/", before=now - RESULT_KEPT))
    for job in queries.jobs_with_results(now - RESULT_KEPT):
        job.result_key = None
    after_commit(lambda: storage.delete(old))
    session().execute(
        delete(Job)
        .where(Job.finished_at < now - LINE_KEPT)
        .execution_options(synchronize_session=False)
    )
