"""What is read about accounts, sessions and attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import aliased

from community.access import Actor, Role
from community.accounts.models import Deputy, SignInAttempt, UserAccount, UserSession
from community.accounts.rules.reach import MANAGED_ROLES, Scope, normalise_user_name
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import known_at, session
from community.kernel.paging import PAGE_SIZE, Page, read_page
from community.registry.models import (
    Division,
    DivisionAlias,
    Installation,
    School,
    SchoolAlias,
)
from community.registry.rules import DivisionKind

# A list of suggestions longer than this is slower than typing the name.
SUGGESTIONS_LIMIT = 400
_CITY, _COUNTY = aliased(Division), aliased(Division)
Columns = TypeVarTuple("Columns")


# --- accounts ---------------------------------------------------------------------------------


def account(account_id: int, *, is_locked: bool = False) -> UserAccount | None:
    """An account; `is_locked` keeps others from changing it until the transaction ends."""
    wanted = select(UserAccount).where(UserAccount.id == account_id)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def account_named(user_name: str) -> UserAccount | None:
    """The account of a user name, however it is written."""
    name = normalise_user_name(user_name)
    return session().scalars(select(UserAccount).filter_by(user_name=name)).one_or_none()


def account_of_form(form_key: str) -> UserAccount | None:
    """The account that a form has already created."""
    return session().scalars(select(UserAccount).filter_by(form_key=form_key)).one_or_none()


def enabled_administrator_ids() -> Sequence[int]:
    """The system administrators who can sign in, locked until the transaction ends."""
    wanted = (
        select(UserAccount.id)
        .where(
            UserAccount.role == Role.SYSTEM_ADMINISTRATOR,
            UserAccount.disabled_at.is_(None),
        )
        .order_by(UserAccount.id)
        .with_for_update()
    )
    return session().scalars(wanted).all()


@dataclass(frozen=True)
class AccountFilter:
    """What a list of accounts shows; empty means all."""

    text: str = ""
    role: Role | None = None
    is_disabled: bool | None = None


# id, user_name, display_name, role, disabled_at, must_change_password, scope_label
AccountRow = Row[int, str, str, Role, datetime | None, bool, str]


def account_page(
    actor: Actor,
    wanted: AccountFilter,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[AccountRow]:
    """The accounts that the actor manages, by user name."""
    statement = _with_scope_label(
        select(
            UserAccount.id,
            UserAccount.user_name,
            UserAccount.display_name,
            UserAccount.role,
            UserAccount.disabled_at,
            UserAccount.must_change_password,
            scope_label(),
        )
    ).where(is_managed_by(actor), _matches(wanted))
    return read_page(statement, [UserAccount.user_name], after=after, before=before)


def is_managed_by(actor: Actor) -> ColumnElement[bool]:
    """`rules.reach.may_manage`, as a condition."""
    roles = MANAGED_ROLES[actor.role]
    if not roles:
        return false()
    if actor.role is Role.SYSTEM_ADMINISTRATOR:
        return true()
    if actor.county_id is not None:
        return and_(UserAccount.role.in_(roles), UserAccount.county_id == actor.county_id)
    return and_(UserAccount.role.in_(roles), UserAccount.city_id == actor.city_id)


def _matches(wanted: AccountFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.text:
        text = wanted.text.strip()
        conditions.append(
            or_(
                UserAccount.user_name.contains(normalise_user_name(text), autoescape=True),
                UserAccount.display_name.icontains(text, autoescape=True),
                School.name.icontains(text, autoescape=True),
                School.pinyin.icontains(text, autoescape=True),
            )
        )
    if wanted.role is not None:
        conditions.append(UserAccount.role == wanted.role)
    if wanted.is_disabled is not None:
        disabled = UserAccount.disabled_at.is_not(None)
        conditions.append(disabled if wanted.is_disabled else ~disabled)
    return and_(*conditions)


def scope_label() -> ColumnElement[str]:
    """The name of what an account is for: its school, county or city; empty for none."""
    return func.coalesce(School.name, _COUNTY.name, _CITY.name, "").label("scope_label")


def _with_scope_label(wanted: Select[*Columns]) -> Select[*Columns]:
    return (
        wanted.outerjoin(School, School.id == UserAccount.school_id)
        .outerjoin(_COUNTY, _COUNTY.id == UserAccount.county_id)
        .outerjoin(_CITY, _CITY.id == UserAccount.city_id)
    )


def scope_label_of(account_id: int) -> str:
    """The name of what an account is for."""
    wanted = _with_scope_label(select(scope_label()).select_from(UserAccount))
    return session().scalars(wanted.where(UserAccount.id == account_id)).one()


def operators_accounts() -> Sequence[Row[str, Role, str]]:
    """User name, role and scope of the open accounts made at the terminal, in that order: those
    of a demonstration."""
    wanted = _with_scope_label(
        select(UserAccount.user_name, UserAccount.role, scope_label()).select_from(UserAccount)
    ).where(UserAccount.created_by_id.is_(None), UserAccount.disabled_at.is_(None))
    return session().execute(wanted.order_by(UserAccount.id).limit(PAGE_SIZE)).all()


def is_demonstration() -> bool:
    """Whether this database is marked as a demonstration."""
    wanted = select(Installation.is_demonstration)
    return bool(session().scalars(wanted).one_or_none())


# --- scopes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedScope:
    """A division or school that an account can be for."""

    scope: Scope
    code: str | None
    name: str


def scopes_named(text: str) -> list[NamedScope]:
    """The cities, counties and schools of this code, name, short name or alias."""
    text = text.strip()
    parent = aliased(Division)
    divisions = (
        select(Division.id, Division.parent_id, Division.kind, Division.code, Division.name)
        .outerjoin(DivisionAlias, DivisionAlias.division_id == Division.id)
        .where(
            Division.kind.in_((DivisionKind.CITY, DivisionKind.COUNTY)),
            Division.is_current,
            or_(Division.code == text, Division.name == text, DivisionAlias.name == text),
        )
        .distinct()
    )
    schools = (
        select(School.id, School.county_id, parent.parent_id, School.code, School.name)
        .join(parent, parent.id == School.county_id)
        .outerjoin(SchoolAlias, SchoolAlias.school_id == School.id)
        .where(
            or_(
                School.code == text,
                School.name == text,
                School.short_name == text,
                SchoolAlias.name == text,
            )
        )
        .distinct()
    )
    return [
        NamedScope(_division_scope(id_, parent_id, kind), code, name)
        for id_, parent_id, kind, code, name in session().execute(divisions)
    ] + [
        NamedScope(Scope(city_id, county_id, id_), code, name)
        for id_, county_id, city_id, code, name in session().execute(schools)
    ]


def _division_scope(division_id: int, parent_id: int | None, kind: DivisionKind) -> Scope:
    return Scope(division_id) if kind is DivisionKind.CITY else Scope(parent_id, division_id)


def scope_reference(account: UserAccount) -> str:
    """The code of an account's scope, or its name where it has no code (a teaching point)."""
    if account.school_id is not None:
        wanted = select(func.coalesce(School.code, School.name)).filter_by(id=account.school_id)
    elif account.division_id is not None:
        wanted = select(func.coalesce(Division.code, Division.name)).filter_by(
            id=account.division_id
        )
    else:
        return ""
    return session().scalars(wanted).one()


