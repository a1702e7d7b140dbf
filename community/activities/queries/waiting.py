"""The records that wait for somebody: to confirm, to correct, to check, and forms begun."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from community.access import Actor, Permission
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityReceiver,
    Confirmation,
    SavedEntry,
)
from community.activities.queries.entries import FILLED_ROWS, SAID
from community.activities.queries.lists import ActivityRow, activity_rows
from community.activities.queries.reminders import reminders_of
from community.activities.queries.sources import (
    COUNTY,
    READER,
    SCHOOLS,
    TODAY,
    Source,
    Statement,
    Waiting,
    add_source,
    begin_of_last_year,
    has_an_account,
    oversees_a_county,
    speaks_for_schools,
)
from community.activities.queries.standing import ON_FILE
from community.activities.rules import (
    ActivityState,
    DecisionKind,
    Move,
)
from community.activities.rules.entries import table_words
from community.kernel import clock
from community.kernel.database import known_at
from community.kernel.i18n import N_, Message, gettext, label
from community.registry.models import School


def _reported_by(school_ids: Collection[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """Records whose reporting side are these schools; each way has its index."""
    return or_(
        Activity.reported_by_school_id.in_(school_ids),
        and_(Activity.reported_by_school_id.is_(None), Activity.provider_id.in_(school_ids)),
    )


_NOT_REPORTED_BY_READER: Final = and_(
    func.coalesce(Activity.reported_by_school_id, Activity.provider_id).not_in(SCHOOLS),
    or_(Activity.reported_by_id.is_(None), Activity.reported_by_id != READER),
)
_NOT_CONFIRMED_BY_READER: Final = not_(
    exists().where(
        ActivityReceiver.activity_id == Activity.id,
        Confirmation.receiver_id == ActivityReceiver.id,
        Confirmation.confirmed_by_id == READER,
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


def unanswered(today: date | BindParameter[Any] | None = None) -> Statement:
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
            Activity.held_on <= (clock.today() if today is None else today),
            IS_UNANSWERED,
        )
    )


_TO_CONFIRM: Final = unanswered(TODAY).where(
    ActivityReceiver.school_id.in_(SCHOOLS), _NOT_REPORTED_BY_READER
)
_RETURNED: Final = select(Activity.id, Activity.held_on).where(
    ON_FILE, Activity.state == ActivityState.RETURNED, _reported_by(SCHOOLS)
)


_IN_COUNTY: Final = and_(Activity.county_id == COUNTY, Activity.held_on >= bindparam("since"))
_TO_CHECK: Final = select(Activity.id, Activity.held_on).where(
    _IN_COUNTY,
    ON_FILE,
    Activity.state == ActivityState.CONFIRMED,
    _NOT_REPORTED_BY_READER,
    _NOT_CONFIRMED_BY_READER,
)
_ON_BEHALF: Final = unanswered(TODAY).where(
    _IN_COUNTY, Activity.recorded_at < bindparam("on_behalf_before"), _NOT_REPORTED_BY_READER
)


def _described(
    session: Session, rows: Sequence[Any], why: Callable[[Any, ActivityRow], Waiting]
) -> list[Waiting]:
    """The rows in their order, each made readable with what its record is."""
    records = {row.id: row for row in activity_rows(session, {row.id for row in rows})}
    return [why(row, records[row.id]) for row in rows]


def _title(record: ActivityRow) -> str:
    words = [label(record.kind).capitalize(), label(record.subject) if record.subject else ""]
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


_DRAFTS: Final = select(
    SavedEntry.id,
    SavedEntry.saved_at,
    SavedEntry.form_key,
    SavedEntry.sheet,
    FILLED_ROWS.label("filled"),
    SAID.label("said"),
).where(SavedEntry.account_id == READER)


def _describe_drafts(_session: Session, rows: Sequence[Any]) -> list[Waiting]:
    return [
        Waiting(
            clock.day_of(row.saved_at),
            label(row.sheet).capitalize(),
            (row.said or "") if row.filled is None else str(table_words(row.filled)),
            Message(N_("You have begun to fill it in, and have not reported it.")),
            "activities.entry" if row.filled is None else "grids.table",
            {"form_key": row.form_key},
        )
        for row in rows
    ]


def unanswered_rows(session: Session, actor: Actor, most: int) -> Sequence[Any]:
    """What others have not answered that the actor's side reported, or that lies in its county;
    oldest first."""
    if actor.school_id is None:
        wanted = unanswered().where(
            Activity.county_id == actor.county_id,
            Activity.held_on >= begin_of_last_year(clock.today()),
        )
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
        speaks_for_schools,
        _RETURNED,
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
        speaks_for_schools,
        _TO_CONFIRM,
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
        oversees_a_county,
        _TO_CHECK,
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
        oversees_a_county,
        _ON_BEHALF,
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
        has_an_account,
        _DRAFTS,
        (SavedEntry.saved_at, SavedEntry.id),
        _describe_drafts,
    )
)
