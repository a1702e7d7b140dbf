"""Asking for a report, and the reports that were issued."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission, permission_is_held
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.reports import services
from community.reports.forms import ReportForm
from community.reports.rules.kinds import ReportKind
from community.web import navigation
from community.web.app import write_later
from community.web.files import answer_with
from community.web.security import requires

blueprint = Blueprint("reports", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
_KINDS: Final = {str(kind): kind for kind in ReportKind}

navigation.add(N_("Reports"), "reports.reports", Permission.REPORT_VIEW, icon="report", order=50)


@blueprint.app_context_processor
def _buttons() -> dict[str, Any]:
    """Pages of a count offer to have it printed."""
    return {"may_issue_reports": lambda: permission_is_held(actor, Permission.REPORT_ISSUE)}


@blueprint.get("/reports")
@requires(Permission.REPORT_VIEW)
def reports() -> ResponseReturnValue:
    """The reports issued within one's reach, newest first."""
    given = {name: request.args.get(name, "") for name in ("kind", "code")}
    page = services.issued_reports(
        actor=actor,
        kind=_KINDS.get(given["kind"]),
        code=given["code"],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    may_issue = permission_is_held(actor, Permission.REPORT_ISSUE)
    return render_template(
        "reports/reports.html", page=page, given=given, kinds=ReportKind, may_issue=may_issue
    )


@blueprint.get("/reports/new")
@requires(Permission.REPORT_ISSUE)
def new_report() -> ResponseReturnValue:
    """The form; what it is about, and for when, may come with the address."""
    form = ReportForm(request.args, meta={"csrf": True})
    return _form_page(form)


@blueprint.post("/reports/new")
@requires(Permission.REPORT_ISSUE)
def order_report() -> ResponseReturnValue:
    """Have a report made in the background."""
    form = ReportForm()
    form.offer(*services.offer(actor=actor))
    if not form.validate():
        return _form_page(form, 422)
    try:
        job = services.order_report(form.order(), actor=actor, form_key=form.form_key.data)
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _form_page(form, 422)
    return redirect(url_for("jobs.job", job_id=job.id))


def _form_page(form: ReportForm, status: int = 200) -> ResponseReturnValue:
    form.offer(*services.offer(actor=actor, code=form.code.data))
    return render_template("reports/new_report.html", form=form), status


@blueprint.get("/reports/<int:report_id>")
@requires(Permission.REPORT_VIEW)
def report(report_id: int) -> ResponseReturnValue:
    """One issued report: its conditions, its answer, its file."""
    found = services.issued_report(report_id, actor=actor)
    return render_template("reports/report.html", report=found)


@blueprint.get("/reports/<int:report_id>/file")
@requires(Permission.REPORT_VIEW)
def file(report_id: int) -> ResponseReturnValue:
    """The PDF as it was issued."""
    found = services.issued_report(report_id, actor=actor)
    file = services.file_of(found)
    write_later(lambda: services.note_fetched(report_id, actor=actor))
    return answer_with(file, media_type="application/pdf", name=found.file_name)
