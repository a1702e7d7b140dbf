"""The words of the registry."""

from enum import StrEnum
from typing import Final

from community.kernel.i18n import N_, declare_labels


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
