"""The pages of transfers: one transfer, its handover, loans, who holds what."""

from community.resource_transfers.views import handover, loans, overview, transfer
from community.resource_transfers.views.blueprint import blueprint

__all__ = ["blueprint", "handover", "loans", "overview", "transfer"]
