"""What waits for somebody: sources that features declare, counted and listed alike.

A source is one statement, so that the menu can count all of them in a single query and a list can
page by key; whoever has a new kind of waiting adds a source.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from community.access import Actor, Permission, permission_is_held
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityReceiver,
    Confirmation,
    Reminder,
    SavedEntry,
)
from community.activities.queries.entries import FILLED_ROWS, SAID
from community.activities.queries.lists import ActivityRow, activity_rows
from community.activities.queries.rollups import FIRST_MONTH, first_year_of
from community.activities.queries.standing import ON_FILE
from community.activities.rules import (
    DAYS_UNTIL_ON_BEHALF,
    ActivityState,
    DecisionKind,
    Move,
)
from community.activities.rules.entries import table_words
from community.kernel import clock
from community.kernel.database import known_at
from community.kernel.i18n import N_, Message, gettext, label
from community.kernel.paging import KeyColumn, Page, read_page
from community.registry.models import School

# A statement, whatever its columns.
Statement = Select[*tuple[Any, ...]]
_A_DAY: Final = timedelta(days=1)
# More are not counted: whoever has so many to do reads "99+".
COUNTED: Final = 99


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: since when, what, where it is answered, and why it is the reader's.

    `ticket` is what a tick beside it sends; None where it is answered one by one.
    """

    since: date
    title: str
    detail: str
    why: Message
    endpoint: str
    values: Mapping[str, object]
    ticket: str | None = None
    is_urgent: bool = False


@dataclass(frozen=True)
class Source:
    """A kind of things that wait; texts are msgids.

    `listed` is the statement of an actor's things, which selects the columns of `key`, oldest
    first; None: the actor can have none. `describe` makes rows of it readable.
    """

    key: str
    title: str
    explanation: str
    permission: Permission
    listed: Callable[[Actor], Statement | None]
    order: tuple[KeyColumn, ...]
    describe: Callable[[Session, Sequence[Any]], list[Waiting]]
    move: Move | None = None  # that can be made with several at once


_sources: Final[dict[str, Source]] = {}


def add_source(source: Source) -> None:
    """Add a source; the same key again replaces it. They stand in the order in which they came."""
    _sources[source.key] = source


def sources_of(actor: Actor) -> dict[str, tuple[Source, Statement]]:
    """The sources of an actor, each with its statement."""
    found = {}
    for key, source in _sources.items():
        if permission_is_held(actor, source.permission):
            statement = source.listed(actor)
            if statement is not None:
                found[key] = (source, statement)
    return found


def waiting_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How much waits for an actor, by source: exact up to `COUNTED`, one more beyond. One query."""
    found = sources_of(actor)
    if not found:
        return {}
    counts = [
        select(func.count())
        .select_from(statement.order_by(None).limit(COUNTED + 1).subquery())
        .scalar_subquery()
        .label(key)
        for key, (_source, statement) in found.items()
    ]
    return dict(zip(found, session.execute(select(*counts)).one(), strict=True))


def waiting_page(
    session: Session,
    source: Source,
    statement: Statement,
    *,
    size: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Waiting]:
    """A page of what waits, oldest first."""
    page = read_page(statement, source.order, after=after, before=before, size=size)
    return Page(source.describe(session, page.rows), page.before, page.after)


# --- records ------------------------------------------------------------------------------------


def _reported_by(school_ids: Collection[int]) -> ColumnElement[bool]:
    """Records whose reporting side are these schools; each way has its index."""
    return or_(
        Activity.reported_by_school_id.in_(school_ids),
        and_(Activity.reported_by_school_id.is_(None), Activity.provider_id.in_(school_ids)),
    )


def _not_reported_by(actor: Actor) -> ColumnElement[bool]:
    is_other = or_(Activity.reported_by_id.is_(None), Activity.reported_by_id != actor.actor_id)
    side = func.coalesce(Activity.reported_by_school_id, Activity.provider_id)
    return and_(side.not_in(actor.school_ids), is_other)


def _not_confirmed_by(actor: Actor) -> ColumnElement[bool]:
    return not_(
        exists().where(
            ActivityReceiver.activity_id == Activity.id,
            Confirmation.receiver_id == ActivityReceiver.id,
            Confirmation.confirmed_by_id == actor.actor_id,
            known_at(Confirmation, None),
        )
    )


IS_UNANSWERED: Final = not_(
    exists().where(
        Confirmation.receiver_id == ActivityReceiver.id,
        Confirmation.confirmed_on.is_not(None),
        known_at(Confirmation, None),
    )
)


def unanswered() -> Statement:
    """Records that wait for a receiving school, one row for each record and school."""
    return (
        select(
            Activity.id,
            Activity.held_on,
            ActivityReceiver.school_id,
            School.name.label("school_name"),
        )
        .join(ActivityReceiver, ActivityReceiver.activity_id == Activity.id)
        .join(School, School.id == ActivityReceiver.school_id)
        .where(
            ON_FILE,
            Activity.state == ActivityState.SUBMITTED,
            Activity.held_on <= clock.today(),
            IS_UNANSWERED,
        )
    )


def _to_confirm(actor: Actor) -> Statement | None:
    if not actor.school_ids:
        return None
    return unanswered().where(
        ActivityReceiver.school_id.in_(actor.school_ids), _not_reported_by(actor)
    )


def _returned(actor: Actor) -> Statement | None:
    if not actor.school_ids:
        return None
    return select(Activity.id, Activity.held_on).where(
        ON_FILE, Activity.state == ActivityState.RETURNED, _reported_by(actor.school_ids)
    )


def _since_last_year() -> ColumnElement[bool]:
    """Of this school year and the one before: what is older is settled, or in an audit's hands."""
    return Activity.held_on >= date(first_year_of(clock.today()) - 1, FIRST_MONTH, 1)


