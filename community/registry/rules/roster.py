"""One row of a school roster, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    Step,
    plan_end,
    plan_fact,
    values_of,
)
from community.registry.rules.words import (
    DesignationKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)


@dataclass(frozen=True, slots=True)
class SchoolAttributes:
    """What a roster says of a school and may change (one version of it)."""

    township_id: int | None
    type: SchoolType
    ownership: Ownership | None
    urban_rural_class: UrbanRuralClass | None
    is_boarding: bool | None
    is_good: bool | None
    head_name: str | None
    opened_on: date | None
    closed_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SchoolNumbers:
    """A school's stock figures."""

    pupils_count: int | None
    teachers_count: int | None
    backbone_teachers_count: int | None
    eligible_teachers_count: int | None


@dataclass(frozen=True, slots=True)
class SchoolDraft:
    """A school as one row of a roster describes it; `unsaid` names the fields whose column the
    roster lacks."""

    county_id: int
    code: str | None
    name: str
    short_name: str | None
    attributes: SchoolAttributes
    numbers: SchoolNumbers
    designations: frozenset[DesignationKind]
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class SchoolOnFile:
    """A school on file, as known today; without attributes it was undone, and only its row is
    left to be used again."""

    id: int
    county_id: int
    code: str | None
    name: str
    short_name: str | None
    aliases: tuple[str, ...]
    attributes: FactOnFile | None
    numbers: FactOnFile | None
    designations: Mapping[DesignationKind, FactOnFile]
    # When the last one of a kind ended: it cannot have been known again before.
    former_designations: Mapping[DesignationKind, datetime]


@dataclass(frozen=True, slots=True)
class SchoolChange:
    """What one row changes. `ref` is the school's id, or a negative one for a new school."""

    ref: int
    draft: SchoolDraft
    is_new: bool  # a school that was not on file, or had been undone
    columns: Mapping[str, str | None]  # of the school itself: code, name, short name
    former_name: str | None  # to be kept as an alias
    attributes: FactPlan | None
    numbers: FactPlan | None
    designations: Mapping[DesignationKind, FactPlan]

    @property
    def is_change(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self.columns or self.attributes or self.numbers or self.designations)


def build_school_change(
    ref: int, draft: SchoolDraft, on_file: SchoolOnFile | None, knowledge: Knowledge
) -> SchoolChange:
    """Compare a row with what is on file. School attributes carry no date (READING.md §2)."""
    return SchoolChange(
        ref=ref,
        draft=draft,
        is_new=on_file is None or on_file.attributes is None,
        columns=_changed_columns(draft, on_file),
        former_name=_former_name(draft, on_file),
        attributes=plan_fact(
            values_of(draft.attributes),
            on_file.attributes if on_file else None,
            knowledge,
            since=None,
            unsaid=draft.unsaid,
        ),
        numbers=_numbers_plan(draft, on_file, knowledge),
        designations=_designation_plans(draft, on_file, knowledge),
    )


def _former_name(draft: SchoolDraft, on_file: SchoolOnFile | None) -> str | None:
    if on_file is None or on_file.attributes is None or on_file.name == draft.name:
        return None
    return None if on_file.name in on_file.aliases else on_file.name


def _changed_columns(draft: SchoolDraft, on_file: SchoolOnFile | None) -> dict[str, str | None]:
    if on_file is None:
        return {"code": draft.code, "name": draft.name, "short_name": draft.short_name}
    changed: dict[str, str | None] = {}
    if draft.code and draft.code != on_file.code:
        changed["code"] = draft.code  # a blank says nothing about a code that is on file
    if draft.name != on_file.name:
        changed["name"] = draft.name
    if "short_name" not in draft.unsaid and draft.short_name != on_file.short_name:
        changed["short_name"] = draft.short_name
    return changed


def _numbers_plan(
    draft: SchoolDraft, on_file: SchoolOnFile | None, knowledge: Knowledge
) -> FactPlan | None:
    values = values_of(draft.numbers)
    before = on_file.numbers if on_file else None
    if before is None and not any(value is not None for value in values.values()):
        return None
    return plan_fact(values, before, knowledge, since=None, unsaid=draft.unsaid)


def _designation_plans(
    draft: SchoolDraft, on_file: SchoolOnFile | None, knowledge: Knowledge
) -> dict[DesignationKind, FactPlan]:
    if "designations" in draft.unsaid:
        return {}
    before = on_file.designations if on_file else {}
    ended = on_file.former_designations if on_file else {}
    # A blank that is filled in adds to what was known; another kind instead corrects it.
    since = knowledge.now if before else knowledge.since(None)
    plans: dict[DesignationKind, FactPlan] = {}
    for kind in sorted(draft.designations | before.keys()):
        if kind not in before:
            start = max(since, ended.get(kind, since))
            plans[kind] = FactPlan(steps=(Step(start, {}),))
        elif kind not in draft.designations:
            plans[kind] = plan_end(before[kind], knowledge)
    return plans
