"""The kinds of reports, and what a count is asked for by one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from community.kernel.clock import SHANGHAI, parse_instant
from community.kernel.i18n import N_, declare_labels


class ReportKind(StrEnum):
    """What a report is about."""

    COMMUNITY = "community"
    COUNTY = "county"
    CITY = "city"


declare_labels(
    ReportKind,
    {
        ReportKind.COMMUNITY: N_("Annual report of a community"),
        ReportKind.COUNTY: N_("Progress report of a county"),
        ReportKind.CITY: N_("Progress report of the city"),
    },
)


@dataclass(frozen=True)
class ReportOrder:
    """What is to be printed: a community or a region by its code, for D, K and a window."""

    code: str
    as_of: date
    known_at: datetime
    school_year: str | None  # None: the one that belongs to D
    locale: str

    def as_json(self) -> dict[str, Any]:
        """The order as a job carries it."""
        return {
            "code": self.code,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "school_year": self.school_year,
            "locale": self.locale,
        }

    @classmethod
    def from_json(cls, packed: dict[str, Any]) -> "ReportOrder":
        """The order that a job carried."""
        return cls(
            code=packed["code"],
            as_of=date.fromisoformat(packed["as_of"]),
            known_at=parse_instant(packed["known_at"]),
            school_year=packed["school_year"],
            locale=packed["locale"],
        )


def file_name(code: str, as_of: date, known_at: datetime, locale: str) -> str:
    """The name of the file: JD-01-2025-12-31-known-20260131T0000-zh.pdf."""
    known = known_at.astimezone(SHANGHAI)
    return f"{code}-{as_of.isoformat()}-known-{known:%Y%m%dT%H%M}-{locale}.pdf"
