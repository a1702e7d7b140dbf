"""What is needed to take a term's arrangements over into the next one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from community.access import Actor, Permission
from community.kernel.database import known_at
from community.kernel.held import holding_on
from community.registry.models import SchoolVersion
from community.walking_teaching.models import WalkingTeachingArrangement
from community.walking_teaching.queries.reach import is_within_reach

MOST: Final = 300


def arrangements_of_term(
    session: Session, actor: Actor, term_id: int, *, ids: Collection[int] | None = None
) -> Sequence[WalkingTeachingArrangement]:
    """The arrangements of a term for which the actor plans, by teacher."""
    model = WalkingTeachingArrangement
    wanted = (
        select(model)
        .where(model.term_id == term_id, is_within_reach(actor, Permission.ACTIVITY_REPORT))
        .options(
            selectinload(model.slots), selectinload(model.sender), selectinload(model.receiver)
        )
        .order_by(model.teacher_name, model.id)
        .limit(MOST)
    )
    if ids is not None:
        wanted = wanted.where(model.id.in_(ids)).with_for_update(of=model)
    return session.scalars(wanted).all()


def continued_ids(session: Session, term_id: int, ids: Collection[int]) -> set[int]:
    """Those of some arrangements that go on in a term already."""
    model = WalkingTeachingArrangement
    found = session.scalars(
        select(model.continues_id).where(model.term_id == term_id, model.continues_id.in_(ids))
    )
    return {one for one in found if one is not None}


def last_days(session: Session, ids: Collection[int], on: date) -> Mapping[int, date | None]:
    """The last days of schools, as known of a day."""
    rows = session.execute(
        select(SchoolVersion.school_id, SchoolVersion.held_from, SchoolVersion.closed_on)
        .where(SchoolVersion.school_id.in_(ids), known_at(SchoolVersion, None))
        .order_by(SchoolVersion.held_from)
    )
    held = holding_on(
        on, ((school_id, since, (school_id, last)) for school_id, since, last in rows)
    )
    return dict(held)
