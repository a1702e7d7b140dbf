"""What a browser is called where somebody is signed in."""

import pytest

from community.accounts.rules.browsers import browser_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (Linux; Android 14; V2285A) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (WINDOWS + "Chrome/120.0 Safari/537.36", "Chrome · Windows"),
        (WINDOWS + "Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        (PHONE + "Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0", "微信 · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.4.0", "curl/8.4.0"),
        ("", ""),
    ],
)
def test_a_browser_has_its_usual_name(user_agent: str, expected: str) -> None:
    assert browser_name(user_agent) == expected
