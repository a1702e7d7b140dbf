"""`flask seed`: what every installation starts with, and the demonstration."""

import click
from flask import current_app
from flask.cli import with_appcontext

from community.audits.services import seed_rule_sets
from community.cli.support import operator, reporting
from community.demonstration.services import live, seed_demonstration
from community.journal.services import writing
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from community.kernel.i18n import gettext as _
from community.registry.services import seed_reference


@click.group("seed")
def seed_group() -> None:
    """Load what an installation starts with."""


@seed_group.command("reference")
@with_appcontext
@reporting
def reference_command() -> None:
    """Load divisions, school years, terms, rule sets and minima; what is there already stays."""
    _seed_reference()
    click.echo(_("The reference data are loaded."))


def _seed_reference() -> None:
    with transaction():
        seed_reference(actor=operator())
        with writing(actor=operator(), action="reference.seeded"):
            seed_rule_sets()


@seed_group.command("demo")
@with_appcontext
@reporting
def demo_command() -> None:
    """Fill an empty database with the demonstration, and mark it as one for ever."""
    config = current_app.config["COMMUNITY"]
    if config.is_production:
        raise RuleViolationError(N_("Production takes no demonstration: its passwords are public."))
    _seed_reference()
    with transaction():
        is_new = seed_demonstration(password=config.demo_password, actor=operator())
        if is_new:
            live()
    click.echo(
        _("The demonstration is loaded.") if is_new else _("This is the demonstration already.")
    )
