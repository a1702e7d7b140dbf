"""Bringing an archive back into an installation that is still empty."""

import tempfile
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from community.kernel.backup.archive import (
    DATABASES,
    FILES,
    MANIFEST,
    Manifest,
    damaged,
    files_of,
    measure,
    members_of,
    private_file,
    synchronise_directory,
    verified,
)
from community.kernel.backup.databases import load_database, row_counts
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

_STAGING: Final = ".restore-"


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
        load_database(engine, staging / DATABASES[manifest.database])
        with engine.connect() as connection:
            if row_counts(connection) != manifest.row_counts:
                raise damaged(manifest.database)
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _place(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(target)
    synchronise_directory(target.parent)


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
    if has_rows or files_of(data_dir):
        raise RuleViolationError(
            N_("This installation has data already. Restore into an empty one.")
        )


def _extract(archive: Path, manifest: Manifest, staging: Path) -> None:
    with members_of(archive) as members:
        for header, source in members:
            if header.name == MANIFEST:
                continue
            path = staging / header.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with private_file(path) as out:
                if measure(source, out) != manifest.members.get(header.name):
                    raise damaged(header.name)  # changed since it was verified
