"""The menu: each feature adds its entries, each reader sees those it may open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import request, url_for
from flask_login import current_user

from community import access
from community.access import Actor, Permission
from community.kernel.i18n import gettext

_NO_VALUES: Final[Mapping[str, object]] = {}


@dataclass(frozen=True)
class Entry:
    """A place of the menu. `values` are those of its address; None hides it from an actor."""

    label: str
    endpoint: str
    permission: Permission
    group: str | None
    icon: str
    order: int
    values: Callable[[Actor], Mapping[str, object] | None]
    count: Callable[[Actor], str | None]


@dataclass(frozen=True)
class Link:
    """An entry as one reader sees it; `count` is how many things wait there."""

    label: str
    url: str
    icon: str
    is_current: bool
    count: str | None


@dataclass(frozen=True)
class Group:
    """Links under one heading; the first group has none."""

    label: str | None
    items: list[Link]


_entries: dict[str, Entry] = {}


def add(
    label: str,
    endpoint: str,
    permission: Permission,
    *,
    group: str | None = None,
    icon: str = "",
    order: int = 100,
    values: Callable[[Actor], Mapping[str, object] | None] = lambda _actor: _NO_VALUES,
    count: Callable[[Actor], str | None] = lambda _actor: None,
) -> None:
    """Add an entry; `label` and `group` are msgids marked with `N_`, `count` says what waits there.

    Entries are sorted by `order`; a group stands where its first entry does. The same endpoint
    again replaces its entry.
    """
    _entries[endpoint] = Entry(label, endpoint, permission, group, icon, order, values, count)


def entries() -> list[Entry]:
    """All entries, in the order of the menu."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.endpoint))


def groups() -> list[Group]:
    """The menu of whoever asks; empty for who is not signed in."""
    if not current_user.is_authenticated:
        return []
    found: dict[str | None, list[Link]] = {}
    for entry in entries():
        if (link := _link(entry)) is not None:
            found.setdefault(entry.group, []).append(link)
    around = [link.url for links in found.values() for link in links if link.is_current]
    here = max(around, key=len, default="")  # a page below two places is in the nearer one
    return [
        Group(
            label and gettext(label),
            [replace(link, is_current=link.url == here) for link in links],
        )
        for label, links in found.items()
    ]


def _link(entry: Entry) -> Link | None:
    if not access.permission_is_held(current_user, entry.permission):
        return None
    values = entry.values(current_user)
    if values is None:
        return None
    url = url_for(entry.endpoint, **dict[str, Any](values))
    is_current = _is_current(url)
    return Link(gettext(entry.label), url, entry.icon, is_current, entry.count(current_user))


def _is_current(url: str) -> bool:
    """Whether the page is at this address or below it."""
    return request.path == url or (url != "/" and request.path.startswith(f"{url.rstrip('/')}/"))
