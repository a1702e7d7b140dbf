"""One archive with everything: the database as of one moment, and the files.

The archive is a gzipped tar: `database.sqlite3` or `database.pgdump`, then `files/…`, and last
`manifest.json` with the size and SHA-256 of every other member, the revision of the schema and
the number of rows of each table. The database comes first: files are only ever added, so that
every file the copy of the database names is there when the files are read.
"""

import gzip
import hashlib
import json
import os
import platform
import secrets
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL

from community.kernel.clock import now
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
# Where uploads live, in the data directory and in the archive alike. What else lies there (the
# database itself, the queue, the key that signs cookies) is not copied.
FILES: Final = "files"
DATABASES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
LARGEST_MANIFEST_BYTES: Final = 64 * 1024**2
# Work that was waiting when the backup was made is not done a second time.
_QUEUE_SCHEMA: Final = "jobs"
_CHUNK: Final = 1024**2
_REVISION_TABLE: Final = "alembic_version"
_STAGING: Final = ".restore-"


@dataclass(frozen=True)
class Member:
    """What the manifest says of one member."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is in an archive."""

    format: int
    made_at: str
    database: str
    revisions: tuple[str, ...]
    versions: Mapping[str, str]
    row_counts: Mapping[str, int]
    members: Mapping[str, Member]

    @property
    def files(self) -> list[str]:
        """The names of the uploads, relative to the data directory."""
        return [name for name in self.members if name.startswith(f"{FILES}/")]

    def to_json(self) -> str:
        """The text of `manifest.json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, given: str | bytes) -> "Manifest":
        """Read `manifest.json`; raises RuleViolationError when it is none of ours."""
        try:
            data = json.loads(given)
            if data["format"] != FORMAT:
                raise RuleViolationError(
                    N_("The archive was written by a newer release: upgrade this one first.")
                )
            members = {name: Member(**member) for name, member in data["members"].items()}
            return cls(**{**data, "members": members, "revisions": tuple(data["revisions"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(MANIFEST) from error


def _damaged(what: str) -> RuleViolationError:
    return RuleViolationError(
        Message(
            N_("The archive is damaged or was changed (%(what)s). Nothing was restored."),
            {"what": what},
        )
    )


# --- writing ----------------------------------------------------------------------------------


def write(engine: Engine, data_dir: Path, target: Path) -> Manifest:
    """Write an archive, readable by its owner alone, while the service goes on working.

    It appears under its name when it is complete and on the disk, never before. Raises
    RuleViolationError when the place cannot be written or a tool is missing.
    """
    target = target.absolute()
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            copy = Path(scratch) / DATABASES[engine.dialect.name]
            facts = _copy_database(engine, copy)
            with _private_file(part) as out:
                manifest = _write_archive(out, copy, data_dir, facts)
        part.replace(target)
        _synchronise_directory(target.parent)
    except OSError as error:
        raise RuleViolationError(
            Message(
                N_("The backup cannot be written to %(path)s: %(reason)s."),
                {"path": target, "reason": error.strerror or error},
            )
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


@contextmanager
def _private_file(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _synchronise_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_archive(
    out: IO[bytes],
    copy: Path,
    data_dir: Path,
    facts: dict[str, Any],
) -> Manifest:
    members: dict[str, Member] = {}
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=6) as tar:
        members[copy.name] = _add(tar, copy, copy.name)
        for path in _files_of(data_dir):
            name = path.relative_to(data_dir).as_posix()
            members[name] = _add(tar, path, name)
        manifest = Manifest(
            format=FORMAT, made_at=now().isoformat(timespec="seconds"), members=members, **facts
        )
        with tempfile.TemporaryFile() as text_file:
            size = text_file.write(manifest.to_json().encode())
            text_file.seek(0)
            tar.addfile(_header(MANIFEST, size), text_file)
    return manifest


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(now().timestamp())
    return header


def _add(tar: tarfile.TarFile, path: Path, name: str) -> Member:
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        hashed = _Hashing(source)
        tar.addfile(_header(name, size), hashed)
    return Member(size, hashed.sha256.hexdigest())


class _Hashing:
    """A reader that hashes what goes through it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sha256 = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self.sha256.update(chunk)
        return chunk


