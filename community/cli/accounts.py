"""`flask accounts`: creating, disabling and listing accounts at the terminal."""

import sys

import click
from flask.cli import with_appcontext

from community.access import Role
from community.accounts import queries, services
from community.accounts.models import UserAccount
from community.accounts.rules.reach import AccountDraft
from community.cli.support import operator, reporting
from community.kernel.database import transaction
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, Message, label
from community.kernel.i18n import gettext as _


class _RoleName(click.Choice[str]):
    """A role; words may be joined by hyphens, as elsewhere at a terminal."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value.replace("-", "_"), param, ctx)


@click.group("accounts")
def accounts_group() -> None:
    """Create, disable and list accounts."""


@accounts_group.command("create")
@click.argument("name")
@click.option("--role", type=_RoleName([str(role) for role in Role]), required=True)
@click.option("--scope", default="", help="Code or name of the city, county or school.")
@click.option("--display-name", help="The person's name; by default the user name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
@reporting
def create_command(
    name: str, role: str, scope: str, display_name: str | None, password_stdin: bool
) -> None:
    """Create the account NAME. Without a password it gets a one-time password, which is printed."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    draft = AccountDraft(name, display_name or name, Role(role), scope)
    with transaction():
        issued = services.create_account(draft, actor=operator(), password=password)
        user_name = issued.account.user_name
    click.echo(_("Created the account %(name)s.", name=user_name))
    if issued.one_time_password:
        _print_one_time_password(issued.one_time_password)


@accounts_group.command("disable")
@click.argument("name")
@with_appcontext
@reporting
def disable_command(name: str) -> None:
    """Close the account NAME to signing in, and end its sessions."""
    with transaction():
        services.disable_account(_named(name).id, actor=operator())
    click.echo(_("Disabled the account %(name)s.", name=name))


@accounts_group.command("enable")
@click.argument("name")
@with_appcontext
@reporting
def enable_command(name: str) -> None:
    """Open the disabled account NAME again."""
    with transaction():
        services.enable_account(_named(name).id, actor=operator())
    click.echo(_("Enabled the account %(name)s.", name=name))


@accounts_group.command("reset-password")
@click.argument("name")
@with_appcontext
@reporting
def reset_password_command(name: str) -> None:
    """Print a one-time password for the account NAME, and end its sessions."""
    with transaction():
        issued = services.reset_password(_named(name).id, actor=operator())
    _print_one_time_password(issued)


@accounts_group.command("list")
@with_appcontext
@reporting
def list_command() -> None:
    """List all accounts: user name, role, scope, state, name."""
    page = services.managed_accounts(queries.AccountFilter(), actor=operator())
    while True:
        for row in page.rows:
            state = _("disabled") if row.disabled_at else _("enabled")
            scope = row.scope_label or "—"
            click.echo("\t".join((row.user_name, label(row.role), scope, state, row.display_name)))
        if page.after is None:
            return
        page = services.managed_accounts(
            queries.AccountFilter(), after=page.after, actor=operator()
        )


def _named(name: str) -> UserAccount:
    account = queries.account_named(name)
    if account is None:
        raise NotFoundError(Message(N_("There is no account named %(name)s."), {"name": name}))
    return account


def _print_one_time_password(password: str) -> None:
    click.echo(_("One-time password: %(password)s", password=password))
