"""Real servers, and a real Chromium to look at them."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from community.access import Role
from scripts.serving import serving
from tests.conftest import make_config, signed_in
from tests.world import World

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 360, "height": 740}
PATIENCE_MS: Final = 60_000  # a busy machine is no fault of the page
OPTIONS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # styles: of no use to these rules
}
# Text that is wider than the page, unless it scrolls in a box of its own.
_OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The bar of buttons stays in sight and covers what lies below it: then look from the end.
_SCROLL: Final = """
scrollTo(0, document.querySelector(".action-bar") ? document.body.scrollHeight : 0)
"""
# Marks the first and outermost elements of kinds not seen before, and gives these kinds. A kind is
# a place among other elements, with what gives it its look and its state, and whether it has a
# name; not its words, nor how often it is there. What axe finds in an element depends on these.
_MARK: Final = """seen => {
  const known = new Set(seen), found = new Set();
  const number = text => {
    let sum = 0;
    for (const letter of text) sum = (Math.imul(sum, 31) + letter.codePointAt(0)) | 0;
    return sum;
  };
  const named = ["alt", "aria-label", "aria-labelledby", "title"];
  const stated = ["role", "type", "disabled", "aria-invalid", "aria-expanded", "aria-current"];
  const walk = (element, place, isMarked) => {
    const look = element.className.baseVal ?? element.className;
    const states = stated.map(name => element.getAttribute(name));
    const names = named.map(name => element.hasAttribute(name));
    const texts = [!element.textContent.trim(), element.labels?.length];
    const parts = [place, element.tagName, look, ...states, ...names, ...texts];
    const kind = number(parts.join(" "));
    const isNew = !known.has(kind) && !found.has(kind);
    if (isNew) found.add(kind);
    if (isNew && !isMarked) element.dataset.unseen = "";
    for (const child of element.children) walk(child, kind, isMarked || isNew);
  };
  walk(document.body, innerWidth, false);
  return [...found];
}"""
_UNMARK: Final = """
document.querySelectorAll("[data-unseen]").forEach(one => delete one.dataset.unseen)
"""
_seen: set[int] = set()


@pytest.fixture(scope="session")
def server(demonstration_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the demonstration, which tests only read."""
    directory = tmp_path_factory.mktemp("server")
    settings = {"COMMUNITY_DATA_DIR": str(directory), "DATABASE_URL": demonstration_url}
    with serving(directory, **settings) as address:
        yield address


@pytest.fixture(scope="session")
def demo_password() -> str:
    """The public password of the demonstration's accounts."""
    return make_config(Path(), "sqlite://").demo_password


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@dataclass
class Window:
    """A tab, what it complained about, and what every page is held to."""

    page: Page
    server: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        # A page with a status of 400 or more is one that the test asked for.
        is_status = message.text.startswith("Failed to load resource: the server responded with")
        if message.type in ("error", "warning") and not is_status:
            self.complaints.append(f"{self.page.url}: {message.text}")

    @property
    def path(self) -> str:
        """Where the tab is."""
        return urlsplit(self.page.url).path

    def open(self, address: str, status: int = 200) -> None:
        """Load a page."""
        answer = self.page.goto(self.server + address)
        assert answer is not None
        assert answer.status == status, address

    def speak(self, locale: str) -> None:
        """Choose the language of the pages to come."""
        self.page.context.add_cookies([{"name": "locale", "value": locale, "url": self.server}])

    def sign_in(self, name: str, password: str) -> None:
        """Sign in by the form."""
        self.open("/sign-in")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("form.form button[type=submit]")
        assert self.path != "/sign-in"

    def resize(self, size: dict[str, int]) -> None:
        """Make the tab a desk's or a phone's."""
        self.page.set_viewport_size({"width": size["width"], "height": size["height"]})

    def check_width(self) -> None:
        """Nothing is cut off or has to be pushed aside."""
        # A click returns when the next page has begun, perhaps without its style yet.
        self.page.wait_for_load_state()
        too_wide = self.page.evaluate(_OVERFLOW)
        assert too_wide <= 0, f"{self.page.url}: {too_wide} px wider than {self.page.viewport_size}"

    def check_accessibility(self, part: str | None = None) -> None:
        """WCAG 2.2 AA of the page, or of the parts with a selector, as far as a machine can
        tell."""
        self.page.wait_for_load_state()
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(Axe().axe_script)
        run = "([part, options]) => axe.run(part ?? document, options)"
        found: dict[str, Any] = self.page.evaluate(run, [part, WCAG])
        faults = [
            f"{violation['id']}: {[node['html'][:160] for node in violation['nodes'][:3]]}"
            for violation in found["violations"]
        ]
        assert not faults, f"{self.page.url} at {self.page.viewport_size}: {faults}"

    def look(self, *sizes: dict[str, int]) -> None:
        """The page as it stands, at both widths or those given: its width, and with axe what no
        page before had on it. The tab is a desk's afterwards if a desk's was looked at."""
        for size in sizes or (PHONE, DESK):
            self.resize(size)
            self.check_width()
            self.page.evaluate(_SCROLL)
            if new := self.page.evaluate(_MARK, list(_seen)):
                self.check_accessibility("[data-unseen]")
                self.page.evaluate(_UNMARK)
                _seen.update(new)

    def check_quiet(self) -> None:
        """No error, no warning, nothing that the content security policy blocked."""
        assert not self.complaints, self.complaints


@contextmanager
def new_window(chromium: Browser, address: str, **options: Any) -> Iterator[Window]:
    """A tab with cookies of its own."""
    with chromium.new_context(
        **{
            "base_url": address,
            "viewport": DESK,
            "locale": "zh-CN",
            "reduced_motion": "reduce",
            **options,
        }
    ) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield Window(context.new_page(), address)


OpenWindow = Callable[..., AbstractContextManager[Window]]


@pytest.fixture
def open_window(chromium: Browser, server: str) -> OpenWindow:
    """`with open_window() as window: …` is a tab on the demonstration."""
    return partial(new_window, chromium, server)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of this test's application, which is served from here."""
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


WindowOf = Callable[..., Window]


@pytest.fixture
def window_of(app: Flask, world: World, chromium: Browser, address: str) -> Iterator[WindowOf]:
    """`window_of(Role.VIEWER)` is a tab of a signed-in reader on this test's application, which
    must have had nothing to complain about when the test is over."""
    with ExitStack() as opened:
        windows: list[Window] = []

        def open_as(role: Role, **options: Any) -> Window:
            cookie = signed_in(app, world.account_ids[role]).client.get_cookie("session")
            assert cookie is not None
            window = opened.enter_context(new_window(chromium, address, **options))
            window.page.context.add_cookies(
                [{"name": "session", "value": cookie.value, "url": address}]
            )
            windows.append(window)
            return window

        yield open_as
        for window in windows:
            window.check_quiet()
