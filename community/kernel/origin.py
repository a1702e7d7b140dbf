"""From where a change comes: set at the edge (request, command, job), read by the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """The door through which something came in."""

    WEB = "web"
    CLI = "cli"
    JOB = "job"


@dataclass(frozen=True)
class Origin:
    """Channel and, on the web, who called: request id, address and browser."""

    channel: Channel
    request_id: str | None = None
    ip: str | None = None
    user_agent: str | None = None


_TERMINAL: Final = Origin(Channel.CLI)
_origin: ContextVar[Origin] = ContextVar("origin", default=_TERMINAL)


def current_origin() -> Origin:
    """The origin in force; the terminal's, where nobody said otherwise."""
    return _origin.get()


def set_origin(origin: Origin) -> None:
    """Put an origin in force for this context."""
    _origin.set(origin)


@contextmanager
def use_origin(origin: Origin) -> Iterator[None]:
    """Put an origin in force for a block."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)
