"""Every page on a desk and on a phone, in both languages; from a figure to its records."""

import pytest

from tests.browser.conftest import PHONE, OpenWindow

pytestmark = pytest.mark.browser

BY_BUTTON = "viewer"
# One of each role, those first who may do most, and what lies below the menu's pages: the list
# leads to the thing, the thing to its parts.
DEEPER = {
    "jiedong.official": ["/communities/JD-07", "/communities/JD-05/criteria/O1"],
    "admin": ["/accounts/new", "/accounts/1", "/journal/access"],
    "lead.admin": ["/communities/JD-01/criteria/G2", "/account"],
    "member.clerk": ["/communities/JD-01/criteria/G1", "/account/password", "/?as_of=2020-01-01"],
    "city.official": ["/regions/445203", "/communities/PN-02", "/communities/PN-03/criteria/R1"],
    "viewer": ["/communities/HL-01", "/communities/JX-01/criteria/O4"],
}
# Whoever comes later looks at the home of the own role, and at what nobody had before.
_seen: set[str] = set()

AT = "as_of=2025-12-31&known_at=2026-01-31T00:00"
RECORDS = {"shared-teaching", "walking-teaching", "resource-transfers"}
EXPLAINING = [
    f"/communities/JD-05/records?{AT}&reason=not_confirmed",
    f"/regions/445203/coverage?{AT}",
    f"/regions/445203/missing?{AT}",
    f"/regions/445203/compare?from_as_of=2025-12-31&from_known_at=2026-01-01T00:00&{AT}",
    f"/communities/JD-05/criteria/S1?{AT}",
    "/regions/445203/compare?from_as_of=soon",
]


@pytest.mark.parametrize("name", DEEPER)
def test_every_page_of_a_role(open_window: OpenWindow, demo_password: str, name: str) -> None:
    with open_window() as window:
        if name == BY_BUTTON:
            window.open("/sign-in")
            window.page.click(f"button[name=demo][value='{name}']")
        else:
            window.sign_in(name, demo_password)
        links = window.page.locator("#navigation a.side-link")
        menu = [str(link.get_attribute("href")) for link in links.all()]
        assert len(menu) >= 2
        addresses = [one for one in (*menu, *DEEPER[name]) if one == "/" or one not in _seen]
        _seen.update(addresses)
        for locale, language in (("zh", "zh-Hans"), ("en", "en")):
            window.speak(locale)
            for address in addresses:
                window.open(address)
                window.look()
                assert window.page.get_attribute("html", "lang") == language
        kept = window.page.context.storage_state()
        window.page.click("form[action$='/sign-out'] button")
        assert window.path == "/sign-in"
        window.check_quiet()
    with open_window(storage_state=kept) as thief:
        thief.open("/account")
        assert thief.path == "/sign-in", "a cookie kept from before is worth nothing"


def test_what_strangers_and_the_lost_see(open_window: OpenWindow, demo_password: str) -> None:
    with open_window() as window:
        for locale in ("zh", "en"):
            window.speak(locale)
            window.open("/sign-in")
            window.look()
        window.sign_in("pivot.clerk", demo_password)
        for address, status in (("/nowhere", 404), ("/accounts", 403), ("/regions/445203", 403)):
            window.open(address, status)
            window.look()
        window.open("/communities/JD-01?as_of=soon", 422)
        window.look()
        assert window.page.evaluate("document.activeElement.id") == "error-summary"
        window.check_quiet()


def test_the_keyboard_skips_the_menu_and_closes_what_it_opened(
    open_window: OpenWindow, demo_password: str
) -> None:
    with open_window() as window:
        page = window.page
        window.sign_in("jiedong.official", demo_password)
        window.open("/regions/445203")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.focus("details.asof summary")
        page.keyboard.press("Enter")
        assert page.is_visible("#as_of")
        window.check_accessibility("details.asof")
        page.keyboard.press("Escape")
        assert not page.is_visible("#as_of")
        window.check_quiet()


def test_a_phone_without_scripts_does_everything(
    open_window: OpenWindow, demo_password: str
) -> None:
    with open_window(viewport=PHONE, java_script_enabled=False) as window:
        page = window.page
        window.sign_in("jiedong.official", demo_password)
        menu = page.locator("#navigation")
        assert not menu.is_visible()
        page.click(".top-menu")
        assert menu.is_visible()
        page.click("#navigation .side-close")
        assert not menu.is_visible()
        page.click(".top-menu")
        page.click("#navigation a[href^='/rule-sets/']")
        assert window.path.startswith("/rule-sets/")
        assert not menu.is_visible()
        window.open("/regions/445203")
        page.click("details.asof summary")
        page.fill("#as_of", "2025-06-30")
        page.fill("#known_at", "2025-07-01T12:00")
        page.click(".asof-panel button[type=submit]")
        assert "as_of=2025-06-30" in page.url
        assert "2025-07-01 12:00" in page.inner_text(".asof-line")
        page.click("form[action$='/sign-out'] button")
        assert window.path == "/sign-in"


def test_an_official_follows_a_figure(open_window: OpenWindow, demo_password: str) -> None:
    with open_window() as window:
        window.sign_in("jiedong.official", demo_password)
        page = window.page
        window.open(f"/regions/445203?{AT}")
        page.locator("section.answer dl.stats a").first.click()
        assert window.path == "/regions/445203/records"
        page.locator("table tbody td a").first.click()
        assert window.path.split("/")[1] in RECORDS
        window.open(f"/regions/445203?{AT}")
        page.get_by_role("link", name="存在问题及责任单位").or_(
            page.locator("a[href*='/missing?']")
        ).first.click()
        assert window.path == "/regions/445203/missing"
        with page.expect_download() as taken:
            page.click("button[name=format][value=xlsx]")
        assert taken.value.suggested_filename.endswith(".xlsx")
        window.open(f"/regions/445203/compare?{AT}")
        page.locator("details summary").first.click()
        page.fill("input[name=from_as_of]", "2025-12-31")
        page.fill("input[name=from_known_at]", "2026-01-31T00:00")
        page.click("form.pair button[type=submit]")
        assert page.locator("div.empty").count() == 1, "nothing moved"
        window.check_quiet()


def test_what_explains_a_figure_fits_and_can_be_read_by_everybody(
    open_window: OpenWindow, demo_password: str
) -> None:
    with open_window() as window:
        window.sign_in("jiedong.official", demo_password)
        for address in EXPLAINING:
            window.open(address, 422 if "soon" in address else 200)
            window.look()
        window.check_quiet()
