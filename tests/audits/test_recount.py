"""An independent recount: generated histories, counted by the product and by plain SQL.

`RECOUNT_EXAMPLES=5000` (histories, three questions each) makes a longer run; the usual run asks
the same histories every time.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, note, settings

from community import access
from community.audits.rules.count import Count
from community.audits.rules.results import CriterionResult
from community.audits.services import Question, count_region, seed_rule_sets
from community.journal.services import writing
from community.kernel.database import Base, session, transaction
from community.registry.models import Division, SchoolYear, Term
from community.registry.rules import DivisionKind
from community.web.extensions import db
from tests.audits.histories import History, histories
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


def write(history: History) -> None:
    """Write the rows, owners before what they own."""
    tables = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    rows = sorted(history.rows, key=lambda row: tables[type(row).__table__])
    with writing(actor=OPERATOR, action="history.recorded"):
        before: type[Base] | None = None
        for row in rows:
            if before is not None and type(row) is not before:
                session().flush()
            session().add(row)
            before = type(row)


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
    @given(histories(COUNTIES, SEAT))
    def agrees(history: History) -> None:
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

    agrees()
    assert seen["histories"] >= EXAMPLES
    print(sorted(seen.items()))
