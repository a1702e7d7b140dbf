"""Bring the tables of one call in: compare, and unless there are errors, write."""

from collections.abc import Mapping
from dataclasses import dataclass

from community.access import Actor, Permission, Place, allows, require
from community.imports.models import ImportBatch, ImportBatchCounty
from community.imports.rules import ImportResult, RowError, SheetSummary, Source, digest_of
from community.imports.services.comparing import Changes, Comparison, compare
from community.imports.services.places import places_of
from community.imports.services.recording import record
from community.jobs.rules import Progress, Unwatched
from community.journal.rules import ChainHead
from community.journal.services import marks_of, writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.facts import Knowledge
from community.kernel.versions import Stamp
from community.registry import queries as registry
from community.registry.rules import NO_CHOICES, SchoolChoices, SchoolDirectory


@dataclass(frozen=True)
class Plan:
    """What an import would write, worked out at one instant."""

    source: Source
    comparison: Comparison
    schools: SchoolDirectory
    errors: tuple[RowError, ...]
    sheets: tuple[SheetSummary, ...]
    knowledge: Knowledge
    marks: Mapping[str, ChainHead]

    @property
    def changes(self) -> Changes:
        """What is to be written, kind by kind."""
        return self.comparison.changes

    @property
    def digest(self) -> str:
        """SHA-256 of what would be written: the same again means that nothing else would be."""
        outcomes = [[row.outcome for row in table.rows] for table in self.source.tables]
        return digest_of((outcomes, self.errors, self.changes), self.knowledge.now)

    def still_holds(self) -> bool:
        """Whether nothing was changed in the counties concerned since; others wait from now on
        until the transaction ends."""
        marks = marks_of(self.changes.county_ids, is_locked=True)
        return all(self.marks.get(chain) == head for chain, head in marks.items())


def plan_import(
    source: Source,
    *,
    actor: Actor,
    is_history: bool = False,
    choices: SchoolChoices = NO_CHOICES,
    progress: Progress | None = None,
) -> Plan:
    """Compare what `sheets.read_files` has read with what is on file. Writes nothing."""
    require(actor, Permission.IMPORT_RUN)
    counties = {
        county.id: county.live_on
        for county in registry.counties(session())
        if allows(actor, Permission.IMPORT_RUN, Place(county.parent_id, county.id))
    }
    marks = marks_of(counties)
    knowledge = Knowledge(clock.now(), is_history)
    comparison = Comparison(
        session(), source, counties, knowledge, choices, progress or Unwatched()
    )
    schools = compare(comparison)
    return Plan(
        source,
        comparison,
        schools,
        source.all_errors(),
        tuple(table.summary() for table in source.tables),
        knowledge,
        marks,
    )


def write_plan(plan: Plan, *, actor: Actor) -> ImportBatch:
    """Write a plan without errors as one batch. Call it inside `transaction()`."""
    changes, knowledge = plan.changes, plan.knowledge
    for place in places_of(changes.county_ids):
        require(actor, Permission.IMPORT_RUN, place)
    batch = ImportBatch(
        imported_at=knowledge.now,
        imported_by=actor.actor_name,
        actor_id=actor.actor_id,
        is_history=knowledge.is_history,
        sheets=[sheet.as_json() for sheet in plan.sheets],
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
        batch.restores = record(changes, stamp, plan.comparison.knowledge_of)
    return batch


def import_source(
    source: Source, *, actor: Actor, is_history: bool = False, is_dry_run: bool = False
) -> ImportResult:
    """Import what `sheets.read_files` has read, all of it or nothing.

    With `is_history` (历史数据初始化) facts are known from the ledger's dates, else from now. With
    errors, or as a dry run, nothing is written. Call it inside `transaction()`.
    """
    plan = plan_import(source, actor=actor, is_history=is_history)
    if plan.errors or is_dry_run:
        return ImportResult(None, plan.sheets, plan.errors)
    batch = write_plan(plan, actor=actor)
    return ImportResult(batch.id, plan.sheets, ())
