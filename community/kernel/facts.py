"""What becomes known when: pure arithmetic of the versions of a fact.

A fact comes with a first version, or with several when parts of it carry later days. A cell that
was blank and is filled in adds to what was known; any other change corrects it, and a correction
is known from its recording.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from community.kernel.clock import ALWAYS, FIRST_DAY, start_of_day
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

Values = Mapping[str, object]
# How far ahead of its day a change may be entered: a merger is decided months before it holds.
MAX_AHEAD: Final = timedelta(days=366)
EARLIEST: Final = date(1949, 10, 1)


def check_holds_from(day: date, today: date, *, field: str = "holds_from") -> None:
    """Raise RuleViolationError for a first day of a change that can only be a slip of the pen."""
    if day > today + MAX_AHEAD:
        raise RuleViolationError(
            Message(
                N_("%(day)s is more than a year ahead. Check the year."), {"day": day.isoformat()}
            ),
            field=field,
        )
    if day < EARLIEST:
        raise RuleViolationError(
            Message(N_("%(day)s is too long ago. Check the year."), {"day": day.isoformat()}),
            field=field,
        )


def values_of(draft: Any) -> dict[str, object]:
    """The fields of a dataclass by their names, not copied."""
    return {entry.name: getattr(draft, entry.name) for entry in fields(draft)}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """From when on the facts of one entry are known."""

    now: datetime
    # Historical initialisation: known from the days that the ledger gives.
    is_history: bool = False
    # The start day of the county: what is dated from then on cannot have been known before now.
    live_on: date | None = None

    def since(self, day: date | None) -> datetime:
        """From when on a fact of this day is known; of no day: always."""
        if not self.is_history or self.is_too_late(day):
            return self.now
        return ALWAYS if day is None else start_of_day(day)

    def is_too_late(self, day: date | None) -> bool:
        """Whether a day lies outside of what historical initialisation may bring."""
        return self.is_history and bool(day and self.live_on and day >= self.live_on)


@dataclass(frozen=True, slots=True)
class Step:
    """The values of a fact from one instant on."""

    known_from: datetime
    values: Values


@dataclass(frozen=True, slots=True)
class FactOnFile:
    """The version of a fact that is open today."""

    version_id: int
    known_from: datetime
    values: Values

    @property
    def held_from(self) -> date:
        """The day from which it holds; what is not dated so holds from the first one."""
        day = self.values.get("held_from")
        return day if isinstance(day, date) else FIRST_DAY


@dataclass(frozen=True, slots=True)
class FactPlan:
    """What is to be written: the version that ends, when, and those that follow."""

    closes: int | None = None
    closed_at: datetime | None = None
    steps: tuple[Step, ...] = ()


def first_steps(values: Values, since: datetime, arrivals: Mapping[str, datetime]) -> list[Step]:
    """The versions of a fact seen for the first time; `arrivals`: fields known only later."""
    late = {
        name: instant
        for name, instant in arrivals.items()
        if instant > since and values[name] is not None
    }
    return [
        Step(
            moment,
            {n: None if n in late and late[n] > moment else v for n, v in values.items()},
        )
        for moment in sorted({since, *late.values()})
    ]


def next_steps(
    on_file: FactOnFile,
    values: Values,
    since: datetime,
    arrivals: Mapping[str, datetime],
    now: datetime,
) -> list[Step]:
    """The versions that follow the one on file; empty when nothing has changed."""
    changes: dict[datetime, dict[str, object]] = {}
    for name, value in values.items():
        before = on_file.values[name]
        if before == value:
            continue
        instant = now if before is not None else arrivals.get(name, since)
        changes.setdefault(max(instant, on_file.known_from), {})[name] = value
    steps = []
    known = dict(on_file.values)
    for moment in sorted(changes):
        known |= changes[moment]
        steps.append(Step(moment, dict(known)))
    return steps


def plan_fact(
    values: Values,
    on_file: FactOnFile | None,
    knowledge: Knowledge,
    *,
    since: date | None,
    arrivals: Mapping[str, date | None] | None = None,
    unsaid: frozenset[str] = frozenset(),
) -> FactPlan | None:
    """What a row changes about a fact; None: nothing.

    `since` is the day of the fact, `arrivals` the days of fields that may come later, `unsaid`
    the fields of which the table says nothing (it lacks the column): they stay as they are.
    """
    start = knowledge.since(since)
    later = {
        name: max(start, knowledge.since(day))
        for name, day in (arrivals or {}).items()
        if day is not None
    }
    if on_file is None:
        return FactPlan(steps=tuple(first_steps(values, start, later)))
    said = {n: on_file.values[n] if n in unsaid else v for n, v in values.items()}
    steps = next_steps(on_file, said, start, later, knowledge.now)
    if not steps:
        return None
    return FactPlan(on_file.version_id, steps[0].known_from, tuple(steps))


def plan_presence(
    values: Values | None,
    on_file: FactOnFile | None,
    knowledge: Knowledge,
    *,
    since: date | None,
    gone_at: datetime | None = None,
) -> FactPlan | None:
    """What changes about a fact that is either there or not (a signature, a designation).

    One that vanishes is closed without a successor; one that is replaced is a correction.
    `gone_at` is when an earlier one vanished: before that instant none is added again.
    """
    if on_file is None:
        if values is None:
            return None
        start = knowledge.since(since)
        return FactPlan(steps=(Step(max(start, gone_at or start), values),))
    if values is not None and all(on_file.values[n] == v for n, v in values.items()):
        return None
    if values is None:
        return plan_end(on_file, knowledge)
    at = max(knowledge.now, on_file.known_from)
    return FactPlan(on_file.version_id, at, (Step(at, values),))


def plan_end(on_file: FactOnFile, knowledge: Knowledge) -> FactPlan:
    """The end of a fact that has vanished, known from now."""
    return FactPlan(on_file.version_id, max(knowledge.now, on_file.known_from))
