"""The answer to "take this list along", which the views of lists give; kept filters."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.exports import services
from community.exports.models import SavedFilter
from community.exports.rules import FileFormat
from community.kernel.database import transaction
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, gettext
from community.web.security import requires

blueprint = Blueprint("exports", __name__)
# The lists whose filters can be kept: endpoints without a place in their address.
_LISTS: Final[set[str]] = set()


def keeps_filters(endpoint: str) -> None:
    """Let people keep filters of the list at an endpoint; its page shows
    `components/saved_filters.html`."""
    _LISTS.add(endpoint)


def answer_export(name: str, *, actor: Actor, **place: str) -> ResponseReturnValue:
    """The list of that name as a file: the form `format`, the filter from the other fields, and
    from the address what `place` names.

    A long list is made by the worker: the answer is then the page of the job. For a view that
    declares `own_transactions`: reading rows and writing the file hold no lock.
    """
    given = {**_given(), **place}
    export = services.build_export(name, given, actor=actor)
    if (wanted := request.form.get("format", "")) not in tuple(FileFormat):
        abort(400)
    file_format = FileFormat(wanted)
    if export.is_long:
        with transaction():
            job = services.request_export(name, export, given, file_format, actor=actor)
            job_id = job.id
        return redirect(url_for("jobs.job", job_id=job_id))
    file = services.write_export(export, file_format)
    # What cannot be logged is not handed out.
    with transaction():
        services.record_export(name, export, given, actor=actor)
    return send_file(
        BytesIO(file.content),
        mimetype=file.content_type,
        as_attachment=True,
        download_name=file.name,
    )


def _given() -> Mapping[str, str]:
    """The filter as the form carried it, without what neither a page nor a database can hold."""
    return {
        name: "".join(filter(str.isprintable, value[:200]))
        for name, value in request.form.items()
        if name not in ("format", "csrf_token")
    }


# --- kept filters -----------------------------------------------------------------------------


@blueprint.app_context_processor
def _saved() -> dict[str, Callable[[str], Sequence[SavedFilter]]]:
    """Lists ask for the filters kept for them."""
    return {"saved_filters": lambda page: services.saved_filters(page, actor=current_user)}


@blueprint.app_template_global()
def saved_filter_url(saved: SavedFilter) -> str:
    """The list under a kept filter."""
    return _list_url(saved.page, saved.query)


@blueprint.post("/saved-filters/keep")
@requires(Permission.ACCOUNT_SELF)
def save_filter() -> ResponseReturnValue:
    """Keep the filter of a list, and go back to the list under it."""
    page, query = request.form.get("page", ""), request.form.get("query", "")
    if page not in _LISTS:
        raise NotFoundError
    try:
        name = request.form.get("name", "")
        saved = services.save_filter(page, name, query, actor=current_user)
    except RuleViolationError as error:
        flash(str(error.message), "danger")
        return redirect(_list_url(page, query))
    flash(gettext(N_("The filter is kept as “%(name)s”."), name=saved.name), "success")
    return redirect(saved_filter_url(saved))


@blueprint.post("/saved-filters/<int:filter_id>/remove")
@requires(Permission.ACCOUNT_SELF)
def remove_filter(filter_id: int) -> ResponseReturnValue:
    """Keep a filter no longer."""
    removed = services.remove_filter(filter_id, actor=current_user)
    flash(gettext(N_("The filter “%(name)s” is removed."), name=removed.name), "success")
    return redirect(url_for(removed.page))


def _list_url(page: str, query: str) -> str:
    chosen: dict[str, Any] = dict(parse_qsl(query))
    return url_for(page, **chosen)
