"""The rollups: figures of cells, worked out anew from the records whenever one of them changes.

Never an increment: a cell is what the records say, whatever order things happened in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    delete,
    extract,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    CommunityYearRollup,
    Confirmation,
    CountyMonthRollup,
)
from community.activities.queries.standing import (
    IS_CHECKED,
    IS_CONFIRMED,
    IS_COUNTED,
    IS_REPORTED,
    ON_FILE,
)
from community.activities.rules import ActivityKind, Amount, Levels
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import Base
from community.kernel.versions import batched
from community.registry.models import SchoolVersion

InColumn = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
Rollup = type[CountyMonthRollup] | type[CommunityYearRollup]
FIRST_MONTH: Final = 9  # of a school year
_CHUNK: Final = 500
# So many cells are touched by a load, not by a page.
_MANY: Final = 100
# What the standing of a record is read from.
_READ: Final[tuple[type[Base], ...]] = (
    *(Activity, ActivityReceiver, ActivityDecision, ActivityEvidence, Confirmation),
    *(Membership, MembershipVersion, SchoolVersion),
)
_LEVELS: Final = ("reported", "confirmed", "checked", "counted")
FIGURES: Final = tuple(
    f"{level}_{name}" for level in _LEVELS for name in ("count", "periods_count")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What an activity is counted under."""

    county_id: int
    community_id: int
    held_on: date
    kind: ActivityKind


def month_of(day: date) -> int:
    """A month as the rollup writes it: 202409."""
    return day.year * 100 + day.month


def first_year_of(day: date) -> int:
    """The year in which the school year of a day begins."""
    return day.year - (day.month < FIRST_MONTH)


def _year(day: ColumnElement[Any] | InstrumentedAttribute[date]) -> ColumnElement[int]:
    return cast(extract("year", day), Integer)


def _month(day: ColumnElement[Any] | InstrumentedAttribute[date]) -> ColumnElement[int]:
    return cast(extract("month", day), Integer)


_MONTH: Final = _year(Activity.held_on) * 100 + _month(Activity.held_on)
_FIRST_YEAR: Final = _year(Activity.held_on) - case(
    (_month(Activity.held_on) < FIRST_MONTH, 1), else_=0
)


# --- which cells ------------------------------------------------------------------------------


def cells_of(
    session: Session,
    *,
    activity_ids: Collection[int] = (),
    receiver_ids: Collection[int] = (),
    community_ids: Collection[int] = (),
    membership_ids: Collection[int] = (),
    school_ids: Collection[int] = (),
) -> set[Cell]:
    """The cells of activities; of the receivers' activities; and of all activities of communities:
    those named, those of the stays, and those in which the schools ever were."""
    receivers, stays = ActivityReceiver, Membership
    asked: tuple[tuple[Collection[int], InColumn, InColumn, InColumn | None], ...] = (
        (activity_ids, Activity.id, Activity.id, None),
        (receiver_ids, Activity.id, receivers.id, receivers.activity_id),
        (community_ids, Activity.community_id, Activity.community_id, None),
        (membership_ids, Activity.community_id, stays.id, stays.community_id),
        (school_ids, Activity.community_id, stays.school_id, stays.community_id),
    )
    found: set[Cell] = set()
    for ids, column, key, through in asked:
        for some in batched(ids, _CHUNK):
            wanted = some if through is None else select(through).where(key.in_(some))
            found |= _cells(session, column.in_(wanted))
    return found


def _cells(session: Session, condition: ColumnElement[bool]) -> set[Cell]:
    rows: Iterable[Any] = session.execute(
        select(Activity.county_id, Activity.community_id, Activity.held_on, Activity.kind)
        .where(condition, Activity.community_id.is_not(None))
        .distinct()
    )
    return {Cell(*row) for row in rows}


# --- working them out -------------------------------------------------------------------------


def refresh(session: Session, cells: Collection[Cell]) -> None:
    """Work out anew the cells of these activities: one range of months and years for all."""
    if not cells:
        return
    if len(cells) > _MANY:
        _make_ready(session)
    days = [cell.held_on for cell in cells]
    first, last = min(days), max(days)
    kinds = {cell.kind for cell in cells}
    _replace(
        session,
        CountyMonthRollup,
        {cell.county_id for cell in cells},
        (month_of(first), month_of(last)),
        (first.replace(day=1), _last_of_month(last)),
        kinds,
    )
    years = first_year_of(first), first_year_of(last)
    _replace(
        session,
        CommunityYearRollup,
        {cell.community_id for cell in cells},
        years,
        (date(years[0], FIRST_MONTH, 1), date(years[1] + 1, FIRST_MONTH - 1, 31)),
        kinds,
    )


def rebuild(session: Session) -> None:
    """Work out all cells of all records anew."""
    _make_ready(session)
    for rollup in (CountyMonthRollup, CommunityYearRollup):
        session.execute(delete(rollup))
        _insert(session, rollup, and_(True))


