"""`make run` after its installing: one start, one stop, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config import ROOT

RUN = [sys.executable, "-m", "scripts.run"]
STARTS_WITHIN_S = 300


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first start puts its data, and the second finds them."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def environment(installation: Path, port: int) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "COMMUNITY_DATA_DIR": str(installation),
        "DEMO_PASSWORD": "Shiyong-2025",
        "PORT": str(port),
    }


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(
            RUN,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def output_of(tmp_path: Path) -> str:
    return (tmp_path / "output").read_text(encoding="utf-8")


def await_announcement(process: subprocess.Popen[bytes], tmp_path: Path) -> str:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while "Ctrl-C" not in (said := output_of(tmp_path)):
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    return said


def descendants(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, check=True, text=True
    )
    children: dict[int, list[int]] = {}
    for line in listed.stdout.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for known in found:
        found += children.get(known, [])
    return found[1:]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_serves_the_demonstration_until_told_to_stop(
    running: subprocess.Popen[bytes], tmp_path: Path, port: int, environment: dict[str, str]
) -> None:
    said = await_announcement(running, tmp_path)
    assert f"http://127.0.0.1:{port}" in said
    assert "jiedong.official" in said
    assert "Shiyong-2025" in said
    assert status_of(port, "/health/ready") == 200

    second = subprocess.run(RUN, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr

    family = descendants(running.pid)
    assert len(family) >= 3, "a server with its processes, and a worker"
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    assert not [pid for pid in family if is_running(pid)]


def test_when_the_worker_dies_everything_stops_and_says_why(
    running: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    await_announcement(running, tmp_path)
    family = descendants(running.pid)
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in family}
    os.kill(next(pid for pid in family if "flask\0worker" in commands[pid]), signal.SIGKILL)
    assert running.wait(30) == 1
    assert "The worker has ended by SIGKILL" in output_of(tmp_path)
    assert not [pid for pid in family if is_running(pid)]


def test_production_is_refused(environment: dict[str, str]) -> None:
    answer = subprocess.run(
        RUN,
        cwd=ROOT,
        env=environment | {"COMMUNITY_ENV": "production", "SECRET_KEY": "weak"},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert "SECRET_KEY is shorter" in answer.stderr
    assert "Traceback" not in answer.stderr
