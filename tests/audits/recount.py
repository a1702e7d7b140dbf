"""Asks `recount.sql`, and draws the verdicts from its answers as READING.md §5 says."""

import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    MetaData,
    String,
    Table,
    TextClause,
    bindparam,
    text,
)
from sqlalchemy.orm import Session

from community.kernel.database import UtcDateTime

# --- the calendar (§1) ------------------------------------------------------------------------

CALENDAR: Final = Table(
    "recount_day",
    MetaData(),
    Column("day", Date, primary_key=True),
    Column("term", String(2)),
    Column("month", String(7)),
    Column("is_in_window", Boolean),
    Column("is_teaching", Boolean),
)
TERMS: Final = {
    "T1": (date(2024, 9, 2), date(2025, 1, 17)),
    "T2": (date(2025, 2, 17), date(2025, 7, 4)),
}
TEACHING: Final = frozenset({9, 10, 11, 12, 1, 3, 4, 5, 6})


def hang_calendar(connection: Connection) -> None:
    """Create and fill the table of days, anew if an earlier test left one."""
    CALENDAR.drop(connection, checkfirst=True)
    CALENDAR.create(connection)
    connection.execute(
        CALENDAR.insert(),
        [
            {
                "day": day,
                "term": next((key for key, (a, b) in TERMS.items() if a <= day <= b), None),
                "month": day.isoformat()[:7],
                "is_in_window": date(2024, 9, 1) <= day <= date(2025, 8, 31),
                "is_teaching": day.month in TEACHING,
            }
            for day in (date(2024, 5, 1) + timedelta(days=n) for n in range(1000))
        ],
    )


# --- the questions ----------------------------------------------------------------------------

_PARTS: Final = re.split(
    r"^-- == (\w+)\n", Path(__file__).with_suffix(".sql").read_text("utf-8"), flags=re.MULTILINE
)
_SQL: Final = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))
# The figures of each criterion, in the order in which its part of the file selects them.
FIGURES: Final = {
    "S1": ("leads", "qualified"),
    "S2": ("central_kindergarten", "central_primary", "public_boarding"),
    "S5": ("schools", "pupils"),
    "G1": ("listed", "document"),
    "R1": ("charters", "signed"),
    "O1": ("periods", "subjects"),
    "O2": ("online", "onsite"),
    **dict.fromkeys(("R2", "O3"), ("value", "threshold")),
    **dict.fromkeys(("R3", "O4", "O7", "X1"), ("T1", "T2")),
    **dict.fromkeys(("S3", "S4", "S6", "G2", "O5", "O6"), ("value",)),
}


def _branch(name: str) -> str:
    """One criterion as a branch of a union: its id, then its answer, padded to three figures."""
    more, _, select = _SQL[name].rpartition("-- answer\n")
    nested = f"WITH {more}" if more else ""
    blanks = ", CAST(NULL AS bigint)" * (3 - len(FIGURES[name]))
    # All of it is the file beside this one.
    return f"SELECT '{name}', answer.*{blanks} FROM ({nested} {select}) AS answer"  # noqa: S608


def _statement(select: str) -> TextClause:
    return text(_SQL["facts"] + select).bindparams(
        bindparam("d", type_=Date), bindparam("k", type_=UtcDateTime)
    )


CRITERIA: Final = tuple(name for name in _SQL if name in FIGURES)
STATEMENTS: Final = {
    "criteria": _statement(" UNION ALL ".join(map(_branch, CRITERIA))),
    **{name: _statement(_SQL[name]) for name in ("figures", "coverage", "communities", "counties")},
}
FOUNDING: Final = frozenset({"S1", "S2", "S3", "G1", "G2", "R1", "R2"})
OPERATION: Final = frozenset({"O1", "O2", "O3", "O4", "O5"})

Answer = tuple[str, dict[str, int]]  # outcome and figures; a single value is named `value`


def verdict(answers: dict[str, Answer]) -> str:
    """The first that applies (§5)."""
    failed = {name for name, (outcome, _) in answers.items() if outcome == "fail"}
    missing = {name for name, (outcome, _) in answers.items() if outcome == "missing"}
    if failed & FOUNDING:
        return "not_counted"
    if missing & (FOUNDING | OPERATION):
        return "pending_data"
    return "in_progress" if failed & OPERATION else "counted"


def recount(session: Session, as_of: date, known_at: datetime) -> dict[str, Any]:
    """Per community county, verdict, answers and figures; per county how many count, and how many
    rural schools there are, in a community, and in a counted one."""
    asked = {"d": as_of, "k": known_at}

    def rows(name: str) -> Any:
        return session.execute(STATEMENTS[name], asked)

    answers: dict[str, dict[str, Answer]] = defaultdict(dict)
    for name, code, outcome, *values in rows("criteria"):
        named = zip(FIGURES[name], values, strict=False)  # the rest are blanks
        answers[code][name] = (outcome, {key: int(v) for key, v in named if v is not None})
    figures: dict[str, dict[tuple[str, ...], tuple[int, ...]]] = defaultdict(dict)
    for code, sheet, kind, month, *amounts in rows("figures"):
        figures[code][sheet, kind, month] = tuple(map(int, amounts))
    verdicts = {code: verdict(found) for code, found in answers.items()}
    homes = dict(rows("communities").all())
    rural: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for county, school, code in rows("coverage"):
        rural[county].add((school, "rural"))
        if code is not None:
            rural[county] |= {(school, "inside"), (school, verdicts[code])}
    said: dict[str, Any] = {
        code: (homes[code], verdicts[code], answers[code], figures[code]) for code in homes
    }
    for (county,) in rows("counties"):
        counted = sum(homes[code] == county for code in homes if verdicts[code] == "counted")
        words = Counter(word for _, word in rural[county])
        said[county] = (counted, (words["rural"], words["inside"], words["counted"]))
    return said
