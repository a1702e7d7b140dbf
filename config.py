"""The settings of one installation, and the only place that reads the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import ClassVar, Final, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT: Final = Path(__file__).resolve().parent
MINIMUM_SECRET_LENGTH: Final = 32
# A key needs about this much variety; "x" * 32 is long, and worthless.
MINIMUM_SECRET_VARIETY: Final = 10
# Beginnings of keys printed in tutorials and templates, lower case, letters and digits only.
WELL_KNOWN_SECRETS: Final = (
    "changeme",
    "changethis",
    "defaultsecret",
    "development",
    "devsecret",
    "djangoinsecure",
    "flasksecret",
    "mysecret",
    "notsosecret",
    "password",
    "replaceme",
    "secretkey",
    "supersecret",
    "thisisasecret",
    "topsecret",
    "yoursecret",
    "youwillneverguess",
    "0123456789",
    "1234567890",
    "abcdefgh",
)
HOW_TO_MAKE_ONE: Final = (
    'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
)

# As S3 names buckets; a prefix is of plain path segments, none of which leads up.
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"(?:[\w-][\w.-]*(?:/[\w-][\w.-]*)*)?", re.ASCII)
_YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class ConfigError(Exception):
    """A setting that cannot be used; the message says which, why, and what to do."""


class Environment(StrEnum):
    """What an installation is for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where files are kept outside this machine: a bucket of S3 or of a service that speaks it."""

    name: str
    prefix: str = ""
    endpoint: str  # the service, without the bucket
    region: str
    is_path_style: bool = True  # endpoint/bucket/key; else bucket.endpoint/key
    # Without keys the role of the machine is used.
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.name) or not _PREFIX.fullmatch(self.prefix):
            raise ConfigError(
                f"STORAGE_URL names the bucket {self.name!r} and the prefix {self.prefix!r}; "
                "write s3://bucket or s3://bucket/prefix, in letters, digits, '-', '_' and '.'."
            )
        if not _is_origin(self.endpoint):
            raise ConfigError(
                "AWS_ENDPOINT_URL is no address of a server; write https://host or "
                "https://host:port, without the bucket."
            )
        if bool(self.access_key_id) != bool(self.secret_access_key):
            raise ConfigError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: set both.")

    @property
    def url(self) -> str:
        """The bucket as STORAGE_URL names it."""
        return f"s3://{self.name}/{self.prefix}".rstrip("/")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that differs between installations. Checked when made: a wrong one never runs."""

    timezone: ClassVar[ZoneInfo] = ZoneInfo("Asia/Shanghai")

    environment: Environment = Environment.DEVELOPMENT
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    data_dir: Path
    bucket: Bucket | None = None  # None: files lie in the data directory
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxy_count: int = 0
    trusted_hosts: tuple[str, ...] = ()  # names under which it may be asked for; empty: any
    demo_password: str = field(default="Gongtongti-2025", repr=False)

    def __post_init__(self) -> None:
        if self.environment is Environment.PRODUCTION:
            check_secret(self.secret_key)
        if not 1 <= self.port <= 65535:
            raise ConfigError(f"PORT is {self.port}; it must lie between 1 and 65535.")
        if self.trusted_proxy_count < 0:
            raise ConfigError("TRUSTED_PROXIES is the number of proxies in front: 0 or more.")

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server, as a demonstration demands."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; make the data directory, and a development key, if missing.

        Raises ConfigError. A variable that is set but empty is as good as unset.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        try:
            environment = Environment(given.get("COMMUNITY_ENV", Environment.DEVELOPMENT))
        except ValueError:
            raise ConfigError(
                f"COMMUNITY_ENV is {given['COMMUNITY_ENV']!r}; it must be one of "
                f"{', '.join(Environment)}."
            ) from None
        if environment is Environment.PRODUCTION:
            check_secret(given.get("SECRET_KEY", ""))  # before anything is created on disk
        bucket = _bucket(given)
        data_dir = _make_directory(ROOT / given.get("COMMUNITY_DATA_DIR", "instance"))
        return cls(
            environment=environment,
            secret_key=given.get("SECRET_KEY") or _development_secret(data_dir),
            database_url=normalise_database_url(
                given.get("DATABASE_URL", f"sqlite:///{data_dir / 'community.sqlite3'}")
            ),
            data_dir=data_dir,
            bucket=bucket,
            host=given.get("COMMUNITY_HOST", cls.host),
            port=_integer(given, "PORT", cls.port),
            trusted_proxy_count=_integer(given, "TRUSTED_PROXIES", cls.trusted_proxy_count),
            trusted_hosts=tuple(given.get("TRUSTED_HOSTS", "").replace(",", " ").split()),
            demo_password=given.get("DEMO_PASSWORD", cls.demo_password),
        )


