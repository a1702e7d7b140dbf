"""Where counties are, as far as access goes."""

from collections.abc import Iterable

from community.access import Place
from community.kernel.database import session
from community.registry import queries as registry


def places_of(county_ids: Iterable[int]) -> list[Place]:
    """The places of counties, for `access.require`."""
    wanted = set(county_ids)
    return [
        Place(city_id=county.parent_id, county_id=county.id)
        for county in registry.counties(session())
        if county.id in wanted
    ]
