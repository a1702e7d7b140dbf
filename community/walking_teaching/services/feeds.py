"""A calendar to subscribe to: one secret address per account, revocable at any time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from community.access import Actor, Permission, permission_is_held, require
from community.accounts.services import actor_of_account
from community.journal.models import AccessKind
from community.journal.services import record_access, writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError
from community.walking_teaching.documents import build_calendar
from community.walking_teaching.models import CalendarFeed
from community.walking_teaching.queries import feeds as queries
from community.walking_teaching.queries import visits as visit_queries
from community.walking_teaching.rules import TermDays
from community.walking_teaching.services.planning import terms_to_choose

MOST_VISITS: Final = 2_000
READS_PER_HOUR: Final = 60
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class TooManyReads:
    """The calendar was read too often; when it may be read again."""

    retry_at: datetime


def own_feed(*, actor: Actor) -> CalendarFeed | None:
    """The calendar of the actor's account; None where it has none."""
    require(actor, Permission.ACCOUNT_SELF)
    return queries.open_feed(session(), actor.actor_id) if actor.actor_id else None


def may_subscribe(actor: Actor) -> bool:
    """Whether there is a timetable that the actor may see."""
    return permission_is_held(actor, Permission.TIMETABLE_VIEW)


def create_feed(*, actor: Actor) -> str:
    """Give the actor's account a calendar; a former one is dead from now on. The secret of its
    address, which is shown this once."""
    require(actor, Permission.TIMETABLE_VIEW)
    if actor.actor_id is None:
        raise NotFoundError
    hold("calendar_feed", str(actor.actor_id))
    token, now = secrets.token_urlsafe(32), clock.now()
    former = queries.open_feed(session(), actor.actor_id)
    with writing(actor=actor, action="calendar_feed.created"):
        if former is not None:
            former.revoked_at = now
        session().add(
            CalendarFeed(
                account_id=actor.actor_id,
                token_sha256=_digest(token),
                created_at=now,
                reads_count=0,
            )
        )
    return token


def revoke_feed(*, actor: Actor) -> None:
    """Let the address of the actor's calendar be dead from now on."""
    found = own_feed(actor=actor)
    if found is None:
        return
    with writing(actor=actor, action="calendar_feed.revoked"):
        found.revoked_at = clock.now()


def read_feed(token: str, *, host: str) -> bytes | TooManyReads:
    """The calendar of a secret address: the visits of the present term that its account may see,
    as a file. `host` tells its entries from those of another installation.

    Raises NotFoundError for an unknown or revoked address, and once the account is closed.
    """
    feed = queries.feed_of(session(), _digest(token))
    actor = actor_of_account(feed.account_id) if feed else None
    if feed is None or actor is None or not may_subscribe(actor):
        raise NotFoundError
    now = clock.now()
    if _reads(feed, now) >= READS_PER_HOUR:
        return TooManyReads((feed.hour_began_at or now) + _HOUR)
    term = _term_of_today()
    visits = (
        visit_queries.visits_between(
            session(), actor, term.starts_on, term.ends_on, limit=MOST_VISITS
        )
        if term
        else []
    )
    return build_calendar(visits, now, host)


def note_read(token: str) -> None:
    """Count a reading of a calendar, and put it into the access log."""
    feed = queries.feed_of(session(), _digest(token))
    actor = actor_of_account(feed.account_id) if feed else None
    if feed is None or actor is None:
        return
    now = clock.now()
    reads = _reads(feed, now)
    if reads == 0:
        feed.hour_began_at = now
    feed.reads_count = reads + 1
    record_access(
        AccessKind.VIEWED_PERSONAL_DATA, actor=actor, what="/calendar", county_id=actor.county_id
    )


def _reads(feed: CalendarFeed, now: datetime) -> int:
    """How often a calendar was read in the hour that is running."""
    is_running = feed.hour_began_at is not None and now < feed.hour_began_at + _HOUR
    return feed.reads_count if is_running else 0


def _term_of_today() -> TermDays | None:
    """The term of today; between terms the next one, where it is on file."""
    today = clock.today()
    ahead = [term for term in terms_to_choose() if term.ends_on >= today]
    return min(ahead, key=lambda term: term.starts_on, default=None)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
