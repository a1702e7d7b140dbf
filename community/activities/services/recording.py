"""The use cases that all activity records share: build new ones, amend those on file."""

from collections.abc import Sequence
from typing import Any, Final

from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import (
    ActivityDraft,
    ActivityState,
    Amendment,
    build_confirmation,
    is_confirmed_by_all,
)
from community.kernel.database import session
from community.kernel.facts import Knowledge, Step
from community.kernel.versions import (
    Closing,
    Stamp,
    batched,
    build_versions,
    close_all,
    flush_numbered,
    put_columns,
    rows_by_id,
)

# How many new records are handed to the database at once: bounds the memory of an import.
BATCH_SIZE: Final = 2_000


def build_activity(
    draft: ActivityDraft, identity: str, knowledge: Knowledge, stamp: Stamp
) -> Activity:
    """A new record with its receivers, their confirmations and its evidence, not yet added."""
    known = Step(knowledge.since(draft.held_on), {})
    county_id = draft.county_id
    (activity,) = build_versions(
        Activity,
        (known,),
        stamp,
        sheet=draft.sheet,
        kind=draft.kind,
        county_id=county_id,
        community_id=draft.community_id,
        held_on=draft.held_on,
        mode=draft.mode,
        subject=draft.subject,
        periods_count=draft.periods,
        half_days_count=draft.half_days,
        provider_id=draft.provider_id,
        state=(ActivityState.CONFIRMED if is_confirmed_by_all(draft) else ActivityState.SUBMITTED),
        identity=identity,
        note=draft.note,
        receivers=[],
        evidence=[],
    )
    for position, school_id in enumerate(draft.receiver_ids):
        plan = build_confirmation(draft, position, knowledge)
        activity.receivers.append(
            ActivityReceiver(
                school_id=school_id,
                position=position,
                confirmations=build_versions(
                    Confirmation, plan.steps if plan else (), stamp, county_id=county_id
                ),
            )
        )
    for reference in draft.evidence:
        activity.evidence.extend(
            build_versions(
                ActivityEvidence, (known,), stamp, county_id=county_id, reference=reference
            )
        )
    return activity


def amend_activities(amendments: Sequence[Amendment], stamp: Stamp) -> list[dict[str, Any]]:
    """Write changed confirmations and evidence; the caller has asked for permission and journals.

    Answers with the former values of columns that were changed in place.
    """
    closing = Closing()
    for amendment in amendments:
        for _, plan in amendment.confirmations:
            closing.add(Confirmation, plan)
        for _, plan in amendment.evidence:
            closing.add(ActivityEvidence, plan)
    close_all(session(), closing, stamp)
    restores = _change_columns(amendments)
    for some in batched(amendments, BATCH_SIZE):
        for amendment in some:
            _add_versions(amendment, stamp)
        flush_numbered(session())
    return restores


def _change_columns(amendments: Sequence[Amendment]) -> list[dict[str, Any]]:
    changed = {a.activity_id: a.columns for a in amendments if a.columns}
    return [
        put_columns(activity, changed[activity.id])
        for activity in rows_by_id(session(), Activity, changed)
    ]


def _add_versions(amendment: Amendment, stamp: Stamp) -> None:
    for receiver_id, plan in amendment.confirmations:
        session().add_all(
            build_versions(
                Confirmation,
                plan.steps,
                stamp,
                receiver_id=receiver_id,
                county_id=amendment.county_id,
            )
        )
    for reference, plan in amendment.evidence:
        session().add_all(
            build_versions(
                ActivityEvidence,
                plan.steps,
                stamp,
                activity_id=amendment.activity_id,
                county_id=amendment.county_id,
                reference=reference,
            )
        )