def scope_suggestions(actor: Actor) -> list[tuple[str, str]]:
    """(code or name, name) of the divisions and schools within the actor's reach, for a form.

    Schools are left out where they are too many to be a help.
    """
    divisions = select(Division.code, Division.name).where(
        Division.kind.in_((DivisionKind.CITY, DivisionKind.COUNTY)), Division.is_current
    )
    schools = select(func.coalesce(School.code, School.name), School.name)
    if actor.county_id is not None:
        divisions = divisions.where(Division.id == actor.county_id)
        schools = schools.where(School.county_id == actor.county_id)
    elif actor.city_id is not None:
        divisions = divisions.where(
            or_(Division.id == actor.city_id, Division.parent_id == actor.city_id)
        )
        schools = schools.join(Division, Division.id == School.county_id).where(
            Division.parent_id == actor.city_id
        )
    found = session().execute(divisions.order_by(Division.code)).all()
    named = session().execute(schools.order_by(School.name).limit(SUGGESTIONS_LIMIT + 1)).all()
    options = [*found, *(named if len(named) <= SUGGESTIONS_LIMIT else ())]
    return [(str(code), str(name)) for code, name in options]


def names_around(scope: Scope) -> list[str]:
    """The names that a guesser of passwords would try: all divisions, the schools of the county,
    and the school of the account with its aliases."""
    names = list(session().scalars(select(Division.name)))
    if scope.county_id is not None:
        names += session().scalars(select(School.name).where(School.county_id == scope.county_id))
    if scope.school_id is not None:
        names += session().scalars(
            select(SchoolAlias.name).where(SchoolAlias.school_id == scope.school_id)
        )
        names += session().scalars(
            select(School.short_name).where(
                School.id == scope.school_id, School.short_name.is_not(None)
            )
        )
    return [name for name in names if name]


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
_SESSION_OF_TOKEN: Final = _with_scope_label(
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
        func.coalesce(_COUNTY.code, _CITY.code).label("region_code"),
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
