"""The handover slip (交接单): ordered at the page of a transfer, made by the worker."""

from typing import Final

from community.access import Actor, Permission, require
from community.accounts.queries import is_demonstration
from community.activities.rules import Sheet
from community.activities.services import activity_record
from community.jobs.models import Job
from community.jobs.rules import File, Progress, Unwatched
from community.jobs.services import enqueue
from community.kernel import clock, pdf
from community.kernel.database import session
from community.kernel.i18n import N_, Message, gettext, use_locale
from community.resource_transfers import documents
from community.resource_transfers.queries import lines as queries
from community.resource_transfers.rules import build_slip

JOB: Final = "resource_transfers.slip"
_PRINTING: Final = N_("The pages are being laid out.")
_UNWATCHED: Final = Unwatched()


def order_slip(activity_id: int, locale: str, *, actor: Actor) -> Job:
    """Ask for the slip of a transfer that the actor may read. Raises NotFoundError."""
    require(actor, Permission.ACTIVITY_VIEW)
    record = activity_record(activity_id, actor=actor, sheet=Sheet.RESOURCE_TRANSFERS)
    return enqueue(
        JOB,
        {"activity_id": activity_id, "locale": locale},
        title=Message(
            N_("Handover slip: %(provider)s, %(day)s"),
            {"provider": record.row.provider, "day": record.row.held_on.isoformat()},
        ),
        actor=actor,
        county_id=record.county_id,
    )


def print_slip(
    activity_id: int, locale: str, *, actor: Actor, progress: Progress = _UNWATCHED
) -> File:
    """The slip as a PDF. Raises NotFoundError for a transfer out of reach, RuleViolationError for
    signs that cannot be printed."""
    with use_locale(locale):
        record = activity_record(activity_id, actor=actor, sheet=Sheet.RESOURCE_TRANSFERS)
        lines = queries.line_facts(session(), [activity_id])
        schools = {id_ for line in lines for id_ in (line.owner_id, *line.receiver_ids)}
        slip = build_slip(
            lines,
            queries.school_names(session(), schools),
            community=f"{record.row.community_code} {record.row.community_name}".strip(),
            note=record.row.note,
            today=clock.today(),
            printed_at=clock.now(),
            is_demonstration=is_demonstration(),
        )
        html = documents.build_slip_page(slip)
        name = gettext("Handover slip %(number)s.pdf", number=slip.number)

    def watch() -> None:
        progress.step(1, 2, Message(_PRINTING))

    watch()
    return File(name, "application/pdf", pdf.render(html, watch=watch).content)
