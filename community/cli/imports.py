"""`flask import`, `flask imports`: facts from workbooks, and taking them back."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from community.cli.support import operator, reporting
from community.imports import services
from community.imports.rules import ImportResult, RowError
from community.imports.sheets import SourceFile, read_files
from community.kernel.clock import SHANGHAI
from community.kernel.database import transaction
from community.kernel.i18n import gettext as _

_SHOWN_ERRORS = 200


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--history", "is_history", is_flag=True, help="Known from the ledger's dates.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check everything, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
@reporting
def import_command(
    files: tuple[Path, ...], is_history: bool, is_dry_run: bool, as_json: bool
) -> None:
    """Import workbooks: registers of schools and communities, and ledgers of activities."""
    source = read_files([_source_file(file) for file in files])
    with transaction():
        result = services.import_source(
            source, actor=operator(), is_history=is_history, is_dry_run=is_dry_run
        )
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        _print_result(result, is_dry_run=is_dry_run)
    if not result.is_ok:
        raise SystemExit(1)


def _source_file(path: Path) -> SourceFile:
    try:
        return SourceFile(path.name, path.read_bytes())
    except OSError:
        return SourceFile(path.name, None)


def _print_result(result: ImportResult, *, is_dry_run: bool) -> None:
    for sheet in result.sheets:
        place = f"{sheet.file} · {sheet.sheet}" if sheet.sheet else sheet.file
        click.echo(
            _(
                "%(place)s: %(rows)s rows, %(added)s added, %(changed)s changed, "
                "%(unchanged)s unchanged, %(skipped)s skipped",
                place=place,
                rows=sheet.rows,
                added=sheet.added,
                changed=sheet.changed,
                unchanged=sheet.unchanged,
                skipped=sheet.skipped,
            )
        )
    for error in result.errors[:_SHOWN_ERRORS]:
        click.echo(_error_line(error), err=True)
    if len(result.errors) > _SHOWN_ERRORS:
        rest = len(result.errors) - _SHOWN_ERRORS
        click.echo(_("… and %(count)s more errors.", count=rest), err=True)
    if result.errors:
        click.echo(_("Nothing was imported: %(count)s errors.", count=len(result.errors)), err=True)
    elif is_dry_run:
        click.echo(_("Nothing was imported: this was a dry run. There are no errors."))
    else:
        click.echo(_("Imported as batch %(batch)s.", batch=result.batch_id))


def _error_line(error: RowError) -> str:
    place = " · ".join(filter(None, (error.file, error.sheet)))
    if error.row is not None:
        place += f" · {error.column}{error.row}"
    value = f" “{error.value}”" if error.value else ""
    return f"{place}{value} [{error.code}] {error.message}"


@click.group("imports", invoke_without_command=True)
@click.pass_context
@with_appcontext
@reporting
def imports_group(context: click.Context) -> None:
    """List the imports, newest first; `undo` takes one back."""
    if context.invoked_subcommand is not None:
        return
    batches = services.list_batches(actor=operator())
    for batch in batches:
        rows = {
            what: sum(sheet[what] for sheet in batch.sheets)
            for what in ("added", "changed", "unchanged")
        }
        line = _(
            "%(batch)s  %(when)s  %(name)s: %(added)s added, %(changed)s changed, "
            "%(unchanged)s unchanged",
            batch=batch.id,
            when=f"{batch.imported_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            name=batch.imported_by,
            **rows,
        )
        notes = [_("historical initialisation")] if batch.is_history else []
        if batch.undone_at is not None:
            notes.append(_("taken back"))
        click.echo(line + (f" ({'; '.join(notes)})" if notes else ""))
    if not batches:
        click.echo(_("There are no imports yet."))


@imports_group.command("undo")
@click.argument("batch_id", metavar="ID", type=int)
@with_appcontext
@reporting
def undo_command(batch_id: int) -> None:
    """Take the import ID back: what it brought is hidden, what it changed is restored."""
    with transaction():
        services.undo_batch(batch_id, actor=operator())
    click.echo(_("The import %(batch)s has been taken back.", batch=batch_id))
