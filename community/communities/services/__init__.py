"""The use cases of the communities, by topic."""

from community.communities.services.agreements import (
    grant_waiver,
    record_signatures,
    revoke_waiver,
)
from community.communities.services.facts import (
    create_community,
    end_community,
    update_community,
    withdraw_community,
)
from community.communities.services.members import (
    add_school,
    change_role,
    correct_stay,
    end_stay,
    name_person,
    withdraw_stay,
)
from community.communities.services.reading import (
    count_communities,
    counties_to_choose,
    county_named,
    history_of,
    list_communities,
    member_of,
    members_of,
    open_community,
    school_years,
    schools_to_add,
    thing_of,
    things_of,
    waivers_of,
)
from community.communities.services.recording import (
    record_charters,
    record_communities,
    record_meetings,
    record_memberships,
    record_objectives,
)
from community.communities.services.things import create_thing, update_thing, withdraw_thing

__all__ = [
    "add_school",
    "change_role",
    "correct_stay",
    "count_communities",
    "counties_to_choose",
    "county_named",
    "create_community",
    "create_thing",
    "end_community",
    "end_stay",
    "grant_waiver",
    "history_of",
    "list_communities",
    "member_of",
    "members_of",
    "name_person",
    "open_community",
    "record_charters",
    "record_communities",
    "record_meetings",
    "record_memberships",
    "record_objectives",
    "record_signatures",
    "revoke_waiver",
    "school_years",
    "schools_to_add",
    "thing_of",
    "things_of",
    "update_community",
    "update_thing",
    "waivers_of",
    "withdraw_community",
    "withdraw_stay",
    "withdraw_thing",
]
