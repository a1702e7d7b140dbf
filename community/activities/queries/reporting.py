"""What a report on the web is held against: its schools and its day, and records like it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from community.activities.models import Activity, ActivityReceiver
from community.activities.queries.ledgers import what_tells_apart
from community.activities.rules import ActivityDraft, ActivityState, Party, ReportedDay
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel.database import known_at
from community.kernel.held import holding_on
from community.kernel.workbook import fold
from community.registry.models import School, SchoolDistrictMember, SchoolVersion, SchoolYear
from community.registry.rules import SchoolType


def activity_of_form(session: Session, form_key: str) -> Activity | None:
    """The record that a form has already reported."""
    return session.scalar(select(Activity).where(Activity.form_key == form_key))


def county_of_draft(session: Session, draft: ActivityDraft) -> int | None:
    """The county whose ledger a draft belongs to: the community's, else that of the provider."""
    if draft.community_id is None:
        return session.scalar(select(School.county_id).where(School.id == draft.provider_id))
    return session.scalar(select(Community.county_id).where(Community.id == draft.community_id))


def day_on_file(session: Session, day: date, today: date) -> ReportedDay:
    """What the school years on file say of a day."""
    first_day, covering = session.execute(
        select(
            func.min(SchoolYear.starts_on),
            select(func.count())
            .where(SchoolYear.starts_on <= day, SchoolYear.ends_on >= day)
            .scalar_subquery(),
        )
    ).one()
    return ReportedDay(today, first_day, bool(covering))


def parties_on(
    session: Session, school_ids: Collection[int], community_id: int | None, day: date
) -> dict[int, Party]:
    """Schools as they stood on a day, as known today; in four queries."""
    names: Iterable[Row[int, str]] = session.execute(
        select(School.id, School.name).where(School.id.in_(school_ids))
    )
    versions = _versions_on(session, school_ids, day)
    members = members_on(session, school_ids, community_id, day) if community_id else frozenset()
    districts = _districts_on(session, school_ids, day)
    return {
        school_id: Party(
            school_id,
            name,
            is_member=school_id in members and _was_open(versions.get(school_id), day),
            district_ids=districts[school_id],
            is_kindergarten=_is_kindergarten(versions.get(school_id)),
        )
        for school_id, name in names
    }


def _was_open(version: Any, day: date) -> bool:
    return version is not None and (version.closed_on is None or day <= version.closed_on)


def _is_kindergarten(version: Any) -> bool:
    return version is not None and version.type is SchoolType.KINDERGARTEN


def _versions_on(session: Session, school_ids: Collection[int], day: date) -> dict[int, Any]:
    rows = session.execute(
        select(
            SchoolVersion.school_id,
            SchoolVersion.held_from,
            SchoolVersion.type,
            SchoolVersion.closed_on,
        )
        .where(SchoolVersion.school_id.in_(school_ids), known_at(SchoolVersion, None))
        .order_by(SchoolVersion.school_id, SchoolVersion.held_from)
    )
    held = holding_on(day, ((row.school_id, row.held_from, row) for row in rows))
    return {row.school_id: row for row in held}


def members_on(
    session: Session, school_ids: Collection[int], community_id: int, day: date
) -> frozenset[int]:
    """Which of these schools had joined the community on a day and had not left it."""
    return frozenset(
        session.scalars(
            select(Membership.school_id)
            .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
            .where(
                Membership.community_id == community_id,
                Membership.school_id.in_(school_ids),
                Membership.joined_on <= day,
                or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= day),
                known_at(MembershipVersion, None),
            )
        )
    )


def _districts_on(
    session: Session, school_ids: Collection[int], day: date
) -> defaultdict[int, frozenset[int]]:
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for school_id, district_id in session.execute(
        select(SchoolDistrictMember.school_id, SchoolDistrictMember.school_district_id).where(
            SchoolDistrictMember.school_id.in_(school_ids),
            SchoolDistrictMember.joined_on <= day,
            or_(SchoolDistrictMember.left_on.is_(None), SchoolDistrictMember.left_on >= day),
            known_at(SchoolDistrictMember, None),
        )
    ):
        found[school_id] |= {district_id}
    return found


def activities_alike(
    session: Session, draft: ActivityDraft, told_apart_by: str, *, but: int | None = None
) -> tuple[int, ...]:
    """Records on file of the same day, subject, schools and teacher (of a transfer: goods)."""
    own_id, own_text = what_tells_apart(draft.sheet)
    rows = session.execute(
        select(Activity.id, own_text)
        .where(
            own_id == Activity.id,
            Activity.provider_id == draft.provider_id,
            Activity.held_on == draft.held_on,
            Activity.sheet == draft.sheet,
            Activity.subject == draft.subject,
            Activity.state != ActivityState.WITHDRAWN,
            Activity.id != (but or 0),
            known_at(Activity, None),
        )
        .order_by(Activity.id)
    )
    alike = [id_ for id_, text in rows if fold(text or "") == fold(told_apart_by)]
    receivers: dict[int, set[int]] = defaultdict(set)
    for activity_id, school_id in session.execute(
        select(ActivityReceiver.activity_id, ActivityReceiver.school_id).where(
            ActivityReceiver.activity_id.in_(alike)
        )
    ):
        receivers[activity_id].add(school_id)
    return tuple(id_ for id_ in alike if receivers[id_] == set(draft.receiver_ids))
