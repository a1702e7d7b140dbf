"""The form on which an activity is entered: saved while it is typed, checked, and reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.activities import services
from community.activities.forms.entry import (
    EntryForm,
    EntryKind,
    ReportForm,
    as_sent,
    entry_kind,
    number_of,
    read_content,
    typed_of,
)
from community.activities.models import Activity
from community.activities.rules import Report, Sheet
from community.activities.rules.entries import MANY_SCHOOLS, EntryOnFile, Typed
from community.activities.services import entries
from community.activities.views.records import activity_url, blueprint
from community.evidence.rules import FORM_WITH_FILES_BYTES
from community.kernel import clock
from community.kernel.clock import SHANGHAI
from community.kernel.database import transaction
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, gettext
from community.web.security import accepts_up_to, own_transactions, requires

actor: Actor = current_user  # a proxy; guarded views have somebody behind it
_NO_FIELDS: Final[Typed] = {}
_ENTRY: Final = "/entries/<uuid:form_key>"


@dataclass(frozen=True)
class Opened:
    """A form as a page shows it; `saved` is None before it was saved for the first time."""

    kind: EntryKind
    form_key: str
    saved: EntryOnFile | None = None
    replaces_id: int | None = None
    is_repetition: bool = False


# --- a new form ---------------------------------------------------------------------------------


def start_entry(sheet: Sheet) -> ResponseReturnValue:
    """An empty form of a ledger, begun with what the actor reported last."""
    kind = entry_kind(sheet)
    latest = entries.latest_reported(sheet, actor=actor)
    begun = {"held_on": [clock.today().isoformat()]}
    if latest is not None:
        typed = typed_of(latest, ())
        begun |= {name: typed[name] for name in ("community", "provider", "mode", "kind")}
    if community := _only_community(begun):
        begun["community"] = [community]
    begun.setdefault("provider", [str(actor.school_id or "")])
    return _page(Opened(kind, str(uuid4())), _filled(kind, begun))


def _only_community(begun: Mapping[str, Sequence[str]]) -> str:
    """The community that the address names, or the only one that there is."""
    ids = sorted(actor.community_ids)
    wanted = number_of(request.args.get("community"))
    if wanted in ids:
        return str(wanted)
    return str(ids[0]) if len(ids) == 1 and "community" not in begun else ""


@blueprint.get("/activities/<int:activity_id>/repeat")
@requires(Permission.ACTIVITY_REPORT)
def repeat_entry(activity_id: int) -> ResponseReturnValue:
    """A new form with the values of a record, but for its evidence.

    Its day stays while one entry follows the other; on a later day the form begins with today.
    """
    record = services.activity_record(activity_id, actor=actor)
    kind, today = entry_kind(record.row.sheet), clock.today()
    typed = dict(_typed_of_record(record))
    if clock.day_of(record.activity.recorded_at) != today:
        typed["held_on"] = [today.isoformat()]
    return _page(Opened(kind, str(uuid4()), is_repetition=True), _filled(kind, typed))


@blueprint.get("/activities/<int:activity_id>/correct")
@requires(Permission.ACTIVITY_REPORT)
def correct_entry(activity_id: int) -> ResponseReturnValue:
    """A form with the values of a returned record, to be reported again in its place."""
    begun = entries.correction_of(activity_id, actor=actor)
    if begun is not None:
        return redirect(url_for("activities.entry", form_key=begun))
    record = services.activity_record(activity_id, actor=actor)
    kind = entry_kind(record.row.sheet)
    references = entries.references_of(activity_id)
    typed = {**_typed_of_record(record), "references": ["\n".join(references)]}
    form = _filled(kind, typed)
    form.replaces.data = activity_id
    return _page(Opened(kind, str(uuid4()), replaces_id=activity_id), form)


def _typed_of_record(record: services.ActivityRecord) -> Typed:
    receiver_ids = [receiver.school_id for receiver in record.row.receivers]
    own = entry_kind(record.row.sheet).typed(record.row.id)
    return {**typed_of(record.activity, receiver_ids), **own}


# --- filling it in ------------------------------------------------------------------------------


@blueprint.get(_ENTRY)
@requires(Permission.ACTIVITY_REPORT)
def entry(form_key: UUID) -> ResponseReturnValue:
    """A saved form, to go on with."""
    opened = _opened(form_key)
    if not isinstance(opened, Opened):
        return opened
    form = _filled(opened.kind, _fields(opened))
    if request.args.get("check"):
        _find_faults(opened, form)
    return _page(opened, form)


@blueprint.post(_ENTRY)
@requires(Permission.ACTIVITY_REPORT)
@own_transactions
@accepts_up_to(FORM_WITH_FILES_BYTES)
def save_entry(form_key: UUID) -> ResponseReturnValue:
    """Save what was typed, whatever its faults; then go on as the button says."""
    if (known := _reported(form_key)) is not None:
        return known
    kind = _kind_of(form_key)
    form = _offered(kind, kind.form())
    form.evidence.take_in(actor=actor)
    opened = Opened(kind, str(form_key), replaces_id=form.replaces.data)
    try:
        saved = _save(form_key, form)
    except StaleWriteError as stale:
        return _conflict(opened, form, stale), 409
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return _page(opened, form), 422
    return _go_on(replace(opened, saved=saved, replaces_id=saved.content.replaces_id), form)


def _go_on(opened: Opened, form: EntryForm) -> ResponseReturnValue:
    """Where the button leads that saved a form: to its answers once it has no faults."""
    if request.form.get("then") == "check" and not form.evidence.is_adding_only:
        if not _find_faults(opened, form):
            return redirect(url_for("activities.check_entry", form_key=opened.form_key))
        _carry_revision(opened, form)
        return _page(opened, form), 422
    if form.evidence.errors:
        _carry_revision(opened, form)
        return _page(opened, form), 422
    if request.form.get("then") == "save" and opened.saved is not None:
        flash(gettext(N_("Saved at %(time)s"), time=_time_of(opened.saved)), "success")
    return redirect(url_for("activities.entry", form_key=opened.form_key))


@blueprint.post(f"{_ENTRY}/autosave")
@requires(Permission.ACTIVITY_REPORT)
def autosave_entry(form_key: UUID) -> ResponseReturnValue:
    """Save what has been typed so far, and say when."""
    kind = _kind_of(form_key)
    try:
        saved = _save(form_key, _offered(kind, kind.form()))
    except RuleViolationError as error:
        return jsonify(message=str(error)), 409
    text = gettext(N_("Saved at %(time)s"), time=_time_of(saved))
    return jsonify(message=text, revision=saved.revision)


@blueprint.post(f"{_ENTRY}/discard")
@requires(Permission.ACTIVITY_REPORT)
def discard_entry(form_key: UUID) -> ResponseReturnValue:
    """Give a form up."""
    entries.discard_entry(str(form_key), actor=actor)
    flash(gettext(N_("The form is discarded.")), "success")
    return redirect(url_for("activities.entries"))


def _save(form_key: UUID, form: EntryForm) -> EntryOnFile:
    content = read_content(form.sheet, request.form)
    files = {"evidence": [str(one.attachment_id) for one in form.evidence.data]}
    files |= {f"evidence-caption-{one.attachment_id}": [one.caption] for one in form.evidence.data}
    with transaction():
        return entries.save_entry(
            str(form_key),
            replace(content, fields={**content.fields, **files}),
            saved_from=form.saved_from.data or "",
            revision=form.revision.data or 0,
            actor=actor,
        )


def _conflict(opened: Opened, form: EntryForm, stale: StaleWriteError) -> str:
    """Both versions, side by side; sending the form again keeps what was typed in it."""
    texts: Any = stale.on_file
    form.show_conflict(StaleWriteError(on_file=form.as_data(texts), revision=stale.revision))
    form.add_files(number_of(text) for text in texts.get("evidence", ()))
    return _page(opened, form)


# --- checking and reporting ---------------------------------------------------------------------


@blueprint.get(f"{_ENTRY}/check")
@requires(Permission.ACTIVITY_REPORT)
def check_entry(form_key: UUID) -> ResponseReturnValue:
    """Every answer with the way to change it, before the activity is reported."""
    opened = _opened(form_key)
    if not isinstance(opened, Opened):
        return opened
    form = _filled(opened.kind, _fields(opened))
    if _find_faults(opened, form):
        return redirect(url_for("activities.entry", form_key=form_key, check=1))
    return _answers_page(opened, form, ReportForm(formdata=None))


@blueprint.post(f"{_ENTRY}/report")
@requires(Permission.ACTIVITY_REPORT)
@own_transactions
def report_entry(form_key: UUID) -> ResponseReturnValue:
    """Report the activity; the same form sent again leads to the same record."""
    opened = _opened(form_key)
    if not isinstance(opened, Opened):
        return opened
    form, sent = _filled(opened.kind, _fields(opened)), ReportForm()
    if _find_faults(opened, form):
        return _page(opened, form), 422
    if not sent.validate():
        return _answers_page(opened, form, sent), 422
    try:
        with transaction():
            activity = _report(opened, form, sent)
            address = _onward(activity)
    except RuleViolationError as error:
        return _refused(opened, form, sent, error), 422
    return _done(address)


def _onward(activity: Activity) -> str:
    """Where the button leads that reported a record: to it, or on to another like it."""
    if request.form.get("then") == "again":
        return url_for("activities.repeat_entry", activity_id=activity.id)
    return activity_url(activity.id, activity.sheet)


def _report(opened: Opened, form: EntryForm, sent: ReportForm) -> Activity:
    source = Report(
        school_id=_reporting_school(form),
        form_key=opened.form_key,
        replaces_id=opened.replaces_id,
        double_reason=sent.double_reason.data,
        files=form.evidence.data,
    )
    return entries.report_entry(
        opened.form_key,
        sent.revision.data or 0,
        lambda: opened.kind.report(form, source, actor),
        actor=actor,
    )


def _reporting_school(form: EntryForm) -> int:
    """In whose name it is reported: the provider's where the actor speaks for it, else the own."""
    provider_id = number_of(form.provider.data)
    if provider_id in actor.school_ids and provider_id is not None:
        return provider_id
    return actor.school_id or 0


