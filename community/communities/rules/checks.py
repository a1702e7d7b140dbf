"""What the forms refuse, each with a sentence that says what to do.

An import accepts what the paper says, and the criteria fail; a form can still ask.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from community.communities.rules.edits import (
    CharterEdit,
    MeetingEdit,
    ObjectiveEdit,
    WaiverEdit,
)
from community.communities.rules.stays import Stay
from community.communities.rules.words import MembershipRole
from community.kernel.errors import RuleViolationError
from community.kernel.facts import check_holds_from
from community.kernel.formats import day, interval
from community.kernel.i18n import N_, Message, label
from community.registry.rules import DesignationKind

WAIVABLE: Final = "S2"  # the one criterion of which parts can be waived
# Addresses carry codes, and /communities/new is a form.
_CODE: Final = re.compile(r"[^\W_](?:[\w.()〔〕\-]*[\w)〕])?")
_RESERVED: Final = frozenset({"new"})
_ONE_DAY: Final = timedelta(days=1)
# A charter is signed before it takes effect: in the summer before its school year.
SIGNED_AHEAD: Final = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From when to when a community exists, both days included; None is open."""

    founded_on: date | None = None
    dissolved_on: date | None = None


@dataclass(frozen=True, slots=True)
class SchoolStay:
    """A stay on file, or about to be. `left_on` is the last day in, a closed school's at most its
    last day open."""

    school_id: int
    school_name: str
    role: MembershipRole
    joined_on: date
    left_on: date | None = None
    membership_id: int | None = None  # of one on file

    @property
    def stay(self) -> Stay:
        """From when to when."""
        return Stay(self.joined_on, self.left_on)


def _refuse(msgid: str, field: str | None, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)


def check_code(code: str) -> None:
    """Refuse a code that no address can carry."""
    if not _CODE.fullmatch(code) or code.casefold() in _RESERVED:
        raise _refuse(
            N_(
                "Write the code with letters, digits and hyphens and without spaces, "
                "for example JD-07."
            ),
            "code",
        )


def check_lifetime(life: Lifetime, stays: Iterable[SchoolStay], *, today: date) -> None:
    """Refuse an end before the founding, and stays that lie outside."""
    for field, moment in (("founded_on", life.founded_on), ("dissolved_on", life.dissolved_on)):
        if moment is not None:
            check_holds_from(moment, today, field=field)
    if life.founded_on and life.dissolved_on and life.dissolved_on < life.founded_on:
        raise _refuse(
            N_(
                "The last day lies before the day of founding (%(day)s). Enter a later day, or "
                "correct the day of founding first."
            ),
            "dissolved_on",
            day=day(life.founded_on),
        )
    for stay in stays:
        if life.founded_on and stay.joined_on < life.founded_on:
            raise _refuse(
                N_(
                    "%(school)s has been in since %(day)s, before this day of founding. Correct "
                    "its first day first, or enter an earlier day."
                ),
                "founded_on",
                school=stay.school_name,
                day=day(stay.joined_on),
            )
        if life.dissolved_on and stay.joined_on > life.dissolved_on:
            raise _refuse(
                N_(
                    "%(school)s joins on %(day)s, after this last day. Withdraw that membership "
                    "first, or enter a later day."
                ),
                "dissolved_on",
                school=stay.school_name,
                day=day(stay.joined_on),
            )


# --- stays ----------------------------------------------------------------------------------------


def check_stay(
    stay: SchoolStay,
    others: Iterable[SchoolStay],
    life: Lifetime,
    *,
    school_open: Stay,
    today: date,
) -> None:
    """Refuse a stay that cannot be: outside the community's or the school's life, beside another
    stay of the school, or with a second lead. `school_open` is from when to when it is open."""
    check_holds_from(stay.joined_on, today, field="joined_on")
    _check_order(stay)
    _check_within_life(stay, life)
    if not school_open.covers(stay.joined_on):
        raise _refuse(
            N_("%(school)s is open %(days)s: it cannot join on a day outside of that."),
            "joined_on",
            school=stay.school_name,
            days=interval(
                None if school_open.joined_on == date.min else school_open.joined_on,
                school_open.left_on,
            ),
        )
    for other in others:
        if other.membership_id == stay.membership_id and stay.membership_id is not None:
            continue
        if other.stay.shares_a_day_with(stay.stay):
            _check_beside(stay, other)


def _check_order(stay: SchoolStay) -> None:
    if stay.left_on and stay.left_on < stay.joined_on:
        raise _refuse(
            N_("The last day lies before the first day (%(day)s). Correct one of the two."),
            "left_on",
            day=day(stay.joined_on),
        )


def _check_within_life(stay: SchoolStay, life: Lifetime) -> None:
    if life.founded_on and stay.joined_on < life.founded_on:
        raise _refuse(
            N_(
                "The community was founded on %(day)s; no school can be in it before. Enter a "
                "later day, or correct the day of founding."
            ),
            "joined_on",
            day=day(life.founded_on),
        )
    if life.dissolved_on and (stay.left_on or stay.joined_on) > life.dissolved_on:
        raise _refuse(
            N_("The community ends on %(day)s; no school can be in it after. Enter that day."),
            "left_on" if stay.left_on else "joined_on",
            day=day(life.dissolved_on),
        )


def _check_beside(stay: SchoolStay, other: SchoolStay) -> None:
    if other.school_id == stay.school_id:
        raise _refuse(
            N_(
                "%(school)s is in already, %(days)s. Two stays must not share a day: enter the "
                "end of that one first, or change its role from a day."
            ),
            "joined_on",
            school=other.school_name,
            days=interval(other.joined_on, other.left_on),
        )
    if stay.role is MembershipRole.LEAD and other.role is MembershipRole.LEAD:
        raise _refuse(
            N_(
                "%(school)s is the lead school, %(days)s, and a community has one at a time. "
                "Enter the end of that first, or choose another role."
            ),
            "role",
            school=other.school_name,
            days=interval(other.joined_on, other.left_on),
        )


