"""`flask report` on the small world."""

from pathlib import Path

import pytest
from flask import Flask

from community.kernel import pdf
from community.kernel.database import session
from community.reports.models import IssuedReport
from tests.world import World

DAYS = ("--as-of", "2025-12-31", "--known-at", "2026-01-31", "--school-year", "2024-2025")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are laid out elsewhere; here it matters what becomes of them."""
    monkeypatch.setattr(pdf, "render", lambda *_args, **_named: pdf.Printed(b"%PDF-1.7", 3))


@pytest.mark.parametrize(
    ("command", "code", "locale"),
    [("community", "JD-01", "zh"), ("region", "445203", "en"), ("region", "445200", "zh")],
)
def test_it_writes_the_file_and_keeps_it(
    app: Flask, world: World, tmp_path: Path, command: str, code: str, locale: str
) -> None:
    out = tmp_path / "report.pdf"
    arguments = ["report", command, code, *DAYS, "--lang", locale, "--out", str(out)]
    answer = app.test_cli_runner().invoke(args=arguments)
    assert answer.exit_code == 0, answer.output
    assert out.read_bytes() == b"%PDF-1.7"
    with app.app_context():
        kept = session().get_one(IssuedReport, 1)
        assert (kept.code, kept.locale, kept.issued_by) == (code, locale, None)
        assert kept.sha256 in answer.output


@pytest.mark.parametrize(
    ("command", "code"), [("community", "445203"), ("region", "JD-01"), ("region", "999999")]
)
def test_it_refuses_what_it_cannot_print(
    app: Flask, world: World, tmp_path: Path, command: str, code: str
) -> None:
    out = tmp_path / "report.pdf"
    arguments = ["report", command, code, *DAYS, "--out", str(out)]
    answer = app.test_cli_runner().invoke(args=arguments)
    assert answer.exit_code == 1
    assert not out.exists()
