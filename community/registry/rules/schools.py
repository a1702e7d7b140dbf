"""What officials may enter about a school, and what it becomes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.facts import MAX_AHEAD, check_holds_from
from community.kernel.i18n import N_, Message, declare_labels, label
from community.registry.rules.roster import SchoolNumbers
from community.registry.rules.words import (
    DesignationKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)

# Class, province 44 and serial number; there is no check digit (domain.md §5).
SCHOOL_CODE: Final = re.compile(r"(11|21|22|31|32|33|34|35|36|37|51)44\d{6}", re.ASCII)
# The first two digits of a code are the class of the type (GB/T 33782-2017). An education
# resource is no school: whatever code it has was given to it as something else.
CODE_CLASSES: Final[Mapping[SchoolType, str]] = {
    SchoolType.KINDERGARTEN: "11",
    SchoolType.PRIMARY: "21",
    SchoolType.TEACHING_POINT: "21",
    SchoolType.JUNIOR_SECONDARY: "31",
    SchoolType.NINE_YEAR: "31",
    SchoolType.COMPLETE_SECONDARY: "34",
    SchoolType.SENIOR_SECONDARY: "34",
    SchoolType.TWELVE_YEAR: "34",
    SchoolType.SPECIAL_EDUCATION: "51",
    SchoolType.SECONDARY_VOCATIONAL: "36",
}
_WITH_PRIMARY: Final = frozenset({SchoolType.PRIMARY, SchoolType.NINE_YEAR, SchoolType.TWELVE_YEAR})


class EditKind(StrEnum):
    """Why something else is entered: it has become so, or the entry was wrong from the start."""

    CHANGE = "change"
    CORRECTION = "correction"


declare_labels(
    EditKind,
    {
        EditKind.CHANGE: N_("It has changed, from a day on"),
        EditKind.CORRECTION: N_("The entry was wrong from its first day"),
    },
)


@dataclass(frozen=True, slots=True)
class SchoolFactsDraft:
    """What the form about a school's facts says of it."""

    township_id: int | None
    type: SchoolType
    ownership: Ownership | None
    urban_rural_class: UrbanRuralClass | None
    is_boarding: bool | None
    is_good: bool | None
    head_name: str | None
    opened_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SchoolEdit:
    """Facts as typed, and since when they hold; a correction holds since the entry does."""

    facts: SchoolFactsDraft
    kind: EditKind
    holds_from: date | None


@dataclass(frozen=True, slots=True)
class NewSchoolDraft:
    """A school that is not on file yet."""

    county_id: int
    name: str
    short_name: str | None
    code: str | None
    facts: SchoolFactsDraft


@dataclass(frozen=True, slots=True)
class SchoolNameDraft:
    """How a school is called and numbered from now on."""

    name: str
    short_name: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class UrbanFlagDraft:
    """That the county counts a school as urban, or no longer does: why, and since when."""

    is_flagged_urban: bool
    reason: str | None
    holds_from: date


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """The last day of a school, and who inherits from it."""

    closed_on: date
    is_merger: bool
    successor: str | None  # a code or a name


def _refuse(msgid: str, field: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)


# --- names and codes ----------------------------------------------------------------------------


def clean_name(name: str | None) -> str | None:
    """A name without the spaces around it; None for none."""
    return " ".join((name or "").split()) or None


def check_code(code: str | None, kind: SchoolType) -> None:
    """Refuse a school code of another shape, or of another class than the type's."""
    if code is None:
        return
    if not SCHOOL_CODE.fullmatch(code):
        raise _refuse(
            N_(
                "“%(value)s” is not a school code: it has ten digits, the third and fourth "
                "are 44, the first two a class of schools."
            ),
            "code",
            value=code,
        )
    wanted = CODE_CLASSES.get(kind, code[:2])
    if code[:2] != wanted:
        raise _refuse(
            N_(
                "A code that begins with %(digits)s is not that of a %(type)s, which begins with "
                "%(wanted)s. Check the code and the type; leave the code empty if it is not yet "
                "issued."
            ),
            "code",
            digits=code[:2],
            type=label(kind),
            wanted=wanted,
        )


def fits_code(code: str | None, kind: SchoolType) -> bool:
    """Whether the class in a code is that of the type: a school that changes its type keeps its
    code until another one is issued."""
    return code is None or code[:2] == CODE_CLASSES.get(kind, code[:2])


def aliases_after(
    old: str, new: str, old_short: str | None, new_short: str | None, aliases: Collection[str]
) -> list[str]:
    """The names that a renamed school is still to be found by, and is not yet."""
    present = {new, new_short, *aliases}
    return [name for name in dict.fromkeys((old, old_short)) if name and name not in present]


# --- facts --------------------------------------------------------------------------------------


def check_facts(facts: SchoolFactsDraft, *, closed_on: date | None, today: date) -> None:
    """Refuse days that cannot be."""
    if facts.opened_on is None:
        return
    if facts.opened_on > today + MAX_AHEAD:
        raise _refuse(
            N_("%(day)s is more than a year ahead. Check the year."),
            "opened_on",
            day=facts.opened_on.isoformat(),
        )
    if closed_on is not None and facts.opened_on > closed_on:
        raise _refuse(
            N_("The school closed on %(day)s: it cannot have opened after that."),
            "opened_on",
            day=closed_on.isoformat(),
        )


