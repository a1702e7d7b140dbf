"""What files are on file."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from community.evidence.models import Attachment
from community.kernel.versions import batched


def _waits(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Attachment.received_by_id == account_id, Attachment.linked_at.is_(None))


def waiting_uploads(
    session: Session, ids: Collection[int], account_id: int, *, is_locked: bool = False
) -> Sequence[Attachment]:
    """Of these files those that somebody has handed in and no record is linked to."""
    wanted = select(Attachment).where(Attachment.id.in_(ids), *_waits(account_id))
    return session.scalars(wanted.with_for_update() if is_locked else wanted).all()


def own_attachment(session: Session, attachment_id: int, account_id: int) -> Attachment | None:
    """A file that somebody has handed in."""
    return session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id, Attachment.received_by_id == account_id
        )
    )


def same_waiting(session: Session, sent_sha256: str, account_id: int) -> Attachment | None:
    """The same file, sent before by the same account and linked to no record yet."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.sent_sha256 == sent_sha256, *_waits(account_id))
        .order_by(Attachment.id)
    ).first()


def waiting_bytes(session: Session, account_id: int) -> int:
    """How much somebody has handed in that no record is linked to."""
    total = select(func.coalesce(func.sum(Attachment.size_bytes), 0)).where(*_waits(account_id))
    return int(session.scalar(total) or 0)


def stale_uploads(session: Session, before: datetime) -> Sequence[Attachment]:
    """Files that came before an instant and that no record is linked to."""
    return session.scalars(
        select(Attachment).where(Attachment.linked_at.is_(None), Attachment.received_at < before)
    ).all()


def keys_in_use(session: Session, keys: Iterable[str]) -> set[str]:
    """Of these keys those under which the content of a file lies."""
    used: set[str] = set()
    for some in batched(keys, 500):
        rows = session.execute(
            select(Attachment.storage_key, Attachment.thumbnail_key).where(
                or_(Attachment.storage_key.in_(some), Attachment.thumbnail_key.in_(some))
            )
        )
        used.update(key for row in rows for key in row if key is not None)
    return used