def check_secret(secret: str) -> None:
    """Refuse a key with which anybody could sign in as anybody. Raises ConfigError."""
    plain = "".join(character for character in secret.lower() if character.isalnum())
    if not secret:
        fault = "SECRET_KEY is not set."
    elif len(secret) < MINIMUM_SECRET_LENGTH:
        fault = f"SECRET_KEY is shorter than {MINIMUM_SECRET_LENGTH} characters."
    elif plain.startswith(WELL_KNOWN_SECRETS) or len(set(secret)) < MINIMUM_SECRET_VARIETY:
        fault = "SECRET_KEY is a well-known or guessable text."
    else:
        return
    raise ConfigError(f"{fault} In production it must be secret and random. {HOW_TO_MAKE_ONE}")


def normalise_database_url(url: str) -> str:
    """Name the driver that is installed (psycopg 3), however the URL was written."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ConfigError(
            "DATABASE_URL is no URL; write sqlite:////path/file or postgresql://user@host/name."
        )
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return url
    raise ConfigError(f"DATABASE_URL begins with {scheme}://; use sqlite:// or postgresql://.")


def _bucket(given: Mapping[str, str]) -> Bucket | None:
    """The bucket that STORAGE_URL names, reached as the usual AWS_* variables say."""
    if "STORAGE_URL" not in given:
        return None
    scheme, _, place = given["STORAGE_URL"].partition("://")
    if scheme != "s3":
        raise ConfigError(
            "STORAGE_URL is no address of a bucket; write s3://bucket/prefix, or leave it out to "
            "keep files in COMMUNITY_DATA_DIR."
        )
    name, _, prefix = place.partition("/")
    region = given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION", "")
    endpoint = given.get("AWS_ENDPOINT_URL_S3") or given.get("AWS_ENDPOINT_URL", "")
    if not region and not endpoint:
        raise ConfigError(
            "STORAGE_URL is set, and AWS_REGION is not: set it, or AWS_ENDPOINT_URL for a service "
            "other than AWS."
        )
    if endpoint and "AWS_ACCESS_KEY_ID" not in given:
        raise ConfigError("AWS_ENDPOINT_URL needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    china = ".cn" if region.startswith("cn-") else ""
    return Bucket(
        name=name,
        prefix=prefix.strip("/"),
        endpoint=endpoint.rstrip("/") or f"https://s3.{region}.amazonaws.com{china}",
        region=region or "us-east-1",
        is_path_style=_yes_or_no(given, "STORAGE_PATH_STYLE", default=bool(endpoint)),
        access_key_id=given.get("AWS_ACCESS_KEY_ID", ""),
        secret_access_key=given.get("AWS_SECRET_ACCESS_KEY", ""),
        session_token=given.get("AWS_SESSION_TOKEN", ""),
    )


def _is_origin(url: str) -> bool:
    """Whether a URL names a server and nothing else: no account, path or query."""
    try:
        parts = urlsplit(url)
        is_server = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = f"{parts.scheme}://{parts.netloc}" == url and "@" not in parts.netloc
    return is_server and plain and parts.scheme in ("http", "https")


def _yes_or_no(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    if name not in given:
        return default
    if given[name].lower() not in _YES_OR_NO:
        raise ConfigError(f"{name} is {given[name]!r}; it must be yes or no.")
    return _YES_OR_NO[given[name].lower()]


def _integer(given: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(given.get(name, default))
    except ValueError:
        raise ConfigError(f"{name} is {given[name]!r}; it must be a whole number.") from None


def _make_directory(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"COMMUNITY_DATA_DIR {path} cannot be made: {error.strerror}.") from None
    return path


def _development_secret(data_dir: Path) -> str:
    """A random key kept in the data directory, so that a restart signs nobody out."""
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f"secret_key.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            # Server and worker start together: a hard link makes one of them the first.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
