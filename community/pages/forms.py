"""The three pickers that every count carries in its address: D, K and the school year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community.audits.services import Question
from community.kernel import clock
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message


@dataclass(frozen=True)
class Pickers:
    """What the reader chose; the address keeps it, so that a page can be passed on."""

    as_of: date
    known_text: str  # as typed; empty means now
    school_year: str

    @property
    def question(self) -> Question:
        """The count to ask for. Raises RuleViolationError when K is no instant."""
        known_at = None
        if self.known_text:
            try:
                known_at = clock.parse_instant(self.known_text)
            except ValueError as error:
                raise RuleViolationError(_UNREADABLE, field="known_at") from error
        return Question(self.as_of, known_at, self.school_year or None)

    @property
    def in_address(self) -> dict[str, str]:
        """The query parameters that carry the choice to the next page."""
        chosen = {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_text,
            "school_year": self.school_year,
        }
        return {key: value for key, value in chosen.items() if value}


_UNREADABLE = Message(N_("Enter the day as year-month-day, for example 2025-12-31."))


def read_pickers(args: Mapping[str, str], default: date) -> Pickers:
    """Read the pickers from an address; `default` is D where none is given.

    Raises RuleViolationError when D is no day.
    """
    text = args.get("as_of", "").strip()
    try:
        as_of = date.fromisoformat(text) if text else default
    except ValueError as error:
        raise RuleViolationError(_UNREADABLE, field="as_of") from error
    return Pickers(as_of, args.get("known_at", "").strip(), args.get("school_year", "").strip())
