"""Each check sees the fault it is for, and says how to mend it."""

import ctypes
import ctypes.util
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from community.kernel import doctor
from community.kernel.database import session
from config import ROOT
from tests.conftest import SECRET_KEY

MIGRATIONS = ROOT / "migrations"


def test_the_machine_of_the_tests_is_well(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        findings = list(doctor.diagnosis(session, tmp_path, MIGRATIONS, SECRET_KEY))
    assert len(findings) >= 15
    assert [
        finding for finding in findings if not finding.is_ok and not is_for_tests(finding)
    ] == []


def is_for_tests(finding: doctor.Finding) -> bool:
    """The PostgreSQL of the tests gives up durability for speed."""
    return finding.name in ("PostgreSQL fsync", "PostgreSQL synchronous_commit")


def test_the_command_prints_a_line_each_and_a_remedy(app: Flask) -> None:
    app.config["SECRET_KEY"] = "short"
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    lines = done.output.splitlines()
    (number,) = [number for number, line in enumerate(lines) if "secret key" in line]
    assert "→" in lines[number + 1]
    assert "SECRET_KEY" in lines[number + 1]


def test_the_command_prints_json(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    answer = json.loads(done.output)
    assert answer["ok"] is (done.exit_code == 0)
    assert {check["name"] for check in answer["checks"]} >= {"database", "migrations", "storage"}
    assert all(bool(check["remedy"]) is not check["ok"] for check in answer["checks"])


def test_a_missing_library_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    monkeypatch.setattr(ctypes, "CDLL", fail)
    finding = doctor.harfbuzz_subset()
    assert not finding.is_ok
    assert "libharfbuzz-subset0" in str(finding.remedy)


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        (None, 5),
        (set(), 5),
        ({("Noto Sans CJK SC", "Regular"), ("Noto Sans CJK SC", "Bold")}, 3),
        ({("Noto Sans CJK SC", "Regular")}, 4),
    ],
    ids=["no fontconfig", "no fonts", "no serif", "no bold"],
)
def test_missing_fonts_are_seen(
    monkeypatch: pytest.MonkeyPatch, installed: set[tuple[str, str]] | None, missing: int
) -> None:
    monkeypatch.setattr(doctor, "_installed_fonts", lambda: installed)
    faults = [finding for finding in doctor.fonts() if not finding.is_ok]
    assert len(faults) == missing
    assert all("apt install" in str(finding.remedy) for finding in faults)


def test_a_clock_before_the_release_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "RELEASED_AT", datetime(9999, 1, 1, tzinfo=UTC))
    assert not doctor.clock().is_ok


def test_storage_that_cannot_be_written_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "missing", tmp_path / "file"):
        finding = doctor.storage_is_writable(place)
        assert not finding.is_ok
        assert str(place) in str(finding.remedy)
    assert doctor.storage_is_writable(tmp_path).is_ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_full_disk_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.free_disk(tmp_path / "not" / "yet" / "there").detail.endswith("MiB")
    monkeypatch.setattr(doctor, "MINIMUM_FREE_BYTES", 1024**6)
    assert not doctor.free_disk(tmp_path).is_ok


def broken() -> Session:
    raise RuntimeError("connection refused\nand more")


def test_an_unreachable_database_is_seen(tmp_path: Path) -> None:
    findings = {finding.name: finding for finding in doctor.readiness(broken, tmp_path, MIGRATIONS)}
    assert not findings["database"].is_ok
    assert findings["database"].detail == "connection refused"
    assert not findings["migrations"].is_ok
    assert findings["storage"].is_ok
    assert [finding.is_ok for finding in doctor.database_settings(broken)] == [False]


def test_a_database_that_was_not_migrated_is_seen(app: Flask) -> None:
    with app.app_context():
        session().execute(text("UPDATE alembic_version SET version_num = 'older'"))
        finding = doctor.migrations(session, MIGRATIONS)
    assert not finding.is_ok
    assert finding.detail == "older"
    assert "flask db upgrade" in str(finding.remedy)


def test_pragmas_of_a_bare_connection_are_seen(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
    with Session(engine) as bare:
        findings = list(doctor.database_settings(lambda: bare))
    engine.dispose()
    faults = {finding.name for finding in findings if not finding.is_ok}
    assert faults == {"SQLite foreign_keys", "SQLite journal_mode", "SQLite busy_timeout"}


class Server:
    """A PostgreSQL with given settings."""

    def __init__(self, **settings: str) -> None:
        self.settings = {
            "server_version_num": "150008",
            "server_version": "15.8",
            "server_encoding": "UTF8",
            "timezone": "UTC",
            "synchronous_commit": "on",
            "fsync": "on",
        } | settings

    def execute(self, statement: Any) -> "Server":
        self._answer = self.settings[str(statement).removeprefix("SHOW ")]
        return self

    def scalar(self) -> str:
        return self._answer


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, None),
        ({"server_version_num": "120020"}, "PostgreSQL version"),
        ({"server_encoding": "SQL_ASCII"}, "PostgreSQL encoding"),
        ({"timezone": "Asia/Shanghai"}, "PostgreSQL time zone"),
        ({"synchronous_commit": "off"}, "PostgreSQL synchronous_commit"),
        ({"fsync": "off"}, "PostgreSQL fsync"),
    ],
)
def test_settings_of_postgresql_are_seen(settings: dict[str, str], fault: str | None) -> None:
    check: Callable[[Any], Any] = doctor._postgresql
    faults = [finding.name for finding in check(Server(**settings)) if not finding.is_ok]
    assert faults == ([fault] if fault else [])