def _files_of(data_dir: Path) -> list[Path]:
    """The uploads, without what is only half written (its name begins with a dot)."""
    return sorted(
        path
        for path in (data_dir / FILES).rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(data_dir).parts)
    )


def _copy_database(engine: Engine, copy: Path) -> dict[str, Any]:
    """Copy the database as of one moment, and describe the copy."""
    if engine.dialect.name == "sqlite":
        return _copy_sqlite(engine, copy)
    return _copy_postgresql(engine, copy)


def _copy_sqlite(engine: Engine, copy: Path) -> dict[str, Any]:
    # The backup API: a copy of the files of a live database may have no tables at all.
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as target:
        source: Any = pooled.driver_connection
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        if target.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise RuleViolationError(
                N_("The database is damaged: no backup was made. Restore the last good one.")
            )
    reader = _engine_of(copy)
    try:
        with reader.connect() as connection:
            return _facts(connection, {"sqlite": sqlite3.sqlite_version})
    finally:
        reader.dispose()


def _engine_of(copy: Path) -> Engine:
    from sqlalchemy import create_engine

    return create_engine(URL.create("sqlite", database=str(copy)))


def _copy_postgresql(engine: Engine, copy: Path) -> dict[str, Any]:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # The dump and the counts see the same snapshot.
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        version = connection.execute(text("SHOW server_version")).scalar_one()
        facts = _facts(connection, {"postgresql": version})
        _run_postgresql_tool(
            "pg_dump",
            engine.url,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--exclude-schema={_QUEUE_SCHEMA}",
            f"--snapshot={snapshot}",
            f"--file={copy}",
        )
    copy.chmod(0o600)
    return facts


def _run_postgresql_tool(tool: str, url: URL, *options: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise RuleViolationError(
            Message(
                N_("%(tool)s is missing. Install it: apt install postgresql-client"),
                {"tool": tool},
            )
        )
    plain = url.set(drivername="postgresql")._replace(password=None)
    # The password goes through the environment: other users can read command lines.
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603 - a fixed tool, our own options
        [program, *options, f"--dbname={plain.render_as_string(hide_password=False)}"],
        capture_output=True,
        text=True,
        env={**os.environ, **password},
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or [str(done.returncode)]
        raise RuleViolationError(
            Message(
                N_("%(tool)s failed: %(reason)s. It must not be older than the server."),
                {"tool": tool, "reason": reason[0]},
            )
        )


def _facts(connection: Connection, versions: dict[str, str]) -> dict[str, Any]:
    return {
        "database": connection.dialect.name,
        "revisions": _revisions(connection),
        "versions": {"python": platform.python_version(), **versions},
        "row_counts": row_counts(connection),
    }


def _revisions(connection: Connection) -> tuple[str, ...]:
    if not inspect(connection).has_table(_REVISION_TABLE):
        return ()
    rows = connection.execute(text(f"SELECT version_num FROM {_REVISION_TABLE}"))  # noqa: S608
    return tuple(sorted(rows.scalars()))


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has; that of the migrations is not counted."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        table: connection.execute(
            text(f"SELECT count(*) FROM {quote(table)}")  # noqa: S608 - a quoted name of a table
        ).scalar_one()
        for table in sorted(inspect(connection).get_table_names())
        if table != _REVISION_TABLE
    }


# --- restoring --------------------------------------------------------------------------------


def restore(
    engine: Engine, data_dir: Path, archive: Path, known_revisions: frozenset[str]
) -> Manifest:
    """Bring an archive back into an installation that is still empty.

    Everything is verified before anything is written. Raises RuleViolationError when the archive
    is damaged, is of a newer release or another kind of database, or data are here already.
    """
    manifest = verified(archive)
    _check_fits(engine, manifest, known_revisions)
    _check_is_empty(engine, data_dir)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data_dir, prefix=_STAGING) as staging:
            _extract(archive, manifest, Path(staging))
            _bring_in(engine, data_dir, manifest, Path(staging))
    except OSError as error:
        raise RuleViolationError(
            Message(
                N_("The backup cannot be restored to %(path)s: %(reason)s."),
                {"path": data_dir, "reason": error.strerror or error},
            )
        ) from error
    return manifest


