"""Schools: the list, the page of one, and its history."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission, allows
from community.communities.queries.schools import SchoolFilter
from community.communities.rules import MembershipRole
from community.communities.services import schools as services
from community.exports.views import answer_export, keeps_filters
from community.journal.rules import parse_changes
from community.journal.views import log_view_of_people
from community.kernel.charts import Stay
from community.kernel.i18n import N_, label
from community.pages.views.overview import blueprint
from community.registry import services as registry
from community.registry.rules import DesignationKind, SchoolType, UrbanRuralClass
from community.web import navigation
from community.web.security import own_transactions, requires

keeps_filters("pages.schools")
navigation.add(
    N_("Schools"),
    "pages.schools",
    Permission.SCHOOL_VIEW,
    group=N_("Registers"),
    icon="school",
    order=220,
)
_FILTERS = ("q", "county", "township", "type", "area", "designation", "role", "state")


@blueprint.get("/schools")
@requires(Permission.SCHOOL_VIEW)
def schools() -> ResponseReturnValue:
    """The schools within reach, by county and name."""
    given = {name: request.args.get(name, "")[:100] for name in _FILTERS}
    given = {name: "".join(filter(str.isprintable, text)) for name, text in given.items()}
    wanted = SchoolFilter.read(given)
    keys = {"after": request.args.get("after"), "before": request.args.get("before")}
    return render_template(
        "pages/schools.html",
        page=services.list_schools(wanted, actor=current_user, **keys),
        count=services.count_schools(wanted, actor=current_user),
        given=given,
        is_of_one_county=current_user.county_id is not None and current_user.school_id is None,
        counties=_counties(),
        townships=services.townships_to_choose(wanted.county, actor=current_user),
        choices=_choices(),
        may_edit=allows(current_user, Permission.SCHOOL_EDIT),
    )


def _counties() -> list[tuple[str, str]]:
    if current_user.county_id is not None:
        return []
    return registry.counties_to_edit(actor=current_user)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters, each after the one that means all."""
    return {
        "type": [(kind.value, label(kind)) for kind in SchoolType],
        "class": [(kind.value, label(kind)) for kind in UrbanRuralClass],
        "designation": [(kind.value, label(kind)) for kind in DesignationKind],
        "role": [(role.value, label(role)) for role in MembershipRole],
    }


@blueprint.post("/schools/export")
@requires(Permission.SCHOOL_VIEW)
@own_transactions
def export_schools() -> ResponseReturnValue:
    """The list under its filter, as a file."""
    return answer_export(services.LIST, actor=current_user)


@blueprint.get("/schools/<int:school_id>")
@requires(Permission.SCHOOL_VIEW)
def school(school_id: int) -> ResponseReturnValue:
    """One school: what holds today, and all that hangs on it."""
    opened = services.open_school(school_id, actor=current_user)
    details = services.details_of(opened, actor=current_user)
    log_view_of_people(opened.school.county_id)
    stays = [
        Stay(stay.community_name, label(stay.role), stay.joined_on, stay.left_on)
        for stay in reversed(details.stays)
    ]
    return render_template(
        "pages/school.html", opened=opened, details=details, stays=stays, **_tabs(opened)
    )


def _tabs(opened: services.OpenSchool) -> dict[str, bool]:
    """What the pages of a school offer beside each other: to its own people and its district."""
    is_own = current_user.school_id in (None, opened.school.id)
    may_appoint = allows(current_user, Permission.DEPUTY_APPOINT, opened.place)
    return {"may_appoint_deputies": is_own and may_appoint}


@blueprint.get("/schools/<int:school_id>/history")
@requires(Permission.SCHOOL_VIEW)
def school_history(school_id: int) -> ResponseReturnValue:
    """Every version of what is known of a school, and the journal's entries about it."""
    opened = services.open_school(school_id, actor=current_user)
    log_view_of_people(opened.school.county_id)
    history = services.history_of_school(
        opened,
        actor=current_user,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "pages/school_history.html",
        opened=opened,
        history=history,
        changes_of=parse_changes,
        **_tabs(opened),
    )
