"""`flask seed`: the reference data, and the demonstration on nothing but an empty database."""

from dataclasses import replace
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from community.accounts.models import UserAccount
from community.audits.models import Minimum, RuleSetVersion
from community.journal.models import JournalEntry
from community.kernel.database import Base
from community.registry.models import Division, Installation
from community.web.extensions import db
from config import Config, Environment
from tests.conftest import MakeApp
from tests.world import World


def seed(app: Flask, what: str) -> Result:
    return app.test_cli_runner().invoke(args=["seed", what])


def row_count(app: Flask, model: type[Base]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_reference_data_come_once(app: Flask) -> None:
    assert seed(app, "reference").exit_code == 0
    kinds = (Division, RuleSetVersion, Minimum, JournalEntry)
    loaded = {kind: row_count(app, kind) for kind in kinds}
    assert loaded[Division] > 90
    assert loaded[Minimum] == 6
    again = seed(app, "reference")
    assert again.exit_code == 0
    assert {kind: row_count(app, kind) for kind in kinds} == loaded
    assert row_count(app, UserAccount) == row_count(app, Installation) == 0


def test_a_second_demonstration_changes_nothing(demonstration: Flask) -> None:
    before = {model: row_count(demonstration, model) for model in (UserAccount, JournalEntry)}
    assert before[UserAccount] == 8
    again = seed(demonstration, "demo")
    assert again.exit_code == 0, again.output
    assert again.stdout.count("\n") == 1
    assert {model: row_count(demonstration, model) for model in before} == before


def test_a_database_with_data_takes_no_demonstration(app: Flask, world: World) -> None:
    accounts = row_count(app, UserAccount)
    refused = seed(app, "demo")
    assert refused.exit_code == 1
    assert "演示" in refused.stderr
    assert row_count(app, UserAccount) == accounts
    assert row_count(app, Installation) == 0


def test_production_takes_no_demonstration(
    config: Config, make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(replace(config, environment=Environment.PRODUCTION))
    refused = seed(app, "demo")
    assert refused.exit_code == 1
    assert "演示" in refused.stderr
    assert row_count(app, Division) == 0, "not even the reference data"
