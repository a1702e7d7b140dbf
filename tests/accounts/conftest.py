"""People with passwords, in the small world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY as USUAL
from flask import Flask

from community.access import Operator, Role
from community.accounts import services
from community.accounts.rules.reach import AccountDraft
from community.kernel.database import session, transaction
from community.registry.models import School
from tests.browser_client import Browser, Page
from tests.world import World

PASSWORD = "tuoluo-zhuzi-fanchuan"
ANOTHER_PASSWORD = "lantern.otter.brick"


@pytest.fixture(autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed cheaply: the cost is the library's matter."""
    services.use_password_cost(time_cost=1, memory_kib=8, parallelism=1)
    yield
    services.use_password_cost(
        time_cost=USUAL.time_cost, memory_kib=USUAL.memory_cost, parallelism=USUAL.parallelism
    )


@pytest.fixture
def member_school(app: Flask, world: World) -> str:
    """The code of the rural member of the own community."""
    with app.app_context():
        return session().get_one(School, world.own.member_id).code or ""


@dataclass(frozen=True)
class Person:
    """An account as a test needs it."""

    id: int
    user_name: str


CreatePerson = Callable[..., Person]


@pytest.fixture
def create_person(app: Flask, world: World) -> CreatePerson:
    """`create_person(name, role, scope)` makes an account that PASSWORD opens."""

    def create(name: str, role: Role = Role.SYSTEM_ADMINISTRATOR, scope: str = "") -> Person:
        draft = AccountDraft(name, f"{name} 同志", role, scope)
        with app.app_context(), transaction():
            issued = services.create_account(draft, actor=Operator("operator"), password=PASSWORD)
            return Person(issued.account.id, issued.account.user_name)

    return create


@pytest.fixture
def official(create_person: CreatePerson, world: World) -> Person:
    """A district official of the own county."""
    return create_person("jiedong.li", Role.DISTRICT_OFFICIAL, world.own.county_code)


def form_with(page: Page, field: str) -> dict[str, Any]:
    """The fields of the form that has this one."""
    return next(form for form in page.forms if field in form.fields).fields


def fill_in(
    browser: Browser, page: Page, user_name: str, password: str = PASSWORD, status: int = 200
) -> Page:
    """Fill in the sign-in page, as people do."""
    fields = form_with(page, "username") | {"username": user_name, "password": password}
    return browser.post("/sign-in", fields, status)


def sign_in(
    app: Flask, user_name: str, password: str = PASSWORD, status: int = 200
) -> tuple[Browser, Page]:
    """A new browser in which somebody has signed in, and gone to the own account."""
    browser = Browser(app)
    page = browser.get("/sign-in?next=/account")
    return browser, fill_in(browser, page, user_name, password, status)
