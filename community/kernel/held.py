"""Facts without a day of their own: each version says from which day it holds (`held_from`), and
holds until the next one does. Versions come by that day, the earliest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Protocol, TypeVar

from community.kernel.facts import FactOnFile, FactPlan, Step, Values


class Held(Protocol):
    """What holds from a day."""

    @property
    def held_from(self) -> date:
        """That day."""


Content = TypeVar("Content")
Version = TypeVar("Version", bound=Held)


def held_on(day: date, versions: Iterable[Version]) -> Version:
    """Of the versions of one fact the one that holds on a day: the latest that has begun, else
    the earliest."""
    (held,) = holding_on(day, ((0, version.held_from, version) for version in versions))
    return held


def holding_on(day: date, versions: Iterable[tuple[int, date, Content]]) -> list[Content]:
    """The same for many facts. Versions come as fact, first day and content, those of one fact
    by first day."""
    held: dict[int, Content] = {}
    for fact, held_from, content in versions:
        if fact not in held or held_from <= day:
            held[fact] = content
    return list(held.values())


def plan_held(
    values: Values,
    on_file: Sequence[FactOnFile],
    held_from: date,
    now: datetime,
    *,
    seen: FactOnFile | None = None,
) -> list[FactPlan]:
    """What has to be written so that these fields hold from a day on.

    Earlier versions stay. A later one follows in a field as long as it repeats what was on file
    for that day; the first that says otherwise was entered for a change of its own, and ends it.
    Whoever has `seen` a version and typed over it means the fields that differ from it, and that
    version too, even when the day is before it.
    """
    days = {held_from}
    if seen is not None:
        values = {name: value for name, value in values.items() if seen.values[name] != value}
        days.add(max(held_from, seen.held_from))
    changes: dict[int, dict[str, object]] = defaultdict(dict)
    for name, value in values.items():
        for day in days:
            for version in _repeating(name, day, on_file):
                changes[version.version_id][name] = value
    plans = list(_replace(on_file, changes, now))
    before = held_on(held_from, on_file)
    if before.held_from != held_from and _differs(before, values):
        plans.insert(
            0, FactPlan(steps=(Step(now, {**before.values, **values, "held_from": held_from}),))
        )
    return plans


def plan_all(values: Values, on_file: Sequence[FactOnFile], now: datetime) -> list[FactPlan]:
    """What has to be written so that these fields are the same in all open versions."""
    return list(_replace(on_file, {version.version_id: values for version in on_file}, now))


def _repeating(name: str, day: date, on_file: Sequence[FactOnFile]) -> Iterator[FactOnFile]:
    """The versions from a day on that say of a field what holds on that day."""
    said = held_on(day, on_file).values[name]
    later = (version for version in on_file if version.held_from >= day)
    return takewhile(lambda version: version.values[name] == said, later)


def _replace(
    on_file: Iterable[FactOnFile], changes: Mapping[int, Values], now: datetime
) -> Iterator[FactPlan]:
    """The versions whose fields change, each followed by another one of the same day."""
    for version in on_file:
        values = changes.get(version.version_id, {})
        if _differs(version, values):
            at = max(now, version.known_from)
            yield FactPlan(version.version_id, at, (Step(at, {**version.values, **values}),))


def _differs(version: FactOnFile, values: Values) -> bool:
    return any(version.values[name] != value for name, value in values.items())
