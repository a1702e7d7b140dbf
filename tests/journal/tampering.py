"""Ways to tamper with a journal, for somebody who has the whole database in hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Table, delete, insert, select, update

from community.journal import rules
from community.kernel.database import Base, session
from community.kernel.origin import Channel
from tests.journal.conftest import Journal

ENTRY: Final[Table] = Base.metadata.tables["journal_entry"]
HEAD: Final[Table] = Base.metadata.tables["journal_head"]


class Tamperer:
    """Tampers in the current session, which must be rolled back. The number decides where."""

    def __init__(self, number: int, journal: Journal) -> None:
        self.number = number
        self.chance = Random(number)  # noqa: S311 - chance, no secret
        self.journal = journal
        self.connection = session().connection()
        self.rows = [
            row._asdict()
            for row in self.connection.execute(
                select(ENTRY).order_by(ENTRY.c.chain, ENTRY.c.sequence)
            )
        ]
        self.touched = 0

    def run(self, statement: Any) -> None:
        """Do it, and count the rows."""
        # Of an INSERT some drivers do not count the rows.
        self.touched += abs(self.connection.execute(statement).rowcount)

    def one(self) -> dict[str, Any]:
        """Any entry."""
        return self.chance.choice(self.rows)

    def chain(self) -> list[dict[str, Any]]:
        """All entries of a chain with several."""
        chain = self.chance.choice(self.journal.chains)
        return [row for row in self.rows if row["chain"] == chain]

    def at(self, row: dict[str, Any]) -> Any:
        """The condition that finds an entry."""
        return (ENTRY.c.chain == row["chain"]) & (ENTRY.c.sequence == row["sequence"])

    def other(self, name: str, value: object) -> object:
        """Another value that the column's constraints admit."""
        if name == "county_id":
            return self.chance.choice([c for c in (*self.journal.county_ids, None) if c != value])
        if name == "actor_id":
            return self.chance.choice([a for a in (*self.journal.account_ids, None) if a != value])
        if name == "batch_id":
            return self.journal.batch_id if value is None else None
        if name == "channel":
            return self.chance.choice([c for c in Channel if c is not value])
        if isinstance(value, datetime):
            return value + timedelta(microseconds=self.chance.choice([-1, 1, 86_400_000_000]))
        if isinstance(value, int):
            return value + self.chance.choice([-1000, 1000])
        if value is None or value == "":
            return "x"
        spot = self.chance.randrange(len(str(value)))
        return self.chance.choice([f"{value}"[:spot] + "~" + f"{value}"[spot + 1 :], ""])

    def sealed(self, row: dict[str, Any]) -> dict[str, Any]:
        """The entry with the hash that its content has."""
        values = [row[name] for name in rules.SEALED]
        values[rules.SEALED.index("recorded_at")] = rules.instant_text(row["recorded_at"])
        return {**row, "entry_hash": rules.seal(values)}

    # The ways.

    def change_a_column(self) -> None:
        """Change one column of one entry: each column in turn."""
        row = self.one()
        name = ENTRY.columns.keys()[self.number % len(ENTRY.columns)]
        if name == "chain":
            self.move_an_entry()
        else:
            value = self.other(name, row[name])
            self.run(update(ENTRY).where(self.at(row)).values({name: value}))

    def change_and_reseal_one(self) -> None:
        """Change an entry and give it the right hash: the next one, or the head, disagrees."""
        row = self.one()
        name = self.chance.choice(["actor_name", "actor_id", "changes", "action", "recorded_at"])
        row = self.sealed({**row, name: self.other(name, row[name])})
        self.run(update(ENTRY).where(self.at(row)).values(row))

    def change_and_reseal_all(self) -> None:
        """Change an entry and seal the whole rest of the chain anew, but not the head."""
        rows = self.chain()
        start = self.chance.randrange(len(rows))
        rows[start] = {**rows[start], "actor_name": "forged"}
        for place in range(start, len(rows)):
            if place:
                rows[place] = {**rows[place], "previous_hash": rows[place - 1]["entry_hash"]}
            rows[place] = self.sealed(rows[place])
            self.run(update(ENTRY).where(self.at(rows[place])).values(rows[place]))

    def remove_one(self) -> None:
        """Remove any entry."""
        self.run(delete(ENTRY).where(self.at(self.one())))

    def remove_one_and_close_the_gap(self) -> None:
        """Remove an entry and number the following ones anew."""
        rows = self.chain()
        gone = self.chance.choice(rows)
        self.run(delete(ENTRY).where(self.at(gone)))
        for row in rows:
            if row["sequence"] > gone["sequence"]:
                self.run(update(ENTRY).where(self.at(row)).values(sequence=row["sequence"] - 1))

    def remove_the_tail(self) -> None:
        """Remove the last entries of a chain."""
        rows = self.chain()
        first = self.chance.randrange(2, len(rows) + 1)
        self.run(delete(ENTRY).where(ENTRY.c.chain == rows[0]["chain"], ENTRY.c.sequence >= first))

    def remove_the_start(self) -> None:
        """Remove the first entries of a chain."""
        rows = self.chain()
        last = self.chance.randrange(1, len(rows))
        self.run(delete(ENTRY).where(ENTRY.c.chain == rows[0]["chain"], ENTRY.c.sequence <= last))

    def remove_a_chain(self) -> None:
        """Remove all entries of a chain, with or without its head."""
        chain = self.chance.choice([*self.journal.chains, rules.SYSTEM])
        self.run(delete(ENTRY).where(ENTRY.c.chain == chain))
        if self.number % 2:
            self.run(delete(HEAD).where(HEAD.c.chain == chain))

    def forge_at_the_end(self) -> None:
        """Add a well-sealed entry after the last."""
        last = self.chain()[-1]
        forged = {
            **last,
            "sequence": last["sequence"] + 1,
            "previous_hash": last["entry_hash"],
            "actor_name": "forged",
        }
        self.run(insert(ENTRY).values(self.sealed(forged)))

    def forge_at_the_start(self) -> None:
        """Add a well-sealed entry before the first."""
        first = self.chain()[0]
        forged = {**first, "sequence": self.chance.choice([0, -1]), "actor_name": "forged"}
        self.run(insert(ENTRY).values(self.sealed(forged)))

    def repeat_an_entry(self) -> None:
        """Write an entry a second time, under the next number."""
        rows = self.chain()
        row = self.chance.choice(rows)
        self.run(insert(ENTRY).values({**row, "sequence": rows[-1]["sequence"] + 1}))

    def insert_in_the_middle(self) -> None:
        """Make room for one more entry."""
        rows = self.chain()
        place = self.chance.randrange(1, len(rows))
        for row in reversed(rows[place:]):
            self.run(update(ENTRY).where(self.at(row)).values(sequence=row["sequence"] + 1))
        forged = {**rows[place], "actor_name": "forged"}
        self.run(insert(ENTRY).values(self.sealed(forged)))

    def swap_two(self) -> None:
        """Exchange the numbers of two entries."""
        first, second = self.chance.sample(self.chain(), 2)
        self.run(update(ENTRY).where(self.at(first)).values(sequence=-7))
        self.run(update(ENTRY).where(self.at(second)).values(sequence=first["sequence"]))
        self.run(
            update(ENTRY)
            .where(ENTRY.c.chain == first["chain"], ENTRY.c.sequence == -7)
            .values(sequence=second["sequence"])
        )

    def swap_contents(self) -> None:
        """Exchange the changes of two entries."""
        first, second = self.chance.sample(self.chain(), 2)
        for row, source in ((first, second), (second, first)):
            self.run(update(ENTRY).where(self.at(row)).values(changes=source["changes"] + " "))

    def move_an_entry(self) -> None:
        """Put the end of one chain at the end of another, sealed for it or not."""
        chains = list(self.journal.chains)
        self.chance.shuffle(chains)
        ends = [[row for row in self.rows if row["chain"] == chain][-1] for chain in chains]
        moved = {**ends[0], "chain": chains[1], "sequence": ends[1]["sequence"] + 1}
        if self.number % 2:
            moved = self.sealed({**moved, "previous_hash": ends[1]["entry_hash"]})
        self.run(update(ENTRY).where(self.at(ends[0])).values(moved))

    def exchange_chains(self) -> None:
        """Give the entries of each chain to the other, heads included or not."""
        first, second = self.journal.chains
        tables = (ENTRY, HEAD) if self.number % 2 else (ENTRY,)
        for table in tables:
            for old, new in ((first, "x"), (second, first), ("x", second)):
                self.run(update(table).where(table.c.chain == old).values(chain=new))

    def change_a_head(self) -> None:
        """Change, remove or rename a head."""
        at = HEAD.c.chain == self.chance.choice([*self.journal.chains, rules.SYSTEM])
        self.run(
            [
                update(HEAD).where(at).values(sequence=HEAD.c.sequence + 1),
                update(HEAD).where(at).values(sequence=HEAD.c.sequence - 1),
                update(HEAD).where(at).values(entry_hash=rules.GENESIS),
                update(HEAD).where(at).values(chain="county:0"),
                delete(HEAD).where(at),
            ][self.number % 5]
        )

    def forge_a_chain(self) -> None:
        """Add a whole chain with its head, perfectly sealed."""
        row = self.sealed({**self.chain()[0], "chain": "county:987654", "sequence": 1})
        self.run(insert(ENTRY).values(row))
        head = {"chain": row["chain"], "sequence": 1, "entry_hash": row["entry_hash"]}
        self.run(insert(HEAD).values(head))

    def forge_a_head(self) -> None:
        """Add the head of a chain that has no entries."""
        self.run(insert(HEAD).values(chain="county:987654", sequence=3, entry_hash="x"))


WAYS: Final[list[Callable[[Tamperer], None]]] = [
    Tamperer.change_a_column,
    Tamperer.change_and_reseal_one,
    Tamperer.change_and_reseal_all,
    Tamperer.remove_one,
    Tamperer.remove_one_and_close_the_gap,
    Tamperer.remove_the_tail,
    Tamperer.remove_the_start,
    Tamperer.remove_a_chain,
    Tamperer.forge_at_the_end,
    Tamperer.forge_at_the_start,
    Tamperer.repeat_an_entry,
    Tamperer.insert_in_the_middle,
    Tamperer.swap_two,
    Tamperer.swap_contents,
    Tamperer.move_an_entry,
    Tamperer.exchange_chains,
    Tamperer.change_a_head,
    Tamperer.forge_a_chain,
    Tamperer.forge_a_head,
]
