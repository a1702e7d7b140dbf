"""Every select of resource transfers.

`ledger` the rows of the ledger · `lines` what transfers consist of and what became of it · `loans`
what has to come back · `waiting` what waits for whom · `places` where pictures look
"""

from community.resource_transfers.queries import waiting  # noqa: F401 - adds its sources
from community.resource_transfers.queries.ledger import details_of, receipts_on_file

__all__ = ["details_of", "receipts_on_file"]
