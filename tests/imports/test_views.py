"""Imports on the web, as an official works: hand in, look, choose, confirm, take back."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event, func, select

from community.access import Role
from community.activities.models import Activity
from community.imports import services
from community.imports.models import ImportBatch, PendingImport
from community.imports.rules import PENDING_KEPT
from community.imports.services import running, working
from community.imports.sheets import SourceFile, read_files
from community.jobs.models import Job
from community.jobs.rules import JobState
from community.journal.services import writing
from community.kernel import clock, queue, storage
from community.kernel.database import Base, session, transaction
from community.registry.models import School, SchoolVersion
from community.web.extensions import db
from tests.browser_client import Browser, Page, text_of
from tests.conftest import OPERATOR, Recording, SignInAs, WorkOff
from tests.factories import (
    ImportBatchCountyFactory,
    ImportBatchFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.imports import workbooks
from tests.imports.workbooks import (
    LEAD,
    SCHOOLS,
    VILLAGE,
    Sheet,
    community,
    csv_file,
    lesson,
    lessons,
    memberships,
    xls,
    xlsx,
)
from tests.world import World

HOSTILE = "<script>alert(1)</script>{{7*7}}=1+1"


def school(name: str = LEAD, **cells: Any) -> dict[str, Any]:
    """A row of the roster, without a township: the small world has none."""
    return workbooks.school(name, **{"所属乡镇(街道)": ""} | cells)


def roster(*rows: dict[str, Any], name: str = "名册.xlsx") -> SourceFile:
    return xlsx(Sheet("学校", SCHOOLS, rows or (school(),)), name=name)


def registers() -> SourceFile:
    """Schools, a community and its members."""
    return xlsx(
        Sheet("学校", SCHOOLS, [{**row, "所属乡镇(街道)": ""} for row in workbooks.schools()]),
        Sheet("共同体", workbooks.COMMUNITIES, [community()]),
        Sheet("成员", workbooks.MEMBERSHIPS, memberships()),
        name="登记.xlsx",
    )


@dataclass
class Counter:
    """An official at a browser, and the worker behind."""

    app: Flask
    browser: Browser
    work_off: WorkOff

    def hand_in(self, *files: SourceFile, **fields: Any) -> Page:
        """Send files; the page on which they are worked on."""
        page = self.browser.get("/imports/new")
        sent = [(io.BytesIO(file.data or b""), file.name) for file in files]
        return self.browser.submit(page, "/imports/new", files=sent, **fields)

    def preview(self, *files: SourceFile, **fields: Any) -> Page:
        """Send files and have them read."""
        page = self.hand_in(*files, **fields)
        self.work_off()
        return self.browser.get(page.address)

    def confirm(self, preview: Page) -> Page:
        """Confirm a preview and have it written."""
        page = self.browser.submit(preview, "/confirm")
        self.work_off()
        return self.browser.get(page.address)

    def bring_in(self, *files: SourceFile, **fields: Any) -> Page:
        """The whole way; the page of the batch."""
        return self.confirm(self.preview(*files, **fields))

    def count(self, model: type[Base]) -> int:
        with self.app.app_context():
            return session().scalar(select(func.count()).select_from(model)) or 0

    def names(self) -> set[str]:
        with self.app.app_context():
            return set(session().scalars(select(School.name)))


@pytest.fixture
def counter(app: Flask, sign_in_as: SignInAs, work_off: WorkOff) -> Counter:
    queue.beat()
    return Counter(app, sign_in_as(Role.DISTRICT_OFFICIAL), work_off)


# --- the whole way ----------------------------------------------------------------------------


def test_files_are_read_looked_at_confirmed_and_taken_back(counter: Counter) -> None:
    working = counter.hand_in(roster(school(), school(VILLAGE)))
    assert "data-live" in working.response.get_data(as_text=True)
    counter.work_off()
    preview = counter.browser.get(working.address)
    assert LEAD in preview.text
    assert LEAD not in counter.names()

    batch = counter.confirm(preview)
    assert batch.address.endswith("/imports/1")
    assert {LEAD, VILLAGE} <= counter.names()
    assert "名册.xlsx" in batch.text

    question = counter.browser.get(f"{batch.address}/undo")
    result = counter.browser.submit(question, "/undo")
    counter.work_off()
    assert "/imports/1" in counter.browser.get(result.address).links
    page = counter.browser.get(batch.address)
    assert not [link for link in page.links if link.endswith("/undo")]
    with counter.app.app_context():
        assert session().get_one(ImportBatch, 1).undone_at is not None
        shown = session().scalars(select(SchoolVersion.is_undone).filter_by(batch_id=1))
        assert set(shown) == {True}
    assert counter.bring_in(roster(school(), school(VILLAGE))).address.endswith("/imports/2")


def test_a_ledger_of_past_years_is_known_from_its_dates(counter: Counter) -> None:
    counter.bring_in(registers(), is_history="y")
    counter.bring_in(lessons(lesson()), is_history="y")
    with counter.app.app_context():
        activity = session().scalars(select(Activity)).one()
        assert activity.known_from < clock.now() - timedelta(days=100)
    counter.bring_in(lessons(lesson(主题="另一课")))
    with counter.app.app_context():
        later = session().scalars(select(Activity).order_by(Activity.id.desc())).first()
        assert later is not None
        assert later.known_from > clock.now() - timedelta(hours=1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: csv_file(Sheet("", SCHOOLS, [school()]), encoding="gb18030", name="名册.csv"),
        lambda: csv_file(Sheet("", SCHOOLS, [school()]), name="名册.csv"),
        lambda: xls(Sheet("学校", SCHOOLS, [school()]), name="名册.xls"),
    ],
    ids=["GBK", "UTF-8", "xls"],
)
def test_old_formats_come_in_too(counter: Counter, make: Callable[[], SourceFile]) -> None:
    counter.bring_in(make())
    assert LEAD in counter.names()


def test_the_same_files_again_leave_nothing_to_confirm(counter: Counter) -> None:
    counter.bring_in(roster())
    page = counter.preview(roster())
    assert not [form for form in page.forms if form.action.endswith("/confirm")]
    answer = counter.browser.client.post(
        page.address + "/confirm", data=page.form("/discard").fields | {"reading": 1}
    )
    assert answer.status_code == 409
    assert counter.count(ImportBatch) == 1


# --- faults -----------------------------------------------------------------------------------


def test_every_fault_is_marked_in_place_and_the_same_as_at_the_terminal(counter: Counter) -> None:
    files = [
        roster(
            school(), school(VILLAGE, 办学类型="学堂", 启用日期="2025.10"), school("", 简称="无")
        ),
        lessons(lesson(共同体编号="JD-99")),
    ]
    page = counter.preview(*files)
    with counter.app.app_context(), transaction():
        expected = services.import_source(read_files(files), actor=OPERATOR).errors
    assert len(expected) >= 4
    shown = page.text + counter.browser.get(page.address + "?sheet=1&show=faulty").text
    for error in expected:
        assert f"{error.column}{error.row}" in shown
        assert str(error.message) in shown
        assert error.value in shown
    assert not [form for form in page.forms if form.action.endswith("/confirm")]
    assert counter.count(ImportBatch) == 0


def test_ones_own_file_comes_back_with_the_faults_marked(counter: Counter) -> None:
    page = counter.preview(roster(school(办学类型="学堂")), lessons())
    links = [link for link in page.links if "/files/" in link]
    assert [link.rsplit("/", 1)[1] for link in links] == ["0"]
    answer = counter.browser.client.get(links[0])
    assert "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    marked = book["学校"].cell(2, 7)
    assert (marked.value, marked.fill.start_color.rgb) == ("学堂", "00FFC7CE")
    assert marked.comment is not None
    counter.browser.get(page.address + "/files/1", 404)
    counter.browser.get(page.address + "/files/7", 404)


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 40_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("炸弹.xlsx", bomb, "unsafe_file"),
        ("照片.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "unknown_file"),
        ("空.csv", "甲,乙\n1,2\n".encode, "no_table"),
    ],
)
def test_files_that_are_no_ledgers_are_refused_with_what_to_do(
    counter: Counter, name: str, data: Callable[[], bytes], said: str
) -> None:
    file = SourceFile(name, data())
    (error,) = read_files([file]).errors
    assert error.code == said
    page = counter.preview(file, roster())
    assert str(error.message) in page.text
    assert name in page.text
    assert LEAD in page.text  # what can be read is shown all the same
    assert LEAD not in counter.names()


def test_hostile_cells_and_names_stay_text(counter: Counter) -> None:
    page = counter.preview(
        roster(school(HOSTILE, 办学类型=HOSTILE), name="<img src=x onerror=alert(1)>.xlsx")
    )
    html = page.response.get_data(as_text=True)
    assert HOSTILE in page.text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    link = next(link for link in page.links if "/files/" in link)
    book = openpyxl.load_workbook(io.BytesIO(counter.browser.client.get(link).data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize(("files", "field"), [([], "files"), (["x.csv"] * 21, "files")])
def test_no_file_or_too_many_are_refused_on_the_form(
    counter: Counter, files: list[str], field: str
) -> None:
    page = counter.browser.get("/imports/new")
    sent = [(io.BytesIO(b"x"), name) for name in files] or [(io.BytesIO(b""), "")]
    page = counter.browser.submit(page, "/imports/new", 422, files=sent, is_history="y")
    assert page.form("/imports/new").fields["is_history"] == "y"
    assert counter.count(PendingImport) == 0


def test_files_of_one_name_are_told_apart(counter: Counter) -> None:
    page = counter.preview(
        roster(school(办学类型="学堂"), name="a/名册.xlsx"),
        roster(school(VILLAGE), name="名册.xlsx"),
    )
    with counter.app.app_context():
        names = [file["name"] for file in session().get_one(PendingImport, 1).files]
    assert names == ["名册.xlsx", "2-名册.xlsx"]
    assert all(name in page.text for name in names)


# --- long files -------------------------------------------------------------------------------


def test_long_sheets_are_shown_page_by_page_at_the_same_cost(counter: Counter, app: Flask) -> None:
    rows = [school(f"揭东区第{n}小学", 办学类型="小学" if n % 2 else "学堂") for n in range(620)]
    page = counter.preview(roster(*rows))
    address = page.address
    costs = []
    with app.app_context():
        engine = db.engine
    for at, expected in ((0, "第0小学"), (600, "第600小学"), (99_999, "第619小学")):
        statements: list[str] = []

        def note(*args: Any, into: list[str] = statements) -> None:
            into.append(args[2])

        event.listen(engine, "before_cursor_execute", note)
        page = counter.browser.get(f"{address}?sheet=0&show=all&at={at}")
        event.remove(engine, "before_cursor_execute", note)
        assert expected in page.text
        costs.append(len(statements))
    assert len(set(costs)) == 1
    assert costs[0] <= 5
    faulty = counter.browser.get(f"{address}?sheet=0&show=faulty&at=50")
    assert "第100小学" in faulty.text
    assert "第101小学" not in faulty.text
    assert counter.browser.get(f"{address}?sheet=x&show=y&at=-1").status == 200
    counter.browser.get(f"{address}?sheet=9", 404)


def test_rows_that_are_no_data_are_shown_as_skipped(counter: Counter) -> None:
    page = counter.preview(
        roster(school(序号="示例"), school(VILLAGE), school("合计", 序号="合计"))
    )
    skipped = counter.browser.get(page.address + "?sheet=0&show=skipped")
    assert "示例" in skipped.text
    assert VILLAGE not in skipped.text


def test_what_a_changed_row_changes_is_marked(counter: Counter) -> None:
    open_row = lesson(接收校确认人="—", 确认日期="", 佐证材料档号="")
    counter.bring_in(registers(), lessons(open_row))
    page = counter.preview(lessons(lesson()))
    cells = [cell for cell in page.root.iter("td") if cell.get("class") == "import-changed"]
    assert {cell.get("data-label") for cell in cells} == {
        "N 佐证材料档号",
        "O 接收校确认人",
        "P 确认日期",
    }
    page = counter.preview(
        xlsx(Sheet("成员", workbooks.MEMBERSHIPS, [{**memberships()[0], "责任人": "李四"}]))
    )
    (cell,) = [cell for cell in page.root.iter("td") if cell.get("class") == "import-changed"]
    assert "李四" in text_of(cell)


# --- choosing a school ------------------------------------------------------------------------


def test_where_a_name_means_several_schools_one_is_chosen_for_this_import(
    counter: Counter, world: World, recording: Recording
) -> None:
    counter.bring_in(registers())
    with recording():
        other = SchoolFactory.create(
            county_id=world.own.county_id, name="揭东区云路镇溪畔小学", short_name="溪畔小学"
        )
        SchoolVersionFactory.create(school=other)
        other_id = other.id
    page = counter.preview(lessons(lesson(接收校="溪畔小学")))
    assert "ambiguous" not in page.text
    form = page.form("/schools")
    (field,) = [name for name in form.fields if name.startswith("school:")]
    again = counter.browser.submit(page, "/schools", 200, **{field: str(other_id)})
    counter.work_off()
    refused = counter.browser.get(again.address)  # the other one is not in the community
    assert "揭东区云路镇溪畔小学" in refused.text
    assert not [form for form in refused.forms if form.action.endswith("/confirm")]
    with counter.app.app_context():
        meant = session().scalars(select(School.id).filter_by(name=VILLAGE)).one()
    again = counter.browser.submit(refused, "/schools", 200, **{field: str(meant)})
    counter.work_off()
    counter.confirm(counter.browser.get(again.address))
    assert counter.count(Activity) == 1
    # The next import asks again.
    page = counter.preview(lessons(lesson(接收校="溪畔小学", 主题="另一课")))
    assert page.form("/schools").fields[field] == ""


def test_only_schools_that_were_offered_can_be_chosen(
    counter: Counter, world: World, recording: Recording
) -> None:
    page = counter.preview(roster())
    fields = page.form("/discard").fields | {"school:1|某校": str(world.other.lead_id)}
    counter.browser.post(page.address + "/schools", fields)
    with counter.app.app_context():
        assert session().get_one(PendingImport, 1).choices == {}


# --- once, and what was shown -----------------------------------------------------------------


def test_ten_submits_hand_in_once_and_ten_confirmations_make_one_batch(counter: Counter) -> None:
    start = page = counter.browser.get("/imports/new")
    for _ in range(10):
        file = roster()
        page = counter.browser.submit(
            start, "/imports/new", files=[(io.BytesIO(file.data or b""), file.name)]
        )
    assert counter.count(PendingImport) == 1
    assert counter.work_off() == 1
    preview = counter.browser.get(page.address)
    for _ in range(10):
        counter.browser.submit(preview, "/confirm")
    assert counter.work_off() == 1
    counter.browser.submit(preview, "/confirm")
    assert counter.work_off() == 0
    assert counter.count(ImportBatch) == 1


def test_what_would_be_written_otherwise_is_shown_again_first(
    counter: Counter, recording: Recording, world: World
) -> None:
    preview = counter.preview(roster(school(), school(VILLAGE)))
    other = counter.preview(roster(name="别的.xlsx"))
    counter.confirm(other)
    page = counter.confirm(preview)
    assert "/pending/" in page.address
    assert counter.count(ImportBatch) == 1
    assert VILLAGE not in counter.names()
    batch = counter.confirm(page)
    assert batch.address.endswith("/imports/2")
    assert VILLAGE in counter.names()
    with counter.app.app_context():
        sheets = session().get_one(ImportBatch, 2).sheets
    assert (sheets[0]["added"], sheets[0]["unchanged"]) == (1, 1)


def test_a_change_while_the_worker_compares_is_seen_before_it_writes(
    counter: Counter, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registers change between the comparison and the transaction that writes."""
    preview = counter.preview(roster())
    page = counter.browser.submit(preview, "/confirm")
    planned: list[int] = []

    def slow(*args: Any, **options: Any) -> Any:
        plan = running.plan_import(*args, **options)
        planned.append(1)
        if len(planned) == 1:
            session().rollback()
            with transaction(), writing(actor=OPERATOR, action="test.recorded"):
                SchoolVersionFactory.create(
                    school=SchoolFactory.create(county_id=world.own.county_id, name=LEAD)
                )
        return plan

    monkeypatch.setattr(working, "plan_import", slow)
    counter.work_off()
    assert len(planned) == 2
    assert "/pending/" in counter.browser.get(page.address).address
    assert counter.count(ImportBatch) == 0


