"""A small world with everything that access depends on: own, sibling, and other county."""

from dataclasses import dataclass
from datetime import date

from community.access import Role
from community.audits.services import seed_rule_sets
from community.communities.models import Community
from community.communities.rules import MembershipRole
from community.registry.models import Division
from tests.factories import (
    CityFactory,
    CommunityFactory,
    CommunityVersionFactory,
    CountyFactory,
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
    SchoolYearFactory,
    TermFactory,
    UserAccountFactory,
)


@dataclass(frozen=True)
class Corner:
    """A community with its schools; codes and ids, which stay readable after the session."""

    county_id: int
    county_code: str
    community_id: int
    community_code: str
    lead_id: int
    pivot_id: int
    member_id: int


@dataclass(frozen=True)
class World:
    """`own` and `sibling` are two communities of one county, `other` is another county of the
    same city, `elsewhere` another city. The accounts belong to `own`; rule sets are published."""

    city_id: int
    city_code: str
    own: Corner
    sibling: Corner
    other: Corner
    elsewhere: Corner
    account_ids: dict[Role, int]


def build_world() -> World:
    """Record the world."""
    year = SchoolYearFactory.create()
    TermFactory.create(school_year=year)
    TermFactory.create(
        school_year=year, number=2, starts_on=date(2025, 2, 17), ends_on=date(2025, 7, 4)
    )
    city = CityFactory.create(code="445200", name="揭阳市")
    county = CountyFactory.create(code="445203", name="揭东区", city=city)
    seed_rule_sets()
    own = _corner(county, "JD-01")
    return World(
        city_id=city.id,
        city_code=city.code,
        own=own,
        sibling=_corner(county, "JD-02"),
        other=_corner(CountyFactory.create(code="445281", name="普宁市", city=city), "PN-01"),
        elsewhere=_corner(CountyFactory.create(), "XX-01"),
        account_ids={role: _account_id(role, city.id, own) for role in Role},
    )


def _corner(county: Division, code: str) -> Corner:
    community: Community = CommunityFactory.create(code=code, county=county, name=f"{code}共同体")
    CommunityVersionFactory.create(community=community)
    ids = {}
    for role in MembershipRole:
        school = SchoolFactory.create(county=county)
        SchoolVersionFactory.create(school=school)
        stay = MembershipFactory.create(community=community, member=school)
        MembershipVersionFactory.create(stay=stay, role=role)
        ids[role] = school.id
    return Corner(
        county_id=county.id,
        county_code=str(county.code),
        community_id=community.id,
        community_code=community.code,
        lead_id=ids[MembershipRole.LEAD],
        pivot_id=ids[MembershipRole.PIVOT],
        member_id=ids[MembershipRole.MEMBER],
    )


def _account_id(role: Role, city_id: int, own: Corner) -> int:
    in_city = {"city_id": city_id}
    in_county = {**in_city, "county_id": own.county_id}
    scopes = {
        Role.SYSTEM_ADMINISTRATOR: {},
        Role.CITY_OFFICIAL: in_city,
        Role.DISTRICT_OFFICIAL: in_county,
        Role.LEAD_SCHOOL_ADMINISTRATOR: {**in_county, "school_id": own.lead_id},
        Role.SCHOOL_CLERK: {**in_county, "school_id": own.member_id},
        Role.VIEWER: in_county,
    }
    account = UserAccountFactory.create(user_name=role.value, role=role, **scopes[role])
    return int(account.id)
