"""Who may do what, where: one table. Pure; the services ask it, whoever calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from community.kernel.errors import AccessDeniedError, NotFoundError


class Role(StrEnum):
    """What somebody is in the system; each account has one role and one scope."""

    SYSTEM_ADMINISTRATOR = "system_administrator"
    CITY_OFFICIAL = "city_official"
    DISTRICT_OFFICIAL = "district_official"
    LEAD_SCHOOL_ADMINISTRATOR = "lead_school_administrator"
    SCHOOL_CLERK = "school_clerk"
    VIEWER = "viewer"


class Permission(StrEnum):
    """One thing that may be done, `resource:action`."""

    CITY_VIEW = "city:view"
    COUNTY_VIEW = "county:view"
    COMMUNITY_VIEW = "community:view"
    COMMUNITY_EDIT = "community:edit"
    SCHOOL_VIEW = "school:view"
    SCHOOL_EDIT = "school:edit"
    SCHOOL_DISTRICT_VIEW = "school_district:view"
    SCHOOL_DISTRICT_EDIT = "school_district:edit"
    DIVISION_VIEW = "division:view"
    DIVISION_EDIT = "division:edit"
    SCHOOL_YEAR_VIEW = "school_year:view"
    SCHOOL_YEAR_EDIT = "school_year:edit"
    ACTIVITY_VIEW = "activity:view"
    ACTIVITY_REPORT = "activity:report"
    ACTIVITY_CONFIRM = "activity:confirm"
    ACTIVITY_CONFIRM_ON_BEHALF = "activity:confirm_on_behalf"
    ACTIVITY_WITHDRAW = "activity:withdraw"
    ACTIVITY_CHECK = "activity:check"
    ACTIVITY_DISALLOW = "activity:disallow"
    ACTIVITY_PROVE = "activity:prove"
    EVIDENCE_UPLOAD = "evidence:upload"
    TIMETABLE_VIEW = "timetable:view"
    ROLLUP_KEEP = "rollup:keep"
    RULE_SET_VIEW = "rule_set:view"
    IMPORT_RUN = "import:run"
    IMPORT_UNDO = "import:undo"
    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_SELF = "account:self"
    DEPUTY_APPOINT = "deputy:appoint"
    JOURNAL_VIEW = "journal:view"
    JOB_VIEW = "job:view"
    REPORT_ISSUE = "report:issue"
    REPORT_VIEW = "report:view"


class Reach(StrEnum):
    """How far a permission goes."""

    EVERYWHERE = "everywhere"
    DIVISION = "division"  # the actor's city, or its county
    PARTICIPATION = "participation"  # DIVISION, and the communities in which its schools take part
    COMMUNITIES = "communities"  # the communities in which the actor's schools take part
    SCHOOLS = "schools"  # the schools for which the actor speaks
    OWN = "own"  # nothing but what is the actor's own: its account, its jobs


_R, _P = Role, Permission
# Who keeps the registers, each in its own division.
_OFFICIALS: Final = {
    _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
    _R.CITY_OFFICIAL: Reach.DIVISION,
    _R.DISTRICT_OFFICIAL: Reach.DIVISION,
}
_READERS: Final = {**_OFFICIALS, _R.VIEWER: Reach.DIVISION}
# What a community and its schools do is seen by everybody who takes part in it.
_PARTICIPANTS: Final = {
    _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
    _R.CITY_OFFICIAL: Reach.PARTICIPATION,
    _R.DISTRICT_OFFICIAL: Reach.PARTICIPATION,
    _R.VIEWER: Reach.PARTICIPATION,
    _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.COMMUNITIES,
    _R.SCHOOL_CLERK: Reach.COMMUNITIES,
}
POLICY: Final[Mapping[Permission, Mapping[Role, Reach]]] = {
    _P.CITY_VIEW: {
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
        _R.CITY_OFFICIAL: Reach.DIVISION,
        _R.VIEWER: Reach.DIVISION,
    },
    _P.COUNTY_VIEW: _READERS,
    _P.COMMUNITY_VIEW: _PARTICIPANTS,
    _P.SCHOOL_VIEW: _PARTICIPANTS,
    _P.SCHOOL_EDIT: _OFFICIALS,
    _P.SCHOOL_DISTRICT_VIEW: _READERS,
    _P.SCHOOL_DISTRICT_EDIT: _OFFICIALS,
    _P.DIVISION_VIEW: _READERS,
    _P.DIVISION_EDIT: {
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
        _R.CITY_OFFICIAL: Reach.DIVISION,
    },
    _P.SCHOOL_YEAR_VIEW: {
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
        _R.CITY_OFFICIAL: Reach.EVERYWHERE,
        _R.DISTRICT_OFFICIAL: Reach.EVERYWHERE,
        _R.VIEWER: Reach.EVERYWHERE,
    },
    _P.SCHOOL_YEAR_EDIT: {_R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE},
    _P.COMMUNITY_EDIT: _OFFICIALS,
    _P.ACTIVITY_VIEW: _PARTICIPANTS,
    _P.ACTIVITY_REPORT: {
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.COMMUNITIES,
        _R.SCHOOL_CLERK: Reach.SCHOOLS,
    },
    _P.ACTIVITY_CONFIRM: {
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.SCHOOLS,
        _R.SCHOOL_CLERK: Reach.SCHOOLS,
    },
    _P.ACTIVITY_CONFIRM_ON_BEHALF: {_R.DISTRICT_OFFICIAL: Reach.DIVISION},
    _P.ACTIVITY_WITHDRAW: _OFFICIALS,
    _P.ACTIVITY_CHECK: _OFFICIALS,
    _P.ACTIVITY_DISALLOW: _OFFICIALS,
    _P.ACTIVITY_PROVE: {
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.SCHOOLS,
        _R.SCHOOL_CLERK: Reach.SCHOOLS,
    },
    _P.EVIDENCE_UPLOAD: {role: Reach.OWN for role in Role if role is not Role.VIEWER},
    # Who may report what was taught plans it, too.
    _P.TIMETABLE_VIEW: {**_PARTICIPANTS, _R.SCHOOL_CLERK: Reach.SCHOOLS},
    _P.ROLLUP_KEEP: {_R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE},
    _P.RULE_SET_VIEW: dict.fromkeys(Role, Reach.EVERYWHERE),
    _P.IMPORT_RUN: _OFFICIALS,
    _P.IMPORT_UNDO: _OFFICIALS,
    _P.ACCOUNT_MANAGE: _OFFICIALS,
    _P.ACCOUNT_SELF: dict.fromkeys(Role, Reach.OWN),
    _P.DEPUTY_APPOINT: {
        _R.DISTRICT_OFFICIAL: Reach.DIVISION,
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.SCHOOLS,
        _R.SCHOOL_CLERK: Reach.SCHOOLS,
    },
    _P.JOB_VIEW: {
        **dict.fromkeys(Role, Reach.OWN),
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
    },
    _P.REPORT_ISSUE: {
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
        _R.CITY_OFFICIAL: Reach.DIVISION,
        _R.DISTRICT_OFFICIAL: Reach.DIVISION,
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.COMMUNITIES,
    },
    _P.REPORT_VIEW: {
        _R.SYSTEM_ADMINISTRATOR: Reach.EVERYWHERE,
        _R.CITY_OFFICIAL: Reach.DIVISION,
        _R.DISTRICT_OFFICIAL: Reach.DIVISION,
        _R.VIEWER: Reach.DIVISION,
        _R.LEAD_SCHOOL_ADMINISTRATOR: Reach.COMMUNITIES,
        _R.SCHOOL_CLERK: Reach.COMMUNITIES,
    },
    _P.JOURNAL_VIEW: _OFFICIALS,
}


class Actor(Protocol):
    """Somebody who acts: an account, or the operator at the terminal."""

    @property
    def actor_id(self) -> int | None:
        """The account's id; None for the operator at the terminal."""

    @property
    def actor_name(self) -> str:
        """The name that the journal keeps as text."""

    @property
    def role(self) -> Role:
        """The actor's one role."""

    @property
    def city_id(self) -> int | None:
        """The city of the scope: the city itself, or that of the county or school."""

    @property
    def county_id(self) -> int | None:
        """The county of the scope; None for the scope of a city."""

    @property
    def school_id(self) -> int | None:
        """The school of the scope; None for the scope of a division."""

    @property
    def school_ids(self) -> frozenset[int]:
        """The schools for which the actor speaks today: its own, those that it succeeds, and those
        whose deputy it is."""

    @property
    def community_ids(self) -> frozenset[int]:
        """The communities in which these schools take part today."""


