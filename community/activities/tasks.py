"""The job that makes a monthly confirmation sheet."""

from typing import Any

from community.access import Actor
from community.activities.services import monthly
from community.jobs.rules import Link, Progress, Result
from community.jobs.tasks import work
from community.kernel.i18n import N_, Message


@work(monthly.JOB)
def print_sheet(params: dict[str, Any], progress: Progress, actor: Actor) -> Result:
    """Make the sheet, as far as the actor may print it now."""
    sheet_id = params["sheet_id"]
    file = monthly.sheet_file(sheet_id, params["locale"], actor=actor, progress=progress)
    return Result(
        Message(N_("The sheet is ready. Print it, and have it signed and sealed.")),
        page=Link("activities.sheet", {"sheet_id": sheet_id}),
        file=file,
    )
