"""The list of communities, and the form for a new one."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from community.access import Permission, allows
from community.communities import services
from community.communities.forms import NewCommunityForm
from community.communities.queries.lists import CommunityFilter
from community.communities.rules import CommunityModel
from community.communities.views.answering import FormPage, actor, answer_form, blueprint
from community.exports.views import answer_export, keeps_filters
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, label
from community.web import navigation
from community.web.security import own_transactions, requires

keeps_filters("communities.communities")
navigation.add(
    N_("Communities"),
    "communities.communities",
    Permission.COMMUNITY_VIEW,
    group=N_("Registers"),
    icon="community",
    order=210,
)
_FILTERS = ("q", "county", "model", "listed", "state")


@blueprint.get("/communities")
@requires(Permission.COMMUNITY_VIEW)
def communities() -> ResponseReturnValue:
    """The communities within reach, by code."""
    given = {key: request.args.get(key, "")[:100] for key in _FILTERS}
    wanted = CommunityFilter.read(given)
    return render_template(
        "communities/communities.html",
        page=services.list_communities(
            wanted,
            actor=actor,
            after=request.args.get("after"),
            before=request.args.get("before"),
        ),
        count=services.count_communities(wanted, actor=actor),
        given=given,
        models=[(str(model), label(model)) for model in CommunityModel],
        counties=services.counties_to_choose(actor),
        may_edit=allows(actor, Permission.COMMUNITY_EDIT),
    )


@blueprint.post("/communities/export")
@requires(Permission.COMMUNITY_VIEW)
@own_transactions
def export_communities() -> ResponseReturnValue:
    """The list under its filter, as a file."""
    return answer_export("communities", actor=actor)


@blueprint.get("/communities/new")
@requires(Permission.COMMUNITY_EDIT)
def new_community() -> ResponseReturnValue:
    """The form for a new community."""
    form = NewCommunityForm(formdata=None)
    form.renew_key()
    counties = services.counties_to_choose(actor)
    form.county.data = counties[0].name if len(counties) == 1 else None
    return _new_page(form)


@blueprint.post("/communities/new")
@requires(Permission.COMMUNITY_EDIT)
def create_community() -> ResponseReturnValue:
    """Enter a community."""
    form = NewCommunityForm()
    form.offer()
    return answer_form(
        form,
        lambda: _create(form),
        lambda: _new_page(form),
        done=N_("The community is entered. Add its schools next."),
        target=lambda: url_for("communities.members", code=form.code.data),
    )


def _create(form: NewCommunityForm) -> None:
    county_id = services.county_named(form.county.data or "")
    if county_id is None:
        raise RuleViolationError(
            N_("There is no county with this code or name. Choose one from the list."),
            field="county",
        )
    services.create_community(form.draft(county_id), actor=actor, form_key=form.form_key.data)


def _new_page(form: NewCommunityForm) -> str:
    form.offer()
    page = FormPage(
        title=N_("New community"),
        button=N_("Enter the community"),
        cancel=url_for("communities.communities"),
        lead=N_("A blank is a missing datum: it never counts as met, and can be supplied later."),
    )
    return page.answer(form, counties=services.counties_to_choose(actor))
