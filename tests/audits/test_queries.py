"""How many queries a count issues: as many for thirty communities as for one."""

from random import Random

import pytest
from sqlalchemy import event

from community.audits.services import Question, count_region
from community.journal.services import writing
from community.kernel.database import session, transaction
from community.registry.models import Division
from community.registry.rules import DivisionKind
from community.web.extensions import db
from tests.audits.histories import CITY, OPERATOR, D, K, build_history, write

BUDGET = 25


def ask(region: str) -> tuple[int, int]:
    """How many communities a count finds, and by how many queries."""
    session().expunge_all()  # it knows nothing yet
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        count = count_region(region, Question(D, K), actor=OPERATOR)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(len(county.communities) for county in count.regions), len(statements)


@pytest.mark.parametrize("region", ["445203", "445200"])
def test_no_query_per_community(reference: None, region: str) -> None:
    queries = {}
    for communities in (1, 30):
        with transaction() as written:
            write(build_history(Random(1), communities))  # noqa: S311 - the same every time
            found, queries[communities] = ask(region)
            written.abandon()
        assert found >= communities - 5  # not all exist on D
    assert queries[1] == queries[30] <= BUDGET


def test_no_query_per_county(reference: None) -> None:
    queries = []
    with transaction() as written:
        write(build_history(Random(1)))  # noqa: S311 - the same every time
        for counties in (2, 5):
            with writing(actor=OPERATOR, action="division.added"):
                for number in range(10, 13) if counties == 5 else ():
                    county = {"id": number, "code": str(number), "name": str(number)}
                    session().add(Division(**county, kind=DivisionKind.COUNTY, parent_id=CITY))
            queries.append(ask("445200")[1])
        written.abandon()
    assert queries[0] == queries[1]
