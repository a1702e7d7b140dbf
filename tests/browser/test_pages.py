"""Every page as each account sees it: on a desk and on a phone, in both languages."""

from typing import Final

import pytest

from community.demonstration.services import ACCOUNTS
from tests.browser.conftest import DESK, PHONE, OpenWindow, Window

pytestmark = pytest.mark.browser

NAMES = [draft.user_name for draft in ACCOUNTS]
BY_BUTTON = "viewer"
# Below the menu's pages: the list leads to the thing, the thing to its parts.
DEEPER = {
    "admin": ["/accounts/new", "/accounts/1", "/journal/access"],
    "city.official": ["/regions/445203", "/communities/JD-05"],
    "jiedong.official": ["/communities/JD-07", "/communities/JD-05/criteria/O1"],
    "puning.official": ["/communities/PN-02", "/communities/PN-03/criteria/R1"],
    "lead.admin": ["/communities/JD-01/criteria/G2", "/account"],
    "pivot.clerk": ["/communities/JD-01/criteria/G1", "/account/password"],
    "member.clerk": ["/communities/JD-01/criteria/R3", "/?as_of=2020-01-01"],
    "viewer": ["/communities/HL-01", "/communities/JX-01/criteria/O4"],
}
# Between them these see every page; words of another length tell most there.
IN_ENGLISH = {"admin", "jiedong.official", "lead.admin"}
# Every kind of element on a page: its place among the others, with the classes that colour it,
# not its words nor how often it is there. What axe finds depends on these and on the width.
_KINDS: Final = """() => {
  const kinds = new Set();
  const walk = (element, place) => {
    const look = element.className.baseVal ?? element.className;
    const kind = [place, element.tagName, look, element.role, element.type].join(" ");
    kinds.add(kind);
    for (const child of element.children) walk(child, kind);
  };
  walk(document.querySelector("main"), "");
  return [...kinds];
}"""
_seen: set[str] = set()


def check(window: Window, address: str, status: int = 200) -> None:
    """One page, at both widths; axe looks at pages with anything new on them, whoever reads them
    in whichever language."""
    window.open(address, status)
    kinds = set(window.page.evaluate(_KINDS))
    is_new = not kinds <= _seen
    _seen.update(kinds)
    for size in (DESK, PHONE):
        window.resize(size)
        window.check_width()
        if is_new:
            window.check_accessibility()
    window.resize(DESK)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_an_account(open_window: OpenWindow, demo_password: str, name: str) -> None:
    with open_window() as window:
        if name == BY_BUTTON:
            window.open("/sign-in")
            window.page.click(f"button[name=demo][value='{name}']")
        else:
            window.sign_in(name, demo_password)
        links = window.page.locator("#navigation a.side-link")
        menu = [str(link.get_attribute("href")) for link in links.all()]
        assert len(menu) >= 2
        for locale in ("zh", "en"):
            if locale == "en" and name not in IN_ENGLISH:
                continue
            window.speak(locale)
            for address in dict.fromkeys([*menu, *DEEPER[name]]):
                check(window, address)
            language = "zh-Hans" if locale == "zh" else "en"
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
            check(window, "/sign-in")
        window.sign_in("pivot.clerk", demo_password)
        for address, status in (("/nowhere", 404), ("/accounts", 403), ("/regions/445203", 403)):
            check(window, address, status)
        check(window, "/communities/JD-01?as_of=soon", 422)
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
