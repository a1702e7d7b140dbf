"""Entering, changing, closing schools. The list and the page of a school are in `pages`."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.kernel.i18n import N_, gettext
from community.registry import queries, services
from community.registry.forms import schools as forms
from community.registry.models import School
from community.registry.views.blueprint import SAVED, blueprint, saved, school_page
from community.web.forms import answer_form, choice_of
from community.web.security import requires


def _done(school: School) -> ResponseReturnValue:
    return saved(SAVED, "pages.school", school_id=school.id)


# --- a new school -------------------------------------------------------------------------------


@blueprint.get("/schools/new")
@requires(Permission.SCHOOL_EDIT)
def new_school() -> ResponseReturnValue:
    """The form for a new school; first its county, where there are several to choose from."""
    typed = request.args.get("county", "").strip()[:100]
    county = services.county_to_edit(typed, actor=current_user)
    if county is None:
        return render_template(
            "registry/choose_county.html",
            typed=typed,
            counties=services.counties_to_edit(actor=current_user),
            title=N_("New school"),
        )
    form = forms.NewSchoolForm(formdata=None)
    return _new_school_page(form, county.id)


@blueprint.post("/schools/new/<int:county_id>")
@requires(Permission.SCHOOL_EDIT)
def create_school(county_id: int) -> ResponseReturnValue:
    """Put a school on file; the same form sent twice creates one."""
    services.editable_county(county_id, actor=current_user)
    form = forms.NewSchoolForm()
    form.offer_townships(queries.townships(county_id))
    return answer_form(
        form,
        lambda: services.create_school(
            form.draft(county_id), actor=current_user, form_key=form.form_key.data
        ),
        page=lambda: _new_school_page(form, county_id),
        done=lambda school: saved(
            N_("The school is on file."), "pages.school", school_id=school.id
        ),
    )


def _new_school_page(form: forms.NewSchoolForm, county_id: int) -> str:
    form.offer_townships(queries.townships(county_id))
    form.renew_key()
    county = services.editable_county(county_id, actor=current_user)
    return render_template("registry/new_school.html", form=form, county=county)


# --- facts --------------------------------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/facts")
@requires(Permission.SCHOOL_EDIT)
def school_facts(school_id: int) -> ResponseReturnValue:
    """What holds of a school today, to be changed or corrected."""
    school = services.editable_school(school_id, actor=current_user)
    seen = services.present_facts(school_id)
    form = forms.SchoolFactsForm(
        formdata=None, revision=school.revision, **forms.facts_as_typed(seen.values)
    )
    return _facts_page(school, form)


@blueprint.post("/schools/<int:school_id>/facts")
@requires(Permission.SCHOOL_EDIT)
def update_school(school_id: int) -> ResponseReturnValue:
    """Save a change from a day on, or a correction."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.SchoolFactsForm()
    form.offer_townships(queries.townships(school.county_id))
    return answer_form(
        form,
        lambda: services.update_school(
            school_id, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _facts_page(school, form),
        done=_facts_saved,
    )


def _facts_saved(school: School) -> ResponseReturnValue:
    if not services.fits_code(school):
        flash(
            gettext(
                N_(
                    "The class in the school code is not that of the type any more. Enter the new "
                    "code under “Name and code” once it is issued."
                )
            ),
            "warning",
        )
    return _done(school)


def _facts_page(school: School, form: forms.SchoolFactsForm) -> str:
    form.offer_townships(queries.townships(school.county_id))
    on_file = queries.held_facts(school.id)
    return school_page("registry/school_facts.html", school, form, versions=on_file)


# --- names --------------------------------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/name")
@requires(Permission.SCHOOL_EDIT)
def school_name(school_id: int) -> ResponseReturnValue:
    """Name, short name, code, and the other names."""
    school = services.editable_school(school_id, actor=current_user)
    return _name_page(school, forms.SchoolNameForm(formdata=None, obj=school))


@blueprint.post("/schools/<int:school_id>/name")
@requires(Permission.SCHOOL_EDIT)
def rename_school(school_id: int) -> ResponseReturnValue:
    """Save the names; the former ones become other names."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.SchoolNameForm()
    return answer_form(
        form,
        lambda: services.rename_school(
            school_id, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _name_page(school, form),
        done=lambda school: saved(
            N_("Saved. By its former name the school is still found."),
            "pages.school",
            school_id=school.id,
        ),
    )


@blueprint.post("/schools/<int:school_id>/aliases")
@requires(Permission.SCHOOL_EDIT)
def add_alias(school_id: int) -> ResponseReturnValue:
    """Have a school found by another name too."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.AliasForm()
    return answer_form(
        form,
        lambda: services.add_alias(school_id, form.alias.data, actor=current_user),
        page=lambda: _name_page(school, _name_form(school), form),
        done=_names,
    )


@blueprint.post("/schools/<int:school_id>/aliases/<int:alias_id>/remove")
@requires(Permission.SCHOOL_EDIT)
def remove_alias(school_id: int, alias_id: int) -> ResponseReturnValue:
    """Take another name away."""
    return _names(services.remove_alias(school_id, alias_id, actor=current_user))


def _names(school: School) -> ResponseReturnValue:
    return redirect(url_for("registry.school_name", school_id=school.id))


def _name_form(school: School) -> forms.SchoolNameForm:
    return forms.SchoolNameForm(formdata=None, obj=school)


def _name_page(
    school: School, form: forms.SchoolNameForm, alias_form: forms.AliasForm | None = None
) -> str:
    return school_page(
        "registry/school_name.html",
        school,
        form,
        alias_form=alias_form or forms.AliasForm(formdata=None),
        aliases=queries.aliases(school.id),
    )


# --- counted as urban ---------------------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/urban")
@requires(Permission.SCHOOL_EDIT)
def urban_flag(school_id: int) -> ResponseReturnValue:
    """Whether the county counts a school as urban."""
    school = services.editable_school(school_id, actor=current_user)
    values = services.present_facts(school_id).values
    form = forms.UrbanFlagForm(
        formdata=None,
        revision=school.revision,
        is_flagged_urban=choice_of(values["is_flagged_urban"]),
        reason=values["urban_flag_reason"],
    )
    return school_page("registry/school_urban.html", school, form, facts=values)


@blueprint.post("/schools/<int:school_id>/urban")
@requires(Permission.SCHOOL_EDIT)
def flag_urban(school_id: int) -> ResponseReturnValue:
    """Save the flag with its reason, from a day on."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.UrbanFlagForm()
    return answer_form(
        form,
        lambda: services.flag_urban(
            school_id, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: school_page(
            "registry/school_urban.html",
            school,
            form,
            facts=services.present_facts(school_id).values,
        ),
        done=_done,
    )
