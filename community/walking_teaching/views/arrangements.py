"""Standing arrangements: list, page, forms, and the preview of their visits."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import POLICY, Permission, Reach, permission_is_held
from community.journal.views import log_view_of_people
from community.kernel.i18n import N_, gettext, label, ngettext
from community.walking_teaching import services
from community.walking_teaching.forms.arrangements import (
    ArrangementForm,
    ChangeForm,
    EndForm,
    term_name,
)
from community.walking_teaching.forms.visits import PlainForm
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.queries.arrangements import ArrangementFilter
from community.walking_teaching.rules import ARRANGED_KINDS, FULL_TIME_KINDS
from community.walking_teaching.services.reach import editable_arrangement
from community.walking_teaching.views.blueprint import blueprint
from community.web import navigation
from community.web.forms import Form, answer_form
from community.web.security import requires

VIEW, EDIT = Permission.TIMETABLE_VIEW, Permission.ACTIVITY_REPORT
_FILTERS = ("q", "kind", "term", "state")

navigation.add(
    N_("Walking-teaching arrangements"),
    "walking_teaching.arrangements",
    VIEW,
    group=N_("Registers"),
    icon="calendar",
    order=330,
)


@blueprint.get("/walking-teaching/arrangements")
@requires(VIEW)
def arrangements() -> ResponseReturnValue:
    """The arrangements within reach, the latest first."""
    given = {key: request.args.get(key, "")[:100] for key in _FILTERS}
    page = services.list_arrangements(
        ArrangementFilter.read(given),
        actor=current_user,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    log_view_of_people(current_user.county_id)
    return render_template(
        "walking_teaching/arrangements.html",
        page=page,
        given=given,
        kinds=[(kind.value, label(kind)) for kind in ARRANGED_KINDS],
        terms=[(str(term.id), term_name(term)) for term in services.terms_to_choose()],
        may_edit=permission_is_held(current_user, EDIT),
    )


@blueprint.get("/walking-teaching/arrangements/<int:arrangement_id>")
@requires(VIEW)
def arrangement(arrangement_id: int) -> ResponseReturnValue:
    """One arrangement: its timetable, its visits and what became of them."""
    opened = services.open_arrangement(arrangement_id, actor=current_user)
    log_view_of_people(opened.arrangement.county_id)
    term = services.draft_of(opened.arrangement).term
    return render_template("walking_teaching/arrangement.html", opened=opened, term=term_name(term))


# --- entering -----------------------------------------------------------------------------------


@blueprint.get("/walking-teaching/arrangements/new")
@requires(EDIT)
def new_arrangement() -> ResponseReturnValue:
    """The form for a new arrangement."""
    form = _offered(ArrangementForm(formdata=None))
    form.begin()
    return _new_page(form)


@blueprint.post("/walking-teaching/arrangements/new")
@requires(EDIT)
def create_arrangement() -> ResponseReturnValue:
    """Enter an arrangement; next its visits are looked at."""
    form = _offered(ArrangementForm())
    return answer_form(
        form,
        lambda: services.create_arrangement(
            form.draft(), actor=current_user, form_key=form.form_key.data
        ),
        page=lambda: _new_page(form),
        done=_entered,
    )


def _offered(form: ArrangementForm) -> ArrangementForm:
    must_send = POLICY[EDIT][current_user.role] is Reach.SCHOOLS
    form.offer(services.offer(actor=current_user), current_user.school_ids, must_send=must_send)
    return form


def _new_page(form: ArrangementForm) -> str:
    form.renew_key()
    return render_template(
        "walking_teaching/new_arrangement.html",
        form=form,
        teachers=services.known_teachers(actor=current_user),
        full_time=FULL_TIME_KINDS,
    )


def _entered(found: WalkingTeachingArrangement) -> ResponseReturnValue:
    flash(gettext(N_("The arrangement is entered.")), "success")
    page = "walking_teaching.plan" if found.slots else "walking_teaching.arrangement"
    return redirect(url_for(page, arrangement_id=found.id))


# --- its visits ---------------------------------------------------------------------------------


@blueprint.get("/walking-teaching/arrangements/<int:arrangement_id>/plan")
@requires(EDIT)
def plan(arrangement_id: int) -> ResponseReturnValue:
    """What planning the visits would come to: how many a month, and the days left out."""
    return _plan_page(PlainForm(formdata=None), arrangement_id)


@blueprint.post("/walking-teaching/arrangements/<int:arrangement_id>/plan")
@requires(EDIT)
def plan_visits(arrangement_id: int) -> ResponseReturnValue:
    """Plan them."""
    form = PlainForm()
    return answer_form(
        form,
        lambda: services.plan_visits(arrangement_id, actor=current_user),
        page=lambda: _plan_page(form, arrangement_id),
        done=lambda count: _planned(arrangement_id, count),
    )


def _plan_page(form: Form, arrangement_id: int) -> str:
    preview = services.preview_plan(arrangement_id, actor=current_user)
    return render_template("walking_teaching/plan.html", preview=preview, form=form)


def _planned(arrangement_id: int, count: int) -> ResponseReturnValue:
    text = ngettext("%(num)d visit is planned.", "%(num)d visits are planned.", count)
    flash(text if count else gettext(N_("The visits are planned already.")), "success")
    return redirect(url_for("walking_teaching.arrangement", arrangement_id=arrangement_id))


# --- changing -----------------------------------------------------------------------------------


@blueprint.get("/walking-teaching/arrangements/<int:arrangement_id>/edit")
@requires(EDIT)
def edit_arrangement(arrangement_id: int) -> ResponseReturnValue:
    """The form for changes from a day on."""
    found = editable_arrangement(arrangement_id, actor=current_user)
    return _change_page(ChangeForm.of(found), found)


@blueprint.post("/walking-teaching/arrangements/<int:arrangement_id>/edit")
@requires(EDIT)
def change_arrangement(arrangement_id: int) -> ResponseReturnValue:
    """Save them; the visits to come follow."""
    found, form = editable_arrangement(arrangement_id, actor=current_user), ChangeForm()
    form.offer_words()
    return answer_form(
        form,
        lambda: services.change_arrangement(
            arrangement_id,
            form.draft(found),
            holds_from=form.day,
            revision=form.revision.data,
            actor=current_user,
        ),
        page=lambda: _change_page(form, found),
        done=lambda done: _changed(arrangement_id, done),
    )


def _change_page(form: ChangeForm, found: WalkingTeachingArrangement) -> str:
    form.offer_words()
    return render_template(
        "walking_teaching/change_arrangement.html",
        form=form,
        arrangement=found,
        teachers=services.known_teachers(actor=current_user),
    )


def _changed(arrangement_id: int, done: services.Replanned) -> ResponseReturnValue:
    flash(
        gettext(
            N_(
                "The change is saved. Visits to come: %(added)s added, %(changed)s changed, "
                "%(dropped)s dropped."
            ),
            added=done.added,
            changed=done.changed,
            dropped=done.dropped,
        ),
        "success",
    )
    return redirect(url_for("walking_teaching.arrangement", arrangement_id=arrangement_id))


@blueprint.get("/walking-teaching/arrangements/<int:arrangement_id>/end")
@requires(EDIT)
def ending(arrangement_id: int) -> ResponseReturnValue:
    """The form that ends an arrangement before its time."""
    found = editable_arrangement(arrangement_id, actor=current_user)
    return _end_page(EndForm(formdata=None, revision=found.revision), found)


@blueprint.post("/walking-teaching/arrangements/<int:arrangement_id>/end")
@requires(EDIT)
def end_arrangement(arrangement_id: int) -> ResponseReturnValue:
    """End it; the open visits after its last day are cancelled."""
    found, form = editable_arrangement(arrangement_id, actor=current_user), EndForm()
    return answer_form(
        form,
        lambda: services.end_arrangement(
            arrangement_id,
            form.day,
            form.reason.data or "",
            revision=form.revision.data,
            actor=current_user,
        ),
        page=lambda: _end_page(form, found),
        done=lambda count: _ended(arrangement_id, count),
    )


def _end_page(form: Form, found: WalkingTeachingArrangement) -> str:
    return render_template("walking_teaching/end_arrangement.html", form=form, arrangement=found)


def _ended(arrangement_id: int, count: int) -> ResponseReturnValue:
    text = N_("The arrangement has its last day. Visits cancelled: %(count)s.")
    flash(gettext(text, count=count), "success")
    return redirect(url_for("walking_teaching.arrangement", arrangement_id=arrangement_id))
