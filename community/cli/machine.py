"""`flask doctor`, `flask backup`, `flask restore`: the machine and its safety copy."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from community.cli.support import reporting
from community.kernel import backup, doctor
from community.kernel.database import session
from community.kernel.i18n import gettext
from community.web.extensions import db


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """Check the machine, and say how to mend what fails."""
    findings = list(
        doctor.diagnosis(
            session,
            current_app.config["DATA_DIR"],
            current_app.config["MIGRATIONS_DIR"],
            current_app.config["SECRET_KEY"],
        )
    )
    is_ok = all(finding.is_ok for finding in findings)
    if as_json:
        checks = [
            {
                "name": finding.name,
                "ok": finding.is_ok,
                "detail": finding.detail,
                "remedy": None if finding.is_ok else str(finding.remedy),
            }
            for finding in findings
        ]
        click.echo(json.dumps({"ok": is_ok, "checks": checks}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(_finding_line(finding))
    if not is_ok:
        raise SystemExit(1)


def _finding_line(finding: doctor.Finding) -> str:
    word = gettext("ok") if finding.is_ok else gettext("failed")
    line = f"{word:<6} {finding.name}" + (f": {finding.detail}" if finding.detail else "")
    return line if finding.is_ok else f"{line}\n       → {finding.remedy}"


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@reporting
def backup_command(file: Path) -> None:
    """Write the database and all files into one archive; the service may go on working."""
    manifest = backup.write(db.engine, file)
    click.echo(
        gettext(
            "Backed up %(rows)s rows of %(tables)s tables and %(files)s files to %(path)s.",
            rows=sum(manifest.row_counts.values()),
            tables=len(manifest.row_counts),
            files=len(manifest.files),
            path=file,
        )
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@reporting
def restore_command(file: Path) -> None:
    """Bring a backup back, into an installation that is still empty."""
    migrations_dir = current_app.config["MIGRATIONS_DIR"]
    known = frozenset(doctor.known_revisions(migrations_dir))
    manifest = backup.restore(db.engine, current_app.config["DATA_DIR"], file, known)
    click.echo(
        gettext(
            "Restored %(rows)s rows of %(tables)s tables and %(files)s files.",
            rows=sum(manifest.row_counts.values()),
            tables=len(manifest.row_counts),
            files=len(manifest.files),
        )
    )
    if set(manifest.revisions) != set(doctor.newest_revisions(migrations_dir)):
        click.echo(gettext("The backup is of an older release. Now run: flask db upgrade"))