def test_a_change_elsewhere_disturbs_nothing(
    counter: Counter, world: World, recording: Recording
) -> None:
    preview = counter.preview(roster())
    with recording():
        SchoolFactory.create(county_id=world.other.county_id, name="普宁市某小学")
    assert counter.confirm(preview).address.endswith("/imports/1")


# --- giving up --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["waiting", "read", "confirmed"])
def test_given_up_at_any_stage_leaves_nothing(counter: Counter, stage: str) -> None:
    page = counter.hand_in(roster())
    if stage != "waiting":
        counter.work_off()
        page = counter.browser.get(page.address)
    if stage == "confirmed":
        page = counter.browser.submit(page, "/confirm")
    counter.browser.submit(page, "/discard")
    counter.work_off()
    assert LEAD not in counter.names()
    assert counter.count(ImportBatch) == 0
    assert list(storage.keys_under("imports/")) == []
    counter.browser.get(page.address, 404)


def test_what_is_imported_cannot_be_given_up(counter: Counter) -> None:
    preview = counter.preview(roster())
    counter.confirm(preview)
    counter.browser.post(preview.address + "/discard", preview.form("/discard").fields, 409)


def test_without_a_worker_the_page_says_so_and_the_work_is_kept(
    app: Flask, sign_in_as: SignInAs, work_off: WorkOff
) -> None:
    counter = Counter(app, sign_in_as(Role.DISTRICT_OFFICIAL), work_off)
    page = counter.hand_in(roster())
    assert "flask worker" in page.text
    queue.beat()
    counter.work_off()
    assert LEAD in counter.browser.get(page.address).text


