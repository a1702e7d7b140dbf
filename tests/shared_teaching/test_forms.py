"""The form of a shared lesson: kindergartens have half-days, and every field says what it lacks."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.activities.models import Activity
from community.kernel.database import session
from community.registry.models import SchoolVersion
from community.registry.rules import SchoolType
from tests.browser_client import Browser, Page
from tests.conftest import Recording, SignInAs
from tests.world import World


@pytest.fixture
def lead(sign_in_as: SignInAs, world: World) -> Browser:
    return sign_in_as(Role.LEAD_SCHOOL_ADMINISTRATOR)


def send(browser: Browser, world: World, status: int = 200, **changes: Any) -> Page:
    typed = {
        "held_on": "2024-10-08",
        "kind": "joint_research",
        "mode": "onsite",
        "topic": "园本教研",
        "provider": str(world.own.lead_id),
        "receivers": [str(world.own.member_id)],
        "subject": "chinese",
        "periods": "2",
        **changes,
    }
    return browser.submit(
        browser.get("/shared-teaching/new"), "/entries/", status, then="check", **typed
    )


@pytest.fixture
def kindergarten(world: World, recording: Recording) -> str:
    """The rural member of the own community is a kindergarten."""
    with recording():
        version = (
            session()
            .scalars(select(SchoolVersion).where(SchoolVersion.school_id == world.own.member_id))
            .one()
        )
        version.type = SchoolType.KINDERGARTEN
    return str(world.own.member_id)


def test_a_kindergarten_receives_half_days(
    app: Flask, lead: Browser, world: World, kindergarten: str
) -> None:
    answers = send(lead, world, subject="", periods="", half_days="1")
    lead.submit(answers, "/report")
    with app.app_context():
        activity = session().scalars(select(Activity)).one()
        assert (activity.half_days_count, activity.periods_count, activity.subject) == (
            1,
            None,
            None,
        )


def test_lesson_periods_are_refused_there(lead: Browser, world: World, kindergarten: str) -> None:
    page = send(lead, world, 422)
    assert {"#periods", "#subject", "#half_days"} <= set(page.links)
    boxes = [div for div in page.root.iter("div") if "data-kindergarten" in div.attrib]
    assert len(boxes) == 1, "a page with JavaScript knows which schools are kindergartens"


MISSING = {
    "held_on": ("", "#held_on"),
    "kind": ("", "#kind-0"),
    "mode": ("", "#mode-0"),
    "topic": ("", "#topic"),
    "provider": ("", "#provider"),
    "receivers": ([], "#receivers"),
    "pupils_count": ("-1", "#pupils_count"),
    "periods": ("1.5", "#periods"),
    "references": ("档" * 301, "#references"),
    "note": ("长" * 501, "#note"),
}


def test_every_field_says_what_it_lacks(lead: Browser, world: World) -> None:
    page = send(lead, world, 422, **{name: typed for name, (typed, _) in MISSING.items()})
    assert {anchor for _, anchor in MISSING.values()} <= set(page.links)


@pytest.mark.parametrize("field", ["kind", "mode", "provider", "receivers", "subject"])
def test_a_choice_that_is_not_offered(lead: Browser, world: World, field: str) -> None:
    page = send(lead, world, 422, **{field: "999999"})
    assert [link for link in page.links if link.startswith(f"#{field}")]
