"""Charters, annual objectives and council meetings: lists and forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission
from community.communities import services
from community.communities.forms import CharterForm, MeetingForm, ObjectiveForm, ReasonForm
from community.communities.queries.details import Thing
from community.communities.services.reading import OpenCommunity
from community.communities.services.things import CHARTER, MEETING, OBJECTIVE, Kind
from community.communities.views.answering import (
    SAVE,
    SAVED,
    FormPage,
    actor,
    answer_form,
    blueprint,
    opened,
    opened_to_edit,
)
from community.kernel.i18n import N_
from community.web.forms import Form
from community.web.security import requires


@dataclass(frozen=True)
class Shelf:
    """Where things of one kind are shown, and what their forms are called."""

    kind: Kind
    form: type[Any]
    endpoint: str
    tab: str
    new: str
    edit: str
    offer: Callable[[Any], None] = lambda _form: None


SHELVES: Final = {
    "charters": Shelf(
        CHARTER,
        CharterForm,
        "communities.documents",
        "documents",
        N_("New charter or agreement"),
        N_("Charter or agreement"),
    ),
    "objectives": Shelf(
        OBJECTIVE,
        ObjectiveForm,
        "communities.objectives",
        "objectives",
        N_("New annual objective"),
        N_("Annual objective and its review"),
        lambda form: form.offer(services.school_years()),
    ),
    "meetings": Shelf(
        MEETING,
        MeetingForm,
        "communities.meetings",
        "meetings",
        N_("New council meeting"),
        N_("Council meeting"),
    ),
}


@blueprint.get("/communities/<code>/objectives")
@requires(Permission.COMMUNITY_VIEW)
def objectives(code: str) -> ResponseReturnValue:
    """The annual objectives with their reviews."""
    found = opened(code)
    listed = services.things_of(found, OBJECTIVE)
    return render_template("communities/objectives.html", opened=found, things=listed)


@blueprint.get("/communities/<code>/meetings")
@requires(Permission.COMMUNITY_VIEW)
def meetings(code: str) -> ResponseReturnValue:
    """The meetings of the council with their minutes."""
    found = opened(code)
    listed = services.things_of(found, MEETING)
    return render_template("communities/meetings.html", opened=found, things=listed)


@blueprint.get("/communities/<code>/<any(charters, objectives, meetings):shelf>/new")
@requires(Permission.COMMUNITY_EDIT)
def new_thing(code: str, shelf: str) -> ResponseReturnValue:
    """The form for a new charter, objective or meeting."""
    found = opened_to_edit(code)
    form = SHELVES[shelf].form(formdata=None)
    form.renew_key()
    return _page(found, shelf, SHELVES[shelf].new, form)


@blueprint.post("/communities/<code>/<any(charters, objectives, meetings):shelf>/new")
@requires(Permission.COMMUNITY_EDIT)
def create_thing(code: str, shelf: str) -> ResponseReturnValue:
    """Enter a charter, an objective or a meeting."""
    found, place = opened_to_edit(code), SHELVES[shelf]
    form = place.form()
    place.offer(form)
    return answer_form(
        form,
        lambda: services.create_thing(
            code, place.kind, form.draft(), actor=actor, form_key=form.form_key.data
        ),
        lambda: _page(found, shelf, place.new, form),
        done=N_("It is entered."),
        target=lambda: url_for(place.endpoint, code=code),
    )


@blueprint.get("/communities/<code>/<any(charters, objectives, meetings):shelf>/<int:thing_id>")
@requires(Permission.COMMUNITY_EDIT)
def thing_form(code: str, shelf: str, thing_id: int) -> ResponseReturnValue:
    """One of them, to be put right or completed."""
    found, place = opened_to_edit(code), SHELVES[shelf]
    thing = services.thing_of(found, place.kind, thing_id)
    form = place.form(formdata=None, data=_values(found, place, thing))
    return _page(found, shelf, place.edit, form, thing_id=thing_id)


@blueprint.post("/communities/<code>/<any(charters, objectives, meetings):shelf>/<int:thing_id>")
@requires(Permission.COMMUNITY_EDIT)
def update_thing(code: str, shelf: str, thing_id: int) -> ResponseReturnValue:
    """Put one of them right, or complete it."""
    found, place = opened_to_edit(code), SHELVES[shelf]
    form = place.form()
    place.offer(form)
    return answer_form(
        form,
        lambda: services.update_thing(
            code, place.kind, thing_id, form.draft(), revision=form.revision.data, actor=actor
        ),
        lambda: _page(found, shelf, place.edit, form, thing_id=thing_id),
        done=SAVED,
        target=lambda: url_for(place.endpoint, code=code),
    )


@blueprint.get(
    "/communities/<code>/<any(charters, objectives, meetings):shelf>/<int:thing_id>/withdraw"
)
@requires(Permission.COMMUNITY_EDIT)
def withdrawal_form(code: str, shelf: str, thing_id: int) -> ResponseReturnValue:
    """The form that asks why one of them is taken back."""
    found = opened_to_edit(code)
    services.thing_of(found, SHELVES[shelf].kind, thing_id)
    return _withdrawal_page(found, shelf, ReasonForm(formdata=None))


@blueprint.post(
    "/communities/<code>/<any(charters, objectives, meetings):shelf>/<int:thing_id>/withdraw"
)
@requires(Permission.COMMUNITY_EDIT)
def withdraw_thing(code: str, shelf: str, thing_id: int) -> ResponseReturnValue:
    """Take one of them back."""
    found, place, form = opened_to_edit(code), SHELVES[shelf], ReasonForm()
    return answer_form(
        form,
        lambda: services.withdraw_thing(
            code, place.kind, thing_id, form.reason.data or "", actor=actor
        ),
        lambda: _withdrawal_page(found, shelf, form),
        done=N_("It is taken back."),
        target=lambda: url_for(place.endpoint, code=code),
    )


def _values(found: OpenCommunity, place: Shelf, thing: Thing) -> dict[str, Any]:
    names = place.form.draft.__annotations__["return"].__dataclass_fields__
    values = {
        name: getattr(thing.anchor if name in place.kind.identity else thing.version, name)
        for name in names
    }
    return values | {"revision": found.community.revision}


def _page(
    found: OpenCommunity,
    shelf: str,
    title: str,
    form: Form,
    *,
    thing_id: int | None = None,
) -> str:
    place = SHELVES[shelf]
    place.offer(form)
    page = FormPage(
        title=title,
        button=SAVE,
        cancel=url_for(place.endpoint, code=found.code),
        opened=found,
        tab=place.tab,
    )
    withdraw = thing_id and url_for(
        "communities.withdrawal_form", code=found.code, shelf=shelf, thing_id=thing_id
    )
    return page.answer(form, withdraw=withdraw)


def _withdrawal_page(found: OpenCommunity, shelf: str, form: Form) -> str:
    place = SHELVES[shelf]
    page = FormPage(
        title=N_("Take back what was entered by mistake"),
        button=N_("Take back"),
        cancel=url_for(place.endpoint, code=found.code),
        opened=found,
        lead=N_("It counts no longer. What was known until now stays in the history."),
        tab=place.tab,
    )
    return page.answer(form)
