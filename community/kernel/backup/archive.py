"""The archive: its manifest, its members, and whether it is what it says."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
# Where the files of the storage are in the archive. What else lies in the data directory (the
# database itself, the queue, the key that signs cookies) is not copied.
FILES: Final = "files"
DATABASES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
LARGEST_MANIFEST_BYTES: Final = 64 * 1024**2
_CHUNK: Final = 1024**2


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
        """The names of the files."""
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
            raise damaged(MANIFEST) from error


def damaged(what: str) -> RuleViolationError:
    return RuleViolationError(
        Message(
            N_("The archive is damaged or was changed (%(what)s). Nothing was restored."),
            {"what": what},
        )
    )


def verified(archive: Path) -> Manifest:
    """The manifest of an archive, every member of which is what the manifest says.

    Raises RuleViolationError otherwise: damaged, incomplete, or with a member that would leave
    the directory it is unpacked to.
    """
    manifest: Manifest | None = None
    seen: dict[str, Member] = {}
    with members_of(archive) as members:
        for header, source in members:
            if header.name in seen or (header.name == MANIFEST and manifest is not None):
                raise damaged(header.name)
            if header.name == MANIFEST:
                manifest = _read_manifest(header, source)
            else:
                seen[header.name] = measure(source)
    if manifest is None or DATABASES.get(manifest.database) not in seen:
        raise damaged(MANIFEST)
    different = {
        name for name in {*seen, *manifest.members} if seen.get(name) != manifest.members.get(name)
    }
    if different:
        raise damaged(min(different))
    return manifest


def _read_manifest(header: tarfile.TarInfo, source: IO[bytes]) -> Manifest:
    if header.size > LARGEST_MANIFEST_BYTES:
        raise damaged(MANIFEST)
    return Manifest.from_json(source.read())


@contextmanager
def members_of(archive: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes]]]]:
    """The members of an archive, to be read in their order; whatever is wrong is damage."""
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            yield _checked_members(tar)
            while stream.read(_CHUNK):
                pass  # to the end, where the checksum of the whole stands
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise damaged(archive.name) from error


def _checked_members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for header in tar:
        source = tar.extractfile(header) if header.isreg() else None
        if source is None or not _is_safe(header.name):
            raise damaged(header.name)
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


def measure(source: IO[bytes], copy_to: IO[bytes] | None = None) -> Member:
    size, sha256 = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        sha256.update(chunk)
        if copy_to is not None:
            copy_to.write(chunk)
    return Member(size, sha256.hexdigest())


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def synchronise_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
