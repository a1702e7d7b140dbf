"""Whether a database is still empty; who and what the demonstration is about."""

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


def account_id_of(session: Session, user_name: str) -> int:
    """The account of a user name."""
    return session.scalars(select(UserAccount.id).filter_by(user_name=user_name)).one()


def school_id_of(session: Session, name_part: str) -> int:
    """The school whose name has this part."""
    return session.scalars(select(School.id).where(School.name.contains(name_part))).one()
