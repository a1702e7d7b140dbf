"""What addresses of counts carry: D, K and the school year, once or twice, and filters; and the
forms of pages that join features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from community.accounts.queries import DeputyChoice
from community.accounts.services import DeputyDraft
from community.activities.rules import Exclusion, Sheet
from community.audits.services import Question
from community.kernel import clock
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.pages.rules import Level, MissingFilter, RecordFilter
from community.pages.services import EARLIER
from community.web.forms import Form, required_day, said

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


def read_pickers(args: Mapping[str, str], default: date, prefix: str = "") -> Pickers:
    """Read the pickers from an address; `default` is D where none is given.

    Raises RuleViolationError, naming the field, when D is no day or K no instant.
    """

    def given(name: str) -> str:
        return args.get(f"{prefix}{name}", "").strip()

    day, instant = given("as_of"), given("known_at")
    try:
        as_of = date.fromisoformat(day) if day else default
    except ValueError as error:
        raise RuleViolationError(_UNREADABLE_DAY, field=f"{prefix}as_of") from error
    try:
        known_at = clock.parse_instant(instant) if instant else None
    except ValueError as error:
        raise RuleViolationError(_UNREADABLE_INSTANT, field=f"{prefix}known_at") from error
    return Pickers(as_of, instant, known_at, given("school_year"))


@dataclass(frozen=True)
class PickerPair:
    """The two counts that a reader compares."""

    before: Pickers
    after: Pickers

    @property
    def in_address(self) -> dict[str, str]:
        """The query parameters that carry both."""
        earlier = {f"{EARLIER}{key}": value for key, value in self.before.in_address.items()}
        return {**earlier, **self.after.in_address}


def read_picker_pair(args: Mapping[str, str], default: date) -> PickerPair:
    """Read both sides; where the earlier one is not given it is the same day, as known when that
    day had just ended, or thirty days ago while that is still to come.

    Raises RuleViolationError like `read_pickers`.
    """
    after = read_pickers(args, default)
    before = read_pickers(args, after.as_of, EARLIER)
    if not any(key.startswith(EARLIER) for key in args):
        known = _usual_day_of_knowledge(after.as_of)
        before = Pickers(
            after.as_of, known.isoformat(), clock.start_of_day(known), after.school_year
        )
    return PickerPair(before, after)


def _usual_day_of_knowledge(as_of: date) -> date:
    today = clock.today()
    return as_of + timedelta(days=1) if as_of < today else today - timedelta(days=30)


Choice = TypeVar("Choice", bound=StrEnum)


def _choice(kind: type[Choice], text: str | None) -> Choice | None:
    """A member by its value; what is none narrows nothing."""
    return kind(text) if text in [member.value for member in kind] else None


def read_record_filter(args: Mapping[str, str]) -> RecordFilter:
    """What a list of records is narrowed to."""
    return RecordFilter(
        level=_choice(Level, args.get("level")),
        reason=_choice(Exclusion, args.get("reason")),
        sheet=_choice(Sheet, args.get("sheet")),
        month=args.get("month") or None,
    )


def read_missing_filter(args: Mapping[str, str]) -> MissingFilter:
    """What a list of missing things is narrowed to."""
    return MissingFilter(args.get("whom", ""), args.get("kind") == "hard")


class DeputyForm(Form):
    """Who is to speak for a school, on which days."""

    account_id = SelectField(
        said(N_("Deputy")), [InputRequired(said(N_("Choose who is to be the deputy.")))], coerce=int
    )
    starts_on = DateField(
        said(N_("Deputy from")),
        [InputRequired(said(N_("Give the first day of the deputy.")))],
        default=clock.today,
    )
    ends_on = DateField(
        said(N_("Deputy until")),
        [InputRequired(said(N_("Give the last day of the deputy.")))],
        description=said(N_("Included. From the next day on the deputy can do nothing more.")),
    )

    def offer(self, choices: Sequence[DeputyChoice]) -> None:
        """Offer the accounts that could be chosen."""
        self.account_id.choices = [
            (choice.account_id, f"{choice.school_name} · {choice.name}") for choice in choices
        ]

    def draft(self) -> DeputyDraft:
        """The appointment as typed."""
        return DeputyDraft(
            self.account_id.data, required_day(self.starts_on), required_day(self.ends_on)
        )
