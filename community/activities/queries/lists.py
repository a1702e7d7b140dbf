"""Lists of activities, newest first, as known today."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.queries.evidence import has_shared_file
from community.activities.queries.ledgers import RecordText, is_called, record_texts
from community.activities.queries.standing import (
    EXCLUSION,
    IS_CHECKED,
    IS_CONFIRMED,
    IS_COUNTED,
    IS_REPORTED,
    ON_FILE,
)
from community.activities.rules import (
    ActivityKind,
    ActivityState,
    Exclusion,
    Mode,
    Sheet,
    Subject,
)
from community.communities.models import Community
from community.exports.rules import COUNTED
from community.kernel.database import known_at
from community.kernel.paging import Page, read_page
from community.kernel.versions import batched
from community.registry.models import Division, School, SchoolYear
from community.registry.rules import DivisionKind

CHUNK: Final = 500


@dataclass(frozen=True)
class Scope:
    """Where a list looks: in a county, or in some communities; days included."""

    first_day: date
    last_day: date
    county_id: int | None = None
    community_ids: frozenset[int] = frozenset()
    # Beside the communities: what these schools did outside of any.
    school_ids: frozenset[int] = frozenset()

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same as SQL; each way has its index."""
        days = Activity.held_on.between(self.first_day, self.last_day)
        if self.county_id is not None:
            return and_(Activity.county_id == self.county_id, days)
        inside = Activity.community_id.in_(self.community_ids)
        return and_(or_(inside, self._outside) if self.school_ids else inside, days)

    @property
    def _outside(self) -> ColumnElement[bool]:
        received = select(ActivityReceiver.activity_id).where(
            ActivityReceiver.school_id.in_(self.school_ids)
        )
        return and_(
            Activity.community_id.is_(None),
            or_(Activity.provider_id.in_(self.school_ids), Activity.id.in_(received)),
        )


@dataclass(frozen=True)
class ActivityFilter:
    """What a list of activities shows of its scope; empty means all."""

    sheet: Sheet | None = None
    kind: ActivityKind | None = None
    state: ActivityState | None = None
    is_counted: bool | None = None
    exclusion: Exclusion | None = None
    school: str = ""  # code, or a part of the name
    side: str = ""  # provider, receiver
    month: int | None = None
    text: str = ""
    subjects: frozenset[Subject] = frozenset()  # those whose name contains the text
    shares_file: bool = False  # a file of theirs is on another record too


@dataclass(frozen=True)
class Confirmed:
    """A receiving school, and when it confirmed, as known today."""

    school_id: int
    name: str
    confirmer: str | None = None
    confirmed_on: date | None = None
    is_on_behalf: bool = False
    confirmed_by_id: int | None = None
    known_from: datetime | None = None
    paper_reference: str | None = None


@dataclass(frozen=True)
class ActivityRow:
    """An activity as a list shows it."""

    id: int
    held_on: date
    sheet: Sheet
    kind: ActivityKind
    mode: Mode | None
    subject: Subject | None
    periods: int | None
    note: str | None
    state: ActivityState
    is_reported: bool
    is_confirmed: bool
    is_checked: bool
    exclusion: Exclusion | None
    community_id: int | None
    community_code: str
    community_name: str
    provider: str
    receivers: tuple[Confirmed, ...] = ()
    evidence: tuple[str, ...] = ()
    text: RecordText = field(default_factory=RecordText)
    reasons: tuple[str, ...] = ()  # of decisions in force

    @property
    def is_counted(self) -> bool:
        """Whether it counts."""
        return self.exclusion is None

    @property
    def confirmed_count(self) -> int:
        """How many receivers have confirmed."""
        return sum(receiver.confirmed_on is not None for receiver in self.receivers)


def activities_listed(scope: Scope, wanted: ActivityFilter) -> Select[Any]:
    """The activities of a scope that a filter lets pass."""
    return _described_columns().where(scope.condition, ON_FILE, *_conditions(wanted))


def activity_row(session: Session, activity_id: int) -> ActivityRow:
    """One activity, whether it is on file today or was once."""
    statement = _described_columns().where(Activity.id == activity_id)
    return described(session, [session.execute(statement).one()])[0]


def activity_rows(session: Session, ids: Collection[int]) -> list[ActivityRow]:
    """Activities by their ids, by day, without evidence and reasons."""
    statement = _described_columns().where(Activity.id.in_(ids))
    ordered = statement.order_by(Activity.held_on, Activity.id)
    return _named(session, session.execute(ordered).all())


