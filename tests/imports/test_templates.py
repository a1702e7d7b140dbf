"""The templates: what is filled in comes in, and the sample does not."""

import io
from typing import Any

import openpyxl
import pytest
from flask import Flask

from community.imports import services
from community.imports.models import ImportBatch
from community.imports.sheets import KINDS, SourceFile, read_files
from community.imports.sheets.templates import _REQUIRED, TEMPLATES, build_template
from community.kernel.i18n import use_locale
from tests.imports import workbooks
from tests.imports.conftest import Desk

pytestmark = pytest.mark.once

COUNTIES = ("榕城区", "揭东区")
FILLED: dict[str, list[dict[str, Any]]] = {
    "学校": workbooks.schools(),
    "共同体": [workbooks.community()],
    "成员": workbooks.memberships(),
    "共享教学": [workbooks.lesson()],
    "走教": [workbooks.visit()],
    "资源调配": [workbooks.transfer()],
}


def opened(name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(build_template(name, COUNTIES)))


def saved(book: openpyxl.Workbook, name: str) -> SourceFile:
    buffer = io.BytesIO()
    book.save(buffer)
    return SourceFile(name, buffer.getvalue())


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_an_empty_template_is_understood_and_brings_nothing(name: str, locale: str) -> None:
    with use_locale(locale):
        source = read_files([SourceFile(f"{name}.xlsx", build_template(name, COUNTIES))])
    assert not source.errors
    assert [table.kind for table in source.tables] == list(TEMPLATES[name][1].values())
    for table in source.tables:
        assert (len(table.rows), table.table.skipped) == (0, 1)
        assert not table.table.unknown
        described = {column.key for column in KINDS[table.kind].columns if not column.fills}
        assert set(table.table.columns) == described


def test_templates_that_were_filled_in_come_in(desk: Desk) -> None:
    files = []
    for name in TEMPLATES:
        book = opened(name)
        for title in TEMPLATES[name][1]:
            sheet = book[title]
            headers = {cell.value: cell.column for cell in sheet[1]}
            for number, row in enumerate(FILLED.get(title, ()), 3):
                for header, value in row.items():
                    sheet.cell(number, headers[header], value)
        files.append(saved(book, f"{name}.xlsx"))
    result = desk.run(*files)
    added = {sheet.sheet: sheet.added for sheet in result.sheets}
    assert added == {
        title: len(FILLED.get(title, ())) for _, titles in TEMPLATES.values() for title in titles
    }
    assert desk.count(ImportBatch) == 1


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_choices_stand_on_a_hidden_sheet_and_are_words_that_are_read(name: str) -> None:
    book = opened(name)
    hidden = book["选项"]
    assert hidden.sheet_state == "hidden"
    assert book.sheetnames[0] == "填表说明"
    assert all(sheet.sheet_state == "visible" for sheet in book if sheet is not hidden)
    rules = [rule for sheet in book for rule in sheet.data_validations.dataValidation]
    assert rules
    for rule in rules:
        assert rule.formula1.startswith("选项!$")
        choices = [cell[0].value for cell in hidden[rule.formula1.partition("!")[2]]]
        assert choices
        assert all(choices)


def test_the_words_to_choose_from_are_understood(desk: Desk) -> None:
    """Every choice of every drop-down of the roster, a school each."""
    book = opened("schools")
    sheet, hidden = book["学校"], book["选项"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    sheet.delete_rows(2)
    for rule in sheet.data_validations.dataValidation:
        column = next(iter(rule.sqref.ranges)).min_col
        for (choice,) in hidden[rule.formula1.partition("!")[2]]:
            row = sheet.max_row + 1
            sheet.cell(row, headers["学校(园)名称"], f"第{row}学校")
            sheet.cell(row, headers["县(市、区)"], "揭东区")
            sheet.cell(row, headers["办学类型"], "小学")
            sheet.cell(row, column, choice.value)
    result = desk.run(saved(book, "schools.xlsx"))
    assert result.sheets[0].added > 20


def test_nothing_in_a_template_is_a_formula_or_a_macro() -> None:
    for name in TEMPLATES:
        for sheet in opened(name):
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_is_said_to_be_required_is_what_is_refused_when_blank(desk: Desk) -> None:
    """A row with nothing but a serial number in each sheet."""
    for kind, required in _REQUIRED.items():
        if kind in ("objectives", "charters", "meetings"):
            continue  # of these a row without the rest is no row
        title, name = next(
            (title, name)
            for name, (_, titles) in TEMPLATES.items()
            for title, one in titles.items()
            if one == kind
        )
        book = opened(name)
        book[title].cell(3, 1, 1)
        result = desk.try_run(saved(book, f"{name}.xlsx"))
        letters = {error.column for error in result.errors if error.code == "missing_value"}
        columns = [column.key for column in KINDS[kind].columns if not column.fills]
        assert {columns[ord(letter) - ord("A")] for letter in letters} == required, kind


def test_only_the_counties_that_one_may_import_are_offered(app: Flask, desk: Desk) -> None:
    assert "揭东区" in services.county_names(actor=desk.actor)
