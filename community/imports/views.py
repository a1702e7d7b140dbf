"""Imports on the web: hand files in, look at what they would change, confirm, take back."""

from io import BytesIO
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.imports import services
from community.imports.forms import (
    ACCEPTED,
    ConfirmForm,
    ImportDraft,
    ImportForm,
    chosen_schools,
    preview_place,
)
from community.imports.models import PendingImport
from community.imports.rules import PENDING_KEPT, PendingState, RowOutcome
from community.imports.sheets.templates import TEMPLATES, build_template
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError, StorageError
from community.kernel.i18n import N_, gettext
from community.kernel.workbook.limits import MAX_FILE_BYTES
from community.web import navigation
from community.web.files import answer_with
from community.web.security import accepts_up_to, own_transactions, requires

blueprint = Blueprint("imports", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BYTES: Final = MAX_FILE_BYTES + 2**20  # one file of the largest size, and its form

navigation.add(
    N_("Data import"), "imports.batches", Permission.IMPORT_RUN, icon="import", order=500
)


# --- handing in -------------------------------------------------------------------------------


@blueprint.get("/imports")
@requires(Permission.IMPORT_RUN)
def batches() -> ResponseReturnValue:
    """What waits for confirmation, and what was imported, newest first."""
    found = services.batch_page(
        actor=actor, after=request.args.get("after"), before=request.args.get("before")
    )
    waiting = services.open_imports(actor=actor)
    return render_template(
        "imports/batches.html",
        page=found.page,
        shared_ids=found.shared_ids,
        waiting=waiting,
        kept=PENDING_KEPT,
    )


@blueprint.get("/imports/new")
@requires(Permission.IMPORT_RUN)
def new_import() -> ResponseReturnValue:
    """The form that takes files, and the templates."""
    form = ImportForm(formdata=None)
    form.renew_key()
    return _new_page(form)


@blueprint.post("/imports/new")
@requires(Permission.IMPORT_RUN)
@own_transactions  # the files are put into the storage before the database is asked for anything
@accepts_up_to(_MOST_BYTES)
def stage_files() -> ResponseReturnValue:
    """Keep the files and have them read."""
    form = ImportForm()
    if not form.validate():
        return _new_page(form, 422)
    try:
        return _staged(form.draft())
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _new_page(form, 422)
    except StorageError as error:
        form.add_error(error, "files")
        return _new_page(form, 503)


def _staged(draft: ImportDraft) -> ResponseReturnValue:
    kept = services.keep_files(draft.files, actor=actor)
    with transaction():
        return _to(
            services.stage_files(
                kept, is_history=draft.is_history, form_key=draft.form_key, actor=actor
            )
        )


def _new_page(form: ImportForm, status: int = 200) -> Response:
    page = render_template(
        "imports/new.html", form=form, accepted=ACCEPTED, templates=TEMPLATES, kept=PENDING_KEPT
    )
    return make_response(page, status)


def _to(pending: PendingImport) -> ResponseReturnValue:
    return redirect(url_for("imports.pending", pending_id=pending.id))


@blueprint.get("/imports/templates/<name>.xlsx")
@requires(Permission.IMPORT_RUN)
def template(name: str) -> ResponseReturnValue:
    """An empty workbook to be filled in."""
    if name not in TEMPLATES:
        abort(404)
    content = build_template(name, services.county_names(actor=actor))
    return _workbook(content, f"{gettext(TEMPLATES[name][0])}.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=_XLSX, as_attachment=True, download_name=name)


# --- looking and confirming -------------------------------------------------------------------


@blueprint.get("/imports/pending/<int:pending_id>")
@requires(Permission.IMPORT_RUN)
def pending(pending_id: int) -> ResponseReturnValue:
    """Where the files stand: being read, to be checked, or imported."""
    found = services.pending_import(pending_id, actor=actor)
    if found.state is PendingState.IMPORTED:
        return redirect(url_for("imports.batch", batch_id=found.batch_id))
    job = services.job_of(found, actor=actor)
    if job is not None or found.preview is None:
        return render_template("imports/working.html", pending=found, job=job, kept=PENDING_KEPT)
    return render_template("imports/preview.html", **_preview(found))


def _preview(found: PendingImport) -> dict[str, Any]:
    preview = found.preview or {}
    number, show, at = preview_place(request.args)
    if not request.args.get("show") and request.args.get("sheet") is None:
        show = RowOutcome.FAULTY if services.count_of(preview, RowOutcome.FAULTY) else None
        number = _first_sheet(preview, show)
    has_rows = bool(preview["sheets"])
    return {
        "pending": found,
        "preview": preview,
        "number": number,
        "show": show,
        "page": services.preview_page(found, number, show, at) if has_rows else None,
        "fault_count": services.fault_count(preview),
        "totals": {outcome: services.count_of(preview, outcome) for outcome in RowOutcome},
        "kept": PENDING_KEPT,
    }


def _first_sheet(preview: dict[str, Any], show: RowOutcome | None) -> int:
    """The first sheet that has rows of this outcome."""
    having = (n for n, sheet in enumerate(preview["sheets"]) if sheet["counts"].get(show, 0))
    return next(having, 0)


@blueprint.post("/imports/pending/<int:pending_id>/schools")
@requires(Permission.IMPORT_RUN)
def choose_schools(pending_id: int) -> ResponseReturnValue:
    """Say which school a name means, and read again."""
    chosen = chosen_schools(request.form)
    return _to(services.choose_schools(pending_id, chosen, actor=actor))


@blueprint.post("/imports/pending/<int:pending_id>/confirm")
@requires(Permission.IMPORT_RUN)
def confirm(pending_id: int) -> ResponseReturnValue:
    """Import what the preview shows."""
    reading = ConfirmForm().reading.data or 0
    return _to(services.confirm_import(pending_id, reading, actor=actor))


@blueprint.post("/imports/pending/<int:pending_id>/retry")
@requires(Permission.IMPORT_RUN)
def retry(pending_id: int) -> ResponseReturnValue:
    """Read the files again."""
    return _to(services.retry_import(pending_id, actor=actor))


@blueprint.post("/imports/pending/<int:pending_id>/discard")
@requires(Permission.IMPORT_RUN)
def discard(pending_id: int) -> ResponseReturnValue:
    """Give the files up."""
    services.discard_import(pending_id, actor=actor)
    flash(gettext(N_("The files are removed; nothing of them was imported.")), "success")
    return redirect(url_for("imports.batches"))


@blueprint.get("/imports/pending/<int:pending_id>/files/<int:number>")
@requires(Permission.IMPORT_RUN)
def marked_file(pending_id: int, number: int) -> ResponseReturnValue:
    """One's own file, with the faults marked."""
    name, file = services.marked_file(pending_id, number, actor=actor)
    return answer_with(file, media_type=_XLSX, name=name)


# --- batches ----------------------------------------------------------------------------------


@blueprint.get("/imports/<int:batch_id>")
@requires(Permission.IMPORT_RUN)
def batch(batch_id: int) -> ResponseReturnValue:
    """What one import brought."""
    details = services.batch_details(batch_id, actor=actor)
    return render_template("imports/batch.html", details=details, batch=details.batch)


@blueprint.get("/imports/<int:batch_id>/undo")
@requires(Permission.IMPORT_UNDO)
def undo(batch_id: int) -> ResponseReturnValue:
    """What taking an import back would do, and whether it is possible."""
    details = services.batch_details(batch_id, actor=actor)
    return render_template("imports/undo.html", details=details, batch=details.batch)


@blueprint.post("/imports/<int:batch_id>/undo")
@requires(Permission.IMPORT_UNDO)
def undo_batch(batch_id: int) -> ResponseReturnValue:
    """Take an import back."""
    job = services.request_undo(batch_id, actor=actor)
    return redirect(url_for("jobs.job", job_id=job.id))
