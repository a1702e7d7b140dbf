"""An official imports a ledger: a real browser, a real server and a real worker."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect

from community.access import Role
from community.imports.sheets import SourceFile
from config import ROOT, Config
from scripts.serving import wait_for
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Window
from tests.conftest import signed_in
from tests.imports.workbooks import SCHOOLS, Sheet, school, xlsx
from tests.world import World

pytestmark = pytest.mark.browser
SCHOOL = "揭东区玉滘镇新溪小学"


@dataclass(frozen=True)
class Office:
    """A server and its worker, and the cookie of a district official."""

    address: str
    cookie: str
    directory: Path

    def file(self, *rows: dict[str, object], name: str) -> str:
        """A roster on disk."""
        made: SourceFile = xlsx(Sheet("学校", SCHOOLS, rows), name=name)
        path = self.directory / name
        path.write_bytes(made.data or b"")
        return str(path)


@pytest.fixture
def office(app: Flask, config: Config, world: World) -> Iterator[Office]:
    """An installation with a server and a worker, each a process of its own."""
    official = signed_in(app, world.account_ids[Role.DISTRICT_OFFICIAL])
    cookie = official.client.get_cookie("session")
    assert cookie is not None
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "PORT": str(port),
        "FLASK_APP": "wsgi",
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in (("gunicorn", "wsgi:app"), ("flask", "worker"))
    ]
    try:
        wait_for(f"http://127.0.0.1:{port}/health/live", running[0])
        yield Office(f"http://127.0.0.1:{port}", cookie.value, config.data_dir)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def window_of(
    office: Office, chromium: Browser, *, has_script: bool = True
) -> tuple[BrowserContext, Window]:
    """A tab of the official."""
    context = chromium.new_context(locale="zh-CN", java_script_enabled=has_script)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "session", "value": office.cookie, "url": office.address}])
    window = Window(context.new_page(), office.address)
    window.resize(DESK)
    return context, window


def look(window: Window) -> None:
    """At both widths, as every page is looked at."""
    for size in (DESK, PHONE):
        window.resize(size)
        window.check_width()
        window.check_accessibility()
    window.resize(DESK)


DROP = """([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("[data-drop]").dispatchEvent(event);
}"""


def test_from_a_faulty_file_to_a_batch_and_back(office: Office, chromium: Browser) -> None:
    """With JavaScript at both widths, then the same way without."""
    plain = {"所属乡镇(街道)": ""}
    faulty = office.file(school(SCHOOL, 办学类型="学堂", **plain), name="有错.xlsx")
    good = office.file(school(SCHOOL, **plain), name="名册.xlsx")
    context, window = window_of(office, chromium)
    with context:
        page = window.page
        window.open("/imports/new")
        look(window)
        page.set_input_files("input[type=file]", faulty)
        page.click(".submit-row button")
        expect(page.locator(".import-cell")).to_contain_text("学堂", timeout=PATIENCE_MS)
        look(window)
        with page.expect_download() as download:
            page.click("a[href*='/files/0']")
        assert download.value.suggested_filename.endswith(".xlsx")

        window.open("/imports/new")
        page.evaluate(DROP, ["名册.xlsx", list(Path(good).read_bytes())])
        expect(page.locator(".drop-list li")).to_contain_text("名册.xlsx")
        page.click(".submit-row button")
        page.wait_for_selector("form[action$='/confirm']", timeout=PATIENCE_MS)
        look(window)
        page.click("form[action$='/confirm'] button")
        page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=PATIENCE_MS)
        look(window)
        page.click("a[href$='/undo']")
        look(window)
        page.click("form[action$='/undo'] button")
        page.wait_for_selector("a.btn-primary[href^='/imports/']", timeout=PATIENCE_MS)
        look(window)
        window.open("/jobs")
        look(window)
        window.check_quiet()
    _without_javascript(office, chromium, good)


def _without_javascript(office: Office, chromium: Browser, file: str) -> None:
    context, window = window_of(office, chromium, has_script=False)
    with context:
        page = window.page
        window.open("/imports/new")
        page.set_input_files("input[type=file]", file)
        page.click(".submit-row button")
        # The page loads itself anew until the files are read, then until they are imported.
        page.wait_for_selector("form[action$='/confirm']", timeout=PATIENCE_MS)
        page.click("form[action$='/confirm'] button")
        page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=PATIENCE_MS)
        expect(page.locator("h1")).to_contain_text("2")
