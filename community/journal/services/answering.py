"""Who changes facts at this moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from community.access import Actor
from community.journal import rules
from community.kernel.database import session
from community.kernel.origin import Origin, current_origin


@dataclass(frozen=True)
class Writing:
    """Who does what, from where, and for which import."""

    actor_id: int | None
    actor_name: str
    action: str
    origin: Origin
    batch_id: int | None


_writing: ContextVar[Writing | None] = ContextVar("journal_writing", default=None)


def current_writing() -> Writing:
    """The block in force; raises RuntimeError outside of any."""
    current = _writing.get()
    if current is None:
        raise RuntimeError(
            "facts are changed and flushed inside journal.services.writing(actor=…, action=…)"
        )
    return current


@contextmanager
def writing(
    *, actor: Actor, action: str, origin: Origin | None = None, batch_id: int | None = None
) -> Iterator[None]:
    """Change facts in this block: `actor` did `action` (`resource.past_participle`).

    Leaving the block flushes, so that all it changed is journaled as this action; what an outer
    block has pending is flushed first, as the outer's. `batch_id` is the import that brings it.
    """
    outer = _writing.get()
    if outer is not None:
        session().flush()
        batch_id = batch_id or outer.batch_id
    token = _writing.set(
        Writing(
            actor.actor_id,
            actor.actor_name,
            rules.check_action(action),
            origin or current_origin(),
            batch_id,
        )
    )
    try:
        yield
        session().flush()
    finally:
        _writing.reset(token)
