"""A district official keeps the register of communities, on a desk and on a phone."""

import pytest

from community.access import Role
from tests.browser.conftest import Window, WindowOf
from tests.conftest import Recording
from tests.factories import SchoolFactory, SchoolVersionFactory
from tests.world import World

pytestmark = pytest.mark.browser
SCHOOL = "云路镇中心小学"


@pytest.fixture
def window(world: World, recording: Recording, window_of: WindowOf) -> Window:
    """A district official's, with a school that belongs to no community."""
    with recording():
        school = SchoolFactory.create(county_id=world.own.county_id, name=SCHOOL)
        SchoolVersionFactory.create(school=school)
    return window_of(Role.DISTRICT_OFFICIAL)


def save(window: Window) -> None:
    window.page.click("form.form button[type=submit]")


def test_a_community_from_its_founding_to_its_signatures(window: Window) -> None:
    page = window.page
    window.open("/communities")
    window.look()
    page.click("a[href='/communities/new']")
    page.fill("[name=code]", "JD-07")
    page.fill("[name=county]", "揭东区")
    save(window)  # without its name
    assert page.input_value("[name=code]") == "JD-07", "nothing typed is lost"
    window.look()
    page.fill("[name=name]", "霖磐城乡教育共同体")
    page.fill("[name=founded_on]", "2025-09-01")
    page.select_option("[name=is_listed]", "yes")
    save(window)
    assert window.path == "/communities/JD-07/members"

    page.click("a[href='/communities/JD-07/members/new']")
    page.fill("[name=q]", "云路")
    page.click("form.filters button[type=submit]")
    page.check("[name=school_id] >> nth=0")
    page.check("[name=role][value=lead]")
    page.fill("[name=joined_on]", "2025-09-01")
    window.look()
    save(window)
    assert SCHOOL in page.inner_text("#main")
    window.look()

    page.click("a[href$='/person']")
    page.fill("[name=responsible_person]", "林校长")
    save(window)
    assert "林校长" in page.inner_text("#main")

    window.open("/communities/JD-07/charters/new")
    page.fill("[name=name]", "共同体章程")
    page.fill("[name=effective_on]", "2025-09-01")
    save(window)
    page.click("a[href='/communities/JD-07/signatures']")
    page.fill("[name^=signed_]", "2025-09-02")
    window.look()
    save(window)
    assert window.path == "/communities/JD-07/documents"
    for tab in ("facts", "history"):
        window.open(f"/communities/JD-07/{tab}")
        window.look()


def test_two_officials_at_once(window: Window) -> None:
    """Both versions are shown, and the one who saves again decides."""
    page = window.page
    window.open("/communities/JD-01/edit")
    page.fill("[name=name]", "我的名称")
    other = page.context.new_page()
    other.goto(f"{window.server}/communities/JD-01/edit")
    other.fill("[name=name]", "同事的名称")
    other.click("form.form button[type=submit]")
    save(window)
    assert "同事的名称" in page.inner_text("#main")
    assert page.input_value("[name=name]") == "我的名称"
    window.look()
    save(window)
    assert "我的名称" in page.inner_text("h1")
