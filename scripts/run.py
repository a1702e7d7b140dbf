"""Bring the database up to date, start web server and worker, and stop both together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Final, Never

from config import Config, ConfigError

ROOT: Final = Path(__file__).resolve().parent.parent
BINARIES: Final = ROOT / ".venv" / "bin"
HOST: Final = "127.0.0.1"  # a demonstration is for this machine alone
STARTS_WITHIN_S: Final = 120
STOPS_WITHIN_S: Final = 12
ACCOUNTS: Final = {
    "admin": "系统管理员 system administrator",
    "city.official": "市级管理人员 city official, 揭阳市",
    "jiedong.official": "区教育局经办人 district official, 揭东区",
    "puning.official": "市教育局经办人 district official, 普宁市",
    "lead.admin": "牵头校管理员 lead-school administrator",
    "pivot.clerk": "支点校经办人 clerk of a pivot school",
    "member.clerk": "成员校经办人 clerk of a member school",
    "viewer": "只读查看 read-only viewer",
}


class StopRequestedError(Exception):
    """Somebody pressed Ctrl-C, or told us to end."""


def main() -> int:
    """Run until told to stop (status 0) or until a part fails (status 1)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)
    environment = os.environ | {"COMMUNITY_HOST": HOST}
    try:
        config = Config.from_environment(environment)
        if config.is_production:
            raise ConfigError("make run is for trying out; docs/deploy.md says how to serve.")
        _refuse_taken_port(config.port)
        is_demonstration = _prepare_database(environment)
        children = {
            "web server": _start([BINARIES / "gunicorn", "--preload", "wsgi:app"], environment),
            "worker": _start([BINARIES / "flask", "worker"], environment),
        }
    except ConfigError as error:
        return _fail(str(error))
    except subprocess.CalledProcessError as error:
        return _fail(f"'flask {' '.join(error.cmd[1:])}' failed; the reason is above.")
    except StopRequestedError:
        return 0
    return _supervise(children, config, environment, is_demonstration=is_demonstration)


def _prepare_database(environment: Mapping[str, str]) -> bool:
    """Migrate and seed; whether what is there now is the demonstration."""
    say("Bringing the database up to date")
    _flask(["db", "upgrade"], environment)
    try:
        _flask(["seed", "demo"], environment)  # the reference data first, whatever comes of it
    except subprocess.CalledProcessError as error:
        if "Traceback" in error.stderr:
            raise
        say("This database holds data of its own, so it gets no demonstration.")
        return False
    return True


def _flask(command: list[str], environment: Mapping[str, str]) -> None:
    """One flask command. Its words are shown only if it fails: on a good day they say little."""
    answer = subprocess.run(
        [BINARIES / "flask", *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if answer.returncode != 0:
        sys.stderr.write(answer.stdout + answer.stderr)
        answer.args[0] = "flask"
        answer.check_returncode()


def _start(command: list[str | Path], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # In a group of its own, so that Ctrl-C reaches us alone and we stop it in good order;
    # and told to end by the kernel, should we be killed without a chance to do so.
    prefix = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        [*prefix, *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _supervise(
    children: Mapping[str, subprocess.Popen[bytes]],
    config: Config,
    environment: Mapping[str, str],
    *,
    is_demonstration: bool,
) -> int:
    make, reason = _Caller(), ""
    try:
        if _await_server(children, config.port):
            _announce(config, environment, is_demonstration=is_demonstration)
        else:
            reason = _why_ended(children) or "The web server does not answer."
        while not reason and not make.is_gone():
            time.sleep(0.5)
            reason = _why_ended(children)
    except StopRequestedError:
        reason = ""
    finally:
        _stop(children)
    return _fail(reason) if reason else 0


def _await_server(children: Mapping[str, subprocess.Popen[bytes]], port: int) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and not _why_ended(children):
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return True
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    return False


def _why_ended(children: Mapping[str, subprocess.Popen[bytes]]) -> str:
    """Which part has ended, and how; empty while all run."""
    for name, child in children.items():
        status = child.poll()
        if status is not None:
            how = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
            return f"The {name} has ended {how}; what it said is above."
    return ""


def _stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    say("Stopping")
    try:
        for child in children.values():
            child.terminate()
        deadline = time.monotonic() + STOPS_WITHIN_S
        for child in children.values():
            child.wait(max(0.0, deadline - time.monotonic()))
    except (StopRequestedError, subprocess.TimeoutExpired):
        pass  # asked twice, or deaf: then at once
    finally:
        for child in children.values():
            with suppress(ProcessLookupError):  # as it should be: nothing is left
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


class _Caller:
    """The make that called us, which may end without a word.

    Killed, it is simply gone. Sent SIGINT alone (Ctrl-C goes to everybody, `kill -INT` does not)
    it passes nothing on and waits for us; but it no longer catches the signal, which can be seen.
    """

    def __init__(self) -> None:
        self.pid = os.getppid()
        self._caught = self._catches_interrupt()

    def is_gone(self) -> bool:
        if os.getppid() != self.pid:
            return True
        return self._caught and not self._catches_interrupt()

    def _catches_interrupt(self) -> bool:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return False
        mask = next((line for line in status.splitlines() if line.startswith("SigCgt:")), ":0")
        return bool(int(mask.partition(":")[2], 16) >> (signal.SIGINT - 1) & 1)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise ConfigError(f"Port {port} needs the rights of root: try PORT=8000.") from None
        except OSError:
            raise ConfigError(
                f"Port {port} is taken, perhaps by another make run. "
                f"Another port: PORT={port + 1 if port < 65535 else 8001} make run"
            ) from None


def _announce(config: Config, environment: Mapping[str, str], *, is_demonstration: bool) -> None:
    lines = ["", "  城乡教育共同体 · Urban–rural education communities", ""]
    lines.append(f"  http://{HOST}:{config.port}")
    if is_demonstration:
        lines += ["", f"  演示账号 Demonstration accounts, 密码 password: {config.demo_password}"]
        if environment.get("DEMO_PASSWORD"):
            lines.append("  (or the DEMO_PASSWORD with which this database was first made)")
        lines += [f"    {name:<18}{role}" for name, role in ACCOUNTS.items()]
    lines += ["", "  Ctrl-C 停止 stops everything.", ""]
    print("\n".join(lines), flush=True)


def say(text: str) -> None:
    """One line about what happens now."""
    print(f"==> {text}", flush=True)


def _fail(reason: str) -> int:
    print(f"Stopped: {reason}", file=sys.stderr, flush=True)
    return 1


def _request_stop(_number: int, _frame: FrameType | None) -> Never:
    raise StopRequestedError


if __name__ == "__main__":
    sys.exit(main())
