"""Every gate and test, and one summary at the end; nothing stops at the first failure.

`python -m scripts.test` runs all, with `gates` the fast gates, with `fix` it mends what the tools
can mend.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Never
from xml.etree import ElementTree as ET

from scripts.postgres import running_server

ROOT: Final = Path(__file__).resolve().parent.parent
BINARIES: Final = ROOT / ".venv" / "bin"
BUILD: Final = ROOT / "build" / "test"
BROWSERS: Final = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")

# The longest first: they run side by side.
GATES: Final = {
    "types": ["mypy"],
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "import contracts": ["lint-imports"],
    "templates": ["djlint", "--lint", "templates"],
    "translations": ["python", "-m", "scripts.translations", "check"],
}
FIXES: Final = {
    "lint": ["ruff", "check", "--fix", "."],
    "format": ["ruff", "format", "."],
}


@dataclass(frozen=True)
class Outcome:
    """What one step came to; a gate counts as one test."""

    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def run_gate(name: str, command: Sequence[str]) -> Outcome:
    """Run one tool; what it says is shown only when it finds something."""
    started_at = time.monotonic()
    answer = subprocess.run(
        [BINARIES / command[0], *command[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    seconds = time.monotonic() - started_at
    is_good = answer.returncode == 0
    print(f"{'ok    ' if is_good else 'FAILED'}  {name} ({seconds:.0f} s)", flush=True)
    if not is_good:
        print(answer.stdout, flush=True)
    return Outcome(name, int(is_good), int(not is_good), 0, seconds)


def run_pytest(name: str, options: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Run a part of the tests, and count from its report, so that a crash counts as a failure."""
    print(f"\n==> {name}", flush=True)
    report = BUILD / f"{name.replace(' ', '-').lower()}.xml"
    started_at = time.monotonic()
    process = subprocess.Popen(
        [BINARIES / "python", "-m", "pytest", "-q", f"--junitxml={report}", *options],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        status = process.wait()
    finally:
        # Of its group nothing stays behind: no server, no browser, whoever stopped us.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    passed, failed, skipped = _read_report(report)
    if status != 0 and failed == 0:
        failed = 1  # it broke before, after or between the tests (or found none)
    return Outcome(name, passed, failed, skipped, time.monotonic() - started_at)


def _read_report(report: Path) -> tuple[int, int, int]:
    if not report.exists():
        return 0, 0, 0
    # Our own file, written a moment ago.
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314

    def total(attribute: str) -> int:
        return sum(int(suite.get(attribute, 0)) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped")
    return max(0, total("tests") - failed - skipped), failed, skipped


def run_tests() -> Iterator[Outcome]:
    """The tests on SQLite, those in a browser among them, and those on PostgreSQL."""
    plain = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    browser = next(filter(None, map(shutil.which, BROWSERS)), "")
    plain["CHROMIUM"] = os.environ.get("CHROMIUM") or browser
    # A file's tests stay together, and with them what they share: reports, servers, databases.
    workers = str(max(2, os.cpu_count() or 2))
    spread = ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"]
    yield run_pytest("SQLite, browser", spread, plain)
    with postgresql_or_failure() as url:
        if url:
            on_server = plain | {"TEST_DATABASE_URL": url}
            yield run_pytest("PostgreSQL", [*spread, "-m", "not browser"], on_server)
        else:
            yield Outcome("PostgreSQL", 0, 1, 0, 0.0)


# What an installation may have set, and no test should read; and that Python shall not keep what it
# has compiled: hundreds of processes import the same modules.
SETTINGS: Final = frozenset(
    {
        "COMMUNITY_DATA_DIR",
        "COMMUNITY_ENV",
        "COMMUNITY_HOST",
        "DATABASE_URL",
        "DEMO_PASSWORD",
        "FLASK_APP",
        "FLASK_DEBUG",
        "PORT",
        "PYTHONDONTWRITEBYTECODE",
        "SECRET_KEY",
        "TEST_DATABASE_URL",
        "TRUSTED_PROXIES",
    }
)


@contextmanager
def postgresql_or_failure() -> Iterator[str]:
    """The server's URL, or nothing where none could be started (the reason is printed)."""
    server = running_server()
    try:
        url = server.__enter__()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the summary must still come
        print(f"\n==> PostgreSQL\n{error}", flush=True)
        yield ""
        return
    try:
        yield url
    finally:
        server.__exit__(None, None, None)


def summarise(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Print the one summary; status 1 if anything failed or nothing ran."""
    print("\n" + "=" * 64)
    for outcome in outcomes:
        sign = "FAILED" if outcome.failed else "ok    "
        note = f", {outcome.skipped} skipped" if outcome.skipped else ""
        print(
            f"{sign}  {outcome.name:<18}{outcome.passed:>6} passed, {outcome.failed} failed"
            f"{note}  ({outcome.seconds:.0f} s)"
        )
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    print("=" * 64)
    print(f"{seconds / 60:.1f} minutes; reports lie in {BUILD.relative_to(ROOT)}/")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def main() -> int:
    """Run what was asked for."""
    started_at = time.monotonic()
    signal.signal(signal.SIGTERM, _stop)
    task = sys.argv[1] if len(sys.argv) > 1 else "all"
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    if task == "fix":
        return max([run_gate(name, command).failed for name, command in FIXES.items()])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # The tests do not wait for the slowest gate.
        gates = pool.map(run_gate, GATES, GATES.values())
        tests = [] if task == "gates" else list(run_tests())
        outcomes = [*gates, *tests]
    return summarise(outcomes, time.monotonic() - started_at)


def _stop(signum: int, _frame: FrameType | None) -> Never:
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main())
