"""Giving back what was lent, as the borrower states it and the owner confirms."""

from community.access import Actor, Permission, Place, require
from community.activities.models import Activity
from community.activities.queries import locked_activity
from community.activities.rules import Sheet, check_reason
from community.activities.services import activity_record
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, build_versions, close
from community.resource_transfers.models import LoanReturn
from community.resource_transfers.queries import lines as queries
from community.resource_transfers.rules import ReturnDraft, check_return
from community.resource_transfers.services.receiving import lines_as_rows, settle


def state_return(
    activity_id: int,
    position: int,
    draft: ReturnDraft,
    *,
    actor: Actor,
    form_key: str | None = None,
) -> None:
    """A borrower states what it has given back of a line; the owner is asked to confirm it.

    The same form sent again states nothing more. Raises NotFoundError, AccessDeniedError,
    RuleViolationError.
    """
    if form_key is not None:
        hold("loan_return", form_key)
        if queries.return_of_form(session(), form_key) is not None:
            return
    activity = _locked(activity_id, actor=actor)
    facts = queries.line_facts(session(), [activity_id])
    line = next((line for line in facts if line.position == position), None)
    if line is None:
        raise NotFoundError
    school_id = next((s for s in line.receiver_ids if s in actor.school_ids), None)
    if school_id is None:
        raise AccessDeniedError(N_("Only the school that borrowed this can give it back."))
    require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
    check_return(draft, line, school_id, clock.today())
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="transfer.return_stated"):
        row = lines_as_rows({activity_id: facts})[activity_id][position]
        session().add_all(
            build_versions(
                LoanReturn,
                [Step(stamp.recorded_at, {})],
                stamp,
                line_id=row.id,
                county_id=activity.county_id,
                number=queries.last_number(session(), row.id) + 1,
                school_id=school_id,
                quantity=draft.quantity,
                returned_on=draft.returned_on,
                condition=draft.condition,
                note=(draft.note or "").strip() or None,
                stated_by_name=actor.actor_name,
                form_key=form_key,
            )
        )


def confirm_return(activity_id: int, return_id: int, *, actor: Actor) -> None:
    """The owner confirms that something came back; once more changes nothing. Raises as
    `state_return` does."""
    activity, stated = _open_statement(activity_id, return_id, actor=actor)
    if activity.provider_id not in actor.school_ids:
        raise AccessDeniedError(N_("Only the school that lent this can confirm that it is back."))
    require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=activity.provider_id))
    if stated.confirmed_on is not None:
        return
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="transfer.return_confirmed"):
        close(stated, stamp.recorded_at, stamp)
        session().flush()  # a return has but one version in force
        session().add_all(
            build_versions(
                LoanReturn,
                [Step(stamp.recorded_at, {})],
                stamp,
                line_id=stated.line_id,
                county_id=stated.county_id,
                number=stated.number,
                school_id=stated.school_id,
                quantity=stated.quantity,
                returned_on=stated.returned_on,
                condition=stated.condition,
                note=stated.note,
                stated_by_name=stated.stated_by_name,
                form_key=stated.form_key,
                confirmed_on=clock.day_of(stamp.recorded_at),
                confirmed_by_name=actor.actor_name,
                confirmed_by_id=actor.actor_id,
            )
        )
        session().flush()  # the ledger's row sums up what is confirmed
        settle([activity_id])


def end_return(activity_id: int, return_id: int, reason: str, *, actor: Actor) -> None:
    """The owner says that nothing of the kind came back, or the borrower takes its word back,
    with a reason. Raises as `state_return` does."""
    activity, stated = _open_statement(activity_id, return_id, actor=actor)
    school_id = next(
        (s for s in (activity.provider_id, stated.school_id) if s in actor.school_ids), None
    )
    if school_id is None:
        raise AccessDeniedError
    require(actor, Permission.ACTIVITY_CONFIRM, Place(school_id=school_id))
    if stated.confirmed_on is not None:
        raise RuleViolationError(N_("The owner has confirmed this return already."))
    said = check_reason(reason)
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="transfer.return_ended"):
        close(stated, stamp.recorded_at, stamp)
        stated.ended_reason = said


def _open_statement(
    activity_id: int, return_id: int, *, actor: Actor
) -> tuple[Activity, LoanReturn]:
    """A transfer, locked, and what is in force of a return of it."""
    activity = _locked(activity_id, actor=actor)
    stated = queries.loan_return(session(), activity_id, return_id)
    if stated is None:
        raise NotFoundError
    return activity, stated


def _locked(activity_id: int, *, actor: Actor) -> Activity:
    """A transfer that the actor sees, locked."""
    record = activity_record(activity_id, actor=actor, sheet=Sheet.RESOURCE_TRANSFERS)
    locked = locked_activity(session(), activity_id)
    if locked is None or not record.row.is_reported:
        raise RuleViolationError(
            N_("This record has been corrected or taken back in the meantime. Reload the page.")
        )
    return locked
