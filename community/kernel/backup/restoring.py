"""Bringing an archive back into an installation that is still empty."""

import tempfile
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Engine

from community.kernel import storage
from community.kernel.backup.archive import (
    DATABASES,
    FILES,
    MANIFEST,
    Manifest,
    Member,
    damaged,
    measure,
    members_of,
    private_file,
    verified,
)
from community.kernel.backup.databases import load_database, row_counts
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

_STAGING: Final = ".restore-"


def restore(
    engine: Engine, data_dir: Path, archive: Path, known_revisions: frozenset[str]
) -> Manifest:
    """Bring an archive back into an installation that is still empty, its files into the storage
    that this installation has.

    Everything is verified before anything is written. Raises RuleViolationError when the archive
    is damaged, is of a newer release or another kind of database, or data are here already.
    """
    manifest = verified(archive)
    _check_fits(engine, manifest, known_revisions)
    _check_is_empty(engine)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data_dir, prefix=_STAGING) as staging:
            _bring_in(engine, manifest, archive, Path(staging))
    except OSError as error:
        raise RuleViolationError(
            Message(
                N_("The backup cannot be restored to %(path)s: %(reason)s."),
                {"path": data_dir, "reason": error.strerror or error},
            )
        ) from error
    return manifest


def _bring_in(engine: Engine, manifest: Manifest, archive: Path, staging: Path) -> None:
    """Put files and rows in place; when the rows fail, the files go again."""
    placed: list[str] = []
    copy = staging / DATABASES[manifest.database]
    try:
        with members_of(archive) as members:
            for header, source in members:
                if header.name == copy.name:
                    with private_file(copy) as out:
                        _check_same(manifest, header.name, measure(source, out))
                elif header.name != MANIFEST:
                    placed.append(header.name.removeprefix(f"{FILES}/"))
                    _place(manifest, header.name, source, staging)
        load_database(engine, copy)
        with engine.connect() as connection:
            if row_counts(connection) != manifest.row_counts:
                raise damaged(manifest.database)
    except BaseException:
        storage.delete(placed)
        raise


def _place(manifest: Manifest, name: str, source: IO[bytes], staging: Path) -> None:
    with tempfile.TemporaryFile(dir=staging) as copy:
        _check_same(manifest, name, measure(source, copy))
        copy.seek(0)
        storage.put(name.removeprefix(f"{FILES}/"), copy)


def _check_same(manifest: Manifest, name: str, found: Member) -> None:
    if found != manifest.members.get(name):
        raise damaged(name)  # changed since it was verified


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


def _check_is_empty(engine: Engine) -> None:
    with engine.connect() as connection:
        has_rows = any(row_counts(connection).values())
    if has_rows or next(storage.keys_under(), None) is not None:
        raise RuleViolationError(
            N_("This installation has data already. Restore into an empty one.")
        )