def _to_check(actor: Actor) -> Statement | None:
    if actor.county_id is None or actor.school_id is not None:
        return None
    return select(Activity.id, Activity.held_on).where(
        Activity.county_id == actor.county_id,
        ON_FILE,
        Activity.state == ActivityState.CONFIRMED,
        _since_last_year(),
        _not_reported_by(actor),
        _not_confirmed_by(actor),
    )


def _on_behalf(actor: Actor) -> Statement | None:
    if actor.county_id is None or actor.school_id is not None:
        return None
    return unanswered().where(
        Activity.county_id == actor.county_id,
        _since_last_year(),
        # The fourteenth day after the one on which it was reported has begun.
        Activity.recorded_at < clock.start_of_day(clock.today() - DAYS_UNTIL_ON_BEHALF + _A_DAY),
        _not_reported_by(actor),
    )


def _described(
    session: Session, rows: Sequence[Any], why: Callable[[Any, ActivityRow], Waiting]
) -> list[Waiting]:
    """The rows in their order, each made readable with what its record is."""
    records = {row.id: row for row in activity_rows(session, {row.id for row in rows})}
    return [why(row, records[row.id]) for row in rows]


def _title(record: ActivityRow) -> str:
    words = [label(record.kind), label(record.subject) if record.subject else ""]
    return " · ".join(filter(None, [*words, record.text.title]))


def _detail(record: ActivityRow) -> str:
    receivers = gettext(", ").join(receiver.name for receiver in record.receivers)
    return f"{record.provider} → {receivers}"


