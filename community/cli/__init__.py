"""The flask commands: each one is a call into a service, one file per group of commands.

A refusal (DomainError) is a line on standard error and exit status 1.
"""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to an application."""
    from community.cli import (
        accounts,
        count,
        imports,
        journal,
        machine,
        reports,
        rollups,
        seed,
        worker,
    )

    for command in (
        machine.doctor_command,
        machine.backup_command,
        machine.restore_command,
        count.count_command,
        accounts.accounts_group,
        imports.import_command,
        imports.imports_group,
        seed.seed_group,
        journal.journal_group,
        reports.report_group,
        rollups.rollups_group,
        worker.worker_command,
    ):
        app.cli.add_command(command)
