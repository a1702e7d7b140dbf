"""Long lists, written by the worker."""

from typing import Any

from community.access import Actor
from community.exports import services
from community.exports.rules import FileFormat
from community.jobs.rules import Progress, Result
from community.jobs.tasks import work
from community.kernel.i18n import N_, Message


@work(services.JOB)
def write_export(params: dict[str, Any], progress: Progress, actor: Actor) -> Result:
    """Make the file of a list, as far as the actor may read it now."""
    export = services.build_export(params["name"], params["given"], actor=actor)
    file = services.write_export(export, FileFormat(params["format"]), progress)
    return Result(Message(N_("The file is ready.")), file=file)
