"""What the commands share: who acts at the terminal, and how a refusal is said."""

import functools
import getpass
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from community.access import Operator
from community.kernel.errors import DomainError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def operator() -> Operator:
    """Whoever runs the command: the operating system's user, who may do everything."""
    return Operator(f"cli:{getpass.getuser()}")


def reporting(run: Callable[Given, Result]) -> Callable[Given, Result]:
    """Turn a refusal into a line on standard error and exit status 1."""

    @functools.wraps(run)
    def wrapper(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return run(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(str(error)) from error

    return wrapper
