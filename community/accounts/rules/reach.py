"""Roles, scopes and who may manage whom."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from community.access import Actor, Role
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message, declare_labels, label

USER_NAME_LIMITS: Final = (2, 40)
# Latin without accents, digits and Han: nobody can be imitated by letters that look alike.
_USER_NAME: Final = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._-]{1,39}")


class ScopeLevel(StrEnum):
    """How far up or down a scope sits."""

    NONE = "none"
    CITY = "city"
    COUNTY = "county"
    SCHOOL = "school"


_R, _L = Role, ScopeLevel
SCOPE_LEVELS: Final[Mapping[Role, tuple[ScopeLevel, ...]]] = {
    _R.SYSTEM_ADMINISTRATOR: (_L.NONE,),
    _R.CITY_OFFICIAL: (_L.CITY,),
    _R.DISTRICT_OFFICIAL: (_L.COUNTY,),
    _R.LEAD_SCHOOL_ADMINISTRATOR: (_L.SCHOOL,),
    _R.SCHOOL_CLERK: (_L.SCHOOL,),
    _R.VIEWER: (_L.CITY, _L.COUNTY),
}
declare_labels(
    Role,
    {
        _R.SYSTEM_ADMINISTRATOR: N_("System administrator"),
        _R.CITY_OFFICIAL: N_("City official"),
        _R.DISTRICT_OFFICIAL: N_("District official"),
        _R.LEAD_SCHOOL_ADMINISTRATOR: N_("Lead-school administrator"),
        _R.SCHOOL_CLERK: N_("School clerk"),
        _R.VIEWER: N_("Viewer"),
    },
)
# The roles of the accounts that a role may create, change and disable, within its own reach.
MANAGED_ROLES: Final[Mapping[Role, tuple[Role, ...]]] = {
    _R.SYSTEM_ADMINISTRATOR: tuple(Role),
    _R.CITY_OFFICIAL: tuple(role for role in Role if role is not _R.SYSTEM_ADMINISTRATOR),
    _R.DISTRICT_OFFICIAL: (
        _R.DISTRICT_OFFICIAL,
        _R.LEAD_SCHOOL_ADMINISTRATOR,
        _R.SCHOOL_CLERK,
        _R.VIEWER,
    ),
    _R.LEAD_SCHOOL_ADMINISTRATOR: (),
    _R.SCHOOL_CLERK: (),
    _R.VIEWER: (),
}


@dataclass(frozen=True)
class Scope:
    """What an account is for: ids of a city, a county and a school, each naming those above."""

    city_id: int | None = None
    county_id: int | None = None
    school_id: int | None = None

    @property
    def level(self) -> ScopeLevel:
        """The level of the lowest one named."""
        if self.school_id is not None:
            return ScopeLevel.SCHOOL
        if self.county_id is not None:
            return ScopeLevel.COUNTY
        return ScopeLevel.NONE if self.city_id is None else ScopeLevel.CITY


class Standing(Protocol):
    """The part of an account that decides who may manage it."""

    @property
    def role(self) -> Role:
        """Its role."""

    @property
    def city_id(self) -> int | None:
        """The city of its scope."""

    @property
    def county_id(self) -> int | None:
        """The county of its scope."""


@dataclass(frozen=True)
class AccountDraft:
    """An account as somebody wants it. `scope` names a division or a school by its code, name
    or alias; it is empty for the system administrator."""

    user_name: str
    display_name: str
    role: Role
    scope: str = ""


@dataclass(frozen=True)
class SignedInActor:
    """The account that a request comes from, as plain data: it outlives any rollback.

    It is an `access.Actor`, and has what Flask-Login asks of a user; `get_id()` is the token of
    the session, so that the cookie dies with the session.
    """

    actor_id: int
    actor_name: str
    user_name: str
    role: Role
    city_id: int | None
    county_id: int | None
    school_id: int | None
    school_ids: frozenset[int]
    community_ids: frozenset[int]
    region_code: str | None  # of the county, else the city, of the scope
    scope_label: str
    must_change_password: bool
    session_id: int
    last_seen_at: datetime
    token: str = field(repr=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def name(self) -> str:
        """The name at the top of every page."""
        return self.actor_name

    @property
    def role_label(self) -> str:
        """The role in the reader's language."""
        return label(self.role)

    def get_id(self) -> str:
        """The token of the session, which the cookie carries."""
        return self.token


