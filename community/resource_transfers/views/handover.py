"""Receiving a transfer line by line, and giving back what was lent."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.kernel.formats import quantity
from community.kernel.i18n import N_, gettext
from community.resource_transfers import services
from community.resource_transfers.forms import (
    ReceiptForm,
    ReturnForm,
    ReturnReasonForm,
    receipt_form,
    return_form,
)
from community.resource_transfers.services import OpenReturn, OpenTransfer
from community.resource_transfers.views.blueprint import actor, blueprint
from community.web.forms import answer_form
from community.web.security import requires


def _to_transfer(activity_id: int, said: str = "") -> ResponseReturnValue:
    if said:
        flash(gettext(said), "success")
    return redirect(url_for("resource_transfers.transfer", activity_id=activity_id))


@blueprint.get("/resource-transfers/<int:activity_id>/receipt")
@requires(Permission.ACTIVITY_CONFIRM)
def receipt(activity_id: int) -> ResponseReturnValue:
    """The form on which a receiving school states what arrived, and confirms."""
    opened = _to_receive(activity_id)
    if opened.receiving is None:
        return _to_transfer(activity_id)
    return _receipt_page(opened, receipt_form(opened.balances)(formdata=None))


@blueprint.post("/resource-transfers/<int:activity_id>/receipt")
@requires(Permission.ACTIVITY_CONFIRM)
def record_receipt(activity_id: int) -> ResponseReturnValue:
    """State what arrived, and confirm."""
    opened = _to_receive(activity_id)
    if (receiving := opened.receiving) is None:
        return _to_transfer(activity_id)
    form = receipt_form(opened.balances)()
    return answer_form(
        form,
        lambda: services.record_receipt(
            activity_id, receiving.school_id, form.draft(), actor=actor
        ),
        page=lambda: _receipt_page(opened, form),
        done=lambda _activity: _to_transfer(
            activity_id, N_("The receipt is recorded, and the transfer is confirmed.")
        ),
    )


def _to_receive(activity_id: int) -> OpenTransfer:
    school_id = request.args.get("school", type=int)
    return services.open_receipt(activity_id, school_id, actor=actor)


def _receipt_page(opened: OpenTransfer, form: ReceiptForm) -> str:
    return render_template(
        "resource_transfers/receipt.html", opened=opened, record=opened.record, form=form
    )


@blueprint.get("/resource-transfers/<int:activity_id>/returns")
@requires(Permission.ACTIVITY_CONFIRM)
def new_return(activity_id: int) -> ResponseReturnValue:
    """The form on which a borrower states what it gave back."""
    opened = services.open_to_return(activity_id, actor=actor)
    if not opened.returnable:
        return _to_transfer(activity_id)
    return _return_page(opened, _return_form(opened, formdata=None))


@blueprint.post("/resource-transfers/<int:activity_id>/returns")
@requires(Permission.ACTIVITY_CONFIRM)
def state_return(activity_id: int) -> ResponseReturnValue:
    """State what went back."""
    opened = services.open_to_return(activity_id, actor=actor)
    form = _return_form(opened)
    return answer_form(
        form,
        lambda: services.state_return(
            activity_id, form.line.data, form.draft(), actor=actor, form_key=form.form_key.data
        ),
        page=lambda: _return_page(opened, form),
        done=lambda _nothing: _to_transfer(
            activity_id, N_("The return is stated. The owner is asked to confirm it.")
        ),
    )


def _return_form(opened: OpenTransfer, **options: object) -> ReturnForm:
    lines = [
        (
            line,
            gettext(
                N_("%(content)s: %(left)s %(unit)s"),
                content=line.content,
                left=quantity(left),
                unit=line.unit,
            ),
        )
        for line, left in opened.returnable
    ]
    return return_form(lines, **options)


def _return_page(opened: OpenTransfer, form: ReturnForm) -> str:
    return render_template(
        "resource_transfers/return.html", opened=opened, record=opened.record, form=form
    )


@blueprint.get("/resource-transfers/<int:activity_id>/returns/<int:return_id>")
@requires(Permission.ACTIVITY_CONFIRM)
def stated_return(activity_id: int, return_id: int) -> ResponseReturnValue:
    """What the borrower stated: the owner confirms it, or either side ends it with a reason."""
    found = services.open_return(activity_id, return_id, actor=actor)
    return _stated_page(found, ReturnReasonForm(formdata=None))


@blueprint.post("/resource-transfers/<int:activity_id>/returns/<int:return_id>/confirm")
@requires(Permission.ACTIVITY_CONFIRM)
def confirm_return(activity_id: int, return_id: int) -> ResponseReturnValue:
    """The owner has it back."""
    services.confirm_return(activity_id, return_id, actor=actor)
    return _to_transfer(activity_id, N_("The return is confirmed."))


@blueprint.post("/resource-transfers/<int:activity_id>/returns/<int:return_id>/end")
@requires(Permission.ACTIVITY_CONFIRM)
def end_return(activity_id: int, return_id: int) -> ResponseReturnValue:
    """It did not come back, or the borrower takes its word back."""
    found = services.open_return(activity_id, return_id, actor=actor)
    form = ReturnReasonForm()
    return answer_form(
        form,
        lambda: services.end_return(activity_id, return_id, form.reason.data or "", actor=actor),
        page=lambda: _stated_page(found, form),
        done=lambda _nothing: _to_transfer(
            activity_id, N_("The statement is ended. The loan stays open.")
        ),
    )


def _stated_page(found: OpenReturn, form: ReturnReasonForm) -> str:
    return render_template(
        "resource_transfers/stated_return.html",
        found=found,
        opened=found.opened,
        record=found.opened.record,
        form=form,
    )
