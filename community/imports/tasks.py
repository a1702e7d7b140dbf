"""Reading, importing and taking back, done by the worker."""

from collections.abc import Callable
from typing import Any

from community.access import Actor
from community.imports import services
from community.imports.rules import Source
from community.imports.sheets import SourceFile, read_files
from community.jobs.rules import Outcome, Progress
from community.jobs.tasks import nightly, work
from community.kernel import clock


@work("imports.read")
def read_import(params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
    """Read the files for a look."""
    pending_id = params["pending_id"]
    return services.preview_import(
        pending_id, _reader(pending_id, actor), actor=actor, progress=progress
    )


@work("imports.write")
def write_import(params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
    """Import the files as they were shown."""
    pending_id = params["pending_id"]
    return services.write_import(
        pending_id, _reader(pending_id, actor), actor=actor, progress=progress
    )


def _reader(pending_id: int, actor: Actor) -> Callable[[Progress], Source]:
    def read(progress: Progress) -> Source:
        files = services.staged_files(pending_id, actor=actor)
        return read_files([SourceFile(file.name, file.content) for file in files], progress)

    return read


@work("imports.undo")
def undo_import(params: dict[str, Any], _progress: Progress, actor: Actor) -> Outcome:
    """Take an import back."""
    return services.undo_import(params["batch_id"], actor=actor)


@nightly(hour=3, minute=50)
def purge_pending() -> None:
    """Remove files that nobody has imported."""
    services.purge_pending(now=clock.now())
