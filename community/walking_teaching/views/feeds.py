"""The calendar to subscribe to: its page in the own account, and the file itself."""

from math import ceil

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.kernel import clock
from community.kernel.i18n import N_, gettext
from community.walking_teaching.services import feeds
from community.walking_teaching.views.blueprint import blueprint
from community.web.app import write_later
from community.web.security import public, requires

SELF = Permission.ACCOUNT_SELF


@blueprint.get("/account/calendar")
@requires(SELF)
def calendar_feed() -> ResponseReturnValue:
    """Whether the account has a calendar, and what it is for."""
    return render_template(
        "walking_teaching/calendar.html",
        feed=feeds.own_feed(actor=current_user),
        may_subscribe=feeds.may_subscribe(current_user),
        address=None,
        limit=feeds.READS_PER_HOUR,
    )


@blueprint.post("/account/calendar")
@requires(SELF)
def create_calendar_feed() -> ResponseReturnValue:
    """Make a calendar; its address is shown this once."""
    token = feeds.create_feed(actor=current_user)
    return render_template(
        "walking_teaching/calendar.html",
        feed=feeds.own_feed(actor=current_user),
        may_subscribe=True,
        address=url_for("walking_teaching.calendar_file", token=token, _external=True),
        limit=feeds.READS_PER_HOUR,
    )


@blueprint.post("/account/calendar/revoke")
@requires(SELF)
def revoke_calendar_feed() -> ResponseReturnValue:
    """Let the address be dead."""
    feeds.revoke_feed(actor=current_user)
    flash(gettext(N_("The address of your calendar no longer works.")), "success")
    return redirect(url_for("walking_teaching.calendar_feed"))


@blueprint.get("/calendar/<token>.ics")
@public
def calendar_file(token: str) -> ResponseReturnValue:
    """The calendar of a secret address: who has it may read it."""
    read = feeds.read_feed(token, host=request.host)
    if isinstance(read, feeds.TooManyReads):
        seconds = ceil((read.retry_at - clock.now()).total_seconds())
        abort(Response(status=429, headers={"Retry-After": str(max(seconds, 1))}))
    write_later(lambda: feeds.note_read(token), is_essential=True)
    answer = Response(read, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="walking-teaching.ics"'
    return answer
