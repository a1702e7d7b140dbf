"""The page of one shared-teaching session, and the form for a new one."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services as activities
from community.activities.rules import Sheet
from community.activities.views import start_entry
from community.journal.views import log_view_of_people
from community.kernel.database import session as database
from community.shared_teaching import forms, queries  # noqa: F401 - forms declares its form
from community.web.security import requires

blueprint = Blueprint("shared_teaching", __name__)


@blueprint.get("/shared-teaching/new")
@requires(Permission.ACTIVITY_REPORT)
def new_session() -> ResponseReturnValue:
    """The form for a new session."""
    return start_entry(Sheet.SHARED_TEACHING)


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
