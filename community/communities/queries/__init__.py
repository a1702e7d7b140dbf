"""What is read of the communities, by topic."""

from community.communities.queries.on_file import (
    charters_on_file,
    communities_on_file,
    meetings_on_file,
    memberships_on_file,
    objectives_on_file,
    stays,
)
from community.communities.queries.places import (
    community,
    locked_communities,
    place_of_community,
)

__all__ = [
    "charters_on_file",
    "communities_on_file",
    "community",
    "locked_communities",
    "meetings_on_file",
    "memberships_on_file",
    "objectives_on_file",
    "place_of_community",
    "stays",
]
