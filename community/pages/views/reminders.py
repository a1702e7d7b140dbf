"""What other schools have not answered: remind them, here or by a text in a chat."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities.services import reminding
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import gettext, ngettext
from community.pages.views.overview import blueprint
from community.web.security import requires


@blueprint.get("/reminders")
@requires(Permission.ACTIVITY_VIEW)
def reminders() -> ResponseReturnValue:
    """The schools that have not answered, each with its text."""
    schools = reminding.unanswered_schools(actor=current_user)
    return render_template("pages/reminders.html", schools=schools)


@blueprint.post("/reminders/<int:school_id>")
@requires(Permission.ACTIVITY_VIEW)
def remind_school(school_id: int) -> ResponseReturnValue:
    """Put a reminder beside what waits for a school."""
    try:
        count = reminding.remind_school(school_id, actor=current_user)
    except RuleViolationError as error:
        flash(gettext(error.message.msgid), "warning")
        return redirect(url_for("pages.reminders"))
    text = ngettext(
        "The school sees in its to-do list that it was reminded of %(num)s record.",
        "The school sees in its to-do list that it was reminded of %(num)s records.",
        count,
    )
    flash(text, "success")
    return redirect(url_for("pages.reminders"))
