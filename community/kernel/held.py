"""Facts without a day of their own: each version says from which day it holds (`held_from`)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from community.kernel.facts import FactOnFile, FactPlan, Step, Values

Content = TypeVar("Content")


def holding_on(day: date, versions: Iterable[tuple[int, date, Content]]) -> list[Content]:
    """Of each fact the version that holds on a day: the latest that begins by then, else the
    earliest. Versions come as fact, first day and content, those of one fact by first day."""
    held: dict[int, Content] = {}
    for fact, held_from, content in versions:
        if fact not in held or held_from <= day:
            held[fact] = content
    return list(held.values())


def plan_held(
    values: Values, on_file: Sequence[FactOnFile], held_from: date, now: datetime
) -> list[FactPlan]:
    """What has to be written so that these fields hold from a day on, until the next version.

    `on_file` are the open versions by their `held_from`, which is among their values.
    """
    (basis,) = holding_on(held_from, ((0, _held_from(v), v) for v in on_file))
    target = {**basis.values, **values, "held_from": held_from}
    if all(basis.values[name] == value for name, value in values.items()):
        return []
    same_day = next((v for v in on_file if _held_from(v) == held_from), None)
    if same_day is None:
        return [FactPlan(steps=(Step(now, target),))]
    at = max(now, same_day.known_from)
    return [FactPlan(same_day.version_id, at, (Step(at, target),))]


def plan_all(values: Values, on_file: Sequence[FactOnFile], now: datetime) -> list[FactPlan]:
    """What has to be written so that these fields are the same in all open versions."""
    plans = []
    for version in on_file:
        if any(version.values[name] != value for name, value in values.items()):
            at = max(now, version.known_from)
            plans.append(
                FactPlan(version.version_id, at, (Step(at, {**version.values, **values}),))
            )
    return plans


def _held_from(version: FactOnFile) -> date:
    day = version.values["held_from"]
    assert isinstance(day, date)  # noqa: S101 - it is a column of every such version
    return day
