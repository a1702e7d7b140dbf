"""The columns of a school roster (学校名册), and how a row of it is read."""

import re
from typing import Final

from community.kernel import workbook
from community.kernel.i18n import N_, Message
from community.kernel.row_reader import RowReader
from community.kernel.workbook import Cell, CellError, Column, SheetColumns
from community.registry.rules import (
    SCHOOL_CODE,
    DesignationKind,
    DivisionDirectory,
    Ownership,
    SchoolAttributes,
    SchoolDirectory,
    SchoolDraft,
    SchoolEntry,
    SchoolNumbers,
    SchoolType,
    UrbanRuralClass,
)

SCHOOLS: Final = SheetColumns(
    columns=(
        Column("number", ("序号",)),
        Column("name", ("学校(园)名称", "学校名称"), required_header=True),
        Column("short_name", ("简称", "学校简称")),
        Column("code", ("学校标识码", "学校代码")),
        Column("county", ("县(市、区)", "所属县区"), required_header=True),
        Column("township_id", ("所属乡镇(街道)", "乡镇(街道)", "乡镇")),
        Column("type", ("办学类型",), required_header=True),
        Column("ownership", ("办学性质",)),
        Column("urban_rural_class", ("城乡分类", "城乡分类代码")),
        Column("designations", ("三所学校类别",)),
        Column("is_boarding", ("是否寄宿",)),
        Column("is_good", ("是否优质校",)),
        Column("pupils_count", ("在校生数", "在校学生数")),
        Column("teachers_count", ("专任教师数",)),
        Column("backbone_teachers_count", ("骨干教师数",)),
        Column("eligible_teachers_count", ("符合交流条件教师数",)),
        Column("head_name", ("负责人", "校(园)长")),
        Column("opened_on", ("启用日期",)),
        Column("closed_on", ("停办日期",)),
        Column("period", ("起止日期", "有效期"), fills=("opened_on", "closed_on")),
        Column("note", ("备注",)),
    ),
    distinctive=frozenset({"name", "type"}),
)

TYPES: Final = {
    "幼儿园": SchoolType.KINDERGARTEN,
    "小学": SchoolType.PRIMARY,
    "教学点": SchoolType.TEACHING_POINT,
    "初级中学": SchoolType.JUNIOR_SECONDARY,
    "九年一贯制学校": SchoolType.NINE_YEAR,
    "完全中学": SchoolType.COMPLETE_SECONDARY,
    "高级中学": SchoolType.SENIOR_SECONDARY,
    "十二年一贯制学校": SchoolType.TWELVE_YEAR,
    "特殊教育学校": SchoolType.SPECIAL_EDUCATION,
    "中等职业学校": SchoolType.SECONDARY_VOCATIONAL,
    "教育资源": SchoolType.EDUCATION_RESOURCE,
}
OWNERSHIPS: Final = {"公办": Ownership.PUBLIC, "民办": Ownership.PRIVATE}
DESIGNATIONS: Final = {
    "乡镇中心幼儿园": DesignationKind.CENTRAL_KINDERGARTEN,
    "中心小学": DesignationKind.CENTRAL_PRIMARY,
    "公办寄宿制学校": DesignationKind.PUBLIC_BOARDING,
}
_CLASS: Final = re.compile(r"(\d{3})(?!\d)\D*", re.ASCII)


def school_code(cell: Cell) -> str | None:
    """A school identification code (学校标识码) of Guangdong."""
    code = workbook.code(cell)
    if code is not None and not SCHOOL_CODE.fullmatch(code):
        raise CellError(
            "bad_code",
            Message(
                N_(
                    "“%(value)s” is not a school code: it has ten digits, the third and fourth "
                    "are 44, the first two a class of schools."
                ),
                {"value": code},
            ),
        )
    return code


def urban_rural_class(cell: Cell) -> UrbanRuralClass | None:
    """The three-digit class, alone or followed by its name."""
    raw = workbook.text(cell)
    if raw is None:
        return None
    found = _CLASS.fullmatch(workbook.fold(raw))
    if found is None or found[1] not in set(UrbanRuralClass):
        raise CellError(
            "unknown_value",
            Message(
                N_("“%(value)s” is not an urban–rural class; these are: %(classes)s."),
                {"value": raw, "classes": "、".join(UrbanRuralClass)},
            ),
        )
    return UrbanRuralClass(found[1])


