"""`flask rollups`: whether the figures kept beside the records are what the records say."""

import click
from flask.cli import with_appcontext

from community.activities import services
from community.cli.support import operator, reporting
from community.kernel.database import transaction
from community.kernel.i18n import N_, Message


@click.group("rollups")
def rollups_group() -> None:
    """The figures kept beside the records, for overviews."""


@rollups_group.command("check")
@with_appcontext
@reporting
def check_command() -> None:
    """Compare every cell with the records; exit status 1 when one has drifted."""
    check = services.check_rollups(actor=operator())
    for drift in check.drifts:
        click.echo(f"{drift.table} {drift.key}: {drift.on_file} != {drift.recounted}")
    number = len(check.drifts)
    said = Message(
        N_("%(cells)s cells, of which %(number)s have drifted."),
        {"cells": check.cells, "number": number},
    )
    click.echo(str(said))
    if check.drifts:
        raise SystemExit(1)


@rollups_group.command("rebuild")
@with_appcontext
@reporting
def rebuild_command() -> None:
    """Work every cell out anew from the records."""
    with transaction():
        services.rebuild_rollups(actor=operator())
    click.echo(str(Message(N_("The figures have been worked out anew."))))
