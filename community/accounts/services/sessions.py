"""Sessions: a sign-in lives in the database and dies there."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import CursorResult, Result, delete, or_, update

from community.accounts import queries
from community.accounts.models import SignInAttempt, UserAccount, UserSession
from community.accounts.rules import sign_in
from community.accounts.rules.reach import AbsentActor, SignedInActor
from community.accounts.services.hashing import hash_password, is_hashed_too_cheaply
from community.journal.models import AccessKind
from community.journal.services import record_access, writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.origin import current_origin


def open_session(account: UserAccount, *, password: str | None = None) -> SignedInActor:
    """Sign an account in: a new session with a new token. `password`, just verified, is hashed
    again where the costs have been raised since."""
    now, origin, token = clock.now(), current_origin(), secrets.token_urlsafe(32)
    session().add(
        UserSession(
            token_sha256=digest(token),
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
    if password is not None and is_hashed_too_cheaply(account.password_hash):
        with writing(actor=actor, action="account.password_rehashed"):
            account.password_hash = hash_password(password)
    record_access(AccessKind.SIGNED_IN, actor=actor, what="/sign-in", county_id=account.county_id)
    return actor


def actor_of_token(token: str) -> SignedInActor | None:
    """Whoever is signed in with this token; None once the session or the account is closed."""
    row = queries.session_of_token(digest(token))
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
    school_ids, community_ids = _spoken_for(row.account_id, row.school_id)
    return SignedInActor(
        actor_id=row.account_id,
        actor_name=row.display_name,
        user_name=row.user_name,
        role=row.role,
        city_id=row.city_id,
        county_id=row.county_id,
        school_id=row.school_id,
        school_ids=school_ids,
        community_ids=community_ids,
        region_code=row.region_code,
        scope_label=row.scope_label,
        must_change_password=row.must_change_password,
        session_id=row.session_id,
        last_seen_at=row.last_seen_at,
        token=token,
    )


def actor_of_account(account_id: int) -> AbsentActor | None:
    """The actor behind an account whose work goes on without it; None once it is closed."""
    account = queries.account(account_id)
    if account is None or account.is_disabled:
        return None
    school_ids, community_ids = _spoken_for(account.id, account.school_id)
    return AbsentActor(
        actor_id=account.id,
        actor_name=account.display_name,
        role=account.role,
        city_id=account.city_id,
        county_id=account.county_id,
        school_id=account.school_id,
        school_ids=school_ids,
        community_ids=community_ids,
    )


def _spoken_for(account_id: int, school_id: int | None) -> tuple[frozenset[int], frozenset[int]]:
    """The schools for which an account speaks today, and the communities in which they are."""
    if school_id is None:
        return frozenset(), frozenset()
    rows = queries.schools_spoken_for(account_id, school_id, clock.today())
    return (
        frozenset(school for school, _ in rows),
        frozenset(community for _, community in rows if community is not None),
    )


def is_token_of(token: str, account_id: int) -> bool:
    """Whether a token, dead or alive, belongs to an account."""
    return is_session_of(digest(token), account_id)


def is_session_of(token_sha256: str, account_id: int) -> bool:
    """The same of a token of which only the digest was kept."""
    row = queries.session_of_token(token_sha256)
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
    return end_sessions_of(actor.actor_id, except_session_id=actor.session_id)


def end_sessions_of(user_id: int, *, except_session_id: int | None = None) -> int:
    """End the sessions of an account; how many that were."""
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


def digest(text: str) -> str:
    """SHA-256 in hexadecimal: what is stored of a token or of a name that was tried."""
    return sha256(text.encode()).hexdigest()
