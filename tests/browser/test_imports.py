"""An official imports a ledger: a real browser, a real server and a real worker."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from community.access import Role
from config import ROOT, Config
from tests.browser.conftest import Window, WindowOf
from tests.imports.workbooks import SCHOOLS, Sheet, school, xlsx

pytestmark = pytest.mark.browser
SCHOOL = "揭东区玉滘镇新溪小学"


def file_of(row: dict[str, object], name: str, directory: Path) -> str:
    """A roster of one school on disk."""
    path = directory / name
    path.write_bytes(xlsx(Sheet("学校", SCHOOLS, [row]), name=name).data or b"")
    return str(path)


@pytest.fixture
def worker(config: Config) -> Iterator[None]:
    """The worker, a process of its own."""
    environment = os.environ | {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "FLASK_APP": "wsgi",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "flask", "worker"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    running.terminate()
    running.wait()


DROP = """([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("[data-drop]").dispatchEvent(event);
}"""


@pytest.mark.usefixtures("worker")
def test_from_a_faulty_file_to_a_batch_and_back(window_of: WindowOf, tmp_path: Path) -> None:
    """With JavaScript at both widths, then the same way without."""
    plain = {"所属乡镇(街道)": ""}
    faulty = file_of(school(SCHOOL, 办学类型="学堂", **plain), "有错.xlsx", tmp_path)
    good = file_of(school(SCHOOL, **plain), "名册.xlsx", tmp_path)
    window = window_of(Role.DISTRICT_OFFICIAL)
    page = window.page
    window.open("/imports/new")
    window.look()
    page.set_input_files("input[type=file]", faulty)
    page.click(".submit-row button")
    expect(page.locator(".import-cell")).to_contain_text("学堂")
    window.look()
    with page.expect_download() as download:
        page.click("a[href*='/files/0']")
    assert download.value.suggested_filename.endswith(".xlsx")

    window.open("/imports/new")
    page.evaluate(DROP, ["名册.xlsx", list(Path(good).read_bytes())])
    expect(page.locator(".drop-list li")).to_contain_text("名册.xlsx")
    page.click(".submit-row button")
    page.wait_for_selector("form[action$='/confirm']")
    window.look()
    page.click("form[action$='/confirm'] button")
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    window.look()
    page.click("a[href$='/undo']")
    window.look()
    page.click("form[action$='/undo'] button")
    page.wait_for_selector("a.btn-primary[href^='/imports/']")
    window.look()
    window.open("/jobs")
    window.look()
    without_javascript(window_of(Role.DISTRICT_OFFICIAL, java_script_enabled=False), good)


def without_javascript(window: Window, file: str) -> None:
    page = window.page
    window.open("/imports/new")
    page.set_input_files("input[type=file]", file)
    page.click(".submit-row button")
    # The page loads itself anew until the files are read, then until they are imported.
    page.wait_for_selector("form[action$='/confirm']")
    page.click("form[action$='/confirm'] button")
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    expect(page.locator("h1")).to_contain_text("2")
