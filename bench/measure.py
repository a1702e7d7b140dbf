"""`make bench`: seed a nation and a city, ask both for the same pages, and print ratios.

Everything is measured in one run on one machine, by turns, so that a busy minute slows both sides
of a ratio alike; of each page the median counts.
"""

import argparse
import http.client
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import urlencode, urlsplit

import psycopg

from bench.plans import sequential_scans
from bench.seed import PASSWORD, USER, Size, city, nation, seed
from community import create_app
from community.kernel.database import Base
from config import ROOT, Config, Environment
from scripts.postgres import running_server
from scripts.serving import serving

KEPT: Final = ROOT / "build" / "bench"
SECRET: Final = "measuring-0f1e2d3c4b5a69788796a5b4c3d2e1f0"  # noqa: S105 - loopback only
SETTINGS: Final = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
}
LIST: Final = "/activities?county=X00000&school_year=2024-2025"
AT: Final = "as_of=2025-12-31"
PAGES: Final = {
    "list": LIST,
    "county": f"/regions/X00000?{AT}",
    "city": f"/regions/C00000?{AT}",
    "community": f"/communities/B-000000?{AT}",
}


@dataclass
class Visitor:
    """Somebody signed in."""

    port: int
    cookie: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(self, method: str, address: str, body: Mapping[str, str] | None = None) -> str:
        """The text of an answer; what is no success ends the run."""
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.close()  # the server ends idle ones: both sides of a ratio begin anew
        self.connection.request(method, address, urlencode(body or {}), headers)
        answer = self.connection.getresponse()
        content = answer.read().decode()
        if answer.status >= 400:
            sys.exit(f"{method} {address}: {answer.status}\n{content[:2000]}")
        cookies = dict(part.split("=", 1) for part in self.cookie.split("; ") if part)
        for header, value in answer.getheaders():
            if header.lower() == "set-cookie":
                name, _, text = value.partition(";")[0].partition("=")
                cookies[name] = text
        self.cookie = "; ".join(f"{name}={text}" for name, text in cookies.items())
        return content

    def sign_in(self) -> None:
        """Sign in as the reader that the seed made."""
        page = self.ask("GET", "/sign-in")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"username": USER, "password": PASSWORD, "csrf_token": token[1] if token else ""}
        self.ask("POST", "/sign-in", form)

    def seconds(self, address: str) -> float:
        """How long an address takes."""
        began = time.perf_counter()
        self.ask("GET", address)
        return time.perf_counter() - began


def main() -> None:
    """Seed what is missing, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--activities", type=int, default=1_000_000, help="of the nation")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with running_server(KEPT / "data", SETTINGS) as server:
        sizes = nation(options.activities), city(options.activities)
        urls = [_seeded(server, size) for size in sizes]
        with _serving(urls[0]) as whole, _serving(urls[1]) as part:
            _print_ratios(whole, part, options.rounds)
            _print_report(urls, whole)
            _print_plans(urls[0], whole)


def _seeded(server: str, size: Size) -> str:
    """The URL of a database of that size, seeded once and kept."""
    url = server.replace("/postgres?", f"/{size.name}?")
    app = create_app(_config(url))
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [size.name])
        if known.fetchone() and _is_whole(url):
            return url
        connection.execute(f'DROP DATABASE IF EXISTS "{size.name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{size.name}"')
    began = time.perf_counter()
    print(f"Seeding {size.name}: {size.activities:,} activities …", flush=True)
    with app.app_context():
        seed(size)
    print(f"  {time.perf_counter() - began:.0f} s", flush=True)
    return url


def _is_whole(url: str) -> bool:
    """Whether its seeding came to its end (the rollups are its last rows), in today's schema."""
    columns = "SELECT table_name, column_name FROM information_schema.columns"
    with psycopg.connect(url) as connection:
        there = set(connection.execute(f"{columns} WHERE table_schema = 'public'").fetchall())
        tables = Base.metadata.tables.values()
        if not {(table.name, column.name) for table in tables for column in table.columns} <= there:
            return False
        return connection.execute("SELECT 1 FROM county_month_rollup").fetchone() is not None


