"""Appending to the chains, and checking them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from community.journal import queries, rules
from community.journal.models import JournalEntry, JournalHead
from community.journal.rules import (
    GENESIS,
    SYSTEM,
    ChainHead,
    ChainReport,
    Fault,
    FaultKind,
)
from community.journal.services.answering import Writing
from community.kernel import clock
from community.kernel.database import Base
from community.kernel.i18n import N_, Message

ENTRIES_AT_ONCE: Final = 2_000
_COLUMNS: Final = (*rules.SEALED, "entry_hash")

_entry: Final[Table] = Base.metadata.tables[JournalEntry.__tablename__]
_head: Final[Table] = Base.metadata.tables[JournalHead.__tablename__]


@dataclass(frozen=True)
class Draft:
    """An entry that has no place in its chain yet; `changes` as `rules.build_change` gives them."""

    county_id: int | None
    subject_type: str
    subject_id: str
    changes: Sequence[object]
    action: str | None = None  # None: what is being done at this moment


def append(connection: Connection, drafts: Sequence[Draft], by: Writing) -> None:
    """Put entries at the ends of their chains, in this transaction.

    Costs one lock per chain, whatever the number of entries. The first entry of a county's chain
    is preceded by one on the system's that says so: nobody can take a chain away whole.
    """
    chains = sorted({rules.chain_of(draft.county_id) for draft in drafts})
    heads = queries.locked_heads(connection, chains)
    if len(heads) < len(chains):
        opened = _open(connection, [chain for chain in chains if chain not in heads])
        drafts = [*opened, *drafts]
        chains = sorted({*chains, SYSTEM} if opened else chains)
        heads = queries.locked_heads(connection, chains)
    rows = _sealed(drafts, heads, by)
    while some := list(islice(rows, ENTRIES_AT_ONCE)):
        connection.execute(insert(_entry), some)
    connection.execute(
        update(_head).where(_head.c.chain == bindparam("of_chain")),
        [{"of_chain": chain, **head._asdict()} for chain, head in heads.items()],
    )


def _open(connection: Connection, chains: Sequence[str]) -> list[Draft]:
    """Begin chains, unless somebody else does so at this moment; say so on the system's chain."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    begin = dialect.insert(_head).on_conflict_do_nothing().returning(_head.c.chain)
    begun: list[str] = []
    for chain in sorted({*chains, SYSTEM}):
        begun += connection.execute(
            begin, {"chain": chain, "sequence": 0, "entry_hash": GENESIS}
        ).scalars()
    return [
        Draft(None, rules.CHAIN, chain, (), rules.CHAIN_OPENED)
        for chain in begun
        if chain != SYSTEM
    ]


def _sealed(
    drafts: Sequence[Draft], heads: dict[str, ChainHead], by: Writing
) -> Iterator[dict[str, Any]]:
    """The rows of the entries; moves `heads` on."""
    recorded_at = clock.now()
    recorded_text = rules.instant_text(recorded_at)
    origin = by.origin
    for draft in drafts:
        chain = rules.chain_of(draft.county_id)
        sequence, previous_hash = heads[chain]
        values: tuple[Any, ...] = (
            chain,
            sequence + 1,
            draft.county_id,
            recorded_text,
            by.actor_id,
            by.actor_name,
            origin.channel,
            origin.request_id,
            origin.ip,
            by.batch_id,
            draft.action or by.action,
            draft.subject_type,
            draft.subject_id,
            rules.changes_text(draft.changes),
            previous_hash,
        )
        entry_hash = rules.seal(values)
        heads[chain] = ChainHead(sequence + 1, entry_hash)
        row = zip(_COLUMNS, (*values, entry_hash), strict=True)
        yield {**dict(row), "recorded_at": recorded_at}


# --- checking ---------------------------------------------------------------------------------


def verify(chain: str | None = None, *, sought: str | None = None) -> list[ChainReport]:
    """Check one chain or all: any change, removal, insertion or reordering is a fault.

    `sought` is a hash (as a report prints it) whose entry is to be found. Reads in batches.
    """
    links = queries.links(chain)
    reports = (
        rules.check_chains(links, sought=sought)
        if chain is None
        else [rules.check_chain(chain, links, sought=sought)]
    )
    known = {report.chain: report for report in reports}
    for empty, head in queries.heads_without_entries(chain).items():
        if empty not in known:
            report = rules.check_chain(empty, ())
            reports.append(report)
            known[empty] = report
        known[empty].head = head
    return reports


@dataclass(frozen=True)
class Verification:
    """What `flask journal verify` says."""

    reports: Sequence[ChainReport]
    sought: str | None = None

    @property
    def is_found(self) -> bool:
        """Whether the hash asked for is on a chain, or none was asked for."""
        return self.sought is None or any(report.found_number for report in self.reports)

    @property
    def is_intact(self) -> bool:
        """Whether there is nothing to report but the heads."""
        return self.is_found and all(report.is_intact for report in self.reports)

    def lines(self) -> Iterator[Message]:
        """One sentence per chain, and per fault below it."""
        for report in self.reports:
            yield _summary(report)
            for fault in report.faults:
                yield _indented(fault.message)
            unlisted = report.faults_count - len(report.faults)
            if unlisted:
                yield _indented(Message(N_("And %(count)s more faults."), {"count": unlisted}))
            if report.found_number:
                found = N_("The hash asked for is that of entry %(number)s.")
                yield _indented(Message(found, {"number": report.found_number}))
        if not self.reports:
            yield Message(N_("The journal is empty."))
        if not self.is_found:
            yield Fault(FaultKind.NOT_ON_CHAIN, hash=self.sought or "").message


def _indented(message: Message) -> Message:
    return Message("  %(message)s", {"message": message})


def _summary(report: ChainReport) -> Message:
    msgid = (
        N_("%(chain)s: %(count)s entries, intact; head %(number)s %(hash)s")
        if report.is_intact
        else N_("%(chain)s: %(count)s entries, NOT INTACT; head %(number)s %(hash)s")
    )
    head = report.head or ChainHead(0, "-")
    return Message(
        msgid,
        {
            "chain": report.chain,
            "count": report.entries_count,
            "number": head.sequence,
            "hash": head.entry_hash,
        },
    )


def verification(chain: str | None = None, sought: str | None = None) -> Verification:
    """Check the chains, and whether a printed hash is on one of them."""
    wanted = sought.strip().lower() if sought else None
    return Verification(verify(chain, sought=wanted), wanted)