def designations(cell: Cell) -> frozenset[DesignationKind]:
    """The kinds of the three pivot schools that a school is, several allowed."""
    kinds = (workbook.one_of(name, DESIGNATIONS) for name in workbook.split_list(cell))
    return frozenset(kind for kind in kinds if kind is not None)


def named_school(
    row: RowReader, key: str, name: str, schools: SchoolDirectory, county_id: int | None
) -> int | None:
    """The school that a name means in this county; a fault when none or several do."""
    found = schools.find(name, county_id)
    if len(found) == 1:
        return found[0]
    if not found:
        message = Message(N_("No school is known by the name or code “%(name)s”."), {"name": name})
        row.refuse(key, "unknown_school", message)
        return None
    several = "、".join(
        f"{school.name}({school.code})" if school.code else school.name
        for school in (schools.entries[school_id] for school_id in found)
    )
    message = Message(
        N_("Several schools go by “%(name)s”: %(schools)s. Write the full name or the code."),
        {"name": name, "schools": several},
    )
    row.refuse(key, "ambiguous_school", message)
    return None


def read_county(row: RowReader, divisions: DivisionDirectory) -> int | None:
    """The county of a row, by name, short name or code."""
    name = row.name("county", 60, required=True)
    if name is None:
        return None
    county_id = divisions.county(name)
    if county_id is None:
        message = Message(N_("“%(name)s” is not a county that you may import."), {"name": name})
        row.refuse("county", "unknown_value", message)
    return county_id


def read_school(
    row: RowReader, divisions: DivisionDirectory, unsaid: frozenset[str]
) -> SchoolDraft | None:
    """A row as a draft; None when it has faults."""
    name = row.name("name", 100, required=True)
    county_id = read_county(row, divisions)
    kind = row.word("type", TYPES, required=True)
    opened_on, closed_on = row.period("opened_on", "closed_on", "period")
    code = row.read("code", school_code)
    short_name = row.name("short_name", 60)
    township_id = _township(row, divisions, county_id)
    ownership = row.word("ownership", OWNERSHIPS)
    area = row.read("urban_rural_class", urban_rural_class)
    pivots = row.read("designations", designations)
    is_boarding = row.boolean("is_boarding")
    is_good = row.boolean("is_good")
    numbers = SchoolNumbers(
        pupils_count=row.count("pupils_count"),
        teachers_count=row.count("teachers_count"),
        backbone_teachers_count=row.count("backbone_teachers_count"),
        eligible_teachers_count=row.count("eligible_teachers_count"),
    )
    head_name = row.name("head_name", 60)
    note = row.text("note", 500)
    if row.faults or name is None or county_id is None or kind is None:
        return None
    return SchoolDraft(
        county_id=county_id,
        code=code,
        name=name,
        short_name=short_name,
        attributes=SchoolAttributes(
            township_id=township_id,
            type=kind,
            ownership=ownership,
            urban_rural_class=area,
            is_boarding=is_boarding,
            is_good=is_good,
            head_name=head_name,
            opened_on=opened_on,
            closed_on=closed_on,
            note=note,
        ),
        numbers=numbers,
        designations=pivots or frozenset(),
        unsaid=unsaid,
    )


def _township(row: RowReader, divisions: DivisionDirectory, county_id: int | None) -> int | None:
    name = row.name("township_id", 60)
    if name is None or county_id is None:
        return None
    township_id = divisions.township(name, county_id)
    if township_id is None:
        message = Message(
            N_("“%(name)s” is not a township or subdistrict of this county."), {"name": name}
        )
        row.refuse("township_id", "unknown_value", message)
    return township_id


def sketch_school(row: RowReader, ref: int, divisions: DivisionDirectory) -> SchoolEntry:
    """What can be read of a row with faults, so that rows which name this school are not refused
    for its sake."""
    lenient = RowReader(row.row, epoch_1904=row.epoch_1904)
    county = lenient.name("county", 60)
    return SchoolEntry(
        id=ref,
        county_id=divisions.county(county) if county else None,
        code=lenient.code("code", 40),
        name=lenient.name("name", 1000) or "",
        short_name=lenient.name("short_name", 1000),
    )
