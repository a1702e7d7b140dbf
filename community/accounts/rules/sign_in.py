"""How long a sign-in lasts, and how many wrong passwords are heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from community.access import Role

# Limits of wrong passwords within the window, per user name and per address. A school or an
# office has one address for many people, so the address is allowed more.
ATTEMPT_WINDOW: Final = timedelta(minutes=15)
ATTEMPTS_PER_NAME: Final = 5
ATTEMPTS_PER_ADDRESS: Final = 30
# How old an attempt or an ended session gets before it is purged; the access log remembers both.
KEPT_AFTER_END: Final = timedelta(days=7)
# `last_seen_at` is written no more often than this.
SEEN_INTERVAL: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class SessionLimits:
    """How long a sign-in lasts without use (`idle`) and at most (`absolute`)."""

    idle: timedelta
    absolute: timedelta


# Whoever sees a whole county or city sits in an office with shared machines: the session ends
# over lunch with the machine left alone, and once a day in any case. A school's account is used
# on the phone between two lessons, and asks for the password once a day.
OFFICE_LIMITS: Final = SessionLimits(idle=timedelta(hours=2), absolute=timedelta(hours=12))
SCHOOL_LIMITS: Final = SessionLimits(idle=timedelta(hours=8), absolute=timedelta(days=7))
SESSION_LIMITS: Final[Mapping[Role, SessionLimits]] = {
    Role.SYSTEM_ADMINISTRATOR: OFFICE_LIMITS,
    Role.CITY_OFFICIAL: OFFICE_LIMITS,
    Role.DISTRICT_OFFICIAL: OFFICE_LIMITS,
    Role.VIEWER: OFFICE_LIMITS,
    Role.LEAD_SCHOOL_ADMINISTRATOR: SCHOOL_LIMITS,
    Role.SCHOOL_CLERK: SCHOOL_LIMITS,
}
# A one-time password that nobody used is worthless after this.
ONE_TIME_PASSWORD_LIFETIME: Final = timedelta(days=7)


def is_live(
    role: Role,
    *,
    last_seen_at: datetime,
    expires_at: datetime,
    ended_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether a session still opens pages at this instant."""
    if ended_at is not None or now >= expires_at:
        return False
    return now - last_seen_at < SESSION_LIMITS[role].idle


def is_seen_again(last_seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use."""
    return now - last_seen_at >= SEEN_INTERVAL


def retry_at(
    failures_of_name: Sequence[datetime],
    failures_of_address: Sequence[datetime],
    now: datetime,
) -> datetime | None:
    """When the next attempt is heard; None when it is heard now.

    The failures are instants within the window, oldest first. The limit is exact: attempt
    number N is heard, N + 1 is not, until the oldest of the last N has left the window.
    """
    waits = [
        failures[-limit] + ATTEMPT_WINDOW
        for failures, limit in (
            (failures_of_name, ATTEMPTS_PER_NAME),
            (failures_of_address, ATTEMPTS_PER_ADDRESS),
        )
        if len(failures) >= limit
    ]
    latest = max(waits, default=now)
    return latest if latest > now else None


def is_one_time_password_spent(
    *, must_change: bool, password_changed_at: datetime, now: datetime
) -> bool:
    """Whether a one-time password has waited too long to be used."""
    return must_change and now - password_changed_at > ONE_TIME_PASSWORD_LIFETIME
