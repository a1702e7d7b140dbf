"""Paper: what may be loaded, what can be printed, how long it may take."""

import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from weasyprint.urls import FatalURLFetchingError

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale
from community.kernel.pdf import LayoutError, Limits, check_glyphs, render
from community.kernel.pdf.engine import write_pdf
from community.kernel.pdf.glyphs import printable, unprintable
from config import ROOT

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)
STATIC = ROOT / "static"


# --- what may be loaded -----------------------------------------------------------------------


class Canary(BaseHTTPRequestHandler):
    """Notes who comes."""

    def __init__(self, *args: object, visits: list[str]) -> None:
        self.visits = visits
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the visits it had."""
    visits: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Canary, visits=visits)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/canary", visits
        server.shutdown()
        thread.join()


IMAGE = '<img src="{address}">'
OUTSIDE = "file:///etc/passwd"
SVG = '<svg xmlns="http://www.w3.org/2000/svg">'


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        (IMAGE, "{canary}"),
        (IMAGE, OUTSIDE),
        (IMAGE, "../config.py"),
        (IMAGE, "css/../../config.py"),
        (IMAGE, "..%2fconfig.py"),
        (IMAGE, "%2e%2e/config.py"),
        (IMAGE, "file://127.0.0.1{static}/css/app.css"),
        (IMAGE, "ftp://127.0.0.1/x"),
        (IMAGE, "/etc/passwd"),
        (IMAGE, "css/nothing-here.css"),
        ('<link rel="stylesheet" href="{address}">', "{canary}"),
        ('<link rel="attachment" href="{address}">', "{canary}"),
        ('<link rel="attachment" href="{address}">', OUTSIDE),
        ('<a rel="attachment" href="{address}">x</a>', OUTSIDE),
        ('<object data="{address}"></object>', "{canary}"),
        ('<embed src="{address}">', OUTSIDE),
        ('<style>@import "{address}";</style>', "{canary}"),
        ("<style>@font-face {{ font-family: x; src: url('{address}') }}</style>", OUTSIDE),
        ('<p style="background: url({address})">x</p>', "{canary}"),
        (SVG + '<image href="{address}" width="9" height="9"/></svg>', "{canary}"),
    ],
)
def test_nothing_outside_is_loaded(
    markup: str, address: str, canary: tuple[str, list[str]]
) -> None:
    """Every way to load is refused with an end, not with a document that lacks something."""
    server, visits = canary
    wanted = address.format(canary=server, static=STATIC)
    with pytest.raises(FatalURLFetchingError):
        write_pdf(f"<p>x</p>{markup.format(address=wanted)}", STATIC)
    assert visits == []


def test_our_own_files_and_inline_data_are_loaded() -> None:
    html = f'<link rel="stylesheet" href="print/report.css"><img src="{DOT}"><p>x'
    content, pages_count = write_pdf(html, STATIC)
    assert content.startswith(b"%PDF")
    assert pages_count == 1
    assert b"/Subtype /Image" in content
    printed = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True)
    assert b"Noto-Serif-CJK-SC" in printed.stdout, "the sheet of styles was read"


def test_a_link_out_of_static_is_no_way_out(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.css").write_text("p { color: red }")
    (tmp_path / "static" / "own.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(FatalURLFetchingError):
        write_pdf('<link rel="stylesheet" href="own.css"><p>x', tmp_path / "static")


# --- what can be printed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["玉滘镇砲台鲘溪輋", "镕喆堃珺玥", "“—…”√×→", "a\tb\n\u200bc\u00a0d"]
)
def test_names_of_places_and_people_can_be_printed(text: str) -> None:
    check_glyphs(f"<p>{text}</p>")


def test_a_character_without_a_shape_is_named_with_its_place() -> None:
    html = (
        "<style>\U0001f600</style><h1>一、基本情况</h1><p>主讲：张\U0002b740老师</p>"
        "<h2>台账</h2><td>好\U0001f600课 好\U0001f600</td>"
    )
    found = list(unprintable(html))
    assert [(one.character, one.heading) for one in found] == [
        ("\U0002b740", "一、基本情况"),
        ("\U0001f600", "台账"),
    ]
    assert "张\U0002b740老师" in found[0].excerpt
    with use_locale("en"), pytest.raises(RuleViolationError) as refusal:
        check_glyphs(html)
    assert "U+2B740" in str(refusal.value)
    assert "U+1F600" in str(refusal.value)


def test_a_font_that_is_not_there_is_noticed() -> None:
    with pytest.raises(LookupError):
        printable("No Such Font SC")


# --- another process --------------------------------------------------------------------------


class StoppedError(Exception):
    """Somebody asked to stop."""


LONG = "<table>" + "<tr><td>一</td><td>二</td><td>三</td></tr>" * 6_000


def test_it_is_laid_out_elsewhere() -> None:
    printed = render("<p>好</p><p style='break-before: page'>好</p>")
    assert printed.content.startswith(b"%PDF")
    assert printed.pages_count == 2


@pytest.mark.parametrize(
    ("html", "limits"),
    [(LONG, Limits(cpu_seconds=1)), ("一" * 40_000_000, Limits(memory_bytes=300 * 1024**2))],
    ids=["time", "memory"],
)
def test_a_document_that_is_too_large_is_refused(html: str, limits: Limits) -> None:
    with use_locale("en"), pytest.raises(RuleViolationError, match="too large"):
        render(html, limits=limits)


def test_whoever_watches_can_stop_it() -> None:
    def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        render(LONG, watch=stop)


def test_a_fault_of_the_engine_is_ours() -> None:
    with pytest.raises(LayoutError, match="refused to load"):
        render('<img src="file:///etc/passwd">')
