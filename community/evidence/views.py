"""Files on the web: take one in, show it to its sender, and the answer with which the owners of
records give files out."""

from typing import Final

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from community.access import Actor, Permission
from community.evidence import services
from community.evidence.models import Attachment
from community.evidence.rules import MEDIA_TYPES, UPLOAD_BYTES, SentFile
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, gettext
from community.web.files import answer_with
from community.web.security import accepts_up_to, own_transactions, requires

blueprint = Blueprint("evidence", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
# Whatever a file holds, a browser that shows it runs nothing and loads nothing.
_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


@blueprint.post("/evidence")
@requires(Permission.EVIDENCE_UPLOAD)
@own_transactions  # a picture is made anew before the database is asked for anything
@accepts_up_to(UPLOAD_BYTES)
def receive() -> ResponseReturnValue:
    """Take in one file of the field `file`; answered as JSON, refusals too."""
    sent = request.files.get("file")
    try:
        if sent is None:
            raise RuleViolationError(N_("The file is empty. Choose it once more."))
        with sent.stream as stream:
            prepared = services.prepare_file(SentFile(sent.filename or "", stream.read()))
        with transaction():
            kept = services.keep_file(prepared, county_id=actor.county_id, actor=actor)
            return jsonify(_described(kept)), 201
    except RuleViolationError as error:
        return jsonify({"error": {"code": 422, "message": str(error)}}), 422


def _described(kept: Attachment) -> dict[str, object]:
    thumbnail = url_for("evidence.thumbnail", attachment_id=kept.id) if kept.is_picture else None
    return {
        "id": kept.id,
        "name": kept.name,
        "size": kept.size_bytes,
        "thumbnail": thumbnail,
        "file": url_for("evidence.file", attachment_id=kept.id),
        "discard": url_for("evidence.discard", attachment_id=kept.id),
    }


@blueprint.get("/evidence/<int:attachment_id>")
@requires(Permission.EVIDENCE_UPLOAD)
def file(attachment_id: int) -> ResponseReturnValue:
    """A file that the reader has handed in."""
    return answer_file(services.own_upload(attachment_id, actor=actor))


@blueprint.get("/evidence/<int:attachment_id>/thumbnail")
@requires(Permission.EVIDENCE_UPLOAD)
def thumbnail(attachment_id: int) -> ResponseReturnValue:
    """A picture that the reader has handed in, small."""
    return answer_file(services.own_upload(attachment_id, actor=actor), is_thumbnail=True)


@blueprint.post("/evidence/<int:attachment_id>/discard")
@requires(Permission.EVIDENCE_UPLOAD)
def discard(attachment_id: int) -> ResponseReturnValue:
    """Remove a file that no record is linked to."""
    services.discard_upload(attachment_id, actor=actor)
    return jsonify({"message": gettext(N_("The file is removed."))})


def answer_file(attachment: Attachment, *, is_thumbnail: bool = False) -> Response:
    """A file, or its small picture, for a reader who may see it.

    Pictures, which we have made ourselves, are shown; everything else is taken along.
    """
    answer = answer_with(
        services.content_of(attachment, is_thumbnail=is_thumbnail),
        media_type=MEDIA_TYPES[attachment.kind],
        name=attachment.name,
        is_shown=attachment.is_picture,
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
