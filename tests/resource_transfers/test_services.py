"""Reporting with lines, receiving line by line, giving back: what is on file afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from community.activities.models import Activity
from community.activities.rules import ActivityState, Report
from community.journal.models import JournalEntry
from community.kernel.database import session, transaction
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.resource_transfers.models import LoanReturn, ResourceTransfer, TransferReceipt
from community.resource_transfers.queries.lines import line_facts
from community.resource_transfers.rules import (
    Condition,
    LineFacts,
    LineState,
    Receipt,
    ReceiptDraft,
    ReturnDraft,
    StatedReceipt,
    TransferDraft,
    build_balance,
)
from community.resource_transfers.services import (
    LoansAsked,
    PlaceAsked,
    confirm_return,
    end_return,
    holdings_and_flows,
    loan_list,
    open_receipt,
    open_transfer,
    record_receipt,
    report_transfer,
    state_return,
)
from tests.activities.records import record
from tests.conftest import Recording
from tests.resource_transfers.conftest import BOOKS, LENT, SENT_ON, Sides, speaker
from tests.world import World

D = Decimal
DUE = date(2025, 6, 30)
ALL_GOOD = ReceiptDraft(
    date(2024, 10, 10),
    (StatedReceipt(D(20), Condition.GOOD), StatedReceipt(D(5), Condition.GOOD)),
)
FEWER = ReceiptDraft(
    date(2024, 10, 10),
    (
        StatedReceipt(D(18), Condition.GOOD, "运输途中丢失两册"),
        StatedReceipt(D(5), Condition.DAMAGED, "一台镜头破裂"),
    ),
)


def facts_of(sides: Sides, activity_id: int) -> list[LineFacts]:
    with sides.app.app_context():
        return line_facts(session(), [activity_id])


def receive(sides: Sides, activity_id: int, draft: ReceiptDraft = ALL_GOOD) -> None:
    with sides.app.app_context(), transaction():
        record_receipt(activity_id, sides.corner.member_id, draft, actor=sides.borrower)


def give_back(sides: Sides, activity_id: int, quantity: int = 5, key: str | None = None) -> None:
    draft = ReturnDraft(D(quantity), DUE, Condition.GOOD)
    with sides.app.app_context(), transaction():
        state_return(activity_id, 1, draft, actor=sides.borrower, form_key=key)


def only_return(sides: Sides, activity_id: int) -> int:
    (one,) = facts_of(sides, activity_id)[1].returns
    return one.return_id


def test_a_transfer_has_its_lines_and_a_row_that_sums_them_up(sides: Sides) -> None:
    number = sides.send()
    books, lent = facts_of(sides, number)
    assert (books.content, books.quantity, books.amount_fen, books.is_loan) == (
        "语文课本",
        D(20),
        60000,
        False,
    )
    assert (lent.content, lent.is_loan, lent.due_on) == ("显微镜", True, DUE)
    with sides.app.app_context():
        row = session().get_one(ResourceTransfer, number)
        assert (row.content, row.quantity, row.unit) == ("语文课本20册、显微镜5台", D(2), "项")
        assert (row.is_loan, row.due_on, row.returned_on) == (True, DUE, None)


def test_one_form_reports_one_transfer(sides: Sides) -> None:
    source = Report(sides.corner.lead_id, "the-same-form")
    with sides.app.app_context(), transaction():
        first = report_transfer(
            TransferDraft(sides.draft(), (BOOKS, LENT)), source, actor=sides.owner
        ).id
    with sides.app.app_context(), transaction():
        assert (
            report_transfer(TransferDraft(sides.draft(), (BOOKS,)), source, actor=sides.owner).id
            == first
        )
    assert len(facts_of(sides, first)) == 2


def test_several_receivers_are_refused(sides: Sides) -> None:
    draft = sides.draft(SENT_ON, sides.corner.member_id, sides.corner.pivot_id)
    with (
        sides.app.app_context(),
        transaction(),
        pytest.raises(RuleViolationError) as refused,
    ):
        report_transfer(
            TransferDraft(draft, (BOOKS,)), Report(sides.corner.lead_id, "f"), actor=sides.owner
        )
    assert refused.value.field == "receivers"


def test_what_arrived_is_stated_and_the_transfer_confirmed(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number, FEWER)
    books, lent = (build_balance(line, DUE) for line in facts_of(sides, number))
    assert (books.received, books.difference, books.state) == (D(18), D(2), LineState.RECEIVED)
    assert books.line.receipts[0].reason == "运输途中丢失两册"
    assert (lent.received, lent.outstanding) == (D(5), D(5))
    with sides.app.app_context():
        assert session().get_one(Activity, number).state is ActivityState.CONFIRMED
        actions = set(
            session().scalars(
                select(JournalEntry.action).where(JournalEntry.subject_id == str(number))
            )
        )
    assert {"activity.reported", "activity.confirmed", "transfer.received"} <= actions


def test_a_receipt_that_cannot_be_true_confirms_nothing(sides: Sides) -> None:
    number = sides.send()
    short = ReceiptDraft(date(2024, 10, 10), (StatedReceipt(D(18), Condition.GOOD),) * 2)
    with pytest.raises(RuleViolationError):
        receive(sides, number, short)
    with sides.app.app_context():
        assert session().get_one(Activity, number).state is ActivityState.SUBMITTED
        assert session().scalar(select(func.count(TransferReceipt.id))) == 0


def test_nobody_else_receives(sides: Sides, world: World) -> None:
    number = sides.send()
    strangers = speaker(world.other, world.other.member_id)
    for actor, school_id, refusal in (
        (sides.owner, sides.corner.member_id, RuleViolationError),  # the side that sent it
        (sides.onlooker, sides.corner.member_id, AccessDeniedError),
        (sides.borrower, sides.corner.pivot_id, NotFoundError),
        (strangers, sides.corner.member_id, NotFoundError),
    ):
        with sides.app.app_context(), transaction(), pytest.raises(refusal):
            record_receipt(number, school_id, ALL_GOOD, actor=actor)
    for actor in (sides.owner, sides.onlooker):
        with sides.app.app_context(), pytest.raises(AccessDeniedError):
            open_receipt(number, None, actor=actor)


def test_receiving_twice_is_refused(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number)
    with pytest.raises(RuleViolationError):
        receive(sides, number)


def test_a_transfer_from_a_ledger_is_received_as_its_only_line(
    sides: Sides, recording: Recording
) -> None:
    from community.activities.rules import Sheet

    with recording():
        number = record(
            sides.corner,
            sheet=Sheet.RESOURCE_TRANSFERS,
            is_confirmed=False,
            subject=None,
            details={"content": "图书", "quantity": D(100), "unit": "册"},
        )
    (before,) = facts_of(sides, number)
    assert (before.line_id, before.content, before.quantity) == (None, "图书", D(100))
    one = ReceiptDraft(date(2024, 10, 10), (StatedReceipt(D(99), Condition.GOOD, "少一册"),))
    receive(sides, number, one)
    (after,) = facts_of(sides, number)
    assert after.line_id is not None
    assert build_balance(after, DUE).received == 99
    with sides.app.app_context():
        assert session().get_one(ResourceTransfer, number).received_quantity == 99


def test_a_loan_goes_back_when_the_owner_confirms_it(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number)
    give_back(sides, number, 2, "return-1")
    give_back(sides, number, 2, "return-1")
    assert build_balance(facts_of(sides, number)[1], DUE).returned == 0
    with sides.app.app_context(), transaction():
        confirm_return(number, only_return(sides, number), actor=sides.owner)
    assert build_balance(facts_of(sides, number)[1], DUE).state is LineState.PARTLY_RETURNED
    with sides.app.app_context():
        assert session().get_one(ResourceTransfer, number).returned_on is None
    give_back(sides, number, 3)
    (second,) = [r for r in facts_of(sides, number)[1].returns if r.confirmed_on is None]
    with sides.app.app_context(), transaction():
        confirm_return(number, second.return_id, actor=sides.owner)
    assert build_balance(facts_of(sides, number)[1], DUE).state is LineState.RETURNED
    with sides.app.app_context():
        assert session().get_one(ResourceTransfer, number).returned_on == DUE
        # Stated and confirmed are two versions of each return; nothing was written over.
        assert session().scalar(select(func.count(LoanReturn.id))) == 4


def test_who_may_not_confirm_a_return(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number)
    give_back(sides, number)
    stated = only_return(sides, number)
    for actor in (sides.borrower, sides.onlooker):
        with sides.app.app_context(), transaction(), pytest.raises(AccessDeniedError):
            confirm_return(number, stated, actor=actor)
    with sides.app.app_context(), transaction(), pytest.raises(AccessDeniedError):
        end_return(number, stated, "不是我们的", actor=sides.onlooker)
    with sides.app.app_context(), transaction(), pytest.raises(NotFoundError):
        confirm_return(number, stated + 100, actor=sides.owner)
    with sides.app.app_context(), transaction():
        confirm_return(number, stated, actor=sides.owner)
    confirmed = only_return(sides, number)
    with sides.app.app_context(), transaction(), pytest.raises(RuleViolationError):
        end_return(number, confirmed, "晚了", actor=sides.owner)


@pytest.mark.parametrize("side", ["owner", "borrower"])
def test_either_side_ends_a_statement_with_a_reason(sides: Sides, side: str) -> None:
    number = sides.send()
    receive(sides, number)
    give_back(sides, number)
    stated = only_return(sides, number)
    actor = getattr(sides, side)
    with sides.app.app_context(), transaction(), pytest.raises(RuleViolationError):
        end_return(number, stated, " ", actor=actor)
    with sides.app.app_context(), transaction():
        end_return(number, stated, "没有收到", actor=actor)
    assert facts_of(sides, number)[1].returns == ()
    give_back(sides, number)
    assert only_return(sides, number) != stated


def test_only_the_borrower_gives_back(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number)
    draft = ReturnDraft(D(1), DUE, Condition.GOOD)
    for actor, position, refusal in (
        (sides.owner, 1, AccessDeniedError),
        (sides.onlooker, 1, AccessDeniedError),
        (sides.borrower, 0, RuleViolationError),  # given for good
        (sides.borrower, 7, NotFoundError),
    ):
        with sides.app.app_context(), transaction(), pytest.raises(refusal):
            state_return(number, position, draft, actor=actor)


def loans_shown(sides: Sides, asked: LoansAsked) -> list[int]:
    with sides.app.app_context():
        shown = loan_list(asked, actor=sides.borrower)
        assert shown.count == len(shown.page.rows)
        return [loan[0].line.activity_id for loan in shown.loans]


def test_lists_of_loans(sides: Sides) -> None:
    from dataclasses import replace

    from community.resource_transfers.rules import LoanFilter

    gift = sides.send(BOOKS)
    far = sides.send(replace(LENT, due_on=date(2999, 1, 1)))
    late, returned, on_its_way = (sides.send(LENT) for _ in range(3))
    one = ReceiptDraft(date(2024, 10, 10), (StatedReceipt(D(5), Condition.GOOD),))
    for number in (far, late, returned):
        receive(sides, number, one)
    with sides.app.app_context(), transaction():
        draft = ReturnDraft(D(5), DUE, Condition.GOOD)
        state_return(returned, 0, draft, actor=sides.borrower)
    (stated,) = facts_of(sides, returned)[0].returns
    with sides.app.app_context(), transaction():
        confirm_return(returned, stated.return_id, actor=sides.owner)
    assert loans_shown(sides, LoansAsked(LoanFilter.OVERDUE)) == [late]
    assert loans_shown(sides, LoansAsked(LoanFilter.OPEN)) == [late, on_its_way, far]
    assert loans_shown(sides, LoansAsked(LoanFilter.RETURNED)) == [returned]
    assert gift not in loans_shown(sides, LoansAsked(None))
    assert len(loans_shown(sides, LoansAsked(None, side="borrowed"))) == 4
    assert loans_shown(sides, LoansAsked(None, side="lent")) == []


def test_who_holds_what_and_what_went_where(sides: Sides) -> None:
    number = sides.send()
    receive(sides, number, FEWER)
    sides.send(BOOKS)
    with sides.app.app_context():
        before = holdings_and_flows(PlaceAsked("JD-01", SENT_ON), actor=sides.onlooker)
        after = holdings_and_flows(PlaceAsked("", DUE), actor=sides.onlooker)
        asked = PlaceAsked("JD-01", DUE, school_id=sides.corner.pivot_id)
        nobody = holdings_and_flows(asked, actor=sides.onlooker)
        with pytest.raises(NotFoundError):
            holdings_and_flows(PlaceAsked("JD-02", DUE), actor=sides.onlooker)
    assert before.holdings == []
    assert [(held.content, held.quantity) for held in after.holdings] == [
        ("显微镜", D(5)),
        ("语文课本", D(18)),
    ]
    (flow,) = after.flows
    assert (flow.transfers, flow.loans, flow.amount_fen) == (2, 1, 120000)
    assert (nobody.holdings, nobody.flows) == ([], [])


def test_a_ledger_does_not_write_over_what_the_schools_stated() -> None:
    from community.resource_transfers.rules import build_ledger_row, build_receipt
    from tests.resource_transfers.test_rules import GOOD, draft

    row = build_ledger_row(draft(), [GOOD])
    stated = Receipt(DUE, D(18), is_stated=True)
    assert build_receipt(row, stated) == stated
    assert build_receipt(row, Receipt(DUE, D(18))) == Receipt(None, None)


def test_what_a_page_offers(sides: Sides) -> None:
    number = sides.send()
    with sides.app.app_context():
        receiving = open_transfer(number, actor=sides.borrower).receiving
        assert receiving is not None
        assert open_transfer(number, actor=sides.owner).receiving is None
    receive(sides, number)
    with sides.app.app_context():
        opened = open_transfer(number, actor=sides.borrower)
        assert [(line.content, left) for line, left in opened.returnable] == [("显微镜", D(5))]
        assert open_transfer(number, actor=sides.owner).returnable == ()
