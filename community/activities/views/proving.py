"""The evidence of a record: files given out, added, taken back."""

from functools import partial

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services
from community.activities.forms.proving import AddEvidenceForm, WithdrawEvidenceForm
from community.activities.models import Activity
from community.activities.services import ActivityRecord, proving
from community.activities.views.records import activity_url, blueprint
from community.evidence.rules import FORM_WITH_FILES_BYTES
from community.evidence.views import answer_file
from community.journal.views import log_view_of_people
from community.kernel.database import transaction
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, gettext
from community.web.forms import answer_form
from community.web.security import accepts_up_to, own_transactions, requires


@blueprint.get("/activities/<int:activity_id>/evidence/<int:evidence_id>")
@requires(Permission.ACTIVITY_VIEW)
def evidence_file(activity_id: int, evidence_id: int) -> ResponseReturnValue:
    """A file of the record: a picture is shown, anything else taken along."""
    activity, attachment = proving.evidence_file(activity_id, evidence_id, actor=current_user)
    log_view_of_people(activity.county_id)
    return answer_file(attachment)


@blueprint.get("/activities/<int:activity_id>/evidence/<int:evidence_id>/thumbnail")
@requires(Permission.ACTIVITY_VIEW)
def evidence_thumbnail(activity_id: int, evidence_id: int) -> ResponseReturnValue:
    """A picture of the record, small. The page that shows it has been noted as seen."""
    _activity, attachment = proving.evidence_file(activity_id, evidence_id, actor=current_user)
    return answer_file(attachment, is_thumbnail=True)


# --- adding -----------------------------------------------------------------------------------


@blueprint.get("/activities/<int:activity_id>/evidence")
@requires(Permission.ACTIVITY_VIEW)
def evidence_form(activity_id: int) -> ResponseReturnValue:
    """The page on which files are added to a record."""
    record = services.activity_record(activity_id, actor=current_user)
    if not record.gallery.may_add:
        return redirect(activity_url(activity_id, record.row.sheet))
    return _adding_page(record, AddEvidenceForm(formdata=None))


@blueprint.post("/activities/<int:activity_id>/evidence")
@requires(Permission.ACTIVITY_PROVE)
@own_transactions  # files that came with the form stay, whatever it is answered with
@accepts_up_to(FORM_WITH_FILES_BYTES)
def add_evidence(activity_id: int) -> ResponseReturnValue:
    """Add them."""
    record = services.activity_record(activity_id, actor=current_user)
    proving.check_side(activity_id, actor=current_user)
    form = AddEvidenceForm()
    form.evidence.take_in(actor=current_user)
    if form.evidence.is_adding_only:
        return _adding_page(record, form)
    return answer_form(
        form,
        partial(_add, activity_id, form),
        page=partial(_adding_page, record, form),
        done=partial(_done, N_("The evidence is added. It is known from now.")),
    )


def _add(activity_id: int, form: AddEvidenceForm) -> str:
    with transaction():
        found = proving.add_evidence(activity_id, form.evidence.data, actor=current_user)
        return _record_url(found)


def _adding_page(record: ActivityRecord, form: AddEvidenceForm) -> str:
    return render_template("activities/add_evidence.html", record=record, form=form)


def _record_url(activity: Activity) -> str:
    return f"{activity_url(activity.id, activity.sheet)}#evidence"


def _done(message: str, url: str) -> ResponseReturnValue:
    flash(gettext(message), "success")
    return redirect(url)


# --- taking back ------------------------------------------------------------------------------


@blueprint.get("/activities/<int:activity_id>/evidence/<int:evidence_id>/withdraw")
@requires(Permission.ACTIVITY_VIEW)
def withdrawal_of_evidence(activity_id: int, evidence_id: int) -> ResponseReturnValue:
    """The page that asks why a piece of evidence is taken back."""
    record = services.activity_record(activity_id, actor=current_user)
    if evidence_id not in record.gallery.may_take_back:
        return redirect(activity_url(activity_id, record.row.sheet))
    return _withdrawing_page(record, evidence_id, WithdrawEvidenceForm(formdata=None))


@blueprint.post("/activities/<int:activity_id>/evidence/<int:evidence_id>/withdraw")
@requires(Permission.ACTIVITY_PROVE)
def withdraw_evidence(activity_id: int, evidence_id: int) -> ResponseReturnValue:
    """Take it back."""
    record = services.activity_record(activity_id, actor=current_user)
    proving.check_side(activity_id, actor=current_user)
    form = WithdrawEvidenceForm()
    return answer_form(
        form,
        lambda: _record_url(
            proving.withdraw_evidence(
                activity_id, evidence_id, form.reason.data or "", actor=current_user
            )
        ),
        page=partial(_withdrawing_page, record, evidence_id, form),
        done=partial(_done, N_("The piece of evidence is taken back.")),
    )


def _withdrawing_page(record: ActivityRecord, evidence_id: int, form: WithdrawEvidenceForm) -> str:
    piece = next((one for one in record.gallery.pieces if one.id == evidence_id), None)
    if piece is None:
        raise NotFoundError
    return render_template(
        "activities/withdraw_evidence.html", record=record, piece=piece, form=form
    )
