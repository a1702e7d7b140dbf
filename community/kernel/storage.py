"""Files outside the database, by key: the only importer of obstore.

They lie under `files` in the data directory, where the backup looks for them. A key is a path
such as `jobs/17/report.pdf`; who may read it is decided by the row that names it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from obstore.exceptions import NotFoundError as NoSuchObjectError
from obstore.store import LocalStore

from config import Config

DIRECTORY: Final = "files"

_store: LocalStore | None = None


def bind(config: Config) -> None:
    """Say where the files are."""
    global _store
    _store = LocalStore(config.data_dir.absolute() / DIRECTORY, mkdir=True)


def _bound() -> LocalStore:
    if _store is None:
        raise RuntimeError("no storage: create_app() was not called")
    return _store


def put(key: str, content: bytes) -> None:
    """Keep a file; what was under the key before is replaced as a whole."""
    _bound().put(key, content)


def get(key: str) -> bytes | None:
    """The content of a file; None when it has been removed."""
    try:
        return bytes(_bound().get(key).bytes())
    except (NoSuchObjectError, FileNotFoundError):
        return None


def delete(keys: Iterable[str]) -> None:
    """Remove files; one that is gone already is no error."""
    for key in keys:
        try:
            _bound().delete(key)
        except (NoSuchObjectError, FileNotFoundError):
            continue


def keys_before(prefix: str, instant: datetime) -> list[str]:
    """The keys of the files under a prefix that were last written before an instant."""
    return sorted(
        found["path"]
        for batch in _bound().list(prefix)
        for found in batch
        if found["last_modified"] < instant
    )
