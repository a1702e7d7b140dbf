"""Files handed in on the web: kept, read, looked at, confirmed or given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import IO, Any, Final
from uuid import uuid4

from community.access import Actor, Permission, require
from community.imports import queries
from community.imports.models import PendingImport
from community.imports.rules import (
    MOST_FILES,
    PENDING_KEPT,
    PendingState,
    RowOutcome,
)
from community.imports.services.previews import PreviewPage, read_preview
from community.jobs import queries as jobs
from community.jobs.models import Job
from community.jobs.services import cancel_job, enqueue, own_job
from community.kernel import clock, storage
from community.kernel.database import after_commit, hold, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Listing, Message

_PREFIX: Final = "imports/"
_SHOWN_PENDING: Final = 20
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class StagedFile:
    """A file as it was handed in."""

    name: str
    content: bytes


def keep_files(files: Sequence[StagedFile], *, actor: Actor) -> list[dict[str, Any]]:
    """Put files into the storage, before the transaction in which `stage_files` notes them.

    Raises RuleViolationError for `files`.
    """
    require(actor, Permission.IMPORT_RUN)
    if not files:
        raise RuleViolationError(N_("Choose at least one file."), field="files")
    if len(files) > MOST_FILES:
        raise RuleViolationError(
            Message(N_("At most %(most)s files can be imported at once."), {"most": MOST_FILES}),
            field="files",
        )
    folder = f"{_PREFIX}{uuid4().hex}/"
    kept: list[dict[str, Any]] = [
        {"name": name, "key": f"{folder}{number}", "size": len(file.content)}
        for number, (name, file) in enumerate(zip(_names(files), files, strict=True))
    ]
    for noted, file in zip(kept, files, strict=True):
        storage.put(noted["key"], file.content)
    return kept


def stage_files(
    kept: list[dict[str, Any]], *, is_history: bool, form_key: str, actor: Actor
) -> PendingImport:
    """Note files that `keep_files` has kept, and have them read. The same form again hands nothing
    in a second time."""
    require(actor, Permission.IMPORT_RUN)
    if actor.actor_id is None:
        raise NotFoundError
    hold("pending_import", form_key)
    if (same := queries.pending_of_form(session(), form_key, actor)) is not None:
        after_commit(lambda: storage.delete(file["key"] for file in kept))
        return same
    now = clock.now()
    pending = PendingImport(
        account_id=actor.actor_id,
        scope=jobs.scope_of(actor),
        is_history=is_history,
        files=kept,
        state=PendingState.READING,
        choices={},
        form_key=form_key,
        created_at=now,
        updated_at=now,
    )
    session().add(pending)
    session().flush()  # the job has its number
    _have_read(pending, actor)
    return pending


def _names(files: Sequence[StagedFile]) -> list[str]:
    """The names of the files as they can be shown, each another one."""
    names: list[str] = []
    for file in files:
        plain = "".join(filter(str.isprintable, file.name.replace("\\", "/").rpartition("/")[2]))
        name = plain[-_LONGEST_NAME:].strip() or "1"
        while name in names:
            name = f"{len(names) + 1}-{name}"
        names.append(name)
    return names


def _have_read(pending: PendingImport, actor: Actor) -> None:
    pending.state, pending.reading = PendingState.READING, pending.reading + 1
    pending.has_moved = False
    _ask(pending, "imports.read", N_("Check of the files to be imported: %(files)s"), actor)


def _ask(pending: PendingImport, kind: str, title: str, actor: Actor) -> None:
    names = Listing(tuple(file["name"] for file in pending.files))
    job = enqueue(
        kind,
        {"pending_id": pending.id},
        title=Message(title, {"files": names}),
        actor=actor,
        county_id=actor.county_id,
        form_key=f"{kind}-{pending.id}-{pending.reading}",
    )
    pending.job_id, pending.updated_at = job.id, clock.now()


def pending_import(pending_id: int, *, actor: Actor, is_locked: bool = False) -> PendingImport:
    """Files that the actor has handed in. Raises NotFoundError for those of anybody else."""
    require(actor, Permission.IMPORT_RUN)
    found = queries.pending(session(), pending_id, actor, is_locked=is_locked)
    if found is None or found.state is PendingState.DISCARDED:
        raise NotFoundError
    return found


def open_imports(*, actor: Actor) -> Sequence[PendingImport]:
    """What the actor has handed in and neither imported nor given up."""
    require(actor, Permission.IMPORT_RUN)
    return queries.open_pending(session(), actor, _SHOWN_PENDING)


def job_of(pending: PendingImport, *, actor: Actor) -> Job | None:
    """What reads or writes the files; None while they wait for their owner."""
    if pending.job_id is None or pending.state not in (PendingState.READING, PendingState.WRITING):
        return None
    return own_job(pending.job_id, actor=actor)


def preview_page(
    pending: PendingImport, number: int, outcome: RowOutcome | None, at: int
) -> PreviewPage:
    """Rows of one sheet as the last reading found them. Raises NotFoundError without them."""
    sheets = (pending.preview or {}).get("sheets", [])
    if not 0 <= number < len(sheets):
        raise NotFoundError
    return read_preview(pending.reading_prefix, sheets[number], number, outcome, at)


def fault_count(preview: Mapping[str, Any]) -> int:
    """How many rows have faults, and files that cannot be read."""
    return len(preview["errors"]) + count_of(preview, RowOutcome.FAULTY)


def count_of(preview: Mapping[str, Any], outcome: RowOutcome) -> int:
    """How many rows have this outcome, over all sheets."""
    return sum(sheet["counts"].get(outcome, 0) for sheet in preview["sheets"])


def choose_schools(pending_id: int, chosen: Mapping[str, int], *, actor: Actor) -> PendingImport:
    """Say which school a name means, for this import only, and have the files read again."""
    pending = _ready(pending_id, actor)
    offered = {
        entry["key"]: {school["id"] for school in entry["schools"]}
        for entry in (pending.preview or {}).get("ambiguous", [])
    }
    kept = {key: school for key, school in chosen.items() if school in offered.get(key, ())}
    pending.choices = {**pending.choices, **kept}
    _have_read(pending, actor)
    return pending


def confirm_import(pending_id: int, reading: int, *, actor: Actor) -> PendingImport:
    """Have the files imported as one reading has shown them; ten times is once.

    Raises RuleViolationError when another reading has been shown since, or when there are faults.
    """
    pending = pending_import(pending_id, actor=actor, is_locked=True)
    if pending.state in (PendingState.WRITING, PendingState.IMPORTED):
        return pending
    preview = pending.preview
    if pending.state is not PendingState.READY or preview is None or pending.reading != reading:
        raise RuleViolationError(
            N_("The files were read again in the meantime. Look at the new preview first.")
        )
    if not count_of(preview, RowOutcome.ADDED) + count_of(preview, RowOutcome.CHANGED):
        raise RuleViolationError(N_("Everything in the files is on file already."))
    if fault_count(preview):
        raise RuleViolationError(N_("There are faults in the files; nothing can be imported."))
    pending.state = PendingState.WRITING
    _ask(pending, "imports.write", N_("Import of %(files)s"), actor)
    return pending


def retry_import(pending_id: int, *, actor: Actor) -> PendingImport:
    """Have the files read again after the work on them has failed or was stopped."""
    pending = pending_import(pending_id, actor=actor, is_locked=True)
    job = job_of(pending, actor=actor)
    if job is None or not job.is_open:
        _have_read(pending, actor)
    return pending


def discard_import(pending_id: int, *, actor: Actor) -> None:
    """Give the files up: they are removed, and what is at work on them stops."""
    pending = pending_import(pending_id, actor=actor, is_locked=True)
    job = job_of(pending, actor=actor)
    if pending.state is PendingState.IMPORTED:
        raise RuleViolationError(N_("These files have been imported already."))
    if job is not None and job.is_open:
        cancel_job(job.id, actor=actor)
    _forget(pending)


def _forget(pending: PendingImport) -> None:
    pending.state, pending.updated_at = PendingState.DISCARDED, clock.now()
    pending.preview = None
    _remove_files(pending)


def _remove_files(pending: PendingImport) -> None:
    """Remove what was handed in and what came of it, once the row says that it has gone."""
    prefix, handed_in = pending.prefix, [file["key"] for file in pending.files]
    after_commit(lambda: storage.delete(chain(handed_in, storage.keys_under(prefix))))


def _ready(pending_id: int, actor: Actor) -> PendingImport:
    pending = pending_import(pending_id, actor=actor, is_locked=True)
    if pending.state is not PendingState.READY:
        raise RuleViolationError(N_("The files are being read or imported at this moment."))
    return pending


def marked_file(pending_id: int, number: int, *, actor: Actor) -> tuple[str, IO[bytes]]:
    """The name and content of one's own file with the faults marked. Raises NotFoundError where
    there is none."""
    pending = pending_import(pending_id, actor=actor)
    if pending.preview is None or not 0 <= number < len(pending.files):
        raise NotFoundError
    file = storage.fetch(marked_key(pending, number))
    if file is None:
        raise NotFoundError
    name = pending.files[number]["name"].rpartition(".")[0] or pending.files[number]["name"]
    return str(Message(N_("%(name)s – faults marked.xlsx"), {"name": name})), file


def marked_key(pending: PendingImport, number: int) -> str:
    """Where the marked copy of a file lies."""
    return f"{pending.reading_prefix}marked-{number}.xlsx"


def purge_pending(*, now: datetime) -> int:
    """Remove what nobody has touched for a month; how many those were."""
    # Listed before the database is asked: the storage may be slow.
    old = list(storage.keys_under(_PREFIX, before=now - 2 * PENDING_KEPT))
    stale = queries.stale_pending(session(), now - PENDING_KEPT)
    for pending in stale:
        _remove_files(pending)
        session().delete(pending)
    after_commit(lambda: storage.delete(old))
    return len(stale)
