"""The form for a new transfer, the page of one, and its handover slip."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.activities.rules import Sheet
from community.activities.views import start_entry
from community.journal.views import log_view_of_people
from community.kernel.i18n import N_, current_locale, gettext
from community.resource_transfers import services
from community.resource_transfers.forms import entry  # noqa: F401 - declares the form
from community.resource_transfers.views.blueprint import actor, blueprint
from community.web.security import requires


@blueprint.get("/resource-transfers/new")
@requires(Permission.ACTIVITY_REPORT)
def new_transfer() -> ResponseReturnValue:
    """The form for a new transfer."""
    return start_entry(Sheet.RESOURCE_TRANSFERS)


@blueprint.get("/resource-transfers/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def transfer(activity_id: int) -> ResponseReturnValue:
    """All that is on file of one record."""
    opened = services.open_transfer(activity_id, actor=actor)
    log_view_of_people(opened.record.county_id)
    return render_template(
        "resource_transfers/transfer.html",
        record=opened.record,
        details=opened.details,
        opened=opened,
    )


@blueprint.post("/resource-transfers/<int:activity_id>/slip")
@requires(Permission.ACTIVITY_VIEW)
def order_slip(activity_id: int) -> ResponseReturnValue:
    """Have the handover slip made, in the language of the page."""
    job = services.order_slip(activity_id, current_locale(), actor=actor)
    flash(gettext(N_("The handover slip is being made. It can be fetched here.")), "success")
    return redirect(url_for("jobs.job", job_id=job.id))
