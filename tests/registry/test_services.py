"""Reference data: what every installation starts with."""

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from community.kernel.database import session
from community.registry import queries
from community.registry.models import Division, DivisionAlias, School, SchoolYear, Term
from community.registry.rules import DivisionKind
from community.registry.services import seed_reference
from tests.conftest import OPERATOR, Recording


def count(model: type[Division] | type[DivisionAlias] | type[SchoolYear] | type[Term]) -> int:
    """How many rows a table has."""
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_seed_reference(app: Flask, recording: Recording) -> None:
    """Once is enough; what was edited stays."""
    for _ in range(2):
        with recording():
            seed_reference(actor=OPERATOR)
    with app.app_context():
        assert [county.name for county in queries.counties(session())] == [
            "榕城区",
            "揭东区",
            "揭西县",
            "惠来县",
            "普宁市",
        ]
        current = (
            select(func.count())
            .select_from(Division)
            .where(
                Division.kind.in_((DivisionKind.TOWNSHIP, DivisionKind.SUBDISTRICT)),
                Division.is_current,
            )
        )
        assert session().scalar(current) == 87
        seats = select(Division.name).where(Division.is_county_seat).order_by(Division.code)
        assert session().scalars(seats).all() == ["曲溪街道", "河婆街道", "惠城镇"]
        aliases = select(Division.name, DivisionAlias.name).join(
            Division, Division.id == DivisionAlias.division_id
        )
        assert {tuple(row) for row in session().execute(aliases)} == {
            ("玉滘镇", "玉窖镇"),
            ("砲台镇", "炮台镇"),
            ("鲘溪乡", "后溪乡"),
        }
        assert count(SchoolYear) == 4
        assert count(Term) == 8
        first = (
            select(Term).join(SchoolYear).where(SchoolYear.name == "2024-2025", Term.number == 1)
        )
        term = session().scalars(first).one()
        assert (term.starts_on, term.ends_on) == (date(2024, 9, 2), date(2025, 1, 17))
        sources = select(func.count()).select_from(Division).where(Division.source.is_not(None))
        assert session().scalar(sources) == count(Division) - 7
        assert session().scalar(select(func.count()).select_from(School)) == 0
    with recording():
        session().scalars(select(Term).where(Term.number == 1).limit(1)).one().ends_on = date(
            2024, 1, 20
        )
    with recording():
        seed_reference(actor=OPERATOR)
    with app.app_context():
        edited = select(Term.ends_on).where(Term.number == 1).order_by(Term.id).limit(1)
        assert session().scalar(edited) == date(2024, 1, 20)
