"""The use cases of files: take one in, hand it to a record, give it out, tidy up.

A file that was taken in waits, its sender's alone, until a record is linked to it; the owners of
records ask for permission with the place.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Final

from community.access import Actor, Permission, require
from community.evidence import queries
from community.evidence.models import Attachment
from community.evidence.rules import (
    CAPTION_LENGTH,
    MOST_WAITING_BYTES,
    WAITING_KEPT,
    Chosen,
    FileKind,
    SentFile,
    build_name,
    check_kind,
)
from community.kernel import clock, images, storage
from community.kernel.database import after_commit, hold, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_

PREFIX: Final = "evidence/"
# What lies in the storage without a row may belong to a request that is still running.
_STILL_ARRIVING: Final = timedelta(days=2)
GONE: Final = N_(
    "A file is no longer there: it was not used for a month, or it belongs to another record "
    "already. Choose it once more."
)


@dataclass(frozen=True)
class PreparedFile:
    """A file that is safe to be kept; its content is in the storage."""

    name: str
    kind: FileKind
    sha256: str
    sent_sha256: str
    size_bytes: int
    width: int | None
    height: int | None
    storage_key: str
    thumbnail_key: str | None


def receive(file: SentFile, *, county_id: int | None, actor: Actor) -> Attachment:
    """Take a file in: `prepare_file`, then `keep_file`. Who holds a transaction open calls the
    two by themselves, the first one before it."""
    require(actor, Permission.EVIDENCE_UPLOAD)
    return keep_file(prepare_file(file), county_id=county_id, actor=actor)


def prepare_file(file: SentFile) -> PreparedFile:
    """Look at a file, make a picture anew, and put it into the storage under its checksum.

    Slow, and asks no database. Raises RuleViolationError for what is not taken.
    """
    kind = check_kind(file.content)
    content, width, height, thumbnail_key = file.content, None, None, None
    if kind is FileKind.PICTURE:
        picture = images.remake(file.content)
        content, width, height = picture.content, picture.width, picture.height
        thumbnail_key = _stored(picture.thumbnail)
    return PreparedFile(
        name=build_name(file.name, kind),
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        sent_sha256=hashlib.sha256(file.content).hexdigest(),
        size_bytes=len(content),
        width=width,
        height=height,
        storage_key=_stored(content),
        thumbnail_key=thumbnail_key,
    )


def _stored(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    key = storage.shelved(PREFIX, digest)
    storage.put(key, content)
    return key


def keep_file(prepared: PreparedFile, *, county_id: int | None, actor: Actor) -> Attachment:
    """Note a prepared file as one that waits for its record. The same file sent again while it
    waits is noted once.

    Raises RuleViolationError when too much waits already.
    """
    require(actor, Permission.EVIDENCE_UPLOAD)
    account_id = _account_id(actor)
    hold("evidence", str(account_id))
    same = queries.same_waiting(session(), prepared.sent_sha256, account_id)
    if same is not None:
        return same
    waiting = queries.waiting_bytes(session(), account_id)
    if waiting + prepared.size_bytes > MOST_WAITING_BYTES:
        raise RuleViolationError(
            N_(
                "Too many files wait that belong to no record yet. Report the records that they "
                "are for, or remove files that you do not need."
            )
        )
    attachment = Attachment(
        county_id=county_id,
        sha256=prepared.sha256,
        sent_sha256=prepared.sent_sha256,
        name=prepared.name,
        kind=prepared.kind,
        size_bytes=prepared.size_bytes,
        width=prepared.width,
        height=prepared.height,
        storage_key=prepared.storage_key,
        thumbnail_key=prepared.thumbnail_key,
        received_at=clock.now(),
        received_by=actor.actor_name,
        received_by_id=account_id,
    )
    session().add(attachment)
    session().flush()  # its id is answered
    return attachment


def _account_id(actor: Actor) -> int:
    if actor.actor_id is None:
        raise NotFoundError  # files wait for an account, and the operator has none
    return actor.actor_id


# --- the sender's own -------------------------------------------------------------------------


def own_uploads(ids: Sequence[int], *, actor: Actor) -> list[Attachment]:
    """Of these files those that the actor has handed in and that wait, in this order."""
    if actor.actor_id is None or not ids:
        return []
    found = {row.id: row for row in queries.waiting_uploads(session(), ids, actor.actor_id)}
    return [found[number] for number in dict.fromkeys(ids) if number in found]


def own_upload(attachment_id: int, *, actor: Actor) -> Attachment:
    """A file that the actor has handed in. Raises NotFoundError for anybody else's."""
    require(actor, Permission.EVIDENCE_UPLOAD)
    found = queries.own_attachment(session(), attachment_id, _account_id(actor))
    if found is None:
        raise NotFoundError
    return found


def discard_upload(attachment_id: int, *, actor: Actor) -> None:
    """Remove a file that waits; one that a record is linked to stays with the record."""
    found = own_upload(attachment_id, actor=actor)
    if found.linked_at is not None:
        raise NotFoundError
    _forget([found])


# --- handing over and giving out --------------------------------------------------------------


def link_uploads(chosen: Sequence[Chosen], *, actor: Actor) -> list[Attachment]:
    """The files that a form names, from now on linked to its record, with their captions.

    Raises RuleViolationError when one of them does not wait (any more).
    """
    if not chosen:
        return []
    captions = {one.attachment_id: one.caption for one in chosen}
    rows = queries.waiting_uploads(session(), captions, _account_id(actor), is_locked=True)
    found = {row.id: row for row in rows}
    if found.keys() != captions.keys():
        raise RuleViolationError(GONE, field="evidence")
    now = clock.now()
    for attachment_id, caption in captions.items():
        row = found[attachment_id]
        row.linked_at, row.caption = now, caption.strip()[:CAPTION_LENGTH] or None
    return [found[attachment_id] for attachment_id in captions]


def content_of(attachment: Attachment, *, is_thumbnail: bool = False) -> IO[bytes]:
    """What a file holds, or its small picture. Raises NotFoundError when there is none."""
    key = attachment.thumbnail_key if is_thumbnail else attachment.storage_key
    content = None if key is None else storage.fetch(key)
    if content is None:
        raise NotFoundError(N_("The file is no longer in the storage. Tell the administrator."))
    return content


# --- tidying up -------------------------------------------------------------------------------


def purge_uploads(*, now: datetime) -> int:
    """Remove files that no record was linked to for a month, and what lies on this night's shelves
    without belonging to any; how many files of the first kind those were."""
    # Listed before the database is asked: the storage may be slow.
    lying = [
        key
        for shelf in storage.shelves(PREFIX, clock.day_of(now))
        for key in storage.keys_under(shelf, before=now - _STILL_ARRIVING)
    ]
    stale = queries.stale_uploads(session(), now - WAITING_KEPT)
    _forget(stale)
    _remove_unused(lying)
    return len(stale)


def _forget(attachments: Sequence[Attachment]) -> None:
    for row in attachments:
        session().delete(row)
    session().flush()  # what is asked next leaves them out
    _remove_unused(
        key for row in attachments for key in (row.storage_key, row.thumbnail_key) if key
    )


def _remove_unused(keys: Iterable[str]) -> None:
    wanted = set(keys)
    unused = sorted(wanted - queries.keys_in_use(session(), wanted))
    if unused:
        after_commit(lambda: storage.delete(unused))
