"""The pages of the timetable: what they show, keep, refuse and cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from community.access import Role
from community.walking_teaching import services
from community.web.extensions import db
from tests.browser_client import Browser, Page
from tests.conftest import SignInAs
from tests.walking_teaching.conftest import CLERK, LEAD, TUESDAY, Timetables, slot

NEW = "/walking-teaching/arrangements/new"
LAST_TUESDAY, NEXT_THURSDAY = date(2024, 10, 15), date(2024, 10, 17)


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


def typed(timetables: Timetables, **values: Any) -> dict[str, Any]:
    return {
        "teacher_name": "陈静",
        "staff_number": "JD0801",
        "receiver": str(timetables.world.own.member_id),
        "subject": "music",
        "travel_minutes": "25",
        "slots-0-weekday": "1",
        "slots-0-lessons": "第2-3节",
        "slots-0-starts_at": "08:50",
        "slots-0-ends_at": "10:20",
        **values,
    }


def enter(browser: Browser, timetables: Timetables, status: int = 200, **values: Any) -> Page:
    page = browser.get(NEW)
    return browser.submit(page, NEW, status, **typed(timetables, **values))


def test_from_the_form_to_the_visits(timetables: Timetables, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(LEAD)
    page = enter(browser, timetables)
    assert page.address.endswith("/plan")
    assert "18" in page.text, "Tuesdays of the term without holidays"
    page = browser.submit(page, "/plan")
    assert page.address.rsplit("/", 1)[1].isdecimal(), "the page of the arrangement"
    assert "第2-3节" in page.text
    assert "08:50–10:20" in page.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"teacher_name": ""}, 'id="teacher_name-error"'),
        ({"slots-0-weekday": ""}, "slots"),
        ({"slots-0-lessons": "音乐"}, "第2-3节"),
        ({"slots-0-starts_at": "早上"}, "08:50"),
        (
            {
                "slots-0-weekday": "",
                "slots-0-lessons": "",
                "slots-0-starts_at": "",
                "slots-0-ends_at": "",
            },
            "slots",
        ),
        ({"travel_minutes": "999"}, "240"),
        ({"subject": ""}, "subject"),
        ({"starts_on": "2024-08-01"}, "2024-09-02"),
        ({"starts_on": "昨天"}, "starts_on"),
        ({"kind": "rotation"}, "slots"),
    ],
)
def test_a_fault_keeps_what_was_typed(
    timetables: Timetables, sign_in_as: SignInAs, values: dict[str, str], said: str
) -> None:
    page = enter(sign_in_as(LEAD), timetables, 422, **values)
    assert 'id="error-summary"' in page.response.get_data(as_text=True)
    assert said in page.response.get_data(as_text=True)
    fields = page.form(NEW).fields
    expected = typed(timetables, **values)
    for name in ("teacher_name", "staff_number", "receiver", "slots-0-lessons"):
        assert fields[name] == expected[name]


def test_who_went_before_is_offered_by_name_and_pinyin(
    timetables: Timetables, sign_in_as: SignInAs
) -> None:
    arrangement_id = timetables.arrange()
    here = f"/walking-teaching/arrangements/{arrangement_id}/edit"
    visit_id = timetables.visit_id(arrangement_id, LAST_TUESDAY)
    browser = sign_in_as(LEAD)
    offered = 'value="陈静" data-beside="JD0801" data-pinyin="cj chenjing"'
    for address in (NEW, here, f"/walking-teaching/visits/{visit_id}/substitute"):
        assert offered in browser.get(address).response.get_data(as_text=True), address


def test_what_is_planned_is_not_held_against_itself(
    timetables: Timetables, sign_in_as: SignInAs
) -> None:
    """Its own visits, reported or to come, are neither a clash nor to be reported afterwards."""
    here = f"/walking-teaching/arrangements/{timetables.arrange()}/plan"
    page = sign_in_as(LEAD).get(here)
    assert "is-not" not in page.response.get_data(as_text=True)
    assert "补报" not in page.text


def test_the_form_sent_twice_enters_one(timetables: Timetables, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(LEAD)
    page = browser.get(NEW)
    first = browser.submit(page, NEW, **typed(timetables))
    assert browser.submit(page, NEW, **typed(timetables)).address == first.address


def test_a_week_is_checked_and_reported(timetables: Timetables, sign_in_as: SignInAs) -> None:
    timetables.arrange()
    browser = sign_in_as(LEAD)
    week = browser.get("/walking-teaching/weeks?week=2024-10-15")
    assert "陈静" in week.text
    assert any(link.startswith("/walking-teaching/taught") for link in week.links)
    page = browser.get("/walking-teaching/taught?week=2024-10-15")
    form = page.form("/walking-teaching/taught")
    (evidence,) = [name for name in form.fields if name.startswith("evidence-")]
    done = browser.submit(page, "/walking-teaching/taught", **dict[str, Any]({evidence: "档001"}))
    assert "/walking-teaching/weeks" in done.address
    (found,) = timetables.records()
    assert found.held_on == LAST_TUESDAY
    empty = browser.get("/walking-teaching/taught?week=2024-10-15")
    assert not any("taught" in form.action for form in empty.forms)


def test_nothing_chosen_is_told(timetables: Timetables, sign_in_as: SignInAs) -> None:
    timetables.arrange()
    browser = sign_in_as(LEAD)
    address = "/walking-teaching/taught?week=2024-10-15"
    token = browser.get(address).form("/walking-teaching/taught").fields["csrf_token"]
    page = browser.post(address, {"csrf_token": token}, 422)
    assert "checked" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?teacher=JD0801", 1),
        ("?teacher=chenjing", 1),
        ("?teacher=nobody", 0),
        ("?week=2024-11-11", 0),
        ("?week=nonsense", 2),
    ],
)
def test_the_week_of_a_teacher(
    timetables: Timetables, sign_in_as: SignInAs, query: str, found: int
) -> None:
    timetables.arrange(slots=(TUESDAY,))
    own = timetables.world.own
    timetables.arrange(
        slots=(slot(4),), teacher_name="林红", staff_number="JD0900", receiver_id=own.pivot_id
    )
    page = sign_in_as(LEAD).get(f"/walking-teaching/weeks{query}")
    cards = [one for one in page.root.iter("div") if str(one.get("class", "")).startswith("visit ")]
    assert len(cards) == 2 * found, "in the grid, and in the list of a phone"


def test_the_list_of_arrangements(timetables: Timetables, sign_in_as: SignInAs) -> None:
    timetables.arrange()
    timetables.arrange(is_planned=False, teacher_name="林红", staff_number="JD0900")
    browser = sign_in_as(LEAD)
    base = "/walking-teaching/arrangements"
    rows = {query: _rows(browser.get(base + query)) for query in ("", "?q=lin", "?state=unplanned")}
    assert rows == {"": 2, "?q=lin": 1, "?state=unplanned": 1}
    assert _rows(browser.get(f"{base}?q=nobody&kind=x&term=y")) == 0


def _rows(page: Page) -> int:
    return sum(1 for link in page.links if link.split("/")[-1].isdecimal())


def test_each_visit_has_its_forms(timetables: Timetables, sign_in_as: SignInAs) -> None:
    arranged = timetables.arrange()
    browser = sign_in_as(LEAD)
    visit_id = timetables.visit_id(arranged, NEXT_THURSDAY)
    here = f"/walking-teaching/visits/{visit_id}"
    refused = browser.submit(browser.get(f"{here}/cancel"), "/cancel", 422, reason="")
    assert 'id="error-summary"' in refused.response.get_data(as_text=True)
    browser.submit(browser.get(f"{here}/cancel"), "/cancel", reason="考试")
    browser.submit(browser.get(f"{here}/restore"), "/restore")
    browser.submit(
        browser.get(f"{here}/substitute"),
        "/substitute",
        reason="请假",
        teacher_name="林红",
        staff_number="JD0900",
    )
    page = browser.submit(
        browser.get(f"{here}/move"), "/move", reason="培训", moved_to="2024-10-18"
    )
    assert "2024-10-18" in page.text
    assert "林红" in page.text
    assert browser.get(f"{here}/cancel").address.endswith(f"/arrangements/{arranged}")


def test_changing_and_ending(timetables: Timetables, sign_in_as: SignInAs) -> None:
    arranged = timetables.arrange()
    browser = sign_in_as(LEAD)
    here = f"/walking-teaching/arrangements/{arranged}"
    page = browser.get(f"{here}/edit")
    values: dict[str, Any] = {
        "slots-0-weekday": "2",
        "slots-0-lessons": "第1节",
        "holds_from": "2024-10-21",
    }
    stale = browser.get(f"{here}/edit")
    page = browser.submit(page, "/edit", **values)
    assert timetables.visit_id(arranged, date(2024, 10, 23))
    told = browser.submit(stale, "/edit", 409, grade="五年级")
    assert told.form("/edit").fields["grade"] == "五年级"
    browser.submit(browser.get(f"{here}/end"), "/end", 422, last_day="2025-06-01", reason="调离")
    page = browser.submit(browser.get(f"{here}/end"), "/end", last_day="2024-10-22", reason="调离")
    assert "调离" in page.text


def test_the_next_term_by_the_page(timetables: Timetables, sign_in_as: SignInAs) -> None:
    timetables.arrange()
    browser = sign_in_as(LEAD)
    page = browser.get("/walking-teaching/roll-over")
    (form,) = [form for form in page.forms if "arrangements" in form.fields]
    done = browser.post("/walking-teaching/roll-over", form.fields)
    assert _rows(done) == 2
    assert not any(
        "roll-over" in f.action and f.method == "post"
        for f in browser.get("/walking-teaching/roll-over").forms
    )


def test_what_pages_cost(timetables: Timetables, sign_in_as: SignInAs) -> None:
    """A list costs the same with one arrangement or with several."""
    first = timetables.arrange()
    browser = sign_in_as(LEAD)
    pages = {
        "/walking-teaching/arrangements": 12,
        f"/walking-teaching/arrangements/{first}": 20,
        "/walking-teaching/weeks?week=2024-10-15": 12,
        "/walking-teaching/taught?week=2024-10-15": 10,
        "/walking-teaching/roll-over": 24,
        NEW: 16,
    }
    costs = {path: _cost(timetables.app, browser, path) for path in pages}
    for number in range(3):
        timetables.arrange(staff_number=f"JD09{number}", slots=(slot(number),))
    again = {path: _cost(timetables.app, browser, path) for path in pages}
    assert again == costs
    assert {path: cost for path, cost in costs.items() if cost > pages[path]} == {}


def _cost(app: Flask, browser: Browser, path: str) -> int:
    browser.get(path)
    with statements(app) as sent:
        browser.get(path)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in sent)


def test_a_clerk_chooses_the_own_school_as_sender(
    timetables: Timetables, sign_in_as: SignInAs
) -> None:
    page = sign_in_as(CLERK).get(NEW)
    own = timetables.world.own
    senders = _options(page, "sender")
    assert senders == {str(own.member_id)}
    assert _options(page, "receiver") == {"", str(own.lead_id), str(own.pivot_id)}


def _options(page: Page, name: str) -> set[str]:
    (select,) = [one for one in page.root.iter("select") if one.get("name") == name]
    return {str(option.get("value")) for option in select.iter("option")}


def test_officials_look_on(timetables: Timetables, sign_in_as: SignInAs) -> None:
    arranged = timetables.arrange()
    browser = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = browser.get(f"/walking-teaching/arrangements/{arranged}")
    assert "陈静" in page.text
    assert not any("/visits/" in link or link.endswith("/edit") for link in page.links)
    assert isinstance(
        timetables.do(Role.DISTRICT_OFFICIAL, services.open_arrangement, arranged),
        services.OpenArrangement,
    )
