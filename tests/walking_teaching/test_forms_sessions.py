"""The form of a walking-teaching session: lessons of the day, clashes, and the school district."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities.models import Activity
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale
from community.walking_teaching.models import WalkingTeachingSession
from community.walking_teaching.rules import check_amount, read_lessons
from tests.browser_client import Browser, Page
from tests.conftest import Recording, SignInAs
from tests.factories import (
    SchoolDistrictFactory,
    SchoolDistrictMemberFactory,
    SchoolDistrictVersionFactory,
    SchoolFactory,
    SchoolVersionFactory,
)
from tests.world import World

AMOUNTS: list[tuple[str, int | None, int | None]] = [
    ("第2-3节", 2, None),
    ("第2-3节", None, None),
    ("上午", None, 1),
    ("全天", None, 2),
]
CONTRADICTIONS: list[tuple[str, int | None, int | None, str, str, str]] = [
    (
        "第2-3节",
        3,
        None,
        "periods",
        "“第2-3节” comes to 2 lesson periods. Correct the one or the other.",
        "“第2-3节”是 2 课时，与所填课时不符，请改正其中一项。",
    ),
    (
        "上午",
        None,
        2,
        "half_days",
        "“上午” comes to 1 half-days. Correct the one or the other.",
        "“上午”是 1 个半日，与所填半日活动数不符，请改正其中一项。",
    ),
    (
        "上午",
        4,
        None,
        "slots",
        "“上午” is a half-day of a kindergarten. Write the lessons, like 第2-3节.",
        "“上午”是幼儿园的半日活动。请填节次，例如 第2-3节。",
    ),
    (
        "第2节",
        None,
        1,
        "slots",
        "A kindergarten has no lessons. Write 上午, 下午 or 全天 instead of “第2节”.",
        "幼儿园没有节次。请把“第2节”改为 上午、下午 或 全天。",
    ),
]


@pytest.mark.parametrize(("text", "periods", "half_days"), AMOUNTS)
def test_lessons_and_amounts_that_agree(
    text: str, periods: int | None, half_days: int | None
) -> None:
    check_amount(read_lessons(text), periods, half_days)


@pytest.mark.parametrize(
    ("text", "periods", "half_days", "field", "english", "chinese"), CONTRADICTIONS
)
def test_lessons_and_amounts_that_contradict_each_other(
    text: str,
    periods: int | None,
    half_days: int | None,
    field: str,
    english: str,
    chinese: str,
) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        check_amount(read_lessons(text), periods, half_days)
    assert refusal.value.field == field
    for locale, sentence in (("en", english), ("zh", chinese)):
        with use_locale(locale):
            assert str(refusal.value) == sentence


# --- the form ---------------------------------------------------------------------------------


@pytest.fixture
def lead(sign_in_as: SignInAs, world: World) -> Browser:
    return sign_in_as(Role.LEAD_SCHOOL_ADMINISTRATOR)


def visit(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "held_on": "2024-10-08",
        "kind": "walking_teaching",
        "teacher_name": "黄老师",
        "staff_number": "T00001",
        "slots": "第2-3节",
        "provider": str(world.own.lead_id),
        "receivers": [str(world.own.member_id)],
        "subject": "music",
        "periods": "2",
        "travel_mode": "bus",
        **changes,
    }


def send(browser: Browser, typed: dict[str, Any], status: int = 200) -> Page:
    page = browser.get("/walking-teaching/new")
    return browser.submit(page, "/entries/", status, then="check", **typed)


def report(browser: Browser, typed: dict[str, Any], status: int = 200) -> Page:
    return browser.submit(send(browser, typed), "/report", status)


def test_a_visit_is_reported(app: Flask, lead: Browser, world: World) -> None:
    report(lead, visit(world))
    with app.app_context():
        (details,) = session().scalars(select(WalkingTeachingSession))
        assert (details.teacher_name, details.slots_text, details.slots_mask) == (
            "黄老师",
            "第2-3节",
            0b1100,
        )


def test_a_teacher_is_not_in_two_places_at_once(app: Flask, lead: Browser, world: World) -> None:
    report(lead, visit(world))
    other = visit(world, slots="第3-4节", receivers=[str(world.own.pivot_id)])
    refused = report(lead, other, 422)
    assert "#slots" in refused.links
    assert "黄老师" in refused.text
    assert "第2-3节" in refused.text, "the other entry is named"
    assert refused.form("/entries/").fields["slots"] == "第3-4节"
    report(lead, visit(world, slots="第4-5节", receivers=[str(world.own.pivot_id)]))
    with app.app_context():
        assert len(session().scalars(select(Activity)).all()) == 2


@pytest.mark.parametrize("slots", ["", "随便", "第99节"])
def test_lessons_that_nobody_understands(lead: Browser, world: World, slots: str) -> None:
    assert "#slots" in send(lead, visit(world, slots=slots), 422).links


def test_inside_a_school_district_and_outside_of_communities(
    app: Flask, lead: Browser, world: World, recording: Recording
) -> None:
    with recording():
        district = SchoolDistrictFactory.create(county_id=world.own.county_id)
        SchoolDistrictVersionFactory.create(district=district)
        neighbour = SchoolFactory.create(county_id=world.own.county_id, name="邻村小学")
        SchoolVersionFactory.create(school=neighbour)
        neighbour_id = neighbour.id
        for school_id in (world.own.lead_id, neighbour_id):
            SchoolDistrictMemberFactory.create(district=district, member=None, school_id=school_id)
    page = lead.get("/walking-teaching/new")
    page = lead.submit(page, "/entries/", then="offer", community="outside")
    assert "邻村小学" in page.text
    typed = visit(world, community="outside", receivers=[str(neighbour_id)])
    answers = lead.submit(page, "/entries/", then="check", **typed)
    lead.submit(answers, "/report")
    with app.app_context():
        activity = session().scalars(select(Activity)).one()
        assert (activity.community_id, activity.county_id) == (None, world.own.county_id)
    assert "黄老师" in lead.get("/activities?school_year=2024-2025").text
