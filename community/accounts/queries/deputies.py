"""Who speaks for a school besides its own people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import Deputy, UserAccount
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import known_at, session
from community.registry.models import School

_LATEST: Final = 50


@dataclass(frozen=True)
class DeputyRow:
    """An appointment: who speaks for which school, on which days, and by whose word."""

    id: int
    school_id: int
    school_name: str
    account_name: str
    account_school: str
    starts_on: date
    ends_on: date
    appointed_by: str
    revoked_at: datetime | None

    def is_over(self, today: date) -> bool:
        """Whether it has ended."""
        return self.revoked_at is not None or self.ends_on < today


@dataclass(frozen=True)
class DeputyChoice:
    """Somebody who could become the deputy of a school."""

    account_id: int
    name: str
    school_name: str


def deputy(deputy_id: int) -> Deputy | None:
    """One appointment."""
    return session().get(Deputy, deputy_id)


def _deputy_rows(condition: ColumnElement[bool]) -> Sequence[DeputyRow]:
    own, theirs = aliased(School), aliased(School)
    rows = session().execute(
        select(
            Deputy.id,
            Deputy.school_id,
            own.name.label("school_name"),
            UserAccount.display_name.label("account_name"),
            theirs.name.label("account_school"),
            Deputy.starts_on,
            Deputy.ends_on,
            Deputy.appointed_by,
            Deputy.revoked_at,
        )
        .join(own, own.id == Deputy.school_id)
        .join(UserAccount, UserAccount.id == Deputy.account_id)
        .join(theirs, theirs.id == UserAccount.school_id)
        .where(condition)
        .order_by(Deputy.starts_on.desc(), Deputy.id.desc())
        .limit(_LATEST)
    )
    return [DeputyRow(**row._asdict()) for row in rows]


def deputies_of_school(school_id: int) -> Sequence[DeputyRow]:
    """The appointments of a school, the latest first."""
    return _deputy_rows(Deputy.school_id == school_id)


def deputyships(account_id: int, today: date) -> Sequence[DeputyRow]:
    """The appointments of an account that are not over."""
    return _deputy_rows(
        and_(Deputy.account_id == account_id, Deputy.revoked_at.is_(None), Deputy.ends_on >= today)
    )


def is_deputy_then(school_id: int, account_id: int, first: date, last: date) -> bool:
    """Whether an account speaks for a school on any day from a first to a last one."""
    return bool(
        session().scalar(
            select(Deputy.id)
            .where(
                Deputy.school_id == school_id,
                Deputy.account_id == account_id,
                Deputy.revoked_at.is_(None),
                Deputy.starts_on <= last,
                Deputy.ends_on >= first,
            )
            .limit(1)
        )
    )


def possible_deputies(school_id: int, on: date) -> Sequence[DeputyChoice]:
    """The open accounts of other schools that are in a community with a school on a day."""
    mine, theirs = aliased(Membership), aliased(Membership)
    stay, other_stay = aliased(MembershipVersion), aliased(MembershipVersion)

    def is_in(part: type[Membership], version: type[MembershipVersion]) -> ColumnElement[bool]:
        return and_(
            version.membership_id == part.id,
            known_at(version, None),
            part.joined_on <= on,
            or_(version.left_on.is_(None), version.left_on >= on),
        )

    partners = (
        select(theirs.school_id)
        .join(mine, mine.community_id == theirs.community_id)
        .join(stay, is_in(mine, stay))
        .join(other_stay, is_in(theirs, other_stay))
        .where(mine.school_id == school_id, theirs.school_id != school_id)
    )
    rows = session().execute(
        select(UserAccount.id, UserAccount.display_name, School.name)
        .join(School, School.id == UserAccount.school_id)
        .where(UserAccount.school_id.in_(partners), UserAccount.disabled_at.is_(None))
        .order_by(School.name, UserAccount.display_name)
    )
    return [DeputyChoice(*row) for row in rows]
