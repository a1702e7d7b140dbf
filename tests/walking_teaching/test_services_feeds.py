"""The calendar to subscribe to: what it shows, to whom, and when it is dead."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from community.access import Role
from community.accounts.models import UserAccount
from community.kernel import clock
from community.kernel.database import session
from community.walking_teaching import services
from community.walking_teaching.models import CalendarFeed
from community.walking_teaching.services import feeds
from tests.conftest import Recording, SignInAs
from tests.walking_teaching.conftest import CLERK, LEAD, NOW, Timetables

NEXT_THURSDAY = date(2024, 10, 17)


@pytest.fixture
def subscribe(sign_in_as: SignInAs, timetables: Timetables) -> Callable[[Role], str]:
    """Makes the calendar of a role, by the page; the path of its address."""

    def make(role: Role) -> str:
        browser = sign_in_as(role)
        token = browser.get("/account/calendar").forms[0].fields["csrf_token"]
        page = browser.post("/account/calendar", {"csrf_token": token})
        address = page.root.find(".//input[@id='calendar-address']")
        assert address is not None
        return str(address.get("value")).removeprefix("http://localhost")

    return make


def events(timetables: Timetables, path: str) -> list[dict[str, str]]:
    answer = timetables.app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.get_data())
    return [{key: str(value) for key, value in event.items()} for event in calendar.walk("VEVENT")]


def test_the_visits_of_the_term(timetables: Timetables, subscribe: Callable[[Role], str]) -> None:
    arranged = timetables.arrange()
    path = subscribe(LEAD)
    found = events(timetables, path)
    assert len(found) == 8
    before = {event["UID"] for event in found}
    timetables.do(LEAD, services.cancel_visit, timetables.visit_id(arranged, NEXT_THURSDAY), "考试")
    again = events(timetables, path)
    assert {event["UID"] for event in again} == before, "what it was keeps its name"
    stati = sorted(event["STATUS"] for event in again)
    assert stati == ["CANCELLED", *["CONFIRMED"] * 7]


def test_the_file_says_its_time_zone(
    timetables: Timetables, subscribe: Callable[[Role], str]
) -> None:
    timetables.arrange()
    text = timetables.app.test_client().get(subscribe(LEAD)).get_data(as_text=True)
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in text
    assert "DTSTART;TZID=Asia/Shanghai:20241008T085000" in text
    assert re.search(r"SUMMARY:陈静.*第2-3节", text)


def test_it_shows_what_its_account_may_see(
    timetables: Timetables, subscribe: Callable[[Role], str]
) -> None:
    own = timetables.world.own
    timetables.arrange()
    timetables.arrange(receiver_id=own.pivot_id, staff_number="JD0900")
    assert len(events(timetables, subscribe(CLERK))) == 8, "the visits to the own school"
    assert len(events(timetables, subscribe(LEAD))) == 16


def test_an_address_dies(
    timetables: Timetables,
    subscribe: Callable[[Role], str],
    sign_in_as: SignInAs,
    recording: Recording,
) -> None:
    client = timetables.app.test_client()
    first = subscribe(LEAD)
    second = subscribe(LEAD)
    assert client.get(first).status_code == 404, "a new address ends the old one"
    assert client.get(second).status_code == 200
    browser = sign_in_as(LEAD)
    browser.submit(browser.get("/account/calendar"), "/revoke")
    assert client.get(second).status_code == 404
    third = subscribe(CLERK)
    with recording():
        account = session().get_one(UserAccount, timetables.world.account_ids[CLERK])
        account.disabled_at = NOW
    assert client.get(third).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "a" * 500])
def test_an_unknown_address(timetables: Timetables, token: str) -> None:
    assert timetables.app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_the_secret_is_not_on_file(
    timetables: Timetables, subscribe: Callable[[Role], str]
) -> None:
    token = subscribe(LEAD).removeprefix("/calendar/").removesuffix(".ics")
    with timetables.app.app_context():
        (feed,) = session().query(CalendarFeed).all()
        assert token not in feed.token_sha256
        assert len(feed.token_sha256) == 64


def test_one_that_is_read_too_often_has_to_wait(
    timetables: Timetables,
    subscribe: Callable[[Role], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "READS_PER_HOUR", 2)
    path, client = subscribe(LEAD), timetables.app.test_client()
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert int(client.get(path).headers["Retry-After"]) == 3600
    later: datetime = NOW + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(path).status_code == 200


def test_between_terms_there_is_nothing(
    timetables: Timetables, subscribe: Callable[[Role], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    timetables.arrange()
    path = subscribe(LEAD)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=600))
    assert events(timetables, path) == []
