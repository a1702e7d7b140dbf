"""The week of a teacher, of a school or of all within reach; and the next term."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission, permission_is_held
from community.journal.views import log_view_of_people
from community.kernel.i18n import N_, gettext, ngettext
from community.walking_teaching.forms.arrangements import term_name
from community.walking_teaching.forms.visits import RollOverForm
from community.walking_teaching.services.rolling import preview_roll_over, roll_over
from community.walking_teaching.services.weeks import week_shown
from community.walking_teaching.views.blueprint import blueprint
from community.walking_teaching.views.visits import asked_day
from community.web import navigation
from community.web.forms import answer_form
from community.web.security import requires

VIEW, EDIT = Permission.TIMETABLE_VIEW, Permission.ACTIVITY_REPORT

navigation.add(
    N_("Walking-teaching timetable"),
    "walking_teaching.weeks",
    VIEW,
    group=N_("Registers"),
    icon="calendar",
    order=325,
)


@blueprint.get("/walking-teaching/weeks")
@requires(VIEW)
def weeks() -> ResponseReturnValue:
    """One week, as a grid to be printed and, on a phone, day by day."""
    given = {key: request.args.get(key, "").strip()[:100] for key in ("teacher", "school")}
    shown = week_shown(asked_day(), given["teacher"], given["school"], actor=current_user)
    log_view_of_people(current_user.county_id)
    return render_template(
        "walking_teaching/week.html",
        shown=shown,
        given=given,
        kept={key: value for key, value in given.items() if value},
        term=term_name(shown.term) if shown.term else None,
        may_edit=permission_is_held(current_user, EDIT),
    )


# --- the next term ------------------------------------------------------------------------------


@blueprint.get("/walking-teaching/roll-over")
@requires(EDIT)
def next_term() -> ResponseReturnValue:
    """Which arrangements of a term go on in the next one, and which do not and why."""
    asked = request.args.get("term", "")
    return _page(RollOverForm(formdata=None), int(asked) if _is_number(asked) else None)


@blueprint.post("/walking-teaching/roll-over")
@requires(EDIT)
def take_over() -> ResponseReturnValue:
    """Take the chosen ones over, with their visits."""
    form = RollOverForm()
    typed = form.term.data or ""
    term_id = int(typed) if _is_number(typed) else 0
    return answer_form(
        form,
        lambda: roll_over(term_id, form.arrangements.data or (), actor=current_user),
        page=lambda: _page(form, term_id),
        done=_taken_over,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _page(form: RollOverForm, term_id: int | None) -> str:
    preview = preview_roll_over(term_id, actor=current_user)
    form.term.data = str(preview.term.id)
    return render_template(
        "walking_teaching/roll_over.html", preview=preview, form=form, term_name=term_name
    )


def _taken_over(count: int) -> ResponseReturnValue:
    text = ngettext(
        "%(num)d arrangement is taken over, with its visits.",
        "%(num)d arrangements are taken over, with their visits.",
        count,
    )
    flash(text if count else gettext(N_("These arrangements were taken over already.")), "success")
    return redirect(url_for("walking_teaching.arrangements"))
