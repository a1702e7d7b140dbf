"""What an installation may be told, and what it refuses."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import Config, ConfigError, Environment

STRONG = "Q7vY2hN9xB4mT8kR1wZ6cJ3fL5pS0dG-eUaXoViHtMy"


def read(tmp_path: Path, **environ: str) -> Config:
    return Config.from_environment({"COMMUNITY_DATA_DIR": str(tmp_path / "data"), **environ})


def test_an_empty_environment_is_a_development_on_loopback(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert config.environment is Environment.DEVELOPMENT
    assert config.database_url == f"sqlite:///{tmp_path}/data/community.sqlite3"
    assert (config.host, config.port, config.trusted_proxy_count) == ("127.0.0.1", 8000, 0)
    assert config.is_loopback
    assert not config.is_production
    assert str(config.timezone) == "Asia/Shanghai"


def test_the_development_key_is_random_private_and_stays(tmp_path: Path) -> None:
    first = read(tmp_path / "one").secret_key
    assert first == read(tmp_path / "one").secret_key
    assert first != read(tmp_path / "two").secret_key
    assert len(first) >= 32
    mode = (tmp_path / "one" / "data" / "secret_key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in (tmp_path / "one" / "data").iterdir()] == ["secret_key"]


def test_server_and_worker_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read(tmp_path).secret_key, range(64)))
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("", "not set"),
        ("   ", "not set"),
        ("s3cr3t", "shorter than 32"),
        (STRONG[:31], "shorter than 32"),
        ("x" * 64, "guessable"),  # long, but one character
        ("change-me-change-me-change-me-change-me-1234", "guessable"),
        ("django-insecure-8f$k2!x0q9w8e7r6t5y4u3i2o1p0", "guessable"),
        ("your_secret_key_here_0123456789abcdefghij", "guessable"),
        ("you-will-never-guess-this-long-secret-key", "guessable"),
    ],
)
def test_production_refuses_a_weak_key_and_says_how_to_make_one(
    tmp_path: Path, secret: str, fault: str
) -> None:
    with pytest.raises(ConfigError, match=fault) as refusal:
        read(tmp_path, COMMUNITY_ENV="production", SECRET_KEY=secret)
    assert "token_urlsafe" in str(refusal.value)
    assert not secret.strip() or secret not in str(refusal.value)
    assert not (tmp_path / "data").exists()  # nothing was made on disk


def test_production_takes_a_strong_key(tmp_path: Path) -> None:
    config = read(tmp_path, COMMUNITY_ENV="production", SECRET_KEY=STRONG)
    assert config.is_production
    assert config.secret_key == STRONG
    assert not (tmp_path / "data" / "secret_key").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_through_psycopg_3(tmp_path: Path, scheme: str) -> None:
    config = read(tmp_path, DATABASE_URL=f"{scheme}://u:p@db:5433/name?sslmode=require")
    assert config.database_url == "postgresql+psycopg://u:p@db:5433/name?sslmode=require"


def test_neither_key_nor_database_password_is_printed(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        SECRET_KEY=STRONG,
        DATABASE_URL="postgresql://u:hunter2@db/name",
        DEMO_PASSWORD="Mima-2025",
    )
    assert config.demo_password == "Mima-2025"
    assert not any(text in repr(config) for text in (STRONG, "hunter2", "Mima-2025"))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("COMMUNITY_ENV", "prod", "development, production, test"),
        ("PORT", "http", "whole number"),
        ("PORT", "0", "between 1 and 65535"),
        ("PORT", "65536", "between 1 and 65535"),
        ("TRUSTED_PROXIES", "-1", "0 or more"),
        ("TRUSTED_PROXIES", "yes", "whole number"),
        ("DATABASE_URL", "community.sqlite3", "no URL"),
        ("DATABASE_URL", "mysql://root@db/name", "mysql"),
        ("COMMUNITY_DATA_DIR", "/dev/null/data", "cannot be made"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, value: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as refusal:
        read(tmp_path, **{name: value})
    assert name in str(refusal.value)


def test_a_relative_data_directory_lies_beside_the_program() -> None:
    root = Path(__file__).resolve().parent.parent
    config = Config.from_environment({"COMMUNITY_DATA_DIR": "instance"})
    assert config.data_dir == root / "instance"


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.2", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("db", False)],
)
def test_loopback_is_what_only_this_machine_reaches(
    tmp_path: Path, host: str, expected: bool
) -> None:
    assert read(tmp_path, COMMUNITY_HOST=host).is_loopback is expected


# --- a bucket ---------------------------------------------------------------------------------

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
MINIO = {"AWS_ENDPOINT_URL": "http://minio:9000", **KEYS}


def test_files_stay_on_the_machine_unless_a_bucket_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, **MINIO).bucket is None


@pytest.mark.parametrize(
    ("environ", "name", "prefix", "endpoint", "region", "is_path_style"),
    [
        ({"AWS_REGION": "eu-west-1"}, "b-1", "", "https://s3.eu-west-1.amazonaws.com", 0, False),
        # China's regions have a domain of their own
        ({"AWS_REGION": "cn-north-1"}, "b-1", "", "https://s3.cn-north-1.amazonaws.com.cn", 0, 0),
        (MINIO, "b-1", "a/b", "http://minio:9000", "us-east-1", True),
        (
            {"AWS_ENDPOINT_URL": "https://oss.test/", "STORAGE_PATH_STYLE": "No", **KEYS},
            *("b-1", "", "https://oss.test", "us-east-1", False),
        ),
    ],
)
def test_a_bucket_is_reached_as_the_usual_variables_say(
    tmp_path: Path,
    environ: dict[str, str],
    name: str,
    prefix: str,
    endpoint: str,
    region: str,
    is_path_style: bool,
) -> None:
    found = read(tmp_path, STORAGE_URL=f"s3://{name}/{prefix}", **environ).bucket
    assert found is not None
    assert (found.name, found.prefix, found.endpoint) == (name, prefix, endpoint)
    assert found.region == (region or environ["AWS_REGION"])
    assert found.is_path_style == is_path_style
    assert found.url == f"s3://{name}/{prefix}".rstrip("/")
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("url", "environ", "fault"),
    [
        ("/srv/files", MINIO, "STORAGE_URL is no address"),
        ("https://bucket", MINIO, "STORAGE_URL is no address"),
        ("s3://", MINIO, "STORAGE_URL names the bucket"),
        ("s3://Key:secret@bucket", MINIO, "STORAGE_URL names the bucket"),
        ("s3://bucket/../other", MINIO, "STORAGE_URL names the bucket"),
        ("s3://bucket/a?b=c", MINIO, "STORAGE_URL names the bucket"),
        ("s3://bucket", {}, "AWS_REGION is not"),
        ("s3://bucket", {"AWS_ENDPOINT_URL": "http://minio"}, "needs AWS_ACCESS_KEY_ID"),
        ("s3://bucket", {"AWS_REGION": "x", "AWS_ACCESS_KEY_ID": "key"}, "set both"),
        ("s3://bucket", {**MINIO, "AWS_ENDPOINT_URL": "minio:9000"}, "no address of a server"),
        ("s3://bucket", {**MINIO, "AWS_ENDPOINT_URL": "http://m/bucket"}, "no address of a server"),
        ("s3://bucket", {**MINIO, "AWS_ENDPOINT_URL": "http://m:x"}, "no address of a server"),
        ("s3://bucket", {**MINIO, "STORAGE_PATH_STYLE": "perhaps"}, "must be yes or no"),
    ],
)
def test_a_malformed_bucket_is_refused_at_the_start(
    tmp_path: Path, url: str, environ: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError, match=fault):
        read(tmp_path, STORAGE_URL=url, **environ)
