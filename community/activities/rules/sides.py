"""Who stands on which side of a record: nobody confirms or checks what their own side reported."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

# After so long without an answer the district may confirm from a signed paper (代确认).
DAYS_UNTIL_ON_BEHALF: Final = timedelta(days=14)
# How long a confirmation, or a return, can be taken back by the side that gave it.
UNDO: Final = timedelta(hours=24)
OWN_SIDE: Final = N_(
    "Your own side reported this record, and nobody confirms or checks what their own side "
    "reported. Somebody of another school, or of the district, has to do it."
)
OWN_WORD: Final = N_(
    "You confirmed this record yourself, and nobody checks what they confirmed. A colleague of the "
    "district, with an account of their own, has to check it."
)
# What receivers usually find wrong; beside it stands what they add.
USUAL_REASONS: Final = (
    N_("The date is wrong"),
    N_("The number of people is wrong"),
    N_("Not received"),
    N_("Reported twice"),
    N_("The evidence is unclear"),
    N_("Lesson periods or quantity are wrong"),
    N_("Our school did not take part"),
)


class Side(StrEnum):
    """Where somebody stands towards a record."""

    REPORTING = "reporting"
    RECEIVING = "receiving"
    DISTRICT = "district"


def is_own_side(
    school_ids: frozenset[int], reported_by_school_id: int | None, provider_id: int
) -> bool:
    """Whether somebody who speaks for these schools stands on the side that reported a record: the
    school that did on the web, else the provider, from whose ledger it comes."""
    return (reported_by_school_id or provider_id) in school_ids


def check_receivers(
    reporting_school_id: int, provider_id: int, receiver_ids: Collection[int]
) -> None:
    """Raise RuleViolationError for receivers who could never confirm: the reporting school itself,
    and the provider."""
    if provider_id in receiver_ids:
        raise RuleViolationError(
            N_("The providing school cannot receive from itself. Take it out of the receivers."),
            field="receivers",
        )
    if reporting_school_id in receiver_ids:
        raise RuleViolationError(
            N_(
                "Your own school receives here, and nobody confirms what their own side reported. "
                "Ask the providing school to report it: then you confirm it."
            ),
            field="receivers",
        )


def on_behalf_from(reported_on: date) -> date:
    """The first day on which the district may confirm on behalf of a silent school."""
    return reported_on + DAYS_UNTIL_ON_BEHALF


def check_on_behalf(reported_on: date, today: date) -> None:
    """Raise RuleViolationError while the receiving school still has time to answer itself."""
    first = on_behalf_from(reported_on)
    if today < first:
        raise RuleViolationError(
            Message(
                N_(
                    "The receiving school may still answer itself. You can confirm on its behalf "
                    "from %(day)s."
                ),
                {"day": first.isoformat()},
            )
        )


def check_other_side(
    school_ids: frozenset[int],
    actor_id: int | None,
    *,
    reported_by_school_id: int | None,
    reported_by_id: int | None,
    provider_id: int,
) -> None:
    """Raise RuleViolationError for somebody who would confirm or check what their own side, or
    they themselves in an earlier post, reported."""
    is_reporter = reported_by_id is not None and reported_by_id == actor_id
    if is_reporter or is_own_side(school_ids, reported_by_school_id, provider_id):
        raise RuleViolationError(OWN_SIDE)


def check_other_hand(actor_id: int | None, confirmed_by_ids: Collection[int | None]) -> None:
    """Raise RuleViolationError for somebody who would check what they confirmed, on behalf of a
    school (代确认) or in an earlier post for it: two pairs of eyes look at every record."""
    if actor_id is not None and actor_id in confirmed_by_ids:
        raise RuleViolationError(OWN_WORD)


def may_undo(since: datetime, now: datetime) -> bool:
    """Whether an answer given at an instant can still be taken back by the side that gave it."""
    return now < since + UNDO


def check_has_happened(held_on: date, today: date) -> None:
    """Raise RuleViolationError for a record of a day to come: nobody can confirm it yet."""
    if held_on > today:
        raise RuleViolationError(
            Message(
                N_("This is only to happen on %(day)s. Confirm it when it has happened."),
                {"day": held_on.isoformat()},
            )
        )


def build_reason(usual: str, details: str) -> str:
    """One reason from a usual one and what was added; either may be empty."""
    return "；".join(part for part in (usual.strip(), details.strip()) if part)