def _refused(opened: Opened, form: EntryForm, sent: ReportForm, error: RuleViolationError) -> str:
    """The page on which a fault can be mended: the form, or the answers."""
    if error.field is not None and error.field in form:
        form.add_error(error, error.field)
        return _page(opened, form)
    sent.add_error(error, error.field)
    return _answers_page(opened, form, sent)


def _done(address: str) -> ResponseReturnValue:
    flash(gettext(N_("Reported. The receiving schools are asked to confirm it.")), "success")
    return redirect(address)


def _reported(form_key: UUID) -> ResponseReturnValue | None:
    """The way to the record that a form has reported; None where it has not."""
    known = entries.reported_by_form(str(form_key), actor=actor)
    return None if known is None else _done(activity_url(known.id, known.sheet))


# --- what they share ----------------------------------------------------------------------------


def _opened(form_key: UUID) -> Opened | ResponseReturnValue:
    """A saved form, or the way to the record that it has reported. Raises NotFoundError."""
    if (known := _reported(form_key)) is not None:
        return known
    saved = entries.own_entry(str(form_key), actor=actor)
    kind = entry_kind(saved.content.sheet)
    return Opened(kind, str(form_key), saved, saved.content.replaces_id)


def _fields(opened: Opened) -> Typed:
    return opened.saved.content.fields if opened.saved else _NO_FIELDS


