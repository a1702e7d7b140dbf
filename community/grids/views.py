"""The page of a table, what is answered to it, and how it is saved while it is filled in."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.activities.rules import Sheet
from community.activities.rules.entries import EntryOnFile
from community.grids import services
from community.grids.forms import GridForm, read_json
from community.grids.rules import GRID_BYTES, MOST_ROWS, GridFault, GridFaultsError
from community.grids.services import LABELS, LONG, SHORT, GridPage, ReportedGrid
from community.kernel.clock import SHANGHAI
from community.kernel.database import transaction
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, gettext, ngettext
from community.web import navigation
from community.web.security import accepts_up_to, own_transactions, prefers_json, requires

blueprint = Blueprint("grids", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
_TABLE: Final = "/activities/grid/<uuid:form_key>"

navigation.add(
    N_("Many records at once"),
    "grids.grid",
    Permission.ACTIVITY_REPORT,
    icon="ledger",
    order=35,
)


@blueprint.get("/activities/grid")
@requires(Permission.ACTIVITY_REPORT)
def grid() -> ResponseReturnValue:
    """The table of one kind that was saved last, or an empty one."""
    sheet, code = _sheet(), request.args.get("community", "")[:40]
    if not request.args.get("new"):
        begun = services.latest_table(sheet, code, actor=actor)
        if begun is not None:
            return redirect(url_for("grids.table", form_key=begun))
    page = services.grid_page(sheet, code, actor=actor)
    form = GridForm(formdata=None)
    form.community.data = page.chosen.code if page.chosen else ""
    return _page(page, form)


# --- saving it ----------------------------------------------------------------------------------


@blueprint.get(_TABLE)
@requires(Permission.ACTIVITY_REPORT)
def table(form_key: UUID) -> ResponseReturnValue:
    """A saved table, to go on with."""
    if services.is_reported(str(form_key), actor=actor):
        return _done(ReportedGrid(0, is_repeated=True), "")
    saved = services.saved_table(str(form_key), actor=actor)
    form = GridForm(formdata=None)
    form.show(saved)
    page = services.grid_page(saved.content.sheet, form.community.data or "", actor=actor)
    return _page(page, form, saved=saved)


@blueprint.post(_TABLE)
@requires(Permission.ACTIVITY_REPORT)
@own_transactions
@accepts_up_to(GRID_BYTES)
def save_table(form_key: UUID) -> ResponseReturnValue:
    """Save a table whatever its faults, and say when: to its page as JSON, or on the page."""
    form, is_json = GridForm(), prefers_json(request)
    if not is_json and services.is_reported(str(form_key), actor=actor):
        return _done(ReportedGrid(0, is_repeated=True), "")
    form.form_key.data = str(form_key)
    try:
        saved = _save(form)
    except StaleWriteError as stale:
        return _stale(form, stale, is_json=is_json)
    except RuleViolationError as error:
        return _refused(form, error, is_json=is_json)
    said = gettext(N_("Saved at %(time)s"), time=_time_of(saved))
    if is_json:
        return jsonify(message=said, revision=saved.revision)
    flash(said, "success")
    return redirect(url_for("grids.table", form_key=form_key))


def _save(form: GridForm) -> EntryOnFile:
    with transaction():
        return services.save_table(_sheet(), form.form_key.data or "", form.typed, actor=actor)


def _stale(form: GridForm, stale: StaleWriteError, *, is_json: bool) -> ResponseReturnValue:
    """Another page has saved the table in the meantime: both versions, and neither is lost."""
    if is_json:
        return _stale_json()
    form.show_versions(stale)
    return _page(_page_of(form), form), 409


def _stale_json() -> ResponseReturnValue:
    said = gettext(
        N_(
            "This table has been changed in another window or on another device. Look at both "
            "versions, then decide which one to keep."
        )
    )
    return jsonify(message=said, is_stale=True, faults=[]), 409


def _refused(
    form: GridForm, error: RuleViolationError, *, is_json: bool = False
) -> ResponseReturnValue:
    if is_json:
        return jsonify(message=str(error), faults=[]), 422
    form.add_error(error, error.field)
    faults = error.faults if isinstance(error, GridFaultsError) else ()
    return _page(_page_of(form), form, faults), 422


# --- reporting it -------------------------------------------------------------------------------


@blueprint.post("/activities/grid")
@requires(Permission.ACTIVITY_REPORT)
@own_transactions
@accepts_up_to(GRID_BYTES)
def report() -> ResponseReturnValue:
    """Report a table: as JSON from the page's own table, or pasted into its one field."""
    if request.is_json:
        return _report_json()
    form = GridForm()
    if not form.validate():
        return _page(_page_of(form), form), 422
    try:
        done = _report_pasted(form)
    except StaleWriteError as stale:
        return _stale(form, stale, is_json=False)
    except RuleViolationError as error:
        return _refused(form, error)
    return _done(done, form.community.data or "")


