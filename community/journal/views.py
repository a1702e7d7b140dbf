"""The journal and the access log as pages."""

from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.journal import rules, services
from community.journal.forms import access_filter, entry_filter
from community.journal.models import AccessKind
from community.kernel.i18n import N_, gettext, label
from community.web import navigation
from community.web.app import write_later
from community.web.security import requires

blueprint = Blueprint("journal", __name__)
_ENTRY_FILTERS: Final = ("chain", "who", "subject", "id", "batch", "from", "until")
_ACCESS_FILTERS: Final = ("chain", "who", "kind", "from", "until")

navigation.add(
    N_("Journal"),
    "journal.entries",
    Permission.JOURNAL_VIEW,
    group=N_("Administration"),
    icon="journal",
    order=820,
)


@blueprint.get("/journal")
@requires(Permission.JOURNAL_VIEW)
def entries() -> ResponseReturnValue:
    """What changed, newest first."""
    given = _given(_ENTRY_FILTERS)
    page = services.entries(
        entry_filter(given),
        actor=current_user,
        chain=given["chain"],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    log_view_of_people(current_user.county_id)
    return render_template(
        "journal/entries.html",
        page=page,
        given=given,
        described=services.described_changes(row.changes for row in page.rows),
        heads=services.heads(actor=current_user, chain=given["chain"]),
        **_chains(),
    )


@blueprint.get("/journal/access")
@requires(Permission.JOURNAL_VIEW)
def accesses() -> ResponseReturnValue:
    """Who signed in, looked or took away, newest first."""
    given = _given(_ACCESS_FILTERS)
    page = services.accesses(
        access_filter(given),
        actor=current_user,
        chain=given["chain"],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    log_view_of_people(current_user.county_id)
    kinds = [(kind.value, label(kind)) for kind in AccessKind]
    return render_template(
        "journal/accesses.html", page=page, given=given, kinds=kinds, **_chains()
    )


def _given(names: tuple[str, ...]) -> dict[str, str]:
    """The filters as typed, without what neither a page nor a database can hold."""
    typed = {name: request.args.get(name, "")[:100] for name in names}
    return {name: "".join(filter(str.isprintable, text)) for name, text in typed.items()}


def _chains() -> dict[str, Any]:
    """The chains that the reader may choose from, and what each is called."""
    reach = services.reach_of(current_user)
    names = {rules.chain_of(county.id): county.name for county in reach.counties}
    if reach.has_system:
        names[rules.SYSTEM] = gettext("System")
    return {"chain_names": names, "chain_of": rules.chain_of}


def log_view_of_people(county_id: int | None) -> None:
    """Note in the access log that the reader of this page sees personal data."""
    reader: Actor = current_user
    what = request.path
    write_later(
        lambda: services.record_access(
            AccessKind.VIEWED_PERSONAL_DATA, actor=reader, what=what, county_id=county_id
        )
    )
