"""The pages of transfers: entering, receiving, giving back, loans, who holds what, the slip."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.access import Role
from community.kernel import paging
from community.kernel.database import session
from community.registry.models import School
from community.resource_transfers.models import LoanReturn, ResourceTransfer, TransferLine
from community.web.extensions import db
from tests.browser_client import Browser, Page
from tests.conftest import Recording, SignInAs, WorkOff
from tests.resource_transfers.conftest import BOOKS, LENT, Sides
from tests.world import World

LEAD, CLERK, OFFICIAL = (
    Role.LEAD_SCHOOL_ADMINISTRATOR,
    Role.SCHOOL_CLERK,
    Role.DISTRICT_OFFICIAL,
)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def page_of(number: int) -> str:
    return f"/resource-transfers/{number}"


def received_by(browser: Browser, number: int, **values: Any) -> Page:
    page = browser.get(f"{page_of(number)}/receipt")
    return browser.submit(page, "/receipt", **values)


# --- entering -----------------------------------------------------------------------------------


@pytest.fixture
def this_year(recording: Recording) -> date:
    """A day of a school year on file that is not to come."""
    return date(2024, 11, 5)


FIRST: dict[str, Any] = {
    "lines-0-content": "显微镜",
    "lines-0-quantity": "5台",
    "lines-0-is_loan": "yes",
    "lines-0-due_on": "2025-06-30",
}


def filled_in(world: World, held_on: date, **values: str) -> dict[str, Any]:
    return {
        "held_on": held_on.isoformat(),
        "kind": "teaching_equipment",
        "provider": str(world.own.lead_id),
        "receivers": str(world.own.member_id),
        "references": "档001",
        **values,
    }


def test_two_lines_are_entered_without_javascript_and_reported(
    world: World, this_year: date, sign_in_as: SignInAs, app: Flask
) -> None:
    browser = sign_in_as(LEAD)
    page = browser.get("/resource-transfers/new")
    assert page.text.count("第1行") == 1
    begun = {**filled_in(world, this_year), **FIRST, "lines-add": "1"}
    page = browser.submit(page, "/entries/", **begun)
    assert "lines-1-content" in page.form("/entries/").fields
    assert page.form("/entries/").fields["lines-0-content"] == "显微镜"
    more: dict[str, Any] = {
        "lines-1-content": "语文课本",
        "lines-1-quantity": "２０",
        "lines-1-unit": "册",
        "lines-2-content": "写错了",
        "lines-2-quantity": "1",
        "lines-remove": "2",
    }
    page = browser.submit(page, "/entries/", **more)
    assert "写错了" not in page.text
    page = browser.submit(page, "/entries/", then="check")
    assert "显微镜 5 台" in page.text
    assert "语文课本 20 册" in page.text
    page = browser.submit(page, "/report")
    assert page.address.endswith(tuple("0123456789"))
    with app.app_context():
        row = session().scalars(select(ResourceTransfer)).one()
        lines = session().scalars(select(TransferLine).order_by(TransferLine.position)).all()
        assert row.content == "显微镜5台、语文课本20册"
        assert [(line.content, line.unit, line.is_loan) for line in lines] == [
            ("显微镜", "台", True),
            ("语文课本", "册", False),
        ]
    # Repeated, the form begins with the same lines.
    number = page.address.rsplit("/", 1)[1]
    again = browser.get(f"/activities/{number}/repeat").form("/entries/").fields
    assert (again["lines-0-content"], again["lines-1-quantity"]) == ("显微镜", "20")
    assert again["lines-0-due_on"] == "2025-06-30"


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({}, ["至少填写一行", "Fill in at least one line"]),
    "no content": ({"lines-0-quantity": "5", "lines-0-unit": "台"}, ["第1行", "Line 1"]),
    "no number": ({**FIRST, "lines-0-quantity": "五六台"}, ["20 或 12.5", "20 or 12.5"]),
    "negative": ({**FIRST, "lines-0-quantity": "-5台"}, ["必须大于 0", "must be more than 0"]),
    "no unit": ({**FIRST, "lines-0-quantity": "5"}, ["册 或 台", "册 or 台"]),
    "two units": ({**FIRST, "lines-0-unit": "套"}, ["“套”", "“套”"]),
    "no due day": ({**FIRST, "lines-0-due_on": ""}, ["应归还日期。", "day on which it is due"]),
    "due before": ({**FIRST, "lines-0-due_on": "2024-01-01"}, ["早于", "before it is handed"]),
    "worth": ({**FIRST, "lines-0-amount": "1.234"}, ["1200", "1200"]),
}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_faults_of_lines_are_said_at_their_cells(
    world: World, this_year: date, sign_in_as: SignInAs, locale: str
) -> None:
    browser = sign_in_as(LEAD)
    browser.client.set_cookie("locale", locale)
    new = browser.get("/resource-transfers/new")
    for case, (typed, words) in FAULTS.items():
        values = {**filled_in(world, this_year), **typed}
        page = browser.submit(new, "/entries/", status=422, then="check", **values)
        said = page.text
        assert words[locale == "en"] in said, case
        for name, value in typed.items():
            if value != "yes":
                assert page.form("/entries/").fields[name] == value, case


def test_two_receivers_are_refused_with_the_way_out(
    world: World, this_year: date, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(LEAD)
    page = browser.get("/resource-transfers/new")
    values = filled_in(world, this_year)
    values["receivers"] = [values["receivers"], str(world.own.pivot_id)]
    page = browser.submit(page, "/entries/", status=422, then="check", **values, **FIRST)
    assert "每所学校" in page.text


# --- receiving ----------------------------------------------------------------------------------


BAD_RECEIPTS = {
    "-5": "不能为负数",
    "18箱": "不是“箱”",
    "": "20 或 12.5",
    "很多": "20 或 12.5",
    "18": "请说明原因",
    "21": "请说明原因",
}


REASON: dict[str, Any] = {"lines-0-reason": "运输途中丢失<b>两册</b>"}


def test_a_receiver_counts_and_confirms(sides: Sides, sign_in_as: SignInAs) -> None:
    number = sides.send()
    browser = sign_in_as(CLERK)
    # Wherever a receiver confirms a transfer, it counts what arrived.
    assert f"/activities/{number}/confirm" in browser.get(page_of(number)).links
    page = browser.get(f"/activities/{number}/confirm")
    assert page.form("/receipt").fields["lines-0-quantity"] == "20"
    for typed, words in BAD_RECEIPTS.items():
        refused = browser.submit(page, "/receipt", 422, **{"lines-0-quantity": typed})
        assert words in refused.text, typed
    refused = browser.submit(page, "/receipt", 422, **{"lines-0-quantity": "18册"})
    assert refused.form("/receipt").fields["lines-0-quantity"] == "18册"
    done = browser.submit(refused, "/receipt", **REASON)
    assert done.address.endswith(page_of(number))
    assert "运输途中丢失<b>两册</b>" in done.text
    # A second time there is nothing to receive: the page leads back to the record.
    assert browser.get(f"{page_of(number)}/receipt").address.endswith(page_of(number))


def test_whoever_sent_it_does_not_receive_it(sides: Sides, sign_in_as: SignInAs) -> None:
    number = sides.send()
    page = sign_in_as(LEAD).get(f"{page_of(number)}/receipt", status=403)
    assert "不能" in page.text or "本方" in page.text or "own side" in page.text


# --- giving back --------------------------------------------------------------------------------


def test_a_loan_goes_back(sides: Sides, sign_in_as: SignInAs, app: Flask) -> None:
    number = sides.send()
    borrower, owner = sign_in_as(CLERK), sign_in_as(LEAD)
    received_by(borrower, number)
    page = borrower.get(f"{page_of(number)}/returns")
    refused = borrower.submit(page, "/returns", status=422, quantity="6")
    assert refused.form("/returns").fields["quantity"] == "6"
    page = borrower.submit(refused, "/returns", quantity="5 台")
    assert page.address.endswith(page_of(number))
    (link,) = [link for link in owner.get(page_of(number)).links if "/returns/" in link]
    page = owner.submit(owner.get(link), "/confirm")
    assert "已归还" in page.text or "Given back" in page.text
    with app.app_context():
        confirmed = session().scalars(
            select(LoanReturn.confirmed_by_name).where(LoanReturn.known_until.is_(None))
        )
        assert list(confirmed) == ["lead_school_administrator 的用户"]


def test_an_owner_refuses_with_a_reason(sides: Sides, sign_in_as: SignInAs) -> None:
    number = sides.send()
    borrower, owner = sign_in_as(CLERK), sign_in_as(LEAD)
    received_by(borrower, number)
    borrower.submit(borrower.get(f"{page_of(number)}/returns"), "/returns", quantity="5")
    (link,) = [link for link in owner.get(page_of(number)).links if "/returns/" in link]
    refused = owner.submit(owner.get(link), "/end", status=422)
    owner.submit(refused, "/end", reason="只收到三台")
    assert f"{page_of(number)}/returns" in borrower.get(page_of(number)).links


def test_overdue_loans_wait_in_both_inboxes(sides: Sides, sign_in_as: SignInAs) -> None:
    number = sides.send(LENT)
    borrower, owner = sign_in_as(CLERK), sign_in_as(LEAD)
    received_by(borrower, number)
    assert "显微镜" in borrower.get("/waiting/loans_to_give_back").text
    assert "显微镜" in owner.get("/waiting/loans_to_ask_for").text
    borrower.submit(borrower.get(f"{page_of(number)}/returns"), "/returns", quantity="5")
    waiting = owner.get("/waiting/loan_returns")
    (link,) = [link for link in waiting.links if "/returns/" in link]
    owner.submit(owner.get(link), "/confirm")
    for key, browser in (
        ("loans_to_give_back", borrower),
        ("loans_to_ask_for", owner),
        ("loan_returns", owner),
    ):
        assert "显微镜" not in browser.get(f"/waiting/{key}").text


# --- lists --------------------------------------------------------------------------------------


def test_the_list_of_loans_and_its_file(sides: Sides, sign_in_as: SignInAs) -> None:
    number = sides.send()
    sides.send(BOOKS)
    received_by(sign_in_as(CLERK), number)
    for role in (Role.CITY_OFFICIAL, OFFICIAL, LEAD):
        page = sign_in_as(role).get("/resource-transfers/loans?state=overdue")
        assert page_of(number) in page.links
    browser = sign_in_as(CLERK)
    page = browser.get("/resource-transfers/loans?state=overdue")
    for state in ("", "open", "returned", "all", "nonsense"):
        browser.get(f"/resource-transfers/loans?state={state}&side=lent&community=JD-01")
    taken = browser.submit(page, "/loans/export", format="csv")
    rows = list(csv.reader(io.StringIO(taken.response.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row[6] for row in rows[1:]] == ["显微镜"]
    sign_in_as(CLERK).get("/resource-transfers/loans?community=JD-02", status=404)


def test_loans_page_by_key(
    sides: Sides, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    for _ in range(3):
        sides.send(LENT)
    browser = sign_in_as(CLERK)
    first = browser.get("/resource-transfers/loans")
    (older,) = [link for link in first.links if "after=" in link]
    second = browser.get(older)
    seen = {link for page in (first, second) for link in page.links if "-transfers/" in link}
    assert len([link for link in seen if link.rsplit("/", 1)[1].isdigit()]) == 3


def test_who_holds_what_and_flows(sides: Sides, sign_in_as: SignInAs, app: Flask) -> None:
    number = sides.send()
    received_by(sign_in_as(CLERK), number, received_on="2024-10-10")
    with app.app_context():
        lead = session().get_one(School, sides.corner.lead_id).name
    for role in (CLERK, OFFICIAL):
        browser = sign_in_as(role)
        held = browser.get("/resource-transfers/holdings?community=JD-01&as_of=2024-10-31")
        assert "显微镜" in held.text
        assert "语文课本" in held.text
        before = browser.get("/resource-transfers/holdings?community=JD-01&as_of=2024-10-09")
        assert "显微镜" not in before.text
        flows = browser.get("/resource-transfers/flows?community=JD-01&as_of=2024-10-31")
        assert lead in flows.text
        assert flows.root.find(".//svg") is not None
        pivot = f"community=JD-01&as_of=2024-10-31&school={sides.corner.pivot_id}"
        assert "显微镜" not in browser.get(f"/resource-transfers/holdings?{pivot}").text
    assert "显微镜" in sign_in_as(CLERK).get("/resource-transfers/holdings").text
    # An official who has chosen no community yet chooses one; schools see their own at once.
    for page in ("holdings", "flows"):
        choice = sign_in_as(OFFICIAL).get(f"/resource-transfers/{page}")
        assert f"/resource-transfers/{page}?community=JD-01" in choice.links
        assert "PN-01" not in choice.text
        everywhere = sign_in_as(Role.CITY_OFFICIAL).get(f"/resource-transfers/{page}")
        assert f"/resource-transfers/{page}?community=PN-01" in everywhere.links
        own = sign_in_as(CLERK).get(f"/resource-transfers/{page}")
        assert f"/resource-transfers/{page}?community=JD-01" not in own.links
    for address in ("holdings?community=JD-02", "flows?community=PN-01", "flows?community=nowhere"):
        sign_in_as(CLERK).get(f"/resource-transfers/{address}", status=404)


def test_pages_ask_the_database_a_fixed_number_of_times(
    sides: Sides, sign_in_as: SignInAs, app: Flask
) -> None:
    number = sides.send()
    received_by(sign_in_as(CLERK), number)
    browser = sign_in_as(CLERK)
    addresses = {
        "/resource-transfers/loans": 20,
        "/resource-transfers/holdings?community=JD-01&as_of=2024-12-31": 18,
        "/resource-transfers/flows?community=JD-01&as_of=2024-12-31": 18,
        page_of(number): 34,
        f"{page_of(number)}/returns": 34,
        "/resource-transfers/new": 18,
    }

    def asked() -> dict[str, int]:
        numbers = {}
        for address in addresses:
            with statements(app) as sent:
                browser.get(address)
            numbers[address] = len(sent)
        return numbers

    before = asked()
    for _ in range(3):
        received_by(browser, sides.send())
    assert asked() == before
    assert {a: n for a, n in before.items() if n > addresses[a]} == {}


# --- the slip -----------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_slip_is_made_by_a_job(
    sides: Sides, sign_in_as: SignInAs, work_off: WorkOff, locale: str
) -> None:
    number = sides.send()
    browser = sign_in_as(CLERK)
    browser.client.set_cookie("locale", locale)
    page = browser.submit(browser.get(page_of(number)), "/slip")
    assert work_off() == 1
    page = browser.get(page.address)
    (file,) = [link for link in page.links if link.endswith("/file")]
    slip = browser.get(file).response
    assert slip.mimetype == "application/pdf"
    assert slip.data.startswith(b"%PDF")
