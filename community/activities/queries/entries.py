"""Forms being filled in, and what they may be filled in with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.activities.models import Activity, ActivityEvidence, SavedEntry
from community.activities.rules import Sheet
from community.activities.rules.entries import (
    ABOUT,
    FILLED,
    CommunityChoice,
    EntryContent,
    EntryOnFile,
    SchoolChoice,
    Suggestion,
)
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel.database import known_at
from community.kernel.paging import Page, read_page
from community.registry.models import School, SchoolDistrictMember, SchoolVersion, SchoolYear
from community.registry.queries import present
from community.registry.rules import SchoolType

MOST_SUGGESTED = 60  # of one field
_ROWS_LOOKED_AT = 400
# Of a saved table, how many rows are filled in, as text; NULL of the form of one record.
FILLED_ROWS: Final[ColumnElement[str]] = SavedEntry.fields[(FILLED, 0)].as_string()
# What a form is about, as far as that has been typed.
SAID: Final[ColumnElement[str]] = func.coalesce(
    *(SavedEntry.fields[(name, 0)].as_string() for name in ABOUT)
)


# --- saved forms ------------------------------------------------------------------------------


def saved_entry(session: Session, form_key: str, *, is_locked: bool = False) -> SavedEntry | None:
    """A saved form; `is_locked` keeps others from changing it until the transaction ends."""
    wanted = select(SavedEntry).where(SavedEntry.form_key == form_key)
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def latest_table(
    session: Session, account_id: int, sheet: Sheet, community_id: int | None
) -> str | None:
    """The key of the table that an account saved last of a ledger, for a community or any."""
    wanted = select(SavedEntry.form_key).where(
        SavedEntry.account_id == account_id,
        SavedEntry.sheet == sheet,
        FILLED_ROWS.is_not(None),
    )
    if community_id is not None:
        wanted = wanted.where(SavedEntry.community_id == community_id)
    return session.scalar(
        wanted.order_by(SavedEntry.saved_at.desc(), SavedEntry.id.desc()).limit(1)
    )


def saved_correction(session: Session, account_id: int, activity_id: int) -> str | None:
    """The key of the form in which an account corrects a record already."""
    return session.scalar(
        select(SavedEntry.form_key)
        .where(SavedEntry.account_id == account_id, SavedEntry.replaces_id == activity_id)
        .order_by(SavedEntry.id)
        .limit(1)
    )


def entry_on_file(found: SavedEntry) -> EntryOnFile:
    """A saved form, apart from the session."""
    content = EntryContent(found.sheet, found.fields, found.community_id, found.replaces_id)
    return EntryOnFile(found.form_key, content, found.saved_at, found.saved_from, found.revision)


def saved_count(session: Session, account_id: int) -> int:
    """How many forms an account has saved."""
    wanted = select(func.count()).where(SavedEntry.account_id == account_id)
    return session.scalar(wanted) or 0


def entry_page(
    account_id: int, *, after: str | None = None, before: str | None = None
) -> Page[Row[*tuple[Any, ...]]]:
    """An account's saved forms, the latest first, with the name of their community."""
    return read_page(
        select(
            SavedEntry.id,
            SavedEntry.form_key,
            SavedEntry.sheet,
            SavedEntry.fields,
            SavedEntry.saved_at,
            SavedEntry.replaces_id,
            Community.code.label("community_code"),
            Community.name.label("community_name"),
        )
        .outerjoin(Community, Community.id == SavedEntry.community_id)
        .where(SavedEntry.account_id == account_id),
        [SavedEntry.saved_at, SavedEntry.id],
        after=after,
        before=before,
        is_descending=True,
    )


def references_of(session: Session, activity_id: int) -> list[str]:
    """The archive numbers and links that prove a record."""
    wanted = select(ActivityEvidence.reference).where(
        ActivityEvidence.activity_id == activity_id,
        ActivityEvidence.attachment_id.is_(None),
        known_at(ActivityEvidence, None),
    )
    return list(session.scalars(wanted.order_by(ActivityEvidence.id)))


# --- what may be chosen -----------------------------------------------------------------------


