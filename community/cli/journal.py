"""`flask journal`: whether anybody changed what is recorded."""

import click
from flask.cli import with_appcontext

from community.cli.support import reporting
from community.journal import services


@click.group("journal")
def journal_group() -> None:
    """The chained record of every change."""


@journal_group.command("verify")
@click.option("--chain", help="Only this chain: 'county:ID' or 'system'.")
@click.option("--head", "printed", help="A head printed on a report; it must be on its chain.")
@with_appcontext
@reporting
def verify_command(chain: str | None, printed: str | None) -> None:
    """Recompute every chain; finds any change, removal, insertion or reordering."""
    verification = services.verification(chain, printed)
    for line in verification.lines():
        click.echo(str(line))
    if not verification.is_intact:
        raise SystemExit(1)
