"""Every page keeps the contract of all pages (`tests.browser_client`), in both languages."""

import pytest

from community.access import Role
from tests.architecture.test_access_matrix import (  # noqa: F401 - a fixture
    MATRIX,
    ROLES,
    Target,
    kept_targets,
    targets,
)
from tests.browser_client import Browser, check_validity
from tests.conftest import SignInAs

pytestmark = pytest.mark.on_server

# What nobody may read at the own place (files of somebody else) is no page.
PAGES = sorted(
    endpoint
    for endpoint, (method, _address, places) in MATRIX.items()
    if method == "GET" and "+" in places["own"]
)


@pytest.mark.parametrize("locale", ["zh", pytest.param("en", marks=pytest.mark.once)])
def test_every_page_keeps_the_contract(
    sign_in_as: SignInAs,
    targets: dict[str, Target],  # noqa: F811 - the fixture
    locale: str,
) -> None:
    browsers: dict[Role, Browser] = {}
    for endpoint in PAGES:
        _method, address, cells = MATRIX[endpoint]
        role = ROLES[cells["own"].split().index("+")]
        if role not in browsers:
            browsers[role] = _reading(sign_in_as(role), locale)
        page = browsers[role].get(address(targets["own"]))
        if page.response.mimetype != "text/html":
            continue  # a file
        check_validity(page)
        assert page.root.get("lang") == ("zh-Hans" if locale == "zh" else "en"), endpoint


def _reading(browser: Browser, locale: str) -> Browser:
    start = browser.get("/account")
    assert start.root.get("lang") == "zh-Hans"
    if locale == "en":
        browser.submit(start, "/language", locale="en")
    return browser


def test_pages_of_errors_keep_it_too(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(Role.SCHOOL_CLERK)
    for status, address in ((404, "/nowhere"), (403, "/accounts"), (405, "/sign-out")):
        page = clerk.get(address, status)
        assert str(status) in page.text
        check_validity(page)
