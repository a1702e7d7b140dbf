"""Who holds what as of a day, and what went from school to school."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.kernel.i18n import N_
from community.resource_transfers import services
from community.resource_transfers.forms import HOLDING_FILTERS, read_day
from community.resource_transfers.services import Overview, PlaceAsked
from community.resource_transfers.views.blueprint import actor, blueprint
from community.web import navigation
from community.web.security import requires

navigation.add(
    N_("Who holds what"),
    "resource_transfers.holdings",
    Permission.ACTIVITY_VIEW,
    group=N_("Registers"),
    icon="ledger",
    order=351,
)


@blueprint.get("/resource-transfers/holdings")
@requires(Permission.ACTIVITY_VIEW)
def holdings() -> ResponseReturnValue:
    """Who holds what at the end of a day."""
    return render_template("resource_transfers/holdings.html", shown=_overview(), given=_given())


@blueprint.get("/resource-transfers/flows")
@requires(Permission.ACTIVITY_VIEW)
def flows() -> ResponseReturnValue:
    """What went from school to school in the school year up to a day."""
    return render_template("resource_transfers/flows.html", shown=_overview(), given=_given())


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "")[:40] for name in HOLDING_FILTERS}


def _overview() -> Overview:
    asked = PlaceAsked(
        request.args.get("community", "").strip()[:40],
        read_day(request.args.get("as_of")),
        request.args.get("school", type=int),
        request.args.get("after"),
        request.args.get("before"),
    )
    return services.holdings_and_flows(asked, actor=actor)
