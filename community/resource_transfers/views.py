"""The page of one resource transfer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services as activities
from community.activities.rules import Sheet
from community.journal.views import log_view_of_people
from community.kernel.database import session as database
from community.resource_transfers import queries
from community.web.security import requires

blueprint = Blueprint("resource_transfers", __name__)


@blueprint.get("/resource-transfers/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def transfer(activity_id: int) -> ResponseReturnValue:
    """All that is on file of one record."""
    record = activities.activity_record(
        activity_id, sheet=Sheet.RESOURCE_TRANSFERS, actor=current_user
    )
    log_view_of_people(record.county_id)
    details = queries.details_of(database(), activity_id)
    return render_template("resource_transfers/transfer.html", record=record, details=details)
