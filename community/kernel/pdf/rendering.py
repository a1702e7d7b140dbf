"""The layout, done by another process under limits of time and memory."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_
from config import ROOT

ENGINE: Final = Path(__file__).with_name("engine.py")
STATIC: Final = ROOT / "static"
_WATCH_SECONDS: Final = 0.5
_TOO_LARGE: Final = N_(
    "The document is too large to be printed in one piece. Print its parts: each county, or each "
    "community, on its own."
)


@dataclass(frozen=True)
class Limits:
    """How much a layout may use. A county's report takes 10 seconds and 300 MB."""

    cpu_seconds: int = 600
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True)
class Printed:
    """A PDF, and how many pages it has."""

    content: bytes
    pages_count: int


class LayoutError(Exception):
    """The engine failed: a fault of ours, not of the reader."""


def render(
    html: str, *, limits: Limits = Limits(), watch: Callable[[], None] = lambda: None
) -> Printed:
    """The PDF of a document.

    `watch` is called twice a second meanwhile; what it raises ends the layout. Raises
    RuleViolationError when the document does not fit the limits, LayoutError when it loads
    anything outside `static/` or the engine fails.
    """
    command = [
        *(sys.executable, "-I", str(ENGINE), str(STATIC)),
        *(str(limits.cpu_seconds), str(limits.memory_bytes)),
    ]
    with TemporaryFile() as given:  # a pipe could fill up while nobody writes to it
        given.write(html.encode())
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            try:
                content, complaint = _wait(running, watch)
            finally:
                running.kill()
    if running.returncode == 0:
        pages_count, _, pdf = content.partition(b"\n")
        return Printed(pdf, int(pages_count))
    if running.returncode < 0 or b"MemoryError" in complaint:
        raise RuleViolationError(_TOO_LARGE)
    raise LayoutError(complaint.decode(errors="replace")[-2000:])


def _wait(running: subprocess.Popen[bytes], watch: Callable[[], None]) -> tuple[bytes, bytes]:
    while True:
        try:
            return running.communicate(timeout=_WATCH_SECONDS)
        except subprocess.TimeoutExpired:
            watch()