@dataclass(frozen=True)
class AbsentActor:
    """The account behind work that goes on when nobody is signed in, as it is now."""

    actor_id: int
    actor_name: str
    role: Role
    city_id: int | None
    county_id: int | None
    school_id: int | None
    school_ids: frozenset[int]
    community_ids: frozenset[int]


def normalise_user_name(text: str) -> str:
    """The form in which a user name is kept and compared: NFKC, lower case, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_user_name(name: str) -> None:
    """Refuse what is no user name; `name` is already normalised."""
    if not _USER_NAME.fullmatch(name):
        raise RuleViolationError(
            Message(
                N_(
                    "A user name has %(shortest)d to %(longest)d letters (a–z), digits or Chinese "
                    "characters, and may contain a full stop, a hyphen or an underscore after the "
                    "first."
                ),
                {"shortest": USER_NAME_LIMITS[0], "longest": USER_NAME_LIMITS[1]},
            ),
            field="user_name",
        )


def check_scope(role: Role, scope: Scope) -> None:
    """Refuse a scope of a level that the role does not have."""
    if scope.level in SCOPE_LEVELS[role]:
        return
    raise RuleViolationError(_SCOPE_WANTED[role], field="scope")


_SCOPE_WANTED: Final[Mapping[Role, str]] = {
    _R.SYSTEM_ADMINISTRATOR: N_("A system administrator has no scope. Leave the field empty."),
    _R.CITY_OFFICIAL: N_("The scope of a city official is a city. Give its code or name."),
    _R.DISTRICT_OFFICIAL: N_(
        "The scope of a district official is a county-level division. Give its code or name."
    ),
    _R.LEAD_SCHOOL_ADMINISTRATOR: N_(
        "The scope of a lead-school administrator is a school. Give its code or name."
    ),
    _R.SCHOOL_CLERK: N_("The scope of a school clerk is a school. Give its code or name."),
    _R.VIEWER: N_(
        "The scope of a viewer is a city or a county-level division. Give its code or name."
    ),
}


def may_manage(actor: Actor, account: Standing) -> bool:
    """Whether the actor may see, change and disable such an account.

    Nobody reaches beyond the own scope, nor a role that the own role does not manage.
    """
    return account.role in MANAGED_ROLES[actor.role] and is_within_reach(
        actor, account.city_id, account.county_id
    )


def is_within_reach(actor: Actor, city_id: int | None, county_id: int | None) -> bool:
    """Whether a scope lies in the actor's own."""
    if actor.role is Role.SYSTEM_ADMINISTRATOR:
        return True
    if actor.county_id is not None:
        return county_id == actor.county_id
    return actor.city_id is not None and city_id == actor.city_id


def check_role(actor: Actor, role: Role) -> None:
    """Refuse to give a role that the actor's own role does not manage."""
    if role not in MANAGED_ROLES[actor.role]:
        raise RuleViolationError(
            N_("Your own role may not give this role. Choose another one."),
            field="role",
        )


# One answer for what does not exist and for what belongs to another county.
SCOPE_UNKNOWN: Final = N_(
    "There is no division or school of this code or name within your reach. Check the spelling, "
    "or give the code."
)


def check_not_self(actor: Actor, account_id: int) -> None:
    """Refuse to let somebody disable the own account or change the own role and scope."""
    if actor.actor_id == account_id:
        raise RuleViolationError(
            N_(
                "You cannot disable your own account or change its role or scope. Ask another "
                "administrator."
            )
        )


def check_administrator_remains(
    account_id: int, enabled_administrator_ids: Collection[int]
) -> None:
    """Refuse to take away the last system administrator who can still sign in."""
    if set(enabled_administrator_ids) == {account_id}:
        raise RuleViolationError(
            N_(
                "This is the last system administrator. Create or enable another one first, or "
                "nobody could manage the system any more."
            )
        )
