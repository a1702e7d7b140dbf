"""Taking an import back: at every K, with what it had ended and changed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from community.activities.models import Activity, ActivityEvidence, Confirmation
from community.activities.rules import ActivityState
from community.communities.models import (
    CharterSignature,
    Community,
    CommunityVersion,
    Membership,
    MembershipVersion,
)
from community.imports import services
from community.imports.models import ImportBatch
from community.imports.queries import recorded_models
from community.journal.models import JournalEntry
from community.journal.services import verify, writing
from community.kernel import clock
from community.kernel.database import known_at, session, transaction
from community.kernel.errors import NotFoundError, RuleViolationError
from community.registry.models import School, SchoolVersion
from community.resource_transfers.models import ResourceTransfer
from tests.imports.conftest import Desk
from tests.imports.test_services import counted, official
from tests.imports.workbooks import (
    LEAD,
    PIVOT,
    VILLAGE,
    community,
    lesson,
    lessons,
    membership,
    memberships,
    registers,
    schools,
    transfer,
    transfers,
)


def facts(instant: datetime | None = None) -> list[tuple[Any, ...]]:
    """Every fact known at K (None: today), with its columns; ids of versions aside."""
    found: list[tuple[Any, ...]] = []
    bookkeeping = {
        "id",
        "recorded_at",
        "recorded_by",
        "batch_id",
        "closed_by_batch_id",
        "known_from",
        "known_until",
    }
    for model in recorded_models():
        columns = [c for c in model.__table__.columns if c.key not in bookkeeping]  # type: ignore[attr-defined] # every fact has a table
        rows = session().execute(select(*columns).where(known_at(model, instant)))
        found += [(model.__name__, *map(str, row)) for row in rows]
    return sorted(found)


def test_everything_is_hidden_at_every_k(desk: Desk) -> None:
    batch = desk.run(registers(), lessons(lesson()), transfers(transfer())).batch_id
    assert facts()
    desk.undo(batch)
    assert facts() == []
    assert facts(datetime(2025, 12, 31, tzinfo=UTC)) == []
    assert desk.count(Activity) == 2  # hidden, not deleted
    found = session().get_one(ImportBatch, batch)
    assert found.undone_at is not None
    assert found.undone_by == "operator"
    assert (
        session()
        .scalars(
            select(JournalEntry.action).where(JournalEntry.action == "import_batch.undone").limit(1)
        )
        .all()
    )
    assert all(not report.faults for report in verify())


def test_the_same_files_again_bring_everything_again(desk: Desk) -> None:
    files = (registers(), lessons(lesson()), transfers(transfer()))
    batch = desk.run(*files).batch_id
    before = facts()
    desk.undo(batch)
    assert desk.errors(lessons(lesson())) == [(2, "A", "unknown_value")]
    assert counted(desk.run(*files)) == (11, 0, 0)
    # What identifies schools, communities and stays is used again.
    assert desk.count(School) == 4
    assert desk.count(Community) == 1
    assert desk.count(Membership) == 4

    def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        kinds = {"Activity", "Confirmation", "ActivityEvidence"}  # these have new owners
        return [row for row in rows if row[0] not in kinds]

    assert plain(facts()) == plain(before)
    assert [row[0] for row in facts()] == [row[0] for row in before]


def test_what_it_had_ended_and_changed_is_as_before(desk: Desk) -> None:
    blank = lesson(佐证材料档号="", 接收校确认人="", 确认日期="")
    open_loan = transfer(归还日期="", 实收数量=40)
    desk.run(registers(), lessons(blank, lesson(主题="二")), transfers(open_loan))
    before = facts()
    rows = schools()
    rows[0] |= {"学校(园)名称": "揭东区青禾实验学校", "城乡分类": "111", "在校生数": 1}
    rows[1] |= {"三所学校类别": "公办寄宿制学校"}
    people = memberships()
    people[0] |= {"退出日期": "2025-07-10", "章程签署日期": ""}
    result = desk.run(
        registers(
            school_rows=rows,
            community_rows=[community(名称="新名", 列入五年规划="否")],
            membership_rows=people,
        ),
        lessons(lesson(), lesson(主题="二", 佐证材料档号="", 接收校确认人="—")),
        transfers(transfer(归还日期="2025-6-1", 实收数量=39)),
    )
    assert counted(result) == (0, 7, 5)
    assert facts() != before
    desk.undo(result.batch_id)
    assert facts() == before
    lead = session().scalars(select(School).where(School.code == "3144990801")).one()
    assert lead.name == LEAD
    assert "qinghe" in lead.pinyin
    assert session().scalars(select(Community.name)).one() == "青禾共同体"
    loan = session().scalars(select(ResourceTransfer)).one()
    assert (loan.returned_on, loan.received_quantity) == (None, Decimal(40))
    states = select(Activity.state).order_by(Activity.id)
    assert session().scalars(states).all() == [
        ActivityState.SUBMITTED,
        ActivityState.CONFIRMED,
        ActivityState.CONFIRMED,
    ]
    # And the same file again is a correction again.
    assert counted(desk.run(registers(school_rows=rows))) == (0, 2, 7)


def refused(desk: Desk, batch_id: int | None) -> str:
    """The sentence with which taking back is refused."""
    with pytest.raises(RuleViolationError) as caught:
        desk.undo(batch_id)
    return str(caught.value)


def test_twice(desk: Desk) -> None:
    batch = desk.run(registers()).batch_id
    desk.undo(batch)
    assert "operator" in refused(desk, batch)


def test_one_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.undo(7)


def test_one_of_another_county(desk: Desk) -> None:
    batch = desk.run(registers()).batch_id
    desk.actor = official("445281")
    with pytest.raises(NotFoundError):
        desk.undo(batch)
    desk.actor = official("445203")
    desk.undo(batch)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([lessons(lesson())], id="a lesson in its community"),
        pytest.param(
            [registers(membership_rows=[membership(PIVOT, "成员校")])], id="a corrected role"
        ),
        pytest.param(
            [registers(community_rows=[community(批准文号="1号")])], id="an addition to a community"
        ),
        pytest.param(
            [
                registers(
                    community_rows=[community("JD-92")],
                    membership_rows=[membership(VILLAGE, "成员校", 共同体编号="JD-92")],
                )
            ],
            id="one of its schools in another community",
        ),
    ],
)
def test_one_on_which_a_later_one_has_built(desk: Desk, files: list[Any]) -> None:
    first = desk.run(registers()).batch_id
    second = desk.run(*files).batch_id
    assert str(second) in refused(desk, first)
    desk.undo(second)
    desk.undo(first)
    assert facts() == []


@pytest.mark.parametrize(
    "file",
    [
        lessons(lesson(佐证材料档号="GX-009")),
        lessons(lesson(接收校确认人="—")),
        transfers(transfer(实收数量=1)),
    ],
    ids=["evidence", "confirmation", "receipt"],
)
def test_a_ledger_on_which_a_later_one_has_built(desk: Desk, file: Any) -> None:
    desk.run(registers())
    first = desk.run(lessons(lesson()), transfers(transfer())).batch_id
    second = desk.run(file).batch_id
    assert str(second) in refused(desk, first)
    desk.undo(second)
    desk.undo(first)


def test_one_on_which_an_entry_was_built(desk: Desk) -> None:
    """A correction typed in: closed by no import."""
    desk.run(registers())
    batch = desk.run(lessons(lesson())).batch_id
    with transaction(), writing(actor=desk.actor, action="confirmation.withdrawn"):
        session().scalars(select(Confirmation)).one().known_until = datetime(2026, 2, 1, tzinfo=UTC)
    assert "2026-02-01" in refused(desk, batch)


def test_a_day_of_return_that_was_corrected(desk: Desk) -> None:
    desk.run(registers(), transfers(transfer(归还日期="2025-6-1")))
    batch = desk.run(transfers(transfer(归还日期="2025-6-2"))).batch_id
    desk.undo(batch)
    assert session().scalars(select(ResourceTransfer.returned_on)).one() == date(2025, 6, 1)


def test_a_receipt_that_was_changed_again(desk: Desk) -> None:
    desk.run(registers(), transfers(transfer(实收数量="")))
    batch = desk.run(transfers(transfer(实收数量=40))).batch_id
    with transaction(), writing(actor=desk.actor, action="resource_transfer.changed"):
        session().scalars(select(ResourceTransfer)).one().received_quantity = Decimal(39)
    refused(desk, batch)


def test_an_import_that_brought_nothing(desk: Desk) -> None:
    desk.run(registers())
    before = facts()
    desk.undo(desk.run(registers()).batch_id)
    assert facts() == before


def test_an_import_without_rows_is_the_operator_s(desk: Desk) -> None:
    batch = desk.run(lessons()).batch_id
    assert [found.id for found in services.list_batches(actor=desk.actor)] == [batch]
    desk.actor = official("445203")
    assert services.list_batches(actor=desk.actor) == []
    with pytest.raises(NotFoundError):
        desk.undo(batch)


def test_imports_side_by_side_do_not_hinder_each_other(desk: Desk) -> None:
    desk.run(registers())
    first = desk.run(lessons(lesson())).batch_id
    desk.run(lessons(lesson(主题="二")))
    desk.undo(first)
    assert [row[0] for row in facts()].count("Activity") == 1


def test_the_list_says_what_was_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    batch = desk.run(registers()).batch_id
    monkeypatch.setattr(clock, "now", lambda: moment)
    desk.undo(batch)
    assert session().get_one(ImportBatch, batch).undone_at == moment
    listed = services.list_batches(actor=desk.actor)
    assert [found.undone_at for found in listed] == [moment]
    assert desk.count(CommunityVersion) == 1
    assert desk.count(MembershipVersion) == 4
    assert desk.count(SchoolVersion) == 4
    assert desk.count(CharterSignature) == 4
    assert desk.count(ActivityEvidence) == 0
