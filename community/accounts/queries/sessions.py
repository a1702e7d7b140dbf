"""What is read about sessions, whose schools somebody speaks for, and attempts to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union,
)

from community.access import Role
from community.accounts.models import Deputy, SignInAttempt, UserAccount, UserSession
from community.accounts.queries.accounts import CITY, COUNTY, scope_label, with_scope_label
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import known_at, session
from community.registry.models import (
    School,
)

# --- sessions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SessionRow:
    """A session with its account and the name of what the account is for."""

    session_id: int
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    account_id: int
    user_name: str
    display_name: str
    role: Role
    city_id: int | None
    county_id: int | None
    school_id: int | None
    disabled_at: datetime | None
    must_change_password: bool
    region_code: str | None
    scope_label: str


# Asked with every request, so put together once.
_SESSION_OF_TOKEN: Final = with_scope_label(
    select(
        UserSession.id.label("session_id"),
        UserSession.last_seen_at,
        UserSession.expires_at,
        UserSession.ended_at,
        UserAccount.id.label("account_id"),
        UserAccount.user_name,
        UserAccount.display_name,
        UserAccount.role,
        UserAccount.city_id,
        UserAccount.county_id,
        UserAccount.school_id,
        UserAccount.disabled_at,
        UserAccount.must_change_password,
        func.coalesce(COUNTY.code, CITY.code).label("region_code"),
        scope_label(),
    ).join(UserAccount, UserAccount.id == UserSession.user_id)
).where(UserSession.token_sha256 == bindparam("token_sha256"))


def session_of_token(token_sha256: str) -> SessionRow | None:
    """The session of a token, live or not. Plain columns: what another request has ended since
    must not be hidden by an object read before."""
    row = session().execute(_SESSION_OF_TOKEN, {"token_sha256": token_sha256}).one_or_none()
    return None if row is None else SessionRow(**row._asdict())


def schools_spoken_for(account_id: int, school_id: int, on: date) -> Sequence[Row[int, int | None]]:
    """The account's own school, those that it succeeds and those whose deputy it is on a day, each
    with the communities in which it takes part that day, as known now."""
    deputised = select(Deputy.school_id).where(
        Deputy.account_id == account_id,
        Deputy.revoked_at.is_(None),
        Deputy.starts_on <= on,
        Deputy.ends_on >= on,
    )
    own = select(School.id).where(or_(School.id == school_id, School.successor_id == school_id))
    # Join by join, so that each finds its few rows by an index: as a table of their own all
    # memberships would be read.
    in_force = and_(
        MembershipVersion.membership_id == Membership.id,
        known_at(MembershipVersion, None),
        or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= on),
    )
    wanted = (
        select(School.id, case((MembershipVersion.id.is_not(None), Membership.community_id)))
        .outerjoin(Membership, and_(Membership.school_id == School.id, Membership.joined_on <= on))
        .outerjoin(MembershipVersion, in_force)
        .where(School.id.in_(union(own, deputised)))
    )
    return session().execute(wanted).all()


def open_sessions(user_id: int, *, seen_since: datetime, now: datetime) -> Sequence[UserSession]:
    """The sessions of an account that still open pages, the latest used first."""
    wanted = (
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > seen_since,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return session().scalars(wanted).all()


# --- attempts ---------------------------------------------------------------------------------


def failures_of_name(name_sha256: str, since: datetime) -> list[datetime]:
    """When a name failed to sign in, oldest first; a success of the name starts afresh."""
    attempts = (
        select(SignInAttempt.attempted_at, SignInAttempt.has_succeeded)
        .where(SignInAttempt.name_sha256 == name_sha256, SignInAttempt.attempted_at > since)
        .order_by(SignInAttempt.attempted_at, SignInAttempt.id)
    )
    failures: list[datetime] = []
    for attempted_at, has_succeeded in session().execute(attempts):
        if has_succeeded:
            failures.clear()
        else:
            failures.append(attempted_at)
    return failures


def failures_of_address(ip: str, since: datetime) -> list[datetime]:
    """When an address failed to sign in, whoever it said it was, oldest first."""
    attempts = (
        select(SignInAttempt.attempted_at)
        .where(
            SignInAttempt.ip == ip,
            SignInAttempt.attempted_at > since,
            SignInAttempt.has_succeeded.is_(False),
        )
        .order_by(SignInAttempt.attempted_at, SignInAttempt.id)
    )
    return list(session().scalars(attempts))
