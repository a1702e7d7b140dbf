"""A real server with the demonstration, and a real Chromium to look at it."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from scripts.serving import serving
from tests.conftest import make_config

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
}
# Text that is wider than the page, unless it scrolls in a box of its own.
_OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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
        """WCAG 2.2 AA of the page, or the part with a selector, as far as a machine can tell."""
        self.page.wait_for_load_state()
        found: dict[str, Any] = Axe().run(self.page, context=part, options=WCAG).response
        faults = [
            f"{violation['id']}: {[node['html'][:160] for node in violation['nodes'][:3]]}"
            for violation in found["violations"]
        ]
        assert not faults, f"{self.page.url} at {self.page.viewport_size}: {faults}"

    def check_quiet(self) -> None:
        """No error, no warning, nothing that the content security policy blocked."""
        assert not self.complaints, self.complaints


OpenWindow = Callable[..., AbstractContextManager[Window]]


@pytest.fixture
def open_window(chromium: Browser, server: str) -> OpenWindow:
    """`with open_window() as window: …` is a tab with cookies of its own."""

    @contextmanager
    def opened(**options: Any) -> Iterator[Window]:
        context: BrowserContext = chromium.new_context(
            **{"viewport": DESK, "locale": "zh-CN", **options}
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield Window(context.new_page(), server)
        finally:
            context.close()

    return opened
