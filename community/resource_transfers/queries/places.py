"""Which transfers a picture of holdings and flows is about."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from community.access import Actor
from community.activities.models import Activity
from community.activities.queries.standing import IS_REPORTED, ON_FILE
from community.activities.rules import Sheet
from community.communities.models import Community
from community.communities.queries.places import is_visible_to
from community.registry.models import SchoolYear

MOST_OFFERED: Final = 200


def transfers_of(community_ids: Collection[int], as_of: date) -> Select[int]:
    """The transfers inside some communities up to a day."""
    return select(Activity.id).where(
        Activity.community_id.in_(community_ids),
        Activity.sheet == Sheet.RESOURCE_TRANSFERS,
        Activity.held_on <= as_of,
        ON_FILE,
        IS_REPORTED,
    )


def school_year_of(session: Session, day: date) -> SchoolYear | None:
    """The school year that contains a day, else the last one before it."""
    return session.scalars(
        select(SchoolYear)
        .where(SchoolYear.starts_on <= day)
        .order_by(SchoolYear.starts_on.desc())
        .limit(1)
    ).first()


def communities_of(session: Session, actor: Actor) -> Sequence[Row[str, str]]:
    """Code and name of the communities that an actor can choose from."""
    return session.execute(
        select(Community.code, Community.name)
        .where(is_visible_to(actor))
        .order_by(Community.code)
        .limit(MOST_OFFERED)
    ).all()
