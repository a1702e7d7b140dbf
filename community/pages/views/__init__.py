"""Pages that join features, in the order of a reader's questions: what, why, since when."""

from community.pages.views import comparing, explaining, schools  # noqa: F401 - each adds its pages
from community.pages.views.overview import blueprint

__all__ = ["blueprint"]
