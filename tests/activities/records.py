"""Records of a corner of the world, as a school would have reported them."""

from datetime import date
from typing import Any

from community.activities.models import Activity
from community.activities.rules import ActivityKind, ActivityState, Sheet
from tests.factories import (
    ActivityEvidenceFactory,
    ActivityFactory,
    ActivityReceiverFactory,
    ConfirmationFactory,
    ResourceTransferFactory,
    SharedTeachingSessionFactory,
    WalkingTeachingSessionFactory,
)
from tests.world import Corner

DETAILS = {
    Sheet.SHARED_TEACHING: SharedTeachingSessionFactory,
    Sheet.WALKING_TEACHING: WalkingTeachingSessionFactory,
    Sheet.RESOURCE_TRANSFERS: ResourceTransferFactory,
}
KINDS = {
    Sheet.SHARED_TEACHING: ActivityKind.SYNCHRONOUS_CLASS,
    Sheet.WALKING_TEACHING: ActivityKind.WALKING_TEACHING,
    Sheet.RESOURCE_TRANSFERS: ActivityKind.BOOKS,
}


def record(
    corner: Corner,
    held_on: date = date(2024, 10, 8),
    *,
    sheet: Sheet = Sheet.SHARED_TEACHING,
    is_confirmed: bool = True,
    is_proven: bool = True,
    receiver_id: int | None = None,
    details: dict[str, Any] | None = None,
    **columns: Any,
) -> int:
    """A record from the lead school to the rural member; answers with its id."""
    state = ActivityState.CONFIRMED if is_confirmed else ActivityState.SUBMITTED
    given: dict[str, Any] = {
        "sheet": sheet,
        "kind": KINDS[sheet],
        "mode": None if sheet is not Sheet.SHARED_TEACHING else "online",
        "periods_count": None if sheet is Sheet.RESOURCE_TRANSFERS else 2,
        "state": state,
        **columns,
    }
    activity: Activity = ActivityFactory.create(
        community=None,
        giver=None,
        community_id=corner.community_id,
        county_id=corner.county_id,
        provider_id=corner.lead_id,
        held_on=held_on,
        **given,
    )
    receiver = ActivityReceiverFactory.create(
        of=None, school=None, activity_id=activity.id, school_id=receiver_id or corner.member_id
    )
    if is_confirmed:
        ConfirmationFactory.create(
            of=None, county=None, receiver_id=receiver.id, county_id=corner.county_id
        )
    if is_proven:
        ActivityEvidenceFactory.create(of=None, activity_id=activity.id, county_id=corner.county_id)
    DETAILS[sheet].create(of=None, activity_id=activity.id, **(details or {}))
    return activity.id
