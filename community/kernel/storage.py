"""Files outside the database, by key: the only importer of obstore.

They lie under `files` in the data directory, or in a bucket of S3 where one is configured. A key
is a path such as `jobs/17/result`; who may read it is decided by the row that names it. A file is
put before the row that names it is written, and removed after that row has gone: what is left
over when something fails in between is a file without a row, which the nightly work finds.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final
from urllib.parse import urlsplit
from uuid import uuid4

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, S3Store

from community.kernel.errors import StorageError
from community.kernel.i18n import N_, Message
from config import Bucket, Config

DIRECTORY: Final = "files"
# Up to this size a file that is read stays in memory.
_IN_MEMORY: Final = 1024**2
# A request to the bucket that takes longer has failed; the web server waits for two minutes.
_PATIENCE: Final = timedelta(seconds=20)
_PATIENCE_OF_PROBE: Final = timedelta(seconds=3)
# The night of a month in which a shelf is looked through, by its number.
_NIGHTS: Final = 32

_NOT_KEPT: Final = N_(
    "Files cannot be stored at the moment: the file storage does not answer. What you entered is "
    "still there. Try again in a few minutes; if it goes on, tell the administrator."
)
_NOT_READ: Final = N_(
    "Files cannot be opened at the moment: the file storage does not answer. The files themselves "
    "are still there. Try again in a few minutes; if it goes on, tell the administrator."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Bound:
    files: LocalStore | S3Store
    # The same, impatient: for the question whether it is there at all.
    probed: LocalStore | S3Store
    place: str
    directory: Path | None = None


_bound_to: _Bound | None = None


def bind(config: Config) -> None:
    """Say where the files are. A bucket is not asked for anything until it is used."""
    global _bound_to
    bucket = config.bucket
    if bucket is None:
        directory = config.data_dir.absolute() / DIRECTORY
        local = LocalStore(directory, mkdir=True)
        _bound_to = _Bound(local, local, str(directory), directory)
    else:
        _bound_to = _Bound(
            _store(bucket, _PATIENCE, retries=2),
            _store(bucket, _PATIENCE_OF_PROBE),
            f"{bucket.url} ({bucket.endpoint})",
        )


def _store(bucket: Bucket, patience: timedelta, retries: int = 0) -> S3Store:
    parts = urlsplit(bucket.endpoint)
    host = parts.netloc if bucket.is_path_style else f"{bucket.name}.{parts.netloc}"
    keys = {
        "access_key_id": bucket.access_key_id,
        "secret_access_key": bucket.secret_access_key,
        "session_token": bucket.session_token,
    }
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        endpoint=f"{parts.scheme}://{host}",
        region=bucket.region,
        virtual_hosted_style_request=not bucket.is_path_style,
        client_options={
            "allow_http": parts.scheme == "http",
            "connect_timeout": min(patience, timedelta(seconds=5)),
            "timeout": patience,
        },
        retry_config={"max_retries": retries, "retry_timeout": 2 * patience},
        **{name: value for name, value in keys.items() if value},  # type: ignore[arg-type] # strings
    )


def _bound() -> _Bound:
    if _bound_to is None:
        raise RuntimeError("no storage: create_app() was not called")
    return _bound_to


@contextmanager
def _refusals_as(message: str) -> Iterator[None]:
    """Whatever the store refuses becomes an answer that says what to do; the log says why."""
    try:
        yield
    except (BaseError, OSError) as error:
        _log.warning("the file storage refused: %s", _reason(error))
        raise StorageError(Message(message)) from error


def _reason(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def bucket_place() -> str | None:
    """Which bucket the files are in, in words for whoever runs the installation; None when they
    are in the data directory."""
    return _bound().place if _bound().directory is None else None


# --- one file ---------------------------------------------------------------------------------


def put(key: str, content: bytes | IO[bytes]) -> None:
    """Keep a file; what was under the key before is replaced as a whole. Raises StorageError."""
    with _refusals_as(_NOT_KEPT):
        _bound().files.put(key, content)


def fetch(key: str) -> IO[bytes] | None:
    """A file, to be read from its beginning and closed; None when it has been removed.

    It is there as a whole before the first byte is given out, and in memory only if it is small:
    a reader with a bad network holds up no connection to the bucket. Raises StorageError.
    """
    with _refusals_as(_NOT_READ):
        try:
            found = _bound().files.get(key)
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None
        if found.meta["size"] <= _IN_MEMORY:
            return BytesIO(bytes(found.bytes()))
        copy = TemporaryFile()  # noqa: SIM115 - its reader closes it
        try:
            for chunk in found.stream():
                copy.write(chunk)
        except BaseException:
            copy.close()
            raise
    copy.seek(0)
    return copy


def get(key: str) -> bytes | None:
    """The content of a file that is needed as a whole; None when it has been removed."""
    found = fetch(key)
    if found is None:
        return None
    with found:
        return found.read()


def delete(keys: Iterable[str]) -> None:
    """Remove files, each if it is there. What cannot be removed now is left to a later night."""
    try:
        for key in keys:
            _delete(_bound().files, key)
    except (BaseError, FileNotFoundError, StorageError) as error:
        _log.warning("files could not be removed: %s", _reason(error))


def _delete(store: LocalStore | S3Store, key: str) -> None:
    try:
        store.delete(key)
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise


# --- many files -------------------------------------------------------------------------------


def keys_under(prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
    """The keys under a prefix, as they are found; of files last written before an instant, if one
    is given. What is half written, or a link to elsewhere, is none. Raises StorageError."""
    with _refusals_as(_NOT_READ):
        for batch in _bound().files.list(prefix or None):
            for found in batch:
                if (before is None or found["last_modified"] < before) and _is_file(found["path"]):
                    yield found["path"]


def _is_file(key: str) -> bool:
    directory = _bound().directory
    is_link = directory is not None and (directory / key).is_symlink()
    return not is_link and not any(part.startswith(".") for part in key.split("/"))


def shelved(prefix: str, digest: str, ending: str = "") -> str:
    """The key of a file that is kept under its checksum, on one of 256 shelves."""
    return f"{prefix}{digest[:2]}/{digest}{ending}"


def shelves(prefix: str, day: date) -> list[str]:
    """The shelves that are looked through on a day: few, but in the course of a month all."""
    return [f"{prefix}{number:02x}/" for number in range(day.toordinal() % _NIGHTS, 256, _NIGHTS)]


# --- is it there? -----------------------------------------------------------------------------


class ProbeError(Exception):
    """The store did not keep, give back or remove a file: why, and how to mend it."""

    def __init__(self, reason: str, remedy: Message) -> None:
        super().__init__(reason)
        self.remedy = remedy


def probe() -> None:
    """Write, read and remove a small file, within seconds. Raises ProbeError."""
    store, key, content = _bound().probed, f".probe/{uuid4().hex}", b"probe"
    try:
        store.put(key, content)
        if bytes(store.get(key).bytes()) != content:
            raise ProbeError("another content came back", Message(_REACH_IT))
        _delete(store, key)
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise ProbeError(_reason(error), Message(_ALLOW_IT)) from error
    except FileNotFoundError as error:
        raise ProbeError(_reason(error), Message(_CREATE_IT)) from error
    except BaseError as error:
        raise ProbeError(_reason(error), Message(_REACH_IT)) from error


_ALLOW_IT: Final = N_(
    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that their owner may list, read, write "
    "and delete in the bucket."
)
_CREATE_IT: Final = N_("Create the bucket, or correct its name in STORAGE_URL.")
_REACH_IT: Final = N_(
    "Check STORAGE_URL, AWS_ENDPOINT_URL and AWS_REGION, and that this machine reaches the service."
)
