"""What is done with a record: the page of one move, and one move with several records."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Permission
from community.activities import services
from community.activities.forms.deciding import (
    ConfirmationForm,
    DecisionForm,
    GoodsOnBehalfForm,
    MoveForm,
    OnBehalfForm,
    ReturnForm,
    decision_form,
    goods_on_behalf_form,
)
from community.activities.models import Activity
from community.activities.queries.lists import Confirmed
from community.activities.rules import Move, Receipt, Side
from community.activities.services import ActivityRecord, RefusedTogetherError, together
from community.activities.views.records import OWN_PAGES, activity_url, blueprint
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, gettext, ngettext
from community.web.forms import Form, answer_form
from community.web.security import requires

_DONE: Final = {
    Move.SUBMIT: N_("The record is reported again."),
    Move.CONFIRM: N_("The record is confirmed. For 24 hours you can take that back."),
    Move.REVOKE: N_("The confirmation is taken back."),
    Move.RETURN: N_("The record is returned. The reporting school sees why."),
    Move.WITHDRAW: N_("The record is withdrawn. It is no longer reported."),
    Move.RESTORE: N_("The record is reported again."),
    Move.CHECK: N_("The record is checked."),
    Move.UNCHECK: N_("The check is taken back."),
    Move.DISALLOW: N_("The record is disallowed. From now on it does not count."),
    Move.ALLOW: N_("The disallowing is taken back."),
}


@blueprint.get("/activities/<int:activity_id>/<move>")
@requires(Permission.ACTIVITY_VIEW)
def decision(activity_id: int, move: str) -> ResponseReturnValue:
    """The page on which a move is made with a record, with its reason."""
    record = services.activity_record(activity_id, actor=current_user)
    wanted = _move(move)
    if wanted not in record.moves:
        return redirect(activity_url(activity_id, record.row.sheet))
    own_page = OWN_PAGES.get((record.row.sheet, wanted))
    if own_page is not None and record.side is Side.RECEIVING:
        return redirect(url_for(own_page, activity_id=activity_id))
    offered = record.to_confirm if wanted is Move.CONFIRM else record.to_revoke
    return _decision_page(
        record, wanted, _form(record, wanted, record.side, offered, formdata=None)
    )


@blueprint.post("/activities/<int:activity_id>/<move>")
@requires(Permission.ACTIVITY_VIEW)
def decide(activity_id: int, move: str) -> ResponseReturnValue:
    """Make the move."""
    wanted = _move(move)
    _found, side = services.open_to_move(activity_id, wanted, actor=current_user)
    record = services.activity_record(activity_id, actor=current_user)
    form = _form(record, wanted, side, record.row.receivers)
    return answer_form(
        form,
        partial(_make, activity_id, wanted, side, form),
        page=partial(_decision_page, record, wanted, form),
        done=lambda found: _moved(found, wanted),
    )


def _form(
    record: ActivityRecord,
    move: Move,
    side: Side | None,
    offered: Sequence[Confirmed],
    **options: Any,
) -> MoveForm:
    """The form of a move, on which these schools can be chosen."""
    form = decision_form(move, side, **options)
    if isinstance(form, OnBehalfForm):
        schools = [one.school_id for one in offered]
        lines_at = services.lines_at(record.row.id, record.row.sheet, schools)
        form = goods_on_behalf_form(lines_at, **options) if lines_at else form
    if isinstance(form, ConfirmationForm):
        form.offer([(receiver.school_id, receiver.name) for receiver in offered])
    return form


def _make(activity_id: int, move: Move, side: Side, form: MoveForm) -> Activity:
    if isinstance(form, OnBehalfForm) and move is Move.CONFIRM and side is Side.DISTRICT:
        return services.confirm_on_behalf(
            activity_id,
            form.school_ids.data or (),
            form.paper.data or "",
            form.reason.data or "",
            actor=current_user,
            received=form.received(activity_id) if isinstance(form, GoodsOnBehalfForm) else {},
        )
    if isinstance(form, ConfirmationForm):
        answer = services.confirm if move is Move.CONFIRM else services.revoke
        schools = form.school_ids.data or ()
        return [answer(activity_id, school, actor=current_user) for school in schools][-1]
    reason = form.whole if isinstance(form, ReturnForm) else _reason(form)
    return services.decide(activity_id, move, reason, actor=current_user)


def _reason(form: MoveForm) -> str:
    return form.reason.data or "" if isinstance(form, DecisionForm) else ""


def _moved(found: Activity, move: Move) -> ResponseReturnValue:
    flash(gettext(_DONE[move]), "success")
    return redirect(activity_url(found.id, found.sheet))


def _move(text: str) -> Move:
    if text not in tuple(Move):
        raise NotFoundError
    return Move(text)


def _decision_page(record: ActivityRecord, move: Move, form: MoveForm) -> str:
    return render_template("activities/decision.html", record=record, move=move, form=form)


# --- several at once --------------------------------------------------------------------------


@blueprint.get("/activities/together/<move>")
@requires(Permission.ACTIVITY_VIEW)
def together_page(move: str) -> ResponseReturnValue:
    """Exactly what would be done with the records that were ticked."""
    receipts = _receipts(request.args.getlist("record"))
    if not receipts:
        flash(gettext(N_("Tick the records first.")), "warning")
        return redirect(url_for("pages.home"))
    return _together_page(_move(move), receipts)


@blueprint.post("/activities/together/<move>")
@requires(Permission.ACTIVITY_VIEW)
def move_together(move: str) -> ResponseReturnValue:
    """Do it with all of them, or with none."""
    wanted, receipts = _move(move), _receipts(request.form.getlist("record"))
    in_full = _receipts(request.form.getlist("in_full"))
    form = Form()
    shown = partial(_together_page, wanted, receipts, in_full)
    if not form.validate():
        return shown(), 422
    try:
        count = services.move_together(wanted, receipts, in_full, actor=current_user)
    except RefusedTogetherError as error:
        return shown(error), 409
    except RuleViolationError as error:
        return shown(error), 422
    flash(_done_together(wanted, count), "success")
    if left := len(receipts) - count:
        flash(_left_open(left), "warning")
    return redirect(url_for("pages.home"))


def _done_together(move: Move, count: int) -> str:
    if move is Move.CHECK:
        return ngettext("%(num)s record is checked.", "%(num)s records are checked.", count)
    return ngettext(
        "%(num)s record is confirmed. For 24 hours you can take that back.",
        "%(num)s records are confirmed. For 24 hours you can take that back.",
        count,
    )


def _left_open(count: int) -> str:
    return ngettext(
        "%(num)s transfer still waits: open it and count what arrived.",
        "%(num)s transfers still wait: open them and count what arrived.",
        count,
    )


def _together_page(
    move: Move,
    receipts: Sequence[Receipt],
    in_full: Sequence[Receipt] = (),
    error: RuleViolationError | None = None,
) -> str:
    lines, gone = together.lines_of(move, receipts, actor=current_user)
    return render_template(
        "activities/together.html", move=move, lines=lines, gone=gone, in_full=in_full, error=error
    )


def _receipts(given: Sequence[str]) -> list[Receipt]:
    """What was ticked: a record's number, and a school's where it is confirmed for one."""
    found = []
    for text in dict.fromkeys(given):
        number, _, school = text.partition("-")
        if number.isdecimal() and (school or "0").isdecimal() and len(text) <= 20:
            found.append((int(number), int(school or 0)))
    return found
