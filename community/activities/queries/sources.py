"""What waits for somebody: sources that features declare, counted and listed alike.

A source is one statement, so that the menu can count all of them in a single query and a list can
page by key; whoever has a new kind of waiting adds a source. The menu asks on every page, so the
statements are put together once, with their reader as parameters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Date, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from community.access import Actor, Permission, permission_is_held
from community.activities.queries.rollups import FIRST_MONTH, first_year_of
from community.activities.rules import DAYS_UNTIL_ON_BEHALF, Move
from community.kernel import clock
from community.kernel.i18n import Message
from community.kernel.paging import KeyColumn, Page, read_page

# A statement, whatever its columns.
Statement = Select[*tuple[Any, ...]]
_A_DAY: Final = timedelta(days=1)
# More are not counted: whoever has so many to do reads "99+".
COUNTED: Final = 99


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: since when, what, where it is answered, and why it is the reader's.

    `ticket` is what a tick beside it sends; None where it is answered one by one.
    """

    since: date
    title: str
    detail: str
    why: Message
    endpoint: str
    values: Mapping[str, object]
    ticket: str | None = None
    is_urgent: bool = False


@dataclass(frozen=True)
class Source:
    """A kind of things that wait; texts are msgids.

    `listed` is the statement of a reader's things with the parameters of `parameters_of`, which
    selects the columns of `order`, oldest first; `describe` makes rows of it readable.
    """

    key: str
    title: str
    explanation: str
    permission: Permission
    is_for: Callable[[Actor], bool]
    listed: Statement
    order: tuple[KeyColumn, ...]
    describe: Callable[[Session, Sequence[Any]], list[Waiting]]
    move: Move | None = None  # that can be made with several at once


_sources: Final[dict[str, Source]] = {}


def add_source(source: Source) -> None:
    """Add a source; the same key again replaces it. They stand in the order in which they came."""
    _sources[source.key] = source


def sources_of(actor: Actor) -> dict[str, Source]:
    """The sources of which an actor can have anything."""
    return {
        key: source
        for key, source in _sources.items()
        if permission_is_held(actor, source.permission) and source.is_for(actor)
    }


def parameters_of(actor: Actor) -> dict[str, object]:
    """What the statements ask of their reader and of the day."""
    today = clock.today()
    return {
        "actor_id": actor.actor_id,
        "county_id": actor.county_id,
        "school_ids": list(actor.school_ids),
        "today": today,
        "since": begin_of_last_year(today),
        # The fourteenth day after the one on which it was reported has begun.
        "on_behalf_before": clock.start_of_day(today - DAYS_UNTIL_ON_BEHALF + _A_DAY),
    }


def waiting_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How much waits for an actor, by source: exact up to `COUNTED`, one more beyond. One query."""
    found = tuple(sources_of(actor))
    if not found:
        return {}
    counts = session.execute(_counted(found), parameters_of(actor)).one()
    return dict(zip(found, counts, strict=True))


@cache
def _counted(keys: tuple[str, ...]) -> Statement:
    return select(
        *(
            select(func.count())
            .select_from(_sources[key].listed.order_by(None).limit(COUNTED + 1).subquery())
            .scalar_subquery()
            .label(key)
            for key in keys
        )
    )


def waiting_page(
    session: Session,
    source: Source,
    actor: Actor,
    *,
    size: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Waiting]:
    """A page of what waits for an actor, oldest first."""
    listed = source.listed.params(parameters_of(actor))
    page = read_page(listed, source.order, after=after, before=before, size=size)
    return Page(source.describe(session, page.rows), page.before, page.after)


def begin_of_last_year(today: date) -> date:
    """Of this school year and the one before: what is older is settled, or in an audit's hands."""
    return date(first_year_of(today) - 1, FIRST_MONTH, 1)


# --- who reads ----------------------------------------------------------------------------------


def speaks_for_schools(actor: Actor) -> bool:
    """Whether what waits for schools can wait for this reader."""
    return bool(actor.school_ids)


def oversees_a_county(actor: Actor) -> bool:
    """Whether what waits for a county's officials can wait for this reader."""
    return actor.county_id is not None and actor.school_id is None


def has_an_account(actor: Actor) -> bool:
    """Whether the reader can have begun a form: the operator at the terminal cannot."""
    return actor.actor_id is not None


# Parameters of statements, as `parameters_of` fills them in.
SCHOOLS: Final[BindParameter[Any]] = bindparam("school_ids", expanding=True)
TODAY: Final = bindparam("today", type_=Date)
READER: Final = bindparam("actor_id", type_=Integer)
COUNTY: Final = bindparam("county_id", type_=Integer)
