"""Files by key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from community.kernel import storage
from config import Config


@pytest.fixture(autouse=True)
def bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_store", None)
    storage.bind(Config.from_environment({"COMMUNITY_DATA_DIR": str(tmp_path)}))


def test_what_is_put_is_got_back_where_the_backup_looks(tmp_path: Path) -> None:
    storage.put("imports/1/台账.xlsx", b"\x00\xff")
    storage.put("imports/1/台账.xlsx", b"later")
    assert storage.get("imports/1/台账.xlsx") == b"later"
    assert (tmp_path / "files" / "imports" / "1").is_dir()


def test_what_is_not_there_is_none() -> None:
    assert storage.get("imports/1/a.xlsx") is None
    storage.put("imports/1/a.xlsx", b"x")
    storage.delete(["imports/1/a.xlsx", "imports/1/never.xlsx"])
    assert storage.get("imports/1/a.xlsx") is None


@pytest.mark.parametrize("key", ["../secret_key", "a/../../secret_key", "/etc/passwd"])
def test_no_key_leads_out_of_the_store(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    try:
        found = storage.get(key)
    except Exception:  # noqa: BLE001 - refused is as good as not found
        return
    assert found is None


def test_old_files_are_found_by_prefix() -> None:
    storage.put("jobs/1/result", b"x")
    storage.put("imports/1/a.csv", b"x")
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert storage.keys_before("jobs/", later) == ["jobs/1/result"]
    assert storage.keys_before("jobs/", later - timedelta(hours=1)) == []


def test_without_an_application_the_storage_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_store", None)
    with pytest.raises(RuntimeError, match="create_app"):
        storage.get("any")
