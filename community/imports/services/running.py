"""Bring the tables of one call in: compare, and unless there are errors, write."""

from community.access import Actor, Permission, Place, allows, require
from community.imports import queries
from community.imports.models import ImportBatch, ImportBatchCounty
from community.imports.rules import ImportResult, Source
from community.imports.services.comparing import Comparison
from community.imports.services.places import places_of
from community.imports.services.recording import record
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import Stamp
from community.registry import queries as registry


def import_source(
    source: Source, *, actor: Actor, is_history: bool = False, is_dry_run: bool = False
) -> ImportResult:
    """Import what `sheets.read_files` has read, all of it or nothing.

    With `is_history` (历史数据初始化) facts are known from the ledger's dates, else from now. With
    errors, or as a dry run, nothing is written. Call it inside `transaction()`.
    """
    require(actor, Permission.IMPORT_RUN)
    counties = {
        county.id: county
        for county in registry.counties(session())
        if allows(actor, Permission.IMPORT_RUN, Place(county.parent_id, county.id))
    }
    knowledge = Knowledge(clock.now(), is_history)
    comparison = Comparison(
        session(), source, {c: county.live_on for c, county in counties.items()}, knowledge
    )
    changes = comparison.run()
    errors = source.all_errors()
    sheets = tuple(table.summary() for table in source.tables)
    if errors or is_dry_run:
        return ImportResult(None, sheets, errors)
    for place in places_of(changes.county_ids):
        require(actor, Permission.IMPORT_RUN, place)
    batch = ImportBatch(
        imported_at=knowledge.now,
        imported_by=actor.actor_name,
        actor_id=actor.actor_id,
        is_history=is_history,
        sheets=[sheet.as_json() for sheet in sheets],
        restores=[],
    )
    with writing(actor=actor, action="import_batch.started"):
        session().add(batch)
        session().flush()  # the facts need its number
        session().add_all(
            ImportBatchCounty(batch_id=batch.id, county_id=county_id)
            for county_id in sorted(changes.county_ids)
        )
    stamp = Stamp(knowledge.now, actor.actor_name, batch.id)
    with writing(actor=actor, action="import_batch.imported", batch_id=batch.id):
        batch.restores = record(changes, stamp, comparison.knowledge_of)
    return ImportResult(batch.id, sheets, ())


def list_batches(*, actor: Actor) -> list[ImportBatch]:
    """The imports that touched counties which the actor may import, newest first."""
    require(actor, Permission.IMPORT_RUN)
    if allows(actor, Permission.IMPORT_RUN, Place()):  # everywhere
        return queries.batches(session(), None)
    counties = [
        county.id
        for county in registry.counties(session())
        if allows(actor, Permission.IMPORT_RUN, Place(county.parent_id, county.id))
    ]
    return queries.batches(session(), counties)
