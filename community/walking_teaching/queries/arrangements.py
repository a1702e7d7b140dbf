"""Standing arrangements: one, a list of them, and what their form offers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from community.access import Actor
from community.activities.rules import ActivityKind, Subject
from community.communities.models import Community, Membership, MembershipVersion
from community.kernel.database import known_at
from community.kernel.paging import Page, read_page
from community.registry.models import (
    School,
    SchoolDistrict,
    SchoolDistrictMember,
    SchoolYear,
    Term,
)
from community.walking_teaching.models import (
    PlannedVisit,
    WalkingTeachingArrangement,
)
from community.walking_teaching.queries.reach import is_within_reach
from community.walking_teaching.rules import ARRANGED_KINDS, FULL_TIME_KINDS, TermDays, VisitState

SENDER: Final = aliased(School)
RECEIVER: Final = aliased(School)


def arrangement(
    session: Session, arrangement_id: int, *, is_locked: bool = False
) -> WalkingTeachingArrangement | None:
    """An arrangement with its lines, schools and term; `is_locked` keeps others from changing it
    until the transaction ends."""
    wanted = (
        select(WalkingTeachingArrangement)
        .where(WalkingTeachingArrangement.id == arrangement_id)
        .options(
            selectinload(WalkingTeachingArrangement.slots),
            selectinload(WalkingTeachingArrangement.sender),
            selectinload(WalkingTeachingArrangement.receiver),
            selectinload(WalkingTeachingArrangement.term),
        )
    )
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def arrangement_of_form(session: Session, form_key: str) -> WalkingTeachingArrangement | None:
    """The arrangement that a form has already entered."""
    return session.scalar(select(WalkingTeachingArrangement).filter_by(form_key=form_key))


def community_of(session: Session, community_id: int | None) -> Community | None:
    """The community of an arrangement; None inside a school district."""
    return None if community_id is None else session.get(Community, community_id)


# --- the list -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArrangementFilter:
    """What a list of arrangements shows; empty means all."""

    text: str = ""
    kind: ActivityKind | None = None
    term_id: int | None = None
    community: str = ""
    state: str = ""  # running, unplanned

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "ArrangementFilter":
        """The filter of an address; what it does not know means all."""
        kind, term = given.get("kind", ""), given.get("term", "")
        return cls(
            text=given.get("q", "").strip()[:100],
            kind=ActivityKind(kind) if kind in ARRANGED_KINDS else None,
            term_id=int(term) if term.isdecimal() and len(term) < 10 else None,
            community=given.get("community", "").strip()[:40],
            state=given.get("state", ""),
        )


@dataclass(frozen=True)
class ArrangementRow:
    """An arrangement as a list shows it."""

    id: int
    kind: ActivityKind
    teacher_name: str
    staff_number: str
    sender: str
    receiver: str
    subject: Subject | None
    grade: str | None
    starts_on: date
    ends_on: date
    community_code: str | None
    visits: Mapping[VisitState, int]

    @property
    def is_full_time(self) -> bool:
        """Whether it has no weekly lessons, and so no visits."""
        return self.kind in FULL_TIME_KINDS

    @property
    def visits_count(self) -> int:
        """How many visits it has, without those that were moved: they stand on another day."""
        return sum(count for state, count in self.visits.items() if state is not VisitState.MOVED)


def arrangement_page(
    session: Session,
    actor: Actor,
    wanted: ArrangementFilter,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[ArrangementRow]:
    """A page of the arrangements within reach, the latest first."""
    model = WalkingTeachingArrangement
    statement = (
        select(
            model.id,
            model.kind,
            model.teacher_name,
            model.staff_number,
            SENDER.name.label("sender"),
            RECEIVER.name.label("receiver"),
            model.subject,
            model.grade,
            model.starts_on,
            model.ends_on,
            Community.code.label("community_code"),
        )
        .join(SENDER, SENDER.id == model.sender_id)
        .join(RECEIVER, RECEIVER.id == model.receiver_id)
        .outerjoin(Community, Community.id == model.community_id)
        .where(is_within_reach(actor), *_conditions(wanted))
    )
    page = read_page(
        statement, [model.starts_on, model.id], after=after, before=before, is_descending=True
    )
    visits = visit_states(session, [row.id for row in page.rows])
    rows = [ArrangementRow(**row._asdict(), visits=visits.get(row.id, {})) for row in page.rows]
    return Page(rows, page.before, page.after)


def _conditions(wanted: ArrangementFilter) -> list[ColumnElement[bool]]:
    model = WalkingTeachingArrangement
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        conditions.append(
            or_(
                is_teacher_called(wanted.text),
                *(_is_called(s, wanted.text) for s in (SENDER, RECEIVER)),
            )
        )
    if wanted.kind is not None:
        conditions.append(model.kind == wanted.kind)
    if wanted.term_id is not None:
        conditions.append(model.term_id == wanted.term_id)
    if wanted.community:
        conditions.append(Community.code == wanted.community)
    if wanted.state == "unplanned":
        planned = select(PlannedVisit.id).where(PlannedVisit.arrangement_id == model.id)
        conditions += [~planned.exists(), model.slots.any()]
    return conditions


def is_teacher_called(text: str) -> ColumnElement[bool]:
    """The arrangement's teacher has this staff number, or a name with this in it, in characters or
    in pinyin."""
    model = WalkingTeachingArrangement
    return or_(
        model.staff_number == text,
        model.teacher_name.icontains(text, autoescape=True),
        model.pinyin.icontains("".join(text.lower().split()), autoescape=True),
    )


def _is_called(school: Any, text: str) -> ColumnElement[bool]:
    return or_(
        school.code == text,
        school.name.icontains(text, autoescape=True),
        school.short_name.icontains(text, autoescape=True),
        school.pinyin.icontains("".join(text.lower().split()), autoescape=True),
    )


def is_at_school(text: str) -> ColumnElement[bool]:
    """One of the arrangement's two schools is called so."""
    return or_(_is_called(SENDER, text), _is_called(RECEIVER, text))