def _config(url: str) -> Config:
    return Config(
        environment=Environment.TEST,
        secret_key=SECRET,
        database_url=url.replace("postgresql://", "postgresql+psycopg://"),
        data_dir=KEPT,
    )


@contextmanager
def _serving(url: str) -> Iterator[Visitor]:
    """The application on one database, and somebody signed in."""
    settings = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "COMMUNITY_DATA_DIR": str(KEPT)}
    with serving(KEPT, "-w", "1", application="bench.server:app", **settings) as address:
        visitor = Visitor(urlsplit(address).port or 0)
        visitor.sign_in()
        yield visitor


def _medians(asked: Sequence[tuple[Visitor, str]], rounds: int) -> list[float]:
    """The median of each (visitor, address), asked by turns; the first round only warms up."""
    times: list[list[float]] = [[] for _ in asked]
    for number in range(rounds + 1):
        for (visitor, address), found in zip(asked, times, strict=True):
            taken = visitor.seconds(address)
            if number:
                found.append(taken)
    return [median(found) for found in times]


def _print_ratios(whole: Visitor, part: Visitor, rounds: int) -> None:
    print(f"\n{'page':<12}{'raw':>9}{'page':>9}{'ratio':>8}{'city':>9}{'nation : city':>15}")
    for name, page in PAGES.items():
        few = rounds if name in ("list", "community") else max(3, rounds // 5)
        asked = [(whole, f"/raw/{name}"), (whole, page), (part, page)]
        raw, here, there = _medians(asked, few)
        print(
            f"{name:<12}{raw * 1000:>6.1f} ms{here * 1000:>6.1f} ms{here / raw:>7.2f}×"
            f"{there * 1000:>6.1f} ms{here / there:>14.2f}×",
            flush=True,
        )
    depths = [(whole, LIST), *((whole, page) for page in _pages(whole))]
    first, *deeper = _medians(depths, rounds)
    for number, seconds in enumerate(deeper, 2):
        print(f"list, page {number}: {seconds / first:.2f}× the first")


def _print_report(urls: Sequence[str], whole: Visitor) -> None:
    """The printed report of a community, by the command: a new process, and its pages laid out."""
    (raw,) = _medians([(whole, "/raw/community")], 3)
    here, there = (_report_seconds(url) for url in urls)
    print(
        f"{'report':<12}{raw * 1000:>6.1f} ms{here * 1000:>6.0f} ms{here / raw:>7.0f}×"
        f"{there * 1000:>6.0f} ms{here / there:>14.2f}×"
    )


def _report_seconds(url: str) -> float:
    options = ("--school-year", "2024-2025", "--as-of", "2025-12-31", "--lang", "zh")
    command = [sys.executable, "-m", "flask", "report", "community", "B-000000", *options]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--out", str(KEPT / "report.pdf")],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": url, "SECRET_KEY": SECRET, "COMMUNITY_DATA_DIR": str(KEPT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def _pages(visitor: Visitor) -> list[str]:
    """The second page of the list, one in the middle, and the last."""
    found: list[str] = []
    page = visitor.ask("GET", LIST)
    while link := re.search(r'href="([^"]+)" rel="next"', page):
        found.append(link[1].replace("&amp;", "&"))
        page = visitor.ask("GET", found[-1])
    return [found[0], found[len(found) // 2], found[-1]] if found else []


def _print_plans(url: str, visitor: Visitor) -> None:
    """The big tables that a page reads from end to end; there should be none."""
    app = create_app(_config(url))
    logging.disable()
    client = app.test_client()
    for part in visitor.cookie.split("; "):
        name, _, value = part.partition("=")
        client.set_cookie(name, value)
    found = sequential_scans(client, app, PAGES.values())
    print("\nBig tables read from end to end:", ", ".join(sorted(found)) or "none")


if __name__ == "__main__":
    main()
