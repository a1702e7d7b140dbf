"""The job that makes a report."""

from typing import Any

from community.access import Actor
from community.jobs.rules import Link, Outcome, Progress, Result
from community.jobs.tasks import nightly, work
from community.kernel import clock
from community.kernel.i18n import N_, Message
from community.reports import services
from community.reports.rules.kinds import ReportOrder


@work(services.WORK)
def print_report(params: dict[str, Any], progress: Progress, actor: Actor) -> Outcome:
    """Make and keep a report."""
    made = services.print_report(ReportOrder.from_json(params), actor=actor, progress=progress)
    services.keep_file(made)

    def issue() -> Result:
        kept = services.issue(made, actor=actor)
        return Result(
            Message(
                N_("The report on %(name)s is ready: %(pages)s pages."),
                {"name": kept.name, "pages": kept.pages_count},
            ),
            page=Link("reports.report", {"report_id": kept.id}),
        )

    return issue


@nightly(hour=4, minute=5)
def purge_files() -> None:
    """Remove files of reports that were never issued."""
    services.purge_files(now=clock.now())
