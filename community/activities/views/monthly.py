"""Monthly confirmation sheets: what is open, a sheet to be printed, the signed one entered."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities.forms.monthly import SheetForm, sheet_form
from community.activities.services import monthly
from community.activities.views.records import blueprint
from community.evidence.rules import FORM_WITH_FILES_BYTES
from community.evidence.views import answer_file
from community.journal.views import log_view_of_people
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, current_locale, gettext, ngettext
from community.web import navigation
from community.web.forms import answer_form
from community.web.security import accepts_up_to, own_transactions, requires

navigation.add(
    N_("Monthly confirmation sheets"),
    "activities.sheets",
    Permission.ACTIVITY_VIEW,
    icon="report",
    order=60,
    values=lambda actor: {} if monthly.may_print(actor) else None,
)


@blueprint.get("/confirmation-sheets")
@requires(Permission.ACTIVITY_VIEW)
def sheets() -> ResponseReturnValue:
    """What is open, month by month, and the sheets printed last."""
    months, printed = monthly.overview(actor=current_user)
    return render_template("activities/sheets.html", months=months, printed=printed)


@blueprint.post("/confirmation-sheets")
@requires(Permission.ACTIVITY_VIEW)
def print_sheet() -> ResponseReturnValue:
    """Have the sheet of a school and a month made."""
    school = request.form.get("school", type=int) or 0
    month = request.form.get("month", type=int) or 0
    try:
        job = monthly.print_sheet(school, month, current_locale(), actor=current_user)
    except RuleViolationError as error:
        flash(gettext(error.message.msgid), "warning")
        return redirect(url_for("activities.sheets"))
    flash(gettext(N_("The sheet is being made. It can be fetched here.")), "success")
    return redirect(url_for("jobs.job", job_id=job.id))


@blueprint.get("/confirmation-sheets/<int:sheet_id>")
@requires(Permission.ACTIVITY_VIEW)
def sheet(sheet_id: int) -> ResponseReturnValue:
    """One sheet, and the form that enters the signed one."""
    opened = monthly.open_sheet(sheet_id, actor=current_user)
    return _sheet_page(sheet_id, sheet_form(opened.goods, formdata=None))


@blueprint.post("/confirmation-sheets/<int:sheet_id>")
@requires(Permission.ACTIVITY_VIEW)
@own_transactions
@accepts_up_to(FORM_WITH_FILES_BYTES)
def confirm_sheet(sheet_id: int) -> ResponseReturnValue:
    """Confirm what stands on the signed sheet."""
    form = sheet_form(monthly.open_sheet(sheet_id, actor=current_user).goods)
    form.photograph.take_in(actor=current_user)
    if form.photograph.is_adding_only:
        return _sheet_page(sheet_id, form)
    return answer_form(
        form,
        partial(_confirm, sheet_id, form),
        page=partial(_sheet_page, sheet_id, form),
        done=partial(_confirmed, sheet_id),
    )


def _confirm(sheet_id: int, form: SheetForm) -> tuple[int, int]:
    """How many records were confirmed, and how many could not be."""
    reference, photographs = form.paper.data or "", form.photograph.data
    with transaction():
        done, refused = monthly.confirm_sheet(
            sheet_id, reference, photographs, form.received(), actor=current_user
        )
        return len(done), len(refused)


def _confirmed(sheet_id: int, counts: tuple[int, int]) -> ResponseReturnValue:
    done, refused = counts
    flash(
        ngettext("%(num)s record is confirmed.", "%(num)s records are confirmed.", done), "success"
    )
    if refused:
        text = ngettext(
            "%(num)s record of the sheet could not be confirmed; below it says why.",
            "%(num)s records of the sheet could not be confirmed; below it says why.",
            refused,
        )
        flash(text, "warning")
    return redirect(url_for("activities.sheet", sheet_id=sheet_id))


@blueprint.get("/confirmation-sheets/<int:sheet_id>/paper")
@requires(Permission.ACTIVITY_VIEW)
def sheet_paper(sheet_id: int) -> ResponseReturnValue:
    """The photograph of the signed sheet."""
    return answer_file(monthly.sheet_paper(sheet_id, actor=current_user))


def _sheet_page(sheet_id: int, form: SheetForm) -> str:
    opened = monthly.open_sheet(sheet_id, actor=current_user)
    log_view_of_people(opened.sheet.county_id)
    return render_template("activities/sheet.html", opened=opened, form=form)
