"""Closing and merging schools, and to which legal person one belongs."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.kernel.i18n import N_
from community.registry import queries, services
from community.registry.forms import schools as forms
from community.registry.models import School
from community.registry.views.blueprint import SAVED, blueprint, saved, school_page
from community.web.forms import answer_form
from community.web.security import requires

# --- closing, merging, belonging ----------------------------------------------------------------


@blueprint.get("/schools/<int:school_id>/closure")
@requires(Permission.SCHOOL_EDIT)
def closure(school_id: int) -> ResponseReturnValue:
    """The form that closes or merges a school."""
    school = services.editable_school(school_id, actor=current_user)
    closed_on = services.present_facts(school_id).values["closed_on"]
    form = forms.ClosureForm(
        formdata=None,
        revision=school.revision,
        kind="merged" if school.successor_id else "closed" if closed_on else None,
        closed_on=closed_on,
        successor=queries.reference(school.successor_id),
    )
    return _closure_page(school, form)


@blueprint.post("/schools/<int:school_id>/closure")
@requires(Permission.SCHOOL_EDIT)
def close_school(school_id: int) -> ResponseReturnValue:
    """Close or merge a school; who is named inherits what is still open."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.ClosureForm()
    return answer_form(
        form,
        lambda: services.close_school(
            school_id, form.draft(), revision=form.revision.data or 0, actor=current_user
        ),
        page=lambda: _closure_page(school, form),
        done=lambda school: saved(SAVED, "pages.school", school_id=school.id),
    )


@blueprint.post("/schools/<int:school_id>/reopen")
@requires(Permission.SCHOOL_EDIT)
def reopen_school(school_id: int) -> ResponseReturnValue:
    """Take back a closure that was entered by mistake."""
    form = forms.ReopeningForm()
    services.reopen_school(school_id, revision=form.revision.data or 0, actor=current_user)
    return saved(N_("The closure is taken back."), "pages.school", school_id=school_id)


def _closure_page(school: School, form: forms.ClosureForm) -> str:
    return school_page(
        "registry/school_closure.html",
        school,
        form,
        facts=services.present_facts(school.id).values,
        suggestions=queries.school_suggestions(school.county_id),
    )


@blueprint.get("/schools/<int:school_id>/legal-school")
@requires(Permission.SCHOOL_EDIT)
def legal_school(school_id: int) -> ResponseReturnValue:
    """To which legal person a campus or teaching point belongs."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.LegalSchoolForm(
        formdata=None,
        revision=school.revision,
        legal_school=queries.reference(school.legal_school_id),
    )
    return _legal_school_page(school, form)


@blueprint.post("/schools/<int:school_id>/legal-school")
@requires(Permission.SCHOOL_EDIT)
def set_legal_school(school_id: int) -> ResponseReturnValue:
    """Save the legal school."""
    school = services.editable_school(school_id, actor=current_user)
    form = forms.LegalSchoolForm()
    return answer_form(
        form,
        lambda: services.set_legal_school(
            school_id,
            form.legal_school.data,
            revision=form.revision.data or 0,
            actor=current_user,
        ),
        page=lambda: _legal_school_page(school, form),
        done=lambda school: saved(N_("Saved."), "pages.school", school_id=school.id),
    )


def _legal_school_page(school: School, form: forms.LegalSchoolForm) -> str:
    return school_page(
        "registry/legal_school.html",
        school,
        form,
        suggestions=queries.school_suggestions(school.county_id),
    )
