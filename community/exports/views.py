"""The answer to "take this list along", which the views of lists give."""

from collections.abc import Mapping
from io import BytesIO

from flask import abort, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from community.access import Actor
from community.exports import services
from community.exports.rules import FileFormat
from community.kernel.database import transaction


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