def test_a_worker_that_dies_leaves_a_failure_from_which_one_goes_on(counter: Counter) -> None:
    page = counter.hand_in(roster())
    with counter.app.app_context(), transaction():
        job = session().scalars(select(Job)).one()
        job.state, job.worker = JobState.RUNNING, "gone"
    page = counter.browser.get(page.address)
    assert "data-live" not in page.response.get_data(as_text=True)
    page = counter.browser.submit(page, "/retry")
    assert counter.work_off() == 1
    assert counter.confirm(counter.browser.get(page.address)).address.endswith("/imports/1")


def test_files_that_nobody_confirms_are_removed_after_a_month(counter: Counter) -> None:
    page = counter.preview(roster())
    assert str(PENDING_KEPT.days) in page.text
    with counter.app.app_context(), transaction():
        assert services.purge_pending(now=clock.now()) == 0
        assert services.purge_pending(now=clock.now() + PENDING_KEPT) == 1
    counter.browser.get(page.address, 404)
    assert list(storage.keys_under("imports/")) == []


# --- whose it is ------------------------------------------------------------------------------


def test_what_somebody_handed_in_is_nobody_elses(
    counter: Counter, sign_in_as: SignInAs, world: World
) -> None:
    page = counter.preview(roster(school(办学类型="学堂")))
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.CITY_OFFICIAL):
        other = sign_in_as(role)
        other.get(page.address, 404)
        other.get(page.address + "/files/0", 404)
        assert page.address not in other.get("/imports").links
    with counter.app.app_context(), transaction():
        session().get_one(PendingImport, 1).scope = "district_official:1:99:"
    counter.browser.get(page.address, 404)  # the account has moved to another county


