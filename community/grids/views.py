"""The page of a table, and what is answered to it."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.activities.rules import Sheet
from community.grids import services
from community.grids.forms import GridForm, read_json
from community.grids.rules import GRID_BYTES, MOST_ROWS, GridFault, GridFaultsError
from community.grids.services import LABELS, LONG, SHORT, GridPage, ReportedGrid
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, gettext, ngettext
from community.web import navigation
from community.web.security import accepts_up_to, requires

blueprint = Blueprint("grids", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it

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
    """An empty table of one kind, for one community."""
    page = services.grid_page(_sheet(), request.args.get("community", "")[:40], actor=actor)
    form = GridForm(formdata=None)
    form.community.data = page.chosen.code if page.chosen else ""
    return _page(page, form, ())


@blueprint.post("/activities/grid")
@requires(Permission.ACTIVITY_REPORT)
@accepts_up_to(GRID_BYTES)
def report() -> ResponseReturnValue:
    """Report a table: as JSON from the page's own table, or pasted into its one field."""
    if request.is_json:
        return _report_json()
    form = GridForm()
    if not form.validate():
        return _page(_page_of(form), form, ()), 422
    try:
        sheet = _sheet()
        done = services.report_grid(sheet, form.draft(services.KINDS[sheet]), actor=actor)
    except GridFaultsError as error:
        form.add_error(error)
        return _page(_page_of(form), form, error.faults), 422
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _page(_page_of(form), form, ()), 422
    flash(_said(done), "success")
    return redirect(url_for("activities.activities", community=form.community.data))


def _report_json() -> ResponseReturnValue:
    try:
        grid = read_json(request.get_json(silent=True))
        done = services.report_grid(_sheet(), grid, actor=actor)
    except GridFaultsError as error:
        faults = [{"row": one.row, "key": one.key, "message": one.message} for one in error.faults]
        return jsonify({"message": str(error), "faults": faults}), 422
    except RuleViolationError as error:
        return jsonify({"message": str(error), "faults": []}), 422
    flash(_said(done), "success")
    return jsonify({"url": url_for("activities.activities", community=grid.community)})


def _said(done: ReportedGrid) -> str:
    if done.is_repeated:
        return gettext(N_("This table had been reported already; nothing was added twice."))
    return ngettext(
        "%(num)s record is reported. The receiving schools are asked to confirm it.",
        "%(num)s records are reported. The receiving schools are asked to confirm them.",
        done.count,
    )


def _sheet() -> Sheet:
    text = request.args.get("sheet", Sheet.SHARED_TEACHING.value)
    if text not in tuple(Sheet):
        raise NotFoundError
    return Sheet(text)


def _page_of(form: GridForm) -> GridPage:
    return services.grid_page(_sheet(), form.community.data or "", actor=actor)


def _page(page: GridPage, form: GridForm, faults: tuple[GridFault, ...]) -> str:
    return render_template(
        "grids/grid.html",
        page=page,
        form=form,
        faults=faults,
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
