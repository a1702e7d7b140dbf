"""A table of records: pasted, read as a ledger is, all or nothing, once."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.access import Role
from community.activities.models import Activity, ActivityReceiver
from community.activities.rules import Sheet
from community.grids.forms import read_json
from community.grids.rules import MOST_ROWS, parse_table
from community.grids.services import KINDS, LABELS
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.registry.models import School, SchoolAlias
from tests.browser_client import Browser
from tests.conftest import Recording, SignInAs
from tests.world import World

LEAD, CLERK = Role.LEAD_SCHOOL_ADMINISTRATOR, Role.SCHOOL_CLERK
KEYS = KINDS[Sheet.SHARED_TEACHING].keys


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\nc\td\n", (("a", "b"), ("c", "d"))),
        ("a\tb\r\nc\td", (("a", "b"), ("c", "d"))),
        ('"甲校\n乙校"\tb', (("甲校\n乙校", "b"),)),  # a line's end inside a cell
        ('"他说""好"""\tb', (('他说"好"', "b"),)),
        ('5"屏\tb', (('5"屏', "b"),)),  # quotes further on are signs like others
        ("\ta\n\t\n\t\n", (("", "a"),)),
        (" a \t　b　", (("a", "b"),)),
        ("", ()),
    ],
)
def test_what_wps_and_excel_put_on_the_clipboard(
    text: str, cells: tuple[tuple[str, ...], ...]
) -> None:
    assert parse_table(text) == cells


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"columns": "held_on", "rows": []},
        {"columns": [], "rows": [[1]], "form_key": str(uuid4())},
        {"columns": [], "rows": [["x" * 2001]], "form_key": str(uuid4())},
        {"columns": [], "rows": [[]] * 1001, "form_key": str(uuid4())},
        {"columns": [], "rows": [], "form_key": "1; DROP TABLE"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(given: object) -> None:
    with pytest.raises(RuleViolationError):
        read_json(given)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.sheet.value)
def test_each_column_has_a_name_and_is_one_of_the_ledgers(kind: Any) -> None:
    assert set(kind.keys) <= set(LABELS)
    assert set(kind.keys) - set(kind.names) == {"double_reason"}
    assert kind.required <= set(kind.keys)
    # The receiving schools confirm on the web.
    assert {"confirmers", "confirmed_on"} <= kind.unsaid


@pytest.fixture
def names(app: Flask, world: World) -> dict[str, str]:
    """What the schools of the own community are called."""
    with app.app_context():
        own = world.own
        ids = {"lead": own.lead_id, "pivot": own.pivot_id, "member": own.member_id}
        return {who: session().get_one(School, id_).name for who, id_ in ids.items()}


def row(names: dict[str, str], day: str = "2024-10-8", **cells: str) -> dict[str, str]:
    """A lesson of the lead school for the rural member."""
    return {
        "held_on": day,
        "kind": "同步课堂",
        "mode": "线上",
        "subject": "语文",
        "periods": "2",
        "receivers": names["member"],
        "lecturer_name": "陈老师",
        "topic": "《静夜思》",
        **cells,
    }


