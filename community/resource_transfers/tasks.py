"""The job that makes a handover slip."""

from typing import Any

from community.access import Actor
from community.jobs.rules import Link, Progress, Result
from community.jobs.tasks import work
from community.kernel.i18n import N_, Message
from community.resource_transfers import services


@work(services.JOB)
def print_slip(params: dict[str, Any], progress: Progress, actor: Actor) -> Result:
    """Make the slip of a transfer, as far as the actor may read it now."""
    activity_id = params["activity_id"]
    file = services.print_slip(activity_id, params["locale"], actor=actor, progress=progress)
    return Result(
        Message(N_("The handover slip is ready. Print it, and let both sides sign it.")),
        page=Link("resource_transfers.transfer", {"activity_id": activity_id}),
        file=file,
    )
