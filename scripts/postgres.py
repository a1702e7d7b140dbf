"""A PostgreSQL server for the tests: started in a directory of its own, stopped and forgotten.

As a command: `python -m scripts.postgres COMMAND…` runs the command with TEST_DATABASE_URL set.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Never
from urllib.parse import quote

STARTS_WITHIN_S: Final = 60
# What a crash may lose is the whole point of a database, except of one made for a test.
SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "timezone": "Asia/Shanghai",  # unlike UTC: an instant read wrongly is then seen
}


def find_binaries() -> Path:
    """The directory of the newest server that Debian installed, or of the one on the PATH."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(re.sub(r"\D.*", "", path.parts[-3]) or 0),
    )
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        sys.exit("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin): run make test.")
    return Path(on_path).resolve().parent


def as_somebody() -> list[str]:
    """How to run the server: it refuses root, so root runs it as another user."""
    # The server goes when its parent goes, however that ends.
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        user = _server_user()
        prefix += [f"--reuid={user}", f"--regid={_group_of(user)}", "--init-groups"]
    return [*prefix, "--"]


def _server_user() -> str:
    return "postgres" if _is_user("postgres") else "nobody"


def _is_user(name: str) -> bool:
    return subprocess.run(["id", name], capture_output=True, check=False).returncode == 0


def _group_of(user: str) -> str:
    answer = subprocess.run(["id", "-g", user], capture_output=True, check=True, text=True)
    return answer.stdout.strip()


@contextmanager
def running_server(
    kept: Path | None = None, further_settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The URL of a server's `postgres` database, for a role that may create databases.

    The server is fresh, or goes on with the databases that it finds in the directory `kept`. It
    listens on a socket in a directory that only its owner (and root) can enter.
    """
    binaries = find_binaries()
    # A socket's path must stay below 108 bytes, which a long TMPDIR would break.
    directory = Path(tempfile.mkdtemp(prefix="community-pg-", dir="/tmp"))
    log = directory / "log"
    data = kept or directory / "data"
    try:
        log.touch()
        data.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for path in (directory, log, data):
                shutil.chown(path, _server_user(), int(_group_of(_server_user())))
        if not (data / "PG_VERSION").exists():
            _create_cluster(binaries, data)
        settings = {
            "unix_socket_directories": str(directory),
            **SETTINGS,
            **(further_settings or {}),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            server = subprocess.Popen(
                [*as_somebody(), binaries / "postgres", "-D", data, *options],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us; the server stops when we say so
            )
        try:
            _await_server(server, binaries, directory)
            yield f"postgresql://community@/postgres?host={quote(str(directory))}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": sessions are ended, not waited for
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _create_cluster(binaries: Path, data: Path) -> None:
    command: list[str] = [
        *as_somebody(),
        *(str(binaries / "initdb"), "--pgdata", str(data)),
        *("--username", "community", "--auth", "trust", "--no-sync"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8"),
    ]
    answer = subprocess.run(command, cwd=data, capture_output=True, check=False, text=True)
    if answer.returncode != 0:
        sys.exit(f"PostgreSQL's initdb failed:\n{answer.stdout}{answer.stderr}")


def _await_server(server: subprocess.Popen[bytes], binaries: Path, directory: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    probe: list[str | Path] = [binaries / "pg_isready", "--quiet", "--host", directory]
    while subprocess.run(probe, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"PostgreSQL did not start:\n{(directory / 'log').read_text()}")
        time.sleep(0.1)


def _stop(signum: int, _frame: FrameType | None) -> Never:
    raise SystemExit(128 + signum)


def main() -> int:
    """Run the command given with a server beside it; its exit status is ours."""
    signal.signal(signal.SIGTERM, _stop)
    with running_server() as url:
        environment = os.environ | {"TEST_DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
