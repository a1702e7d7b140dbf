"""A journal with two counties' chains and the system's."""

from dataclasses import dataclass
from datetime import date

import pytest

from community import access
from community.communities.models import Community
from community.kernel.database import session
from community.kernel.origin import Channel, Origin, use_origin
from tests.conftest import Recording
from tests.factories import (
    CommunityFactory,
    CountyFactory,
    ImportBatchFactory,
    SchoolFactory,
    UserAccountFactory,
)


@dataclass(frozen=True)
class Journal:
    """Ids of what was written."""

    county_ids: tuple[int, int]
    community_id: int
    school_id: int
    account_ids: tuple[int, int]
    batch_id: int

    @property
    def chains(self) -> tuple[str, str]:
        """The chains of the two counties."""
        first, second = self.county_ids
        return f"county:{first}", f"county:{second}"


@pytest.fixture
def journal(recording: Recording) -> Journal:
    """Some twenty entries: by two people, from the web and the terminal, on three chains."""
    with recording(action="world.made"):
        counties = CountyFactory.create_batch(2)
        accounts = UserAccountFactory.create_batch(2)
        batch = ImportBatchFactory.create(restores=[])
        county_ids = (counties[0].id, counties[1].id)
        communities = [CommunityFactory.create(county=county) for county in counties]
        school = SchoolFactory.create(county=counties[0])
        made = Journal(
            county_ids, communities[0].id, school.id, (accounts[0].id, accounts[1].id), batch.id
        )
        community_ids = [community.id for community in communities]
    names = ("甲", "乙")
    for turn in range(4):
        origin = Origin(Channel.WEB, f"request-{turn}", "192.0.2.7")
        for community_id, account_id, name in zip(
            community_ids, made.account_ids, names, strict=True
        ):
            with (
                use_origin(origin),
                recording(access.Operator(name, actor_id=account_id), "community.renamed"),
            ):
                found = session().get_one(Community, community_id)
                found.name = f"{name}{turn}共同体{date(2025, 1, turn + 1)}"
    return made
