"""A table being filled in: saved as forms are (暂存), its owner's alone, until it is reported or
discarded."""

from community.access import Actor
from community.activities.rules import Sheet
from community.activities.rules.entries import FILLED, TABLE, EntryContent, EntryOnFile
from community.activities.services import entries
from community.grids import queries
from community.grids.rules import TypedTable
from community.kernel.database import session

COMMUNITY = "community"


def save_table(sheet: Sheet, form_key: str, table: TypedTable, *, actor: Actor) -> EntryOnFile:
    """Save a table, whatever its faults. Raises as `entries.save_entry` does."""
    fields = {
        COMMUNITY: [table.community],
        TABLE: [table.text],
        FILLED: [str(table.filled_count)],
    }
    return entries.save_entry(
        form_key,
        EntryContent(sheet, fields, community_id=_community_id(table.community, actor)),
        saved_from=table.saved_from,
        revision=table.revision,
        actor=actor,
    )


def saved_table(form_key: str, *, actor: Actor) -> EntryOnFile:
    """A saved table of the actor's. Raises NotFoundError for anybody else's."""
    return entries.own_entry(form_key, actor=actor, is_table=True)


def latest_table(sheet: Sheet, code: str, *, actor: Actor) -> str | None:
    """The key of the table that the actor saved last; of a community, where its code is given."""
    community_id = _community_id(code, actor)
    if code and community_id is None:
        return None
    return entries.latest_table(sheet, community_id, actor=actor)


def is_reported(form_key: str, *, actor: Actor) -> bool:
    """Whether a table has been reported. Raises NotFoundError for anybody else's."""
    return entries.reported_by_form(form_key, actor=actor) is not None


def _community_id(code: str, actor: Actor) -> int | None:
    """One of the actor's communities by its code."""
    found = queries.communities_of(session(), actor) if code else ()
    return next((one.id for one in found if one.code == code), None)
