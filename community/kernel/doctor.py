"""What the product needs of its machine, checked: each finding says how to mend it."""

import ctypes
import ctypes.util
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from community.kernel import storage
from community.kernel.database import BUSY_TIMEOUT_MS
from community.kernel.i18n import N_, Message
from config import HOW_TO_MAKE_ONE, ConfigError, check_secret

MINIMUM_FREE_BYTES: Final = 512 * 1024**2
OLDEST_POSTGRESQL: Final = 13_00_00
OLDEST_SQLITE: Final = (3, 35, 0)
# No machine that runs this release can be in a year before the release.
RELEASED_AT: Final = datetime(2025, 1, 1, tzinfo=UTC)
# What the documents are set in: (family, style as fontconfig matches it, Debian package).
FONTS: Final = (
    ("Noto Sans CJK SC", "Regular", "fonts-noto-cjk"),
    ("Noto Sans CJK SC", "Bold", "fonts-noto-cjk"),
    ("Noto Serif CJK SC", "Regular", "fonts-noto-cjk"),
    ("Noto Serif CJK SC", "Bold", "fonts-noto-cjk"),
    ("LXGW WenKai", "Regular", "fonts-lxgw-wenkai"),
)


@dataclass(frozen=True)
class Finding:
    """The outcome of one check. `detail` is what was seen, `remedy` how to mend a failure."""

    name: str
    is_ok: bool
    detail: str = ""
    remedy: Message | None = field(default=None)


def readiness(
    open_session: Callable[[], Session], data_dir: Path, migrations_dir: Path
) -> list[Finding]:
    """What a request needs: the database, at the newest migration, and the storage."""
    return [*_database(open_session, migrations_dir), storage_is_writable(data_dir), *bucket()]


def diagnosis(
    open_session: Callable[[], Session],
    data_dir: Path,
    migrations_dir: Path,
    secret_key: str,
) -> Iterator[Finding]:
    """Every check, one finding after the other."""
    yield harfbuzz_subset()
    yield from fonts()
    yield time_zone()
    yield clock()
    yield storage_is_writable(data_dir)
    yield from bucket()
    yield free_disk(data_dir)
    yield secret(secret_key)
    yield from _database(open_session, migrations_dir)
    yield from database_settings(open_session)


def harfbuzz_subset() -> Finding:
    """Without this library the same PDF takes seven times the processor time."""
    found = ctypes.util.find_library("harfbuzz-subset") or _loadable("libharfbuzz-subset.so.0")
    return Finding(
        "libharfbuzz-subset",
        found is not None,
        found or "",
        Message(N_("Install it: apt install libharfbuzz-subset0")),
    )


def _loadable(name: str) -> str | None:
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return name


def fonts() -> Iterator[Finding]:
    """The Chinese fonts of pages and documents; a font without a bold is not emboldened."""
    installed = _installed_fonts()
    for family, style, package in FONTS:
        remedy = Message(N_("Install it: apt install %(package)s"), {"package": package})
        if installed is None:
            remedy = Message(N_("Install it: apt install %(package)s"), {"package": "fontconfig"})
        is_ok = installed is not None and (family, style) in installed
        yield Finding(f"{family} {style}", is_ok, "", remedy)


