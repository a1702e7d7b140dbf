"""Counties and their townships."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.kernel.i18n import N_
from community.registry import queries, services
from community.registry.forms.calendar import CountyForm
from community.registry.models import Division
from community.registry.views.blueprint import blueprint, saved
from community.web import navigation
from community.web.forms import answer_form
from community.web.security import requires

navigation.add(
    N_("Counties and townships"),
    "registry.divisions",
    Permission.DIVISION_VIEW,
    group=N_("Registers"),
    icon="city",
    order=240,
)


@blueprint.get("/divisions")
@requires(Permission.DIVISION_VIEW)
def divisions() -> ResponseReturnValue:
    """The counties within reach, by code."""
    page = services.counties(
        actor=current_user,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    seats = queries.seats_of([row.id for row in page.rows])
    return render_template("registry/divisions.html", page=page, seats=seats)


@blueprint.get("/divisions/<code>")
@requires(Permission.DIVISION_VIEW)
def division(code: str) -> ResponseReturnValue:
    """One county with its townships and subdistricts."""
    county = services.county(code, actor=current_user)
    townships = queries.township_rows(county.id)
    return render_template(
        "registry/division.html",
        county=county,
        townships=townships,
        aliases=queries.alias_names(townships),
        may_edit=services.may_edit_county(county, actor=current_user),
    )


@blueprint.get("/divisions/<code>/edit")
@requires(Permission.DIVISION_EDIT)
def edit_division(code: str) -> ResponseReturnValue:
    """A county's start day and seat."""
    county = services.editable_county_of_code(code, actor=current_user)
    seats = [str(t.id) for t in queries.township_rows(county.id) if t.is_county_seat]
    form = CountyForm(
        formdata=None, live_on=county.live_on, seat_ids=seats, revision=county.revision
    )
    return _page(county, form)


@blueprint.post("/divisions/<code>/edit")
@requires(Permission.DIVISION_EDIT)
def update_division(code: str) -> ResponseReturnValue:
    """Save a county's start day and seat."""
    county = services.editable_county_of_code(code, actor=current_user)
    form = CountyForm()
    form.offer_townships(queries.townships(county.id))
    return answer_form(
        form,
        lambda: services.update_county(
            code,
            form.live_on.data,
            {int(key) for key in form.seat_ids.data or ()},
            revision=form.revision.data or 0,
            actor=current_user,
        ),
        page=lambda: _page(county, form),
        done=lambda _county: saved(N_("Saved."), "registry.division", code=code),
    )


def _page(county: Division, form: CountyForm) -> str:
    form.offer_townships(queries.townships(county.id))
    return render_template("registry/edit_division.html", county=county, form=form)
