"""Which transfers a picture of holdings and flows is about."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from community.access import Actor
from community.activities.models import Activity, CommunityYearRollup
from community.activities.queries.standing import IS_REPORTED, ON_FILE
from community.activities.rules import KINDS_OF, Sheet
from community.communities.models import Community
from community.communities.queries.places import is_visible_to
from community.kernel.paging import Page, read_page
from community.registry.models import Division, SchoolYear

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


def community_page(
    actor: Actor,
    first_year: int,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[Any]:
    """A page of the communities that an actor can choose from, by code, each with its county and
    how many transfers were reported in the school year that begins in that year."""
    cell = CommunityYearRollup
    transfers = (
        select(func.coalesce(func.sum(cell.reported_count), 0))
        .where(
            cell.community_id == Community.id,
            cell.first_year == first_year,
            cell.kind.in_(KINDS_OF[Sheet.RESOURCE_TRANSFERS]),
        )
        .correlate(Community)
        .scalar_subquery()
    )
    wanted = (
        select(
            Community.code,
            Community.name,
            Division.name.label("county"),
            transfers.label("transfers"),
        )
        .join(Division, Division.id == Community.county_id)
        .where(is_visible_to(actor))
    )
    return read_page(wanted, (Community.code,), after=after, before=before)


def communities_of(session: Session, actor: Actor) -> Sequence[Row[str, str]]:
    """Code and name of the communities that an actor can choose from."""
    return session.execute(
        select(Community.code, Community.name)
        .where(is_visible_to(actor))
        .order_by(Community.code)
        .limit(MOST_OFFERED)
    ).all()
