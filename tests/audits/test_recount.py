"""An independent recount: generated histories, counted by the product and by plain SQL.

`RECOUNT_EXAMPLES=5000` (histories, three questions each) makes a longer run; the usual run asks
the same histories every time.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from random import Random
from typing import Any, Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import FromClause

from community import access
from community.audits.rules.count import Count
from community.audits.rules.results import CriterionResult
from community.audits.services import Question, count_region, seed_rule_sets
from community.journal.services import writing
from community.kernel.database import Base, session, transaction
from community.registry.models import Division, SchoolYear, Term
from community.registry.rules import DivisionKind
from community.web.extensions import db
from tests.audits.histories import History, build_history
from tests.audits.recount import TERMS, hang_calendar, recount

EXAMPLES: Final = int(os.environ.get("RECOUNT_EXAMPLES", "200"))
OPERATOR: Final = access.Operator("test")
CITY, COUNTIES, SEAT = 1, (2, 3), 4


def divisions() -> Iterator[Division]:
    """A city of two counties, and the township in which one of them has its seat."""
    yield Division(id=CITY, code="445200", name="City", kind=DivisionKind.CITY)
    for number, code in zip(COUNTIES, ("445203", "445202"), strict=True):
        yield Division(id=number, code=code, name=code, kind=DivisionKind.COUNTY, parent_id=CITY)
    yield Division(
        id=SEAT,
        code="445203001",
        name="Seat",
        kind=DivisionKind.TOWNSHIP,
        parent_id=COUNTIES[0],
        is_county_seat=True,
    )


@pytest.fixture
def calendar(app: Flask) -> Iterator[None]:
    """Divisions, school years, the rule set, and the recount's own table of days."""
    with app.app_context():
        with transaction(), writing(actor=OPERATOR, action="reference.seeded"):
            for division in divisions():
                session().add(division)
                session().flush()
            for number, year in enumerate((2023, 2024, 2025), 1):
                name = f"{year}-{year + 1}"
                session().add(
                    SchoolYear(
                        id=number,
                        name=name,
                        starts_on=date(year, 9, 1),
                        ends_on=date(year + 1, 8, 31),
                    )
                )
            session().flush()
            for number, (starts_on, ends_on) in enumerate(TERMS.values(), 1):
                session().add(
                    Term(school_year_id=2, number=number, starts_on=starts_on, ends_on=ends_on)
                )
            seed_rule_sets()
        with db.engine.begin() as connection:
            hang_calendar(connection)
        yield


def depth(table: FromClause) -> int:
    """How many owners stand above a table's rows."""
    owners = {key.column.table for key in table.foreign_keys} - {table}
    return 1 + max(map(depth, owners), default=0)


def write(history: History) -> None:
    """Write the rows, owners before what they own."""
    depths = {table.name: depth(table) for table in Base.metadata.sorted_tables}

    def order(row: Base) -> int:
        return depths[type(row).__tablename__]

    with writing(actor=OPERATOR, action="history.recorded"):
        for _, together in groupby(sorted(history.rows, key=order), key=order):
            session().add_all(together)
            session().flush()


def figures(criterion: CriterionResult) -> dict[str, int]:
    """A criterion's figures as the recount names them, with a threshold that schools decide."""
    value, threshold = criterion.value, criterion.threshold
    if not isinstance(value, int):
        return dict(value)
    if criterion.id in ("R2", "O3") and isinstance(threshold, int):
        return {"value": value, "threshold": threshold}
    return {"value": value}


def said_by_rules(count: Count) -> dict[str, Any]:
    """What the product says, in the shape of the recount."""
    said: dict[str, Any] = {}
    for county in count.regions:
        reached = county.coverage
        said[county.code] = (
            county.counted,
            (reached.rural_schools, reached.in_community, reached.in_counted),
        )
        for judged in county.communities:
            cells = {
                tuple(map(str, key)): tuple(
                    number
                    for amount in (levels.reported, levels.confirmed, levels.counted)
                    for number in (amount.rows, amount.periods)
                )
                for key, levels in judged.figures.cells.items()
            }
            answers = {c.id: (str(c.outcome), figures(c)) for c in judged.criteria}
            said[judged.facts.code] = (county.code, str(judged.verdict), answers, cells)
    return said


def test_the_recount_agrees(calendar: None) -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES == 200,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def agrees(random: Random) -> None:
        history = build_history(random, COUNTIES, SEAT)
        with transaction() as written:
            write(history)
            for as_of, known_at in history.questions:
                note(f"D {as_of}, K {known_at}")
                question = Question(as_of, known_at, school_year="2024-2025")
                by_rules = said_by_rules(count_region("445200", question, actor=OPERATOR))
                by_sql = recount(session(), as_of, known_at)
                nothing = dict.fromkeys((c for c in by_rules if c.isdigit()), (0, (0, 0, 0)))
                by_sql = {**nothing, **by_sql}
                if by_rules != by_sql:
                    note(str(history))
                assert by_rules == by_sql
                for _, verdict, answers, _ in (v for k, v in by_sql.items() if not k.isdigit()):
                    seen[verdict] += 1
                    seen.update(f"{name} {outcome}" for name, (outcome, _) in answers.items())
            written.abandon()
        seen["histories"] += 1

    import time

    t = time.process_time()
    agrees()
    print("CPU", time.process_time() - t)
    assert seen["histories"] >= EXAMPLES
    print(sorted(seen.items()))
