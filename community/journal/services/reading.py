"""What an actor may read of the journal and of the access log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from community import access
from community.access import Actor, Permission, Place
from community.journal import queries, rules
from community.journal.queries import AccessFilter, County, EntryFilter
from community.journal.rules import ChainHead
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.paging import Page


@dataclass(frozen=True)
class Reach:
    """Whose entries an actor may read: those of some counties, and perhaps the system's."""

    counties: Sequence[County]
    has_system: bool

    @property
    def chains(self) -> list[str]:
        """The chains within reach."""
        chains = [rules.chain_of(county.id) for county in self.counties]
        return [*chains, rules.SYSTEM] if self.has_system else chains

    def narrowed(self, chain: str | None) -> "Reach":
        """The same, for one chain alone; raises NotFoundError for one out of reach."""
        if not chain:
            return self
        if chain not in self.chains:
            raise NotFoundError
        counties = [county for county in self.counties if rules.chain_of(county.id) == chain]
        return Reach(counties, chain == rules.SYSTEM)


def reach_of(actor: Actor) -> Reach:
    """Whose entries the actor may read. Raises AccessDeniedError when nobody's."""
    access.require(actor, Permission.JOURNAL_VIEW)
    return Reach(
        [
            county
            for county in queries.counties()
            if access.allows(
                actor, Permission.JOURNAL_VIEW, Place(city_id=county.city_id, county_id=county.id)
            )
        ],
        has_system=access.allows(actor, Permission.JOURNAL_VIEW, Place()),
    )


def entries(
    wanted: EntryFilter,
    *,
    actor: Actor,
    chain: str | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[*tuple[Any, ...]]]:
    """A page of the journal, as far as the actor may read it."""
    chains = reach_of(actor).narrowed(chain).chains
    return queries.entries_page(chains, wanted, after=after, before=before)


def accesses(
    wanted: AccessFilter,
    *,
    actor: Actor,
    chain: str | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row[*tuple[Any, ...]]]:
    """A page of the access log, as far as the actor may read it."""
    reach = reach_of(actor).narrowed(chain)
    return queries.access_page(
        [county.id for county in reach.counties],
        wanted,
        with_system=reach.has_system,
        after=after,
        before=before,
    )


def heads(*, actor: Actor, chain: str | None = None) -> dict[str, ChainHead]:
    """The heads of the chains that the actor may read, as reports print them."""
    return queries.heads(reach_of(actor).narrowed(chain).chains)


def marks_of(county_ids: Iterable[int], *, is_locked: bool = False) -> dict[str, ChainHead]:
    """How far the journal has come on the chains of these counties and of the system.

    The same marks later mean that nothing of theirs was changed in between; locked ones stay as
    they are until the transaction ends.
    """
    chains = [rules.SYSTEM, *map(rules.chain_of, sorted(set(county_ids)))]
    if is_locked:
        return queries.locked_heads(session().connection(), chains)
    return queries.heads(chains)
