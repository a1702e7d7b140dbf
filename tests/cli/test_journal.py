"""`flask journal verify`, as an operator uses it."""

from click.testing import Result
from flask import Flask
from sqlalchemy import text

from community.journal import queries
from community.web.extensions import db
from tests.world import World


def verify(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["journal", "verify", *arguments])


def test_an_intact_journal_prints_its_heads(app: Flask, world: World) -> None:
    with app.app_context():
        head = queries.head_of_county(world.own.county_id)
        assert head is not None
    result = verify(app, "--head", head.entry_hash)
    assert result.exit_code == 0, result.output
    assert f"county:{world.own.county_id}" in result.output
    assert head.entry_hash in result.output
    assert "system" in result.output


def test_a_changed_entry_is_named(app: Flask, world: World) -> None:
    chain = f"county:{world.own.county_id}"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE journal_entry SET actor_name = 'forged' "
                "WHERE chain = :chain AND sequence = 5"
            ),
            {"chain": chain},
        )
    for arguments in ([], ["--chain", chain]):
        result = verify(app, *arguments)
        assert result.exit_code == 1
        line = result.output.splitlines()[
            [chain in line for line in result.output.splitlines()].index(True) + 1
        ]
        assert "5" in line


def test_a_hash_that_is_on_no_chain_fails(app: Flask, world: World) -> None:
    result = verify(app, "--head", "f" * 64)
    assert result.exit_code == 1
    assert "f" * 64 in result.output