def check_role_change(stay: SchoolStay, role: MembershipRole, from_day: date) -> None:
    """Refuse another role that is the same, or begins outside the stay."""
    if role is stay.role:
        raise _refuse(
            N_("This is the role it has: %(role)s. Choose another one."), "role", role=label(role)
        )
    if from_day <= stay.joined_on:
        raise _refuse(
            N_(
                "The stay begins on %(day)s. If the role was another one from the beginning, "
                "correct the stay instead."
            ),
            "holds_from",
            day=day(stay.joined_on),
        )
    if stay.left_on and from_day > stay.left_on:
        raise _refuse(
            N_("The stay ends on %(day)s. Enter a day of the stay."),
            "holds_from",
            day=day(stay.left_on),
        )


def check_signed_before_leaving(stay: SchoolStay, signed_on: date | None) -> None:
    """Refuse a last day before the day on which the school signed."""
    if signed_on and stay.left_on and signed_on > stay.left_on:
        raise _refuse(
            N_(
                "The school signed the charter on %(day)s, after this last day. Correct the "
                "signature first, or enter a later day."
            ),
            "left_on",
            day=day(signed_on),
        )


def check_person(stay: SchoolStay, from_day: date) -> None:
    """Refuse a responsible person from a day after the stay."""
    if stay.left_on and from_day > stay.left_on:
        raise _refuse(
            N_("The stay ends on %(day)s. Enter a day of the stay."),
            "holds_from",
            day=day(stay.left_on),
        )


def day_before(moment: date) -> date:
    """The last day of what ends where something else begins."""
    return moment - _ONE_DAY


# --- charters and signatures ------------------------------------------------------------------


def check_charter(charter: CharterEdit, *, today: date) -> None:
    """Refuse a charter that ends before it begins."""
    check_holds_from(charter.effective_on, today, field="effective_on")
    if charter.expires_on and charter.expires_on < charter.effective_on:
        raise _refuse(
            N_("The last day lies before the first day (%(day)s). Correct one of the two."),
            "expires_on",
            day=day(charter.effective_on),
        )


def check_signature(
    signed_on: date, stay: SchoolStay, effective_days: Collection[date], *, today: date
) -> None:
    """Refuse a signature of a day to come, outside the stay, or long before any charter.

    `effective_days` are the first days of the charters on file.
    """
    field = f"signed_{stay.membership_id}"
    if signed_on > today:
        raise _refuse(N_("This day is still to come. Enter the day of the signature."), field)
    if not stay.stay.covers(signed_on):
        raise _refuse(
            N_("%(school)s is in %(days)s. A signature is given on a day of the stay."),
            field,
            school=stay.school_name,
            days=interval(stay.joined_on, stay.left_on),
        )
    if not effective_days:
        raise _refuse(
            N_("There is no charter with a first day yet. Enter the charter first."), field
        )
    if signed_on < min(effective_days) - SIGNED_AHEAD:
        raise _refuse(
            N_(
                "The charter takes effect on %(day)s, more than half a year later. Check the "
                "day, or correct the charter."
            ),
            field,
            day=day(min(effective_days)),
        )


# --- objectives, meetings, waivers ----------------------------------------------------------------


def check_objective(
    objective: ObjectiveEdit, first_days: Mapping[str, date], *, today: date
) -> None:
    """Refuse an objective without a school year, and half a review. `first_days` are those of the
    school years on file, by name."""
    begins_on = first_days.get(objective.school_year)
    if begins_on is None:
        raise _refuse(N_("Choose the school year for which the objective is set."), "school_year")
    if bool(objective.achieved_value) != bool(objective.reviewed_on):
        raise _refuse(
            N_("A review has both: the value that was reached, and the day of the review."),
            "reviewed_on" if objective.achieved_value else "achieved_value",
        )
    if objective.reviewed_on is None:
        return
    if objective.reviewed_on > today:
        raise _refuse(N_("This day is still to come. Enter the day of the review."), "reviewed_on")
    if objective.reviewed_on < begins_on:
        raise _refuse(
            N_("The school year begins on %(day)s; a review comes after. Check the day."),
            "reviewed_on",
            day=day(begins_on),
        )


def check_meeting(meeting: MeetingEdit, life: Lifetime, *, today: date) -> None:
    """Refuse a meeting of a council that was not there, or that is still to come."""
    if meeting.held_on > today:
        raise _refuse(
            N_("This day is still to come. Enter the meeting once it has taken place."), "held_on"
        )
    if life.founded_on and meeting.held_on < life.founded_on:
        raise _refuse(
            N_(
                "The community was founded on %(day)s; its council cannot have met before. Check "
                "the day, or correct the day of founding."
            ),
            "held_on",
            day=day(life.founded_on),
        )
    if life.dissolved_on and meeting.held_on > life.dissolved_on:
        raise _refuse(
            N_("The community ended on %(day)s; its council cannot have met after."),
            "held_on",
            day=day(life.dissolved_on),
        )


def check_waiver(waiver: WaiverEdit) -> None:
    """Refuse a waiver of what cannot be waived."""
    if waiver.item not in tuple(DesignationKind):
        raise _refuse(N_("Choose which of the three pivot schools is not asked for."), "item")


def check_reason(reason: str) -> str:
    """The reason without blanks around it; a reason of nothing is refused."""
    reason = reason.strip()
    if len(reason) < 2:
        raise _refuse(N_("Say why; the reason stays in the history."), "reason")
    return reason
