"""Reports of the demonstration, printed once for all tests, and how to read a PDF back."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from community import create_app
from community.jobs.tasks import unbind
from community.kernel.clock import parse_instant
from community.kernel.i18n import use_locale
from community.reports import documents, services
from community.reports.documents import Outline
from community.reports.rules.kinds import ReportOrder
from community.web.extensions import db
from tests.conftest import OPERATOR, make_config

AS_OF = date(2025, 12, 31)
KNOWN_AT = parse_instant("2026-01-31")
MM = 72 / 25.4
_XHTML = "{http://www.w3.org/1999/xhtml}"


def order_of(code: str, locale: str = "zh", known_at: datetime = KNOWN_AT) -> ReportOrder:
    return ReportOrder(code, AS_OF, known_at, None, locale)


# --- reading a PDF back -----------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line of a page: its words, and the box around it in points from the upper left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """A page: its number in the file from 1, its size, its lines from top to bottom."""

    number: int
    width: float
    height: float
    lines: Sequence[Line]

    @property
    def is_wide(self) -> bool:
        return self.width > self.height

    @property
    def folio(self) -> Line | None:
        """The line with the page number."""
        return next(
            (
                line
                for line in self.lines
                if line.text.startswith("—")
                and line.text.endswith("—")
                and line.text != "—"
                and line.text[1:-1].isdigit()
            ),
            None,
        )

    @property
    def body(self) -> list[Line]:
        """The lines of the text."""
        return [line for line in self.lines if line != self.folio]

    @property
    def text(self) -> str:
        """All of it, without spaces."""
        return "".join(line.text for line in self.lines).replace(" ", "")


@dataclass(frozen=True)
class Pdf:
    """A printed report, read back by poppler."""

    path: Path
    outline: Outline = field(default_factory=lambda: Outline(()))

    def _run(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    @cached_property
    def sheets(self) -> list[Sheet]:
        answer = self._run("pdftotext", "-bbox-layout", str(self.path), "-")
        root = ET.fromstring(answer)  # noqa: S314 - poppler wrote it
        return [_sheet(n, page) for n, page in enumerate(root.iter(f"{_XHTML}page"), start=1)]

    @cached_property
    def fonts(self) -> list[tuple[str, bool]]:
        """Name without the prefix of its subset, and whether it is embedded."""
        rows = self._run("pdffonts", str(self.path)).splitlines()[2:]
        return [(row.split()[0].partition("+")[2], row.split()[-5] == "yes") for row in rows]

    @cached_property
    def info(self) -> dict[str, str]:
        rows = self._run("pdfinfo", "-isodates", str(self.path)).splitlines()
        return {name: value.strip() for name, _, value in (row.partition(":") for row in rows)}

    @cached_property
    def attachments(self) -> str:
        return self._run("pdfdetach", "-list", str(self.path)).strip()


def _sheet(number: int, page: ET.Element) -> Sheet:
    lines = [
        Line(
            " ".join(word.text or "" for word in line.iter(f"{_XHTML}word")),
            *(float(line.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax")),
        )
        for line in page.iter(f"{_XHTML}line")
    ]
    size = float(page.attrib["width"]), float(page.attrib["height"])
    return Sheet(number, *size, sorted(lines, key=lambda line: (line.top, line.left)))


# --- the reports ------------------------------------------------------------------------------


@contextmanager
def _application(url: str, directory: Path) -> Iterator[Flask]:
    app = create_app(make_config(directory, url))
    with app.app_context():
        yield app
    with app.app_context():  # the session has given its connection back
        db.engine.dispose()
    unbind()


def _print(url: str, directory: Path, code: str) -> Pdf:
    with _application(url, directory), use_locale("zh"):
        made = services.print_report(order_of(code), actor=OPERATOR)
        path = directory / made.file_name
        path.write_bytes(made.printed.content)
        return Pdf(path, documents.outline_of(made.report))


@pytest.fixture(scope="session")
def community_pdf(demonstration_url: str, tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    """The annual report of JD-05, in Chinese."""
    return _print(demonstration_url, tmp_path_factory.mktemp("community"), "JD-05")


@pytest.fixture(scope="session")
def county_pdf(demonstration_url: str, tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    """The progress report of 揭东区, in Chinese."""
    return _print(demonstration_url, tmp_path_factory.mktemp("county"), "445203")
