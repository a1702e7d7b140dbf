"""Calendars to subscribe to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.walking_teaching.models import CalendarFeed


def open_feed(session: Session, account_id: int) -> CalendarFeed | None:
    """The calendar of an account that is not revoked."""
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None)
        )
    )


def feed_of(session: Session, token_sha256: str) -> CalendarFeed | None:
    """The calendar of a secret, unless it is revoked."""
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.token_sha256 == token_sha256, CalendarFeed.revoked_at.is_(None)
        )
    )