def test_rows_of_another_county_are_refused(counter: Counter) -> None:
    page = counter.preview(roster(school("普宁市某小学", **{"县(市、区)": "普宁市"})))
    assert "E2" in page.text
    assert not [form for form in page.forms if form.action.endswith("/confirm")]


def test_the_list_of_batches_is_paged_by_key_and_shows_ones_own_counties(
    counter: Counter, sign_in_as: SignInAs, recording: Recording, world: World
) -> None:
    with recording():
        for number in range(60):
            batch = ImportBatchFactory.create()
            county_id = world.other.county_id if number % 10 == 0 else world.own.county_id
            ImportBatchCountyFactory.create(batch_id=batch.id, county_id=county_id)
    page = counter.browser.get("/imports")
    links = {link for link in page.links if link.startswith("/imports/")}
    assert "/imports/60" in links
    assert "/imports/1" not in links
    older = next(link for link in page.links if "after=" in link)
    last = counter.browser.get(older)
    assert "/imports/2" in last.links
    assert "/imports/1" not in last.links  # the other county's
    assert (
        "/imports/1"
        in sign_in_as(Role.CITY_OFFICIAL)
        .get(next(x for x in sign_in_as(Role.CITY_OFFICIAL).get("/imports").links if "after=" in x))
        .links
    )


