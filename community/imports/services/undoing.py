"""Take an import back: hide what it brought, open what it had ended, restore what it changed."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from community.access import Actor, Permission, Place, require
from community.activities.models import Activity
from community.communities.models import Community
from community.imports import queries
from community.imports.models import ImportBatch
from community.imports.services.places import places_of
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import Base, session
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.pinyin import search_key
from community.kernel.versions import as_json, batched, rows_by_id
from community.registry.models import School
from community.resource_transfers.models import ResourceTransfer

# Rows that are changed in place, with how their columns come back from JSON.
_IN_PLACE: Final[dict[str, type[Base]]] = {
    model.__tablename__: model for model in (School, Community, Activity, ResourceTransfer)
}
_CHUNK: Final = 1_000


def undo_batch(batch_id: int, *, actor: Actor) -> ImportBatch:
    """Take an import back, at every K; it stays in the journal and in the list.

    Raises NotFoundError when there is none that the actor may see, RuleViolationError when it was
    taken back already or when something was built on it.
    """
    batch = undoable_batch(batch_id, actor=actor)
    with writing(actor=actor, action="import_batch.undone", batch_id=batch.id):
        _hide(batch.id)
        _reopen(batch.id)
        _restore(batch.restores)
        batch.undone_at = clock.now()
        batch.undone_by = actor.actor_name
    return batch


def undoable_batch(batch_id: int, *, actor: Actor) -> ImportBatch:
    """The import, if the actor may take it back now. Raises as `undo_batch` does."""
    batch = queries.batch(session(), batch_id)
    if batch is None:
        raise NotFoundError(Message(N_("There is no import %(batch)s."), {"batch": batch_id}))
    # One that touched no county is seen by those who see everything.
    for place in places_of(queries.county_ids_of_batch(session(), batch_id)) or [Place()]:
        require(actor, Permission.IMPORT_UNDO, place)
    if batch.undone_at is not None:
        raise RuleViolationError(
            Message(
                N_("The import %(batch)s has been taken back already, by %(name)s on %(day)s."),
                {
                    "batch": batch_id,
                    "name": batch.undone_by or "",
                    "day": clock.day_of(batch.undone_at).isoformat(),
                },
            )
        )
    _check_nothing_rests_on(batch)
    return batch


def _check_nothing_rests_on(batch: ImportBatch) -> None:
    builder = queries.first_builder(session(), batch.id)
    if builder is not None:
        if builder.batch_id is not None:
            raise _refusal(builder.batch_id)
        raise RuleViolationError(
            Message(
                N_("This import cannot be taken back: an entry of %(day)s has been built on it."),
                {"day": clock.day_of(builder.recorded_at).isoformat()},
            )
        )
    own = {("activity", i) for i in queries.activity_ids(session(), batch.id)}
    own |= {("resource_transfer", i) for _, i in own}
    own |= {(restore["table"], restore["id"]) for restore in batch.restores}
    for later in queries.later_batches(session(), batch.id):
        if any((restore["table"], restore["id"]) in own for restore in later.restores):
            raise _refusal(later.id)
    for row, restore in _changed_in_place(batch.restores):
        if any(as_json(getattr(row, name)) != now for name, now in restore["after"].items()):
            raise RuleViolationError(
                Message(N_("This import cannot be taken back: what it changed was changed again."))
            )


def _refusal(batch_id: int) -> RuleViolationError:
    return RuleViolationError(
        Message(
            N_(
                "This import cannot be taken back: the import %(batch)s has been built on it. "
                "Take that one back first."
            ),
            {"batch": batch_id},
        )
    )


def _hide(batch_id: int) -> None:
    for model in queries.recorded_models():
        for ids in batched(queries.version_ids(session(), model, batch_id), _CHUNK):
            for version in rows_by_id(session(), model, ids):
                version.is_undone = True
            session().flush()


def _reopen(batch_id: int) -> None:
    for model in queries.recorded_models():
        for ids in batched(queries.closed_version_ids(session(), model, batch_id), _CHUNK):
            for version in rows_by_id(session(), model, ids):
                version.known_until = None
                version.closed_by_batch_id = None
            session().flush()


def _changed_in_place(
    restores: list[dict[str, Any]],
) -> list[tuple[Base, dict[str, Any]]]:
    found: list[tuple[Base, dict[str, Any]]] = []
    for table, model in _IN_PLACE.items():
        by_id = {restore["id"]: restore for restore in restores if restore["table"] == table}
        for row in rows_by_id(session(), model, by_id):
            identity = row.activity_id if isinstance(row, ResourceTransfer) else row.id  # type: ignore[attr-defined] # these have an id
            found.append((row, by_id[identity]))
    return found


def _restore(restores: list[dict[str, Any]]) -> None:
    for row, restore in _changed_in_place(restores):
        for name, value in restore["before"].items():
            setattr(row, name, _from_json(row, name, value))
        if isinstance(row, School):
            row.pinyin = search_key(row.name, row.short_name)
        elif isinstance(row, Community):
            row.pinyin = search_key(row.name)


def _from_json(row: Base, name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "returned_on":
            return date.fromisoformat(value)
        case "received_quantity":
            return Decimal(value)
        case "state":
            return type(row.state)(value)  # type: ignore[attr-defined] # an activity's
        case _:
            return value
