"""Who may speak for a school besides its own people."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.accounts import services
from community.journal.views import log_view_of_people
from community.kernel.i18n import N_, gettext
from community.pages.forms import DeputyForm
from community.pages.views.overview import blueprint
from community.web import navigation
from community.web.forms import answer_form
from community.web.security import requires

navigation.add(
    N_("Deputies of the school"),
    "pages.deputies",
    Permission.DEPUTY_APPOINT,
    icon="account",
    order=70,
    values=lambda actor: {"school_id": actor.school_id} if actor.school_id else None,
)


@blueprint.get("/schools/<int:school_id>/deputies")
@requires(Permission.DEPUTY_APPOINT)
def deputies(school_id: int) -> ResponseReturnValue:
    """The deputies of a school, and the form that appoints one."""
    return _page(school_id, DeputyForm(formdata=None))


@blueprint.post("/schools/<int:school_id>/deputies")
@requires(Permission.DEPUTY_APPOINT)
def appoint_deputy(school_id: int) -> ResponseReturnValue:
    """Appoint a deputy."""
    form = DeputyForm()
    form.offer(services.deputies_of_school(school_id, actor=current_user).choices)
    return answer_form(
        form,
        lambda: services.appoint_deputy(school_id, form.draft(), actor=current_user),
        page=lambda: _page(school_id, form),
        done=lambda _deputy: _saved(school_id, N_("The deputy is appointed.")),
    )


@blueprint.post("/schools/<int:school_id>/deputies/<int:deputy_id>/revoke")
@requires(Permission.DEPUTY_APPOINT)
def revoke_deputy(school_id: int, deputy_id: int) -> ResponseReturnValue:
    """End an appointment now."""
    services.revoke_deputy(school_id, deputy_id, actor=current_user)
    return _saved(school_id, N_("The appointment has ended. What the deputy did stays."))


def _saved(school_id: int, said: str) -> ResponseReturnValue:
    flash(gettext(said), "success")
    return redirect(url_for("pages.deputies", school_id=school_id))


def _page(school_id: int, form: DeputyForm) -> str:
    found = services.deputies_of_school(school_id, actor=current_user)
    log_view_of_people(found.school.county_id)
    form.offer(found.choices)
    return render_template("pages/deputies.html", found=found, form=form)
