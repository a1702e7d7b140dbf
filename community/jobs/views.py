"""The long work one has asked for: how far it is, what came of it."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.jobs import services
from community.jobs.rules import RESULT_KEPT, JobState, unpack
from community.kernel.i18n import N_, gettext
from community.web import navigation
from community.web.app import write_later
from community.web.files import answer_with
from community.web.security import requires

blueprint = Blueprint("jobs", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
_STATES: Final = {str(state): state for state in JobState}

navigation.add(N_("Background work"), "jobs.jobs", Permission.JOB_VIEW, icon="progress", order=700)


@blueprint.app_context_processor
def _worker() -> dict[str, Any]:
    """Pages that show queued work ask whether anybody will take it up."""
    return {"worker_is_running": services.worker_is_running}


blueprint.add_app_template_filter(lambda packed: str(unpack(packed)), "unpacked")


@blueprint.get("/jobs")
@requires(Permission.JOB_VIEW)
def jobs() -> ResponseReturnValue:
    """The jobs one has asked for (an administrator: everybody's), newest first."""
    given = {"state": request.args.get("state", "")}
    page = services.own_jobs(
        actor=actor,
        state=_STATES.get(given["state"]),
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template("jobs/jobs.html", page=page, given=given, states=JobState)


@blueprint.get("/jobs/<int:job_id>")
@requires(Permission.JOB_VIEW)
def job(job_id: int) -> ResponseReturnValue:
    """One job: progress, failure or result."""
    found = services.own_job(job_id, actor=actor)
    return render_template("jobs/job.html", job=found, kept=RESULT_KEPT)


@blueprint.post("/jobs/<int:job_id>/cancel")
@requires(Permission.JOB_VIEW)
def cancel_job(job_id: int) -> ResponseReturnValue:
    """Stop a job."""
    services.cancel_job(job_id, actor=actor)
    flash(gettext(N_("The work is being stopped. Nothing of it is saved.")), "success")
    return redirect(url_for("jobs.job", job_id=job_id))


@blueprint.get("/jobs/<int:job_id>/file")
@requires(Permission.JOB_VIEW)
def result(job_id: int) -> ResponseReturnValue:
    """The file that came of a job."""
    found, file = services.result_of(job_id, actor=actor)
    write_later(lambda: services.note_fetched(job_id, actor=actor))
    return answer_with(file, media_type=found.result_type or "", name=found.result_name or "")