def communities_of_ids(session: Session, ids: Collection[int]) -> list[CommunityChoice]:
    """Communities by code."""
    rows = session.execute(
        select(Community.id, Community.code, Community.name)
        .where(Community.id.in_(ids))
        .order_by(Community.code)
    )
    return [CommunityChoice(*row) for row in rows]


def schools_of_community(session: Session, community_id: int, day: date) -> list[SchoolChoice]:
    """The schools that are in a community on a day and open, by name."""
    inside = (
        select(Membership.school_id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .where(
            Membership.community_id == community_id,
            Membership.joined_on <= day,
            or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= day),
            known_at(MembershipVersion, None),
        )
    )
    return _schools(session, School.id.in_(inside), day)


def districts_of(session: Session, school_ids: Collection[int], day: date) -> frozenset[int]:
    """The school districts to which some schools belong on a day."""
    return frozenset(
        session.scalars(
            _belonging(day, SchoolDistrictMember.school_district_id).where(
                SchoolDistrictMember.school_id.in_(school_ids)
            )
        )
    )


def schools_of_districts(
    session: Session, district_ids: Collection[int], day: date
) -> list[SchoolChoice]:
    """The schools of some school districts on a day, by name."""
    inside = _belonging(day, SchoolDistrictMember.school_id).where(
        SchoolDistrictMember.school_district_id.in_(district_ids)
    )
    return _schools(session, School.id.in_(inside), day)


def _belonging(day: date, column: InstrumentedAttribute[int]) -> Select[int]:
    return select(column).where(
        SchoolDistrictMember.joined_on <= day,
        or_(SchoolDistrictMember.left_on.is_(None), SchoolDistrictMember.left_on >= day),
        known_at(SchoolDistrictMember, None),
    )


def _schools(session: Session, which: ColumnElement[bool], day: date) -> list[SchoolChoice]:
    closed_on = present(SchoolVersion.closed_on, day)
    rows = session.execute(
        select(School.id, School.name, School.pinyin, present(SchoolVersion.type, day))
        .where(which, or_(closed_on.is_(None), closed_on >= day))
        .order_by(School.name, School.id)
    )
    return [
        SchoolChoice(id_, name, pinyin, type_ == SchoolType.KINDERGARTEN)
        for id_, name, pinyin, type_ in rows
    ]


# --- what is offered --------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggested:
    """The columns of a ledger's own table whose values a form offers, by field; `beside` is the
    column that goes with a field (the staff number of a teacher)."""

    activity_id: InstrumentedAttribute[int]
    columns: Mapping[str, InstrumentedAttribute[Any]]
    beside: Mapping[str, InstrumentedAttribute[Any]]


def suggestions(
    session: Session, wanted: Suggested, community_id: int, first_day: date
) -> dict[str, list[Suggestion]]:
    """What the latest records of a community since a day have in these columns; one query."""
    pairs = [(name, column, wanted.beside.get(name)) for name, column in wanted.columns.items()]
    columns: list[Any] = []
    for _, column, beside in pairs:
        columns += [column, column if beside is None else beside]
    rows: Sequence[Any] = session.execute(
        select(*columns)
        .join(Activity, Activity.id == wanted.activity_id)
        .where(
            Activity.community_id == community_id,
            Activity.held_on >= first_day,
            known_at(Activity, None),
        )
        .order_by(Activity.held_on.desc(), Activity.id.desc())
        .limit(_ROWS_LOOKED_AT)
    ).all()
    found: dict[str, list[Suggestion]] = {}
    for place, (name, _, beside) in enumerate(pairs):
        seen = dict.fromkeys(
            Suggestion(str(row[2 * place]), "" if beside is None else str(row[2 * place + 1]))
            for row in rows
            if row[2 * place]
        )
        found[name] = list(seen)[:MOST_SUGGESTED]
    return found


def first_day_of_school_year(session: Session, day: date) -> date | None:
    """The day on which the school year of a day began."""
    return session.scalar(select(func.max(SchoolYear.starts_on)).where(SchoolYear.starts_on <= day))


def latest_reported(session: Session, account_id: int, sheet: Sheet) -> Activity | None:
    """The record that an account reported last in a ledger."""
    return session.scalar(
        select(Activity)
        .where(Activity.reported_by_id == account_id, Activity.sheet == sheet)
        .order_by(Activity.id.desc())
        .limit(1)
    )