def _installed_fonts() -> set[tuple[str, str]] | None:
    """Family and style of every font that fontconfig knows; None without fontconfig."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    listing = subprocess.run(  # noqa: S603 - a fixed command
        [program, "--format", "%{family}|%{style}\n"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout
    known: set[tuple[str, str]] = set()
    for line in listing.splitlines():
        families, _, styles = line.partition("|")
        known |= {(family, style) for family in families.split(",") for style in styles.split(",")}
    return known


def time_zone() -> Finding:
    """Days are days in Shanghai: eight hours from UTC, all year."""
    remedy = Message(N_("Install the time zone data: apt install tzdata"))
    try:
        zone = ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return Finding("time zone", is_ok=False, remedy=remedy)
    offsets = {datetime(2025, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
    return Finding("time zone", offsets == {timedelta(hours=8)}, "Asia/Shanghai", remedy)


def clock() -> Finding:
    """The clock is not before the release: what is recorded would be out of order."""
    now = datetime.now(UTC)
    remedy = Message(N_("Set the clock, and switch on time synchronisation: timedatectl set-ntp 1"))
    return Finding("clock", now >= RELEASED_AT, now.isoformat(timespec="seconds"), remedy)


def storage_is_writable(data_dir: Path) -> Finding:
    """A file can be written, synchronised and removed under the data directory."""
    remedy = Message(
        N_("Create %(directory)s, and give it to the account that runs the service."),
        {"directory": data_dir},
    )
    try:
        with tempfile.TemporaryFile(dir=data_dir) as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return Finding("storage", is_ok=False, detail=str(error), remedy=remedy)
    return Finding("storage", is_ok=True, detail=str(data_dir))


def bucket() -> Iterator[Finding]:
    """A file can be written to the bucket, read and removed; nothing when there is no bucket."""
    place = storage.bucket_place()
    if place is None:
        return
    try:
        storage.probe()
    except storage.ProbeError as error:
        yield Finding("bucket", is_ok=False, detail=f"{place}: {error}", remedy=error.remedy)
    else:
        yield Finding("bucket", is_ok=True, detail=place)


def free_disk(data_dir: Path) -> Finding:
    """There is room to go on working, backups included."""
    place = next((path for path in (data_dir, *data_dir.parents) if path.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    remedy = Message(N_("Make room on the disk, or move COMMUNITY_DATA_DIR to a larger one."))
    return Finding("disk", free >= MINIMUM_FREE_BYTES, f"{free // 1024**2} MiB", remedy)


def secret(secret_key: str) -> Finding:
    """The key that signs cookies is one that nobody can guess."""
    remedy = Message(N_("Set SECRET_KEY. %(how)s"), {"how": HOW_TO_MAKE_ONE})
    try:
        check_secret(secret_key)
    except ConfigError as error:
        return Finding("secret key", is_ok=False, detail=str(error), remedy=remedy)
    return Finding("secret key", is_ok=True)


# --- the database -----------------------------------------------------------------------------


def _database(open_session: Callable[[], Session], migrations_dir: Path) -> list[Finding]:
    try:
        open_session().execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - whatever the driver says, it cannot be reached
        remedy = Message(N_("Check DATABASE_URL, and that the database server is running."))
        return [
            Finding("database", is_ok=False, detail=_first_line(error), remedy=remedy),
            Finding("migrations", is_ok=False, remedy=remedy),
        ]
    return [Finding("database", is_ok=True), migrations(open_session, migrations_dir)]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def migrations(open_session: Callable[[], Session], migrations_dir: Path) -> Finding:
    """The database is at the newest migration of this release."""
    context = MigrationContext.configure(open_session().connection())
    applied = set(context.get_current_heads())
    newest = set(newest_revisions(migrations_dir))
    detail = ", ".join(sorted(applied)) or "—"
    return Finding(
        "migrations", applied == newest, detail, Message(N_("Bring it up: flask db upgrade"))
    )


def newest_revisions(migrations_dir: Path) -> tuple[str, ...]:
    """The newest migrations of this release; one, unless branches were left unmerged."""
    return tuple(ScriptDirectory(str(migrations_dir)).get_heads())


def known_revisions(migrations_dir: Path) -> list[str]:
    """All migrations that this release knows."""
    scripts = ScriptDirectory(str(migrations_dir))
    return [script.revision for script in scripts.walk_revisions()]


def database_settings(open_session: Callable[[], Session]) -> Iterator[Finding]:
    """What both databases are trusted for: durable commits, whole references, UTC."""
    try:
        current = open_session()
        dialect = current.get_bind().dialect.name
        yield from _sqlite(current) if dialect == "sqlite" else _postgresql(current)
    except Exception as error:  # noqa: BLE001 - the check of the database has already said why
        remedy = Message(N_("Check DATABASE_URL, and that the database server is running."))
        yield Finding("database settings", is_ok=False, detail=_first_line(error), remedy=remedy)


def _sqlite(current: Session) -> Iterator[Finding]:
    remedy = Message(N_("Keep the database on a local disk, and open it through the product only."))
    expected = {
        "foreign_keys": "1",
        "journal_mode": "wal",
        "synchronous": "2",
        "busy_timeout": str(BUSY_TIMEOUT_MS),
    }
    for name, value in expected.items():
        seen = str(current.execute(text(f"PRAGMA {name}")).scalar())
        yield Finding(f"SQLite {name}", seen == value, seen, remedy)
    version = sqlite3.sqlite_version
    newer = Message(N_("Use a Python that is built with a newer SQLite."))
    yield Finding("SQLite version", sqlite3.sqlite_version_info >= OLDEST_SQLITE, version, newer)


def _postgresql(current: Session) -> Iterator[Finding]:
    def setting(name: str) -> str:
        return str(current.execute(text(f"SHOW {name}")).scalar())

    version = int(setting("server_version_num"))
    newer = Message(N_("Upgrade PostgreSQL to version 13 or newer."))
    yield Finding(
        "PostgreSQL version", version >= OLDEST_POSTGRESQL, setting("server_version"), newer
    )
    encoding = setting("server_encoding")
    recreate = Message(
        N_("Create the database with ENCODING 'UTF8', and restore a backup into it.")
    )
    yield Finding("PostgreSQL encoding", encoding == "UTF8", encoding, recreate)
    zone = setting("timezone")
    utc = Message(N_("Remove whatever sets another time zone for the connections of this account."))
    yield Finding("PostgreSQL time zone", zone in ("UTC", "Etc/UTC"), zone, utc)
    commit = setting("synchronous_commit")
    durable = Message(
        N_("Set synchronous_commit = on: an acknowledged entry must survive a crash.")
    )
    yield Finding("PostgreSQL synchronous_commit", commit != "off", commit, durable)
    fsync = setting("fsync")
    yield Finding("PostgreSQL fsync", fsync == "on", fsync, Message(N_("Set fsync = on.")))
