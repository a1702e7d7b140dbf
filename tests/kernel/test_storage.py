"""Files by key: the same promises in a directory and in a bucket, which is a real S3 server."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from community.access import Role
from community.evidence.models import Attachment
from community.imports.models import PendingImport
from community.kernel import backup, doctor, storage
from community.kernel.database import configure_engine, session
from community.kernel.errors import RuleViolationError, StorageError
from community.web.extensions import db
from config import ROOT, Bucket, Config
from tests.browser_client import Browser
from tests.conftest import SignInAs, make_config
from tests.evidence import files
from tests.world import World

pytestmark = pytest.mark.once

AWAY: Final = "Files cannot be stored at the moment"


# --- the server -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3 server with nothing in it."""
    server = started()
    yield address_of(server)
    server.stop()


def started() -> Any:
    """An S3 server; all of this process share their buckets."""
    from moto.server import ThreadedMotoServer  # slow to load

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    return server


def address_of(server: Any) -> str:
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def ask(endpoint: str, path: str, method: str, content: bytes | None = None) -> None:
    """Ask the server for something that the product never asks for."""
    plain = {"Content-Type": "text/plain"}
    urlopen(Request(endpoint + path, content, plain, method=method)).close()  # noqa: S310 - our own


@pytest.fixture
def bucket(endpoint: str) -> Bucket:
    """An empty bucket."""
    ask(endpoint, "/moto-api/reset", "POST")
    ask(endpoint, "/files", "PUT")
    return Bucket(
        name="files",
        prefix="community",
        endpoint=endpoint,
        region="us-east-1",
        access_key_id="key",
        secret_access_key="secret",
    )


def bind(directory: Path, bucket: Bucket | None) -> None:
    storage.bind(replace(make_config(directory, "sqlite://"), bucket=bucket))


# --- the same in both -------------------------------------------------------------------------


@pytest.fixture(params=["directory", "bucket"])
def bound(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A storage of each kind."""
    kind = str(request.param)
    bind(tmp_path, request.getfixturevalue("bucket") if kind == "bucket" else None)
    return kind


def test_what_is_put_is_got_back_as_a_whole(bound: str) -> None:
    storage.put("imports/1/台账.xlsx", b"\x00\xff")
    storage.put("imports/1/台账.xlsx", b"later")
    assert storage.get("imports/1/台账.xlsx") == b"later"
    large = bytes(range(256)) * 30_000  # in several parts, and not kept in memory
    storage.put("reports/large", BytesIO(large))
    found = storage.fetch("reports/large")
    assert found is not None
    with found:
        assert found.read() == large
    storage.put("reports/empty", b"")
    assert storage.get("reports/empty") == b""


def test_what_is_not_there_is_none(bound: str) -> None:
    assert storage.get("imports/1/a.xlsx") is None
    storage.put("imports/1/a.xlsx", b"x")
    storage.delete(["imports/1/never.xlsx", "imports/1/a.xlsx"])
    assert storage.get("imports/1/a.xlsx") is None


@pytest.mark.parametrize("key", ["../secret_key", "a/../../secret_key", "/etc/passwd"])
def test_no_key_leads_out_of_the_store(bound: str, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    try:
        found = storage.get(key)
    except ValueError:
        return
    assert found is None


def test_files_are_found_by_prefix_and_age(bound: str) -> None:
    for key in ("jobs/1/result", "jobs/10/result", "imports/1/a.csv", ".probe/left"):
        storage.put(key, b"x")
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert list(storage.keys_under("jobs/1/")) == ["jobs/1/result"]
    assert sorted(storage.keys_under("jobs/", before=later)) == ["jobs/1/result", "jobs/10/result"]
    assert list(storage.keys_under("jobs/", before=later - timedelta(hours=1))) == []
    assert len(list(storage.keys_under())) == 3


def test_the_doctor_writes_reads_and_removes(bound: str, tmp_path: Path) -> None:
    findings = list(doctor.bucket())
    assert [finding.is_ok for finding in findings] == [True] * (bound == "bucket")
    assert list(storage.keys_under()) == []


# --- a directory ------------------------------------------------------------------------------


def test_files_lie_where_a_directory_is_configured(tmp_path: Path) -> None:
    bind(tmp_path, None)
    storage.put("imports/1/a.csv", b"x")
    assert (tmp_path / "files" / "imports" / "1" / "a.csv").read_bytes() == b"x"


def test_each_shelf_is_looked_through_once_a_month() -> None:
    first = date(2026, 2, 1)
    nights = [storage.shelves("evidence/", first + timedelta(days=day)) for day in range(32)]
    seen = [shelf for night in nights for shelf in night]
    assert len(seen) == len(set(seen)) == 256
    assert max(map(len, nights)) == 8
    assert storage.shelved("evidence/", "ab12") == "evidence/ab/ab12"
    assert "evidence/ab/" in seen


def test_without_an_application_the_storage_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_bound_to", None)
    with pytest.raises(RuntimeError, match="create_app"):
        storage.get("any")


# --- when the bucket is not there -------------------------------------------------------------


@pytest.mark.parametrize("fault", ["away", "slow", "unknown", "denied"])
def test_a_bucket_that_cannot_be_used_is_seen_and_said(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(storage, "_PATIENCE", timedelta(seconds=0.2))
    monkeypatch.setattr(storage, "_PATIENCE_OF_PROBE", timedelta(seconds=0.2))
    with ExitStack() as stack:
        if fault == "denied":
            stack.enter_context(denying(bucket.endpoint))
        broken = {
            "away": replace(bucket, endpoint="http://127.0.0.1:9"),
            "slow": replace(bucket, endpoint=stack.enter_context(silent_server())),
            "unknown": replace(bucket, name="never-made"),
            "denied": bucket,
        }
        bind(tmp_path, broken[fault])
        (finding,) = doctor.bucket()
        with pytest.raises(StorageError):
            storage.put("jobs/1/result", b"x")
        with pytest.raises(StorageError):
            storage.fetch("jobs/1/result")
        with pytest.raises(StorageError):
            list(storage.keys_under("jobs/"))
        storage.delete(["jobs/1/result"])  # left to a later night
    assert not finding.is_ok
    assert finding.remedy is not None
    assert REMEDIES[fault] in finding.remedy.msgid


REMEDIES = {
    "away": "AWS_ENDPOINT_URL",
    "slow": "AWS_ENDPOINT_URL",
    "unknown": "Create the bucket",
    "denied": "AWS_ACCESS_KEY_ID",
}


@contextmanager
def silent_server() -> Iterator[str]:
    """The address of a server that listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def denying(endpoint: str) -> Iterator[None]:
    """Have the server know nobody's keys."""
    ask(endpoint, "/moto-api/reset-auth", "POST", b"0")
    yield
    ask(endpoint, "/moto-api/reset-auth", "POST", b"inf")


def test_while_the_bucket_is_away_nothing_is_lost_and_nothing_half_kept(
    app: Flask, world: World, sign_in_as: SignInAs, bucket: Bucket
) -> None:
    clerk, official = sign_in_as(Role.SCHOOL_CLERK), sign_in_as(Role.DISTRICT_OFFICIAL)
    for browser in (clerk, official):
        browser.client.set_cookie("locale", "en")
    config: Config = app.config["COMMUNITY"]
    server = started()
    bind(config.data_dir, replace(bucket, endpoint=address_of(server)))
    kept = send(clerk, files.picture())
    form = clerk.get("/shared-teaching/new")
    server.stop()

    # A file sent from a page, one fetched, one removed.
    assert AWAY in send(clerk, files.pdf(), "计划.pdf", 503)["error"]["message"]
    assert "Files cannot be opened at the moment" in clerk.get(kept["file"], 503).text
    # A form that brings its files itself keeps what was typed, and says why the file is not in.
    page = clerk.post(
        form.form("/entries/").action,
        {
            **form.form("/entries/").fields,
            "topic": "认识分数",
            "evidence-files": (BytesIO(files.picture(tint=9)), "课堂.jpg"),
            "then": "save",
        },
        503,
    )
    assert AWAY in page.text
    assert "认识分数" in str(page.form("/entries/").fields)
    # An import says so on its form.
    form = official.get("/imports/new")
    sent = [(BytesIO(b"PK"), "名册.xlsx")]
    assert AWAY in official.submit(form, "/imports/new", 503, files=sent).text
    assert app.test_client().get("/health/ready").json == {
        "ok": False,
        "checks": {"database": True, "migrations": True, "storage": True, "bucket": False},
    }
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Attachment)) == 1
        assert session().scalar(select(func.count()).select_from(PendingImport)) == 0

    bind(config.data_dir, bucket)
    assert clerk.client.get(kept["file"]).data.startswith(b"\xff\xd8\xff")


