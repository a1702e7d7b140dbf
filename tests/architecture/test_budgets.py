"""What each page costs: how many statements it sends to the database.

The pages are asked when of everything they list there are nine and more: a statement for each
of them would break every budget, the usual one too.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from flask import Flask

from community.access import Role
from community.activities.rules import Sheet
from community.communities.models import Community
from community.kernel.database import session
from community.registry.models import School
from tests.activities.records import record
from tests.architecture import test_access_matrix as matrix
from tests.architecture.test_access_matrix import MATRIX, ROLES, Target
from tests.communities.conftest import statements
from tests.conftest import Recording, SignInAs
from tests.factories import (
    CharterFactory,
    CharterVersionFactory,
    CommunityFactory,
    CommunityVersionFactory,
    MeetingFactory,
    MeetingVersionFactory,
    MembershipFactory,
    MembershipVersionFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    SavedEntryFactory,
    SchoolFactory,
    SchoolVersionFactory,
    UserAccountFactory,
)
from tests.world import Corner, World

targets, kept_targets = matrix.targets, matrix.kept_targets

ROWS: Final = 8
USUAL: Final = 12
# Pages that say more. A criterion, a community and what is missing are counted from the records
# themselves, as of a day; a comparison counts twice.
BUDGETS: Final = {
    "pages.home": 36,
    "pages.region": 27,
    "pages.region_records": 34,
    "pages.region_missing": 28,
    "pages.coverage": 26,
    "pages.compare_region": 52,
    "pages.community": 34,
    "pages.criterion": 39,
    "pages.community_records": 33,
    "pages.community_missing": 27,
    "pages.compare_community": 60,
    "pages.school": 23,
    "pages.school_history": 16,
    "pages.term_end": 36,
    **dict.fromkeys((f"communities.{tab}" for tab in ("facts", "members", "meetings")), 13),
    "communities.objectives": 13,
    "communities.documents": 15,
    "communities.history": 21,
    "pages.schools": 14,
    "activities.activities": 16,
    "activities.sheet": 24,
    "activities.decision": 20,
    "activities.repeat_entry": 25,
    "activities.correct_entry": 28,
    "shared_teaching.session": 24,
    "walking_teaching.session": 24,
    "walking_teaching.arrangement": 20,
    "walking_teaching.plan": 18,
    "walking_teaching.edit_arrangement": 18,
    "walking_teaching.ending": 16,
    "walking_teaching.new_arrangement": 14,
    "walking_teaching.next_term": 24,
    "resource_transfers.transfer": 28,
    "resource_transfers.loans": 16,
    "resource_transfers.holdings": 16,
    "resource_transfers.flows": 16,
    "resource_transfers.stated_return": 26,
    "journal.entries": 17,
    "imports.batch": 16,
    "imports.undo": 16,
}
# What an address asks for where it would else be a time without rows.
ASKED: Final = {
    "activities.activities": "?school_year=2024-2025",
    "walking_teaching.weeks": "?week=2024-10-15",
    "walking_teaching.taught": "?week=2024-10-15",
    "walking_teaching.next_term": "?term=1",
    "pages.term_end": "?term=1",
    "resource_transfers.holdings": "?community=JD-01&as_of=2024-12-31",
    "resource_transfers.flows": "?community=JD-01&as_of=2024-12-31",
}
# Whoever is asked first; the others open what these may not.
READERS: Final = (
    Role.DISTRICT_OFFICIAL,
    Role.LEAD_SCHOOL_ADMINISTRATOR,
    Role.SCHOOL_CLERK,
    Role.SYSTEM_ADMINISTRATOR,
)
# These say something else to each of their readers.
PERSONAL: Final = frozenset({"pages.home"})


@pytest.mark.once
def test_every_page_keeps_its_budget(
    app: Flask,
    sign_in_as: SignInAs,
    world: World,
    targets: dict[str, Target],
    recording: Recording,
) -> None:
    app.config.update(PROPAGATE_EXCEPTIONS=True)
    with recording():
        for number in range(ROWS):
            fill(world, world.own)
            if number % 4 == 0:
                fill(world, world.other)
    clients = {role: sign_in_as(role).client for role in READERS}
    costs = {}
    for endpoint, role, address in pages(targets):
        with statements(app) as sent:
            answer = clients[role].get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            costs[f"{endpoint} for {role}"] = len(sent), BUDGETS.get(endpoint, USUAL)
        answer.close()
    assert len(costs) >= 100
    assert {page: cost for page, cost in costs.items() if cost[0] > cost[1]} == {}


def pages(targets: dict[str, Target]) -> Iterator[tuple[str, Role, str]]:
    """Every page of the matrix with a reader, near home."""
    for endpoint, (method, address, places) in MATRIX.items():
        readers = [
            (place, role)
            for place, cells in places.items()
            for role in READERS
            if method == "GET" and cells.split()[ROLES.index(role)] == "+"
        ]
        for place, role in readers if endpoint in PERSONAL else readers[:1]:
            yield endpoint, role, address(targets[place]) + ASKED.get(endpoint, "")


def fill(world: World, corner: Corner) -> None:
    """Another community of the county, and in the corner's own another of everything."""
    fellow: School = SchoolFactory.create(county_id=corner.county_id)
    SchoolVersionFactory.create(school=fellow)
    other = CommunityFactory.create(county_id=corner.county_id)
    CommunityVersionFactory.create(community=other)
    own = session().get_one(Community, corner.community_id)
    for community in (own, other):
        stay = MembershipFactory.create(community=community, member=fellow)
        MembershipVersionFactory.create(stay=stay)
    CharterVersionFactory.create(of=CharterFactory.create(community=own))
    ObjectiveVersionFactory.create(of=ObjectiveFactory.create(community=own))
    MeetingVersionFactory.create(of=MeetingFactory.create(community=own))
    SavedEntryFactory.create(account_id=world.account_ids[Role.LEAD_SCHOOL_ADMINISTRATOR])
    place = {"city_id": world.city_id, "county_id": corner.county_id, "school_id": fellow.id}
    UserAccountFactory.create(role=Role.SCHOOL_CLERK, **place)
    for sheet in Sheet:
        record(corner, sheet=sheet)
    record(corner, is_confirmed=False)
    _fill_lists(world, corner, fellow)


def _fill_lists(world: World, corner: Corner, fellow: School) -> None:
    """What officials did, and loans, plans and sheets between the corner's schools."""
    matrix._report_id(corner, world.city_id)
    matrix._pending_id(matrix._job(world, corner, world.city_id))
    matrix._batch_id(corner.county_id)
    matrix._ids_of_school(fellow.id, corner.county_id)
    matrix._loan_ids(corner)
    matrix._sheet_id(corner)
    community = session().get_one(Community, corner.community_id)
    matrix._planned_in(community, corner.lead_id)