def start_of_edit(edit: SchoolEdit, seen_from: date, today: date) -> date:
    """Since when an edit holds; `seen_from` is the first day of the entry that it is about."""
    if edit.kind is EditKind.CORRECTION:
        return seen_from
    if edit.holds_from is None:
        raise _refuse(N_("Say from which day it is so."), "holds_from")
    check_holds_from(edit.holds_from, today)
    return edit.holds_from


def check_urban_flag(draft: UrbanFlagDraft, today: date) -> None:
    """Refuse a flag without a reason."""
    if not draft.reason:
        raise _refuse(N_("Say why: the reason is printed with the count."), "reason")
    check_holds_from(draft.holds_from, today)


# --- designations -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DesignationSpan:
    """One designation on file: its kind, first and last day."""

    kind: DesignationKind
    first: date
    last: date | None


def check_designation(
    kind: DesignationKind,
    designated_on: date,
    on_file: Sequence[DesignationSpan],
    facts: SchoolFactsDraft,
    today: date,
) -> None:
    """Refuse a designation that the school cannot have, or has already on that day."""
    check_holds_from(designated_on, today, field="designated_on")
    if kind is DesignationKind.CENTRAL_KINDERGARTEN:
        fits = facts.type is SchoolType.KINDERGARTEN
    elif kind is DesignationKind.CENTRAL_PRIMARY:
        fits = facts.type in _WITH_PRIMARY
    else:
        fits = facts.ownership is not Ownership.PRIVATE and facts.is_boarding is not False
    if not fits:
        raise _refuse(
            N_("A %(type)s with these facts cannot be a %(kind)s. Correct its facts first."),
            "kind",
            type=label(facts.type),
            kind=label(kind),
        )
    for span in on_file:
        if span.kind is kind and (span.last is None or span.last >= designated_on):
            raise _refuse(
                N_("The school is designated so already, from %(day)s on. End that first."),
                "kind",
                day=span.first.isoformat(),
            )


def check_end_of_designation(span: DesignationSpan, ended_on: date, today: date) -> None:
    """Refuse a last day before the first one."""
    check_holds_from(ended_on, today, field="ended_on")
    if ended_on < span.first:
        raise _refuse(
            N_("The designation began on %(day)s: it cannot have ended before."),
            "ended_on",
            day=span.first.isoformat(),
        )


# --- figures ------------------------------------------------------------------------------------


def check_numbers(numbers: SchoolNumbers) -> None:
    """Refuse parts that are greater than their whole; a blank is missing, and stays so."""
    whole = numbers.teachers_count
    if whole is None:
        return
    for name in ("backbone_teachers_count", "eligible_teachers_count"):
        part = getattr(numbers, name)
        if part is not None and part > whole:
            raise _refuse(
                N_("There cannot be more of them than full-time teachers (%(whole)s)."),
                name,
                whole=whole,
            )


# --- closing, merging, belonging ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchoolStanding:
    """What decides whether a school may inherit from another, or have campuses."""

    id: int
    name: str
    legal_school_id: int | None = None
    successor_id: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None


def check_closure(
    draft: ClosureDraft,
    school: SchoolStanding,
    successor: SchoolStanding | None,
    chain: Collection[int],
    today: date,
) -> None:
    """Refuse a closure that nobody could inherit from. `chain` are the ids of the successor's own
    successors."""
    check_holds_from(draft.closed_on, today, field="closed_on")
    if school.opened_on is not None and draft.closed_on < school.opened_on:
        raise _refuse(
            N_("The school opened on %(day)s: it cannot have closed before."),
            "closed_on",
            day=school.opened_on.isoformat(),
        )
    if successor is None:
        if draft.is_merger:
            raise _refuse(
                N_("Name the school that it merged into: it inherits what is still open."),
                "successor",
            )
        return
    if successor.id == school.id or school.id in chain:
        raise _refuse(
            N_("A school cannot inherit from itself, nor from one that has inherited from it."),
            "successor",
        )
    if successor.closed_on is not None and successor.closed_on <= draft.closed_on:
        raise _refuse(
            N_("%(name)s closed on %(day)s itself. Name a school that is open."),
            "successor",
            name=successor.name,
            day=successor.closed_on.isoformat(),
        )


def check_legal_school(
    school: SchoolStanding, legal: SchoolStanding, *, has_campuses: bool
) -> None:
    """Refuse a legal school that could not be one: there is one level, not a tree."""
    if legal.id == school.id:
        raise _refuse(N_("A school does not belong to itself."), "legal_school")
    if legal.legal_school_id is not None:
        raise _refuse(
            N_("%(name)s belongs to another school itself. Name that one."),
            "legal_school",
            name=legal.name,
        )
    if has_campuses:
        raise _refuse(
            N_("Other campuses belong to this school: it is a legal school itself."),
            "legal_school",
        )
    if legal.closed_on is not None:
        raise _refuse(
            N_("%(name)s closed on %(day)s itself. Name a school that is open."),
            "legal_school",
            name=legal.name,
            day=legal.closed_on.isoformat(),
        )
