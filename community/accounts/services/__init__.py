"""Use cases: accounts and their passwords, attempts to sign in, sessions."""

from community.accounts.services.accounts import (
    IssuedAccount,
    change_password,
    check_new_password,
    create_account,
    disable_account,
    enable_account,
    managed_account,
    managed_accounts,
    reset_password,
    update_account,
)
from community.accounts.services.attempts import (
    Admission,
    VerifiedPassword,
    admit_attempt,
    settle_attempt,
    verify_password,
)
from community.accounts.services.deputies import (
    Deputies,
    DeputyDraft,
    appoint_deputy,
    deputies_of_school,
    own_deputyships,
    revoke_deputy,
)
from community.accounts.services.hashing import (
    use_password_cost,
)
from community.accounts.services.sessions import (
    actor_of_account,
    actor_of_token,
    end_other_sessions,
    end_session,
    is_session_of,
    is_token_of,
    note_seen,
    open_session,
    own_sessions,
    purge_expired_sign_ins,
)

__all__ = [
    "Admission",
    "Deputies",
    "DeputyDraft",
    "IssuedAccount",
    "VerifiedPassword",
    "actor_of_account",
    "actor_of_token",
    "admit_attempt",
    "appoint_deputy",
    "change_password",
    "check_new_password",
    "create_account",
    "deputies_of_school",
    "disable_account",
    "enable_account",
    "end_other_sessions",
    "end_session",
    "is_session_of",
    "is_token_of",
    "managed_account",
    "managed_accounts",
    "note_seen",
    "open_session",
    "own_deputyships",
    "own_sessions",
    "purge_expired_sign_ins",
    "reset_password",
    "revoke_deputy",
    "settle_attempt",
    "update_account",
    "use_password_cost",
    "verify_password",
]
