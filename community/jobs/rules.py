"""What a job is: its states, how its work is told, and what comes of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from community.kernel.i18n import N_, Listing, Message, declare_labels

# A file that came of a job can be fetched this long; its line stays longer.
RESULT_KEPT: Final = timedelta(days=30)
LINE_KEPT: Final = timedelta(days=365)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


declare_labels(
    JobState,
    {
        JobState.QUEUED: N_("Waiting"),
        JobState.RUNNING: N_("Under way"),
        JobState.DONE: N_("Finished"),
        JobState.FAILED: N_("Failed"),
        JobState.CANCELLED: N_("Cancelled"),
    },
)
OPEN_STATES: Final = frozenset({JobState.QUEUED, JobState.RUNNING})
LOST: Final = N_(
    "The background service stopped in the middle of the work. Nothing was saved. Start it again."
)


class JobCancelledError(Exception):
    """Somebody has asked to stop: raised in the middle of the work by the next step."""


class JobLostError(Exception):
    """The job was given up in the meantime; what it would write is no longer wanted."""


class Progress(Protocol):
    """How long work says how far it has come."""

    def step(self, done: int, total: int, message: Message) -> None:
        """Say what is being done, `done` of `total` of it finished (0 of 0: unknown).

        Cheap enough to be called per row. Raises JobCancelledError when somebody asked to stop;
        never called while the final write is under way.
        """


class Unwatched:
    """The progress of work that nobody watches: at the terminal, in tests."""

    def step(self, done: int, total: int, message: Message) -> None:
        """Say it to nobody."""


@dataclass(frozen=True)
class Link:
    """A page of ours: an endpoint and the values of its address."""

    endpoint: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """A file that came of the work."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Result:
    """What came of the work: a sentence, the page that shows it, a file to fetch."""

    message: Message
    page: Link | None = None
    file: File | None = None


# A function writes what was prepared; it runs in the one transaction that also ends the job, so
# that both happen or neither.
Outcome = Result | Callable[[], Result]


def is_lost(state: JobState, worker: str | None, living: Collection[str]) -> bool:
    """Whether a job can no longer end because the worker that took it up is gone."""
    return state is JobState.RUNNING and worker not in living


# --- sentences kept in the database -----------------------------------------------------------


def pack(message: Message) -> dict[str, Any]:
    """A sentence as JSON; whoever reads it later does so in his own language."""
    return {
        "msgid": message.msgid,
        "params": {name: _pack(value) for name, value in message.params.items()},
    }


def _pack(value: object) -> Any:
    match value:
        case Message():
            return pack(value)
        case Listing():
            return [_pack(item) for item in value.items]
        case bool() | int() | float():
            return value
        case _:
            return str(value)


def unpack(packed: Mapping[str, Any]) -> Message:
    """The sentence that was packed."""
    params = {name: _unpack(value) for name, value in packed["params"].items()}
    msgid: str = packed["msgid"]
    return Message(msgid, params)


def _unpack(value: Any) -> object:
    match value:
        case dict():
            return unpack(value)
        case list():
            return Listing(tuple(_unpack(item) for item in value))
        case _:
            return value
