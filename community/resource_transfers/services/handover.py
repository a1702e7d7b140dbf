"""Receiving, with quantity and condition of every line, and giving back what was lent."""

from collections.abc import Sequence
from decimal import Decimal

from community.access import Actor, Permission, Place, require
from community.activities.models import Activity
from community.activities.queries import locked_activity
from community.activities.rules import Sheet, check_reason
from community.activities.services import activity_record
from community.activities.services.confirming import confirm
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.facts import Step
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, build_versions, close, put_columns
from community.resource_transfers.models import (
    LoanReturn,
    ResourceTransfer,
    TransferLine,
    TransferReceipt,
)
from community.resource_transfers.queries import details_of
from community.resource_transfers.queries import lines as queries
from community.resource_transfers.rules import (
    LineFacts,
    LineState,
    ReceiptDraft,
    ReturnDraft,
    build_balance,
    check_receipt,
    check_return,
)


def record_receipt(
    activity_id: int, school_id: int, draft: ReceiptDraft, *, actor: Actor
) -> Activity:
    """State what arrived of each line at a school, and confirm the transfer for it.

    Raises as `activities.services.confirming.confirm` does, and RuleViolationError for a receipt
    that cannot be true; nothing is confirmed then.
    """
    recorded = session().get(Activity, activity_id)
    if recorded is None or recorded.sheet is not Sheet.RESOURCE_TRANSFERS:
        raise NotFoundError
    activity = confirm(activity_id, school_id, actor=actor)
    facts = queries.line_facts(session(), [activity_id])
    check_receipt(draft, facts, school_id, clock.today())
    stamp = Stamp(clock.now(), actor.actor_name)
    with writing(actor=actor, action="transfer.received"):
        lines = _lines_as_rows(activity_id, facts)
        earlier = queries.receipts_in_force(session(), [line.id for line in lines], school_id)
        for receipt in earlier.values():
            close(receipt, stamp.recorded_at, stamp)
        session().flush()  # a school has but one receipt of a line in force
        for line, stated in zip(lines, draft.lines, strict=True):
            session().add_all(
                build_versions(
                    TransferReceipt,
                    [Step(stamp.recorded_at, {})],
                    stamp,
                    line_id=line.id,
                    county_id=activity.county_id,
                    school_id=school_id,
                    quantity=stated.quantity,
                    condition=stated.condition,
                    reason=(stated.reason or "").strip() or None,
                    received_on=draft.received_on,
                )
            )
        session().flush()  # the ledger's row sums up what is stated
        _settle(activity_id)
    return activity


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
        row = _lines_as_rows(activity_id, facts)[position]
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
        _settle(activity_id)


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


def _lines_as_rows(activity_id: int, facts: Sequence[LineFacts]) -> list[TransferLine]:
    """The lines of a transfer. One that came in a ledger gets the line that its row means."""
    rows = queries.lines_of_transfer(session(), activity_id)
    if rows:
        return rows
    (only,) = facts
    session().add(
        TransferLine(
            activity_id=activity_id,
            position=0,
            content=only.content,
            quantity=only.quantity,
            unit=only.unit,
            amount_fen=only.amount_fen,
            is_loan=only.is_loan,
            due_on=only.due_on,
        )
    )
    session().flush()  # what is said of it needs its number
    return queries.lines_of_transfer(session(), activity_id)


def _settle(activity_id: int) -> None:
    """Fill in what a ledger keeps of it: how much arrived, where one unit says it, and the day on
    which the last of a loan came back."""
    lines = queries.line_facts(session(), [activity_id])
    today = clock.today()
    balances = [build_balance(line, today) for line in lines]
    row: ResourceTransfer = details_of(session(), activity_id)
    has_arrived = all(balance.state is not LineState.DISPATCHED for balance in balances)
    is_one_unit = len({line.unit for line in lines}) == 1
    received = sum((balance.received for balance in balances), Decimal())
    lent = [balance for balance in balances if balance.line.is_loan]
    is_back = all(not balance.outstanding and balance.returned for balance in lent)
    days = [one.returned_on for line in lines for one in line.returns if one.confirmed_on]
    put_columns(
        row,
        {
            "received_quantity": received if has_arrived and is_one_unit else None,
            "returned_on": max(days, default=None) if lent and is_back else row.returned_on,
        },
    )
