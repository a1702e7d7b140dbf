"""What an answer to records needs: the records, locked, with their receivers and what these have
said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from community.activities.models import Activity, ActivityReceiver, Confirmation
from community.activities.rules import ActivityState
from community.kernel.database import known_at


@dataclass
class Receiving:
    """A receiving school of a record, and what it has said as known today."""

    receiver: ActivityReceiver
    said: Confirmation | None

    @property
    def is_confirmed(self) -> bool:
        """Whether it has confirmed: a name without a day confirms nothing."""
        return self.said is not None and self.said.confirmed_on is not None


@dataclass
class Answerable:
    """A record on file, locked, with its receivers by school."""

    activity: Activity
    receivings: dict[int, Receiving] = field(default_factory=dict)

    @property
    def is_confirmed(self) -> bool:
        """Whether every receiver has confirmed."""
        return all(receiving.is_confirmed for receiving in self.receivings.values())

    @property
    def confirmed_by_ids(self) -> frozenset[int | None]:
        """The accounts that confirmed it on the web."""
        said = (receiving.said for receiving in self.receivings.values())
        return frozenset(one.confirmed_by_id for one in said if one is not None)


def answerable(session: Session, activity_ids: Collection[int]) -> dict[int, Answerable]:
    """The records on file with these ids, held until the transaction ends: two queries."""
    found = {
        activity.id: Answerable(activity)
        for activity in session.scalars(
            select(Activity)
            .where(
                Activity.id.in_(activity_ids),
                Activity.state != ActivityState.DRAFT,
                known_at(Activity, None),
            )
            .order_by(Activity.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    rows: Sequence[tuple[ActivityReceiver, Confirmation | None]] = [
        (receiver, said)
        for receiver, said in session.execute(
            select(ActivityReceiver, Confirmation)
            .outerjoin(
                Confirmation,
                and_(Confirmation.receiver_id == ActivityReceiver.id, known_at(Confirmation, None)),
            )
            .where(ActivityReceiver.activity_id.in_(found))
            .order_by(ActivityReceiver.activity_id, ActivityReceiver.position)
            .execution_options(populate_existing=True)
        )
    ]
    for receiver, said in rows:
        found[receiver.activity_id].receivings[receiver.school_id] = Receiving(receiver, said)
    return found
