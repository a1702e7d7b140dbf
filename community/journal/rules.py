"""How an entry is sealed and a chain is checked. Pure, and open: anybody can recompute it.

`entry_hash` is the SHA-256, in lower-case hexadecimal, of the UTF-8 bytes of one JSON array: the
values of `SEALED` in that order. The array has no white space, keeps non-ASCII characters as they
are (`ensure_ascii=False`), escapes nothing that JSON does not demand, and writes an absent value
as `null`. `recorded_at` is written in UTC with microseconds, `2025-03-01T08:00:00.000000+00:00`;
`changes` is the stored text itself, as one JSON string. The first entry of a chain has the number
1 and the `previous_hash` `GENESIS`.

Whoever can rewrite a whole chain and its head can seal it anew: only a hash that left the machine
shows that. Therefore reports print their county's head, and `flask journal verify --head` asks
whether it still is on the chain.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import Any, Final, NamedTuple

from community.kernel.i18n import N_, Message

SYSTEM: Final = "system"
GENESIS: Final = "0" * 64
OMITTED: Final = "…"
CHAIN: Final = "journal_chain"
CHAIN_OPENED: Final = "journal_chain.opened"
# 网络安全法 asks for six months; no half-year is longer than 184 days, and 183 is customary.
ACCESS_LOG_KEPT: Final = timedelta(days=183)
FAULTS_LISTED: Final = 100
# The columns that a hash covers, in the order in which it covers them: all but the hash itself.
SEALED: Final = (
    "chain",
    "sequence",
    "county_id",
    "recorded_at",
    "actor_id",
    "actor_name",
    "channel",
    "request_id",
    "ip",
    "batch_id",
    "action",
    "subject_type",
    "subject_id",
    "changes",
    "previous_hash",
)
_ACTION: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def chain_of(county_id: int | None) -> str:
    """The chain on which a fact of that county is journaled; without a county, the system's."""
    return SYSTEM if county_id is None else f"county:{county_id}"


def check_action(action: str) -> str:
    """The action itself; raises ValueError unless it reads `resource.past_participle`."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"{action!r} is no action: it must read resource.past_participle")
    return action


# --- canonical text ---------------------------------------------------------------------------


def instant_text(moment: datetime) -> str:
    """An instant as it is sealed: UTC, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a {type(value).__name__} has no canonical text")


changes_text: Final[Callable[[object], str]] = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
).encode
# A tampered database may hold any value in any column: it is spelt out, and fails the hash.
_sealed_text: Final[Callable[[object], str]] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=repr
).encode


def seal(values: Sequence[Any]) -> str:
    """The hash over the values of `SEALED`, `recorded_at` being its `instant_text`."""
    return sha256(_sealed_text(values).encode()).hexdigest()


def build_change(
    table: str, key: object, old: object | None, new: object | None
) -> dict[str, object]:
    """One change of one row: `old` is null for a new row, `new` for a removed one. A new or a
    removed row leaves its empty columns out; a changed one has the changed columns alone."""
    return {"id": key, "new": new, "old": old, "table": table}


@dataclass(frozen=True)
class FieldChange:
    """One column of one row, before and after; None: there was, or is, no value."""

    name: str
    old: object
    new: object


@dataclass(frozen=True)
class RowChange:
    """One change as an entry keeps it."""

    table: str
    key: object
    is_new: bool
    is_removed: bool
    fields: tuple[FieldChange, ...]


