"""A city of two counties with its school years and the rule set, for counts of made-up facts."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from community.audits.services import seed_rule_sets
from community.journal.services import writing
from community.kernel.database import session, transaction
from community.registry.models import Division, SchoolYear, Term
from community.registry.rules import DivisionKind
from tests.audits.histories import CITY, COUNTIES, OPERATOR, SEAT
from tests.audits.recount import TERMS


def divisions() -> Iterator[Division]:
    """The city, its counties, and the township in which one of them has its seat."""
    yield Division(id=CITY, code="445200", name="City", kind=DivisionKind.CITY)
    for number, code in COUNTIES.items():
        yield Division(id=number, code=code, name=code, kind=DivisionKind.COUNTY, parent_id=CITY)
    yield Division(
        id=SEAT,
        code="445203001",
        name="Seat",
        kind=DivisionKind.TOWNSHIP,
        parent_id=min(COUNTIES),
        is_county_seat=True,
    )


def school_years() -> Iterator[SchoolYear]:
    """2023-2024 to 2025-2026."""
    for number, year in enumerate((2023, 2024, 2025), 1):
        yield SchoolYear(
            id=number,
            name=f"{year}-{year + 1}",
            starts_on=date(year, 9, 1),
            ends_on=date(year + 1, 8, 31),
        )


@pytest.fixture
def reference(app: Flask) -> Iterator[None]:
    """The application's context, on a database that holds the reference data."""
    with app.app_context():
        with transaction(), writing(actor=OPERATOR, action="reference.seeded"):
            for row in (*divisions(), *school_years()):
                session().add(row)
                session().flush()  # the owners first
            for number, (starts_on, ends_on) in enumerate(TERMS.values(), 1):
                session().add(
                    Term(school_year_id=2, number=number, starts_on=starts_on, ends_on=ends_on)
                )
            seed_rule_sets()
        yield
