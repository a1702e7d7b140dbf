"""Every select of the count. All of it is a WHERE: as of D, as known at K.

The number of queries does not depend on the number of communities, schools or activities.
"""

from community.audits.queries.communities import communities, community_ids_of
from community.audits.queries.regions import (
    counties_of,
    minima,
    period,
    region,
    rule_set_content,
    rule_set_versions,
    school_year_ends,
)
from community.audits.queries.schools import schools

__all__ = [
    "communities",
    "community_ids_of",
    "counties_of",
    "minima",
    "period",
    "region",
    "rule_set_content",
    "rule_set_versions",
    "school_year_ends",
    "schools",
]
