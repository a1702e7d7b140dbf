"""The layout of one document, in a process of its own: HTML comes in, a PDF goes out.

Run as a program with the directory of static files as its argument, so that neither the web
server nor the worker ever holds the memory of a layout, and limits can end it. What it may load
is `static/` and `data:`; anything else ends the program.
"""

import gc
import logging
import resource
import sys
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

FORBIDDEN_FETCH: Final = 3
_MEASURED_GC: Final = (200_000, 50, 50)  # with freezing: 0.77 × the time at 300 rows


class _Fetcher(URLFetcher):  # type: ignore[misc] # the library has no types
    """Opens files below one directory and inline data. A refusal is fatal: the library would
    otherwise print the document without what it could not load."""

    def __init__(self, root: Path) -> None:
        super().__init__(allowed_protocols=["data"], fail_on_errors=True)
        self._root = root.resolve()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The content behind an address, or the end."""
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        path = Path(unquote(parts.path)).resolve()
        is_ours = parts.scheme == "file" and not parts.netloc and path.is_relative_to(self._root)
        if not is_ours or not path.is_file():
            self.refused.append(url[:200])
            raise FatalURLFetchingError(f"refused to load {url[:200]}")
        # Without its type a sheet of styles would be left out.
        kind = guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def write_pdf(html: str, root: Path) -> tuple[bytes, int]:
    """Lay out a document whose addresses are relative to `root`; the PDF, and its pages.

    Raises FatalURLFetchingError when it refers to anything outside of it.
    """
    fetcher = _Fetcher(root)
    page = HTML(string=html, base_url=f"{root.resolve().as_uri()}/", url_fetcher=fetcher)
    document = page.render()
    content = document.write_pdf()
    if fetcher.refused:  # pictures within pictures, attachments: there the library goes on
        raise FatalURLFetchingError(f"refused to load {', '.join(fetcher.refused)}")
    return content, len(document.pages)


def main() -> int:
    """`engine.py STATIC CPU_SECONDS MEMORY_BYTES`: HTML on standard input; on output a
    line with the number of pages, then the PDF."""
    root, cpu_seconds, memory_bytes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()
    gc.set_threshold(*_MEASURED_GC)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        content, pages_count = write_pdf(sys.stdin.buffer.read().decode(), root)
    except FatalURLFetchingError as error:
        sys.stderr.write(str(error))
        return FORBIDDEN_FETCH
    sys.stdout.buffer.write(b"%d\n" % pages_count + content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