def _kind_of(form_key: UUID) -> EntryKind:
    """The ledger of a form: as it was saved, else as the page says that saves it first."""
    saved = entries.saved_sheet(str(form_key), actor=actor)
    text = saved or request.form.get("sheet", "")
    if text not in tuple(Sheet):
        raise NotFoundError
    return entry_kind(Sheet(text))


def _filled(kind: EntryKind, fields: Typed) -> EntryForm:
    """A form with what was saved. It is looked at, not sent: its token is a page's own."""
    return _offered(kind, kind.form(formdata=as_sent(fields), meta={"csrf": False}))


def _offered(kind: EntryKind, form: EntryForm) -> EntryForm:
    day = form.held_on.data
    form.offer(
        entries.entry_choices(
            form.sheet,
            form.community_id,
            day if isinstance(day, date) else None,
            suggested=kind.suggested,
            actor=actor,
        )
    )
    return form


def _find_faults(opened: Opened, form: EntryForm) -> bool:
    """Put every fault of a form beside its field; whether there are any."""
    is_fit = form.validate()
    if not form.can_be_drafted:
        return True
    source = Report(_reporting_school(form), opened.form_key, opened.replaces_id)
    faults = services.faults_of(form.draft().activity, source, actor=actor)
    for fault in faults:
        form.add_fault(fault)
    return bool(faults) or not is_fit


def _carry_revision(opened: Opened, form: EntryForm) -> None:
    """Let the page that is shown again know what it has just saved."""
    form.revision.data = opened.saved.revision if opened.saved else 0
    form.revision.raw_data = None


def _time_of(saved: EntryOnFile) -> str:
    return f"{saved.saved_at.astimezone(SHANGHAI):%H:%M}"


def _page(opened: Opened, form: EntryForm) -> str:
    if not form.saved_from.data:
        form.saved_from.data = str(uuid4())
        _carry_revision(opened, form)
    if opened.replaces_id is not None:
        form.replaces.data = opened.replaces_id
    return render_template(
        opened.kind.template,
        opened=opened,
        form=form,
        kind=opened.kind,
        saved_at=_time_of(opened.saved) if opened.saved else None,
        many_schools=MANY_SCHOOLS,
    )


def _answers_page(opened: Opened, form: EntryForm, sent: ReportForm) -> str:
    sent.revision.data = opened.saved.revision if opened.saved else 0
    sent.revision.raw_data = None
    alike = entries.records_alike(
        form.draft().activity, form.told_apart_by, replaces_id=opened.replaces_id
    )
    sent.double_reason.flags.required = bool(alike)
    return render_template(
        "activities/answers.html",
        opened=opened,
        form=form,
        sent=sent,
        kind=opened.kind,
        alike=alike,
    )
