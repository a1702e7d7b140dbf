"""The documents of a community with their archive numbers, and the signatures."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.communities import services
from community.communities.forms import SignaturesForm, signatures_form
from community.communities.queries.details import Member
from community.communities.services.reading import OpenCommunity
from community.communities.services.things import CHARTER, MEETING
from community.communities.views.answering import (
    actor,
    answer_form,
    blueprint,
    opened,
    opened_to_edit,
)
from community.kernel.i18n import N_
from community.web.security import requires


@blueprint.get("/communities/<code>/documents")
@requires(Permission.COMMUNITY_VIEW)
def documents(code: str) -> ResponseReturnValue:
    """Plan document, approval, charters, signatures and minutes."""
    found = opened(code)
    return render_template(
        "communities/documents.html",
        opened=found,
        charters=services.things_of(found, CHARTER),
        meetings=services.things_of(found, MEETING),
        members=services.members_of(found),
    )


@blueprint.get("/communities/<code>/signatures")
@requires(Permission.COMMUNITY_EDIT)
def signatures(code: str) -> ResponseReturnValue:
    """One day per school, in one table."""
    found = opened_to_edit(code)
    members = _signing(found)
    days: dict[str, date | None] = {f"signed_{m.membership_id}": m.signed_on for m in members}
    form = _form(members)(formdata=None, data=days | {"revision": found.community.revision})
    return _page(found, members, form)


@blueprint.post("/communities/<code>/signatures")
@requires(Permission.COMMUNITY_EDIT)
def record_signatures(code: str) -> ResponseReturnValue:
    """Enter, correct and take back signatures."""
    found = opened_to_edit(code)
    members = _signing(found)
    form = _form(members)()
    return answer_form(
        form,
        lambda: services.record_signatures(
            code, form.signed, form.reason.data or "", revision=form.revision.data, actor=actor
        ),
        lambda: _page(found, members, form),
        done=N_("The signatures are saved."),
        target=lambda: url_for("communities.documents", code=code),
    )


def _signing(found: OpenCommunity) -> list[Member]:
    """Who is in today or joins later, and who signed and has left."""
    return [
        member
        for member in services.members_of(found)
        if member.last_day is None or member.last_day >= found.today or member.signed_on
    ]


def _form(members: list[Member]) -> type[SignaturesForm]:
    return signatures_form({m.membership_id: m.school_name for m in members})


def _page(found: OpenCommunity, members: list[Member], form: SignaturesForm) -> str:
    return render_template(
        "communities/signatures.html",
        opened=found,
        members=members,
        form=form,
        charters=services.things_of(found, CHARTER),
    )
