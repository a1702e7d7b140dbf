"""Signing in takes three steps, so that no transaction waits for the slow hash: `admit_attempt`,
`verify_password`, `settle_attempt`. The first and the last each run in a transaction of their own.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from community.accounts import queries
from community.accounts.models import SignInAttempt, UserAccount
from community.accounts.rules import passwords, reach, sign_in
from community.accounts.services.hashing import hash_password, is_password
from community.accounts.services.sessions import digest
from community.journal.models import AccessKind
from community.journal.services import record_access
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.origin import current_origin


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
        digest(reach.normalise_user_name(user_name)),
        current_origin().ip or "",
    )
    hold("sign_in_attempt.name", name_sha256)
    hold("sign_in_attempt.ip", ip)
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
        hash_password(password[: passwords.LONGEST])
        return None
    is_right = is_password(account.password_hash, password)
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