def _describe_to_confirm(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    reminders = reminders_of(session, {row.id for row in rows})

    def why(row: Any, record: ActivityRow) -> Waiting:
        reminded = reminders.get((row.id, row.school_id), ())
        said = Message(
            N_("%(school)s is named as a receiving school.")
            if not reminded
            else N_(
                "%(school)s is named as a receiving school. Reminded %(count)d times, last on "
                "%(day)s."
            ),
            {"school": row.school_name, "count": len(reminded), "day": max(reminded, default="")},
        )
        return Waiting(
            row.held_on,
            _title(record),
            _detail(record),
            said,
            "activities.activity",
            {"activity_id": row.id},
            f"{row.id}-{row.school_id}",
            bool(reminded),
        )

    return _described(session, rows, why)


def _describe_returned(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    found = session.execute(
        select(
            ActivityDecision.activity_id, ActivityDecision.reason, ActivityDecision.decided_by_name
        ).where(
            ActivityDecision.activity_id.in_([row.id for row in rows]),
            ActivityDecision.kind == DecisionKind.RETURNED,
            known_at(ActivityDecision, None),
        )
    )
    reasons = {activity_id: (reason, name) for activity_id, reason, name in found}

    def why(row: Any, record: ActivityRow) -> Waiting:
        reason, name = reasons.get(row.id, ("", ""))
        said = Message(
            N_("Your side reported it, and %(name)s returned it: %(reason)s"),
            {"name": name, "reason": reason},
        )
        where = {"activity_id": row.id}
        return Waiting(
            row.held_on, _title(record), _detail(record), said, "activities.activity", where
        )

    return _described(session, rows, why)


def _describe_to_check(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    def why(row: Any, record: ActivityRow) -> Waiting:
        return Waiting(
            row.held_on,
            _title(record),
            _detail(record),
            Message(N_("Every receiving school has confirmed it.")),
            "activities.activity",
            {"activity_id": row.id},
            f"{row.id}-0",
        )

    return _described(session, rows, why)


def _describe_on_behalf(session: Session, rows: Sequence[Any]) -> list[Waiting]:
    def why(row: Any, record: ActivityRow) -> Waiting:
        return Waiting(
            row.held_on,
            _title(record),
            _detail(record),
            Message(N_("%(school)s has not answered for 14 days."), {"school": row.school_name}),
            "activities.activity",
            {"activity_id": row.id},
        )

    return _described(session, rows, why)


# --- forms being filled in ----------------------------------------------------------------------


def _drafts(actor: Actor) -> Statement | None:
    if actor.actor_id is None:
        return None
    return select(
        SavedEntry.id,
        SavedEntry.saved_at,
        SavedEntry.form_key,
        SavedEntry.sheet,
        FILLED_ROWS.label("filled"),
        SAID.label("said"),
    ).where(SavedEntry.account_id == actor.actor_id)


def _describe_drafts(_session: Session, rows: Sequence[Any]) -> list[Waiting]:
    return [
        Waiting(
            clock.day_of(row.saved_at),
            label(row.sheet),
            (row.said or "") if row.filled is None else str(table_words(row.filled)),
            Message(N_("You have begun to fill it in, and have not reported it.")),
            "activities.entry" if row.filled is None else "grids.table",
            {"form_key": row.form_key},
        )
        for row in rows
    ]


# --- reminders ----------------------------------------------------------------------------------


def reminders_of(
    session: Session, activity_ids: Collection[int]
) -> dict[tuple[int, int], list[date]]:
    """On which days receiving schools were reminded of records, by record and school."""
    rows = session.execute(
        select(Reminder.activity_id, Reminder.school_id, Reminder.reminded_on)
        .where(Reminder.activity_id.in_(activity_ids))
        .order_by(Reminder.reminded_on)
    )
    found: dict[tuple[int, int], list[date]] = {}
    for activity_id, school_id, day in rows:
        found.setdefault((activity_id, school_id), []).append(day)
    return found


def reminded_today(
    session: Session, school_ids: Collection[int], today: date
) -> dict[int, set[int]]:
    """Of which records schools were reminded on a day, by school."""
    rows = session.execute(
        select(Reminder.school_id, Reminder.activity_id).where(
            Reminder.school_id.in_(school_ids), Reminder.reminded_on == today
        )
    )
    found: dict[int, set[int]] = {}
    for school_id, activity_id in rows:
        found.setdefault(school_id, set()).add(activity_id)
    return found


def unanswered_rows(session: Session, actor: Actor, most: int) -> Sequence[Any]:
    """What others have not answered that the actor's side reported, or that lies in its county;
    oldest first."""
    if actor.school_id is None:
        wanted = unanswered().where(Activity.county_id == actor.county_id, _since_last_year())
    else:
        wanted = unanswered().where(_reported_by(actor.school_ids))
    ordered = wanted.order_by(Activity.held_on, Activity.id, ActivityReceiver.school_id)
    return session.execute(ordered.limit(most)).all()


_RECORDS: Final = (Activity.held_on, Activity.id)
_RECEIPTS: Final = (Activity.held_on, Activity.id, ActivityReceiver.school_id)

add_source(
    Source(
        "returned",
        N_("Returned to you"),
        N_("A receiving school found something wrong. Correct it, withdraw it, or answer."),
        Permission.ACTIVITY_REPORT,
        _returned,
        _RECORDS,
        _describe_returned,
    )
)
add_source(
    Source(
        "to_confirm",
        N_("To confirm"),
        N_("Your school is said to have received this. It counts once you confirm it."),
        Permission.ACTIVITY_CONFIRM,
        _to_confirm,
        _RECEIPTS,
        _describe_to_confirm,
        Move.CONFIRM,
    )
)
add_source(
    Source(
        "to_check",
        N_("To check"),
        N_("Confirmed records of this school year and the last one that nobody has checked yet."),
        Permission.ACTIVITY_CHECK,
        _to_check,
        _RECORDS,
        _describe_to_check,
        Move.CHECK,
    )
)
add_source(
    Source(
        "on_behalf",
        N_("Without an answer for 14 days"),
        N_("Remind the school, or confirm on its behalf from a signed paper."),
        Permission.ACTIVITY_CONFIRM_ON_BEHALF,
        _on_behalf,
        _RECEIPTS,
        _describe_on_behalf,
    )
)
add_source(
    Source(
        "drafts",
        N_("Saved for later"),
        N_("Forms that you have begun. Nobody else sees them."),
        Permission.ACTIVITY_REPORT,
        _drafts,
        (SavedEntry.saved_at, SavedEntry.id),
        _describe_drafts,
    )
)