def parse_changes(text: str) -> list[RowChange]:
    """The changes of an entry, columns in the order of their names; the reverse of
    `changes_text`. What cannot be read (a tampered entry) gives none."""
    try:
        return [_row_change(change) for change in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def _row_change(change: Mapping[str, Any]) -> RowChange:
    old, new = change["old"], change["new"]
    before, after = old or {}, new or {}
    return RowChange(
        table=change["table"],
        key=change["id"],
        is_new=old is None,
        is_removed=new is None,
        fields=tuple(
            FieldChange(name, before.get(name), after.get(name))
            for name in sorted(before.keys() | after.keys())
        ),
    )


# --- checking ---------------------------------------------------------------------------------


class FaultKind(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    OUT_OF_SEQUENCE = "out_of_sequence"
    BROKEN_LINK = "broken_link"
    WRONG_CHAIN = "wrong_chain"
    TAIL_MISSING = "tail_missing"
    BEYOND_HEAD = "beyond_head"
    HEAD_CHANGED = "head_changed"
    HEAD_MISSING = "head_missing"
    ENTRIES_MISSING = "entries_missing"
    NEVER_OPENED = "never_opened"
    NOT_ON_CHAIN = "not_on_chain"


_SENTENCES: Final = {
    FaultKind.CHANGED: N_("Entry %(number)s was changed: its content does not give its hash."),
    FaultKind.OUT_OF_SEQUENCE: N_("Where entry %(expected)s should be there is entry %(number)s."),
    FaultKind.BROKEN_LINK: N_("Entry %(number)s does not continue the entry before it."),
    FaultKind.WRONG_CHAIN: N_("Entry %(number)s belongs to another chain."),
    FaultKind.TAIL_MISSING: N_(
        "The chain ends with entry %(number)s, but its head stands at entry %(expected)s."
    ),
    FaultKind.BEYOND_HEAD: N_(
        "The chain ends with entry %(number)s, beyond its head at entry %(expected)s."
    ),
    FaultKind.HEAD_CHANGED: N_("The head does not carry the hash of the last entry, %(number)s."),
    FaultKind.HEAD_MISSING: N_("The chain has entries, but no head."),
    FaultKind.ENTRIES_MISSING: N_("The chain has no entries."),
    FaultKind.NEVER_OPENED: N_("The system's chain does not know that this chain was opened."),
    FaultKind.NOT_ON_CHAIN: N_("No entry carries the hash %(hash)s."),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a chain, and where: `number` is the entry's number in its chain."""

    kind: FaultKind
    number: object = None
    expected: object = None
    hash: str = ""

    @property
    def message(self) -> Message:
        """The fault as a sentence."""
        return Message(
            _SENTENCES[self.kind],
            {"number": self.number, "expected": self.expected, "hash": self.hash},
        )


class ChainHead(NamedTuple):
    """The last entry of a chain: its number and its hash."""

    sequence: int
    entry_hash: str


class Link(NamedTuple):
    """An entry as it is checked: the values of `SEALED` as stored, its hash, its chain's head."""

    values: Sequence[Any]
    entry_hash: str
    head_sequence: int | None
    head_hash: str | None


@dataclass
class ChainReport:
    """What the check of one chain found."""

    chain: str
    entries_count: int = 0
    head: ChainHead | None = None
    faults: list[Fault] = field(default_factory=list)
    faults_count: int = 0
    # The number of the entry that carries the hash asked for, if one does.
    found_number: int | None = None
    # The chains that this one says were opened.
    opened: set[str] = field(default_factory=set)

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults_count

    def add(self, fault: Fault) -> None:
        """Count a fault, and list it unless too many are listed already."""
        self.faults_count += 1
        if len(self.faults) < FAULTS_LISTED:
            self.faults.append(fault)


_SEQUENCE, _COUNTY, _ACTION_AT, _SUBJECT, _PREVIOUS = (
    SEALED.index(name)
    for name in ("sequence", "county_id", "action", "subject_id", "previous_hash")
)


def check_chain(chain: str, links: Iterable[Link], *, sought: str | None = None) -> ChainReport:
    """Check one chain from its first entry to its head, in one pass.

    `links` come in the order of their numbers. `sought` is a hash whose entry is to be found.
    """
    report = ChainReport(chain)
    expected: Any = 1
    previous: object = GENESIS
    link = None
    for link in links:
        if not _is_sound(link, chain, expected, previous):
            _add_faults(report, link, expected, previous)
        values, number = link.values, link.values[_SEQUENCE]
        if values[_ACTION_AT] == CHAIN_OPENED and chain == SYSTEM:
            report.opened.add(values[_SUBJECT])
        if link.entry_hash == sought:
            report.found_number = number
        expected = number + 1 if isinstance(number, int) else expected + 1
        previous = link.entry_hash
        report.entries_count += 1
    if link is not None and link.head_sequence is not None and link.head_hash is not None:
        report.head = ChainHead(link.head_sequence, link.head_hash)
    _check_head(report, expected - 1, previous)
    return report


def _is_sound(link: Link, chain: str, expected: object, previous: object) -> bool:
    values = link.values
    return (
        values[_SEQUENCE] == expected
        and values[_PREVIOUS] == previous
        and seal(values) == link.entry_hash
        and chain_of(values[_COUNTY]) == chain
    )


def _add_faults(report: ChainReport, link: Link, expected: object, previous: object) -> None:
    values, number = link.values, link.values[_SEQUENCE]
    if number != expected:
        report.add(Fault(FaultKind.OUT_OF_SEQUENCE, number, expected))
    if values[_PREVIOUS] != previous:
        report.add(Fault(FaultKind.BROKEN_LINK, number))
    if seal(values) != link.entry_hash:
        report.add(Fault(FaultKind.CHANGED, number))
    if chain_of(values[_COUNTY]) != report.chain:
        report.add(Fault(FaultKind.WRONG_CHAIN, number))


def _check_head(report: ChainReport, last: int, last_hash: object) -> None:
    if not report.entries_count:
        report.add(Fault(FaultKind.ENTRIES_MISSING))
    elif report.head is None:
        report.add(Fault(FaultKind.HEAD_MISSING))
    elif report.head.sequence != last:
        is_short = report.head.sequence > last
        kind = FaultKind.TAIL_MISSING if is_short else FaultKind.BEYOND_HEAD
        report.add(Fault(kind, last, report.head.sequence))
    elif report.head.entry_hash != last_hash:
        report.add(Fault(FaultKind.HEAD_CHANGED, last))


def check_chains(links: Iterable[Link], *, sought: str | None = None) -> list[ChainReport]:
    """Check all chains; `links` come by chain and number, none left out.

    Each county's chain must have been opened on the system's, and each opened one must be there.
    """
    reports = [
        check_chain(chain, some, sought=sought)
        for chain, some in groupby(links, key=lambda link: str(link.values[0]))
    ]
    opened = {chain for report in reports for chain in report.opened}
    for report in reports:
        if report.chain != SYSTEM and report.chain not in opened:
            report.add(Fault(FaultKind.NEVER_OPENED))
    vanished = sorted(opened - {report.chain for report in reports})
    return [*reports, *(check_chain(chain, ()) for chain in vanished)]


def may_purge(before: datetime, now: datetime) -> bool:
    """Whether the access log may be emptied of what is older than `before`."""
    return now - before >= ACCESS_LOG_KEPT