# --- the whole way ----------------------------------------------------------------------------


def test_what_is_handed_in_survives_a_backup_into_another_bucket(
    app: Flask, world: World, sign_in_as: SignInAs, bucket: Bucket, tmp_path: Path
) -> None:
    clerk = sign_in_as(Role.SCHOOL_CLERK)
    config: Config = app.config["COMMUNITY"]
    bind(config.data_dir, bucket)
    kept = send(clerk, files.pdf(), "计划.pdf")
    picture = send(clerk, files.picture())
    given = clerk.client.get(kept["file"])
    assert (given.data, given.content_length) == (files.pdf(), len(files.pdf()))
    part = clerk.client.get(kept["file"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, files.pdf()[5:10])
    assert clerk.client.get(picture["thumbnail"]).data.startswith(b"\xff\xd8\xff")
    assert not (config.data_dir / "files").exists() or not any(
        (config.data_dir / "files").rglob("*")
    )
    before = {key: storage.get(key) for key in storage.keys_under()}

    archive = tmp_path / "a.tar.gz"
    with app.app_context():
        manifest = backup.write(db.engine, archive)
    assert len(manifest.files) == len(before) == 3
    engine = create_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    configure_engine(engine)
    known = frozenset(doctor.known_revisions(ROOT / "migrations"))
    with pytest.raises(RuleViolationError):
        backup.restore(engine, tmp_path, archive, known)  # there are files already
    ask(bucket.endpoint, "/copies", "PUT")
    bind(tmp_path, replace(bucket, name="copies", prefix=""))
    backup.restore(engine, tmp_path, archive, known)
    engine.dispose()
    assert {key: storage.get(key) for key in storage.keys_under()} == before
    assert clerk.client.get(kept["file"]).data == files.pdf()


def send(browser: Browser, content: bytes, name: str = "课堂.jpg", status: int = 201) -> Any:
    """Send a file as static/js/upload.js does."""
    browser.app.config.update(WTF_CSRF_ENABLED=False)
    answer = browser.client.post(
        "/evidence",
        data={"file": (BytesIO(content), name)},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()
