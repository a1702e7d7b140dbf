"""What becomes of a visit, and the page on which the visits of a week are reported."""

from datetime import date, timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.journal.views import log_view_of_people
from community.kernel import clock
from community.kernel.errors import AccessDeniedError, NotFoundError
from community.kernel.i18n import N_, gettext, ngettext
from community.walking_teaching import services
from community.walking_teaching.forms.visits import (
    FORMS,
    USUAL_REASONS,
    MoveForm,
    SubstituteForm,
    TaughtForm,
)
from community.walking_teaching.queries.visits import VisitRow
from community.walking_teaching.rules import VisitMove, may_turn, monday_of
from community.walking_teaching.views.blueprint import blueprint
from community.web.forms import Form, answer_form
from community.web.security import requires

EDIT = Permission.ACTIVITY_REPORT
_MOVES: Final = "any(cancel, substitute, move, restore)"
_DONE: Final = {
    VisitMove.CANCEL: N_("The visit is cancelled."),
    VisitMove.SUBSTITUTE: N_("The substitute is entered."),
    VisitMove.MOVE: N_("The visit is moved."),
    VisitMove.RESTORE: N_("The visit is planned again."),
}


@blueprint.get(f"/walking-teaching/visits/<int:visit_id>/<{_MOVES}:move>")
@requires(EDIT)
def visit_form(visit_id: int, move: str) -> ResponseReturnValue:
    """The form that moves a visit: cancel, substitute, another day, plan again."""
    found = _editable(visit_id)
    if not may_turn(found.state, VisitMove(move)):
        return _back(found)
    return _page(FORMS[VisitMove(move)](formdata=None), found, move)


@blueprint.post(f"/walking-teaching/visits/<int:visit_id>/<{_MOVES}:move>")
@requires(EDIT)
def turn_visit(visit_id: int, move: str) -> ResponseReturnValue:
    """Do it."""
    found, form = _editable(visit_id), FORMS[VisitMove(move)]()
    return answer_form(
        form,
        lambda: _turn(found, VisitMove(move), form),
        page=lambda: _page(form, found, move),
        done=lambda _done: _turned(found, VisitMove(move)),
    )


def _turn(found: VisitRow, move: VisitMove, form: Any) -> None:
    reason = form.reason.data or "" if "reason" in form else ""
    if isinstance(form, SubstituteForm):
        name, number = form.teacher_name.data or "", form.staff_number.data or ""
        services.substitute_visit(found.id, reason, name, number, actor=current_user)
    elif isinstance(form, MoveForm):
        lessons = form.lessons.data or ""
        services.move_visit(found.id, reason, form.day, lessons, actor=current_user)
    elif move is VisitMove.CANCEL:
        services.cancel_visit(found.id, reason, actor=current_user)
    else:
        services.restore_visit(found.id, actor=current_user)


def _editable(visit_id: int) -> VisitRow:
    found = services.visit(visit_id, actor=current_user)
    if not found.may_edit:
        raise AccessDeniedError
    return found


def _page(form: Form, found: VisitRow, move: str) -> str:
    return render_template(
        "walking_teaching/visit.html",
        form=form,
        visit=found,
        move=move,
        reasons=[gettext(reason) for reason in USUAL_REASONS],
        teachers=services.known_teachers(actor=current_user) if move == "substitute" else (),
    )


def _turned(found: VisitRow, move: VisitMove) -> ResponseReturnValue:
    flash(gettext(_DONE[move]), "success")
    return _back(found)


def _back(found: VisitRow) -> ResponseReturnValue:
    return redirect(
        url_for("walking_teaching.arrangement", arrangement_id=found.arrangement_id)
        + f"#visit-{found.id}"
    )


# --- reporting a week ---------------------------------------------------------------------------


@blueprint.get("/walking-teaching/taught")
@requires(EDIT)
def taught() -> ResponseReturnValue:
    """The visits of a week that wait to be reported, to be checked before they are."""
    return _taught_page(TaughtForm(formdata=None), asked_day())


@blueprint.post("/walking-teaching/taught")
@requires(EDIT)
def report_taught() -> ResponseReturnValue:
    """Report those that were chosen, all or none."""
    form, day = TaughtForm(), asked_day()
    return answer_form(
        form,
        lambda: services.report_taught(form.taught(), actor=current_user),
        page=lambda: _taught_page(form, day),
        done=lambda count: _reported(day, count),
    )


def asked_day() -> date:
    """The day of the address (`week`); today without one that can be read."""
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        return clock.today()
    if not 1950 <= day.year <= 2200:
        raise NotFoundError
    return day


def _taught_page(form: TaughtForm, day: date) -> str:
    monday = monday_of(day)
    sunday = monday + timedelta(days=6)
    log_view_of_people(current_user.county_id)
    return render_template(
        "walking_teaching/taught.html",
        form=form,
        visits=services.visits_to_report(monday, sunday, actor=current_user),
        monday=monday,
        sunday=sunday,
    )


def _reported(day: date, count: int) -> ResponseReturnValue:
    text = ngettext(
        "%(num)d visit is reported. The receiving schools are asked to confirm it.",
        "%(num)d visits are reported. The receiving schools are asked to confirm them.",
        count,
    )
    flash(text if count else gettext(N_("These visits are reported already.")), "success")
    return redirect(url_for("walking_teaching.weeks", week=monday_of(day).isoformat()))