def test_a_batch_over_several_counties_shows_its_files_only_to_whoever_sees_all_of_them(
    counter: Counter, sign_in_as: SignInAs, recording: Recording, world: World
) -> None:
    with recording():
        sheet = {"file": "普宁台账.xlsx", "sheet": "", "kind": "schools", "rows": 7, "added": 7}
        batch = ImportBatchFactory.create(
            sheets=[sheet | {"changed": 0, "unchanged": 0, "skipped": 0}]
        )
        for corner in (world.own, world.other):
            ImportBatchCountyFactory.create(batch_id=batch.id, county_id=corner.county_id)
        number = batch.id
    for address in ("/imports", f"/imports/{number}"):
        assert "普宁" not in counter.browser.get(address).text
        assert "普宁台账.xlsx" in sign_in_as(Role.CITY_OFFICIAL).get(address).text


def test_a_batch_on_which_something_rests_says_what(counter: Counter) -> None:
    counter.bring_in(registers())
    counter.bring_in(lessons(lesson()))
    page = counter.browser.get("/imports/1/undo")
    assert not [form for form in page.forms if form.action.endswith("/undo")]
    assert "2" in page.text
    fields = page.forms[0].fields
    counter.browser.post("/imports/1/undo", {"csrf_token": fields["csrf_token"]}, 409)
