"""The page of one walking-teaching session, and the form for a new one."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services as activities
from community.activities.rules import Sheet
from community.activities.views import start_entry
from community.journal.views import log_view_of_people
from community.kernel.database import session as database
from community.walking_teaching import queries
from community.walking_teaching.forms import sessions  # noqa: F401 - declares its form
from community.walking_teaching.views.blueprint import blueprint
from community.web.security import requires


@blueprint.get("/walking-teaching/new")
@requires(Permission.ACTIVITY_REPORT)
def new_session() -> ResponseReturnValue:
    """The form for a new session."""
    return start_entry(Sheet.WALKING_TEACHING)


@blueprint.get("/walking-teaching/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def session(activity_id: int) -> ResponseReturnValue:
    """All that is on file of one record."""
    record = activities.activity_record(
        activity_id, sheet=Sheet.WALKING_TEACHING, actor=current_user
    )
    log_view_of_people(record.county_id)
    details = queries.details_of(database(), activity_id)
    return render_template("walking_teaching/session.html", record=record, details=details)
