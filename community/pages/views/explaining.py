"""From a figure down to what stands behind it: records, schools, and what is missing from whom."""

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.exports.rules import Export
from community.exports.services import offers
from community.exports.views import answer_export
from community.journal.views import log_view_of_people
from community.pages import rules, services, sheets
from community.pages.forms import Pickers, read_missing_filter, read_pickers, read_record_filter
from community.pages.services import Scope
from community.pages.views.overview import blueprint, pickers_of_address
from community.web.security import own_transactions, requires


@blueprint.get("/regions/<code>/records")
@requires(Permission.COUNTY_VIEW)
def region_records(code: str) -> ResponseReturnValue:
    """The records behind the figures of a city or county."""
    pickers = pickers_of_address()
    scope, _ = services.scope_of_region(code, pickers.question, actor=current_user)
    return _records_page(scope, pickers)


@blueprint.get("/communities/<code>/records")
@requires(Permission.COMMUNITY_VIEW)
def community_records(code: str) -> ResponseReturnValue:
    """The records behind the figures of a community."""
    pickers = pickers_of_address()
    scope = services.scope_of_community(code, pickers.question, actor=current_user)
    return _records_page(scope, pickers)


def _records_page(scope: Scope, pickers: Pickers) -> ResponseReturnValue:
    log_view_of_people(scope.county_id)
    wanted = read_record_filter(request.args)
    found = rules.counted_records(scope.counts, wanted)
    page = services.page_of_records(found, request.args.get("after"), request.args.get("before"))
    return render_template(
        "pages/records.html",
        scope=scope,
        pickers=pickers,
        wanted=wanted,
        number=len(found),
        page=page,
        rows=services.describe((r.standing for r in page.rows), scope.known_at),
        choices=rules.record_choices(scope.counts),
    )


@blueprint.get("/regions/<code>/coverage")
@requires(Permission.COUNTY_VIEW)
def coverage(code: str) -> ResponseReturnValue:
    """The schools behind the coverage of a city or county, those left out of it too."""
    pickers = pickers_of_address()
    scope, count = services.scope_of_region(code, pickers.question, actor=current_user)
    return render_template("pages/coverage.html", scope=scope, count=count, pickers=pickers)


@blueprint.get("/regions/<code>/missing")
@requires(Permission.COUNTY_VIEW)
def region_missing(code: str) -> ResponseReturnValue:
    """What is missing in the communities of a city or county, and from whom."""
    pickers = pickers_of_address()
    scope, _ = services.scope_of_region(code, pickers.question, actor=current_user)
    return _missing_page(scope, pickers)


@blueprint.get("/communities/<code>/missing")
@requires(Permission.COMMUNITY_VIEW)
def community_missing(code: str) -> ResponseReturnValue:
    """What a community is missing, and from whom."""
    pickers = pickers_of_address()
    scope = services.scope_of_community(code, pickers.question, actor=current_user)
    return _missing_page(scope, pickers)


def _missing_page(scope: Scope, pickers: Pickers) -> ResponseReturnValue:
    log_view_of_people(scope.county_id)
    wanted = read_missing_filter(request.args)
    everything = rules.missing_things(scope.counts, rules.MissingFilter())
    found = rules.missing_things(scope.counts, wanted)
    return render_template(
        "pages/missing.html",
        scope=scope,
        pickers=pickers,
        wanted=wanted,
        number=len(found),
        page=services.page_of_missing(found, request.args.get("after"), request.args.get("before")),
        suppliers=rules.suppliers(everything),
    )


@blueprint.post("/regions/<code>/missing/export")
@requires(Permission.COUNTY_VIEW)
@own_transactions
def export_region_missing(code: str) -> ResponseReturnValue:
    """What is missing in a city or county, as a file."""
    return answer_export("missing_in_region", actor=current_user, code=code)


@blueprint.post("/communities/<code>/missing/export")
@requires(Permission.COMMUNITY_VIEW)
@own_transactions
def export_community_missing(code: str) -> ResponseReturnValue:
    """What a community is missing, as a file."""
    return answer_export("missing_in_community", actor=current_user, code=code)


@offers("missing_in_region")
def _missing_in_region(given: Mapping[str, str], actor: Actor) -> Export:
    pickers = read_pickers(given, services.usual_day())
    scope, _ = services.scope_of_region(given["code"], pickers.question, actor=actor)
    return _export(scope, given)


@offers("missing_in_community")
def _missing_in_community(given: Mapping[str, str], actor: Actor) -> Export:
    pickers = read_pickers(given, services.usual_day())
    return _export(services.scope_of_community(given["code"], pickers.question, actor=actor), given)


def _export(scope: Scope, given: Mapping[str, str]) -> Export:
    found = rules.missing_things(scope.counts, read_missing_filter(given))
    return Export(sheets.missing_listing(found, scope), len(found), scope.county_id)
