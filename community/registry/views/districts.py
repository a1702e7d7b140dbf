"""School districts: list, page, forms."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission, allows
from community.kernel import clock
from community.kernel.i18n import N_
from community.registry import queries, services
from community.registry.forms import districts as forms
from community.registry.forms.schools import WithdrawalForm
from community.registry.models import SchoolDistrict
from community.registry.views.blueprint import SAVED, blueprint, saved
from community.web import navigation
from community.web.forms import Form, answer_form, required_day
from community.web.security import requires

VIEW, EDIT = Permission.SCHOOL_DISTRICT_VIEW, Permission.SCHOOL_DISTRICT_EDIT
_KINDS = "any(members, townships)"

navigation.add(
    N_("School districts"),
    "registry.districts",
    VIEW,
    group=N_("Registers"),
    icon="map",
    order=230,
)


@blueprint.get("/school-districts")
@requires(VIEW)
def districts() -> ResponseReturnValue:
    """The districts within reach, by county and name."""
    given = {name: request.args.get(name, "").strip()[:100] for name in ("q", "county")}
    page = services.district_list(
        given["q"],
        given["county"],
        actor=current_user,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "registry/districts.html",
        page=page,
        given=given,
        summaries=queries.district_summaries([row.id for row in page.rows], clock.today()),
        counties=[] if current_user.county_id else services.counties_to_edit(actor=current_user),
        may_edit=allows(current_user, EDIT),
    )


@blueprint.get("/school-districts/<int:district_id>")
@requires(VIEW)
def district(district_id: int) -> ResponseReturnValue:
    """One district: what holds today, townships and schools, with their days."""
    found = services.visible_district(district_id, actor=current_user)
    facts = services.present_district(district_id).values
    centre_id = facts["centre_school_id"]
    return render_template(
        "registry/district.html",
        district=found,
        facts=facts,
        centre=queries.school(centre_id) if isinstance(centre_id, int) else None,
        county=services.county_of(found),
        members=queries.district_members(district_id),
        townships=queries.district_townships(district_id),
        versions=queries.held_district(district_id),
        may_edit=services.may_edit_district(found, actor=current_user),
        today=clock.today(),
    )


# --- a new district -----------------------------------------------------------------------------


@blueprint.get("/school-districts/new")
@requires(EDIT)
def new_district() -> ResponseReturnValue:
    """The form for a new district; first its county, where there are several to choose from."""
    typed = request.args.get("county", "").strip()[:100]
    county = services.county_to_edit(typed, actor=current_user)
    if county is None:
        return render_template(
            "registry/choose_county.html",
            typed=typed,
            counties=services.counties_to_edit(actor=current_user),
            title=N_("New school district"),
        )
    return _new_district_page(forms.NewDistrictForm(formdata=None), county.id)


@blueprint.post("/school-districts/new/<int:county_id>")
@requires(EDIT)
def create_district(county_id: int) -> ResponseReturnValue:
    """Put a district on file; the same form sent twice creates one."""
    services.editable_county(county_id, actor=current_user)
    form = forms.NewDistrictForm()
    form.offer_townships(queries.townships(county_id))
    return answer_form(
        form,
        lambda: services.create_district(
            form.draft(county_id), actor=current_user, form_key=form.form_key.data
        ),
        page=lambda: _new_district_page(form, county_id),
        done=_done,
    )


def _new_district_page(form: forms.NewDistrictForm, county_id: int) -> str:
    form.offer_townships(queries.townships(county_id))
    form.renew_key()
    return render_template(
        "registry/new_district.html",
        form=form,
        county=services.editable_county(county_id, actor=current_user),
        suggestions=queries.school_suggestions(county_id),
    )


# --- changing -----------------------------------------------------------------------------------


@blueprint.get("/school-districts/<int:district_id>/edit")
@requires(EDIT)
def edit_district(district_id: int) -> ResponseReturnValue:
    """Name, centre school and note."""
    found = services.editable_district(district_id, actor=current_user)
    facts = services.present_district(district_id).values
    centre_id = facts["centre_school_id"]
    form = forms.DistrictForm(
        formdata=None,
        name=found.name,
        centre_school=queries.reference(centre_id if isinstance(centre_id, int) else None),
        note=facts["note"],
        revision=found.revision,
    )
    return _page("registry/edit_district.html", found, form)


@blueprint.post("/school-districts/<int:district_id>/edit")
@requires(EDIT)
def update_district(district_id: int) -> ResponseReturnValue:
    """Save name, centre school and note, from a day on."""
    found = services.editable_district(district_id, actor=current_user)
    form = forms.DistrictForm()
    return answer_form(
        form,
        lambda: services.update_district(
            district_id, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _page("registry/edit_district.html", found, form),
        done=_done,
    )


@blueprint.get("/school-districts/<int:district_id>/dissolution")
@requires(EDIT)
def dissolution(district_id: int) -> ResponseReturnValue:
    """The form that ends a district."""
    found = services.editable_district(district_id, actor=current_user)
    dissolved_on = services.present_district(district_id).values["dissolved_on"]
    form = forms.DissolutionForm(formdata=None, dissolved_on=dissolved_on, revision=found.revision)
    return _page("registry/dissolve_district.html", found, form)


@blueprint.post("/school-districts/<int:district_id>/dissolution")
@requires(EDIT)
def dissolve_district(district_id: int) -> ResponseReturnValue:
    """Say which day was the last one of a district."""
    found = services.editable_district(district_id, actor=current_user)
    form = forms.DissolutionForm()
    return answer_form(
        form,
        lambda: services.dissolve_district(
            district_id,
            required_day(form.dissolved_on),
            revision=form.revision.data or 0,
            actor=current_user,
        ),
        page=lambda: _page("registry/dissolve_district.html", found, form),
        done=_done,
    )


# --- what belongs to it -------------------------------------------------------------------------


@blueprint.get(f"/school-districts/<int:district_id>/<{_KINDS}:kind>/new")
@requires(EDIT)
def new_stay(district_id: int, kind: str) -> ResponseReturnValue:
    """The form for a school or township that joins."""
    found = services.editable_district(district_id, actor=current_user)
    form = forms.MemberForm(formdata=None) if kind == "members" else _township_form(found, None)
    return _page("registry/new_stay.html", found, form, kind=kind)


@blueprint.post("/school-districts/<int:district_id>/members/new")
@requires(EDIT)
def add_member(district_id: int) -> ResponseReturnValue:
    """Have a school belong to a district."""
    found = services.editable_district(district_id, actor=current_user)
    form = forms.MemberForm()
    return answer_form(
        form,
        lambda: services.add_member(
            district_id, form.school.data, required_day(form.joined_on), actor=current_user
        ),
        page=lambda: _page("registry/new_stay.html", found, form, kind="members"),
        done=_done,
    )


@blueprint.post("/school-districts/<int:district_id>/townships/new")
@requires(EDIT)
def add_township(district_id: int) -> ResponseReturnValue:
    """Have a township belong to a district."""
    found = services.editable_district(district_id, actor=current_user)
    form = _township_form(found, request.form)
    return answer_form(
        form,
        lambda: services.add_township(
            district_id,
            int(form.township_id.data),
            required_day(form.joined_on),
            actor=current_user,
        ),
        page=lambda: _page("registry/new_stay.html", found, form, kind="townships"),
        done=_done,
    )


@blueprint.get(f"/school-districts/<int:district_id>/<{_KINDS}:kind>/<int:stay_id>")
@requires(EDIT)
def stay(district_id: int, kind: str, stay_id: int) -> ResponseReturnValue:
    """Something that belongs to a district: to be ended, or taken back."""
    found = services.editable_district(district_id, actor=current_user)
    return _stay_page(found, kind, stay_id, forms.LeavingForm(formdata=None))


@blueprint.post(f"/school-districts/<int:district_id>/<{_KINDS}:kind>/<int:stay_id>/end")
@requires(EDIT)
def end_stay(district_id: int, kind: str, stay_id: int) -> ResponseReturnValue:
    """Say which day was the last one."""
    found = services.editable_district(district_id, actor=current_user)
    on_file, _name = services.stay_of(district_id, kind, stay_id)
    form = forms.LeavingForm()
    return answer_form(
        form,
        lambda: services.end_stay(
            district_id, on_file, required_day(form.left_on), actor=current_user
        ),
        page=lambda: _stay_page(found, kind, stay_id, form),
        done=_done,
    )


@blueprint.post(f"/school-districts/<int:district_id>/<{_KINDS}:kind>/<int:stay_id>/withdraw")
@requires(EDIT)
def withdraw_stay(district_id: int, kind: str, stay_id: int) -> ResponseReturnValue:
    """Take back what was entered by mistake."""
    found = services.editable_district(district_id, actor=current_user)
    on_file, _name = services.stay_of(district_id, kind, stay_id)
    form = WithdrawalForm()
    return answer_form(
        form,
        lambda: services.withdraw_stay(district_id, on_file, form.reason.data, actor=current_user),
        page=lambda: _stay_page(found, kind, stay_id, forms.LeavingForm(formdata=None), form),
        done=_done,
    )


def _stay_page(
    found: SchoolDistrict,
    kind: str,
    stay_id: int,
    form: forms.LeavingForm,
    withdrawal: WithdrawalForm | None = None,
) -> str:
    on_file, name = services.stay_of(found.id, kind, stay_id)
    return _page(
        "registry/stay.html",
        found,
        form,
        kind=kind,
        stay=on_file,
        name=name,
        withdrawal=withdrawal or WithdrawalForm(formdata=None),
    )


def _township_form(found: SchoolDistrict, sent: Any) -> forms.TownshipForm:
    form = forms.TownshipForm(sent)
    form.offer_townships(queries.townships(found.county_id))
    return form


def _page(template: str, found: SchoolDistrict, form: Form, **context: Any) -> str:
    return render_template(
        template,
        district=found,
        form=form,
        suggestions=queries.school_suggestions(found.county_id),
        **context,
    )


def _done(found: SchoolDistrict) -> ResponseReturnValue:
    return saved(SAVED, "registry.district", district_id=found.id)