def send(
    browser: Browser,
    rows: list[dict[str, str]],
    status: int = 200,
    *,
    form_key: str = "",
    sheet: Sheet = Sheet.SHARED_TEACHING,
    community: str = "JD-01",
    **page: Any,
) -> Any:
    """Send a table as static/js/grid.js does."""
    browser.app.config.update(WTF_CSRF_ENABLED=False)
    keys = KINDS[sheet].keys
    answer = browser.client.post(
        f"/activities/grid?sheet={sheet.value}",
        json={
            "community": community,
            "form_key": form_key or str(uuid4()),
            "columns": list(keys),
            "rows": [[cells.get(key, "") for key in keys] for cells in rows],
            **page,
        },
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()


def count(app: Flask) -> int:
    with app.app_context():
        return session().scalar(select(func.count(Activity.id))) or 0


def faults_of(answer: Any) -> list[tuple[int, str | None]]:
    return [(fault["row"], fault["key"]) for fault in answer["faults"]]


def test_each_row_becomes_a_record_that_waits_for_its_receivers(
    app: Flask, world: World, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    both = f"{names['pivot']}、{names['member']}"
    rows = [
        row(names),
        {},
        row(names, "2024年10月9日", receivers=both, evidence="档001"),
        row(names, "2024.10.10", kind="联合教研", mode="线下", subject="数学", pupils_count=""),
    ]
    answer = send(sign_in_as(LEAD), rows)
    assert answer["url"].endswith("/activities?community=JD-01")
    with app.app_context():
        found = session().scalars(select(Activity).order_by(Activity.held_on)).all()
        assert [one.held_on for one in found] == [date(2024, 10, day) for day in (8, 9, 10)]
        assert {one.reported_by_school_id for one in found} == {world.own.lead_id}
        assert {one.provider_id for one in found} == {world.own.lead_id}  # left blank
        assert {one.state.value for one in found} == {"submitted"}
        second = select(ActivityReceiver.school_id).filter_by(activity_id=found[1].id)
        assert set(session().scalars(second)) == {world.own.pivot_id, world.own.member_id}


def test_a_table_sent_ten_times_is_reported_once(
    app: Flask, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    lead, form_key = sign_in_as(LEAD), str(uuid4())
    for _ in range(3):
        send(lead, [row(names), row(names, "2024-10-9")], form_key=form_key)
    assert count(app) == 2


@pytest.mark.parametrize(
    ("cells", "key", "chinese", "english"),
    [
        ({"held_on": "2025.10"}, "held_on", "", ""),
        ({"held_on": ""}, "held_on", "不能为空", "must not be blank"),
        ({"held_on": "2031-1-1"}, "held_on", "", "still to come"),
        ({"kind": "网课"}, "kind", "网课", "网课"),
        ({"subject": "奥数"}, "subject", "奥数", "奥数"),
        ({"periods": "两节半"}, "periods", "两节半", "is not a number"),
        ({"periods": "99"}, "periods", "", "a number from 1 to"),
        ({"receivers": "不存在小学"}, "receivers", "不存在小学", "No school is known"),
        ({"receivers": ""}, "receivers", "不能为空", "must not be blank"),
        ({"pupils_count": "-3"}, "pupils_count", "-3", "too small"),
        ({"topic": "长" * 301}, "topic", "301", "301"),
    ],
)
def test_a_fault_names_its_cell_and_nothing_is_reported(
    app: Flask,
    sign_in_as: SignInAs,
    names: dict[str, str],
    cells: dict[str, str],
    key: str,
    chinese: str,
    english: str,
) -> None:
    lead = sign_in_as(LEAD)
    rows = [row(names), row(names, "2024-10-9", **{"held_on": "2024-10-9"} | cells)]
    answer = send(lead, rows, 422)
    assert (2, key) in faults_of(answer)
    assert any(chinese in fault["message"] for fault in answer["faults"])
    lead.client.set_cookie("locale", "en")
    said = send(lead, rows, 422)
    assert any(english in fault["message"] for fault in said["faults"])
    assert count(app) == 0


def test_rules_of_the_domain_are_said_in_their_cells(
    app: Flask, world: World, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    rows = [
        row(names, "2023-10-8"),  # before anybody was a member
        row(names),
        row(names),  # the same once more
    ]
    answer = send(sign_in_as(LEAD), rows, 422)
    assert {1} == {number for number, _ in faults_of(answer)}  # the readers come first
    answer = send(sign_in_as(LEAD), rows[1:], 422)
    assert faults_of(answer) == [(2, "double_reason")]
    assert count(app) == 0
    rows[2]["double_reason"] = "上午下午各一次"
    send(sign_in_as(LEAD), rows[1:])
    assert count(app) == 2


def test_a_clerk_reports_what_its_own_school_provides(
    app: Flask, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    clerk = sign_in_as(CLERK)
    others = row(names, provider=names["lead"], receivers=names["pivot"])
    assert (1, "provider") in faults_of(send(clerk, [others], 422))
    send(clerk, [row(names, receivers=names["pivot"])])
    assert count(app) == 1


def test_aliases_are_understood_as_in_ledgers(
    app: Flask, world: World, sign_in_as: SignInAs, recording: Recording, names: dict[str, str]
) -> None:
    with recording():
        session().add(SchoolAlias(school_id=world.own.member_id, name="埔田老校"))
    send(sign_in_as(LEAD), [row(names, receivers="埔田老校")])
    assert count(app) == 1


@pytest.mark.parametrize(
    ("sheet", "cells"),
    [
        (
            Sheet.WALKING_TEACHING,
            {
                "teacher_name": "黄老师",
                "staff_number": "T001",
                "kind": "走教",
                "subject": "音乐",
                "slots": "第2-3节",
                "periods": "2",
                "travel_mode": "公交",
            },
        ),
        (
            Sheet.RESOURCE_TRANSFERS,
            {
                "kind": "图书",
                "content": "绘本",
                "quantity": "120",
                "unit": "册",
                "amount": "1200.50",
                "is_loan": "是",
                "due_on": "2024-12-31",
            },
        ),
    ],
)
def test_the_other_two_ledgers(
    app: Flask, sign_in_as: SignInAs, names: dict[str, str], sheet: Sheet, cells: dict[str, str]
) -> None:
    given = {"held_on": "2024-10-8", "receivers": names["member"], **cells}
    lead = sign_in_as(LEAD)
    send(lead, [given], sheet=sheet)
    assert count(app) == 1
    blank = dict.fromkeys(cells, "")
    faults = faults_of(send(lead, [{**given, **blank}], 422, sheet=sheet))
    assert {key for _, key in faults} == KINDS[sheet].required - {"held_on", "receivers"}


def test_a_community_out_of_reach_and_too_many_rows(
    app: Flask, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    lead = sign_in_as(LEAD)
    send(lead, [row(names)], 404, community="JD-02")
    assert "200" in send(lead, [row(names)] * (MOST_ROWS + 1), 422)["message"]
    assert "空" in send(lead, [{}, {}], 422)["message"]
    send(sign_in_as(Role.DISTRICT_OFFICIAL), [row(names)], 403)
    assert count(app) == 0


def test_without_javascript_the_table_is_pasted_into_one_field(
    app: Flask, sign_in_as: SignInAs, names: dict[str, str]
) -> None:
    lead = sign_in_as(LEAD)
    page = lead.get("/activities/grid")
    header = "日期\t类别\t方式\t学科\t课时\t接收校\t课程"
    line = f"2024-10-8\t同步课堂\t线上\t语文\t2\t{names['member']}\t"
    faulty = line.replace("语文", "奥数")
    again = lead.submit(page, "grid?sheet", status=422, table=f"{header}\n{line}\n{faulty}")
    assert "第 3 行" in again.text
    assert "奥数" in again.form("grid?sheet").fields["table"]  # nothing typed is lost
    done = lead.submit(again, "grid?sheet", table=f"{header}\n{line}\n")
    assert "已上报 1 条" in done.text
    assert count(app) == 1
    # The columns of the page, in its order, need no header.
    other = "\t".join(row(names, "2024-10-9").get(key, "") for key in KEYS)
    lead.submit(lead.get("/activities/grid"), "grid?sheet", table=other)
    assert count(app) == 2


def test_who_is_in_no_community_is_told_so(sign_in_as: SignInAs, world: World) -> None:
    # Membership ends before today: the world's are open, so a school outside is asked.
    assert "填写" in sign_in_as(LEAD).get("/activities/grid?sheet=walking_teaching").text
    sign_in_as(LEAD).get("/activities/grid?sheet=nothing", 404)
