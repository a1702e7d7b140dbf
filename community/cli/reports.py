"""`flask report`: print the annual report of a community, the progress report of a region."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from community.cli.count import Day, Instant
from community.cli.support import operator, reporting
from community.kernel import clock
from community.kernel.database import transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import LOCALES, N_, use_locale
from community.kernel.i18n import gettext as _
from community.reports import services
from community.reports.rules.kinds import ReportKind, ReportOrder


@click.group("report")
def report_group() -> None:
    """Print reports as PDF, and keep them as issued."""


def _options(command: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(
        (
            click.argument("code"),
            click.option("--school-year", help="The window; by default the one that belongs to D."),
            click.option("--as-of", type=Day(), required=True, help="The day D."),
            click.option("--known-at", type=Instant(), help="The instant K; by default now."),
            click.option(
                "--lang", type=click.Choice(LOCALES), default=LOCALES[0], show_default=True
            ),
            click.option(
                "--out",
                type=click.Path(path_type=Path, dir_okay=False, writable=True),
                required=True,
                help="Where the PDF goes.",
            ),
        )
    ):
        command = option(command)
    return command


@report_group.command("community")
@_options
@with_appcontext
@reporting
def community_command(
    code: str,
    school_year: str | None,
    as_of: date,
    known_at: datetime | None,
    lang: str,
    out: Path,
) -> None:
    """Print the annual report of the community CODE."""
    order = ReportOrder(code, as_of, known_at or clock.now(), school_year, lang)
    _print(order, (ReportKind.COMMUNITY,), out)


@report_group.command("region")
@_options
@with_appcontext
@reporting
def region_command(
    code: str,
    school_year: str | None,
    as_of: date,
    known_at: datetime | None,
    lang: str,
    out: Path,
) -> None:
    """Print the progress report of the county or city CODE."""
    order = ReportOrder(code, as_of, known_at or clock.now(), school_year, lang)
    _print(order, (ReportKind.COUNTY, ReportKind.CITY), out)


def _print(order: ReportOrder, kinds: tuple[ReportKind, ...], out: Path) -> None:
    with use_locale(order.locale):
        if services.subject_of(order.code, actor=operator()).kind not in kinds:
            raise RuleViolationError(
                N_("The code belongs to the other command: a community is no region.")
            )
        made = services.print_report(order, actor=operator())
        services.keep_file(made)
        with transaction():
            kept = services.issue(made, actor=operator())
            number = kept.id
        out.write_bytes(made.printed.content)
        click.echo(
            _(
                "%(file)s: %(pages)s pages, issued as no. %(number)s, SHA-256 %(digest)s",
                file=out,
                pages=made.printed.pages_count,
                number=number,
                digest=made.sha256,
            )
        )
