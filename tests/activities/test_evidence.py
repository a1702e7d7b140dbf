"""The evidence of a record: who adds and takes back what, when it counts, who sees which file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.access import Role
from community.activities.models import Activity, ActivityEvidence
from community.activities.queries import activities_on_file
from community.activities.queries.on_file import Ledger
from community.activities.rules import ActivityState, Sheet, Side, build_amendment
from community.activities.rules.proving import may_add_evidence, may_take_back
from community.activities.services import check_rollups
from community.evidence.models import Attachment
from community.evidence.rules import MOST_FILES
from community.journal.models import AccessLogEntry, JournalEntry
from community.kernel import clock
from community.kernel.database import known_at, session
from community.web.extensions import db
from tests.activities.records import record
from tests.browser_client import Browser
from tests.conftest import OPERATOR, Recording, SignInAs
from tests.evidence import files
from tests.evidence.test_views import send
from tests.factories import ActivityEvidenceFactory, AttachmentFactory
from tests.world import World

CLERK, LEAD = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR
_S = ActivityState


@pytest.mark.parametrize(
    ("side", "states"),
    [
        # Who reported may still convince the county of what was checked or disallowed.
        (Side.REPORTING, {_S.SUBMITTED, _S.CONFIRMED, _S.CHECKED, _S.DISALLOWED}),
        (Side.RECEIVING, {_S.SUBMITTED, _S.CONFIRMED}),
        (Side.DISTRICT, set()),
    ],
)
def test_who_may_add_in_which_state(side: Side, states: set[ActivityState]) -> None:
    assert {state for state in ActivityState if may_add_evidence(side, state)} == states


@pytest.mark.parametrize(
    ("side", "is_own", "may"),
    [
        (Side.REPORTING, False, True),
        (Side.RECEIVING, True, True),
        (Side.RECEIVING, False, False),  # what the others brought is theirs
        (Side.DISTRICT, False, False),
    ],
)
def test_what_was_checked_stays_as_it_was_checked(side: Side, is_own: bool, may: bool) -> None:
    assert may_take_back(side, _S.CONFIRMED, is_own=is_own) is may
    assert not may_take_back(side, _S.CHECKED, is_own=is_own)


@pytest.fixture
def lesson(world: World, recording: Recording) -> int:
    """A lesson that the lead school reported, the clerk's school has confirmed, and nothing
    proves."""
    with recording():
        return record(world.own, is_proven=False, reported_by_school_id=world.own.lead_id)


def add(browser: Browser, lesson: int, *chosen: int, status: int = 200, caption: str = "") -> str:
    """Send the form that adds files which have been sent before."""
    browser.app.config.update(WTF_CSRF_ENABLED=False)
    captions = {f"evidence-caption-{one}": caption for one in chosen}
    data = {"evidence": [str(one) for one in chosen], **captions}
    answer = browser.client.post(f"/activities/{lesson}/evidence", data=data, follow_redirects=True)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def piece_of(app: Flask, lesson: int) -> ActivityEvidence:
    with app.app_context():
        return session().scalars(select(ActivityEvidence).filter_by(activity_id=lesson)).all()[-1]


def test_a_file_added_later_makes_the_record_count_from_now(
    app: Flask, sign_in_as: SignInAs, lesson: int
) -> None:
    lead = sign_in_as(LEAD)
    kept = send(lead, files.picture(), "课堂.jpg")
    before = clock.now()
    page = add(lead, lesson, kept["id"], caption="两校学生同上一课")
    assert "两校学生同上一课" in page
    piece = piece_of(app, lesson)
    with app.app_context():
        file = session().get_one(Attachment, kept["id"])
        assert (piece.reference, piece.sha256, piece.attachment_id) == (
            "课堂.jpg",
            file.sha256,
            file.id,
        )
        assert file.linked_at is not None
        entry = session().scalars(select(JournalEntry).filter_by(action="activity.proven")).one()
        assert file.sha256 in entry.changes  # sealed
        found = check_rollups(actor=OPERATOR)
        assert not found.drifts
    assert piece.known_from >= before
    assert "计入" in lead.get(f"/activities/{lesson}").text
    # The receiving school, which confirmed it, sees and adds too; a second file of the same name
    # gets a number.
    clerk = sign_in_as(CLERK)
    own = send(clerk, files.picture(tint=3), "课堂.jpg")
    assert "课堂 (2).jpg" in add(clerk, lesson, own["id"])


def test_a_form_sent_twice_adds_once_and_files_of_others_are_nobodys(
    app: Flask, sign_in_as: SignInAs, lesson: int
) -> None:
    lead = sign_in_as(LEAD)
    kept = send(lead, files.picture())
    add(lead, lesson, kept["id"])
    add(lead, lesson, kept["id"])
    with app.app_context():
        assert len(session().scalars(select(ActivityEvidence)).all()) == 1
    others = send(sign_in_as(CLERK), files.pdf(), "a.pdf")
    assert "重新选择" in add(lead, lesson, others["id"], status=422)
    assert "至少" in add(lead, lesson, status=422)


def test_without_javascript_files_come_with_the_form_and_stay_through_a_fault(
    sign_in_as: SignInAs, lesson: int
) -> None:
    from io import BytesIO

    lead = sign_in_as(LEAD)
    page = lead.get(f"/activities/{lesson}/evidence")
    fields = {**page.form(f"{lesson}/evidence").fields}
    sent = {
        **fields,
        "evidence-files": [
            (BytesIO(files.picture()), "课堂.jpg"),
            (BytesIO(files.DRAWING), "图.svg"),
        ],
    }
    again = lead.post(f"/activities/{lesson}/evidence", sent, status=422)
    assert "图.svg" in again.text
    kept = again.form(f"{lesson}/evidence").fields
    assert kept["evidence"]  # the photograph is in already
    shown = lead.submit(again, f"{lesson}/evidence")
    assert "课堂.jpg" in shown.text


def test_the_button_beside_the_files_only_adds(sign_in_as: SignInAs, lesson: int) -> None:
    from io import BytesIO

    lead = sign_in_as(LEAD)
    page = lead.get(f"/activities/{lesson}/evidence")
    sent = {
        **page.form(f"{lesson}/evidence").fields,
        "evidence-files": (BytesIO(files.picture()), "课堂.jpg"),
        "evidence-add": "1",
    }
    again = lead.post(f"/activities/{lesson}/evidence", sent)
    assert again.form(f"{lesson}/evidence").fields["evidence"]


def test_taking_back_needs_a_reason_and_stays_in_the_history(
    app: Flask, sign_in_as: SignInAs, lesson: int
) -> None:
    lead = sign_in_as(LEAD)
    kept = send(lead, files.picture())
    add(lead, lesson, kept["id"])
    address = f"/activities/{lesson}/evidence/{piece_of(app, lesson).id}/withdraw"
    page = lead.get(address)
    assert "理由" in lead.submit(page, "withdraw", status=422).text
    done = lead.submit(page, "withdraw", reason="能看清学生面部")
    assert "能看清学生面部" in done.text
    with app.app_context():
        assert (
            not session()
            .scalars(select(ActivityEvidence).where(known_at(ActivityEvidence, None)))
            .all()
        )
    assert "没有佐证材料" in done.text or "不计入" in done.text


def test_a_receiver_takes_back_only_what_it_brought(
    app: Flask, sign_in_as: SignInAs, lesson: int
) -> None:
    lead, clerk = sign_in_as(LEAD), sign_in_as(CLERK)
    add(lead, lesson, send(lead, files.picture())["id"])
    address = f"/activities/{lesson}/evidence/{piece_of(app, lesson).id}/withdraw"
    answer = clerk.client.post(address, data={"reason": "不是我校"})
    assert answer.status_code == 422
    assert "不能再" in answer.get_data(as_text=True)
    add(clerk, lesson, send(clerk, files.pdf(), "签到表.pdf")["id"])
    own = f"/activities/{lesson}/evidence/{piece_of(app, lesson).id}/withdraw"
    assert clerk.client.post(own, data={"reason": "传错了"}).status_code == 302


def test_files_are_given_out_with_the_records_permission_and_noted(
    app: Flask, world: World, sign_in_as: SignInAs, recording: Recording, lesson: int
) -> None:
    lead = sign_in_as(LEAD)
    add(lead, lesson, send(lead, files.picture())["id"])
    piece = piece_of(app, lesson)
    address = f"/activities/{lesson}/evidence/{piece.id}"
    with recording():
        sibling = record(world.sibling)
    for reader, status in ((CLERK, 200), (Role.DISTRICT_OFFICIAL, 200), (Role.VIEWER, 200)):
        for path in (address, f"{address}/thumbnail"):
            assert sign_in_as(reader).client.get(path).status_code == status
    # Under another record's number it does not exist, nor does the record of a sibling.
    other = f"/activities/{sibling}/evidence/{piece.id}"
    assert sign_in_as(Role.DISTRICT_OFFICIAL).client.get(other).status_code == 404
    assert lead.client.get(f"/activities/{sibling}/evidence/1").status_code == 404
    with app.app_context():
        seen = session().scalars(select(AccessLogEntry.what).where(AccessLogEntry.what == address))
        assert len(seen.all()) == 3


def test_the_same_file_on_two_records_is_shown(
    app: Flask, world: World, sign_in_as: SignInAs, recording: Recording, lesson: int
) -> None:
    with recording():
        second = record(world.own, date(2024, 11, 1), is_proven=False)
        hidden = record(world.sibling, date(2024, 11, 2), is_proven=False)
        for activity_id in (second, hidden):
            file = AttachmentFactory.create(sha256="ab" * 32)
            ActivityEvidenceFactory.create(
                of=None,
                activity_id=activity_id,
                county_id=world.own.county_id,
                attachment_id=file.id,
                sha256=file.sha256,
                reference=file.name,
            )
    official = sign_in_as(Role.DISTRICT_OFFICIAL).get(f"/activities/{second}")
    assert "还用于 1 条" in official.text
    assert f"/activities/{hidden}" in official.links
    listed = sign_in_as(Role.DISTRICT_OFFICIAL).get(
        "/activities?school_year=2024-2025&evidence=shared"
    )
    shown = {link for link in listed.links if "/shared-teaching/" in link}
    assert shown == {f"/shared-teaching/{one}" for one in (second, hidden)}
    lead = sign_in_as(LEAD).get(f"/activities/{second}")
    assert "还用于 1 条" in lead.text
    assert f"/activities/{hidden}" not in lead.links


def test_a_ledger_that_comes_again_takes_no_file_away(
    app: Flask, world: World, recording: Recording
) -> None:
    with recording():
        lesson = record(world.own)
        file = AttachmentFactory.create()
        ActivityEvidenceFactory.create(
            of=None,
            activity_id=lesson,
            county_id=world.own.county_id,
            attachment_id=file.id,
            reference=file.name,
        )
    with app.app_context():
        held_on = session().get_one(Activity, lesson).held_on
        ledger = Ledger(Sheet.SHARED_TEACHING, {world.own.community_id}, held_on, held_on)
        (on_file,) = activities_on_file(session(), ledger)
    assert on_file.files == {file_name for file_name in on_file.evidence if "." in file_name}
    assert len(on_file.evidence) == 2
    assert amendment_without_evidence(on_file) == 1  # the archive number alone


def amendment_without_evidence(on_file: object) -> int:
    from community.activities.rules import ActivityDraft, ActivityKind, ActivityOnFile
    from community.kernel.facts import Knowledge

    assert isinstance(on_file, ActivityOnFile)
    draft = ActivityDraft(
        sheet=Sheet.SHARED_TEACHING,
        community_id=1,
        county_id=1,
        held_on=date(2024, 10, 8),
        kind=ActivityKind.SYNCHRONOUS_CLASS,
        mode=None,
        subject=None,
        periods=2,
        provider_id=1,
        receiver_ids=(2,),
        confirmer_names=(None,),
        confirmed_on=None,
        evidence=(),
        note=on_file.note,
        unsaid=frozenset({"confirmers", "confirmed_on"}),
    )
    found = build_amendment(draft, on_file, Knowledge(clock.now() + timedelta(days=1)))
    assert found is not None
    return len(found.evidence)


def test_a_record_takes_only_so_many_files(
    app: Flask, world: World, sign_in_as: SignInAs, recording: Recording, lesson: int
) -> None:
    with recording():
        for _ in range(MOST_FILES):
            file = AttachmentFactory.create()
            ActivityEvidenceFactory.create(
                of=None,
                activity_id=lesson,
                county_id=world.own.county_id,
                attachment_id=file.id,
            )
    lead = sign_in_as(LEAD)
    assert "最多" in add(lead, lesson, send(lead, files.picture())["id"], status=422)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_the_pages_cost_does_not_grow_with_the_files(
    app: Flask, world: World, sign_in_as: SignInAs, recording: Recording, lesson: int
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = f"/shared-teaching/{lesson}"
    costs = []
    for count in (1, 10):
        with recording():
            for _ in range(count):
                file = AttachmentFactory.create()
                ActivityEvidenceFactory.create(
                    of=None,
                    activity_id=lesson,
                    county_id=world.own.county_id,
                    attachment_id=file.id,
                    sha256=file.sha256,
                )
        with counted(app) as said:
            official.get(page)
        costs.append(len(said))
    assert costs[0] == costs[1]
