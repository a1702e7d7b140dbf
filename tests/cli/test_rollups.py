"""`flask rollups`, as an operator uses it."""

from click.testing import Result
from flask import Flask
from sqlalchemy import text

from community.web.extensions import db
from tests.activities.records import record
from tests.conftest import Recording
from tests.world import World


def run(app: Flask, command: str) -> Result:
    return app.test_cli_runner().invoke(args=["rollups", command])


def test_figures_that_have_drifted_are_named_and_worked_out_anew(
    app: Flask, world: World, recording: Recording
) -> None:
    with recording():
        record(world.own)
    good = run(app, "check")
    assert good.exit_code == 0, good.output
    assert "共核对 2 个汇总数" in good.output
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE county_month_rollup SET counted_count = 7"))
    drifted = run(app, "check")
    assert drifted.exit_code == 1
    assert "county_month_rollup" in drifted.output
    assert run(app, "rebuild").exit_code == 0
    assert run(app, "check").exit_code == 0
