"""The worker: the process beside the web server that does long and nightly work."""

import click

from community.jobs import tasks


@click.command("worker")
def worker_command() -> None:
    """Do the long and nightly work, until told to stop (SIGTERM)."""
    tasks.run_worker()
