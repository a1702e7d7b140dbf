"""The three pickers that every count carries in its address: D, K and the school year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from community.audits.services import Question
from community.kernel import clock
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_

_UNREADABLE_DAY = N_("Write the day as year-month-day, for example 2025-12-31.")
_UNREADABLE_INSTANT = N_("Write the instant like 2026-01-31 or 2026-01-31T00:00+08:00.")


@dataclass(frozen=True)
class Pickers:
    """What the reader chose; the address keeps it, so that a page can be passed on."""

    as_of: date
    known_text: str  # as typed; empty means now
    known_at: datetime | None  # what it says
    school_year: str

    @property
    def question(self) -> Question:
        """The count to ask for."""
        return Question(self.as_of, self.known_at, self.school_year or None)

    @property
    def known_local(self) -> str:
        """K as the browser's own field for instants takes it: Shanghai time, without an offset."""
        if self.known_at is None:
            return ""
        return self.known_at.astimezone(clock.SHANGHAI).replace(tzinfo=None).isoformat()

    @property
    def in_address(self) -> dict[str, str]:
        """The query parameters that carry the choice to the next page."""
        chosen = {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_text,
            "school_year": self.school_year,
        }
        return {key: value for key, value in chosen.items() if value}


def read_pickers(args: Mapping[str, str], default: date) -> Pickers:
    """Read the pickers from an address; `default` is D where none is given.

    Raises RuleViolationError, naming the field, when D is no day or K no instant.
    """
    day, instant = args.get("as_of", "").strip(), args.get("known_at", "").strip()
    try:
        as_of = date.fromisoformat(day) if day else default
    except ValueError as error:
        raise RuleViolationError(_UNREADABLE_DAY, field="as_of") from error
    try:
        known_at = clock.parse_instant(instant) if instant else None
    except ValueError as error:
        raise RuleViolationError(_UNREADABLE_INSTANT, field="known_at") from error
    return Pickers(as_of, instant, known_at, args.get("school_year", "").strip())
