"""Facts that hold from a day until the next such day: which one holds, and what an edit writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.kernel.facts import FactOnFile, Values


@dataclass(frozen=True, slots=True)
class HeldFact(FactOnFile):
    """The version, open today, of what holds from a day until the next such day."""

    held_from: date


@dataclass(frozen=True, slots=True)
class HeldStep:
    """What is to hold from a day; `closes` is the version of the same day that it replaces."""

    held_from: date
    values: Values
    closes: int | None = None


def held_on(versions: Sequence[HeldFact], day: date) -> HeldFact:
    """Of versions by day the one that holds: the latest that has begun, else the earliest."""
    begun = [version for version in versions if version.held_from <= day]
    return begun[-1] if begun else versions[0]


def plan_edit(
    versions: Sequence[HeldFact], seen: HeldFact, typed: Values, holds_from: date
) -> list[HeldStep]:
    """What is to be written when somebody saw one version and typed other values for some of its
    fields, to hold from a day.

    Earlier versions stay. Later ones follow where they say what was seen or what held until then:
    what they say otherwise has been entered for a later change, and stays.
    """
    changes = {name: value for name, value in typed.items() if seen.values[name] != value}
    base = held_on(versions, holds_from)
    steps = []
    if base.held_from != holds_from and changes:
        steps.append(HeldStep(holds_from, {**base.values, **changes}))
    for version in versions:
        if version.held_from < holds_from:
            continue
        followed = {
            name: value
            for name, value in changes.items()
            if version.held_from == holds_from
            or version.values[name] in (seen.values[name], base.values[name])
        }
        values = {**version.values, **followed}
        if values != version.values:
            steps.append(HeldStep(version.held_from, values, version.version_id))
    return steps
