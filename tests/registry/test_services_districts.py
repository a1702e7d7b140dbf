"""School districts, school years and counties as officials keep them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import pytest
from flask import Flask

from community.kernel.database import session, transaction
from community.kernel.errors import RuleViolationError, StaleWriteError
from community.registry import queries, services
from community.registry.models import Division, SchoolDistrict
from community.registry.rules import (
    DistrictDraft,
    DistrictEdit,
    DivisionKind,
    SchoolYearDraft,
    Span,
)
from tests.conftest import OPERATOR, Recording
from tests.world import World

Use = Callable[[], AbstractContextManager[None]]
FOUNDED = date(2024, 9, 1)


@pytest.fixture
def writing(app: Flask) -> Use:
    """One request's transaction."""

    @contextmanager
    def use() -> Iterator[None]:
        with app.app_context(), transaction():
            yield

    return use


@pytest.fixture
def township_id(world: World, recording: Recording) -> int:
    with recording():
        township = Division(
            name="云路镇", kind=DivisionKind.TOWNSHIP, parent_id=world.own.county_id
        )
        session().add(township)
        session().flush()
        return township.id


def draft(world: World, name: str = "东部学区", *townships: int) -> DistrictDraft:
    return DistrictDraft(world.own.county_id, name, FOUNDED, None, townships, None)


def revision_of(district_id: int) -> int:
    return session().get_one(SchoolDistrict, district_id).revision


def test_a_district_with_everything_dated(world: World, writing: Use, township_id: int) -> None:
    made = set()
    for _ in range(10):
        with writing():
            district = services.create_district(
                draft(world, "东部学区", township_id), actor=OPERATOR, form_key="key"
            )
            made.add(district.id)
    (district_id,) = made
    with writing():
        code = queries.reference(world.own.member_id)
        services.add_member(district_id, code, date(2025, 2, 1), actor=OPERATOR)
        with pytest.raises(RuleViolationError):  # it belongs to one at a time
            services.add_member(district_id, code, date(2025, 3, 1), actor=OPERATOR)
    with writing():
        other = services.create_district(draft(world, "西部学区"), actor=OPERATOR)
        with pytest.raises(RuleViolationError) as refusal:
            services.add_township(other.id, township_id, FOUNDED, actor=OPERATOR)
        assert refusal.value.field == "township_id"
    with writing():
        stay, _name = services.stay_of(district_id, "members", 1)
        services.end_stay(district_id, stay, date(2025, 6, 30), actor=OPERATOR)
    with writing():
        on = {
            day: queries.district_summaries([district_id], day)[district_id]
            for day in (date(2025, 1, 31), date(2025, 2, 1), date(2025, 6, 30), date(2025, 7, 1))
        }
        assert [summary.members_count for summary in on.values()] == [0, 1, 1, 0]
        assert [list(summary.townships) for summary in on.values()] == [["云路镇"]] * 4
        (row,) = queries.district_townships(district_id)
        services.withdraw_stay(district_id, row[0], "误填", actor=OPERATOR)
    with writing():
        assert queries.district_townships(district_id) == []


def test_a_centre_school_changes_from_a_day_on(world: World, writing: Use) -> None:
    with writing():
        district_id = services.create_district(draft(world), actor=OPERATOR).id
    with writing():
        revision = revision_of(district_id)
        centre = queries.reference(world.own.lead_id)
        edit = DistrictEdit("东部学区", centre, "注", date(2025, 3, 1))
        services.update_district(district_id, edit, revision=revision, actor=OPERATOR)
    with writing(), pytest.raises(StaleWriteError) as stale:
        services.update_district(district_id, edit, revision=revision, actor=OPERATOR)
    assert stale.value.on_file["centre_school"] == centre
    with writing():
        said = [
            queries.district_summaries([district_id], day)[district_id].centre_school is not None
            for day in (date(2025, 2, 28), date(2025, 3, 1))
        ]
        assert said == [False, True]
        services.dissolve_district(
            district_id, date(2025, 8, 31), revision=revision_of(district_id), actor=OPERATOR
        )
    with writing():
        assert services.present_district(district_id).values["dissolved_on"] == date(2025, 8, 31)
        page = services.district_list("dbxq", "", actor=OPERATOR)
        assert [row.id for row in page.rows] == [district_id], "found by its initials"


YEAR = SchoolYearDraft(
    "2025-2026",
    Span(date(2025, 9, 1), date(2026, 8, 31)),
    (Span(date(2025, 9, 1), date(2026, 1, 23)), Span(date(2026, 2, 25), date(2026, 7, 3))),
)


def test_a_school_year_with_its_terms(world: World, writing: Use) -> None:
    with writing():
        services.add_school_year(YEAR, actor=OPERATOR)
    with writing(), pytest.raises(RuleViolationError):
        services.add_school_year(YEAR, actor=OPERATOR)
    later = SchoolYearDraft(
        YEAR.name, YEAR.year, (YEAR.terms[0], Span(date(2026, 3, 2), date(2026, 7, 10)))
    )
    with writing():
        services.update_school_year(YEAR.name, later, revision=1, actor=OPERATOR)
    with writing():
        (year, _before) = services.school_years(actor=OPERATOR)
        assert [term.starts_on for term in year.terms] == [date(2025, 9, 1), date(2026, 3, 2)]
    with writing(), pytest.raises(StaleWriteError) as stale:
        services.update_school_year(YEAR.name, YEAR, revision=1, actor=OPERATOR)
    assert stale.value.on_file["second_starts_on"] == date(2026, 3, 2)


def test_a_county_s_start_day_and_seat(world: World, writing: Use, township_id: int) -> None:
    code, start = world.own.county_code, date(2026, 1, 1)
    with writing():
        services.update_county(code, start, {township_id}, revision=1, actor=OPERATOR)
    with writing():
        county = services.county(code, actor=OPERATOR)
        assert county.live_on == start
        assert queries.seats_of([county.id]) == {county.id: ["云路镇"]}
        with pytest.raises(RuleViolationError):
            services.update_county(code, start, {county.id}, revision=2, actor=OPERATOR)
    with writing(), pytest.raises(StaleWriteError):
        services.update_county(code, None, (), revision=1, actor=OPERATOR)