@dataclass(frozen=True)
class Place:
    """Where something is, as far as access goes; ids of divisions and of a community."""

    city_id: int | None = None
    county_id: int | None = None
    community_id: int | None = None
    # Of a school: its own id, and the communities in which it takes part.
    school_id: int | None = None
    community_ids: frozenset[int] = frozenset()
    # Counties (and their cities) whose schools take part in the community.
    participant_county_ids: frozenset[int] = frozenset()
    participant_city_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Operator:
    """The operator at the terminal, who has the machine and so may do everything."""

    actor_name: str
    actor_id: int | None = None
    role: Role = Role.SYSTEM_ADMINISTRATOR
    city_id: int | None = None
    county_id: int | None = None
    school_id: int | None = None
    school_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()


def allows(actor: Actor, permission: Permission, place: Place | None = None) -> bool:
    """Whether the actor may do this at that place; without a place, at any place at all."""
    reach = POLICY[permission].get(actor.role)
    if reach is None:
        return False
    if place is None or reach in (Reach.EVERYWHERE, Reach.OWN):
        return True
    if reach is Reach.SCHOOLS:
        return place.school_id in actor.school_ids
    if reach is Reach.COMMUNITIES:
        return _shares_a_community(actor, place)
    if _in_division(actor, place):
        return True
    return reach is Reach.PARTICIPATION and _takes_part(actor, place)


def _shares_a_community(actor: Actor, place: Place) -> bool:
    if place.school_id in actor.school_ids:
        return True
    return bool({place.community_id, *place.community_ids} & actor.community_ids)


def _in_division(actor: Actor, place: Place) -> bool:
    if actor.county_id is not None:
        return place.county_id == actor.county_id
    return actor.city_id is not None and place.city_id == actor.city_id


def _takes_part(actor: Actor, place: Place) -> bool:
    if actor.county_id is not None:
        return actor.county_id in place.participant_county_ids
    return actor.city_id in place.participant_city_ids


def require(
    actor: Actor,
    permission: Permission,
    place: Place | None = None,
    *,
    visible_by: Permission | None = None,
) -> None:
    """Let the actor pass, or raise.

    Raises NotFoundError when the place is not visible to the actor (rows of another county do
    not exist for it), AccessDeniedError when it is visible but this may not be done.
    `visible_by` is the permission that decides on visibility; by default the permission itself.
    """
    if allows(actor, permission, place):
        return
    may_see = allows(actor, visible_by or permission, place)
    if place is not None and not may_see and permission_is_held(actor, visible_by or permission):
        raise NotFoundError
    raise AccessDeniedError


def permission_is_held(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role has the permission anywhere."""
    return actor.role in POLICY[permission]
