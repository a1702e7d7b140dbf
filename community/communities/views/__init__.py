"""The pages of the register of communities, by topic."""

from community.communities.views import (  # noqa: F401 - each adds its pages
    community,
    documents,
    listing,
    members,
    things,
)
from community.communities.views.answering import blueprint

__all__ = ["blueprint"]
