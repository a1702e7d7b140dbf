"""For how long, and by whom, a school is spoken for besides its own people."""

from datetime import date, timedelta
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

# Longer than a school year nobody is absent: then the school has another clerk.
LONGEST: Final = timedelta(days=366)


def check_days(starts_on: date, ends_on: date, today: date) -> None:
    """Raise RuleViolationError for days that are none of an absence to come."""
    if starts_on < today:
        raise RuleViolationError(
            N_("Nobody becomes a deputy for days that are over. Begin today or later."),
            field="starts_on",
        )
    if ends_on < starts_on:
        raise RuleViolationError(
            N_("The last day lies before the first one. Choose it again."), field="ends_on"
        )
    if ends_on - starts_on > LONGEST:
        raise RuleViolationError(
            Message(
                N_("A deputy acts for a year at most, here until %(day)s. Choose an earlier day."),
                {"day": (starts_on + LONGEST).isoformat()},
            ),
            field="ends_on",
        )
