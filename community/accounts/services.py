"""Use cases of accounts: creating and disabling them, passwords, signing in and out.

A sign-in takes three steps, so that no transaction waits for the slow hash: `admit_attempt`,
`verify_password` and `settle_attempt`. The first and the last each need a transaction of their own.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import CursorResult, Result, delete, or_, update

from community import access
from community.access import Actor, Permission, Role
from community.accounts import queries
from community.accounts.models import SignInAttempt, UserAccount, UserSession
from community.accounts.queries import AccountFilter, AccountPage
from community.accounts.rules import passwords, reach, sign_in
from community.accounts.rules.reach import AccountDraft, Scope, SignedInActor
from community.journal.models import AccessKind
from community.journal.services import record_access, writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, Message
from community.kernel.origin import current_origin

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def use_password_cost(*, time_cost: int, memory_kib: int, parallelism: int) -> None:
    """Choose other costs of argon2id than those of RFC 9106 for little memory (tests do)."""
    global _hasher
    _hasher = PasswordHasher(time_cost, memory_kib, parallelism)


# --- accounts ---------------------------------------------------------------------------------


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
    queries.hold("user_account", name)
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
        password_hash=_hash(issued or password or ""),
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
) -> AccountPage:
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
        raise StaleWriteError(
            N_(
                "Somebody else has changed this account since you opened it. Both versions are "
                "below; save again to keep yours."
            )
        )
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
        _end_sessions_of(account.id)
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
    _end_sessions_of(account.id)
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
            name_sha256=_digest(account.user_name),
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
    if _is_password(account.password_hash, password):
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
        account.password_hash = _hash(password)
        account.password_changed_at = clock.now()
        account.must_change_password = must_change
    _end_sessions_of(account.id)


def _hash(password: str) -> str:
    return _hasher.hash(passwords.normalise_password(password))


def _is_password(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, passwords.normalise_password(password))
    except (VerificationError, InvalidHashError):
        return False


# --- signing in -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Admission:
    """Whether an attempt at a password is heard, and if not, when the next one is."""

    attempt_id: int | None
    retry_at: datetime | None = None


@dataclass(frozen=True)
class VerifiedPassword:
    """The account whose password was right, and the hash that said so."""

    account_id: int
    password_hash: str


def admit_attempt(user_name: str) -> Admission:
    """Count an attempt, or refuse it. It counts as failed until it is settled.

    The address is the origin's. Runs in a transaction of its own, which has to be committed
    before the password is looked at: only then the limits hold for all workers together.
    """
    name_sha256, ip = (
        _digest(reach.normalise_user_name(user_name)),
        current_origin().ip or "",
    )
    queries.hold("sign_in_attempt.name", name_sha256)
    queries.hold("sign_in_attempt.ip", ip)
    now = clock.now()
    since = now - sign_in.ATTEMPT_WINDOW
    wait_until = sign_in.retry_at(
        queries.failures_of_name(name_sha256, since),
        queries.failures_of_address(ip, since) if ip else [],
        now,
    )
    if wait_until is not None:
        _record_failure(user_name, what="/sign-in: throttled")
        return Admission(None, wait_until)
    attempt = SignInAttempt(name_sha256=name_sha256, ip=ip, attempted_at=now)
    session().add(attempt)
    session().flush()  # the settlement needs attempt.id
    return Admission(attempt.id)


def verify_password(user_name: str, password: str) -> VerifiedPassword | None:
    """The account, if this is its password and it may sign in. Slow on purpose, and equally slow
    for a name that nobody has. Needs no transaction."""
    account = queries.account_named(user_name)
    if account is None or len(password) > passwords.LONGEST:
        _hash(password[: passwords.LONGEST])
        return None
    is_right = _is_password(account.password_hash, password)
    if not is_right or not _may_sign_in(account):
        return None
    return VerifiedPassword(account.id, account.password_hash)


def settle_attempt(
    admission: Admission, verified: VerifiedPassword | None, *, user_name: str
) -> UserAccount | None:
    """Write down how an attempt ended: the account that may sign in, or None.

    The account is read again: it may have been disabled while its hash was computed.
    """
    account = verified and queries.account(verified.account_id, is_locked=True)
    if (
        not verified
        or not account
        or account.password_hash != verified.password_hash
        or not _may_sign_in(account)
    ):
        _record_failure(user_name, what="/sign-in")
        return None
    session().execute(
        update(SignInAttempt)
        .where(SignInAttempt.id == admission.attempt_id)
        .values(has_succeeded=True)
    )
    return account


def _may_sign_in(account: UserAccount) -> bool:
    return not account.is_disabled and not sign_in.is_one_time_password_spent(
        must_change=account.must_change_password,
        password_changed_at=account.password_changed_at,
        now=clock.now(),
    )


def _record_failure(user_name: str, *, what: str) -> None:
    """Log a failure by name only if there is such an account: a typed password must not stay."""
    account = queries.account_named(user_name)
    name, county_id = (account.user_name, account.county_id) if account else ("—", None)
    record_access(
        AccessKind.SIGN_IN_FAILED,
        actor=None,
        actor_name=name,
        what=what,
        county_id=county_id,
    )


# --- sessions ---------------------------------------------------------------------------------


def open_session(account: UserAccount, *, password: str | None = None) -> SignedInActor:
    """Sign an account in: a new session with a new token. `password`, just verified, is hashed
    again where the costs have been raised since."""
    now, origin, token = clock.now(), current_origin(), secrets.token_urlsafe(32)
    session().add(
        UserSession(
            token_sha256=_digest(token),
            user_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + sign_in.SESSION_LIMITS[account.role].absolute,
            ip=origin.ip or "",
            user_agent=(origin.user_agent or "")[:200],
        )
    )
    session().flush()  # the actor is read through its session
    actor = actor_of_token(token)
    if actor is None:
        raise RuntimeError("a session that was just opened is not live")
    if password is not None and _hasher.check_needs_rehash(account.password_hash):
        with writing(actor=actor, action="account.password_rehashed"):
            account.password_hash = _hash(password)
    record_access(AccessKind.SIGNED_IN, actor=actor, what="/sign-in", county_id=account.county_id)
    return actor


def actor_of_token(token: str) -> SignedInActor | None:
    """Whoever is signed in with this token; None once the session or the account is closed."""
    row = queries.session_of_token(_digest(token))
    if row is None or row.disabled_at is not None:
        return None
    if not sign_in.is_live(
        row.role,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        now=clock.now(),
    ):
        return None
    community_ids: frozenset[int] = frozenset()
    if row.school_id is not None:
        community_ids = queries.community_ids_of_school(row.school_id, clock.today())
    return SignedInActor(
        actor_id=row.account_id,
        actor_name=row.display_name,
        user_name=row.user_name,
        role=row.role,
        city_id=row.city_id,
        county_id=row.county_id,
        school_id=row.school_id,
        community_ids=community_ids,
        scope_label=row.scope_label,
        must_change_password=row.must_change_password,
        session_id=row.session_id,
        last_seen_at=row.last_seen_at,
        token=token,
    )


def is_token_of(token: str, account_id: int) -> bool:
    """Whether a token, dead or alive, belongs to an account."""
    row = queries.session_of_token(_digest(token))
    return row is not None and row.account_id == account_id


def own_sessions(actor: SignedInActor) -> Sequence[UserSession]:
    """Where the actor is signed in, the latest used first."""
    now = clock.now()
    idle = sign_in.SESSION_LIMITS[actor.role].idle
    return queries.open_sessions(actor.actor_id, seen_since=now - idle, now=now)


def note_seen(session_id: int) -> None:
    """Write down that a session is in use."""
    session().execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now())
    )


def end_session(actor: SignedInActor) -> None:
    """Sign out: the cookie is dead from now on, wherever it was copied."""
    session().execute(
        update(UserSession)
        .where(UserSession.id == actor.session_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    record_access(AccessKind.SIGNED_OUT, actor=actor, what="/sign-out", county_id=actor.county_id)


def end_other_sessions(actor: SignedInActor) -> int:
    """Sign out everywhere but here; how many sessions that ended."""
    return _end_sessions_of(actor.actor_id, except_session_id=actor.session_id)


def _end_sessions_of(user_id: int, *, except_session_id: int | None = None) -> int:
    ended = session().execute(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.id != (except_session_id or 0),
        )
        .values(ended_at=clock.now())
    )
    return _rows_of(ended)


def purge_expired_sign_ins(*, now: datetime) -> int:
    """Delete attempts that no longer count, and sessions over for a week; how many rows."""
    cut = now - sign_in.KEPT_AFTER_END
    attempts = session().execute(
        delete(SignInAttempt).where(SignInAttempt.attempted_at <= now - sign_in.ATTEMPT_WINDOW)
    )
    sessions = session().execute(
        delete(UserSession).where(or_(UserSession.expires_at < cut, UserSession.ended_at < cut))
    )
    return _rows_of(attempts) + _rows_of(sessions)


def _rows_of(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
