"""Home: what waits for the reader, how it stands, and where to begin."""

from typing import Any, Final

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission, allows
from community.activities.rules import Sheet
from community.activities.services import reminding
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_
from community.pages import queries
from community.pages.services import waiting
from community.pages.views.overview import blueprint, own_region, pickers_of_address
from community.web import navigation
from community.web.security import requires

# Where an activity is entered, by its ledger.
ENTRIES: Final = {
    Sheet.SHARED_TEACHING: "shared_teaching.new_session",
    Sheet.WALKING_TEACHING: "walking_teaching.new_session",
    Sheet.RESOURCE_TRANSFERS: "resource_transfers.new_transfer",
}


def _counts() -> dict[str, int]:
    """What waits for the reader, asked once for the menu and the page."""
    if "waiting_counts" not in g:
        g.waiting_counts = waiting.counts(actor=current_user)
    found: dict[str, int] = g.waiting_counts
    return found


def _in_menu(_actor: Actor) -> str | None:
    return waiting.as_text(sum(_counts().values())) or None


navigation.add(
    N_("To do"), "pages.home", Permission.ACCOUNT_SELF, icon="inbox", order=10, count=_in_menu
)


@blueprint.get("/")
@requires(Permission.ACCOUNT_SELF)
def home() -> ResponseReturnValue:
    """The first page of everybody: the list of what is to do."""
    pickers = pickers_of_address()
    return render_template(
        "pages/home.html",
        sections=waiting.sections(_counts(), actor=current_user),
        standing=waiting.standing(pickers.question, own_region(), actor=current_user),
        entries=ENTRIES if allows(current_user, Permission.ACTIVITY_REPORT) else {},
        may_remind=reminding.may_remind(current_user),
        pickers=pickers,
        **_places(),
    )


def _places() -> dict[str, Any]:
    """The cities, for who has no place of their own."""
    is_everywhere = own_region() is None and allows(current_user, Permission.CITY_VIEW)
    return {"cities": queries.cities(session()) if is_everywhere else []}


@blueprint.get("/waiting/<key>")
@requires(Permission.ACCOUNT_SELF)
def waiting_list(key: str) -> ResponseReturnValue:
    """All that waits of one kind, oldest first."""
    shown = waiting.whole_list(
        key,
        after=request.args.get("after"),
        before=request.args.get("before"),
        actor=current_user,
    )
    if shown is None:
        raise NotFoundError
    return render_template("pages/waiting.html", section=shown, count=_counts().get(key, 0))
