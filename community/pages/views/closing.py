"""The end of a term: what is still open, and who owes it."""

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.exports.rules import Export
from community.exports.services import offers
from community.exports.views import answer_export
from community.journal.views import log_view_of_people
from community.kernel.i18n import N_
from community.pages import sheets
from community.pages.services import closing
from community.pages.services.closing import Closing
from community.pages.views.overview import blueprint
from community.walking_teaching.forms.arrangements import term_name
from community.web import navigation
from community.web.security import own_transactions, requires

navigation.add(
    N_("End of term"), "pages.term_end", Permission.ACTIVITY_VIEW, icon="calendar", order=65
)


@blueprint.get("/term-end")
@requires(Permission.ACTIVITY_VIEW)
def term_end() -> ResponseReturnValue:
    """The closing list of a county, or of one's communities."""
    shown = _read(request.args, current_user)
    log_view_of_people(shown.opened.county_id)
    county = shown.opened.county
    given = {"term": str(shown.term.id), "county": county.code or "" if county else ""}
    return render_template("pages/term_end.html", closing=shown, given=given, term_name=term_name)


@blueprint.post("/term-end/export")
@requires(Permission.ACTIVITY_VIEW)
@own_transactions
def export_term_end() -> ResponseReturnValue:
    """The same list as a file."""
    return answer_export("term_end", actor=current_user)


@offers("term_end")
def _taken_along(given: Mapping[str, str], actor: Actor) -> Export:
    shown = _read(given, actor)
    return Export(sheets.closing_listing(shown), len(shown.items), shown.opened.county_id)


def _read(given: Mapping[str, str], actor: Actor) -> Closing:
    term = given.get("term", "")
    number = int(term) if term.isdecimal() and len(term) < 10 else None
    return closing.closing_list(number, given.get("county", "")[:12], actor=actor)
