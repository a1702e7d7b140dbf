"""The limit of wrong passwords holds for all workers of a real server together."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from community.accounts.rules.sign_in import ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_NAME
from config import ROOT, Config
from tests.accounts.conftest import Person

STARTS_WITHIN_SECONDS = 180
SENT_AT_ONCE = 6
WORKERS = 3


@contextmanager
def server(config: Config, workers: int, log: Path) -> Iterator[int]:
    """A server on a free port of this machine, ended with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "COMMUNITY_ENV": "test",
        "SECRET_KEY": config.secret_key,
        "DATABASE_URL": config.database_url,
        "COMMUNITY_DATA_DIR": str(config.data_dir),
    }
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "/dev/null", "--no-control-socket"),
        *("--workers", str(workers), "--threads", "4", "--worker-class", "gthread"),
        *("--bind", f"127.0.0.1:{port}", "wsgi:app"),
    ]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            status, _, _ = ask(port, "GET", "/health/live")
        except OSError:
            status = 0
        if status == 200:
            return
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.2)


def ask(
    port: int, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def guess(port: int, name: str, forged: str) -> int:
    """The status of one wrong password, under a forged address."""
    _, headers, page = ask(port, "GET", "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    fields = urlencode({"csrf_token": token[1], "username": name, "password": "wrong", "next": "/"})
    status, _, _ = ask(
        port,
        "POST",
        "/sign-in",
        fields,
        **{
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": headers["Set-Cookie"].partition(";")[0],
            "X-Forwarded-For": forged,
            "Forwarded": f"for={forged}",
        },
    )
    return status


def test_the_limits_are_exact(config: Config, official: Person, tmp_path: Path) -> None:
    with (
        server(config, WORKERS, tmp_path / "server.log") as port,
        ThreadPoolExecutor(SENT_AT_ONCE) as pool,
    ):
        of_name = Counter(
            pool.map(
                lambda n: guess(port, official.user_name, f"198.51.100.{n}"),
                range(ATTEMPTS_PER_NAME * 3),
            )
        )
        assert of_name == {422: ATTEMPTS_PER_NAME, 429: ATTEMPTS_PER_NAME * 2}
        left = ATTEMPTS_PER_ADDRESS - ATTEMPTS_PER_NAME
        of_address = Counter(
            pool.map(lambda n: guess(port, f"nobody{n}", f"203.0.113.{n}"), range(left + 10))
        )
        assert of_address == {422: left, 429: 10}
