"""What hangs on a school: its designations and its yearly figures."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.kernel.i18n import N_
from community.registry import queries, services
from community.registry.forms import schools as forms
from community.registry.models import School
from community.registry.rules import DesignationKind
from community.registry.views.blueprint import SAVED, blueprint, saved, school_page
from community.web.forms import answer_form, required_day
from community.web.security import requires

# --- designations -------------------------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/designations")
@requires(Permission.SCHOOL_EDIT)
def designations(school_id: int) -> ResponseReturnValue:
    """The designations of a school, and the form for a new one."""
    school = services.editable_school(school_id, actor=current_user)
    return _designations_page(school, forms.DesignationForm(formdata=None))


@blueprint.post("/schools/<int:school_id>/designations")
@requires(Permission.SCHOOL_EDIT)
def designate_school(school_id: int) -> ResponseReturnValue:
    """Designate a school as one of the three pivot schools."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.DesignationForm()
    return answer_form(
        form,
        lambda: services.designate_school(
            school_id,
            DesignationKind(form.kind.data),
            required_day(form.designated_on),
            actor=current_user,
        ),
        page=lambda: _designations_page(school, form),
        done=_designated,
    )


@blueprint.get("/schools/<int:school_id>/designations/<int:designation_id>")
@requires(Permission.SCHOOL_EDIT)
def designation(school_id: int, designation_id: int) -> ResponseReturnValue:
    """One designation: to be ended, or taken back."""
    school = services.editable_school(school_id, actor=current_user)
    return _designation_page(school, designation_id, forms.EndForm(formdata=None))


@blueprint.post("/schools/<int:school_id>/designations/<int:designation_id>/end")
@requires(Permission.SCHOOL_EDIT)
def end_designation(school_id: int, designation_id: int) -> ResponseReturnValue:
    """Say which day was the last one of a designation."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.EndForm()
    return answer_form(
        form,
        lambda: services.end_designation(
            school_id, designation_id, required_day(form.ended_on), actor=current_user
        ),
        page=lambda: _designation_page(school, designation_id, form),
        done=_designated,
    )


@blueprint.post("/schools/<int:school_id>/designations/<int:designation_id>/withdraw")
@requires(Permission.SCHOOL_EDIT)
def withdraw_designation(school_id: int, designation_id: int) -> ResponseReturnValue:
    """Take back a designation that was entered by mistake."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.WithdrawalForm()
    return answer_form(
        form,
        lambda: services.withdraw_designation(
            school_id, designation_id, form.reason.data, actor=current_user
        ),
        page=lambda: _designation_page(school, designation_id, forms.EndForm(formdata=None), form),
        done=_designated,
    )


def _designated(school: School) -> ResponseReturnValue:
    return saved(SAVED, "registry.designations", school_id=school.id)


def _designations_page(school: School, form: forms.DesignationForm) -> str:
    return school_page(
        "registry/designations.html", school, form, designations=queries.designations(school.id)
    )


def _designation_page(
    school: School,
    designation_id: int,
    form: forms.EndForm,
    withdrawal: forms.WithdrawalForm | None = None,
) -> str:
    return school_page(
        "registry/designation.html",
        school,
        form,
        designation=services.designation(school.id, designation_id),
        withdrawal=withdrawal or forms.WithdrawalForm(formdata=None),
    )


# --- figures ------------------------------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/figures")
@requires(Permission.SCHOOL_EDIT)
def school_figures(school_id: int) -> ResponseReturnValue:
    """The figures of one school year, and the choice of the year."""
    school = services.editable_school(school_id, actor=current_user)
    year = services.figures_year(school_id, request.args.get("school_year"))
    numbers = services.numbers_on_file(school_id, year)
    return _figures_page(school, forms.FiguresForm.filled(numbers, school.revision), year)


@blueprint.post("/schools/<int:school_id>/figures")
@requires(Permission.SCHOOL_EDIT)
def record_figures(school_id: int) -> ResponseReturnValue:
    """Save the figures of one school year; a blank is missing."""
    school = services.editable_school(school_id, actor=current_user)
    year = services.figures_year(school_id, request.args.get("school_year"))
    form = forms.FiguresForm()
    return answer_form(
        form,
        lambda: services.record_figures(
            school_id, year, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _figures_page(school, form, year),
        done=lambda school: saved(
            N_("The figures are saved."), "pages.school", school_id=school.id
        ),
    )


def _figures_page(school: School, form: forms.FiguresForm, year: str) -> str:
    on_file = {row.school_year: row for row in queries.figures(school.id)}
    years = sorted({*queries.school_year_names(), *on_file}, reverse=True)
    return school_page(
        "registry/school_figures.html", school, form, year=year, years=years, on_file=on_file
    )
