"""The rules of the registry: pure decisions, by topic."""

from community.registry.rules.calendar import SchoolYearDraft, Span, check_school_year
from community.registry.rules.directory import (
    NO_CHOICES,
    DivisionDirectory,
    DivisionEntry,
    SchoolChoices,
    SchoolDirectory,
    SchoolEntry,
)
from community.registry.rules.districts import (
    Belonging,
    DistrictDraft,
    DistrictEdit,
    DistrictFacts,
)
from community.registry.rules.roster import (
    SchoolAttributes,
    SchoolChange,
    SchoolDraft,
    SchoolNumbers,
    SchoolOnFile,
    build_school_change,
)
from community.registry.rules.schools import (
    SCHOOL_CODE,
    ClosureDraft,
    DesignationSpan,
    EditKind,
    NewSchoolDraft,
    SchoolEdit,
    SchoolFactsDraft,
    SchoolNameDraft,
    SchoolStanding,
    UrbanFlagDraft,
)
from community.registry.rules.words import (
    RURAL_CLASSES,
    DesignationKind,
    DivisionKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)

__all__ = [
    "NO_CHOICES",
    "RURAL_CLASSES",
    "SCHOOL_CODE",
    "Belonging",
    "ClosureDraft",
    "DesignationKind",
    "DesignationSpan",
    "DistrictDraft",
    "DistrictEdit",
    "DistrictFacts",
    "DivisionDirectory",
    "DivisionEntry",
    "DivisionKind",
    "EditKind",
    "NewSchoolDraft",
    "Ownership",
    "SchoolAttributes",
    "SchoolChange",
    "SchoolChoices",
    "SchoolDirectory",
    "SchoolDraft",
    "SchoolEdit",
    "SchoolEntry",
    "SchoolFactsDraft",
    "SchoolNameDraft",
    "SchoolNumbers",
    "SchoolOnFile",
    "SchoolStanding",
    "SchoolType",
    "SchoolYearDraft",
    "Span",
    "UrbanFlagDraft",
    "UrbanRuralClass",
    "build_school_change",
    "check_school_year",
]
