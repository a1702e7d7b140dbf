"""Who may ask for a count, over which window, by which rules; and what is published."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

import pytest

from community.access import Actor, Role
from community.audits import queries
from community.audits.models import Minimum, RuleSetVersion
from community.audits.services import (
    Question,
    count_region,
    judge_community,
    rule_set,
    seed_rule_sets,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session, transaction
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from tests.audits.histories import CITY, OPERATOR, D, K, build_history, write

ASKED: Final = Question(D, K)
OWN, OTHER = "445203", "445202"
OFFICIAL: Final[Actor] = replace(OPERATOR, role=Role.DISTRICT_OFFICIAL, city_id=CITY, county_id=2)
CITY_OFFICIAL: Final[Actor] = replace(OPERATOR, role=Role.CITY_OFFICIAL, city_id=CITY)
STRANGER: Final[Actor] = replace(OPERATOR, role=Role.CITY_OFFICIAL, city_id=99)
CLERK: Final[Actor] = replace(OPERATOR, role=Role.SCHOOL_CLERK, city_id=CITY, county_id=2)


@pytest.fixture
def history(reference: None) -> None:
    """Two communities on file."""
    with transaction():
        write(build_history(Random(1)))  # noqa: S311 - the same every time


# --- regions ----------------------------------------------------------------------------------


def test_a_city_lists_every_county(history: None) -> None:
    count = count_region("445200", ASKED, actor=OPERATOR)
    assert [county.code for county in count.regions] == [OTHER, OWN]
    assert [county.minimum for county in count.regions] == [1, 6]
    assert count.city is not None
    assert count.city.minimum == 10
    assert count.city.counted == sum(county.counted for county in count.regions)
    assert sum(len(county.communities) for county in count.regions) == 2


def test_a_county_alone_is_counted_as_in_its_city(history: None) -> None:
    city = count_region("445200", ASKED, actor=OPERATOR)
    for county in city.regions:
        alone = count_region(county.code, ASKED, actor=OPERATOR)
        assert alone.city is None
        assert [region.as_json() for region in alone.regions] == [county.as_json()]


@pytest.mark.parametrize("code", ["445299", "", "445203001"])
def test_no_such_city_or_county(reference: None, code: str) -> None:
    with pytest.raises(NotFoundError):
        count_region(code, ASKED, actor=OPERATOR)


@pytest.mark.parametrize(
    ("actor", "region", "error"),
    [
        pytest.param(OFFICIAL, OWN, None, id="an official of the county"),
        pytest.param(OFFICIAL, OTHER, NotFoundError, id="of another county"),
        pytest.param(OFFICIAL, "445200", AccessDeniedError, id="of a county, for the city"),
        pytest.param(CITY_OFFICIAL, "445200", None, id="an official of the city"),
        pytest.param(CITY_OFFICIAL, OTHER, None, id="of the city, for a county"),
        pytest.param(STRANGER, "445200", NotFoundError, id="of another city"),
        pytest.param(STRANGER, OWN, NotFoundError, id="of another city, for a county"),
        pytest.param(CLERK, OWN, AccessDeniedError, id="a school's clerk"),
    ],
)
def test_who_may_ask(
    reference: None, actor: Actor, region: str, error: type[Exception] | None
) -> None:
    if error is None:
        assert count_region(region, ASKED, actor=actor).regions
        return
    with pytest.raises(error):
        count_region(region, ASKED, actor=actor)


# --- the question -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "school_year", "window", "is_trial"),
    [
        (D, None, "2024-2025", False),
        (D, "2024-2025", "2024-2025", False),
        (D, "2025-2026", "2025-2026", True),
        (D, "2023-2024", "2023-2024", True),
        (date(2026, 9, 1), None, "2025-2026", False),
        (date(2026, 9, 1), "2024-2025", "2024-2025", True),
    ],
)
def test_another_window_is_a_trial(
    reference: None, as_of: date, school_year: str | None, window: str, is_trial: bool
) -> None:
    count = count_region(OWN, Question(as_of, K, school_year), actor=OPERATOR)
    assert count.period.school_year == window
    assert count.is_trial is is_trial
    assert ("trial" in count.as_json()) is is_trial


def test_a_school_year_that_is_not_on_file(reference: None) -> None:
    with pytest.raises(RuleViolationError):
        count_region(OWN, Question(D, K, "1999-2000"), actor=OPERATOR)


def test_known_now_unless_asked_otherwise(reference: None) -> None:
    before = clock.now()
    count = count_region(OWN, Question(D), actor=OPERATOR)
    assert before <= count.known_at <= clock.now()


# --- one community ----------------------------------------------------------------------------


def test_a_community_alone_is_judged_as_in_its_region(history: None) -> None:
    city = count_region("445200", ASKED, actor=OPERATOR)
    for judged in (judged for county in city.regions for judged in county.communities):
        alone = judge_community(judged.facts.code, ASKED, actor=OPERATOR)
        assert alone.count.as_json() == judged.as_json()
        assert (alone.known_at, alone.is_trial) == (K, False)
        assert alone.rule_set.version == "2025-1"


def test_no_such_community(history: None) -> None:
    with pytest.raises(NotFoundError):
        judge_community("C-99", ASKED, actor=OPERATOR)
    with pytest.raises(NotFoundError):
        judge_community("C-1", ASKED, actor=STRANGER)
    with pytest.raises(NotFoundError):  # it was founded later
        judge_community("C-1", replace(ASKED, as_of=date(2020, 1, 1)), actor=OPERATOR)
    with pytest.raises(NotFoundError):  # nobody knew of it
        judge_community("C-1", replace(ASKED, known_at=K - timedelta(days=3000)), actor=OPERATOR)


# --- what is published ------------------------------------------------------------------------


def test_what_is_published_stays(reference: None) -> None:
    with transaction(), writing(actor=OPERATOR, action="minimum.changed"):
        minimum = queries.minima(session())[2]
        minimum.minimum_count = 7
        seed_rule_sets()
    assert count_region(OWN, ASKED, actor=OPERATOR).regions[0].minimum == 7
    assert queries.rule_set_versions(session()) == ["2025-1"]
    assert set(queries.minima(session())) == {CITY, 2, 3}


def test_the_latest_minimum_is_the_one(reference: None) -> None:
    with transaction(), writing(actor=OPERATOR, action="minimum.added"):
        for year, count in ((2020, 3), (2027, 9)):
            session().add(
                Minimum(
                    division_id=2, deadline_on=date(year, 12, 31), minimum_count=count, source=""
                )
            )
    assert count_region(OWN, ASKED, actor=OPERATOR).regions[0].minimum == 9


def test_rules_without_content_or_meaning(reference: None) -> None:
    assert rule_set("2025-1").first_school_year == "2024-2025"
    with transaction(), writing(actor=OPERATOR, action="rule_set.published"):
        session().add(
            RuleSetVersion(version="2099-1", published_on=date(2099, 1, 1), content={"version": ""})
        )
    for version in ("2024-1", "2099-1"):
        with pytest.raises(NotFoundError):
            count_region(OWN, Question(D, K, rule_set=version), actor=OPERATOR)