def _described_columns() -> Select[Any]:
    return (
        select(
            Activity.id,
            Activity.held_on,
            Activity.sheet,
            Activity.kind,
            Activity.mode,
            Activity.subject,
            Activity.periods_count.label("periods"),
            Activity.note,
            Activity.state,
            IS_REPORTED.label("is_reported"),
            and_(IS_REPORTED, IS_CONFIRMED).label("is_confirmed"),
            and_(IS_REPORTED, IS_CHECKED).label("is_checked"),
            EXCLUSION.label("exclusion"),
            Activity.community_id,
            func.coalesce(Community.code, "").label("community_code"),
            func.coalesce(Community.name, "").label("community_name"),
            School.name.label("provider"),
        )
        .join(School, School.id == Activity.provider_id)
        .outerjoin(Community, Community.id == Activity.community_id)
    )


def activity_days(scope: Scope, wanted: ActivityFilter) -> Select[date]:
    """The days of the activities that a filter lets pass, one for each, to be counted."""
    return select(Activity.held_on).where(scope.condition, ON_FILE, *_conditions(wanted))


def activity_page(
    session: Session,
    scope: Scope,
    wanted: ActivityFilter,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[ActivityRow]:
    """A page of activities, newest first, without their evidence and the reasons of decisions:
    the list on the page does not show them."""
    page = read_page(
        activities_listed(scope, wanted),
        [Activity.held_on, Activity.id],
        after=after,
        before=before,
        is_descending=True,
    )
    return Page(_named(session, page.rows), page.before, page.after)


def all_activities(session: Session, scope: Scope, wanted: ActivityFilter) -> Iterator[ActivityRow]:
    """Every activity of a filter, newest first, read while it is used."""
    statement = activities_listed(scope, wanted)
    ordered = statement.order_by(Activity.held_on.desc(), Activity.id.desc())
    for some in batched(session.execute(ordered).all(), CHUNK):
        yield from described(session, some)


def days_of(session: Session, scope: Scope, wanted: ActivityFilter) -> Mapping[date, int]:
    """How many activities of a filter lie on each day; of more than `COUNTED` altogether only
    the first so many, and one more, are looked at."""
    days = activity_days(scope, wanted).limit(COUNTED + 1).subquery()
    rows = session.execute(select(days.c.held_on, func.count()).group_by(days.c.held_on))
    return dict(rows.all())


# --- conditions -------------------------------------------------------------------------------


def _conditions(wanted: ActivityFilter) -> Iterator[ColumnElement[bool]]:
    yield from _facts(wanted)
    if wanted.shares_file:
        yield has_shared_file()


def _facts(wanted: ActivityFilter) -> Iterator[ColumnElement[bool]]:
    plain: tuple[tuple[ColumnElement[Any], Any], ...] = (
        (Activity.sheet.expression, wanted.sheet),
        (Activity.kind.expression, wanted.kind),
        (Activity.state.expression, wanted.state),
    )
    for column, value in plain:
        if value is not None:
            yield column == value
    if wanted.month is not None:
        yield func.extract("month", Activity.held_on) == wanted.month
    if wanted.exclusion is not None:
        yield EXCLUSION.in_((wanted.exclusion.value,))
    elif wanted.is_counted is not None:
        yield IS_COUNTED if wanted.is_counted else ~IS_COUNTED
    if wanted.school:
        yield _of_school(wanted.school, wanted.side)
    if wanted.text:
        pattern = _pattern(wanted.text)
        yield or_(
            Activity.subject.in_(wanted.subjects),
            Activity.note.ilike(pattern, escape="\\"),
            is_called(pattern),
        )


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _of_school(text: str, side: str) -> ColumnElement[bool]:
    schools = select(School.id).where(
        or_(
            School.code == text,
            School.name.ilike(_pattern(text), escape="\\"),
            School.short_name.ilike(_pattern(text), escape="\\"),
            School.pinyin.ilike(_pattern(text.lower()), escape="\\"),
        )
    )
    gives = Activity.provider_id.in_(schools)
    takes = exists().where(
        ActivityReceiver.activity_id == Activity.id, ActivityReceiver.school_id.in_(schools)
    )
    return {"provider": gives, "receiver": takes}.get(side, or_(gives, takes))


# --- what stands beside -----------------------------------------------------------------------


def described(session: Session, rows: Iterable[Any]) -> list[ActivityRow]:
    """Rows of `activities_listed` with all that belongs to them: a fixed number of queries."""
    found = _named(session, rows)
    ids = [row.id for row in found]
    evidence = evidence_of(session, ids)
    reasons = _reasons(session, ids)
    return [
        replace(
            row,
            evidence=tuple(evidence.get(row.id, ())),
            reasons=tuple(reasons.get(row.id, ())),
        )
        for row in found
    ]


def _named(session: Session, rows: Iterable[Any]) -> list[ActivityRow]:
    """Rows of `activities_listed` with their receivers and what they are called."""
    found = list(rows)
    ids = [row.id for row in found]
    receivers = receivers_of(session, ids)
    texts = record_texts(session, ids)
    return [
        ActivityRow(
            **{
                **row._mapping,  # noqa: SLF001 - public, named so beside the columns
                "subject": Subject(row.subject) if row.subject else None,
                "exclusion": Exclusion(row.exclusion) if row.exclusion else None,
            },
            receivers=tuple(receivers.get(row.id, ())),
            text=texts.get(row.id, RecordText()),
        )
        for row in found
    ]


def receivers_of(session: Session, ids: Collection[int]) -> dict[int, list[Confirmed]]:
    """The receivers of activities in order, each with its confirmation."""
    rows: Iterable[Any] = session.execute(
        select(
            ActivityReceiver.activity_id,
            School.id,
            School.name,
            Confirmation.confirmer_name,
            Confirmation.confirmed_on,
            func.coalesce(Confirmation.is_on_behalf, False),
            Confirmation.confirmed_by_id,
            Confirmation.known_from,
            Confirmation.paper_reference,
        )
        .join(School, School.id == ActivityReceiver.school_id)
        .outerjoin(
            Confirmation,
            and_(Confirmation.receiver_id == ActivityReceiver.id, known_at(Confirmation, None)),
        )
        .where(ActivityReceiver.activity_id.in_(ids))
        .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
    )
    found: dict[int, list[Confirmed]] = {}
    for activity_id, *values in rows:
        found.setdefault(activity_id, []).append(Confirmed(*values))
    return found


def evidence_of(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    """The evidence of activities, in the order in which it came."""
    rows = session.execute(
        select(ActivityEvidence.activity_id, ActivityEvidence.reference)
        .where(ActivityEvidence.activity_id.in_(ids), known_at(ActivityEvidence, None))
        .order_by(ActivityEvidence.id)
    )
    found: dict[int, list[str]] = {}
    for activity_id, reference in rows:
        found.setdefault(activity_id, []).append(reference)
    return found


def _reasons(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(ActivityDecision.activity_id, ActivityDecision.reason)
        .where(
            ActivityDecision.activity_id.in_(ids),
            ActivityDecision.reason.is_not(None),
            known_at(ActivityDecision, None),
        )
        .order_by(ActivityDecision.id)
    )
    found: dict[int, list[str]] = {}
    for activity_id, reason in rows:
        found.setdefault(activity_id, []).append(reason or "")
    return found


# --- what can be chosen -----------------------------------------------------------------------


def school_years(session: Session) -> Sequence[SchoolYear]:
    """The school years, the latest first."""
    return session.scalars(select(SchoolYear).order_by(SchoolYear.starts_on.desc())).all()


def county(session: Session, code: str) -> Division | None:
    """A county by its code."""
    return session.scalar(
        select(Division).where(Division.code == code, Division.kind == DivisionKind.COUNTY)
    )


def first_county(session: Session, county_id: int | None, city_id: int | None) -> Division | None:
    """The county with this id, else the first of the city, else the first of all."""
    counties = select(Division).where(Division.kind == DivisionKind.COUNTY).order_by(Division.code)
    if county_id is not None:
        counties = counties.where(Division.id == county_id)
    elif city_id is not None:
        counties = counties.where(Division.parent_id == city_id)
    return session.scalar(counties.limit(1))


def counties_beside(session: Session, city_id: int | None) -> Sequence[Division]:
    """The counties of a city, by code."""
    return session.scalars(
        select(Division)
        .where(Division.parent_id == city_id, Division.kind == DivisionKind.COUNTY)
        .order_by(Division.code)
    ).all()


def communities_of(
    session: Session, county_id: int | None, community_ids: Collection[int]
) -> Sequence[Row[str, str]]:
    """Code and name of the communities of a county, or of some communities, by code."""
    wanted: ColumnElement[bool] = Community.id.in_(community_ids)
    if county_id is not None:
        wanted = Community.county_id == county_id
    return session.execute(
        select(Community.code, Community.name).where(wanted).order_by(Community.code)
    ).all()
