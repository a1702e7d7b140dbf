"""The server that people use, in a process of its own, for whoever looks at it from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import Final
from urllib.request import urlopen

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE_S: Final = 120


@contextmanager
def serving(
    directory: Path, *options: str, application: str = "wsgi:app", **settings: str
) -> Iterator[str]:
    """The address of a server on a free port of this machine; its log lies in the directory.
    Raises RuntimeError when it has ended before it answered, or takes two minutes."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (directory / "log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--preload", *options, application],
            cwd=ROOT,
            env=os.environ | settings | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"{address}/health/live", running)
            yield address
        finally:
            running.terminate()
            running.wait()


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers at an address. Raises RuntimeError."""
    give_up_at = time.monotonic() + PATIENCE_S
    while running.poll() is None and time.monotonic() < give_up_at:
        with suppress(OSError), urlopen(address):  # noqa: S310 - our own server
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
