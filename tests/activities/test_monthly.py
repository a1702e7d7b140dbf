"""The monthly confirmation sheet: printed once, signed once, entered once."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from community.access import Actor, Role
from community.activities import services
from community.activities.models import Confirmation, ConfirmationSheet
from community.activities.rules import ActivityState, Move
from community.activities.services import monthly
from community.kernel import clock
from community.kernel.database import session
from tests.activities.office import Office
from tests.activities.records import record
from tests.conftest import Recording, SignInAs, WorkOff
from tests.world import World

S = ActivityState
CLERK, LEAD, OFFICIAL = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR, Role.DISTRICT_OFFICIAL


@pytest.fixture
def office(app: Flask, world: World) -> Office:
    return Office(app, world)


@pytest.fixture
def numbers(world: World, recording: Recording) -> list[int]:
    """Three records of November that wait for the rural member, and one of December."""
    with recording():
        november = [record(world.own, date(2024, 11, d), is_confirmed=False) for d in (5, 6, 7)]
        return [*november, record(world.own, date(2024, 12, 3), is_confirmed=False)]


def photograph() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(content, "JPEG")
    content.seek(0)
    return content, "确认单.jpg"


def entered(number: int, reference: str, *, actor: Actor) -> tuple[list[int], list[Any]]:
    """Enter a sheet by its archive number: what was confirmed, and what could not be."""
    done, refused = monthly.confirm_sheet(number, reference, [], actor=actor)
    return [activity.id for activity in done], list(refused)


def printed(office: Office, app: Flask, who: Role, school_id: int, month: int = 202411) -> int:
    office.do(who, monthly.print_sheet, school_id, month, "zh")
    with app.app_context():
        return session().scalars(select(ConfirmationSheet.id)).all()[-1]


def test_a_month_is_confirmed_by_one_photographed_page(
    numbers: list[int], world: World, office: Office, sign_in_as: SignInAs, work_off: WorkOff
) -> None:
    clerk = sign_in_as(CLERK)
    page = clerk.get("/confirmation-sheets")
    form = next(f for f in page.forms if f.fields.get("month") == "202411")
    clerk.post(form.action, form.fields)
    assert work_off() == 1
    result = clerk.get("/jobs/1")
    file = next(link for link in result.links if link.startswith("/jobs/1/"))
    assert clerk.client.get(file).data.startswith(b"%PDF")
    # One changed meanwhile: it stays as it is, and the sheet says why.
    office.do(LEAD, services.decide, numbers[1], Move.WITHDRAW, "录入有误")
    address = next(link for link in result.links if "/confirmation-sheets/" in link)
    sheet = clerk.get(address)
    refused = clerk.submit(sheet, address, 422)
    assert refused.root.find(".//*[@id='paper-error']") is not None
    fields: dict[str, Any] = {
        **refused.form(address).fields,
        "photograph-files": photograph(),
    }
    done = clerk.post(address, fields, content_type="multipart/form-data")
    states = [office.state(number) for number in numbers]
    assert states == [S.CONFIRMED, S.WITHDRAWN, S.CONFIRMED, S.SUBMITTED]
    (paper,) = [link for link in done.links if link.endswith("/paper")]
    assert clerk.client.get(paper).mimetype == "image/jpeg"
    sign_in_as(LEAD).get(paper, 404)


def test_the_district_enters_it_on_behalf(
    numbers: list[int], world: World, office: Office, app: Flask, recording: Recording
) -> None:
    with recording():
        fresh = record(world.own, date(2024, 11, 8), is_confirmed=False, recorded_at=clock.now())
    number = printed(office, app, OFFICIAL, world.own.member_id)
    done, refused = office.do(OFFICIAL, entered, number, "档7")
    assert done == numbers[:3]
    assert refused == [(fresh, world.own.member_id)]  # it may still answer itself
    with app.app_context():
        said = session().scalars(select(Confirmation)).all()
        assert {c.is_on_behalf for c in said} == {True}
        assert {c.paper_reference for c in said} == {f"202411-{number:05} 档7"}


def test_what_is_refused(numbers: list[int], world: World, office: Office, app: Flask) -> None:
    own = world.own
    number = printed(office, app, CLERK, own.member_id)
    for who, said in ((LEAD, "no such record"), (Role.VIEWER, "permission")):
        assert said in office.refusal(who, monthly.open_sheet, number) or "such" in said
        assert office.refusal(who, monthly.confirm_sheet, number, "档7", [])
    for school_id, month in ((own.pivot_id, 202411), (own.member_id, 202413), (10**6, 202411)):
        assert office.refusal(CLERK, monthly.print_sheet, school_id, month, "zh")
    assert "all of that month" in office.refusal(
        CLERK, monthly.print_sheet, own.member_id, 202401, "zh"
    )
    assert "Photograph" in office.refusal(CLERK, monthly.confirm_sheet, number, " ", [])
    office.do(CLERK, entered, number, "档7")
    assert "Nothing of this sheet" in office.refusal(CLERK, entered, number, "档7")