def _make_ready(session: Session) -> None:
    """Have PostgreSQL look at the tables first: after a large load it takes them for empty, and
    would read all confirmations anew for every record. Nor is one statement worth compiling."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(model.__tablename__ for model in _READ)
        session.execute(text(f"ANALYZE {names}"))
        session.execute(text("SET LOCAL jit = off"))


def _last_of_month(day: date) -> date:
    # 31 is past the end of some months: a day that is none of the next one either.
    return date.fromordinal(date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal() - 1)


def _replace(
    session: Session,
    rollup: Rollup,
    owners: Collection[int],
    units: tuple[int, int],
    days: tuple[date, date],
    kinds: Collection[ActivityKind],
) -> None:
    owner, unit = _keys(rollup)
    session.execute(
        delete(rollup).where(owner.in_(owners), unit.between(*units), rollup.kind.in_(kinds)),
        execution_options={"synchronize_session": False},
    )
    of_records = Activity.county_id if rollup is CountyMonthRollup else Activity.community_id
    _insert(
        session,
        rollup,
        and_(of_records.in_(owners), Activity.held_on.between(*days), Activity.kind.in_(kinds)),
    )


def _keys(rollup: Rollup) -> tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]:
    if rollup is CountyMonthRollup:
        return CountyMonthRollup.county_id, CountyMonthRollup.month
    return CommunityYearRollup.community_id, CommunityYearRollup.first_year


def _insert(session: Session, rollup: Rollup, condition: ColumnElement[bool]) -> None:
    owner, unit = _keys(rollup)
    names = [owner.key, unit.key, "kind", *FIGURES]
    session.execute(
        insert(rollup).from_select(names, _sums(rollup, condition)),
        execution_options={"synchronize_session": False},
    )


def _sums(rollup: Rollup, condition: ColumnElement[bool]) -> Select[Any]:
    """The figures of the cells, from the records. Each record's standing is asked but once."""
    of_county = rollup is CountyMonthRollup
    standing = (
        select(
            (Activity.county_id if of_county else Activity.community_id).label("owner"),
            (_MONTH if of_county else _FIRST_YEAR).label("unit"),
            Activity.kind.label("kind"),
            func.coalesce(Activity.periods_count, 0).label("periods"),
            IS_CONFIRMED.label("confirmed"),
            IS_CHECKED.label("checked"),
            IS_COUNTED.label("counted"),
        )
        .where(ON_FILE, IS_REPORTED, Activity.community_id.is_not(None), condition)
        .cte("standing")
        .prefix_with("MATERIALIZED")
    )
    of = standing.c
    figures: list[ColumnElement[Any]] = [func.count(), func.sum(of.periods)]
    for level in ("confirmed", "checked", "counted"):
        figures += [
            func.sum(case((of[level], 1), else_=0)),
            func.sum(case((of[level], of.periods), else_=0)),
        ]
    return select(of.owner, of.unit, of.kind, *figures).group_by(of.owner, of.unit, of.kind)


# --- reading ----------------------------------------------------------------------------------


def county_months(
    session: Session, county_ids: Collection[int], first_day: date, last_day: date
) -> Mapping[tuple[int, ActivityKind], Levels]:
    """Per month and kind the sums over some counties."""
    rows = session.execute(
        select(CountyMonthRollup.month, CountyMonthRollup.kind, *_summed(CountyMonthRollup))
        .where(
            CountyMonthRollup.county_id.in_(county_ids),
            CountyMonthRollup.month.between(month_of(first_day), month_of(last_day)),
        )
        .group_by(CountyMonthRollup.month, CountyMonthRollup.kind)
    )
    return {(month, kind): _levels(figures) for month, kind, *figures in rows}


def latest_day(
    session: Session, county_id: int | None, community_ids: Collection[int]
) -> date | None:
    """A day of the last month of a county, or of the last school year of some communities, that
    any record is of; None where there is none yet."""
    if county_id is not None:
        month = session.scalar(
            select(func.max(CountyMonthRollup.month)).where(
                CountyMonthRollup.county_id == county_id
            )
        )
        return date(month // 100, month % 100, 1) if month else None
    year = session.scalar(
        select(func.max(CommunityYearRollup.first_year)).where(
            CommunityYearRollup.community_id.in_(community_ids)
        )
    )
    return date(year, FIRST_MONTH, 1) if year else None


def community_years(
    session: Session, community_ids: Collection[int], first_year: int
) -> Mapping[tuple[int, ActivityKind], Levels]:
    """Per community and kind the figures of a school year."""
    rows = session.execute(
        select(
            CommunityYearRollup.community_id,
            CommunityYearRollup.kind,
            *(getattr(CommunityYearRollup, name) for name in FIGURES),
        ).where(
            CommunityYearRollup.community_id.in_(community_ids),
            CommunityYearRollup.first_year == first_year,
        )
    )
    return {(community_id, kind): _levels(figures) for community_id, kind, *figures in rows}


def all_cells(session: Session) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Every cell on file, by its table and key."""
    return {
        (rollup.__tablename__, *row[:3]): tuple(row[3:])
        for rollup in (CountyMonthRollup, CommunityYearRollup)
        for row in session.execute(
            select(*_keys(rollup), rollup.kind, *(getattr(rollup, name) for name in FIGURES))
        )
    }


def all_sums(session: Session) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Every cell as the records say it now, by its table and key."""
    return {
        (rollup.__tablename__, *row[:3]): tuple(map(int, row[3:]))
        for rollup in (CountyMonthRollup, CommunityYearRollup)
        for row in session.execute(_sums(rollup, and_(True)))
    }


def _summed(rollup: Rollup) -> list[ColumnElement[Any]]:
    return [cast(func.sum(getattr(rollup, name)), Integer) for name in FIGURES]


def _levels(figures: Iterable[int]) -> Levels:
    row = list(figures)
    amounts = {
        level: Amount(row[2 * place], row[2 * place + 1]) for place, level in enumerate(_LEVELS)
    }
    return Levels(**amounts)
