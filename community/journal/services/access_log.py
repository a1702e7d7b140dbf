"""Who signed in, looked or took away."""

from datetime import datetime

from sqlalchemy import delete

from community.access import Actor
from community.journal import rules
from community.journal.models import AccessKind, AccessLogEntry
from community.journal.services.answering import current_writing, writing
from community.journal.services.chains import Draft, append
from community.journal.services.recording import pen
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message
from community.kernel.origin import current_origin


def record_access(
    kind: AccessKind,
    *,
    actor: Actor | None,
    what: str,
    county_id: int | None = None,
    actor_name: str = "",
) -> None:
    """Note an access in the current transaction; ip, browser and request are the origin's.

    `what` is a path or a subject. Somebody who could not sign in has no actor, but the name that
    was typed.
    """
    origin = current_origin()
    session().add(
        AccessLogEntry(
            recorded_at=clock.now(),
            actor_id=actor.actor_id if actor else None,
            actor_name=(actor.actor_name if actor else actor_name)[:100],
            kind=kind,
            what=what[:300],
            county_id=county_id,
            ip=origin.ip,
            user_agent=origin.user_agent and origin.user_agent[:200],
            request_id=origin.request_id,
        )
    )


def purge_access_log(before: datetime, *, actor: Actor) -> int:
    """Remove what is older than `before`, which is at least 183 days ago; how many that was.

    The journal keeps who removed how many. Raises RuleViolationError when `before` is too late.
    """
    if not rules.may_purge(before, clock.now()):
        raise RuleViolationError(
            Message(
                N_("The access log is kept for at least %(days)s days."),
                {"days": rules.ACCESS_LOG_KEPT.days},
            ),
            field="before",
        )
    current = session()
    with writing(actor=actor, action="access_log.purged"), pen(current):
        result = current.connection().execute(
            delete(AccessLogEntry).where(AccessLogEntry.recorded_at < before)
        )
        removed = result.rowcount
        change = rules.build_change(
            AccessLogEntry.__tablename__, None, {"rows": removed, "before": before}, None
        )
        draft = Draft(None, "access_log", rules.SYSTEM, [change])
        append(current.connection(), [draft], current_writing())
    return removed
