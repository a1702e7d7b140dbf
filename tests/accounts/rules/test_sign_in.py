"""How many wrong passwords are heard, and how long a sign-in lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from community.access import Role
from community.accounts.rules.sign_in import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_NAME,
    ONE_TIME_PASSWORD_LIFETIME,
    SEEN_INTERVAL,
    SESSION_LIMITS,
    is_live,
    is_one_time_password_spent,
    is_seen_again,
    retry_at,
)

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def failures(count: int, *, last: timedelta = timedelta()) -> list[datetime]:
    """So many failures, one a second, the last one `last` ago."""
    return [NOW - last - SECOND * (count - 1 - n) for n in range(count)]


@pytest.mark.parametrize(
    ("of_name", "of_address", "expected", "why"),
    [
        (0, 0, None, "a first attempt"),
        (ATTEMPTS_PER_NAME - 1, 0, None, "one below the limit of the name"),
        (ATTEMPTS_PER_NAME, 0, 4, "the limit of the name: until the oldest has left"),
        (ATTEMPTS_PER_NAME + 2, 0, 4, "more than the limit: the last N decide"),
        (0, ATTEMPTS_PER_ADDRESS - 1, None, "one below the limit of the address"),
        (0, ATTEMPTS_PER_ADDRESS, 29, "the limit of the address"),
        (ATTEMPTS_PER_NAME, ATTEMPTS_PER_ADDRESS, 4, "both: the later one"),
    ],
)
def test_retry_at(of_name: int, of_address: int, expected: int | None, why: str) -> None:
    found = retry_at(failures(of_name), failures(of_address), NOW)
    wanted = None if expected is None else NOW - SECOND * expected + ATTEMPT_WINDOW
    assert found == wanted, why


def test_the_wait_ends_with_the_window() -> None:
    old = failures(ATTEMPTS_PER_NAME, last=ATTEMPT_WINDOW - SECOND * (ATTEMPTS_PER_NAME - 1))
    assert retry_at(old, [], NOW) is None


@pytest.mark.parametrize("role", Role)
def test_sessions_end_by_disuse_age_and_decree(role: Role) -> None:
    limits = SESSION_LIMITS[role]

    def live(unused: timedelta, left: timedelta, ended_at: datetime | None = None) -> bool:
        return is_live(
            role, last_seen_at=NOW - unused, expires_at=NOW + left, ended_at=ended_at, now=NOW
        )

    assert live(timedelta(), limits.absolute)
    assert live(limits.idle - SECOND, SECOND)
    assert not live(limits.idle, SECOND)
    assert not live(timedelta(), timedelta())
    assert not live(timedelta(), SECOND, ended_at=NOW)
    assert SEEN_INTERVAL < limits.idle < limits.absolute


def test_seen_is_written_every_five_minutes() -> None:
    assert not is_seen_again(NOW - SEEN_INTERVAL + SECOND, NOW)
    assert is_seen_again(NOW - SEEN_INTERVAL, NOW)


@pytest.mark.parametrize(
    ("must_change", "age", "expected"),
    [
        (True, ONE_TIME_PASSWORD_LIFETIME, False),
        (True, ONE_TIME_PASSWORD_LIFETIME + SECOND, True),
        (False, ONE_TIME_PASSWORD_LIFETIME * 100, False),
    ],
)
def test_one_time_passwords_do_not_wait_for_ever(
    must_change: bool, age: timedelta, expected: bool
) -> None:
    assert expected == is_one_time_password_spent(
        must_change=must_change, password_changed_at=NOW - age, now=NOW
    )
