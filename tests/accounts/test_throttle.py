"""The limit of wrong passwords holds for all workers of a real server together."""

import http.client
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from community.accounts.rules.sign_in import ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_NAME
from config import Config
from scripts.serving import serving
from tests.accounts.conftest import Person

SENT_AT_ONCE = 6
WORKERS = 3


def ask(
    port: int, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def guess(port: int, name: str, forged: str) -> int:
    """The status of one wrong password, under a forged address."""
    _, headers, page = ask(port, "GET", "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    fields = urlencode({"csrf_token": token[1], "username": name, "password": "wrong", "next": "/"})
    status, _, _ = ask(
        port,
        "POST",
        "/sign-in",
        fields,
        **{
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": headers["Set-Cookie"].partition(";")[0],
            "X-Forwarded-For": forged,
            "Forwarded": f"for={forged}",
        },
    )
    return status


def test_the_limits_are_exact(config: Config, official: Person) -> None:
    settings = {
        "COMMUNITY_DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
    }
    with (
        serving(config.data_dir, "--workers", str(WORKERS), **settings) as address,
        ThreadPoolExecutor(SENT_AT_ONCE) as pool,
    ):
        port = urlsplit(address).port or 0
        of_name = Counter(
            pool.map(
                lambda n: guess(port, official.user_name, f"198.51.100.{n}"),
                range(ATTEMPTS_PER_NAME * 3),
            )
        )
        assert of_name == {422: ATTEMPTS_PER_NAME, 429: ATTEMPTS_PER_NAME * 2}
        left = ATTEMPTS_PER_ADDRESS - ATTEMPTS_PER_NAME
        of_address = Counter(
            pool.map(lambda n: guess(port, f"nobody{n}", f"203.0.113.{n}"), range(left + 10))
        )
        assert of_address == {422: left, 429: 10}
