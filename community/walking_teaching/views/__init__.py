"""The pages of walking-teaching, by topic."""

from community.walking_teaching.views import (  # noqa: F401 - each adds its pages
    arrangements,
    feeds,
    sessions,
    visits,
    weeks,
)
from community.walking_teaching.views.blueprint import blueprint

__all__ = ["blueprint"]
