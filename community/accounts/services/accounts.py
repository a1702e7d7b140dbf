"""Creating, changing and disabling accounts, and their passwords."""

from dataclasses import dataclass

from community import access
from community.access import Actor, Permission, Role
from community.accounts import queries
from community.accounts.models import SignInAttempt, UserAccount
from community.accounts.queries import AccountFilter, AccountRow
from community.accounts.rules import passwords, reach
from community.accounts.rules.reach import AccountDraft, Scope
from community.accounts.services.hashing import hash_password, is_password
from community.accounts.services.sessions import digest, end_sessions_of
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, Message
from community.kernel.paging import Page


@dataclass(frozen=True)
class IssuedAccount:
    """An account with the one-time password that is shown this once; None where it was given."""

    account: UserAccount
    one_time_password: str | None


def create_account(
    draft: AccountDraft,
    *,
    actor: Actor,
    password: str | None = None,
    form_key: str | None = None,
    is_demonstration: bool = False,
) -> IssuedAccount:
    """Create an account, with a given password or a one-time password.

    The same `form_key` again gives the same account, with a new one-time password: the answer
    with the first one was lost. A demonstration's password is public, and may be guessable.
    Raises RuleViolationError with the field at fault.
    """
    access.require(actor, Permission.ACCOUNT_MANAGE)
    name = reach.normalise_user_name(draft.user_name)
    reach.check_user_name(name)
    reach.check_role(actor, draft.role)
    scope = _resolve_scope(draft, actor)
    hold("user_account", name)
    if form_key and (same := queries.account_of_form(form_key)):
        if same.created_by_id == actor.actor_id and same.user_name == name:
            return IssuedAccount(same, _issue_one_time_password(same, actor))
        form_key = None
    if queries.account_named(name):
        raise RuleViolationError(
            N_("There is already an account of this user name. Choose another one."),
            field="user_name",
        )
    if password is not None and not is_demonstration:
        passwords.check_password(password, [name, draft.display_name, *queries.names_around(scope)])
    issued = passwords.one_time_password() if password is None else None
    now = clock.now()
    account = UserAccount(
        user_name=name,
        display_name=draft.display_name.strip(),
        role=draft.role,
        city_id=scope.city_id,
        county_id=scope.county_id,
        school_id=scope.school_id,
        password_hash=hash_password(issued or password or ""),
        password_changed_at=now,
        must_change_password=issued is not None,
        form_key=form_key,
        created_at=now,
        created_by=actor.actor_name,
        created_by_id=actor.actor_id,
    )
    with writing(actor=actor, action="account.created"):
        session().add(account)
    return IssuedAccount(account, issued)


def managed_accounts(
    wanted: AccountFilter, *, actor: Actor, after: str | None = None, before: str | None = None
) -> Page[AccountRow]:
    """A page of the accounts that the actor manages."""
    access.require(actor, Permission.ACCOUNT_MANAGE)
    return queries.account_page(actor, wanted, after=after, before=before)


def managed_account(account_id: int, *, actor: Actor, is_locked: bool = False) -> UserAccount:
    """An account that the actor manages. Raises NotFoundError for any other."""
    access.require(actor, Permission.ACCOUNT_MANAGE)
    account = queries.account(account_id, is_locked=is_locked)
    if account is None or not reach.may_manage(actor, account):
        raise NotFoundError
    return account


def update_account(
    account_id: int, draft: AccountDraft, *, revision: int, actor: Actor
) -> UserAccount:
    """Change name, role and scope; the user name stays. Another role or scope ends all sessions.

    Raises StaleWriteError when somebody else has changed the account since `revision` was read.
    """
    account = managed_account(account_id, actor=actor, is_locked=True)
    if account.revision != revision:
        on_file = {
            "display_name": account.display_name,
            "role": account.role,
            "scope": queries.scope_reference(account),
        }
        raise StaleWriteError(on_file=on_file, revision=account.revision)
    reach.check_role(actor, draft.role)
    scope = _resolve_scope(draft, actor)
    is_moved = draft.role is not account.role or scope != _scope_of(account)
    if is_moved:
        reach.check_not_self(actor, account.id)
        if account.role is Role.SYSTEM_ADMINISTRATOR and not account.is_disabled:
            reach.check_administrator_remains(account.id, queries.enabled_administrator_ids())
    with writing(actor=actor, action="account.updated"):
        account.display_name = draft.display_name.strip()
        account.role = draft.role
        account.city_id, account.county_id, account.school_id = (
            scope.city_id,
            scope.county_id,
            scope.school_id,
        )
    if is_moved:
        end_sessions_of(account.id)
    return account


