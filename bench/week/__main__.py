"""`make week`: how long a week of a community takes to log, by form, by table and by timetable.

A server of its own with the demonstration, the real pages in Chromium, and a practised clerk of the
lead school. `clerk.py` and `keystrokes.py` say how the clerk's time is counted; the
machine's is measured, and means little on a busy machine. Each way has a week of its own in the
past, so that nothing is a double.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.week.clerk import Clerk
from bench.week.keystrokes import Tally
from bench.week.ways import Archive, ByForm, ByTable, ByTimetable, Logged
from community.kernel import clock
from config import Config
from scripts.run import BINARIES, ROOT
from scripts.serving import serving

USER: Final = "lead.admin"
DESK: Final = (1280, 900)
PHONE: Final = (360, 740)
PATIENCE_MS: Final = 120_000  # a busy machine is no fault of the page


@contextmanager
def demonstration(directory: Path) -> Iterator[str]:
    """The address of a server with the demonstration."""
    settings = {
        "COMMUNITY_DATA_DIR": str(directory),
        "DATABASE_URL": f"sqlite:///{directory / 'community.sqlite3'}",
    }
    for command in (["db", "upgrade"], ["seed", "reference"], ["seed", "demo"]):
        flask: list[str | Path] = [BINARIES / "flask", *command]
        subprocess.run(
            flask, cwd=ROOT, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL
        )
    with serving(directory, **settings) as address:
        yield address


@contextmanager
def clerk_at(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Clerk]:
    """The lead school's clerk, signed in, at a window of a size."""
    width, height = size
    context = browser.new_context(
        base_url=address,
        locale="zh-CN",
        viewport={"width": width, "height": height},
        has_touch=size == PHONE,
    )
    context.set_default_timeout(PATIENCE_MS)
    page: Page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=username]", USER)
    page.fill("input[name=password]", Config.from_environment({}).demo_password)
    page.click("form.form button[type=submit]")
    yield Clerk(page, is_on_phone=size == PHONE)
    context.close()


def measure(browser: Browser, address: str) -> Iterator[Logged]:
    """Every way, each in a week of its own."""
    today = clock.today()
    this_monday = today - timedelta(days=today.weekday())
    before = [this_monday - timedelta(days=7 * number) for number in range(6)]
    with clerk_at(browser, address, DESK) as clerk:
        yield from ByForm(clerk, "form, 1280 px", before[2], Archive(1)).week()
        yield from ByTable(clerk, "table, typed", before[3], Archive(2)).week()
        yield from ByTable(clerk, "table, pasted", before[4], Archive(3), is_pasted=True).week()
        by_timetable = ByTimetable(clerk, "timetable", before[1], Archive(4))
        yield from by_timetable.arrange()
        yield from by_timetable.week()
    with clerk_at(browser, address, PHONE) as clerk:
        yield from ByForm(clerk, "form, 360 px", before[5], Archive(5)).week()


HEAD: Final = ("keys", "clicks", "decisions", "person s", "machine s")


def show(logged: Sequence[Logged]) -> None:
    """The figures per entry, and of a week each way."""
    _line("", "per entry (mean)", *HEAD)
    for way in dict.fromkeys(one.way for one in logged):
        for what in dict.fromkeys(one.what for one in logged if one.way == way):
            found = [one.took for one in logged if (one.way, one.what) == (way, what)]
            if len(set(map(str, found))) > 1:
                _row(way, f"{what}, the first", found[0])
                _row(way, f"{what}, each further", _sum(found[1:]).shared(len(found) - 1))
            else:
                _row(way, what, found[0])
    print()
    _line("", "a week: 8 lessons, 6 visits, 2 transfers", *HEAD)
    for title, ways in WEEKS.items():
        found = [one.took for one in logged if ways.get(one.what) == one.way]
        _row(title, f"{len(found)} records, {_sum(found).person_s / 60:.1f} min", _sum(found))


_DESK_FORM, _TYPED, _PASTED = "form, 1280 px", "table, typed", "table, pasted"
_KINDS: Final = ("shared lesson", "visit", "transfer")
WEEKS: Final[Mapping[str, Mapping[str, str]]] = {
    _DESK_FORM: dict.fromkeys(_KINDS, _DESK_FORM),
    "form, 360 px": dict.fromkeys(_KINDS, "form, 360 px"),
    _TYPED: dict.fromkeys(_KINDS, _TYPED),
    _PASTED: dict.fromkeys(_KINDS, _PASTED),
    "form + timetable": {**dict.fromkeys(_KINDS, _DESK_FORM), "visit": "timetable"},
    "table + timetable": {**dict.fromkeys(_KINDS, _TYPED), "visit": "timetable"},
}


def _sum(all_: Sequence[Tally]) -> Tally:
    total = Tally()
    for one in all_:
        total = total.plus(one)
    return total


def _row(way: str, what: str, took: Tally) -> None:
    figures = (took.keys, took.clicks, took.decisions, took.person_s, took.machine_s)
    _line(way, what, *(f"{figure:.1f}" for figure in figures))


def _line(way: str, what: str, *figures: str) -> None:
    print(f"{way:<20}{what:<42}" + "".join(f"{figure:>11}" for figure in figures))


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory(prefix="community-week-") as directory,
        demonstration(Path(directory)) as address,
        sync_playwright() as playwright,
    ):
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        logged = list(measure(browser, address))
        browser.close()
    show(logged)


if __name__ == "__main__":
    main()
