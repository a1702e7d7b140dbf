"""The list of loans, and what is taken along of it."""

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue

from community.access import Actor, Permission
from community.exports.rules import Export
from community.exports.services import offers
from community.exports.views import answer_export
from community.kernel import clock
from community.kernel.formats import instant
from community.kernel.i18n import N_, gettext, label
from community.resource_transfers import services
from community.resource_transfers.forms import LOAN_FILTERS, read_loans
from community.resource_transfers.rules import LoanFilter
from community.resource_transfers.sheets import loan_listing
from community.resource_transfers.views.blueprint import actor, blueprint
from community.web import navigation
from community.web.security import own_transactions, requires

navigation.add(
    N_("Loans between schools"),
    "resource_transfers.loans",
    Permission.ACTIVITY_VIEW,
    group=N_("Registers"),
    icon="ledger",
    order=350,
)


@blueprint.get("/resource-transfers/loans")
@requires(Permission.ACTIVITY_VIEW)
def loans() -> ResponseReturnValue:
    """What has to come back, what is overdue, what came back."""
    given = {name: request.args.get(name, "")[:60] for name in LOAN_FILTERS}
    asked = read_loans(given)
    shown = services.loan_list(
        asked,
        after=request.args.get("after"),
        before=request.args.get("before"),
        actor=actor,
    )
    state = str(asked.wanted) if asked.wanted else "all"
    return render_template(
        "resource_transfers/loans.html",
        shown=shown,
        given=given | {"state": state},
        states=[(str(one), label(one)) for one in LoanFilter] + [("all", gettext(N_("All loans")))],
    )


@blueprint.post("/resource-transfers/loans/export")
@requires(Permission.ACTIVITY_VIEW)
@own_transactions
def export_loans() -> ResponseReturnValue:
    """The same list as a file."""
    return answer_export("loans", actor=actor)


@offers("loans")
def _taken_along(given: Mapping[str, str], actor: Actor) -> Export:
    asked = read_loans(given)
    opened, found, names = services.loans_to_export(asked, actor=actor)
    lines = [balance for loan in found for balance in loan]
    about = (
        (gettext(N_("List")), gettext(N_("Loans between schools"))),
        (gettext(N_("Place")), opened.place_name or gettext(N_("Own communities"))),
        (gettext(N_("Filter")), label(asked.wanted) if asked.wanted else gettext(N_("All loans"))),
        (gettext(N_("Known at")), instant(clock.now())),
        (gettext(N_("Taken by")), actor.actor_name),
    )
    return Export(loan_listing(lines, names, about), len(lines), opened.county_id)
