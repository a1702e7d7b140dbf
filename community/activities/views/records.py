"""The list of activities, what is taken along of it, and decisions about one record."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.activities import services
from community.activities.forms import FILTERS, read_asked
from community.activities.rules import (
    KINDS_OF,
    ActivityState,
    Exclusion,
    Move,
    Sheet,
)
from community.activities.services import ActivityList, Opened
from community.activities.sheets import activity_listing
from community.exports.rules import Export
from community.exports.services import offers
from community.exports.views import answer_export, keeps_filters
from community.journal.views import log_view_of_people
from community.kernel import clock
from community.kernel.formats import instant
from community.kernel.i18n import N_, current_locale, gettext, label
from community.web import navigation
from community.web.security import own_transactions, requires

blueprint = Blueprint("activities", __name__)
# The page of one record, by its ledger.
PAGES: Final = {
    Sheet.SHARED_TEACHING: "shared_teaching.session",
    Sheet.WALKING_TEACHING: "walking_teaching.session",
    Sheet.RESOURCE_TRANSFERS: "resource_transfers.transfer",
}
# A receiving school counts what was handed over, line by line, and so confirms it.
OWN_PAGES: Final = {(Sheet.RESOURCE_TRANSFERS, Move.CONFIRM): "resource_transfers.receipt"}
# What is known at the end of time is never a reason as of today.
_REASONS: Final = [
    reason
    for reason in Exclusion
    if reason not in (Exclusion.OUTSIDE_WINDOW, Exclusion.CONFIRMED_LATER)
]
_MONTHS: Final = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)

keeps_filters("activities.activities")
navigation.add(
    N_("Activity records"),
    "activities.activities",
    Permission.ACTIVITY_VIEW,
    group=N_("Registers"),
    icon="ledger",
    order=320,
)


@blueprint.app_context_processor
def _addresses() -> dict[str, Any]:
    return {"activity_url": activity_url}


def activity_url(activity_id: int, sheet: Sheet) -> str:
    """The page of one record."""
    return url_for(PAGES[sheet], activity_id=activity_id)


@blueprint.get("/activities")
@requires(Permission.ACTIVITY_VIEW)
def activities() -> ResponseReturnValue:
    """The activities of a county, or of one's communities, in a school year."""
    given = {name: request.args.get(name, "")[:100] for name in FILTERS}
    shown = services.activity_list(
        read_asked(given),
        after=request.args.get("after"),
        before=request.args.get("before"),
        actor=current_user,
    )
    log_view_of_people(shown.opened.county_id)
    chosen = {
        **given,
        "school_year": shown.opened.school_year.name,
        "county": shown.opened.county.code or "" if shown.opened.county else "",
    }
    return render_template(
        "activities/activities.html",
        shown=shown,
        given=chosen,
        is_filtered=any(given[name] for name in FILTERS[3:]),
        kinds=KINDS_OF,
        options=_options(shown),
    )


def _options(shown: ActivityList) -> dict[str, list[tuple[str, str]]]:
    """What the filter offers, as (value, text) pairs."""
    states = [state for state in ActivityState if state is not ActivityState.DRAFT]
    counts = [("counted", gettext("Counted")), ("not_counted", gettext("Not counted"))]
    return {
        "counties": [(county.code or "", county.name) for county in shown.counties],
        "school_years": [(year.name, year.name) for year in shown.school_years],
        "communities": [(code, f"{code} {name}") for code, name in shown.communities],
        "months": [(str(month), _month_name(month)) for month in _MONTHS],
        "states": [(state.value, label(state)) for state in states],
        "counts": [*counts, *((reason.value, label(reason)) for reason in _REASONS)],
    }


def _month_name(month: int) -> str:
    return format_date(date(2000, month, 1), "LLLL", locale=current_locale())


@blueprint.post("/activities/export")
@requires(Permission.ACTIVITY_VIEW)
@own_transactions
def export_activities() -> ResponseReturnValue:
    """The same list as a file."""
    return answer_export("activities", actor=current_user)


@offers("activities")
def _taken_along(given: Mapping[str, str], actor: Actor) -> Export:
    asked = read_asked(given)
    opened, count, rows = services.activities_to_export(asked, actor=actor)
    listing = activity_listing(rows, _about(given, opened, actor))
    return Export(listing, count, opened.county_id)


def _about(given: Mapping[str, str], opened: Opened, actor: Actor) -> list[tuple[str, str]]:
    """What the list is, in words: where, over which year, under which filter, as known when."""
    asked = read_asked(given)
    wanted = asked.wanted
    words = [label(word) for word in (wanted.sheet, wanted.kind, wanted.state) if word]
    counts = {True: gettext(N_("Counted")), False: gettext(N_("Not counted"))}
    words += [counts[wanted.is_counted]] if wanted.is_counted is not None else []
    words += [label(wanted.exclusion)] if wanted.exclusion else []
    words += [gettext(N_("same file on several records"))] if wanted.shares_file else []
    words += [text for text in (wanted.school, given.get("month", ""), wanted.text) if text]
    return [
        (gettext(N_("List")), gettext(N_("Activity records"))),
        (gettext(N_("Place")), opened.place_name or gettext(N_("Own communities"))),
        (gettext(N_("School year")), opened.school_year.name),
        (gettext(N_("Filter")), " · ".join(words) or gettext(N_("none"))),
        (gettext(N_("Known at")), instant(clock.now())),
        (gettext(N_("Taken by")), actor.actor_name),
    ]


# --- one record -------------------------------------------------------------------------------


@blueprint.get("/activities/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def activity(activity_id: int) -> ResponseReturnValue:
    """The record's page, whichever ledger it belongs to."""
    record = services.activity_record(activity_id, actor=current_user)
    return redirect(activity_url(activity_id, record.row.sheet))
