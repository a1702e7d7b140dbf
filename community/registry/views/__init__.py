"""The pages on which officials keep the registers."""

from community.registry.views import (  # noqa: F401 - each adds its pages
    calendar,
    closing,
    districts,
    divisions,
    records,
    schools,
)
from community.registry.views.blueprint import blueprint

__all__ = ["blueprint"]
