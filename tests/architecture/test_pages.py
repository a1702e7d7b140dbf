"""Every page keeps the contract of all pages (`tests.browser_client`), in both languages."""

import pytest

from community.access import Role
from tests.architecture.test_access_matrix import MATRIX, Target, targets  # noqa: F401 - a fixture
from tests.conftest import SignInAs

PAGES = sorted(endpoint for endpoint, (method, *_) in MATRIX.items() if method == "GET")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_keeps_the_contract(
    sign_in_as: SignInAs,
    targets: dict[str, Target],  # noqa: F811 - the fixture
    locale: str,
) -> None:
    browser = sign_in_as(Role.SYSTEM_ADMINISTRATOR)
    start = browser.get("/account")
    assert start.root.get("lang") == "zh-Hans"
    if locale == "en":
        browser.submit(start, "/language", locale="en")
    for endpoint in PAGES:
        _method, address, _cells = MATRIX[endpoint]
        page = browser.get(address(targets["own"]))
        assert page.root.get("lang") == ("zh-Hans" if locale == "zh" else "en"), endpoint


def test_pages_of_errors_keep_it_too(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(Role.SCHOOL_CLERK)
    assert "404" in clerk.get("/nowhere", 404).text
    assert "403" in clerk.get("/accounts", 403).text
    assert "405" in clerk.get("/sign-out", 405).text