def _bring_in(engine: Engine, data_dir: Path, manifest: Manifest, staging: Path) -> None:
    """Put files and rows in place; when the rows fail, the files go again."""
    placed: list[Path] = []
    try:
        for path in sorted(path for path in (staging / FILES).rglob("*") if path.is_file()):
            target = data_dir / path.relative_to(staging)
            _place(path, target)
            placed.append(target)
        _load_database(engine, staging / DATABASES[manifest.database])
        with engine.connect() as connection:
            if row_counts(connection) != manifest.row_counts:
                raise _damaged(manifest.database)
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _place(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(target)
    _synchronise_directory(target.parent)


def verified(archive: Path) -> Manifest:
    """The manifest of an archive, every member of which is what the manifest says.

    Raises RuleViolationError otherwise: damaged, incomplete, or with a member that would leave
    the directory it is unpacked to.
    """
    manifest: Manifest | None = None
    seen: dict[str, Member] = {}
    with _members(archive) as members:
        for header, source in members:
            if header.name in seen or (header.name == MANIFEST and manifest is not None):
                raise _damaged(header.name)
            if header.name == MANIFEST:
                manifest = _read_manifest(header, source)
            else:
                seen[header.name] = _measure(source)
    if manifest is None or DATABASES.get(manifest.database) not in seen:
        raise _damaged(MANIFEST)
    different = {
        name for name in {*seen, *manifest.members} if seen.get(name) != manifest.members.get(name)
    }
    if different:
        raise _damaged(min(different))
    return manifest


def _read_manifest(header: tarfile.TarInfo, source: IO[bytes]) -> Manifest:
    if header.size > LARGEST_MANIFEST_BYTES:
        raise _damaged(MANIFEST)
    return Manifest.from_json(source.read())


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes]]]]:
    """The members of an archive, to be read in their order; whatever is wrong is damage."""
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            yield _checked_members(tar)
            while stream.read(_CHUNK):
                pass  # to the end, where the checksum of the whole stands
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise _damaged(archive.name) from error


def _checked_members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for header in tar:
        source = tar.extractfile(header) if header.isreg() else None
        if source is None or not _is_safe(header.name):
            raise _damaged(header.name)
        yield header, source


def _is_safe(name: str) -> bool:
    """Whether a member stays where it is unpacked: no absolute path, no way up."""
    if name == MANIFEST or name in DATABASES.values():
        return True
    parts = PurePosixPath(name).parts
    return (
        len(parts) > 1
        and parts[0] == FILES
        and ".." not in parts
        and "\\" not in name
        and "\0" not in name
        and not any(part.startswith(".") for part in parts)
        and str(PurePosixPath(name)) == name
    )


def _measure(source: IO[bytes], copy_to: IO[bytes] | None = None) -> Member:
    size, sha256 = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        sha256.update(chunk)
        if copy_to is not None:
            copy_to.write(chunk)
    return Member(size, sha256.hexdigest())


def _check_fits(engine: Engine, manifest: Manifest, known_revisions: frozenset[str]) -> None:
    if manifest.database != engine.dialect.name:
        raise RuleViolationError(
            Message(
                N_("The backup is of %(theirs)s, and DATABASE_URL names %(ours)s."),
                {"theirs": manifest.database, "ours": engine.dialect.name},
            )
        )
    if not known_revisions.issuperset(manifest.revisions):
        raise RuleViolationError(
            N_("The archive was written by a newer release: upgrade this one first.")
        )


def _check_is_empty(engine: Engine, data_dir: Path) -> None:
    with engine.connect() as connection:
        has_rows = any(row_counts(connection).values())
    if has_rows or _files_of(data_dir):
        raise RuleViolationError(
            N_("This installation has data already. Restore into an empty one.")
        )


def _extract(archive: Path, manifest: Manifest, staging: Path) -> None:
    with _members(archive) as members:
        for header, source in members:
            if header.name == MANIFEST:
                continue
            path = staging / header.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _private_file(path) as out:
                if _measure(source, out) != manifest.members.get(header.name):
                    raise _damaged(header.name)  # changed since it was verified


def _load_database(engine: Engine, copy: Path) -> None:
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as source:
            target: Any = pooled.driver_connection
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
    else:
        _run_postgresql_tool(
            "pg_restore",
            engine.url,
            "--clean",  # an empty schema may be there already
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            str(copy),
        )
