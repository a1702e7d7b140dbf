"""Whether a database is still empty."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from community.accounts.models import UserAccount
from community.communities.models import Community
from community.imports.models import ImportBatch
from community.registry.models import School


def is_empty(session: Session) -> bool:
    """Whether nobody has entered anything besides the reference data."""
    kinds = (School, Community, UserAccount, ImportBatch)
    return not any(session.scalar(select(exists().select_from(kind))) for kind in kinds)
