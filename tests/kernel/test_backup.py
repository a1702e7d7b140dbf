"""The archive: complete under load, private, verified before anything is touched."""

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from community import create_app
from community.accounts.models import SignInAttempt
from community.kernel import backup, doctor, storage
from community.kernel.backup import Manifest, Member
from community.kernel.database import configure_engine, session, transaction
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale
from community.web.extensions import db
from config import ROOT
from tests.conftest import (
    MakeApp,
    Prepared,
    Recording,
    fresh_database,
    make_config,
    recording_in,
)
from tests.factories import SchoolFactory

KNOWN = frozenset(doctor.known_revisions(ROOT / "migrations"))
FILE = "files/2024/佐证 1.pdf"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The tests know refusals by their English words."""
    with use_locale("en"):
        yield


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    """The engine of an installation with some rows and files."""
    with app.app_context():
        yield db.engine


def make_files(data_dir: Path) -> Path:
    """Files as an installation has them, with what must not be copied."""
    (data_dir / FILE).parent.mkdir(parents=True)
    (data_dir / FILE).write_bytes(os.urandom(300_000))
    (data_dir / "files" / "empty").touch()
    (data_dir / "files" / ".half-written").touch()
    (data_dir / "secret_key").write_text("of this machine")
    (data_dir / "jobs.sqlite3").write_text("a queue")
    (data_dir / "old-backup.tar.gz").write_text("an archive")
    (data_dir / "files" / "elsewhere").symlink_to("/etc/hostname")
    return data_dir


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """The files of an installation."""
    return make_files(tmp_path / "data")


@pytest.fixture
def new_host(empty_database_url: str) -> Iterator[Engine]:
    """The engine of an installation without any table."""
    engine = create_engine(empty_database_url)
    configure_engine(engine)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Original:
    """An installation as it was when its archive was made."""

    archive: bytes
    rows: dict[str, list[tuple[Any, ...]]]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def original(prepared_database: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Original:
    """Three schools and some files, backed up once: on a server that takes a while."""
    directory = tmp_path_factory.mktemp("original")
    url = fresh_database(prepared_database, directory)
    app = create_app(make_config(directory, url))
    with recording_in(app):
        SchoolFactory.create_batch(3)
    data_dir = make_files(directory / "data")
    storage.bind(make_config(data_dir, url))
    with app.app_context():
        backup.write(db.engine, directory / "a.tar.gz")
        rows = rows_of(db.engine)
        db.engine.dispose()
    return Original((directory / "a.tar.gz").read_bytes(), rows, files_of(data_dir))


@pytest.fixture
def archive(original: Original, tmp_path: Path) -> Path:
    """A good archive."""
    path = tmp_path / "good.tar.gz"
    path.write_bytes(original.archive)
    return path


def restore(
    engine: Engine, data_dir: Path, archive: Path, known_revisions: frozenset[str]
) -> Manifest:
    """Restore into an installation that keeps its files in this directory."""
    storage.bind(make_config(data_dir, "sqlite://"))
    return backup.restore(engine, data_dir, archive, known_revisions)


def rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table: sorted(
                (tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))),  # noqa: S608 - our own names
                key=repr,
            )
            for table in backup.row_counts(connection)
        }


def files_of(data_dir: Path) -> dict[str, bytes]:
    return {
        path.relative_to(data_dir).as_posix(): path.read_bytes()
        for path in data_dir.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_an_empty_host_gets_the_same_rows_and_files(
    archive: Path, original: Original, new_host: Engine, tmp_path: Path
) -> None:
    restored_dir = tmp_path / "restored"
    manifest = restore(new_host, restored_dir, archive, KNOWN)
    rows = rows_of(new_host)
    assert rows == original.rows
    assert len(rows["school"]) == manifest.row_counts["school"] == 3
    assert files_of(restored_dir) == {FILE: original.files[FILE], "files/empty": b""}
    assert sorted(manifest.files) == sorted([FILE, "files/empty"])
    assert [path.name for path in restored_dir.iterdir() if path.name.startswith(".")] == []


def test_a_restored_installation_is_ready(
    archive: Path,
    new_host: Engine,
    empty_database_url: str,
    make_app: MakeApp,
    tmp_path: Path,
) -> None:
    restored_dir = tmp_path / "restored"
    restore(new_host, restored_dir, archive, KNOWN)
    new_host.dispose()
    answer = (
        make_app(make_config(restored_dir, empty_database_url)).test_client().get("/health/ready")
    )
    assert answer.json == {
        "ok": True,
        "checks": {"database": True, "migrations": True, "storage": True},
    }


def test_the_schema_may_be_there_if_it_is_empty(
    archive: Path,
    new_host: Engine,
    empty_database_url: str,
    make_app: MakeApp,
    tmp_path: Path,
) -> None:
    other = make_app(make_config(tmp_path, empty_database_url))
    with other.app_context():
        db.metadata.create_all(db.engine)
        db.engine.dispose()
    manifest = restore(new_host, tmp_path / "restored", archive, KNOWN)
    assert len(rows_of(new_host)["school"]) == manifest.row_counts["school"]


def test_a_backup_under_load_is_one_moment(
    app: Flask, engine: Engine, data_dir: Path, new_host: Engine, tmp_path: Path
) -> None:
    """Writers add rows in pairs; no archive may hold half a pair, nor lose one written before."""
    with writers(app, 3) as written:
        while written() < 20:
            pass
        acknowledged = written()
        for number in range(3):
            backup.write(engine, tmp_path / f"{number}.tar.gz")
        assert written() > acknowledged, "nothing was written meanwhile"
    for number in range(3):
        manifest = backup.verified(tmp_path / f"{number}.tar.gz")
        assert manifest.row_counts["sign_in_attempt"] >= 2 * acknowledged
    restore(new_host, tmp_path / "restored", tmp_path / "2.tar.gz", KNOWN)
    with new_host.connect() as connection:
        halves = connection.execute(
            text(
                "SELECT name_sha256 FROM sign_in_attempt GROUP BY name_sha256 HAVING count(*) <> 2"
            )
        ).all()
        pairs = connection.execute(
            text("SELECT count(DISTINCT name_sha256) FROM sign_in_attempt")
        ).scalar_one()
    assert halves == []
    assert pairs >= acknowledged


@contextmanager
def writers(app: Flask, count: int) -> Iterator[Callable[[], int]]:
    """Threads that each add pairs of rows, until the block ends; gives the number of pairs."""
    done, pairs = threading.Event(), [0] * count

    def write(number: int) -> None:
        while not done.is_set():
            name = uuid.uuid4().hex
            with app.app_context(), transaction():
                for _ in range(2):
                    session().add(
                        SignInAttempt(name_sha256=name, ip="", attempted_at=datetime.now(UTC))
                    )
                    session().flush()
            pairs[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: sum(pairs)
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_a_file_that_is_tidied_away_meanwhile_does_no_harm(
    engine: Engine, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [*storage.keys_under(), "gone"]
    monkeypatch.setattr(storage, "keys_under", lambda: listed)
    manifest = backup.write(engine, tmp_path / "a.tar.gz")
    assert FILE in manifest.members
    assert "files/gone" not in manifest.members


def test_the_archive_is_its_owners_alone_and_leaves_nothing_beside(
    engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "a.tar.gz"
    backup.write(engine, archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not [path for path in archive.parent.iterdir() if path.name.startswith(".")]


def test_the_manifest_tells_what_is_inside(archive: Path, engine: Engine) -> None:
    manifest = backup.verified(archive)
    assert manifest.database == engine.dialect.name
    assert set(manifest.revisions) == set(doctor.newest_revisions(ROOT / "migrations"))
    assert manifest.versions["python"]
    assert datetime.fromisoformat(manifest.made_at).tzinfo is not None
    assert "alembic_version" not in manifest.row_counts


def test_what_cannot_be_written_leaves_the_old_backup(
    archive: Path, engine: Engine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.read_bytes()

    def fail(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.writing, "_write_archive", fail)
    with pytest.raises(RuleViolationError, match="cannot be written"):
        backup.write(engine, archive)
    assert archive.read_bytes() == before
    assert not [path for path in archive.parent.iterdir() if path.name.startswith(".")]


def test_no_directory_no_backup(engine: Engine, data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleViolationError, match="cannot be written"):
        backup.write(engine, tmp_path / "nowhere" / "a.tar.gz")


def test_nothing_is_restored_over_rows(
    archive: Path, recording: Recording, engine: Engine, tmp_path: Path
) -> None:
    with recording():
        SchoolFactory.create()
    before = rows_of(engine)
    with pytest.raises(RuleViolationError, match="has data already"):
        restore(engine, tmp_path / "restored", archive, KNOWN)
    assert rows_of(engine) == before


def test_nothing_is_restored_over_files(archive: Path, new_host: Engine, data_dir: Path) -> None:
    before = files_of(data_dir)
    with pytest.raises(RuleViolationError, match="has data already"):
        restore(new_host, data_dir, archive, KNOWN)
    assert files_of(data_dir) == before
    assert rows_of(new_host) == {}


def test_a_newer_release_is_not_restored(archive: Path, new_host: Engine, tmp_path: Path) -> None:
    with pytest.raises(RuleViolationError, match="newer release"):
        restore(new_host, tmp_path / "restored", archive, frozenset({"0000"}))


# --- damage -----------------------------------------------------------------------------------

Members = list[tuple[tarfile.TarInfo, bytes]]


def members_of(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return [(header, tar.extractfile(header).read()) for header in tar]  # type: ignore[union-attr]


def packed(members: Members) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for header, content in members:
            header.size = len(content) if header.isreg() else 0
            tar.addfile(header, io.BytesIO(content))
    return out.getvalue()


def member(name: str, content: bytes = b"x", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    header = tarfile.TarInfo(name)
    for attribute, value in attributes.items():
        setattr(header, attribute, value)
    return header, content


def with_manifest(members: Members, **changes: Any) -> Members:
    """The members with their manifest changed; a new member is entered in it."""
    manifest = json.loads(members[-1][1]) | changes
    for header, content in members[:-1]:
        manifest["members"][header.name] = {
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    return [*members[:-1], (members[-1][0], json.dumps(manifest).encode())]


def inserted(members: Members, *new: tuple[tarfile.TarInfo, bytes]) -> Members:
    return [*members[:-1], *new, members[-1]]


def changed(members: Members, number: int) -> Members:
    header, content = members[number]
    flipped = bytes([content[0] ^ 1]) + content[1:]
    return [*members[:number], (header, flipped), *members[number + 1 :]]


DAMAGES: dict[str, Callable[[Members], Members]] = {
    "the database was changed": lambda members: changed(members, 0),
    "a file was changed": lambda members: changed(members, 1),
    "a file is missing": lambda members: [members[0], *members[2:]],
    "the database is missing": lambda members: members[1:],
    "the manifest is missing": lambda members: members[:-1],
    "the manifest is no JSON": lambda members: [*members[:-1], member("manifest.json", b"{")],
    "the manifest is not ours": lambda members: [*members[:-1], member("manifest.json", b"[]")],
    "two manifests": lambda members: [*members, members[-1]],
    "a member twice": lambda members: inserted(members, members[1]),
    "a member more": lambda members: inserted(members, member("files/more")),
}
ESCAPES: dict[str, tuple[tarfile.TarInfo, bytes]] = {
    "up": member("files/../../evil"),
    "far up": member("../evil"),
    "absolute": member("/tmp/evil"),
    "absolute below files": member("files//tmp/evil"),
    "backslash": member("files/..\\evil"),
    "hidden": member("files/.ssh/authorized_keys"),
    "beside the files": member("wsgi.py"),
    "the key": member("secret_key"),
    "another database": member("files/../community.sqlite3"),
    "a symbolic link": member("files/link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": member("files/link", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "a device": member("files/device", b"", type=tarfile.CHRTYPE),
    "a directory": member("files/directory", b"", type=tarfile.DIRTYPE),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_archive_is_refused_whole(what: str, archive: Path) -> None:
    archive.write_bytes(packed(DAMAGES[what](members_of(archive))))
    with pytest.raises(RuleViolationError, match="damaged"):
        backup.verified(archive)


@pytest.mark.parametrize("what", ESCAPES)
def test_a_member_that_would_leave_its_place_is_refused(what: str, archive: Path) -> None:
    """Even when the manifest names it with the right hash."""
    members = inserted(members_of(archive), ESCAPES[what])
    archive.write_bytes(packed(with_manifest(members)))
    with pytest.raises(RuleViolationError, match="damaged"):
        backup.verified(archive)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-8] + b"\0" * 8,
        lambda _content: b"no archive",
        lambda _content: b"",
        lambda _content: gzip.compress(b"no tar"),
    ],
    ids=["cut off", "wrong checksum", "something else", "empty", "gzip of something else"],
)
def test_a_file_that_is_no_archive_is_refused(
    spoil: Callable[[bytes], bytes], archive: Path
) -> None:
    archive.write_bytes(spoil(archive.read_bytes()))
    with pytest.raises(RuleViolationError, match="damaged"):
        backup.verified(archive)


def test_an_archive_is_verified_before_anything_is_touched(
    archive: Path, new_host: Engine, tmp_path: Path
) -> None:
    archive.write_bytes(packed(changed(members_of(archive), 1)))
    with pytest.raises(RuleViolationError, match="damaged"):
        restore(new_host, tmp_path / "restored", archive, KNOWN)
    assert files_of(tmp_path / "restored") == {}
    assert rows_of(new_host) == {}


def test_the_good_archive_survives_being_packed_again(archive: Path) -> None:
    """Else the tests above would prove nothing."""
    archive.write_bytes(packed(with_manifest(members_of(archive))))
    backup.verified(archive)


def test_another_kind_of_database_is_refused(
    archive: Path, new_host: Engine, tmp_path: Path
) -> None:
    theirs = "postgresql" if new_host.dialect.name == "sqlite" else "sqlite"
    members = members_of(archive)
    members[0][0].name = backup.archive.DATABASES[theirs]
    manifest = json.loads(members[-1][1])
    manifest["members"] = {
        name: value for name, value in manifest["members"].items() if name.startswith("files/")
    }
    members[-1] = (members[-1][0], json.dumps(manifest).encode())
    archive.write_bytes(packed(with_manifest(members, database=theirs)))
    with pytest.raises(RuleViolationError, match="DATABASE_URL names"):
        restore(new_host, tmp_path / "restored", archive, KNOWN)


def test_an_archive_of_a_newer_format_is_refused(
    archive: Path, new_host: Engine, tmp_path: Path
) -> None:
    archive.write_bytes(packed(with_manifest(members_of(archive), format=2)))
    with pytest.raises(RuleViolationError, match="newer release"):
        restore(new_host, tmp_path / "restored", archive, KNOWN)


def test_when_the_database_cannot_be_loaded_no_file_stays(
    archive: Path, new_host: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuleViolationError("pg_restore failed.")

    monkeypatch.setattr(backup.restoring, "load_database", fail)
    restored_dir = tmp_path / "restored"
    with pytest.raises(RuleViolationError, match="pg_restore failed"):
        restore(new_host, restored_dir, archive, KNOWN)
    assert files_of(restored_dir) == {}
    monkeypatch.undo()
    restore(new_host, restored_dir, archive, KNOWN)
    assert FILE in files_of(restored_dir)


def test_members_are_compared_by_size_and_hash() -> None:
    assert Member(1, "a") != Member(1, "b")
    assert Member(1, "a") != Member(2, "a")


# --- the commands -----------------------------------------------------------------------------


def test_the_commands_say_what_they_did(
    app: Flask,
    recording: Recording,
    empty_database_url: str,
    make_app: MakeApp,
    tmp_path: Path,
) -> None:
    with recording():
        SchoolFactory.create()
    path = tmp_path / "a.tar.gz"
    done = app.test_cli_runner().invoke(args=["backup", str(path)])
    assert done.exit_code == 0, done.output
    assert str(path) in done.output
    other = make_app(make_config(tmp_path / "restored", empty_database_url))
    done = other.test_cli_runner().invoke(args=["restore", str(path)])
    assert done.exit_code == 0, done.output
    done = other.test_cli_runner().invoke(args=["restore", str(path)])
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
