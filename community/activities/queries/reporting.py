"""What a report on the web is held against: its schools and its day, and records like it."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
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


def activities_of_forms(session: Session, form_keys: Collection[str]) -> list[Activity]:
    """The records that some forms have already reported."""
    wanted = select(Activity).where(Activity.form_key.in_(form_keys)).order_by(Activity.id)
    return list(session.scalars(wanted))


def county_of_draft(session: Session, draft: ActivityDraft) -> int | None:
    """The county whose ledger a draft belongs to: the community's, else that of the provider."""
    if draft.community_id is None:
        return session.scalar(select(School.county_id).where(School.id == draft.provider_id))
    return session.scalar(select(Community.county_id).where(Community.id == draft.community_id))


def days_on_file(session: Session, days: Collection[date], today: date) -> dict[date, ReportedDay]:
    """What the school years on file say of some days."""
    years: Sequence[Any] = session.execute(select(SchoolYear.starts_on, SchoolYear.ends_on)).all()
    first_day = min((year.starts_on for year in years), default=None)
    return {
        day: ReportedDay(
            today, first_day, any(year.starts_on <= day <= year.ends_on for year in years)
        )
        for day in days
    }


def parties_on(
    session: Session, school_ids: Collection[int], community_id: int | None, day: date
) -> dict[int, Party]:
    """Schools as they stood on a day, as known today; in four queries."""
    return parties_on_days(session, school_ids, community_id, [day])[day]


def parties_on_days(
    session: Session, school_ids: Collection[int], community_id: int | None, days: Collection[date]
) -> dict[date, dict[int, Party]]:
    """Schools as they stood on some days, as known today; in four queries."""
    names = dict(
        session.execute(select(School.id, School.name).where(School.id.in_(school_ids))).all()
    )
    versions = _versions(session, school_ids)
    members = _members(session, school_ids, community_id) if community_id else ()
    districts = _districts(session, school_ids)
    return {day: _parties_on(day, names, versions, members, districts) for day in days}


def _parties_on(
    day: date,
    names: Mapping[int, str],
    versions: Sequence[Any],
    members: Sequence[Any],
    districts: Sequence[Any],
) -> dict[int, Party]:
    held = holding_on(day, ((row.school_id, row.held_from, row) for row in versions))
    present = {row.school_id: row for row in held}
    inside = {row.school_id for row in members if _covers(row, day)}
    belonging: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for row in districts:
        if _covers(row, day):
            belonging[row.school_id] |= {row.school_district_id}
    return {
        school_id: Party(
            school_id,
            name,
            is_member=school_id in inside and _was_open(present.get(school_id), day),
            district_ids=belonging[school_id],
            is_kindergarten=_is_kindergarten(present.get(school_id)),
        )
        for school_id, name in names.items()
    }


def _covers(row: Any, day: date) -> bool:
    """Whether a stay holds on a day."""
    return bool(row.joined_on <= day) and (row.left_on is None or bool(day <= row.left_on))


def _was_open(version: Any, day: date) -> bool:
    return version is not None and (version.closed_on is None or day <= version.closed_on)


def _is_kindergarten(version: Any) -> bool:
    return version is not None and version.type is SchoolType.KINDERGARTEN


def _versions(session: Session, school_ids: Collection[int]) -> Sequence[Any]:
    return session.execute(
        select(
            SchoolVersion.school_id,
            SchoolVersion.held_from,
            SchoolVersion.type,
            SchoolVersion.closed_on,
        )
        .where(SchoolVersion.school_id.in_(school_ids), known_at(SchoolVersion, None))
        .order_by(SchoolVersion.school_id, SchoolVersion.held_from)
    ).all()


def _members(session: Session, school_ids: Collection[int], community_id: int) -> Sequence[Any]:
    return session.execute(
        select(Membership.school_id, Membership.joined_on, MembershipVersion.left_on)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(
            Membership.community_id == community_id,
            Membership.school_id.in_(school_ids),
            known_at(MembershipVersion, None),
        )
    ).all()


def _districts(session: Session, school_ids: Collection[int]) -> Sequence[Any]:
    return session.execute(
        select(
            SchoolDistrictMember.school_id,
            SchoolDistrictMember.school_district_id,
            SchoolDistrictMember.joined_on,
            SchoolDistrictMember.left_on,
        ).where(
            SchoolDistrictMember.school_id.in_(school_ids), known_at(SchoolDistrictMember, None)
        )
    ).all()


@dataclass(frozen=True)
class Alike:
    """For each of several drafts what it is recognised by, and the records on file like it."""

    keys: Sequence[Hashable]
    ids: Sequence[tuple[int, ...]]


def activities_alike(
    session: Session, drafts: Sequence[tuple[ActivityDraft, str]], *, but: int | None = None
) -> Alike:
    """Records on file of the same day, subject, schools and teacher (of a transfer: goods) as
    drafts of one ledger; in two queries."""
    own_id, own_text = what_tells_apart(drafts[0][0].sheet)
    rows: Sequence[Any] = session.execute(
        select(
            Activity.id,
            Activity.provider_id,
            Activity.held_on,
            Activity.subject,
            own_text.label("text"),
        )
        .where(
            own_id == Activity.id,
            Activity.provider_id.in_({draft.provider_id for draft, _ in drafts}),
            Activity.held_on.in_({draft.held_on for draft, _ in drafts}),
            Activity.sheet == drafts[0][0].sheet,
            Activity.state != ActivityState.WITHDRAWN,
            Activity.id != (but or 0),
            known_at(Activity, None),
        )
        .order_by(Activity.id)
    ).all()
    receivers: dict[int, set[int]] = defaultdict(set)
    for activity_id, school_id in session.execute(
        select(ActivityReceiver.activity_id, ActivityReceiver.school_id).where(
            ActivityReceiver.activity_id.in_([row.id for row in rows])
        )
    ):
        receivers[activity_id].add(school_id)
    found: dict[Hashable, tuple[int, ...]] = {}
    for row in rows:
        key = _likeness(row.provider_id, row.held_on, row.subject, row.text, receivers[row.id])
        found[key] = (*found.get(key, ()), row.id)
    keys = [
        _likeness(draft.provider_id, draft.held_on, draft.subject, text, draft.receiver_ids)
        for draft, text in drafts
    ]
    return Alike(keys, [found.get(key, ()) for key in keys])


def _likeness(
    provider_id: int,
    held_on: date,
    subject: str | None,
    told_apart_by: str | None,
    receiver_ids: Collection[int],
) -> Hashable:
    text = fold(told_apart_by or "")
    return provider_id, held_on, subject, text, frozenset(receiver_ids)
