"""The words of the registry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from community.kernel.facts import (
    FactOnFile,
    FactPlan,
    Knowledge,
    Step,
    plan_end,
    plan_fact,
    values_of,
)
from community.kernel.i18n import N_, declare_labels
from community.kernel.workbook import fold


class DivisionKind(StrEnum):
    """Level of a division; a township (乡镇) and a subdistrict (街道) are on one level."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"
    OTHER = "other"  # farms and parks that only the statistical list knows


class SchoolType(StrEnum):
    """School type, after GB/T 33782-2017, with the education resource of task 12."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    TEACHING_POINT = "teaching_point"
    JUNIOR_SECONDARY = "junior_secondary"
    NINE_YEAR = "nine_year"
    COMPLETE_SECONDARY = "complete_secondary"
    SENIOR_SECONDARY = "senior_secondary"
    TWELVE_YEAR = "twelve_year"
    SPECIAL_EDUCATION = "special_education"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    EDUCATION_RESOURCE = "education_resource"


class Ownership(StrEnum):
    """Who runs a school: 公办 or 民办."""

    PUBLIC = "public"
    PRIVATE = "private"


class UrbanRuralClass(StrEnum):
    """Urban–rural class for statistics (统计用城乡分类代码)."""

    MAIN_URBAN = "111"
    URBAN_FRINGE = "112"
    TOWN_CENTRE = "121"
    TOWN_FRINGE = "122"
    SPECIAL_AREA = "123"
    TOWNSHIP_CENTRE = "210"
    VILLAGE = "220"


class DesignationKind(StrEnum):
    """Which of the three pivot schools (三所学校) of its township a school is."""

    CENTRAL_KINDERGARTEN = "central_kindergarten"
    CENTRAL_PRIMARY = "central_primary"
    PUBLIC_BOARDING = "public_boarding"


# 乡村 in the statistical classes: township centre and village.
RURAL_CLASSES: Final = frozenset({UrbanRuralClass.TOWNSHIP_CENTRE, UrbanRuralClass.VILLAGE})


declare_labels(
    SchoolType,
    {
        SchoolType.KINDERGARTEN: N_("kindergarten"),
        SchoolType.PRIMARY: N_("primary school"),
        SchoolType.TEACHING_POINT: N_("teaching point"),
        SchoolType.JUNIOR_SECONDARY: N_("junior secondary school"),
        SchoolType.NINE_YEAR: N_("nine-year school"),
        SchoolType.COMPLETE_SECONDARY: N_("complete secondary school"),
        SchoolType.SENIOR_SECONDARY: N_("senior secondary school"),
        SchoolType.TWELVE_YEAR: N_("twelve-year school"),
        SchoolType.SPECIAL_EDUCATION: N_("special education school"),
        SchoolType.SECONDARY_VOCATIONAL: N_("secondary vocational school"),
        SchoolType.EDUCATION_RESOURCE: N_("education resource"),
    },
)


declare_labels(
    Ownership,
    {
        Ownership.PUBLIC: N_("public"),
        Ownership.PRIVATE: N_("private"),
    },
)


declare_labels(
    UrbanRuralClass,
    {
        UrbanRuralClass.MAIN_URBAN: N_("111 main urban area"),
        UrbanRuralClass.URBAN_FRINGE: N_("112 urban fringe"),
        UrbanRuralClass.TOWN_CENTRE: N_("121 town centre"),
        UrbanRuralClass.TOWN_FRINGE: N_("122 town fringe"),
        UrbanRuralClass.SPECIAL_AREA: N_("123 special area"),
        UrbanRuralClass.TOWNSHIP_CENTRE: N_("210 township centre"),
        UrbanRuralClass.VILLAGE: N_("220 village"),
    },
)


declare_labels(
    DesignationKind,
    {
        DesignationKind.CENTRAL_KINDERGARTEN: N_("township central kindergarten"),
        DesignationKind.CENTRAL_PRIMARY: N_("central primary school"),
        DesignationKind.PUBLIC_BOARDING: N_("public boarding school"),
    },
)


declare_labels(
    DivisionKind,
    {
        DivisionKind.PROVINCE: N_("province"),
        DivisionKind.CITY: N_("city"),
        DivisionKind.COUNTY: N_("county-level division"),
        DivisionKind.TOWNSHIP: N_("township"),
        DivisionKind.SUBDISTRICT: N_("subdistrict"),
        DivisionKind.OTHER: N_("other statistical unit"),
    },
)


# --- finding divisions and schools by what people call them -------------------------------------

_COUNTY_SUFFIXES: Final = ("市", "区", "县")
_TOWNSHIP_SUFFIXES: Final = ("街道办事处", "街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class DivisionEntry:
    """A county or a township, with every name that it goes by."""

    id: int
    parent_id: int | None
    code: str | None
    names: tuple[str, ...]


class DivisionDirectory:
    """Counties and their townships by name, short name, alias or code."""

    def __init__(
        self, counties: Iterable[DivisionEntry], townships: Iterable[DivisionEntry]
    ) -> None:
        self._counties = self._index(counties, _COUNTY_SUFFIXES)
        by_county: dict[int | None, list[DivisionEntry]] = {}
        for entry in townships:
            by_county.setdefault(entry.parent_id, []).append(entry)
        self._townships = {
            county_id: self._index(entries, _TOWNSHIP_SUFFIXES)
            for county_id, entries in by_county.items()
        }

    @staticmethod
    def _index(
        entries: Iterable[DivisionEntry], suffixes: tuple[str, ...]
    ) -> dict[str, frozenset[int]]:
        whole: dict[str, set[int]] = {}
        short: dict[str, set[int]] = {}
        for entry in entries:
            for name in entry.names:
                whole.setdefault(fold(name), set()).add(entry.id)
                for suffix in suffixes:
                    if name.endswith(suffix) and len(name) > len(suffix) + 1:
                        short.setdefault(fold(name.removesuffix(suffix)), set()).add(entry.id)
                        break
            if entry.code:
                whole.setdefault(entry.code, set()).add(entry.id)
        return {name: frozenset(ids) for name, ids in (short | whole).items()}

    def county(self, name: str) -> int | None:
        """The county of this name, short name (揭东) or code."""
        return self._only(self._counties.get(fold(name)))

    def township(self, name: str, county_id: int) -> int | None:
        """The township of this name, short name, alias or code in a county; None also when
        several share it."""
        return self._only(self._townships.get(county_id, {}).get(fold(name)))

    @staticmethod
    def _only(ids: frozenset[int] | None) -> int | None:
        return next(iter(ids)) if ids and len(ids) == 1 else None


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """A school as it may be named; a negative id is one that the same import brings."""

    id: int
    county_id: int | None
    code: str | None
    name: str
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    closed_on: date | None = None


class SchoolDirectory:
    """Schools by code, full name, short name or alias (READING.md §8)."""

    def __init__(self, entries: Iterable[SchoolEntry]) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self._steps: tuple[dict[str, set[int]], ...] = ({}, {}, {})
        self._found: dict[tuple[str, int | None], tuple[int, ...]] = {}
        by_code, by_name, by_other = self._steps
        for entry in self.entries.values():
            if entry.code:
                by_code.setdefault(fold(entry.code), set()).add(entry.id)
            if entry.name:
                by_name.setdefault(fold(entry.name), set()).add(entry.id)
            for other in (entry.short_name, *entry.aliases):
                if other:
                    by_other.setdefault(fold(other), set()).add(entry.id)

    def find(self, name: str, county_id: int | None) -> tuple[int, ...]:
        """The schools meant by a name in a community of this county: none, one, or several.

        First in the county by code, full name, then short name or alias; then elsewhere likewise.
        """
        key = (fold(name), county_id)
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        return self._found[key]

    def _look_up(self, name: str, county_id: int | None) -> tuple[int, ...]:
        for is_here in (True, False):
            for step in self._steps:
                hits = [
                    school_id
                    for school_id in step.get(name, ())
                    if (self.entries[school_id].county_id == county_id) is is_here
                ]
                if hits:
                    return tuple(sorted(hits, reverse=True))
        return ()


# --- one row of a school roster ------------------------------------------------------------------


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
