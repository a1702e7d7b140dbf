"""Two counts side by side: each community that moved, and the record that moved it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.audits import services as audits
from community.journal.views import log_view_of_people
from community.pages import services
from community.pages.forms import read_picker_pair
from community.pages.views.overview import blueprint
from community.web.security import requires


@blueprint.get("/regions/<code>/compare")
@requires(Permission.COUNTY_VIEW)
def compare_region(code: str) -> ResponseReturnValue:
    """A city or county, counted twice."""
    pair = read_picker_pair(request.args, services.usual_day())
    services.check_earlier(pair.before.question)
    found = audits.compare_region(
        code, pair.before.question, pair.after.question, actor=current_user
    )
    return render_template("pages/compare_region.html", comparison=found, pair=pair)


@blueprint.get("/communities/<code>/compare")
@requires(Permission.COMMUNITY_VIEW)
def compare_community(code: str) -> ResponseReturnValue:
    """A community, judged twice."""
    pair = read_picker_pair(request.args, services.usual_day())
    services.check_earlier(pair.before.question)
    found = audits.compare_community(
        code, pair.before.question, pair.after.question, actor=current_user
    )
    log_view_of_people(found.county_id)
    return render_template("pages/compare_community.html", comparison=found, pair=pair)
