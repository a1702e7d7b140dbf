"""Asking for a report on the web, and finding it again."""

from typing import Any

import pytest

from community.access import Role
from community.kernel import pdf, storage
from tests.browser_client import Browser, Page, text_of
from tests.conftest import Recording, SignInAs, WorkOff
from tests.factories import IssuedReportFactory
from tests.world import World

FORM = "/reports/new"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are laid out elsewhere; here it matters what becomes of them."""
    monkeypatch.setattr(pdf, "render", lambda *_args, **_named: pdf.Printed(b"%PDF-1.7", 3))


def ask(browser: Browser, page: Page, **typed: str) -> Page:
    values: dict[str, Any] = {
        "code": "JD-01",
        "as_of": "2025-12-31",
        "known_at": "2026-01-31",
        "locale": "zh",
    }
    return browser.submit(page, FORM, **{**values, **typed})


def test_from_the_page_of_a_county_to_its_report(
    sign_in_as: SignInAs, world: World, work_off: WorkOff
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    address = "/regions/445203?as_of=2025-10-01&known_at=2026-01-31"
    [offered] = [link for link in official.get(address).links if link.startswith(FORM)]
    form = official.get(offered)
    filled = next(form_ for form_ in form.forms if form_.action == FORM).fields
    assert (filled["code"], filled["as_of"]) == ("445203", "2025-10-01")
    job = ask(official, form, code="445203")
    assert "/jobs/" in job.address
    assert work_off() == 1
    [result] = [x for x in official.get(job.address).links if x.startswith("/reports/1")]
    report = official.get(result)
    assert "0 / 6" in text_of(report.root)
    answer = official.client.get(f"{result}/file")
    assert answer.data == b"%PDF-1.7"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=445203-2025")
    assert "揭东区" in text_of(official.get("/reports").root)


def test_a_form_sent_twice_is_one_report(
    sign_in_as: SignInAs, world: World, work_off: WorkOff
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    form = official.get(FORM)
    assert ask(official, form).address == ask(official, form).address
    assert work_off() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("as_of", "31.12.2025"),
        ("as_of", ""),
        ("known_at", "yesterday"),
        ("code", "PN-01"),
        ("code", "nothing"),
        ("school_year", "1999-2000"),
        ("locale", "ja"),
    ],
)
def test_what_cannot_be_understood_comes_back_as_typed(
    sign_in_as: SignInAs, world: World, work_off: WorkOff, field: str, typed: str
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.get(FORM)
    values = {"code": "JD-02", "as_of": "2025-12-31", "known_at": "2026-01-31", "locale": "en"}
    back = official.submit(page, FORM, 422, **{**values, field: typed})
    kept = next(form for form in back.forms if form.action == FORM).fields
    assert f"{field}-error" in {e.get("id") for e in back.root.iter()}
    for name, value in values.items():
        if name != field:
            assert kept[name] == value
    assert work_off() == 0


def test_a_day_on_which_it_did_not_exist_is_said_by_the_job(
    sign_in_as: SignInAs, world: World, work_off: WorkOff
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    job = ask(official, official.get(FORM), as_of="1990-01-01")
    work_off()
    assert official.get(job.address).root is not None
    assert official.get("/reports").root is not None


def test_a_viewer_reads_reports_and_asks_for_none(
    sign_in_as: SignInAs, world: World, recording: Recording
) -> None:
    with recording():
        issued_for(world)
    viewer = sign_in_as(Role.VIEWER)
    page = viewer.get("/reports")
    assert FORM not in page.links
    assert not [x for x in viewer.get("/regions/445203").links if x.startswith(FORM)]
    viewer.get(FORM, 403)


def issued_for(world: World) -> int:
    storage.put("reports/JD-01.pdf", b"%PDF")
    own = world.own
    report = IssuedReportFactory.create(
        city_id=world.city_id, county_id=own.county_id, community_id=own.community_id
    )
    return int(report.id)


def test_a_long_list_goes_on(sign_in_as: SignInAs, world: World, recording: Recording) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    with recording():
        for _ in range(61):
            issued_for(world)
    page = official.get("/reports")
    [older] = [link for link in page.links if "after=" in link]
    assert len([x for x in official.get(older).links if x.startswith("/reports/")]) >= 11