def visit_states(session: Session, ids: Collection[int]) -> Mapping[int, Mapping[VisitState, int]]:
    """How many visits of each state arrangements have."""
    found: dict[int, dict[VisitState, int]] = {}
    rows = session.execute(
        select(PlannedVisit.arrangement_id, PlannedVisit.state, func.count())
        .where(PlannedVisit.arrangement_id.in_(ids))
        .group_by(PlannedVisit.arrangement_id, PlannedVisit.state)
    )
    for arrangement_id, state, count in rows:
        found.setdefault(arrangement_id, {})[state] = count
    return found


# --- what the form offers -----------------------------------------------------------------------


def terms_on_file(session: Session) -> list[TermDays]:
    """All terms, the latest first."""
    rows = session.execute(
        select(
            Term.id,
            Term.number,
            SchoolYear.name,
            Term.starts_on,
            Term.ends_on,
            SchoolYear.ends_on,
        )
        .join(SchoolYear, SchoolYear.id == Term.school_year_id)
        .order_by(Term.starts_on.desc())
    )
    return [TermDays(*row) for row in rows]


@dataclass(frozen=True)
class Fellow:
    """A school of one of the actor's communities or school districts; no code: of a district."""

    school_id: int
    school_name: str
    school_pinyin: str
    county_id: int
    community_id: int | None
    community_code: str | None
    group_name: str  # of the community or district


def fellows(
    session: Session, school_ids: Collection[int], community_ids: Collection[int], on: date
) -> list[Fellow]:
    """The schools with which an actor's schools can arrange something on a day."""
    members = (
        select(
            School.id,
            School.name,
            School.pinyin,
            Community.county_id,
            Community.id,
            Community.code,
            Community.name,
        )
        .join(Membership, Membership.school_id == School.id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(Community, Community.id == Membership.community_id)
        .where(
            Membership.community_id.in_(community_ids),
            known_at(MembershipVersion, None),
            Membership.joined_on <= on,
            or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= on),
        )
        .distinct()
        .order_by(Community.code, School.name, School.id)
    )
    found = [Fellow(*row) for row in session.execute(members)]
    own = select(SchoolDistrictMember.school_district_id).where(
        SchoolDistrictMember.school_id.in_(school_ids), _belongs(on)
    )
    neighbours = (
        select(School.id, School.name, School.pinyin, School.county_id, SchoolDistrict.name)
        .join(SchoolDistrictMember, SchoolDistrictMember.school_id == School.id)
        .join(SchoolDistrict, SchoolDistrict.id == SchoolDistrictMember.school_district_id)
        .where(SchoolDistrictMember.school_district_id.in_(own), _belongs(on))
        .distinct()
        .order_by(SchoolDistrict.name, School.name, School.id)
    )
    found += [
        Fellow(school_id, name, pinyin, county_id, None, None, district)
        for school_id, name, pinyin, county_id, district in session.execute(neighbours)
    ]
    return found


def _belongs(on: date) -> ColumnElement[bool]:
    return and_(
        known_at(SchoolDistrictMember, None),
        SchoolDistrictMember.joined_on <= on,
        or_(SchoolDistrictMember.left_on.is_(None), SchoolDistrictMember.left_on >= on),
    )


def known_teachers(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """(staff number, name) of the teachers within reach, for a form; the latest 200."""
    model = WalkingTeachingArrangement
    rows = session.execute(
        select(model.staff_number, model.teacher_name)
        .where(is_within_reach(actor))
        .group_by(model.staff_number, model.teacher_name)
        .order_by(func.max(model.id).desc())
        .limit(200)
    )
    return [(number, name) for number, name in rows]
