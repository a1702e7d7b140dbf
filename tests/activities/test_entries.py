"""A form being filled in: saved whatever its faults, one's own alone, reported, repeated."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.access import Role
from community.accounts.services import actor_of_account
from community.activities.models import Activity, ActivityEvidence, SavedEntry
from community.activities.rules import ActivityState, Move
from community.activities.services import decide
from community.kernel import clock
from community.kernel.database import session, transaction
from community.web.extensions import db
from tests.activities.records import record
from tests.browser_client import Browser, Page
from tests.conftest import Recording, SignInAs, signed_in
from tests.factories import (
    MembershipFactory,
    MembershipVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
    UserAccountFactory,
)
from tests.world import World

pytestmark = pytest.mark.on_server

LEAD = Role.LEAD_SCHOOL_ADMINISTRATOR


@pytest.fixture
def lead(sign_in_as: SignInAs, world: World) -> Browser:
    return sign_in_as(LEAD)


def lesson(world: World, **changes: Any) -> dict[str, Any]:
    """What somebody types about a shared lesson; None leaves a field as it is."""
    return {
        "held_on": "2024-10-08",
        "kind": "synchronous_class",
        "mode": "online",
        "topic": "《静夜思》",
        "lecturer_name": "陈老师",
        "provider": str(world.own.lead_id),
        "receivers": [str(world.own.member_id), str(world.own.pivot_id)],
        "subject": "chinese",
        "periods": "2",
        "references": "档-01\n档-02",
        **changes,
    }


def new(browser: Browser) -> Page:
    return browser.get("/shared-teaching/new")


def send(
    browser: Browser, page: Page, status: int = 200, then: str = "check", **typed: Any
) -> Page:
    return browser.submit(page, "/entries/", status, then=then, **typed)


def saved(app: Flask) -> list[SavedEntry]:
    with app.app_context():
        return list(session().scalars(select(SavedEntry)))


def records(app: Flask) -> list[Activity]:
    with app.app_context():
        return list(session().scalars(select(Activity).order_by(Activity.id)))


# --- from the first letter to the record ------------------------------------------------------


def test_a_lesson_from_the_form_to_the_record(app: Flask, lead: Browser, world: World) -> None:
    page = new(lead)
    assert page.form("/entries/").fields["community"] == str(world.own.community_id)
    answers = send(lead, page, **lesson(world))
    assert answers.address.endswith("/check")
    for text in ("《静夜思》", "陈老师", "2024-10-08", "档-01"):
        assert text in answers.text
    assert any("#topic" in link for link in answers.links), "each answer can be changed"
    done = lead.submit(answers, "/report")
    (activity,) = records(app)
    assert done.address.endswith(f"/shared-teaching/{activity.id}")
    assert not saved(app), "what is reported is no longer a saved form"
    with app.app_context():
        proof = session().scalars(select(ActivityEvidence.reference)).all()
    assert sorted(proof) == ["档-01", "档-02"]


def test_the_same_report_sent_again_leads_to_the_same_record(
    app: Flask, lead: Browser, world: World
) -> None:
    answers = send(lead, new(lead), **lesson(world))
    first = lead.submit(answers, "/report")
    assert lead.submit(answers, "/report").address == first.address
    key = answers.address.split("/")[-2]
    assert lead.get(f"/entries/{key}").address == first.address
    assert lead.get(f"/entries/{key}/check").address == first.address
    assert len(records(app)) == 1


def test_what_was_typed_is_saved_whatever_its_faults(
    app: Flask, lead: Browser, world: World
) -> None:
    typed = lesson(world, held_on="2024-13-77", periods="viele", topic="")
    page = send(lead, new(lead), 422, **typed)
    shown = page.form("/entries/").fields
    assert (shown["held_on"], shown["periods"]) == ("2024-13-77", "viele")
    assert "#held_on" in page.links
    assert "#topic" in page.links
    (entry,) = saved(app)
    assert entry.fields["held_on"] == ["2024-13-77"]
    again = lead.get(f"/entries/{entry.form_key}").form("/entries/").fields
    assert again["held_on"] == "2024-13-77"
    mended = send(lead, page, **lesson(world))
    assert mended.address.endswith("/check")


def test_every_fault_of_the_domain_stands_beside_its_field(lead: Browser, world: World) -> None:
    typed = lesson(world, held_on="2030-01-01", subject="", periods="0")
    page = send(lead, new(lead), 422, **typed)
    for field in ("held_on", "subject", "periods"):
        assert f"#{field}" in page.links, field


def test_save_for_later(app: Flask, lead: Browser, world: World) -> None:
    page = send(lead, new(lead), then="save", topic="未完")
    assert page.form("/entries/").fields["topic"] == "未完"
    assert lead.get("/entries").text.count("未完") >= 1
    gone = lead.submit(lead.get("/entries"), "/discard")
    assert "未完" not in gone.text
    assert not saved(app)


def test_the_answers_of_a_faulty_form_lead_back_to_it(lead: Browser, world: World) -> None:
    page = send(lead, new(lead), then="save", topic="未完")
    checked = lead.get(page.address.split("?")[0] + "/check")
    assert "check=1" in checked.address
    assert "#receivers" in checked.links


# --- saving itself ----------------------------------------------------------------------------


def autosave(browser: Browser, page: Page, **typed: Any) -> Any:
    form = page.form("/entries/")
    return browser.client.post(
        f"{form.action}/autosave",
        data={**form.fields, **typed},
        headers={"Accept": "application/json", "Referer": "http://localhost/"},
    )


def test_a_form_saves_itself(app: Flask, lead: Browser, world: World) -> None:
    page = new(lead)
    answer = autosave(lead, page, topic="静")
    assert answer.status_code == 200
    assert answer.json["revision"] == 1
    assert ":" in answer.json["message"]
    # The answer was lost on the way: the page still has the old revision, and is not refused.
    assert autosave(lead, page, topic="静夜").status_code == 200
    (entry,) = saved(app)
    assert entry.fields["topic"] == ["静夜"]


def test_two_pages_at_once_lose_neither_version(app: Flask, lead: Browser, world: World) -> None:
    first = send(lead, new(lead), then="save", topic="起初")
    address = first.address.split("?")[0]
    desk, phone = lead.get(address), lead.get(address)
    send(lead, desk, then="save", topic="电脑上写的")
    assert autosave(lead, phone, topic="手机上写的").status_code == 409
    both = send(lead, phone, 409, then="save", topic="手机上写的")
    assert "电脑上写的" in both.text
    assert both.form("/entries/").fields["topic"] == "手机上写的"
    (entry,) = saved(app)
    assert entry.fields["topic"] == ["电脑上写的"], "nothing is overwritten unasked"
    send(lead, both, then="save", topic="手机上写的")
    (entry,) = saved(app)
    assert entry.fields["topic"] == ["手机上写的"]


def test_a_form_changed_after_its_answers_were_checked_is_checked_again(
    app: Flask, lead: Browser, world: World
) -> None:
    answers = send(lead, new(lead), **lesson(world))
    address = answers.address.rsplit("/", 1)[0]
    send(lead, lead.get(address), then="save", periods="3")
    refused = lead.submit(answers, "/report", 422)
    assert "3" in refused.text
    assert not records(app)
    lead.submit(refused, "/report")
    assert [activity.periods_count for activity in records(app)] == [3]


def test_a_form_that_is_too_long_is_refused_and_comes_back(
    app: Flask, lead: Browser, world: World
) -> None:
    page = send(lead, new(lead), 422, then="save", note="长" * 100_001)
    assert page.form("/entries/").fields["note"].startswith("长长")
    assert not saved(app)


# --- whose it is ------------------------------------------------------------------------------


@pytest.fixture
def fellow(app: Flask, world: World, recording: Recording) -> Browser:
    """Another administrator of the same school."""
    with recording():
        account = UserAccountFactory.create(
            role=LEAD,
            city_id=world.city_id,
            county_id=world.own.county_id,
            school_id=world.own.lead_id,
        )
        account_id = account.id
    return signed_in(app, account_id)


def test_a_form_is_its_owners_alone(
    app: Flask, lead: Browser, fellow: Browser, world: World
) -> None:
    page = send(lead, new(lead), then="save", topic="我的")
    address = page.address.split("?")[0].removeprefix("http://localhost")
    for path in ("", "/check"):
        fellow.get(address + path, 404)
    token = new(fellow).form("/entries/").fields
    for path in ("", "/report", "/discard"):
        fellow.post(address + path, {**token, "topic": "别人的"}, 404)
    fields = page.form("/entries/").fields
    assert autosave(fellow, page, **{**token, "topic": "别人的"}).status_code == 404
    assert "我的" not in fellow.get("/entries").text
    (entry,) = saved(app)
    assert entry.fields["topic"] == [fields["topic"]]
    answers = send(lead, page, **lesson(world))
    lead.submit(answers, "/report")
    fellow.post(address, {**token, "topic": "别人的"}, 404)


def test_what_others_own_cannot_be_put_into_a_form(app: Flask, lead: Browser, world: World) -> None:
    page = send(lead, new(lead), then="save", community=str(world.other.community_id))
    (entry,) = saved(app)
    assert entry.community_id is None
    assert "PN-01" not in page.text
    answers = send(lead, page, 422, **lesson(world, community=str(world.other.community_id)))
    assert "#community" in " ".join(answers.links)


@pytest.mark.parametrize("sheet", ["", "nonsense"])
def test_a_form_of_no_ledger(lead: Browser, world: World, sheet: str) -> None:
    page = new(lead)
    send(lead, page, 404, sheet=sheet)


# --- doubles, repeating, correcting -----------------------------------------------------------


def report(browser: Browser, world: World, **typed: Any) -> Page:
    return browser.submit(send(browser, new(browser), **lesson(world, **typed)), "/report")


def test_a_probable_double_is_shown_with_the_way_to_it(
    app: Flask, lead: Browser, world: World
) -> None:
    report(lead, world)
    (first,) = records(app)
    answers = send(lead, new(lead), **lesson(world, periods="1"))
    assert f"/shared-teaching/{first.id}" in answers.links
    refused = lead.submit(answers, "/report", 422)
    assert "#double_reason" in refused.links
    lead.submit(refused, "/report", double_reason="第二节，另一个班")
    assert [activity.double_reason for activity in records(app)] == [None, "第二节，另一个班"]


def test_a_new_form_begins_with_what_was_reported_last(lead: Browser, world: World) -> None:
    report(
        lead,
        world,
        mode="mixed",
        provider=str(world.own.pivot_id),
        receivers=[str(world.own.member_id)],
    )
    fields = new(lead).form("/entries/").fields
    assert (fields["provider"], fields["mode"]) == (str(world.own.pivot_id), "mixed")
    assert fields.get("topic", "") == ""


def test_a_record_is_repeated_with_its_day_or_today(
    app: Flask, lead: Browser, world: World, recording: Recording
) -> None:
    """Its day stays while one entry follows the other."""
    done = report(lead, world)
    (first,) = records(app)
    assert f"/activities/{first.id}/repeat" in done.links
    again = lead.get(f"/activities/{first.id}/repeat").form("/entries/").fields
    assert (again["topic"], again["held_on"]) == ("《静夜思》", "2024-10-08")
    assert again["references"].strip() == "", "evidence is of one lesson"
    with recording():
        earlier = record(world.own, reported_by_school_id=world.own.lead_id)
    page = lead.get(f"/activities/{earlier}/repeat")
    assert page.form("/entries/").fields["held_on"] == clock.today().isoformat()


def test_one_button_reports_and_begins_the_next(app: Flask, lead: Browser, world: World) -> None:
    answers = send(lead, new(lead), **lesson(world))
    page = lead.submit(answers, "/report", then="again")
    (first,) = records(app)
    assert page.address.endswith(f"/activities/{first.id}/repeat")
    assert page.form("/entries/").fields["topic"] == "《静夜思》"


def test_a_returned_record_is_corrected(app: Flask, lead: Browser, world: World) -> None:
    report(lead, world)
    (first,) = records(app)
    with app.app_context(), transaction():
        clerk = actor_of_account(world.account_ids[Role.SCHOOL_CLERK])
        assert clerk is not None
        decide(first.id, Move.RETURN, "课时不对", actor=clerk)
    page = lead.get(f"/shared-teaching/{first.id}")
    assert f"/activities/{first.id}/correct" in page.links
    form = lead.get(f"/activities/{first.id}/correct")
    fields = form.form("/entries/").fields
    assert (fields["held_on"], fields["references"]) == ("2024-10-08", "档-01\n档-02")
    half = send(lead, form, then="save", periods="1")
    assert lead.get(f"/activities/{first.id}/correct").address == half.address.split("?")[0]
    done = lead.submit(send(lead, half, then="check"), "/report")
    old, new_one = records(app)
    assert old.known_until is not None
    assert (new_one.replaces_id, new_one.periods_count) == (first.id, 1)
    assert new_one.state is ActivityState.SUBMITTED
    assert done.address.endswith(str(new_one.id))


def test_a_record_of_others_is_not_corrected(
    app: Flask, lead: Browser, world: World, recording: Recording
) -> None:
    with recording():
        own = record(world.own, reported_by_school_id=world.own.pivot_id)
        other = record(world.other)
    lead.get(f"/activities/{own}/correct", 404)
    lead.get(f"/activities/{other}/correct", 404)
    lead.get(f"/activities/{other}/repeat", 404)


# --- what is offered --------------------------------------------------------------------------


def test_teachers_and_topics_of_the_year_are_offered(lead: Browser, world: World) -> None:
    report(lead, world)
    page = lead.get("/shared-teaching/new")
    page = send(lead, page, then="save", held_on="2024-10-09")
    offered = {option.get("value") for option in page.root.iter("option")}
    assert {"陈老师", "《静夜思》"} <= offered


def test_a_clerk_is_offered_its_own_school_as_provider(sign_in_as: SignInAs, world: World) -> None:
    page = sign_in_as(Role.SCHOOL_CLERK).get("/shared-teaching/new")
    (select_provider,) = [s for s in page.root.iter("select") if s.get("name") == "provider"]
    offered = [o.get("value") for o in select_provider.iter("option")]
    assert offered == ["", str(world.own.member_id)]


def test_with_two_communities_one_is_chosen_first(
    app: Flask, lead: Browser, world: World, recording: Recording
) -> None:
    with recording():
        stay = MembershipFactory.create(
            community=None,
            member=None,
            community_id=world.sibling.community_id,
            county_id=world.sibling.county_id,
            school_id=world.own.lead_id,
        )
        MembershipVersionFactory.create(stay=stay)
    page = new(lead)
    boxes = [i for i in page.root.iter("input") if i.get("name") == "receivers"]
    assert not boxes
    page = send(lead, page, then="offer", community=str(world.sibling.community_id))
    offered = {i.get("value") for i in page.root.iter("input") if i.get("name") == "receivers"}
    assert str(world.sibling.member_id) in offered
    by_address = lead.get(f"/shared-teaching/new?community={world.own.community_id}")
    assert by_address.form("/entries/").fields["community"] == str(world.own.community_id)


# --- what pages cost --------------------------------------------------------------------------


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that run in the block, beside those of signing in and the log."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def add_schools(world: World, recording: Recording, count: int) -> None:
    with recording():
        for number in range(count):
            school = SchoolFactory.create(county_id=world.own.county_id, name=f"第{number}村小学")
            SchoolVersionFactory.create(school=school)
            stay = MembershipFactory.create(
                community=None,
                member=None,
                community_id=world.own.community_id,
                county_id=world.own.county_id,
                school_id=school.id,
            )
            MembershipVersionFactory.create(stay=stay)


def test_the_answers_keep_their_budget(
    app: Flask, lead: Browser, world: World, recording: Recording
) -> None:
    add_schools(world, recording, 12)
    answers = send(lead, new(lead), **lesson(world)).address
    with counted(app) as statements:
        lead.get(answers)
    assert len(statements) <= 22, (len(statements), statements)


def test_forms_are_listed_by_key(
    app: Flask, lead: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.kernel.paging.PAGE_SIZE", 2)
    for number in range(5):
        send(lead, new(lead), then="save", topic=f"第{number}份")
    page, seen = lead.get("/entries"), []
    for _ in range(3):
        seen += [number for number in range(5) if f"第{number}份" in page.text]
        older = [link for link in page.links if "after=" in link]
        page = lead.get(older[0]) if older else page
    assert seen == [3, 4, 1, 2, 0]


def test_a_key_is_a_uuid(lead: Browser, world: World) -> None:
    lead.get("/entries/not-a-key", 404)
    lead.get(f"/entries/{uuid4()}", 404)
