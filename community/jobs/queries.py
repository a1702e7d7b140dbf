"""Jobs by number, by key, by state."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, select, true

from community.access import POLICY, Actor, Permission, Reach
from community.jobs.models import Job
from community.jobs.rules import JobState
from community.kernel.database import session
from community.kernel.paging import Page, read_page


def scope_of(actor: Actor) -> str:
    """Role and place of an actor, as a job remembers them."""
    return f"{actor.role}:{actor.city_id or ''}:{actor.county_id or ''}:{actor.school_id or ''}"


def is_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The jobs that an actor may see: one's own, or all of them."""
    if POLICY[Permission.JOB_VIEW].get(actor.role) is Reach.EVERYWHERE:
        return true()
    return and_(Job.account_id == actor.actor_id, Job.scope == scope_of(actor))


def job(job_id: int, *, actor: Actor | None = None, is_locked: bool = False) -> Job | None:
    """A job, if the actor (None: the worker) may see it; `is_locked` keeps others from it."""
    wanted = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    if actor is not None:
        wanted = wanted.where(is_visible_to(actor))
    if is_locked:
        wanted = wanted.with_for_update()
    return session().scalars(wanted).one_or_none()


def job_of_form(form_key: str) -> Job | None:
    """The job that a form has asked for already."""
    return session().scalars(select(Job).filter_by(form_key=form_key)).one_or_none()


def jobs(
    actor: Actor,
    state: JobState | None = None,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[int, Job]]:
    """The jobs that an actor may see, newest first."""
    wanted: Select[int, Job] = select(Job.id, Job).where(is_visible_to(actor))
    if state is not None:
        wanted = wanted.where(Job.state == state)
    return read_page(wanted, [Job.id], after=after, before=before, is_descending=True)


def running_jobs() -> Sequence[Job]:
    """What is under way, locked."""
    wanted = select(Job).where(Job.state == JobState.RUNNING).order_by(Job.id)
    return session().scalars(wanted.with_for_update(skip_locked=True)).all()


def queued_job_ids() -> Sequence[int]:
    """What waits, the oldest first."""
    return session().scalars(select(Job.id).filter_by(state=JobState.QUEUED).order_by(Job.id)).all()


def jobs_with_results(before: datetime) -> Sequence[Job]:
    """The jobs that ended before an instant and still hold a file."""
    wanted = select(Job).where(Job.result_key.is_not(None), Job.finished_at < before)
    return session().scalars(wanted).all()
