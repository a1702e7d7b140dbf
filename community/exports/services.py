"""Making files of lists, at once or by a job; keeping filters under a name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from community.access import Actor, Permission, require
from community.exports import queries, rules
from community.exports.models import SavedFilter
from community.exports.rules import MEDIA_TYPES, Export, FileFormat
from community.jobs.models import Job
from community.jobs.rules import File, Progress, Unwatched
from community.jobs.services import enqueue
from community.journal.models import AccessKind
from community.journal.services import record_access
from community.kernel import clock
from community.kernel.clock import today
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, Message
from community.kernel.workbook.writing import Value, write_csv, write_xlsx

# From the filter as typed, for an actor: asks for the permission as the list itself does.
Offer = Callable[[Mapping[str, str], Actor], Export]
JOB: Final = "exports.write"

_offers: dict[str, Offer] = {}
_WRITERS: Final = {FileFormat.XLSX: write_xlsx, FileFormat.CSV: write_csv}


def offers(name: str) -> Callable[[Offer], Offer]:
    """Offer a list for taking along, under a name by which a worker finds it again."""

    def register(offer: Offer) -> Offer:
        _offers[name] = offer
        return offer

    return register


def build_export(name: str, given: Mapping[str, str], *, actor: Actor) -> Export:
    """The list of that name under a filter, as far as the actor may read it now."""
    return _offers[name](given, actor)


def write_export(export: Export, file_format: FileFormat, progress: Progress | None = None) -> File:
    """The list as a file."""
    watched = _watched(export, progress or Unwatched())
    content = BytesIO()
    _WRITERS[file_format](replace(export.listing, rows=watched), content)
    name = f"{export.listing.title} {today()}.{file_format}"
    return File(name, MEDIA_TYPES[file_format], content.getvalue())


def _watched(export: Export, progress: Progress) -> Iterator[Sequence[Value]]:
    rows: Iterable[Sequence[Value]] = export.listing.rows
    for done, row in enumerate(rows, start=1):
        progress.step(done, max(done, export.count), Message(N_("Writing the rows")))
        yield row


def record_export(name: str, export: Export, given: Mapping[str, str], *, actor: Actor) -> None:
    """Note in the access log what is taken along, and under which filter."""
    chosen = " ".join(f"{key}={value}" for key, value in sorted(given.items()) if value)
    what = f"{name} {chosen}".strip()
    record_access(AccessKind.EXPORTED, actor=actor, what=what, county_id=export.county_id)


def request_export(
    name: str,
    export: Export,
    given: Mapping[str, str],
    file_format: FileFormat,
    *,
    actor: Actor,
) -> Job:
    """Have the worker make the file: it reads the list anew, with what the actor may read then.
    Whoever fetches the file is noted once more."""
    record_export(name, export, given, actor=actor)
    return enqueue(
        JOB,
        {"name": name, "given": dict(given), "format": str(file_format)},
        title=Message(N_("Export: %(title)s"), {"title": export.listing.title}),
        actor=actor,
        county_id=export.county_id,
    )


# --- kept filters -----------------------------------------------------------------------------


def saved_filters(page: str, *, actor: Actor) -> Sequence[SavedFilter]:
    """The actor's filters of a list, by name; the operator at the terminal keeps none."""
    if actor.actor_id is None:
        return ()
    return queries.saved_filters(session(), actor.actor_id, page)


def save_filter(page: str, name: str, query: str, *, actor: Actor) -> SavedFilter:
    """Keep a filter under a name; one of that name is replaced.

    Raises RuleViolationError for one without a name, one that filters nothing, and one too many.
    """
    require(actor, Permission.ACCOUNT_SELF)
    name = rules.check_filter_name(name)
    kept = {row.name: row for row in saved_filters(page, actor=actor)}
    chosen = rules.check_filter(query, len(kept.keys() - {name}))
    row = kept.get(name) or SavedFilter(account_id=actor.actor_id, page=page, name=name)
    row.query, row.saved_at = chosen, clock.now()
    session().add(row)
    return row


def remove_filter(filter_id: int, *, actor: Actor) -> SavedFilter:
    """Keep a filter no longer. Raises NotFoundError for somebody else's."""
    row = session().get(SavedFilter, filter_id)
    if row is None or row.account_id != actor.actor_id:
        raise NotFoundError
    session().delete(row)
    return row
