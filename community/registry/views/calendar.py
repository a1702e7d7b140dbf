"""School years and terms."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission, allows
from community.kernel import clock
from community.kernel.i18n import N_
from community.registry import services
from community.registry.forms.calendar import SchoolYearForm
from community.registry.models import SchoolYear
from community.registry.views.blueprint import blueprint, saved
from community.web import navigation
from community.web.forms import answer_form
from community.web.security import requires

navigation.add(
    N_("School years and terms"),
    "registry.school_years",
    Permission.SCHOOL_YEAR_VIEW,
    group=N_("Registers"),
    icon="calendar",
    order=250,
)


@blueprint.get("/school-years")
@requires(Permission.SCHOOL_YEAR_VIEW)
def school_years() -> ResponseReturnValue:
    """All school years with their terms."""
    return render_template(
        "registry/school_years.html",
        years=services.school_years(actor=current_user),
        may_edit=allows(current_user, Permission.SCHOOL_YEAR_EDIT),
        today=clock.today(),
    )


@blueprint.get("/school-years/new")
@requires(Permission.SCHOOL_YEAR_EDIT)
def new_school_year() -> ResponseReturnValue:
    """The form for a further school year."""
    return _page(SchoolYearForm(formdata=None), None)


@blueprint.post("/school-years/new")
@requires(Permission.SCHOOL_YEAR_EDIT)
def add_school_year() -> ResponseReturnValue:
    """Put a school year with two terms on file."""
    form = SchoolYearForm()
    return answer_form(
        form,
        lambda: services.add_school_year(form.draft(), actor=current_user),
        page=lambda: _page(form, None),
        done=_done,
    )


@blueprint.get("/school-years/<name>")
@requires(Permission.SCHOOL_YEAR_EDIT)
def school_year(name: str) -> ResponseReturnValue:
    """The days of a school year and its terms."""
    year = services.school_year(name, actor=current_user)
    form = SchoolYearForm(
        formdata=None, name=year.name, revision=year.revision, **services.days_of(year)
    )
    return _page(form, year)


@blueprint.post("/school-years/<name>")
@requires(Permission.SCHOOL_YEAR_EDIT)
def update_school_year(name: str) -> ResponseReturnValue:
    """Save the days; every count that uses them moves."""
    year = services.school_year(name, actor=current_user)
    form = SchoolYearForm()
    form.name.data = year.name
    return answer_form(
        form,
        lambda: services.update_school_year(
            name, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _page(form, year),
        done=_done,
    )


def _page(form: SchoolYearForm, year: SchoolYear | None) -> str:
    return render_template("registry/school_year.html", form=form, year=year)


def _done(_year: SchoolYear) -> ResponseReturnValue:
    return saved(
        N_("The school year is saved. Counts that use it are computed with the new days."),
        "registry.school_years",
    )
