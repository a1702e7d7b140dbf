"""Writing an archive while the service goes on working."""

import hashlib
import os
import secrets
import tarfile
import tempfile
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

from community.kernel import storage
from community.kernel.backup.archive import (
    DATABASES,
    FILES,
    FORMAT,
    MANIFEST,
    Manifest,
    Member,
    private_file,
    synchronise_directory,
)
from community.kernel.backup.databases import copy_database
from community.kernel.clock import now
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message


def write(engine: Engine, target: Path) -> Manifest:
    """Write an archive, readable by its owner alone, while the service goes on working.

    It appears under its name when it is complete and on the disk, never before. Raises
    RuleViolationError when the place cannot be written or a tool is missing.
    """
    target = target.absolute()
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            copy = Path(scratch) / DATABASES[engine.dialect.name]
            facts = copy_database(engine, copy)
            with private_file(part) as out:
                manifest = _write_archive(out, copy, facts)
        part.replace(target)
        synchronise_directory(target.parent)
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


def _write_archive(out: IO[bytes], copy: Path, facts: dict[str, Any]) -> Manifest:
    members: dict[str, Member] = {}
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=6) as tar:
        with copy.open("rb") as source:
            members[copy.name] = _add(tar, source, copy.name)
        for key in sorted(storage.keys_under()):
            file = storage.fetch(key)
            if file is None:
                continue  # its month was over: tidied away at this moment
            with file:
                members[f"{FILES}/{key}"] = _add(tar, file, f"{FILES}/{key}")
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


def _add(tar: tarfile.TarFile, source: IO[bytes], name: str) -> Member:
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
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