def _report_pasted(form: GridForm) -> ReportedGrid:
    """Report what was pasted, once it is saved: then it is kept, whatever its faults."""
    sheet = _sheet()
    sent = form.draft(services.KINDS[sheet])
    if not services.is_reported(sent.form_key, actor=actor):
        form.carry(saved := _save(form))
        sent = replace(sent, revision=saved.revision)
    with transaction():
        return services.report_grid(sheet, sent, actor=actor)


def _report_json() -> ResponseReturnValue:
    try:
        sent = read_json(request.get_json(silent=True))
        with transaction():
            done = services.report_grid(_sheet(), sent, actor=actor)
    except GridFaultsError as error:
        faults = [{"row": one.row, "key": one.key, "message": one.message} for one in error.faults]
        return jsonify({"message": str(error), "faults": faults}), 422
    except StaleWriteError:
        return _stale_json()
    except RuleViolationError as error:
        return jsonify({"message": str(error), "faults": []}), 422
    flash(_said(done), "success")
    return jsonify({"url": url_for("activities.activities", community=sent.community)})


def _done(done: ReportedGrid, code: str) -> ResponseReturnValue:
    """The way to the records of a table that has been reported."""
    flash(_said(done), "success")
    return redirect(url_for("activities.activities", community=code or None))


def _said(done: ReportedGrid) -> str:
    if done.is_repeated:
        return gettext(N_("This table had been reported already; nothing was added twice."))
    return ngettext(
        "%(num)s record is reported. The receiving schools are asked to confirm it.",
        "%(num)s records are reported. The receiving schools are asked to confirm them.",
        done.count,
    )


# --- the page -----------------------------------------------------------------------------------


def _sheet() -> Sheet:
    text = request.args.get("sheet", Sheet.SHARED_TEACHING.value)
    if text not in tuple(Sheet):
        raise NotFoundError
    return Sheet(text)


def _page_of(form: GridForm) -> GridPage:
    return services.grid_page(_sheet(), form.community.data or "", actor=actor)


def _time_of(saved: EntryOnFile) -> str:
    return f"{saved.saved_at.astimezone(SHANGHAI):%H:%M}"


def _page(
    page: GridPage,
    form: GridForm,
    faults: tuple[GridFault, ...] = (),
    saved: EntryOnFile | None = None,
) -> str:
    return render_template(
        "grids/grid.html",
        page=page,
        form=form,
        faults=faults,
        saved=saved,
        saved_at=_time_of(saved) if saved else None,
        columns=_columns(page),
        labels={key: gettext(text) for key, text in LABELS.items()},
        sheets=Sheet,
        most_rows=MOST_ROWS,
    )


def _columns(page: GridPage) -> list[dict[str, Any]]:
    """The columns as the page's script knows them."""
    offered = {"provider": page.schools, "receivers": page.schools, **page.kind.words}
    return [
        {
            "key": key,
            "label": gettext(LABELS[key]),
            "names": page.kind.names.get(key, ()),
            "words": list(offered.get(key, ())),
            "required": key in page.kind.required,
            "width": "is-short" if key in SHORT else "is-long" if key in LONG else "",
        }
        for key in page.kind.keys
    ]
