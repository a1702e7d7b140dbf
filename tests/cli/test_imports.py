"""`flask import` and `flask imports`: what they print, and their exit status."""

import json
from pathlib import Path

import pytest
from flask import Flask

from community.registry.services import seed_reference
from tests.conftest import OPERATOR, Recording
from tests.imports.workbooks import lesson, lessons, registers


@pytest.fixture
def folder(recording: Recording, tmp_path: Path) -> Path:
    """A folder with two workbooks and one with a fault; the reference data are loaded."""
    with recording():
        seed_reference(actor=OPERATOR)
    for file in (
        registers(),
        lessons(lesson()),
        lessons(
            lesson(课时=0), *(lesson(课时=0, 主题=str(n)) for n in range(210)), name="bad.xlsx"
        ),
    ):
        (tmp_path / file.name).write_bytes(file.data or b"")
    return tmp_path


def run(app: Flask, *arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_json(app: Flask, folder: Path) -> None:
    files = (folder / "lessons.xlsx", folder / "registers.xlsx")
    status, out, _ = run(app, "import", "--history", "--json", *files)
    answer = json.loads(out)
    assert status == 0
    assert list(answer) == ["ok", "batch", "sheets", "errors"]
    assert (answer["ok"], answer["batch"], answer["errors"]) == (True, 1, [])
    assert answer["sheets"][0] == {
        "file": "lessons.xlsx",
        "sheet": "共享教学",
        "kind": "shared_teaching",
        "rows": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "skipped": 0,
    }


def test_json_with_errors(app: Flask, folder: Path) -> None:
    status, out, _ = run(app, "import", "--json", folder / "bad.xlsx", folder / "gone.xlsx")
    answer = json.loads(out)
    assert status == 1
    assert (answer["ok"], answer["batch"]) == (False, None)
    assert answer["errors"][0]["code"] == "unreadable_file"
    assert (answer["errors"][0]["row"], answer["errors"][0]["column"]) == (None, "")
    assert {tuple(error) for error in answer["errors"]} == {
        ("file", "sheet", "row", "column", "value", "code", "message")
    }


def test_text(app: Flask, folder: Path) -> None:
    status, out, _ = run(app, "import", "--dry-run", folder / "registers.xlsx")
    assert status == 0
    assert "registers.xlsx · 学校" in out
    assert len(out.splitlines()) == 4
    status, out, _ = run(app, "import", folder / "registers.xlsx")
    assert status == 0
    assert "1" in out.splitlines()[-1]
    status, out, err = run(app, "import", folder / "bad.xlsx")
    assert status == 1
    assert "K2" in err
    assert "not_positive" in err
    assert len(err.splitlines()) == 202  # so many errors, the rest as a number, and the sum


def test_list_and_undo(app: Flask, folder: Path) -> None:
    status, nothing, _ = run(app, "imports")
    assert (status, len(nothing.splitlines())) == (0, 1)
    run(app, "import", "--history", folder / "registers.xlsx")
    run(app, "import", folder / "lessons.xlsx")
    status, out, _ = run(app, "imports")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["2", "1"]
    status, _, err = run(app, "imports", "undo", 1)
    assert status == 1
    assert "2" in err
    assert run(app, "imports", "undo", 2)[0] == 0
    assert run(app, "imports", "undo", 1)[0] == 0
    assert run(app, "imports", "undo", 1)[0] == 1
    assert run(app, "imports", "undo", 3)[0] == 1
    _, out, _ = run(app, "imports")
    assert all(line.endswith(")") for line in out.splitlines())
