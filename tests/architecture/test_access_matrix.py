"""Every route × role × place: own county, a sibling community in it, another county, another city.

A row says what each role gets: a status, or `+` for "may", whatever the answer is (a page, a form
with errors, a redirect). What belongs to another tenant does not exist: 404. What the role may
nowhere do: 403. Written by hand, not derived from the policy, so that the two check each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.access import Role
from community.audits.services import CURRENT_VERSION
from community.registry.models import School
from tests.conftest import Recording, SignInAs
from tests.factories import (
    CommunityFactory,
    CommunityVersionFactory,
    MembershipFactory,
    MembershipVersionFactory,
    UserAccountFactory,
)
from tests.world import Corner, World

ROLES = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.CITY_OFFICIAL,
    Role.DISTRICT_OFFICIAL,
    Role.LEAD_SCHOOL_ADMINISTRATOR,
    Role.SCHOOL_CLERK,
    Role.VIEWER,
)


@dataclass(frozen=True)
class Target:
    """What an address can name at one place."""

    county_code: str
    community_code: str
    account_id: int


# Of a community of another county in which the clerk's school takes part.
JOINED = "joined"
PLACES = ("own", "sibling", "other", "elsewhere", JOINED)
Row = tuple[str, Callable[[Target], str], Mapping[str, str]]


def anywhere(cells: str) -> dict[str, str]:
    """A route without a place in its address."""
    return {"own": cells}


def fixed(path: str) -> Callable[[Target], str]:
    return lambda _target: path


EVERYBODY = anywhere("+ + + + + +")
COUNTY = {
    #           admin city district lead clerk viewer
    "own": "      +    +     +     403  403   +",
    "other": "    +    +    404    403  403  404",
    "elsewhere": "+   404   404    403  403  404",
}
COMMUNITY = {
    "own": "      +    +     +      +    +    +",
    "sibling": "  +    +     +     404  404   +",
    "other": "    +    +    404    404  404  404",
    "elsewhere": "+   404   404    404  404  404",
    "joined": "   +    +     +     404   +    +",
}
OFFICIALS = anywhere("+    +     +     403  403  403")
ACCOUNT = {
    "own": "      +    +     +     403  403  403",
    "other": "    +    +    404    403  403  403",
    "elsewhere": "+   404   404    403  403  403",
}

MATRIX: dict[str, Row] = {
    "pages.home": ("GET", fixed("/"), EVERYBODY),
    "pages.region": ("GET", lambda at: f"/regions/{at.county_code}", COUNTY),
    "pages.community": ("GET", lambda at: f"/communities/{at.community_code}", COMMUNITY),
    "pages.criterion": (
        "GET",
        lambda at: f"/communities/{at.community_code}/criteria/O1",
        COMMUNITY,
    ),
    "pages.rule_set": ("GET", fixed(f"/rule-sets/{CURRENT_VERSION}"), EVERYBODY),
    "accounts.sign_out": ("POST", fixed("/sign-out"), EVERYBODY),
    "accounts.own_account": ("GET", fixed("/account"), EVERYBODY),
    "accounts.end_other_sessions": ("POST", fixed("/account/sessions/end-others"), EVERYBODY),
    "accounts.password": ("GET", fixed("/account/password"), EVERYBODY),
    "accounts.change_password": ("POST", fixed("/account/password"), EVERYBODY),
    "accounts.accounts": ("GET", fixed("/accounts"), OFFICIALS),
    "accounts.new_account": ("GET", fixed("/accounts/new"), OFFICIALS),
    "accounts.create_account": ("POST", fixed("/accounts/new"), OFFICIALS),
    "accounts.account": ("GET", lambda at: f"/accounts/{at.account_id}", ACCOUNT),
    "accounts.update_account": ("POST", lambda at: f"/accounts/{at.account_id}", ACCOUNT),
    "accounts.disable_account": (
        "POST",
        lambda at: f"/accounts/{at.account_id}/disable",
        ACCOUNT,
    ),
    "accounts.enable_account": ("POST", lambda at: f"/accounts/{at.account_id}/enable", ACCOUNT),
    "accounts.reset_password": (
        "POST",
        lambda at: f"/accounts/{at.account_id}/password",
        ACCOUNT,
    ),
    "journal.entries": ("GET", fixed("/journal"), OFFICIALS),
    "journal.accesses": ("GET", fixed("/journal/access"), OFFICIALS),
}
PUBLIC = {
    "static",
    "bootstrap.static",
    "accounts.sign_in",
    "accounts.submit_sign_in",
    "web.switch_language",
    "web.live",
    "web.ready",
}


@pytest.fixture
def targets(world: World, recording: Recording, app: Flask) -> dict[str, Target]:
    """What there is at each place."""
    corners = {place: getattr(world, place) for place in PLACES if place != JOINED}
    with recording():
        found = {place: _target(world, corner) for place, corner in corners.items()}
        joined = CommunityFactory.create(
            code="PN-02", county_id=world.other.county_id, name="联合共同体"
        )
        CommunityVersionFactory.create(community=joined)
        clerks_school = world_school(world.own.member_id)
        stay = MembershipFactory.create(community=joined, member=clerks_school)
        MembershipVersionFactory.create(stay=stay)
    other = found["other"]
    return found | {JOINED: Target(other.county_code, "PN-02", other.account_id)}


def world_school(school_id: int) -> School:
    from community.kernel.database import session

    return session().get_one(School, school_id)


def _target(world: World, corner: Corner) -> Target:
    from community.kernel.database import session
    from community.registry.models import Division

    county = session().get_one(Division, corner.county_id)
    account = UserAccountFactory.create(
        role=Role.SCHOOL_CLERK,
        city_id=county.parent_id,
        county_id=corner.county_id,
        school_id=corner.pivot_id,
    )
    return Target(corner.county_code, corner.community_code, account.id)


def test_every_route_has_its_row(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes - PUBLIC == set(MATRIX), "say who may what, where"


def test_every_row_names_its_route(app: Flask) -> None:
    target = Target("445203", "JD-01", 1)
    adapter = app.url_map.bind("localhost")
    for endpoint, (method, address, _cells) in MATRIX.items():
        assert adapter.match(address(target), method=method)[0] == endpoint


@pytest.mark.parametrize("endpoint", MATRIX)
def test_each_role_gets_what_the_row_says(
    app: Flask, sign_in_as: SignInAs, targets: dict[str, Target], endpoint: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    method, address, places = MATRIX[endpoint]
    wrong: list[str] = []
    asked = 0
    for place, cells in places.items():
        for role, expected in zip(ROLES, cells.split(), strict=True):
            client = sign_in_as(role).client
            status = _status(client, method, address(targets[place]))
            asked += 1
            if not _is_as_expected(status, expected):
                wrong.append(f"{place}, {role}: {status}, not {expected}")
    assert asked == len(places) * len(ROLES)
    assert not wrong, f"{method} {endpoint}: {wrong}"


def _status(client: FlaskClient, method: str, path: str) -> int:
    answer = client.open(path, method=method)
    sent_to_sign_in = answer.status_code == 302 and (answer.location or "").startswith("/sign-in?")
    return 401 if sent_to_sign_in else answer.status_code


def _is_as_expected(status: int, expected: str) -> bool:
    if expected == "+":
        return status in (200, 302, 303, 409, 422)
    return status == int(expected)


@pytest.mark.parametrize("endpoint", MATRIX)
def test_a_stranger_gets_nothing(app: Flask, targets: dict[str, Target], endpoint: str) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    method, address, places = MATRIX[endpoint]
    for place in places:
        assert _status(app.test_client(), method, address(targets[place])) == 401
