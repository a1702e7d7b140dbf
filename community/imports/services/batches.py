"""What has been imported: the list, one batch, asking to take it back."""

from dataclasses import dataclass

from sqlalchemy import Row

from community.access import Actor, Permission, Place, allows, require
from community.imports import queries
from community.imports.models import ImportBatch
from community.imports.services.places import places_of
from community.imports.services.undoing import undoable_batch
from community.jobs.models import Job
from community.jobs.services import enqueue
from community.kernel.database import session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.paging import Page
from community.registry import queries as registry
from community.registry.models import Division


@dataclass(frozen=True)
class BatchDetails:
    """A batch, the counties in the actor's reach that it touched, and why it cannot be taken back,
    if so. Of one that also touched others, files and figures are not the actor's to see."""

    batch: ImportBatch
    counties: list[Division]
    refusal: Message | None
    may_undo: bool
    is_shared: bool


def list_batches(*, actor: Actor) -> list[ImportBatch]:
    """The imports that touched counties which the actor may import, newest first."""
    return queries.batches(session(), _county_ids(actor))


@dataclass(frozen=True)
class BatchPage:
    """A page of imports; `shared_ids` are those that also touched counties out of reach."""

    page: Page[Row[int, ImportBatch]]
    shared_ids: set[int]


def batch_page(*, actor: Actor, after: str | None = None, before: str | None = None) -> BatchPage:
    """A page of the same list."""
    county_ids = _county_ids(actor)
    page = queries.batch_page(county_ids, after=after, before=before)
    shown = [row.id for row in page.rows]
    beyond = queries.batch_ids_beyond(session(), shown, county_ids) if county_ids else set()
    return BatchPage(page, beyond)


def _county_ids(actor: Actor) -> list[int] | None:
    """The counties that the actor may import; None: all."""
    require(actor, Permission.IMPORT_RUN)
    if allows(actor, Permission.IMPORT_RUN, Place()):  # everywhere
        return None
    return [
        county.id
        for county in registry.counties(session())
        if allows(actor, Permission.IMPORT_RUN, Place(county.parent_id, county.id))
    ]


def county_names(*, actor: Actor) -> list[str]:
    """The counties that the actor may import, by name."""
    require(actor, Permission.IMPORT_RUN)
    return [
        county.name
        for county in registry.counties(session())
        if allows(actor, Permission.IMPORT_RUN, Place(county.parent_id, county.id))
    ]


def batch_details(batch_id: int, *, actor: Actor) -> BatchDetails:
    """One batch, seen by who may import any of the counties that it touched.

    Raises NotFoundError for any other.
    """
    batch = queries.batch(session(), batch_id)
    wanted = _county_ids(actor)
    touched = queries.county_ids_of_batch(session(), batch_id)
    if batch is None or (wanted is not None and not touched & set(wanted)):
        raise NotFoundError
    seen = touched if wanted is None else touched & set(wanted)
    counties = [county for county in registry.counties(session()) if county.id in seen]
    places = places_of(touched) or [Place()]
    may_undo = all(allows(actor, Permission.IMPORT_UNDO, place) for place in places)
    refusal = _refusal(batch_id, actor) if may_undo else None
    return BatchDetails(batch, counties, refusal, may_undo, is_shared=seen != touched)


def _refusal(batch_id: int, actor: Actor) -> Message | None:
    try:
        undoable_batch(batch_id, actor=actor)
    except RuleViolationError as error:
        return error.message
    return None


def request_undo(batch_id: int, *, actor: Actor) -> Job:
    """Have an import taken back; twice is once.

    Raises RuleViolationError when something rests on it, AccessDeniedError when it also touched
    counties of others.
    """
    details = batch_details(batch_id, actor=actor)
    if not details.may_undo:
        raise AccessDeniedError
    batch = undoable_batch(batch_id, actor=actor)
    return enqueue(
        "imports.undo",
        {"batch_id": batch.id},
        title=Message(N_("Taking back the import %(batch)s"), {"batch": batch.id}),
        actor=actor,
        county_id=actor.county_id,
    )
