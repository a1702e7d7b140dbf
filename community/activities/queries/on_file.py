"""What is on file of activities."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import ActivityOnFile, ReceiverOnFile, Sheet
from community.kernel.database import known_at
from community.kernel.facts import FactOnFile

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A part of a ledger: some communities, from one day to another, both included."""

    sheet: Sheet
    community_ids: Collection[int]
    first_day: date
    last_day: date

    def of(self, statement: AnySelect) -> AnySelect:
        """The statement, which joins `Activity`, for this part and as known today."""
        return statement.where(
            Activity.sheet == self.sheet,
            Activity.community_id.in_(self.community_ids),
            Activity.held_on.between(self.first_day, self.last_day),
            known_at(Activity, None),
        )


def activities_on_file(session: Session, ledger: Ledger) -> list[ActivityOnFile]:
    """The activities of a part of a ledger, oldest record first, in a fixed number of queries."""
    receivers = _receivers(session, ledger)
    evidence: dict[int, dict[str, FactOnFile]] = defaultdict(dict)
    former: dict[int, dict[str, datetime]] = defaultdict(dict)
    files: dict[int, set[str]] = defaultdict(set)
    for activity_id, version_id, reference, known_from, known_until, file in session.execute(
        ledger.of(
            select(
                ActivityEvidence.activity_id,
                ActivityEvidence.id,
                ActivityEvidence.reference,
                ActivityEvidence.known_from,
                ActivityEvidence.known_until,
                ActivityEvidence.attachment_id,
            )
            .join(Activity, Activity.id == ActivityEvidence.activity_id)
            .where(ActivityEvidence.is_undone.is_(False))
            .order_by(ActivityEvidence.id)
        )
    ):
        if known_until is None:
            evidence[activity_id][reference] = FactOnFile(version_id, known_from, {})
            if file is not None:
                files[activity_id].add(reference)
        else:
            before = former[activity_id].get(reference, known_until)
            former[activity_id][reference] = max(before, known_until)
    rows: Iterable[Any] = session.execute(
        ledger.of(
            select(Activity.id, Activity.identity, Activity.state, Activity.note).order_by(
                Activity.id
            )
        )
    )
    return [
        ActivityOnFile(
            id=activity_id,
            identity=identity,
            state=state,
            note=note,
            receivers=tuple(receivers.get(activity_id, ())),
            evidence=evidence.get(activity_id, {}),
            former_evidence=former.get(activity_id, {}),
            files=frozenset(files.get(activity_id, ())),
        )
        for activity_id, identity, state, note in rows
    ]


def _receivers(session: Session, ledger: Ledger) -> dict[int, list[ReceiverOnFile]]:
    """The receivers of activities in order, each with the confirmation known today."""
    ended = (
        select(Confirmation.receiver_id, func.max(Confirmation.known_until).label("at"))
        .where(Confirmation.known_until.is_not(None), Confirmation.is_undone.is_(False))
        .group_by(Confirmation.receiver_id)
        .subquery()
    )
    found: dict[int, list[ReceiverOnFile]] = defaultdict(list)
    for activity_id, receiver_id, version_id, known_from, name, day, ended_at in session.execute(
        ledger.of(
            select(
                ActivityReceiver.activity_id,
                ActivityReceiver.id,
                Confirmation.id,
                Confirmation.known_from,
                Confirmation.confirmer_name,
                Confirmation.confirmed_on,
                ended.c.at,
            )
            .join(Activity, Activity.id == ActivityReceiver.activity_id)
            .outerjoin(
                Confirmation,
                and_(Confirmation.receiver_id == ActivityReceiver.id, known_at(Confirmation, None)),
            )
            .outerjoin(ended, ended.c.receiver_id == ActivityReceiver.id)
            .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
        )
    ):
        confirmation = None
        if version_id is not None:
            values = {"confirmer_name": name, "confirmed_on": day}
            confirmation = FactOnFile(version_id, known_from, values)
        found[activity_id].append(ReceiverOnFile(receiver_id, confirmation, ended_at))
    return found
