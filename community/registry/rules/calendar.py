"""School years and their terms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

_NAME: Final = re.compile(r"(\d{4})-(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Two days, both included."""

    starts_on: date
    ends_on: date

    def overlaps(self, other: "Span") -> bool:
        """Whether a day belongs to both."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True, slots=True)
class SchoolYearDraft:
    """A school year with its two terms, as typed."""

    name: str
    year: Span
    terms: tuple[Span, Span]


def check_school_year(draft: SchoolYearDraft, others: Iterable[tuple[str, Span]]) -> None:
    """Refuse a year whose days are out of order, or overlap; `others` are those on file."""
    _check_name(draft)
    first, second = draft.terms
    _check_order(("", draft.year), ("first_", first), ("second_", second))
    if first.starts_on < draft.year.starts_on:
        raise _refuse(N_("The first term begins before its school year."), "first_starts_on")
    if second.ends_on > draft.year.ends_on:
        raise _refuse(N_("The second term ends after its school year."), "second_ends_on")
    if second.starts_on <= first.ends_on:
        raise _refuse(N_("The second term begins before the first one ends."), "second_starts_on")
    for other, span in others:
        if other == draft.name:
            raise _refuse(N_("This school year is on file already."), "name")
        if span.overlaps(draft.year):
            raise _refuse(
                N_("These days overlap with the school year %(name)s."), "starts_on", name=other
            )


def _check_name(draft: SchoolYearDraft) -> None:
    name = _NAME.fullmatch(draft.name)
    if name is None or int(name[2]) != int(name[1]) + 1:
        raise _refuse(N_("Write the school year like 2025-2026."), "name")
    if (draft.year.starts_on.year, draft.year.ends_on.year) != (int(name[1]), int(name[2])):
        raise _refuse(
            N_("The school year %(name)s begins in %(first)s and ends in %(second)s."),
            "starts_on",
            name=draft.name,
            first=name[1],
            second=name[2],
        )


def _check_order(*spans: tuple[str, Span]) -> None:
    for prefix, span in spans:
        if span.starts_on >= span.ends_on:
            raise _refuse(N_("The last day comes before the first one."), f"{prefix}ends_on")


def _refuse(msgid: str, field: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)