def disable_account(account_id: int, *, actor: Actor) -> UserAccount:
    """Close an account to signing in and end its sessions; twice is once."""
    account = managed_account(account_id, actor=actor, is_locked=True)
    reach.check_not_self(actor, account.id)
    if account.is_disabled:
        return account
    if account.role is Role.SYSTEM_ADMINISTRATOR:
        reach.check_administrator_remains(account.id, queries.enabled_administrator_ids())
    with writing(actor=actor, action="account.disabled"):
        account.disabled_at = clock.now()
    end_sessions_of(account.id)
    return account


def enable_account(account_id: int, *, actor: Actor) -> UserAccount:
    """Open a disabled account again; its password is the one it had."""
    account = managed_account(account_id, actor=actor, is_locked=True)
    if account.is_disabled:
        with writing(actor=actor, action="account.enabled"):
            account.disabled_at = None
    return account


def _resolve_scope(draft: AccountDraft, actor: Actor) -> Scope:
    """The scope that the draft names, within the actor's reach and of a level of the role."""
    text = passwords.normalise_password(draft.scope).strip()
    if not text:
        scope = Scope()
        reach.check_scope(draft.role, scope)
        return scope
    within = [
        named
        for named in queries.scopes_named(text)
        if reach.is_within_reach(actor, named.scope.city_id, named.scope.county_id)
    ]
    if not within:
        raise RuleViolationError(reach.SCOPE_UNKNOWN, field="scope")
    levels = reach.SCOPE_LEVELS[draft.role]
    fitting = [named for named in within if named.scope.level in levels] or within
    if len(fitting) > 1:
        raise RuleViolationError(
            Message(
                N_("Several have this name: %(names)s. Give the code."),
                {"names": ", ".join(f"{named.name} {named.code or ''}" for named in fitting)},
            ),
            field="scope",
        )
    reach.check_scope(draft.role, fitting[0].scope)
    return fitting[0].scope


def _scope_of(account: UserAccount) -> Scope:
    return Scope(account.city_id, account.county_id, account.school_id)


# --- passwords --------------------------------------------------------------------------------


def reset_password(account_id: int, *, actor: Actor) -> str:
    """Hand out a one-time password, which ends all sessions and lifts a lockout of the name."""
    account = managed_account(account_id, actor=actor, is_locked=True)
    return _issue_one_time_password(account, actor)


def _issue_one_time_password(account: UserAccount, actor: Actor) -> str:
    issued = passwords.one_time_password()
    _set_password(account, issued, actor, action="account.password_reset", must_change=True)
    # As if it had just succeeded: whoever was locked out can use the new password at once.
    session().add(
        SignInAttempt(
            name_sha256=digest(account.user_name),
            ip="",
            attempted_at=clock.now(),
            has_succeeded=True,
        )
    )
    return issued


def change_password(account_id: int, new_password: str, *, actor: Actor) -> None:
    """Change the own password, which ends all sessions; who calls opens a new one.

    The present password has been verified before (`verify_password`).
    Raises RuleViolationError for `password`.
    """
    access.require(actor, Permission.ACCOUNT_SELF)
    account = queries.account(account_id, is_locked=True)
    if account is None or actor.actor_id != account_id or account.is_disabled:
        raise NotFoundError
    check_new_password(account, new_password)
    _set_password(account, new_password, actor, action="account.password_changed")


def check_new_password(account: UserAccount, password: str) -> None:
    """Refuse a password that is guessable for this account, or the one that it has."""
    names = [
        account.user_name,
        account.display_name,
        *queries.names_around(_scope_of(account)),
    ]
    passwords.check_password(password, names)
    if is_password(account.password_hash, password):
        raise RuleViolationError(
            N_("This is the password you already have. Choose a new one."),
            field="password",
        )


def _set_password(
    account: UserAccount,
    password: str,
    actor: Actor,
    *,
    action: str,
    must_change: bool = False,
) -> None:
    with writing(actor=actor, action=action):
        account.password_hash = hash_password(password)
        account.password_changed_at = clock.now()
        account.must_change_password = must_change
    end_sessions_of(account.id)
