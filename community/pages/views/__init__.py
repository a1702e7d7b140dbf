"""Pages that join features, in the order of a reader's questions: what, why, since when."""

from community.pages.views import (  # noqa: F401 - each adds its pages
    closing,
    comparing,
    deputies,
    explaining,
    home,
    reminders,
    schools,
)
from community.pages.views.overview import blueprint

__all__ = ["blueprint"]
