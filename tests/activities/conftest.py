"""What the histories of the count rest on, for the rollups too."""

from tests.audits.conftest import reference

__all__ = ["reference"]
