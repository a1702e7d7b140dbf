"""The workbooks that schools and bureaus fill in: the same columns and words that are read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from community.activities import sheets as ledger
from community.communities import sheets as communities
from community.imports.sheets import KINDS
from community.kernel.i18n import N_, gettext
from community.kernel.workbook import Column
from community.kernel.workbook.templates import (
    CellFormat,
    Instructions,
    TemplateColumn,
    TemplateSheet,
    write_template,
)
from community.registry import sheets as registry
from community.registry.rules import UrbanRuralClass
from community.resource_transfers import sheets as resource_transfers
from community.shared_teaching import sheets as shared_teaching
from community.walking_teaching import sheets as walking_teaching

# By name: the title of the file, and its sheets with their kinds.
TEMPLATES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "schools": (N_("Template: register of schools"), {"学校": "schools"}),
    "communities": (
        N_("Template: registers of communities"),
        {
            "共同体": "communities",
            "成员": "memberships",
            "年度目标": "objectives",
            "章程": "charters",
            "会议": "meetings",
        },
    ),
    "ledger": (
        N_("Template: ledger of activities"),
        {
            "共享教学": "shared_teaching",
            "走教": "walking_teaching",
            "资源调配": "resource_transfers",
        },
    ),
}
_REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "schools": frozenset({"name", "county", "type"}),
    "communities": frozenset({"code", "county"}),
    "memberships": frozenset({"community", "school", "role", "joined_on"}),
    "objectives": frozenset({"community"}),
    "charters": frozenset({"community"}),
    "meetings": frozenset({"community", "held_on"}),
    "shared_teaching": frozenset(
        {"community", "held_on", "kind", "mode", "subject", "provider", "receivers", "periods"}
    ),
    "walking_teaching": frozenset(
        {
            *("community", "teacher_name", "staff_number", "kind", "provider", "receivers"),
            *("subject", "held_on", "slots", "periods"),
        }
    ),
    "resource_transfers": frozenset(
        {"community", "held_on", "kind", "quantity", "provider", "receivers"}
    ),
}
_YES_NO: Final = ("是", "否")
_CLASS_NAMES: Final = {
    UrbanRuralClass.MAIN_URBAN: "111主城区",
    UrbanRuralClass.URBAN_FRINGE: "112城乡结合区",
    UrbanRuralClass.TOWN_CENTRE: "121镇中心区",
    UrbanRuralClass.TOWN_FRINGE: "122镇乡结合区",
    UrbanRuralClass.SPECIAL_AREA: "123特殊区域",
    UrbanRuralClass.TOWNSHIP_CENTRE: "210乡中心区",
    UrbanRuralClass.VILLAGE: "220村庄",
}


def _words(meanings: Mapping[str, object]) -> tuple[str, ...]:
    """The words of a list, one for each meaning."""
    first: dict[object, str] = {}
    for word, meaning in meanings.items():
        first.setdefault(meaning, word)
    return tuple(first.values())


_OPTIONS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    ("schools", "type"): _words(registry.TYPES),
    ("schools", "ownership"): _words(registry.OWNERSHIPS),
    ("schools", "urban_rural_class"): tuple(_CLASS_NAMES.values()),
    ("schools", "designations"): _words(registry.DESIGNATIONS),
    ("schools", "is_boarding"): _YES_NO,
    ("schools", "is_good"): _YES_NO,
    ("communities", "model"): _words(communities.MODELS),
    ("communities", "is_listed"): _YES_NO,
    ("memberships", "role"): _words(communities.ROLES),
    ("shared_teaching", "kind"): _words(shared_teaching.KINDS),
    ("shared_teaching", "mode"): _words(ledger.MODES),
    ("shared_teaching", "subject"): tuple(ledger.SUBJECTS),
    ("walking_teaching", "kind"): _words(walking_teaching.KINDS),
    ("walking_teaching", "subject"): tuple(ledger.SUBJECTS),
    ("walking_teaching", "travel_mode"): _words(walking_teaching.TRAVEL_MODES),
    ("resource_transfers", "kind"): _words(resource_transfers.KINDS),
    ("resource_transfers", "is_loan"): _YES_NO,
}
_SEVERAL: Final = frozenset({"designations"})
_CODES: Final = frozenset({"code", "staff_number"})
_DAY: Final = N_("A whole date, such as 2025-9-1 or 2025.9.1; a month alone is refused.")
_SCHOOL: Final = N_("School code, full name, short name or former name.")
_NOTES: Final[Mapping[str, str]] = {
    "number": N_("May stay blank. A row that begins with 示例 is a sample and is not imported."),
    "community": N_("The code of the community, such as JD-01."),
    "provider": _SCHOOL,
    "school": _SCHOOL,
    "receivers": N_("Schools as above; several are separated by 、 or a new line."),
    "confirmers": N_(
        "Who confirmed for each receiving school, in their order; — for one that has not yet."
    ),
    "evidence": N_("Archive number or link; several are separated by 、 or a new line."),
    "county": N_("The county-level division."),
    "township_id": N_("Name, short name or another name of the township or subdistrict."),
    "designations": N_("Choose one, or type several separated by 、."),
    "slots": N_("Which lessons of the day, such as 第2-3节."),
    "school_year": N_("Such as 2024-2025."),
    "staff_number": N_("As text, with its leading zeros."),
    "periods": N_("A whole number of lesson periods."),
    "received_quantity": N_("What really arrived, once it is confirmed."),
}
_SAMPLES: Final[Mapping[str, str]] = {
    "number": "示例",
    "name": "（填写全称）",
    "county": "揭东区",
    "township_id": "玉滘镇",
    "code": "2144990001",
    "type": "小学",
    "ownership": "公办",
    "community": "JD-01",
    "role": "支点校",
    "school_year": "2024-2025",
    "receivers": "甲小学、乙小学",
    "confirmers": "张三、—",
    "evidence": "GX-001",
    "subject": "语文",
    "periods": "2",
    "slots": "第2-3节",
    "quantity": "100",
}


def build_template(name: str, counties: Iterable[str]) -> bytes:
    """The workbook of a template of `TEMPLATES`; `counties` are the names to choose from."""
    _title, tables = TEMPLATES[name]
    options: dict[tuple[str, str], Sequence[str]] = dict(_OPTIONS)
    for kind in ("schools", "communities"):
        options[kind, "county"] = tuple(counties)
    sheets = [
        TemplateSheet(title, [_column(kind, column, options) for column in _columns(kind)])
        for title, kind in tables.items()
    ]
    return write_template(sheets, _instructions())


def _columns(kind: str) -> list[Column]:
    """The columns of a kind; one that stands for two others is left out."""
    return [column for column in KINDS[kind].columns if not column.fills]


def _column(
    kind: str, column: Column, options: Mapping[tuple[str, str], Sequence[str]]
) -> TemplateColumn:
    key, words = column.key, options.get((kind, column.key), ())
    is_day = key.endswith("_on")
    note = gettext(_NOTES.get(key, _DAY)) if key in _NOTES or is_day else _choice(words)
    layout: dict[str, Any] = {}
    if is_day:
        layout = {"format": CellFormat.DAY, "sample": "2024-9-10"}
    elif key in _CODES:
        layout = {"format": CellFormat.TEXT}
    # A code of a community is none of a school.
    sample = "JD-01" if (kind, key) == ("communities", "code") else _SAMPLES.get(key, "")
    return TemplateColumn(
        label=column.names[0],
        note=note,
        is_required=key in _REQUIRED[kind],
        options=words,
        allows_several=key in _SEVERAL,
        **{"sample": sample or (words[0] if words else ""), **layout},
    )


def _choice(words: Sequence[str]) -> str:
    return gettext(N_("Choose from the list.")) if words else ""


def _instructions() -> Instructions:
    return Instructions(
        title="填表说明",
        lines=[
            gettext(line)
            for line in (
                N_("Fill in the following sheets; those that you do not need may stay empty."),
                N_("Do not change the header. Columns may be left out: what is on file stays."),
                N_("The grey row marked 示例 is a sample; it is not imported and may be deleted."),
                N_(
                    "Rows that were imported before are recognised: send next month's ledger "
                    "whole, and only what is new or changed is written."
                ),
            )
        ],
        headings=(
            gettext(N_("Sheet")),
            gettext(N_("Column")),
            gettext(N_("Needed")),
            gettext(N_("How to fill it in")),
        ),
        required=gettext(N_("required")),
        optional=gettext(N_("optional")),
    )
