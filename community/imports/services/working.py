"""What the worker does with files that were handed in: read them for a look, import them."""

from collections.abc import Callable
from typing import Any

from community.access import Actor
from community.imports.models import PendingImport
from community.imports.rules import PendingState, RowError, Source
from community.imports.services.previews import choices_from, store_preview
from community.imports.services.running import Plan, plan_import, write_plan
from community.imports.services.staging import (
    StagedFile,
    fault_count,
    marked_key,
    pending_import,
)
from community.imports.services.undoing import undo_batch
from community.jobs.rules import JobLostError, Link, Outcome, Progress, Result, Unwatched
from community.kernel import clock, storage
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, Message
from community.kernel.workbook import WorkbookError

# Reads the files, saying how far it is.
ReadSource = Callable[[Progress], Source]


def staged_files(pending_id: int, *, actor: Actor) -> list[StagedFile]:
    """The files as they were handed in. Raises NotFoundError when they have been removed."""
    files = []
    for stored in pending_import(pending_id, actor=actor).files:
        content = storage.get(stored["key"])
        if content is None:
            raise NotFoundError(N_("The files have been removed. Hand them in once more."))
        files.append(StagedFile(stored["name"], content))
    return files


def preview_import(
    pending_id: int, read: ReadSource, *, actor: Actor, progress: Progress
) -> Outcome:
    """Work out what the files would change, and keep it for their owner to look at."""
    pending = pending_import(pending_id, actor=actor)
    plan = _plan(pending, read, actor, progress)
    preview = _keep_preview(pending, plan, progress)
    digest, reading = plan.digest, pending.reading

    def finish() -> Result:
        found = _at_work(pending_id, PendingState.READING, actor)
        if found.reading != reading:
            raise JobLostError
        _show(found, preview, digest)
        return _look_at(found, preview)

    return finish


def write_import(pending_id: int, read: ReadSource, *, actor: Actor, progress: Progress) -> Outcome:
    """Import the files exactly as they were shown; if the registers have changed meanwhile so
    that something else would be written, show that instead and write nothing."""
    plan = _plan(pending_import(pending_id, actor=actor), read, actor, progress)

    def finish() -> Result:
        found = _at_work(pending_id, PendingState.WRITING, actor)
        current = plan
        if not plan.still_holds():
            current = _plan(found, read, actor, Unwatched())
        if current.errors or current.digest != found.digest:
            return _show_anew(found, current)
        batch = write_plan(current, actor=actor)
        found.state, found.batch_id = PendingState.IMPORTED, batch.id
        found.updated_at = clock.now()
        return Result(
            Message(N_("Imported as batch %(batch)s."), {"batch": batch.id}),
            Link("imports.batch", {"batch_id": batch.id}),
        )

    return finish


def undo_import(batch_id: int, *, actor: Actor) -> Outcome:
    """Take an import back."""

    def finish() -> Result:
        undo_batch(batch_id, actor=actor)
        return Result(
            Message(N_("The import %(batch)s has been taken back."), {"batch": batch_id}),
            Link("imports.batch", {"batch_id": batch_id}),
        )

    return finish


def _plan(pending: PendingImport, read: ReadSource, actor: Actor, progress: Progress) -> Plan:
    return plan_import(
        read(progress),
        actor=actor,
        is_history=pending.is_history,
        choices=choices_from(pending.choices),
        progress=progress,
    )


def _at_work(pending_id: int, state: PendingState, actor: Actor) -> PendingImport:
    """The files, if they are still to be worked on; else nobody waits for what was done."""
    try:
        found = pending_import(pending_id, actor=actor, is_locked=True)
    except NotFoundError:
        raise JobLostError from None
    if found.state is not state:
        raise JobLostError
    return found


def _keep_preview(pending: PendingImport, plan: Plan, progress: Progress) -> dict[str, Any]:
    preview = store_preview(plan, pending.reading_prefix, progress)
    preview["marked"] = _mark(pending, plan, progress)
    return preview


def _mark(pending: PendingImport, plan: Plan, progress: Progress) -> list[int]:
    """Keep a copy of each file that has faults, with the faults marked; which files those are."""
    by_file: dict[str, list[RowError]] = {}
    for error in plan.errors:
        by_file.setdefault(error.file, []).append(error)
    marked = []
    for number, stored in enumerate(pending.files):
        if stored["name"] not in by_file:
            continue
        progress.step(number, len(pending.files), Message(N_("Marking the faults in your files")))
        content = _marked(stored, by_file[stored["name"]])
        if content is not None:
            storage.put(marked_key(pending, number), content)
            marked.append(number)
    return marked


def _marked(stored: dict[str, Any], errors: list[RowError]) -> bytes | None:
    from community.kernel.workbook.marking import Fault, mark_faults  # slow to load

    faults = [
        Fault(error.sheet, error.row, error.column or None, error.value, str(error.message))
        for error in errors
    ]
    try:
        return mark_faults(stored["name"], storage.get(stored["key"]) or b"", faults)
    except WorkbookError:
        return None  # what cannot be opened cannot be marked


def _show(pending: PendingImport, preview: dict[str, Any], digest: str) -> None:
    pending.state, pending.preview, pending.digest = PendingState.READY, preview, digest
    pending.updated_at = clock.now()


def _show_anew(pending: PendingImport, plan: Plan) -> Result:
    pending.reading += 1
    _show(pending, _keep_preview(pending, plan, Unwatched()), plan.digest)
    pending.has_moved = True
    return Result(
        Message(
            N_(
                "The registers were changed while you looked at the preview, so nothing was "
                "imported. Look at the new preview and confirm it."
            )
        ),
        Link("imports.pending", {"pending_id": pending.id}),
    )


def _look_at(pending: PendingImport, preview: dict[str, Any]) -> Result:
    page = Link("imports.pending", {"pending_id": pending.id})
    if count := fault_count(preview):
        message = Message(N_("Faults were found in %(count)s rows or files."), {"count": count})
        return Result(message, page)
    return Result(Message(N_("The files have no faults. Check what would change.")), page)
