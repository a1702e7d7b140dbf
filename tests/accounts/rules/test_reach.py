"""Who may manage whom, as one table."""

from dataclasses import dataclass

import pytest

from community.access import Operator, Role
from community.accounts.rules.reach import (
    MANAGED_ROLES,
    SCOPE_LEVELS,
    Scope,
    ScopeLevel,
    check_administrator_remains,
    check_not_self,
    check_role,
    check_scope,
    check_user_name,
    is_within_reach,
    may_manage,
    normalise_user_name,
)
from community.kernel.errors import RuleViolationError

CITY, ELSEWHERE, COUNTY, SIBLING = 1, 2, 10, 11


@dataclass(frozen=True)
class Standing:
    """The part of an account that decides."""

    role: Role
    city_id: int | None = None
    county_id: int | None = None


R = Role
ADMIN = Operator("admin", 1, R.SYSTEM_ADMINISTRATOR)
CITY_OFFICIAL = Operator("city", 2, R.CITY_OFFICIAL, CITY)
DISTRICT = Operator("district", 3, R.DISTRICT_OFFICIAL, CITY, COUNTY)
LEAD = Operator("lead", 4, R.LEAD_SCHOOL_ADMINISTRATOR, CITY, COUNTY, 100)
CLERK = Operator("clerk", 5, R.SCHOOL_CLERK, CITY, COUNTY, 100)
VIEWER = Operator("viewer", 6, R.VIEWER, CITY)


@pytest.mark.parametrize(
    ("actor", "account", "expected", "why"),
    [
        (ADMIN, Standing(R.SYSTEM_ADMINISTRATOR), True, "all"),
        (ADMIN, Standing(R.CITY_OFFICIAL, ELSEWHERE), True, "all"),
        (ADMIN, Standing(R.SCHOOL_CLERK, CITY, COUNTY), True, "all"),
        (CITY_OFFICIAL, Standing(R.SYSTEM_ADMINISTRATOR), False, "above"),
        (CITY_OFFICIAL, Standing(R.CITY_OFFICIAL, CITY), True, "a colleague"),
        (CITY_OFFICIAL, Standing(R.CITY_OFFICIAL, ELSEWHERE), False, "another city"),
        (CITY_OFFICIAL, Standing(R.DISTRICT_OFFICIAL, CITY, COUNTY), True, "own city"),
        (CITY_OFFICIAL, Standing(R.SCHOOL_CLERK, ELSEWHERE, 20), False, "another city's school"),
        (CITY_OFFICIAL, Standing(R.VIEWER, CITY), True, "a viewer of the city"),
        (DISTRICT, Standing(R.SYSTEM_ADMINISTRATOR), False, "above"),
        (DISTRICT, Standing(R.CITY_OFFICIAL, CITY), False, "above"),
        (DISTRICT, Standing(R.DISTRICT_OFFICIAL, CITY, COUNTY), True, "a colleague"),
        (DISTRICT, Standing(R.DISTRICT_OFFICIAL, CITY, SIBLING), False, "another county"),
        (DISTRICT, Standing(R.LEAD_SCHOOL_ADMINISTRATOR, CITY, COUNTY), True, "own county"),
        (DISTRICT, Standing(R.SCHOOL_CLERK, CITY, SIBLING), False, "another county"),
        (DISTRICT, Standing(R.VIEWER, CITY, COUNTY), True, "a viewer of the county"),
        (DISTRICT, Standing(R.VIEWER, CITY), False, "a viewer of the city"),
        (LEAD, Standing(R.SCHOOL_CLERK, CITY, COUNTY), False, "manages nobody"),
        (CLERK, Standing(R.SCHOOL_CLERK, CITY, COUNTY), False, "manages nobody"),
        (VIEWER, Standing(R.VIEWER, CITY), False, "manages nobody"),
    ],
)
def test_may_manage(actor: Operator, account: Standing, expected: bool, why: str) -> None:
    assert may_manage(actor, account) is expected, why


def test_nobody_grants_beyond_the_own_role() -> None:
    assert MANAGED_ROLES.keys() == set(Role)
    for actor in (CITY_OFFICIAL, DISTRICT, LEAD, CLERK, VIEWER):
        with pytest.raises(RuleViolationError) as refusal:
            check_role(actor, R.SYSTEM_ADMINISTRATOR)
        assert refusal.value.field == "role"
    check_role(DISTRICT, R.SCHOOL_CLERK)


def test_an_official_without_a_division_reaches_nothing() -> None:
    assert not is_within_reach(Operator("nobody", 9, R.CITY_OFFICIAL), None, None)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "scope", [Scope(), Scope(CITY), Scope(CITY, COUNTY), Scope(CITY, COUNTY, 100)]
)
def test_each_role_has_its_levels(role: Role, scope: Scope) -> None:
    if scope.level in SCOPE_LEVELS[role]:
        check_scope(role, scope)
        return
    with pytest.raises(RuleViolationError) as refusal:
        check_scope(role, scope)
    assert refusal.value.field == "scope"


def test_levels_are_those_of_the_lowest_one_named() -> None:
    assert [Scope().level, Scope(1).level, Scope(1, 2).level, Scope(1, 2, 3).level] == list(
        ScopeLevel
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Lead.Admin ", "lead.admin"),
        ("ＡＤＭＩＮ", "admin"),
        ("Ｊiedong_01", "jiedong_01"),
        ("李明", "李明"),
    ],
)
def test_user_names_are_the_same_however_typed(typed: str, expected: str) -> None:
    assert normalise_user_name(typed) == expected
    check_user_name(expected)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a", "too short"),
        ("a" * 41, "too long"),
        ("аdmin", "a Cyrillic a"),
        (".admin", "begins with a sign"),
        ("ad min", "a blank"),
        ("admin\n", "a line break"),
        ("<b>", "markup"),
        ("é́cole", "accents"),
        ("", "nothing"),
    ],
)
def test_other_names_are_refused(name: str, why: str) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        check_user_name(name)
    assert refusal.value.field == "user_name", why


def test_nobody_disables_the_own_account() -> None:
    check_not_self(ADMIN, 2)
    with pytest.raises(RuleViolationError):
        check_not_self(ADMIN, 1)


def test_the_last_administrator_stays() -> None:
    check_administrator_remains(1, [1, 2])
    check_administrator_remains(1, [2])
    with pytest.raises(RuleViolationError):
        check_administrator_remains(1, [1])
