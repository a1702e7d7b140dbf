"""What is read about accounts, sessions and attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from community.access import Actor, Role
from community.accounts.models import UserAccount
from community.accounts.rules.reach import MANAGED_ROLES, Scope, normalise_user_name
from community.kernel.database import session
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
CITY, COUNTY = aliased(Division), aliased(Division)
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
    statement = with_scope_label(
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
    return func.coalesce(School.name, COUNTY.name, CITY.name, "").label("scope_label")


def with_scope_label(wanted: Select[*Columns]) -> Select[*Columns]:
    """A statement about accounts with what `scope_label` names."""
    return (
        wanted.outerjoin(School, School.id == UserAccount.school_id)
        .outerjoin(COUNTY, COUNTY.id == UserAccount.county_id)
        .outerjoin(CITY, CITY.id == UserAccount.city_id)
    )


def scope_label_of(account_id: int) -> str:
    """The name of what an account is for."""
    wanted = with_scope_label(select(scope_label()).select_from(UserAccount))
    return session().scalars(wanted.where(UserAccount.id == account_id)).one()


def operators_accounts() -> Sequence[Row[str, Role, str]]:
    """User name, role and scope of the open accounts made at the terminal, in that order: those
    of a demonstration."""
    wanted = with_scope_label(
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
