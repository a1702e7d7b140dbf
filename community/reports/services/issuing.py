"""Keeping reports as they were issued, and reading them again."""

import hashlib
from datetime import datetime, timedelta
from typing import IO, Final

from sqlalchemy import Row

from community.access import Actor, Permission, Place, require
from community.jobs.models import Job
from community.jobs.services import enqueue
from community.journal.models import AccessKind
from community.journal.services import record_access
from community.kernel import clock, storage
from community.kernel.database import after_commit, session
from community.kernel.errors import AccessDeniedError, NotFoundError
from community.kernel.i18n import N_, Message
from community.kernel.paging import Page
from community.reports import queries
from community.reports.models import IssuedReport
from community.reports.rules.kinds import ReportKind, ReportOrder
from community.reports.rules.reports import CommunityReport, RegionReport
from community.reports.services.making import PrintedReport, subject_of

WORK: Final = "reports.print"
_PREFIX: Final = "reports/"
# A file without a row may belong to a job that is still running.
_STILL_ARRIVING: Final = timedelta(days=2)
_NO_FILE = N_("The file of this report is no longer where it was kept.")


def _key(sha256: str) -> str:
    return storage.shelved(_PREFIX, sha256, ".pdf")


def keep_file(made: PrintedReport) -> None:
    """Put the file of a report where it stays; before the transaction that issues it."""
    storage.put(_key(made.sha256), made.printed.content)


def issue(made: PrintedReport, *, actor: Actor) -> IssuedReport:
    """Keep a report that was made, in the running transaction: the line that says by whom,
    when, and under which conditions. `keep_file` has kept its file."""
    place = made.subject.place
    require(actor, Permission.REPORT_ISSUE, place)
    basis = made.report.basis
    heads = "\n".join(f"{s.county} {s.sequence} {s.entry_hash}" for s in basis.seals)
    kept = IssuedReport(
        kind=made.subject.kind,
        code=made.order.code,
        name=made.report.name,
        city_id=place.city_id,
        county_id=place.county_id,
        community_id=place.community_id,
        locale=made.order.locale,
        school_year=basis.period.school_year,
        as_of=basis.period.as_of,
        known_at=basis.known_at,
        rule_set=basis.rule_set.version,
        is_trial=basis.is_trial,
        answer=_answer(made.report),
        journal_heads=heads,
        file_name=made.file_name,
        storage_key=_key(made.sha256),
        sha256=made.sha256,
        size_bytes=len(made.printed.content),
        pages_count=made.printed.pages_count,
        issued_at=clock.now(),
        issued_by=actor.actor_id,
        issued_by_name=actor.actor_name,
    )
    session().add(kept)
    session().flush()  # the answer leads to its number
    record_access(
        AccessKind.PRINTED,
        actor=actor,
        what=f"{made.subject.kind}:{made.order.code}",
        county_id=place.county_id,
    )
    return kept


def _answer(report: CommunityReport | RegionReport) -> str:
    """The verdict of a community; of a region, how many count of how many are required."""
    if isinstance(report, CommunityReport):
        return str(report.part.count.verdict)
    whole = report.city or report.parts[0].region
    return f"{whole.counted}/{'—' if whole.minimum is None else whole.minimum}"


def order_report(order: ReportOrder, *, actor: Actor, form_key: str | None = None) -> Job:
    """Ask for a report to be made in the background. Raises as `subject_of` does, now rather
    than when the job runs."""
    subject = subject_of(order.code, actor=actor)
    return enqueue(
        WORK,
        order.as_json(),
        title=Message(
            N_("Report: %(name)s, as of %(day)s"), {"name": subject.name, "day": order.as_of}
        ),
        actor=actor,
        county_id=subject.place.county_id,
        form_key=form_key,
    )


# --- reading ----------------------------------------------------------------------------------


def issued_reports(
    *,
    actor: Actor,
    kind: ReportKind | None = None,
    code: str = "",
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[int, IssuedReport]]:
    """Reports within the actor's reach, newest first."""
    require(actor, Permission.REPORT_VIEW)
    return queries.issued_page(actor, kind=kind, code=code, after=after, before=before)


def issued_report(report_id: int, *, actor: Actor) -> IssuedReport:
    """One issued report. Raises NotFoundError outside the actor's reach."""
    found = queries.issued(session(), report_id)
    if found is None:
        raise NotFoundError
    place = Place(found.city_id, found.county_id, found.community_id)
    require(actor, Permission.REPORT_VIEW, place)
    return found


def file_of(report: IssuedReport) -> IO[bytes]:
    """The PDF as it was issued. Raises NotFoundError when it is lost, or no longer the same."""
    file = storage.fetch(report.storage_key)
    if file is None:
        raise NotFoundError(_NO_FILE)
    if _sha256(file) != report.sha256:
        file.close()
        raise NotFoundError(_NO_FILE)
    file.seek(0)
    return file


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(2**20):
        digest.update(chunk)
    return digest.hexdigest()


def note_fetched(report_id: int, *, actor: Actor) -> None:
    """Note in the access log that somebody took the file away."""
    report = issued_report(report_id, actor=actor)
    record_access(
        AccessKind.EXPORTED,
        actor=actor,
        what=f"report {report.id}: {report.file_name}",
        county_id=report.county_id,
    )


def offer(*, actor: Actor, code: str | None = None) -> tuple[list[tuple[str, str]], list[str]]:
    """What the actor may have reports about (code and name), and over which school years. `code`
    is one more that is offered if it is within reach: a long list is not complete."""
    require(actor, Permission.REPORT_ISSUE)
    subjects = [(code, f"{name} ({code})") for _kind, code, name in queries.subjects(actor)]
    if code and code not in dict(subjects):
        try:
            subject = subject_of(code, actor=actor)
        except (NotFoundError, AccessDeniedError):
            return subjects, queries.school_years(session())
        subjects.insert(0, (code, f"{subject.name} ({code})"))
    return subjects, queries.school_years(session())


def purge_files(*, now: datetime) -> None:
    """Remove files of reports that were never issued: this night's shelves."""
    lying = [
        key
        for shelf in storage.shelves(_PREFIX, clock.day_of(now))
        for key in storage.keys_under(shelf, before=now - _STILL_ARRIVING)
    ]
    unused = sorted({*lying} - queries.keys_in_use(session(), lying))
    after_commit(lambda: storage.delete(unused))
