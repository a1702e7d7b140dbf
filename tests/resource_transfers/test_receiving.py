"""Whichever way a transfer is confirmed, somebody has stated what arrived of each line."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities import services
from community.activities.models import Activity, ConfirmationSheet
from community.activities.rules import (
    COUNT_NEEDED,
    ActivityState,
    Condition,
    GoodsLine,
    build_full_receipt,
)
from community.activities.services import monthly
from community.kernel import clock
from community.kernel.database import session, transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import gettext
from community.resource_transfers.queries.lines import line_facts
from community.resource_transfers.rules import (
    Balance,
    LineState,
    build_balance,
    left_to_receive,
)
from tests.activities.office import Office
from tests.activities.records import record
from tests.browser_client import Browser, Page
from tests.conftest import Recording, SignInAs
from tests.resource_transfers.conftest import Sides
from tests.resource_transfers.test_rules import got, line
from tests.resource_transfers.test_views import statements
from tests.world import World

CLERK, OFFICIAL = Role.SCHOOL_CLERK, Role.DISTRICT_OFFICIAL
S = ActivityState
D = Decimal
# What a paper says: of the first line fewer arrived, of the second one is damaged.
COUNTED: dict[str, Any] = {
    "said": "counted",
    "lines-0-quantity": "18册",
    "lines-0-condition": "good",
    "lines-0-reason": "运输途中丢失两册",
    "lines-1-quantity": "5",
    "lines-1-condition": "damaged",
    "lines-1-reason": "一台镜头破裂",
}


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


def balances(app: Flask, number: int) -> list[Balance]:
    """The lines as they stand today; sent = received + difference, which somebody explained."""
    with app.app_context():
        found = [build_balance(one, clock.today()) for one in line_facts(session(), [number])]
    for one in found:
        if one.state is LineState.DISPATCHED:
            assert not one.received
            continue
        assert one.line.quantity == one.received + one.difference
        explained = [said for said in one.line.standing_receipts if said.reason]
        assert not one.difference or explained
        assert one.line.standing_receipts or not one.received
    return found


def arrived(app: Flask, number: int) -> list[Decimal]:
    return [one.received for one in balances(app, number)]


def send_together(
    browser: Browser, numbers: list[int], school_id: int, in_full: list[int], status: int = 200
) -> Page:
    """The check page of several records, sent with some transfers ticked."""
    boxes = [f"{number}-{school_id}" for number in numbers]
    address = "/activities/together/confirm"
    page = browser.get(f"{address}?{'&'.join(f'record={box}' for box in boxes)}")
    token = page.form(address).fields["csrf_token"]
    ticked = [f"{number}-{school_id}" for number in in_full]
    sent = {"csrf_token": token, "record": boxes, "in_full": ticked}
    return browser.post(address, sent, status)


# --- rules --------------------------------------------------------------------------------------


def test_what_full_means() -> None:
    books = GoodsLine("课本", "册", D(20), D(20))
    draft = build_full_receipt([books], date(2024, 10, 10))
    assert [(one.quantity, one.condition) for one in draft.lines] == [(D(20), Condition.GOOD)]
    with pytest.raises(RuleViolationError, match="多所学校分收"):
        build_full_receipt([books, GoodsLine("课本", "册", D(20), None)], date(2024, 10, 10))


def test_what_is_left_to_receive() -> None:
    day = date(2024, 10, 10)
    shared = line(receiver_ids=(2, 3))
    assert left_to_receive(line(receiver_ids=(2,)), 2) == 20
    assert left_to_receive(shared, 2) is None, "the other has not stated its share"
    stated = line(receiver_ids=(2, 3), receipts=(got(12, 3),), confirmed_on={3: day})
    assert left_to_receive(stated, 2) == 8
    revoked = line(receiver_ids=(2, 3), receipts=(got(12, 3),))
    assert left_to_receive(revoked, 2) is None, "its confirmation was taken back"
    more = line(receiver_ids=(2, 3), receipts=(got(25, 3),), confirmed_on={3: day})
    assert left_to_receive(more, 2) == 0


# --- together -----------------------------------------------------------------------------------


@pytest.mark.once
def test_together_only_what_is_ticked_arrived_in_full(
    sides: Sides, office: Office, sign_in_as: SignInAs, recording: Recording, app: Flask
) -> None:
    member = sides.corner.member_id
    with recording():
        lesson = record(sides.corner, is_confirmed=False)
    whole, open_one = sides.send(), sides.send()
    clerk = sign_in_as(CLERK)
    numbers = [lesson, whole, open_one]
    page = clerk.get(f"/activities/together/confirm?record={whole}-{member}")
    assert "20 册" in page.text
    assert "5 台" in page.text
    assert f"/activities/{whole}/confirm" in page.links, "to be counted by itself"
    # Nobody states anything: a transfer alone is not confirmed, and the page says what to do.
    refused = send_together(clerk, [whole], member, [], 422)
    assert gettext(COUNT_NEEDED) in refused.text
    send_together(clerk, numbers, member, [whole])
    assert [office.state(n) for n in numbers] == [S.CONFIRMED, S.CONFIRMED, S.SUBMITTED]
    assert arrived(app, whole) == [20, 5]
    assert arrived(app, open_one) == [0, 0]
    assert all(one.line.receipts for one in balances(app, whole)), "it is on file as a statement"


@pytest.mark.once
def test_nobody_confirms_a_transfer_without_a_word(sides: Sides, office: Office) -> None:
    number, member = sides.send(), sides.corner.member_id
    said = office.refusal(CLERK, services.confirm, number, member)
    assert said == COUNT_NEEDED
    assert office.refusal(CLERK, services.confirm_together, [(number, member)]) == said
    assert office.state(number) is S.SUBMITTED


def test_many_at_once_ask_the_database_as_often_as_few(
    sides: Sides, office: Office, app: Flask
) -> None:
    member = sides.corner.member_id

    def confirm(count: int) -> int:
        receipts = [(sides.send(), member) for _ in range(count)]
        with statements(app) as sent:
            office.do(CLERK, services.confirm_together, receipts, receipts)
        return sum(one.startswith("SELECT") for one in sent)

    assert confirm(4) == confirm(2)


# --- the signed sheet ---------------------------------------------------------------------------


def test_the_sheet_asks_what_arrived_and_takes_nothing_for_granted(
    sides: Sides, office: Office, sign_in_as: SignInAs, recording: Recording, app: Flask
) -> None:
    member = sides.corner.member_id
    with recording():
        lesson = record(sides.corner, is_confirmed=False)
    counted, unsaid = sides.send(), sides.send()
    office.do(CLERK, monthly.print_sheet, member, 202410, "zh")
    with app.app_context():
        number = session().scalars(select(ConfirmationSheet.id)).one()
    address = f"/confirmation-sheets/{number}"
    clerk = sign_in_as(CLERK)
    page = clerk.get(address)
    fields = page.form(address).fields
    assert not any(fields.get(name) for name in fields if "lines" in name or "said" in name)
    nothing = clerk.submit(page, address, 422, paper="档7")
    for one in (counted, unsaid):
        assert nothing.root.find(f".//*[@id='goods-{one}-said-error']") is not None
    said: dict[str, Any] = {f"goods-{counted}-{name}": value for name, value in COUNTED.items()}
    said |= {f"goods-{unsaid}-said": "nothing", "received_on": "2024-10-10", "paper": "档7"}
    unexplained = {**said, f"goods-{counted}-lines-0-reason": ""}
    refused = clerk.submit(page, address, 422, **unexplained)
    assert refused.root.find(f".//*[@id='goods-{counted}-lines-0-reason-error']") is not None
    assert refused.form(address).fields[f"goods-{counted}-lines-0-quantity"] == "18册"
    both = clerk.submit(page, address, 422, **{**said, f"goods-{counted}-said": "full"})
    assert both.root.find(f".//*[@id='goods-{counted}-said-error']") is not None
    early = clerk.submit(page, address, 422, **{**said, "received_on": "2024-10-01"})
    assert early.root.find(".//*[@id='received_on-error']") is not None
    assert office.state(lesson) is S.SUBMITTED, "all or nothing of a sheet with a fault"
    clerk.submit(page, address, **said)
    states = [office.state(one) for one in (lesson, counted, unsaid)]
    assert states == [S.CONFIRMED, S.CONFIRMED, S.SUBMITTED]
    assert arrived(app, counted) == [18, 5]
    assert [one.difference for one in balances(app, counted)] == [2, 0]
    again = clerk.get(address).form(address)
    assert {name for name in again.fields if name.startswith("goods-")}, "it can still be stated"


# --- on behalf ----------------------------------------------------------------------------------


@pytest.mark.once
def test_on_behalf_the_paper_says_what_arrived(
    sides: Sides, office: Office, sign_in_as: SignInAs, app: Flask
) -> None:
    with clock.standing_at(clock.start_of_day(date(2024, 10, 9))):
        counted, whole = sides.send(), sides.send()
    paper = ([sides.corner.member_id], "档2026-7", "校长住院")
    assert office.refusal(OFFICIAL, services.confirm_on_behalf, counted, *paper) == COUNT_NEEDED
    official = sign_in_as(OFFICIAL)
    address = f"/activities/{counted}/confirm"
    page = official.get(address)
    assert "20 册" in page.text
    typed: dict[str, Any] = {"paper": "档2026-7", "reason": "校长住院", "received_on": "2024-10-10"}
    refused = official.submit(page, "/confirm", 422, **typed)
    assert refused.root.find(".//*[@id='said-error']") is not None
    half = official.submit(page, "/confirm", 422, **typed, said="counted")
    for name in ("quantity", "condition"):
        assert half.root.find(f".//*[@id='lines-0-{name}-error']") is not None
    done = official.submit(page, "/confirm", **typed, **COUNTED)
    assert "一台镜头破裂" in done.text
    assert arrived(app, counted) == [18, 5]
    other = official.get(f"/activities/{whole}/confirm")
    official.submit(other, "/confirm", **typed, said="full")
    assert arrived(app, whole) == [20, 5]
    with app.app_context(), transaction():
        assert session().get_one(Activity, whole).state is S.CONFIRMED
