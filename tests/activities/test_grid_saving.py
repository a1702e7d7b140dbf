"""A table of records is saved while it is typed, comes back, and costs little to report."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from community.access import Role
from community.accounts.models import UserSession
from community.activities.models import Activity, SavedEntry
from community.activities.rules import Sheet
from community.activities.rules.entries import MOST_SIGNS_OF_TABLE
from community.grids.rules import RowVersions, TypedTable, find_differences
from community.kernel import clock
from community.kernel.database import session, transaction
from community.registry.rules import SchoolType
from tests.activities.test_grid import KEYS, count, faults_of, names, row, send
from tests.browser_client import Browser, Page
from tests.communities.conftest import statements
from tests.conftest import Recording, SignInAs
from tests.factories import (
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.world import World

__all__ = ["names"]  # a fixture
LEAD = Role.LEAD_SCHOOL_ADMINISTRATOR
GRID = "/activities/grid"


@pytest.mark.parametrize(
    ("on_file", "typed", "differences"),
    [
        ("a\tb\nc", "a\tb\nc", []),
        ("a\tb", "a\tx", [RowVersions(1, "a · b", "a · x")]),
        ("a", "a\n\n\tnew", [RowVersions(3, "", "new")]),
        ("a\nb", "", [RowVersions(1, "a", ""), RowVersions(2, "b", "")]),
    ],
)
def test_rows_in_which_two_versions_differ(
    on_file: str, typed: str, differences: list[RowVersions]
) -> None:
    assert find_differences(on_file, typed) == differences


@pytest.mark.parametrize(("text", "filled"), [("", 0), ("\n\t\n", 0), ("a\n\n\tb", 2)])
def test_how_many_rows_are_filled_in(text: str, filled: int) -> None:
    assert TypedTable("JD-01", text, "", 0).filled_count == filled


# --- saving itself ----------------------------------------------------------------------------


@pytest.fixture
def lead(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(LEAD)


def fields_of(page: Page) -> dict[str, Any]:
    return page.form("grid?sheet").fields


def save(browser: Browser, page: Page, text: str, *, is_json: bool = True) -> Any:
    """Save a table as static/js/grid.js does, or as the button does."""
    fields = fields_of(page) | {"table": text}
    address = f"{GRID}/{fields['form_key']}?sheet=shared_teaching"
    headers = {"Referer": page.address} | ({"Accept": "application/json"} if is_json else {})
    return browser.client.post(address, data=fields, headers=headers)


def saved(app: Flask) -> list[SavedEntry]:
    with app.app_context():
        return list(session().scalars(select(SavedEntry)))


def table_of(page: Page) -> str:
    return str(fields_of(page)["table"]).strip()


def test_a_table_saves_itself_and_comes_back(app: Flask, lead: Browser) -> None:
    page = lead.get(GRID)
    answer = save(lead, page, "2024-10-8\n\t奥数")
    assert answer.status_code == 200
    assert "已保存" in answer.json["message"]
    # The answer was lost on the way: the page still has the old revision, and is not refused.
    assert save(lead, page, "2024-10-9\n\t奥数").status_code == 200
    (entry,) = saved(app)
    assert entry.fields["filled"] == ["2"]
    address = f"{GRID}/{entry.form_key}"
    again = lead.get(GRID)  # on any device, and without saying which
    assert again.address.endswith(address)
    assert table_of(again) == "2024-10-9\n\t奥数"
    # It waits with the other forms, on the first page too.
    for path in ("/", "/entries"):
        shown = lead.get(path)
        assert address in shown.links, path
        assert "2" in shown.text, path
    assert table_of(lead.get(f"{GRID}?new=1")) == ""
    assert table_of(lead.get(f"{GRID}?sheet=walking_teaching")) == ""
    lead.get(f"/entries/{entry.form_key}", 404)
    gone = lead.submit(again, "/discard")
    assert address not in gone.links
    assert not saved(app)


def test_a_table_is_gone_once_it_is_reported(
    app: Flask, lead: Browser, names: dict[str, str]
) -> None:
    page = lead.get(GRID)
    text = "\t".join(row(names).get(key, "") for key in KEYS)
    save(lead, page, text)
    form_key = fields_of(page)["form_key"]
    late = save(lead, page, text)
    sent = lead.get(f"{GRID}/{form_key}")
    for _ in range(3):
        done = lead.submit(sent, "grid?sheet")
        assert "/activities?community=JD-01" in done.address
    assert count(app) == 1
    assert not saved(app)
    # What another tab still saves or opens makes no second one of it.
    assert late.status_code == 200
    assert save(lead, page, text).status_code == 422
    assert "已经上报" in lead.get(f"{GRID}/{form_key}").text
    with app.app_context():
        assert session().scalars(select(Activity.form_key)).one() == form_key


def test_what_is_refused_stays_saved(app: Flask, lead: Browser, names: dict[str, str]) -> None:
    text = "\t".join(row(names, subject="奥数").get(key, "") for key in KEYS)
    again = lead.submit(lead.get(GRID), "grid?sheet", status=422, table=text)
    assert "奥数" in table_of(again)
    (entry,) = saved(app)
    assert entry.fields["table"] == [text]
    mended = text.replace("奥数", "数学")
    lead.submit(again, "grid?sheet", table=mended)
    assert (count(app), saved(app)) == (1, [])


def test_two_devices_at_once_lose_neither_version(
    app: Flask, lead: Browser, names: dict[str, str]
) -> None:
    save(lead, lead.get(GRID), "2024-10-8")
    desk, phone = lead.get(GRID), lead.get(GRID)
    assert save(lead, desk, "2024-10-8\n电脑上写的").status_code == 200
    refused = save(lead, phone, "2024-10-8\n手机上写的")
    assert (refused.status_code, refused.json["is_stale"]) == (409, True)
    # Reported as a whole from there it is refused as well, as JSON and without JavaScript.
    fields = fields_of(phone)
    stale = send(
        lead,
        [row(names)],
        409,
        form_key=fields["form_key"],
        revision=fields["revision"],
        saved_from=fields["saved_from"],
    )
    assert stale["is_stale"]
    both = lead.submit(phone, "grid?sheet", 409, table="2024-10-8\n手机上写的")
    assert "电脑上写的" in both.text
    assert table_of(both).endswith("手机上写的")
    (entry,) = saved(app)
    assert "电脑上写的" in entry.fields["table"][0], "nothing is overwritten unasked"
    assert count(app) == 0
    assert save(lead, both, "2024-10-8\n手机上写的").status_code == 200
    (entry,) = saved(app)
    assert "手机上写的" in entry.fields["table"][0]


def test_a_table_saved_after_its_session_has_ended_is_kept(app: Flask, lead: Browser) -> None:
    page = lead.get(GRID)
    with app.app_context(), transaction():
        session().execute(update(UserSession).values(ended_at=clock.now()))
    assert save(lead, page, "2024-10-8").status_code == 401
    # The button keeps what was typed in the sign-in page, as it does with forms.
    fields = fields_of(page) | {"table": "2024-10-8\t霖磐"}
    asked = lead.post(f"{GRID}/{fields['form_key']}?sheet=shared_teaching", fields, 401)
    assert "您填写的内容已保留" in asked.text
    assert not saved(app)


def test_a_table_that_is_too_long_is_refused_and_comes_back(app: Flask, lead: Browser) -> None:
    page = lead.get(GRID)
    long = "x" * (MOST_SIGNS_OF_TABLE + 1)
    assert save(lead, page, long).status_code == 422
    refused = lead.submit(page, "grid?sheet", 422, table=long)
    assert table_of(refused) == long
    assert not saved(app)


# --- kindergartens ----------------------------------------------------------------------------


@pytest.fixture
def kindergarten(world: World, recording: Recording, app: Flask) -> str:
    """A kindergarten of the own community, by name."""
    with recording():
        school = SchoolFactory.create(
            county=None, county_id=world.own.county_id, name="霖磐镇中心幼儿园"
        )
        SchoolVersionFactory.create(school=school, type=SchoolType.KINDERGARTEN)
        stay = MembershipFactory.create(
            community=None,
            community_id=world.own.community_id,
            county_id=world.own.county_id,
            member=school,
        )
        MembershipVersionFactory.create(stay=stay)
    return "霖磐镇中心幼儿园"


HALF_DAY = {"subject": "", "periods": "", "half_days": "1"}
VISIT = {
    "held_on": "2024-10-9",
    "teacher_name": "黄老师",
    "staff_number": "T001",
    "kind": "走教",
    "slots": "上午",
    "half_days": "1",
}


LESSON, VISITS = Sheet.SHARED_TEACHING, Sheet.WALKING_TEACHING
HALF_DAY_CASES: Final[Sequence[tuple[Sheet, dict[str, str], list[tuple[int, str]]]]] = [
    (LESSON, HALF_DAY, []),
    (LESSON, HALF_DAY | {"half_days": "3"}, [(1, "half_days")]),
    (LESSON, HALF_DAY | {"half_days": ""}, [(1, "subject"), (1, "periods")]),
    (LESSON, {}, [(1, "periods"), (1, "subject"), (1, "half_days")]),
    (LESSON, HALF_DAY | {"periods": "2"}, [(1, "periods")]),
    (VISITS, {}, []),
    (VISITS, {"slots": "第2节"}, [(1, "slots")]),
    (VISITS, {"slots": "全天"}, [(1, "half_days")]),
]


def test_a_row_of_a_kindergarten_gives_half_days(
    app: Flask, lead: Browser, names: dict[str, str], kindergarten: str
) -> None:
    for sheet, cells, faults in HALF_DAY_CASES:
        given = row(names) if sheet is LESSON else VISIT
        status = 422 if faults else 200
        rows = [{**given, "receivers": kindergarten, **cells}]
        answer = send(lead, rows, status, sheet=sheet)
        assert faults == (faults_of(answer) if faults else []), cells
    with app.app_context():
        for made in session().scalars(select(Activity)):
            assert (made.half_days_count, made.periods_count, made.subject) == (1, None, None)
    assert count(app) == 2
    # Schools have lessons.
    refused = send(lead, [row(names, **HALF_DAY)], 422)
    assert set(faults_of(refused)) == {(1, "half_days"), (1, "subject"), (1, "periods")}


# --- what it costs ----------------------------------------------------------------------------

SHEETS = {
    Sheet.SHARED_TEACHING: {},
    Sheet.WALKING_TEACHING: {
        "teacher_name": "黄老师",
        "staff_number": "T001",
        "kind": "走教",
        "subject": "音乐",
        "slots": "第2-3节",
        "periods": "2",
    },
    Sheet.RESOURCE_TRANSFERS: {"kind": "图书", "content": "绘本", "quantity": "9", "unit": "册"},
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_many_rows_cost_as_many_statements_as_few(
    app: Flask, lead: Browser, names: dict[str, str], sheet: Sheet
) -> None:
    def cost(month: int, rows: int) -> int:
        given = {"receivers": names["member"], **SHEETS[sheet]}
        base = row(names) if sheet is Sheet.SHARED_TEACHING else {}
        table = [
            {**base, **given, "held_on": f"2024-{month}-{day}", "evidence": f"档{day}"}
            for day in range(1, rows + 1)
        ]
        with statements(app) as sent:
            send(lead, table, sheet=sheet, form_key=str(uuid4()))
        return len(sent)

    cost(10, 1)  # begins the journal
    few, many = cost(11, 2), cost(12, 20)
    assert many <= few
    assert count(app) == 23
