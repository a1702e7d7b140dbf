"""The page of one shared-teaching session."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services as activities
from community.activities.rules import Sheet
from community.journal.views import log_view_of_people
from community.kernel.database import session as database
from community.shared_teaching import queries
from community.web.security import requires

blueprint = Blueprint("shared_teaching", __name__)


@blueprint.get("/shared-teaching/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def session(activity_id: int) -> ResponseReturnValue:
    """All that is on file of one record."""
    record = activities.activity_record(
        activity_id, sheet=Sheet.SHARED_TEACHING, actor=current_user
    )
    log_view_of_people(record.county_id)
    details = queries.details_of(database(), activity_id)
    return render_template("shared_teaching/session.html", record=record, details=details)
