"""Asking for long work, doing it, looking at it."""

from community.jobs.services.asking import (
    cancel_job,
    enqueue,
    note_fetched,
    own_job,
    own_jobs,
    result_of,
)
from community.jobs.services.caring import (
    purge_jobs,
    take_care,
)
from community.jobs.services.doing import do_job
from community.kernel.queue import worker_is_running

__all__ = [
    "cancel_job",
    "do_job",
    "enqueue",
    "note_fetched",
    "own_job",
    "own_jobs",
    "purge_jobs",
    "result_of",
    "take_care",
    "worker_is_running",
]
